//! Whatever comes over a socket: answered or let go, never waited for without end, and the server lives.

use std::time::Duration;

use server::Limits;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::served::{Served, everything, served, statuses};

/// Short enough not to be waited for long. Only clients who do nothing at all meet it.
const SOON: Duration = Duration::from_millis(300);

#[test]
fn who_never_ends_a_head_or_asks_nothing_is_let_go() {
    let limits = Limits {
        head_timeout: SOON,
        ..Limits::default()
    };
    served(limits, async |served| {
        assert_eq!(served.say("").await, "");
        assert_eq!(served.say("GET /healthz HTTP/1.1\r\nhost: a\r\n").await, "");
        // One that was answered and then asks nothing more.
        let said = served.say("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
        assert_eq!(statuses(&said), ["200"]);
    });
}

#[test]
fn who_never_ends_a_body_is_told_that_it_took_too_long() {
    let limits = Limits {
        request_deadline: SOON,
        ..Limits::default()
    };
    served(limits, async |served| {
        let head = "POST /v1/auth/sign-up HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";
        for body in [
            "content-length: 100\r\n\r\n{",
            "transfer-encoding: chunked\r\n\r\nffffffffffffff\r\n{",
        ] {
            let said = served.say(format!("{head}{body}")).await;
            assert_eq!(statuses(&said), ["504"], "{said}");
            assert!(said.contains(r#""deadline_exceeded""#), "{said}");
        }
    });
}

#[test]
fn who_does_not_read_his_answers_loses_the_connection_to_others() {
    let limits = Limits {
        connections_max: 1,
        write_timeout: SOON,
        ..Limits::default()
    };
    served(limits, async |served| {
        let mut deaf = served.connect().await;
        let ask = "GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n".repeat(40);
        deaf.write_all(ask.as_bytes()).await.unwrap();
        // There is room for one connection, so that this answer waits for the other to be given up.
        served.lives().await;
        let said = everything(&mut deaf).await;
        assert!(statuses(&said).len() < 40, "it was given up before its end");
    });
}

#[test]
fn beyond_the_limit_connections_wait_for_their_turn() {
    let limits = Limits {
        connections_max: 2,
        ..Limits::default()
    };
    served(limits, async |served| {
        let ask = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
        let (mut first, mut second) = (served.connect().await, served.connect().await);
        let mut answer = vec![0; 4096];
        for stream in [&mut first, &mut second] {
            stream.write_all(ask).await.unwrap();
            assert_ne!(stream.read(&mut answer).await.unwrap(), 0);
        }
        let mut third = served.connect().await;
        third.write_all(ask).await.unwrap();
        for _ in 0..10 {
            first.write_all(ask).await.unwrap();
            assert_ne!(first.read(&mut answer).await.unwrap(), 0);
        }
        assert!(third.try_read(&mut answer).is_err(), "it is not its turn");
        drop(second);
        let read = third.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
    });
}

#[test]
fn a_head_is_bounded() {
    served(Limits::default(), async |served| {
        let large = format!(
            "GET /healthz HTTP/1.1\r\nhost: a\r\nx-large: {}\r\n\r\n",
            "a".repeat(300_000)
        );
        let many = format!("GET /healthz HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(101));
        let long = format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(300_000));
        for head in [large, many, long] {
            let said = served.say(&head).await;
            assert_eq!(statuses(&said), ["431"], "{said}");
        }
        let most = "x: y\r\n".repeat(98);
        let said = served
            .say(format!(
                "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{most}\r\n"
            ))
            .await;
        assert_eq!(statuses(&said), ["200"], "{said}");
    });
}

#[test]
fn what_is_no_request_is_refused_and_the_connection_ended() {
    let cases: &[&[u8]] = &[
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a client of TLS\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET / HTTP/9.9\r\nhost: a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: a\r\nx y: z\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: a\r\nx: \x00\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: a\r\n folded: z\r\n\r\n",
        b"POST /v1/auth/sign-in HTTP/1.1\r\ncontent-length: 99999999999999999999\r\n\r\n",
        b"POST /v1/auth/sign-in HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"POST /v1/auth/sign-in HTTP/1.1\r\ncontent-length: +1\r\n\r\n",
        b"POST /v1/auth/sign-in HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"POST /v1/auth/sign-in HTTP/1.1\r\ntransfer-encoding: xchunked\r\n\r\n",
        b"POST /v1/auth/sign-in HTTP/1.1\r\ntransfer-encoding: chunked, identity\r\n\r\n",
        b"POST /v1/auth/sign-in HTTP/1.1\r\ntransfer-encoding : chunked\r\n\r\n",
        b"POST /v1/auth/sign-in HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ];
    served(Limits::default(), async |served| {
        for bytes in cases {
            let said = served.say(bytes).await;
            assert_eq!(
                statuses(&said),
                ["400"],
                "{}: {said}",
                String::from_utf8_lossy(bytes)
            );
        }
    });
}

#[test]
fn a_body_whose_chunks_are_none_is_malformed() {
    let head = "POST /v1/auth/sign-in HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    served(Limits::default(), async |served| {
        let extended = format!("1;{}\r\n{{\r\n0\r\n\r\n", "x".repeat(20_000));
        for chunks in [
            "ffffffffffffffff1\r\n",
            "-1\r\n",
            "0x10\r\n",
            "zz\r\n",
            "1\r\n{{{\r\n",
            &extended,
        ] {
            let said = served.say(format!("{head}{chunks}")).await;
            assert_eq!(statuses(&said), ["400"], "{chunks}: {said}");
            assert!(said.contains("\"malformed_request\""), "{said}");
        }
        // A length that nobody will send is refused by what it says.
        let said = served.say("POST /v1/auth/sign-in HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000000000000\r\n\r\n").await;
        assert_eq!(statuses(&said), ["413"], "{said}");
    });
}

#[test]
fn a_body_of_two_lengths_hides_no_second_request() {
    let hidden = "GET /healthz HTTP/1.1\r\nhost: hidden\r\n\r\n";
    served(Limits::default(), async |served| {
        for lengths in [
            "content-length: 5\r\ntransfer-encoding: chunked\r\n",
            "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
            "Transfer-Encoding: Chunked\r\ncontent-length: 45\r\n",
        ] {
            let said = served
                .say(format!(
                    "POST /nowhere HTTP/1.1\r\nhost: a\r\n{lengths}\r\n0\r\n\r\n{hidden}"
                ))
                .await;
            assert_eq!(statuses(&said), ["404"], "{lengths}: {said}");
        }
    });
}

#[test]
fn requests_sent_at_once_are_answered_in_their_order() {
    served(Limits::default(), async |served| {
        let ask = |path: &str, rest: &str| format!("GET {path} HTTP/1.1\r\nhost: a\r\n{rest}\r\n");
        let three = [
            ask("/healthz", ""),
            ask("/nowhere", ""),
            ask("/v1/me", "connection: close\r\n"),
        ]
        .concat();
        let said = served.say(&three).await;
        assert_eq!(statuses(&said), ["200", "404", "401"], "{said}");
        let old = served.say("GET /healthz HTTP/1.0\r\n\r\n").await;
        assert!(
            old.starts_with("HTTP/1.0 200 OK\r\n") && old.contains("\"alive\""),
            "{old}"
        );
    });
}

#[test]
fn the_end_waits_for_nobody_longer_than_it_must() {
    let limits = Limits {
        drain_max: SOON,
        ..Limits::default()
    };
    testkit::on_sqlite(async |app| {
        let served = Served::start(&app, limits).await;
        let mut endless = served.connect().await;
        let head = "POST /v1/auth/sign-up HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n";
        endless.write_all(head.as_bytes()).await.unwrap();
        let mut said = [0; 25];
        endless.read_exact(&mut said).await.unwrap();
        assert!(said.starts_with(b"HTTP/1.1 100"), "its body is awaited");
        served.stop.send(()).unwrap();
        served.ended.await.unwrap();
        assert!(
            TcpStream::connect(served.address).await.is_err(),
            "nobody listens any more"
        );
    });
}
