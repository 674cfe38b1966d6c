//! A page of a list.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which page, for lists without filters.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct PageQuery {
    /// Items on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

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
    /// A list that is short enough to be told whole.
    pub fn whole<D>(all: Vec<D>, convert: impl FnMut(D) -> T) -> Self {
        Self {
            next_cursor: None,
            items: all.into_iter().map(convert).collect(),
        }
    }

    /// A page of the domain with each item converted for the wire.
    pub fn from_page<D>(page: types::Page<D>, convert: impl FnMut(D) -> T) -> Self {
        Self {
            next_cursor: page.next.map(|cursor| cursor.to_string()),
            items: page.items.into_iter().map(convert).collect(),
        }
    }
}
