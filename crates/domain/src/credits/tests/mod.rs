//! What the ledger guarantees.

mod guarantees;
mod model;
mod verification;
