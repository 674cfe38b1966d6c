//! What is taken for a configuration, and what is refused.

use super::*;

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn load(flags: &SettingArguments, pairs: &[(&str, &str)]) -> Result<Configuration> {
    Configuration::from_sources(flags, &environment(pairs))
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guildhall.toml");
    std::fs::write(
        &file,
        "listen = \"127.0.0.1:1\"\nlog = \"warn\"\npassword_threads = 3\ntrusted_proxies = [\"10.0.0.0/8\", \"::1/128\"]\n[egress]\nallow_networks = [\"127.0.0.0/8\"]\n",
    )
    .unwrap();
    let flags = SettingArguments {
        config: Some(file),
        listen: Some("127.0.0.1:3".to_owned()),
        ..SettingArguments::default()
    };
    let found = load(
        &flags,
        &[
            ("GUILDHALL_LISTEN", "127.0.0.1:2"),
            ("GUILDHALL_LOG", "debug"),
            ("HOME", "/"),
        ],
    )
    .unwrap();
    assert_eq!(found.listen.port(), 3);
    assert_eq!((found.log.as_str(), found.password_threads), ("debug", 3));
    assert_eq!(found.trusted_proxies.len(), 2);
    assert_eq!(found.egress_allow_networks, ["127.0.0.0/8".parse().unwrap()]);
    assert_eq!(found.public_url, None);
}

#[test]
fn a_public_url_is_written_as_browsers_write_it() {
    for (given, origin) in [
        ("https://Example.com/", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("https://example.com:80", "https://example.com:80"),
        ("http://127.0.0.1:7070", "http://127.0.0.1:7070"),
    ] {
        let found = load(&SettingArguments::default(), &[("GUILDHALL_PUBLIC_URL", given)]).unwrap();
        assert_eq!(found.public_url.as_deref(), Some(origin), "{given}");
    }
}

#[test]
fn what_is_unknown_or_wrong_is_refused_in_one_sentence() {
    let cases = [
        ("GUILDHALL_LISTENN", "x"),
        ("GUILDHALL_LISTEN", "nowhere"),
        ("GUILDHALL_DATABASE", "mysql://x"),
        ("GUILDHALL_PUBLIC_URL", "example.com"),
        ("GUILDHALL_PUBLIC_URL", "https://example.com/path"),
        ("GUILDHALL_PUBLIC_URL", "https://example.com?a"),
        ("GUILDHALL_PUBLIC_URL", "https://me@example.com"),
        ("GUILDHALL_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("GUILDHALL_EGRESS_ALLOW_NETWORKS", "everything"),
        ("GUILDHALL_LOG_FORMAT", "xml"),
        ("GUILDHALL_BENCH_CEILING", "maybe"),
        ("GUILDHALL_CONFIG", "/nonexistent/guildhall.toml"),
        ("GUILDHALL_PASSWORD_THREADS", "0"),
        ("GUILDHALL_PASSWORD_THREADS", "513"),
        ("GUILDHALL_PASSWORD_THREADS", "18446744073709551615"),
        ("GUILDHALL_WORKSPACE_RATE_LIMIT_PER_MINUTE", "0"),
    ];
    for (name, value) in cases {
        let error = load(&SettingArguments::default(), &[(name, value)])
            .err()
            .unwrap();
        assert!(error.is::<Wrong>(), "{name}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    load(
        &SettingArguments::default(),
        &[("GUILDHALL_TEST_POSTGRES_URL", "x")],
    )
    .unwrap();
}

#[test]
fn what_is_unknown_or_wrong_in_the_file_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guildhall.toml");
    let load_file = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let config = Some(file.clone());
        let flags = SettingArguments {
            config,
            ..SettingArguments::default()
        };
        load(&flags, &[])
    };
    for text in [
        "listenn = \"127.0.0.1:1\"",
        "trusted_proxies = [10]",
        "trusted_proxies = [\"10.0.0.0/8\", [\"::1/128\"]]",
        "[lissten]",
        "[lissten]\nport = 1",
        "[data]",
        "[egress.allow_networks]",
    ] {
        let error = load_file(text).err().unwrap_or_else(|| panic!("{text} passes"));
        assert!(error.is::<Wrong>(), "{text}: {error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    load_file("[egress]\n[log]\nformat = \"json\"").unwrap();
}

#[test]
fn a_url_is_shown_without_its_password_wherever_that_stands() {
    for (url, shown) in [
        ("postgres://db/x", "postgres://db/x"),
        ("postgres://me@db:5432/x", "postgres://me:***@db:5432/x"),
        (
            "postgres://me:hunter2@db/x?sslmode=require",
            "postgres://me:***@db/x",
        ),
        ("postgres://me:hunt@er2@db/x", "postgres://me:***@db/x"),
        ("postgres://db/x?user=me&password=hunt@er2", "postgres://db/x"),
        ("postgres://db?password=hunter2#hunter2", "postgres://db"),
        ("postgres://me:hunt/er2@db/x", NOT_SHOWN),
        ("postgres://me:h@unt/er2@db/x", NOT_SHOWN),
        ("postgres://me:1?er2@db/x", NOT_SHOWN),
    ] {
        assert_eq!(without_password(url), shown, "{url}");
    }
}

#[test]
fn secrets_are_masked_and_the_instance_key_is_not_taken_from_a_file() {
    let key = "5".repeat(64);
    let found = load(
        &SettingArguments::default(),
        &[
            (
                "GUILDHALL_DATABASE",
                "postgres://me:hunter2@db/guildhall?password=hunter2",
            ),
            ("GUILDHALL_INSTANCE_KEY", &key),
        ],
    )
    .unwrap();
    let shown = found.masked();
    assert!(shown.contains("postgres://me:***@db/guildhall"), "{shown}");
    assert!(!shown.contains("hunter2") && !shown.contains(&key), "{shown}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guildhall.toml");
    std::fs::write(&file, format!("instance_key = \"{key}\"\n")).unwrap();
    let flags = SettingArguments {
        config: Some(file),
        ..SettingArguments::default()
    };
    assert!(load(&flags, &[]).is_err());
}
