//! What handlers take from a request, checked.

mod body;
mod caller;
mod credential;
mod fields;
mod if_match;
mod once;
mod origin;
mod params;

pub use body::Json;
pub use caller::{Anyone, AsOperator, InNamedWorkspace, InWorkspace, SignedIn};
pub use credential::SESSION_COOKIE;
pub use fields::Fields;
pub use if_match::{IfMatch, etag, etag_header};
pub use once::Once;
pub use params::{Path, Query, page, page_of, wrong_cursor};
