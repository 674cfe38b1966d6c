//! What a price would be taken from, and what would refuse it: the ledger's own decision, on a copy that is not written.

use types::{GrantId, Microcredits, Timestamp, WorkspaceId};

use super::{
    Error, GrantSource, MeteredCall, ReachedCap, caps,
    state::{Account, State},
    store,
};
use crate::Services;

/// What an account says to a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// What can be spent now.
    pub available: Microcredits,
    /// What the price would be taken from, in this order. Less than the price where there is less.
    pub grants: Vec<QuotedGrant>,
    /// The caps that it would pass.
    pub caps: Vec<ReachedCap>,
}

/// A part of a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedGrant {
    /// Which grant.
    pub id: GrantId,
    /// Where it came from.
    pub source: GrantSource,
    /// How much of the price.
    pub credits: Microcredits,
    /// When what is left of it ends.
    pub expires_at: Option<Timestamp>,
}

/// Asks what a price of a workspace would come from, for callers that were authorized otherwise. Locks and writes
/// nothing, so it is only true until the next movement.
pub(crate) async fn quote(
    services: &Services,
    workspace: WorkspaceId,
    call: &MeteredCall,
    price: Microcredits,
) -> Result<Quote, Error> {
    let now = services.clock.now();
    let mut state = db::read!(services.db, |tx| {
        let mut state = State::default();
        state.accounts.insert(workspace, Account::default());
        store::load::details(tx, &mut state, &[], now).await?;
        Ok::<_, Error>(state)
    })?;
    let account = state.accounts.remove(&workspace).unwrap_or_default();
    Ok(of_account(account, workspace, call, price, now))
}

fn of_account(
    account: Account,
    workspace: WorkspaceId,
    call: &MeteredCall,
    price: Microcredits,
    now: Timestamp,
) -> Quote {
    let caps = caps::reached(&account, workspace, call, price.get(), now).collect();
    let mut available = 0_i64;
    let mut missing = price.get();
    let mut grants = Vec::new();
    for grant in &account.grants {
        let spendable = grant.spendable(now);
        available = available.saturating_add(spendable);
        let part = spendable.min(missing);
        if part > 0 {
            missing -= part;
            grants.push(QuotedGrant {
                id: grant.id,
                source: grant.source,
                credits: Microcredits::new(part),
                expires_at: grant.expires_at,
            });
        }
    }
    Quote {
        available: Microcredits::new(available),
        grants,
        caps,
    }
}
