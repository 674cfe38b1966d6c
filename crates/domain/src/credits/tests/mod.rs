//! What the ledger guarantees.

mod guarantees;
mod model;
mod outages;
mod verification;
