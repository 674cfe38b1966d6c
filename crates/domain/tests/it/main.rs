//! What the product promises, on both databases.

#![allow(clippy::unwrap_used, reason = "a test ends where its expectation fails")]

mod accounts;
mod environments;
mod workspaces;
