//! What the server promises over HTTP, one file per resource, on both databases.

#![allow(clippy::unwrap_used, reason = "a test ends where its expectation fails")]

mod auth;
mod bad_input;
mod calls;
mod codes;
mod console;
mod credits;
mod edge;
mod environments;
mod foreign;
mod health;
mod hostile;
mod https;
mod idempotency;
mod keys;
mod malformed;
mod me;
mod money;
mod openapi;
mod operations;
mod operator;
mod recorded;
mod served;
mod service_tokens;
mod sockets;
mod stale;
mod sweep;
mod things;
mod usage;
mod walkthroughs;
mod words;
mod workspaces;
