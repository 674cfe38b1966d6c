//! What the ledger guarantees.

mod model;
