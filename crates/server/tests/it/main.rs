//! What the server promises over HTTP, one file per resource, on both databases.

#![allow(clippy::unwrap_used, reason = "a test ends where its expectation fails")]

mod edge;
mod health;
mod openapi;
