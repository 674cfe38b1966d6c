//! Single usage events.

use types::{
    ApiKeyId, Cursor, EnvironmentId, FlowId, Microcredits, Page, PageLimit, TenantId, Timestamp, UsageId,
    UserId,
};

use super::{Error, store};
use crate::{
    Services,
    access::{Caller, Permission},
    credits::CallStatus,
};

/// One metered call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageEvent {
    /// Its id: that of its closing line and of its run.
    pub id: UsageId,
    /// The number of its line in the ledger.
    pub seq: i64,
    /// When it was charged.
    pub at: Timestamp,
    /// The key that called.
    pub key: Option<ApiKeyId>,
    /// The person who called.
    pub user: Option<UserId>,
    /// The flow that ran.
    pub flow: Option<FlowId>,
    /// Its version; 0 is the draft.
    pub flow_version: Option<i64>,
    /// Where.
    pub environment: Option<EnvironmentId>,
    /// For whom.
    pub tenant: Option<TenantId>,
    /// What the operator's service charged for.
    pub resource: Option<String>,
    /// Through what.
    pub surface: String,
    /// How it ended.
    pub status: CallStatus,
    /// By a test key.
    pub test: bool,
    /// What it cost.
    pub credits: Microcredits,
    /// How long it took.
    pub latency_us: i64,
    /// JSON that the operator's service attached.
    pub tags: Option<String>,
}

/// Which events; everything that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// By this key.
    pub key: Option<ApiKeyId>,
    /// By this person.
    pub user: Option<UserId>,
    /// Of this flow.
    pub flow: Option<FlowId>,
    /// In this environment.
    pub environment: Option<EnvironmentId>,
    /// For this tenant.
    pub tenant: Option<TenantId>,
    /// Of this resource.
    pub resource: Option<String>,
    /// With this outcome.
    pub status: Option<CallStatus>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
}

/// How many lines of the ledger one page looks through. A page of a rare thing may come back short, even empty, with
/// a cursor to go on: reads stay short however large the ledger is.
const SCAN_LINES_MAX: i64 = 20_000;

/// The usage events of the caller's workspace, newest first.
pub async fn events(
    services: &Services,
    caller: &Caller,
    filter: &EventFilter,
    cursor: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<UsageEvent>, Error> {
    caller.authorize(Permission::UsageRead)?;
    let cursor = cursor.map(Cursor::int).transpose()?;
    db::read!(services.db, |tx| {
        let before = match cursor {
            Some(before) => before,
            None => store::last_seq(tx, caller.workspace).await? + 1,
        };
        let from_seq = before.saturating_sub(SCAN_LINES_MAX).max(1);
        let rows = store::events(tx, caller.workspace, filter, from_seq, before, limit.and_one()).await?;
        let mut page = Page::from_rows(rows, limit, |event| Cursor::after_int(event.seq));
        if page.next.is_none() && from_seq > 1 && !is_before(tx, caller, from_seq, filter.from).await? {
            page.next = Some(Cursor::after_int(from_seq));
        }
        Ok(page)
    })
}

/// Is the line older than anything that is asked for?
async fn is_before(
    tx: &mut db::Tx,
    caller: &Caller,
    seq: i64,
    from: Option<Timestamp>,
) -> Result<bool, Error> {
    match from {
        None => Ok(false),
        Some(from) => Ok(store::line_at(tx, caller.workspace, seq)
            .await?
            .is_some_and(|at| at < from)),
    }
}

/// One usage event.
pub async fn event(services: &Services, caller: &Caller, id: UsageId) -> Result<UsageEvent, Error> {
    caller.authorize(Permission::UsageRead)?;
    let found = db::read!(
        services.db,
        |tx| Ok(store::event(tx, caller.workspace, id).await?)
    )?;
    found.ok_or(Error::NotFound)
}
