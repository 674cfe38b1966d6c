//! What surrounds every route: one layer, kept lean, because a charged call must cost little more than an empty
//! HTTP request.

pub mod address;
mod edge;
mod headers;
pub mod metrics;
mod parameters;
mod rate;

pub use address::Peer;
pub use edge::{Context, EdgeLayer};
pub use parameters::KnownParameters;
pub use rate::{RateSlot, refused as rate_refused};
