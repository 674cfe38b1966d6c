//! No spelling, name or trick reaches an address that the policy refuses.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use outbound::{DenyReason, EgressPolicy, HttpClient, Method, OutboundError, OutboundRequest};
use proptest::prelude::*;
use support::*;

fn get(url: &str) -> OutboundRequest {
    OutboundRequest::new(Method::GET, url)
}

async fn refusal(client: &HttpClient, url: &str) -> OutboundError {
    client.send(get(url)).await.expect_err(url)
}

#[tokio::test]
async fn literal_addresses_are_refused_in_every_spelling() {
    let client = HttpClient::new(EgressPolicy::default());
    let spellings = [
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://127.1/", "127.0.0.1"),
        ("http://127.0.1/", "127.0.0.1"),
        ("http://2130706433/", "127.0.0.1"),
        ("http://0x7f000001/", "127.0.0.1"),
        ("http://0x7f.0.0.1/", "127.0.0.1"),
        ("http://0x7F.0x0.0x0.0x1/", "127.0.0.1"),
        ("http://017700000001/", "127.0.0.1"),
        ("http://0177.0.0.01/", "127.0.0.1"),
        ("http://127.0.0.1./", "127.0.0.1"),
        ("http://%31%32%37.0.0.1/", "127.0.0.1"),
        ("http://１２７.0.0.1/", "127.0.0.1"),
        ("http://127。0。0。1/", "127.0.0.1"),
        ("http://①②⑦.0.0.1/", "127.0.0.1"),
        ("http:\\\\127.0.0.1\\", "127.0.0.1"),
        ("http:127.0.0.1/", "127.0.0.1"),
        ("http:/127.0.0.1/", "127.0.0.1"),
        ("\thttp://127.0.\n0.1/ ", "127.0.0.1"),
        ("https://127.0.0.1:8443/", "127.0.0.1"),
        ("http://0/", "0.0.0.0"),
        ("http://0.0.0.0/", "0.0.0.0"),
        ("http://10.0.0.1/", "10.0.0.1"),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254"),
        ("http://2852039166/", "169.254.169.254"),
        ("http://0xa9fea9fe/", "169.254.169.254"),
        ("http://0251.0376.0251.0376/", "169.254.169.254"),
        ("http://169.254.43518/", "169.254.169.254"),
        ("http://[::1]/", "::1"),
        ("http://[0:0:0:0:0:0:0:1]/", "::1"),
        ("http://[::]/", "::"),
        ("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1"),
        ("http://[::ffff:7f00:1]/", "::ffff:127.0.0.1"),
        ("http://[0:0:0:0:0:ffff:a9fe:a9fe]/", "::ffff:169.254.169.254"),
        ("http://[::127.0.0.1]/", "::127.0.0.1"),
        ("http://[64:ff9b::169.254.169.254]/", "64:ff9b::a9fe:a9fe"),
        ("http://[2002:7f00:1::]/", "2002:7f00:1::"),
        ("http://[fe80::1]/", "fe80::1"),
        ("http://[fd00:ec2::254]/", "fd00:ec2::254"),
        ("http://[ff02::1]/", "ff02::1"),
    ];
    for (url, expected) in spellings {
        let expected: IpAddr = expected.parse().unwrap();
        match refusal(&client, url).await {
            OutboundError::Denied { address, reason, .. } => {
                assert_eq!(address, Some(expected), "{url}");
                assert!(reason.is_address(), "{url}");
            }
            other => panic!("{url}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn urls_that_hide_their_target_are_refused() {
    let client = HttpClient::new(EgressPolicy::default());
    let bad = [
        "http://public.example@127.0.0.1/",
        "http://public.example:80@127.0.0.1/",
        "http://127.0.0.1@public.example/",
        "http://:secret@public.example/",
        "http://[fe80::1%25eth0]/",
        "http://127.0.0.1.1.1/",
        "http://0x100000000/",
        "http://256.0.0.1/",
        "http://exa mple.com/",
        "http://a%00b/",
        "http://./",
        "http:///",
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://127.0.0.1:6379/_INFO",
        "data:text/plain,hello",
        "unix:///var/run/docker.sock",
        "//example.com/",
        "example.com",
        "",
    ];
    for url in bad {
        let error = refusal(&client, url).await;
        assert!(matches!(error, OutboundError::BadUrl { .. }), "{url}: {error:?}");
    }
}

#[tokio::test]
async fn a_user_in_the_url_is_not_repeated_in_the_error() {
    let error = refusal(&client(), "http://user:hunter2@127.0.0.1/?key=hunter2").await;
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[tokio::test]
async fn names_are_refused_by_what_they_resolve_to() {
    let cases = [
        ("127.0.0.1", DenyReason::Loopback),
        ("10.1.2.3", DenyReason::Private),
        ("100.64.1.1", DenyReason::SharedAddressSpace),
        ("169.254.169.254", DenyReason::Metadata),
        ("::1", DenyReason::Loopback),
        ("::ffff:127.0.0.1", DenyReason::EmbeddedIpv4),
        ("fd12::1", DenyReason::Private),
    ];
    for (address, expected) in cases {
        let client = HttpClient::with_resolver(EgressPolicy::default(), Script::new(&[&[address]]));
        match refusal(&client, "http://innocent.example/").await {
            OutboundError::Denied {
                host,
                address: at,
                reason,
            } => {
                assert_eq!((host.as_str(), reason), ("innocent.example", expected));
                assert_eq!(at, Some(address.parse().unwrap()));
            }
            other => panic!("{address}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn localhost_is_refused_in_every_spelling() {
    for url in [
        "http://localhost/",
        "http://LOCALHOST./",
        "https://localhost:8443/",
    ] {
        let client =
            HttpClient::with_resolver(EgressPolicy::default(), Script::new(&[&["127.0.0.1", "::1"]]));
        let error = refusal(&client, url).await;
        assert!(
            matches!(
                error,
                OutboundError::Denied {
                    reason: DenyReason::Loopback,
                    ..
                }
            ),
            "{url}: {error:?}"
        );
    }
}

/// 127.0.0.2 stands for a public address, 127.0.0.1 for a private one.
#[tokio::test]
async fn a_name_that_changes_its_answer_reaches_only_checked_addresses() {
    let public = Stub::start_on("127.0.0.2:0".parse().unwrap(), |_| ok("public")).await;
    let victim_at = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), public.address.port());
    let victim = Stub::start_on(victim_at, |_| ok("private")).await;
    let script = Script::new(&[&["127.0.0.2"], &["127.0.0.1"]]);
    let client = HttpClient::with_resolver(policy(&["127.0.0.2/32"]), script.clone());
    let url = format!("http://rebind.example:{}/", public.address.port());

    let response = client.send(get(&url)).await.unwrap();
    assert_eq!(response.body, "public");
    assert_eq!(
        script.times_asked(),
        1,
        "the address that was checked is the one that was connected to"
    );

    let error = refusal(&client, &url).await;
    assert!(
        matches!(
            error,
            OutboundError::Denied {
                reason: DenyReason::Loopback,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(victim.requests().is_empty());
}

#[tokio::test]
async fn of_a_mixed_answer_only_the_allowed_addresses_are_used() {
    let public = Stub::start_on("127.0.0.2:0".parse().unwrap(), |_| ok("public")).await;
    let victim_at = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), public.address.port());
    let victim = Stub::start_on(victim_at, |_| ok("private")).await;
    let script = Script::new(&[&["127.0.0.1", "::1", "127.0.0.2"]]);
    let client = HttpClient::with_resolver(policy(&["127.0.0.2/32"]), script);

    let url = format!("http://mixed.example:{}/", public.address.port());
    assert_eq!(client.send(get(&url)).await.unwrap().body, "public");
    assert!(victim.requests().is_empty());
}

#[tokio::test]
async fn a_name_without_address_is_an_error_of_its_own() {
    let client = HttpClient::with_resolver(EgressPolicy::default(), Script::new(&[]));
    let error = refusal(&client, "http://nowhere.example/").await;
    assert!(
        matches!(error, OutboundError::Resolve { ref host, .. } if host == "nowhere.example"),
        "{error:?}"
    );
}

#[tokio::test]
async fn redirects_to_refused_targets_are_refused() {
    let cases = [
        "http://127.0.0.2/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0x7f000002/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "//10.0.0.1/",
        "http://internal.example/",
    ];
    for target in cases {
        let stub = Stub::start(move |_| redirect(302, target)).await;
        let script = Script::new(&[&["127.0.0.3"]]);
        let client = HttpClient::with_resolver(policy(&["127.0.0.1/32"]), script);
        let mut request = get(&stub.url("/"));
        request.redirect = outbound::Redirect::Follow;
        let error = client.send(request).await.expect_err(target);
        assert!(
            matches!(error, OutboundError::Denied { .. }),
            "{target}: {error:?}"
        );
    }
}

#[tokio::test]
async fn redirects_to_other_schemes_and_users_are_refused() {
    for target in [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://a:b@127.0.0.1/",
        "http://127.0.0.1:22/",
    ] {
        let stub = Stub::start(move |_| redirect(302, target)).await;
        let mut request = get(&stub.url("/"));
        request.redirect = outbound::Redirect::Follow;
        let error = client().send(request).await.expect_err(target);
        assert!(
            matches!(error, OutboundError::BadUrl { .. } | OutboundError::Denied { .. }),
            "{target}: {error:?}"
        );
    }
}

#[tokio::test]
async fn ports_of_other_protocols_are_refused() {
    for port in [1, 22, 25, 53, 110, 445, 1023] {
        let error = refusal(&client(), &format!("http://127.0.0.1:{port}/")).await;
        assert!(
            matches!(error, OutboundError::Denied { reason: DenyReason::Port(p), .. } if p == port),
            "{port}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_host_list_holds_for_names_and_addresses() {
    let stub = Stub::start(|_| ok("")).await;
    let mut request = get(&stub.url("/"));
    request.allow_hosts = Some(vec!["api.example.com".parse().unwrap()]);
    let error = client().send(request.clone()).await.unwrap_err();
    assert!(
        matches!(
            error,
            OutboundError::Denied {
                reason: DenyReason::HostNotListed,
                ..
            }
        ),
        "{error:?}"
    );
    request.allow_hosts = Some(vec!["127.0.0.1".parse().unwrap()]);
    assert_eq!(client().send(request.clone()).await.unwrap().status, 200);
    request.allow_hosts = Some(Vec::new());
    assert!(client().send(request).await.is_err());
    assert_eq!(stub.requests().len(), 1);
}

proptest! {
    /// What the policy says of an address does not depend on how it is written.
    #[test]
    fn spelling_does_not_change_the_verdict(bits: u32) {
        let policy = EgressPolicy::default();
        let client = HttpClient::new(policy.clone());
        let address = Ipv4Addr::from(bits);
        let [a, b, c, d] = address.octets();
        let allowed = policy.check_address(address.into()).is_ok();
        let spellings = [
            format!("{address}"),
            format!("{bits}"),
            format!("{bits:#x}"),
            format!("0{bits:o}"),
            format!("0{a:o}.{b:#x}.{}", u16::from_be_bytes([c, d])),
        ];
        for host in spellings {
            let verdict = client.check(&get(&format!("http://{host}/")));
            prop_assert_eq!(verdict.is_ok(), allowed, "{}: {:?}", host, verdict);
        }
        for host in [format!("[::ffff:{address}]"), format!("[64:ff9b::{address}]")] {
            prop_assert!(client.check(&get(&format!("http://{host}/"))).is_err(), "{}", host);
        }
    }
}
