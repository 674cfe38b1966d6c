//! What handlers take from a request, checked.

mod body;
mod caller;
mod claim;
mod credential;
mod fields;
mod if_match;
mod once;
mod origin;
mod params;

pub use body::{Json, JsonOrNothing};
pub use caller::{Anyone, AsOperator, InNamedWorkspace, InWorkspace, SignedIn};
pub use claim::Claimed;
pub use credential::SESSION_COOKIE;
pub use fields::{Fields, Network};
pub use if_match::{IfMatch, etag, etag_header};
pub use once::Once;
pub use params::{Path, Query, needed_word_parameter, page, page_of, word_parameter, wrong_cursor};
