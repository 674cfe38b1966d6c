//! HTTP: the router, what is taken from requests, what is answered, and the loop that serves connections.
//!
//! Every route takes the same hops: [`layers`] (request id, deadline, log) -> [`extract`] (who calls, the checked
//! input) -> one operation of `domain` -> the answer in the words of `api`. Status codes stand in [`problem`] alone.
//! Nothing here knows SQL.

mod answer;
mod extract;
mod impatient;
mod layers;
mod openapi;
mod problem;
mod router;
mod routes;
mod serve;
mod state;

pub use layers::{Peer, metrics};
pub use openapi::{document, document_text};
pub use router::{Router, router};
pub use serve::{Limits, serve};
pub use state::{App, AppState, Config};
