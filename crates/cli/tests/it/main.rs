//! What the binary promises, driven from outside as anybody would: started, spoken to over sockets, killed, restarted.

#![allow(clippy::unwrap_used, reason = "a test ends where its expectation fails")]

mod admin;
mod backup;
mod books;
mod client;
mod configuration;
mod crash;
mod holds;
mod instance;
mod nodes;
mod outages;
mod outside;
mod postgres;
mod secrets;
mod shop;
mod shutdown;

use std::{io::Read, process::Stdio};

#[test]
fn the_version_is_the_release_and_its_schema() {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_guildhall"));
    let said = program.arg("version").output().unwrap();
    let expected = format!(
        "guildhall {}, schema {}\n",
        env!("CARGO_PKG_VERSION"),
        db::SCHEMA_VERSION
    );
    assert_eq!(String::from_utf8(said.stdout).unwrap(), expected);
}

#[test]
fn who_reads_only_the_beginning_of_the_document_is_served_in_peace() {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_guildhall"))
        .arg("openapi")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut beginning = [0; 1];
    program.stdout.take().unwrap().read_exact(&mut beginning).unwrap();
    let ended = program.wait_with_output().unwrap();
    assert_eq!((&beginning, ended.status.code()), (b"{", Some(0)), "{ended:?}");
}
