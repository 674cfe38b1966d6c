//! What the ledger guarantees.

mod books;
mod crash;
mod guarantees;
mod model;
mod outages;
mod verification;
