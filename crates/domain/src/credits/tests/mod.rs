//! What the ledger guarantees.

mod crash;
mod guarantees;
mod model;
mod outages;
mod verification;
