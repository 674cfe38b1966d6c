//! What the binary promises, driven from outside as anybody would: started, spoken to over sockets, killed, restarted.

#![allow(clippy::unwrap_used, reason = "a test ends where its expectation fails")]

mod admin;
mod backup;
mod client;
mod configuration;
mod crash;
mod instance;
mod nodes;
mod outages;
mod postgres;
mod secrets;
mod shop;
mod shutdown;
