//! One file per resource: its operations, in the words of HTTP.

pub mod auth;
pub mod bench;
pub mod docs;
pub mod environments;
pub mod health;
pub mod me;
pub mod workspaces;
