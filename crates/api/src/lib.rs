//! The wire: what requests and answers look like, and what can be refused. No behaviour.
//!
//! One file per resource. Fields of requests are plain strings and numbers, parsed by the route into checked types
//! so that every wrong field is told at once; fields of answers are the checked types themselves. Bodies refuse
//! unknown fields. Ids, credits and times are strings; [`schema`] gives their patterns to the OpenAPI document.

mod actor;
pub mod auth;
pub mod caps;
pub mod credentials;
pub mod credits;
pub mod environments;
pub mod flows;
pub mod health;
pub mod keys;
pub mod me;
pub mod operator;
mod page;
pub mod permissions;
pub mod prices;
pub mod problem;
pub mod runs;
pub mod schema;
pub mod service_tokens;
pub mod settings;
pub mod usage;
pub mod verify;
pub mod workspaces;

pub use actor::{Actor, ActorsQuery, NamedActor};
pub use page::{List, PageQuery};
pub use problem::{FieldProblem, Problem, ProblemCode, Retry};

/// Keeps "absent" and "null" apart in a change: `None` for absent, `Some(None)` for null.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Change {
///     #[serde(default, deserialize_with = "api::present")]
///     note: Option<Option<String>>,
/// }
/// # fn main() -> serde_json::Result<()> {
/// assert_eq!(serde_json::from_str::<Change>("{}")?.note, None);
/// assert_eq!(serde_json::from_str::<Change>(r#"{"note":null}"#)?.note, Some(None));
/// # Ok(()) }
/// ```
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
