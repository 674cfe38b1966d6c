//! The pure function without a database, for the bench of the ledger. Only with the feature `testing`.

use types::{LineId, Timestamp, WorkspaceId};

use super::{
    Outcome, Request,
    apply::apply,
    state::{Account, State},
};

/// Accounts in memory. They stay as they were opened and changed: nothing is read again between two batches.
#[derive(Debug)]
pub struct Accounts(State);

impl Accounts {
    /// An empty account for each workspace.
    pub fn open(workspaces: &[WorkspaceId]) -> Self {
        let accounts = workspaces.iter().map(|id| (*id, Account::default()));
        Self(State {
            accounts: accounts.collect(),
            ..State::default()
        })
    }

    /// Decides about a batch as the writer does, and says what becomes of each request. `new_line_id` names the lines
    /// that nobody asked for.
    pub fn apply(
        &mut self,
        now: Timestamp,
        requests: &[Request],
        new_line_id: &mut dyn FnMut() -> LineId,
    ) -> Vec<Outcome> {
        apply(&mut self.0, now, requests, new_line_id).outcomes
    }
}
