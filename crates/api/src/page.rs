//! A page of a list.

use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// In the order of the list.
    pub items: Vec<T>,
    /// Pass it as `cursor` for the next page; null on the last one.
    #[schema(required, example = "c1_018bcfe568007000a000000000000001")]
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A page of the domain with each item converted for the wire.
    pub fn from_page<D>(page: types::Page<D>, convert: impl FnMut(D) -> T) -> Self {
        Self {
            next_cursor: page.next.map(|cursor| cursor.to_string()),
            items: page.items.into_iter().map(convert).collect(),
        }
    }
}
