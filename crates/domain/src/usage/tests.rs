//! Usage agrees with the ledger.
