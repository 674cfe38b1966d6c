//! A wrong configuration is one sentence, and exit code 2.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt};

use crate::{instance::Instance, on_both};

#[test]
fn a_server_that_cannot_start_as_it_is_told_says_why_in_one_sentence() {
    let instance = Instance::on_sqlite();
    let serve = |arguments: &[&str]| instance.run("serve", arguments, "");
    serve(&["--listen", "nowhere"]).refused(2, "the setting listen (--listen) must be an address");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    serve(&["--listen", &taken.local_addr().unwrap().to_string()]).refused(2, "nothing can listen on");
    serve(&["--log", "a=b=c"]).refused(2, "the setting log");
    serve(&["--config", "/nonexistent/guildhall.toml"]).refused(2, "cannot be read");
    serve(&["--database", "mysql://x"]).refused(2, "the setting database");
    let file = instance.beside("guildhall.toml");
    for (content, words) in [
        ("lissten = \"127.0.0.1:1\"", "lissten in "),
        ("log = \"info\"\nlisten = \"127", "is not TOML: line 2: "),
    ] {
        fs::write(&file, content).unwrap();
        serve(&["--config", file.to_str().unwrap()]).refused(2, words);
    }
    let mut misspelled = instance.command("serve");
    let output = misspelled
        .env("GUILDHALL_LISSTEN", "127.0.0.1:1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!instance.file().exists(), "nothing was made");
    assert_eq!(serve(&["--no-such-flag"]).code, 2);
}

#[test]
fn a_database_that_is_away_is_told_from_one_that_says_no() {
    let instance = Instance::on_sqlite();
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let serve = |url: &str| instance.run("serve", &["--listen", "127.0.0.1:0", "--database", url], "");
    // It may come back.
    serve(&format!("postgres://me:hunter2@{unused}/x")).refused(1, "me:***@");
    fs::create_dir(instance.data()).unwrap_or_default();
    fs::write(instance.file(), "this is no database ".repeat(100)).unwrap();
    instance
        .run("serve", &["--listen", "127.0.0.1:0"], "")
        .refused(2, "not a database");
}

#[test]
fn an_embedded_database_has_one_server_at_a_time() {
    let instance = Instance::on_sqlite();
    let first = instance.serve();
    instance
        .run("serve", &["--listen", "127.0.0.1:0"], "")
        .refused(1, "another server works on");
    first.kill();
    instance.serve();
    instance.is_in_order();
}

on_both! {
    fn an_instance_key_that_is_missing_or_another_one_ends_the_server_with_two(instance: Instance) {
        let server = instance.serve();
        server.terminate();
        assert!(server.ended().success());
        let key = fs::read(instance.key()).unwrap();
        let serve = || instance.run("serve", &["--listen", "127.0.0.1:0"], "");
        for (content, words) in [("6".repeat(64), "but the one given is"), ("6".repeat(9), "64 hexadecimal digits")] {
            fs::write(instance.key(), content).unwrap();
            serve().refused(2, words);
        }
        fs::remove_file(instance.key()).unwrap();
        serve().refused(2, "whose key is missing");
        assert!(!instance.key().exists(), "none is made");
        fs::write(instance.key(), key).unwrap();
        fs::set_permissions(instance.key(), fs::Permissions::from_mode(0o600)).unwrap();
        instance.is_in_order();
    }
}
