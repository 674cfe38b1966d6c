//! One file per resource: its operations, in the words of HTTP.

pub mod actors;
pub mod auth;
pub mod bench;
pub mod caps;
#[cfg(feature = "console")]
pub mod console;
mod credentials;
pub mod credits;
pub mod docs;
pub mod environments;
mod export;
pub mod flows;
pub mod health;
pub mod keys;
pub mod me;
pub mod operator;
pub mod permissions;
pub mod runs;
pub mod usage;
pub mod workspaces;
