//! What a workspace has: the balance, its grants, its ledger.

use std::collections::BTreeMap;

use db::Tx;
use types::{Cursor, GrantId, HoldId, Id, Microcredits, Page, PageLimit, Timestamp, WorkspaceId};

use super::{Error, GrantSource, LineKind, Request, store, submit};
use crate::{
    Services,
    access::{Actor, Caller, Permission},
};

/// What can be spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// What can be spent now.
    pub available: Microcredits,
    /// What is set aside for running calls.
    pub held: Microcredits,
    /// What can be spent, by where it came from.
    pub by_source: BTreeMap<GrantSource, Microcredits>,
    /// When the next part of it ends, and how much that is.
    pub next_expiry: Option<(Timestamp, Microcredits)>,
}

/// Credits from one source, as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantView {
    /// Its id.
    pub id: GrantId,
    /// Where they came from.
    pub source: GrantSource,
    /// How many were given.
    pub amount: Microcredits,
    /// How many can still be spent.
    pub remaining: Microcredits,
    /// How many are set aside.
    pub held: Microcredits,
    /// Higher burns first.
    pub priority: i64,
    /// When they can be used.
    pub effective_at: Timestamp,
    /// When what is left ends.
    pub expires_at: Option<Timestamp>,
    /// What the outside calls it.
    pub external_id: Option<String>,
    /// Why.
    pub note: String,
    /// Who gave them.
    pub created_by: Actor,
    /// When.
    pub created_at: Timestamp,
}

/// One ledger line, as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct LineView {
    /// Its number in the workspace.
    pub seq: i64,
    /// Its id.
    pub id: types::LineId,
    /// What it is.
    pub kind: LineKind,
    /// What it added to what can be spent.
    pub available_delta: Microcredits,
    /// What it added to what is set aside.
    pub held_delta: Microcredits,
    /// What could be spent after it.
    pub available_after: Microcredits,
    /// What was set aside after it.
    pub held_after: Microcredits,
    /// The grant it moved, when it was one.
    pub grant: Option<GrantId>,
    /// The line that it closes or gives back.
    pub related: Option<types::LineId>,
    /// Who caused it.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// For people.
    pub note: Option<String>,
}

/// The balance of the caller's workspace.
pub async fn balance(services: &Services, caller: &Caller) -> Result<Balance, Error> {
    caller.authorize(Permission::CreditsRead)?;
    balance_of(services, caller.workspace).await
}

/// The balance of a workspace, for callers that were authorized otherwise. Grants that became effective or expired
/// since the last movement are settled first, so that what is shown is what can be spent.
pub(crate) async fn balance_of(services: &Services, workspace: WorkspaceId) -> Result<Balance, Error> {
    let now = services.clock.now();
    if db::read!(services.db, |tx| Ok(store::read::anything_due(
        tx, workspace, now
    )
    .await?))?
    {
        settle(services, workspace).await?;
    }
    // One moment for all of it: the sources add up to what is available.
    let mut tx = services.db.begin_snapshot().await?;
    let balance = read_balance(&mut tx, workspace).await;
    tx.rollback().await?;
    balance
}

async fn read_balance(tx: &mut Tx, workspace: WorkspaceId) -> Result<Balance, Error> {
    let account = store::read::account(tx, workspace).await?;
    let account = account.ok_or(Error::NotFound { what: "workspace" })?;
    let mut balance = Balance {
        available: Microcredits::new(account.available),
        held: Microcredits::new(account.held),
        by_source: BTreeMap::new(),
        next_expiry: None,
    };
    for grant in store::read::spendable_grants(tx, workspace).await? {
        let sum = balance.by_source.entry(grant.source).or_default();
        *sum = sum.checked_add(grant.remaining).unwrap_or(*sum);
        let Some(end) = grant.expires_at else { continue };
        balance.next_expiry = match balance.next_expiry {
            Some((first, ending)) if first < end => Some((first, ending)),
            Some((first, ending)) if first == end => {
                Some((end, ending.checked_add(grant.remaining).unwrap_or(ending)))
            }
            _ => Some((end, grant.remaining)),
        };
    }
    Ok(balance)
}

/// Lets what is due happen: activations and expiries.
pub(crate) async fn settle(services: &Services, workspace: WorkspaceId) -> Result<(), Error> {
    let request = Request::look(services, workspace, Actor::System, None);
    submit(services, request).await?;
    Ok(())
}

/// The grants of the caller's workspace, newest first.
pub async fn grants(
    services: &Services,
    caller: &Caller,
    cursor: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<GrantView>, Error> {
    caller.authorize(Permission::CreditsRead)?;
    let before = cursor.map(Cursor::id).transpose()?;
    let rows = db::read!(services.db, |tx| {
        Ok(store::read::grants(tx, caller.workspace, before, limit.and_one()).await?)
    })?;
    Ok(Page::from_rows(rows, limit, |grant| {
        Cursor::after_id(grant.id.uuid())
    }))
}

/// One grant of a workspace.
pub(crate) async fn grant(
    services: &Services,
    workspace: WorkspaceId,
    id: GrantId,
) -> Result<GrantView, Error> {
    let found = db::read!(services.db, |tx| Ok(store::read::grant(tx, workspace, id).await?))?;
    found.ok_or(Error::NotFound { what: "grant" })
}

/// The ledger of the caller's workspace, newest first; only lines of one kind when asked for.
pub async fn ledger(
    services: &Services,
    caller: &Caller,
    kind: Option<LineKind>,
    cursor: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<LineView>, Error> {
    caller.authorize(Permission::CreditsRead)?;
    let before = cursor.map(Cursor::int).transpose()?.unwrap_or(i64::MAX);
    let rows = db::read!(services.db, |tx| {
        Ok(store::read::lines(tx, caller.workspace, kind, before, limit.and_one()).await?)
    })?;
    Ok(Page::from_rows(rows, limit, |line| Cursor::after_int(line.seq)))
}

/// The workspaces in which a grant should have become effective or expired.
pub(crate) async fn due_all_workspaces(
    services: &Services,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<WorkspaceId>, Error> {
    let due = db::read!(services.db, |tx| Ok(store::read::due_all_workspaces(
        tx, now, limit
    )
    .await?))?;
    Ok(due.into_iter().map(WorkspaceId::from_uuid).collect())
}

/// The holds whose deadline has passed: nobody is going to close them.
pub(crate) async fn forgotten_holds_all_workspaces(
    services: &Services,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(WorkspaceId, HoldId)>, Error> {
    let holds = db::read!(services.db, |tx| {
        Ok(store::read::forgotten_holds_all_workspaces(tx, now, limit).await?)
    })?;
    Ok(holds
        .into_iter()
        .map(|(workspace, hold)| (Id::from_uuid(workspace), Id::from_uuid(hold)))
        .collect())
}
