//! One file per resource: its operations, in the words of HTTP.

pub mod bench;
pub mod docs;
pub mod health;
