//! What whoever runs the instance does: in person, or by the service tokens of his own systems.

pub mod credits;
pub mod permissions;
pub mod prices;
pub mod service_tokens;
pub mod settings;
pub mod users;
pub mod verify;
pub mod workspaces;
