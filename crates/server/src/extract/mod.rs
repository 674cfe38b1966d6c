//! What handlers take from a request, checked.

mod body;
mod fields;
mod params;

pub use body::{BODY_BYTES_MAX, Json};
pub use fields::Fields;
pub use params::{Path, Query, page};
/// The name of the session cookie.
pub const SESSION_COOKIE: &str = "guildhall_session";
