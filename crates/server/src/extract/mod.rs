//! What handlers take from a request, checked.

mod body;
mod caller;
mod claim;
mod credential;
mod fields;
mod if_match;
mod once;
mod only;
mod origin;
mod params;
#[cfg(test)]
mod tests;

pub use body::{Json, JsonOrNothing, RawJson};
pub use caller::{Anyone, AsOperator, Calling, InNamedWorkspace, InWorkspace, SignedIn};
pub use claim::Claimed;
pub use credential::SESSION_COOKIE;
pub use fields::{Fields, Network};
pub use if_match::{IfMatch, etag, etag_header};
pub use once::{Key, Once, replayed};
pub use only::only;
pub use params::{
    Path, Query, needed_word_parameter, page, page_of, parsed_parameter, word_parameter, wrong_cursor,
};
