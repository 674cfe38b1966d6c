//! What the database layer promises, on both databases.

#![allow(clippy::unwrap_used, reason = "a test ends where its expectation fails")]

use db::{Db, Error};

mod backup;
mod bulk;
mod schema;
mod transactions;
mod writer;
