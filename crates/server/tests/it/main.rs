//! What the server promises over HTTP, one file per resource, on both databases.

#![allow(clippy::unwrap_used, reason = "a test ends where its expectation fails")]

mod auth;
mod bad_input;
mod edge;
mod environments;
mod health;
mod idempotency;
mod me;
mod openapi;
mod sweep;
mod workspaces;
