//! Single usage events.

use types::{
    ApiKeyId, Cursor, EnvironmentId, FlowId, Microcredits, Page, PageLimit, TenantId, Timestamp, UsageId,
    UserId, WorkspaceId,
};

use super::{Error, Reason, store};
use crate::{
    Services,
    access::{Caller, Permission},
    credits::CallStatus,
    environments::{self, EnvironmentRef},
    flows::{self, FlowRef},
};

/// One metered call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageEvent {
    /// Its id: that of its closing line and of its run.
    pub id: UsageId,
    /// The number of its line in the ledger; 0 for a refused call, which has none.
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
    pub status: UsageStatus,
    /// By a test key.
    pub test: bool,
    /// What it cost.
    pub credits: Microcredits,
    /// How long it took.
    pub latency_us: i64,
    /// JSON that the operator's service attached.
    pub tags: Option<String>,
}

/// How a call ended, or why it was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageStatus {
    /// It was accepted and ended so.
    Ended(CallStatus),
    /// It was refused: a sample.
    Refused(Reason),
}

impl UsageStatus {
    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ended(status) => status.as_str(),
            Self::Refused(reason) => reason.as_str(),
        }
    }

    /// From the spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let ended = CallStatus::parse(text).map(Self::Ended);
        ended.or_else(|| Reason::parse(text).map(Self::Refused))
    }
}

/// Which statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusFilter {
    /// Calls that ended so.
    Ended(CallStatus),
    /// Samples of the calls that were refused, for this reason or for any.
    Refused(Option<Reason>),
}

/// Which events; everything that is set must hold. Without a status: of accepted calls alone.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Whose, and of what.
    pub calls: Calls,
    /// Of this resource.
    pub resource: Option<String>,
    /// With this outcome.
    pub status: Option<StatusFilter>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
}

/// Which calls, by who called what. Everything that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct Calls {
    /// By this key.
    pub key: Option<ApiKeyId>,
    /// By this person.
    pub user: Option<UserId>,
    /// Of this flow.
    pub flow: Option<FlowRef>,
    /// In this environment.
    pub environment: Option<EnvironmentRef>,
    /// For this tenant.
    pub tenant: Option<TenantId>,
}

/// The same by ids.
#[derive(Debug)]
pub(super) struct CallIds {
    pub key: Option<ApiKeyId>,
    pub user: Option<UserId>,
    pub flow: Option<FlowId>,
    pub environment: Option<EnvironmentId>,
    pub tenant: Option<TenantId>,
}

impl Calls {
    /// What is named by a slug must be there; an id may be of what was deleted.
    pub(super) async fn ids(&self, tx: &mut db::Tx, workspace: WorkspaceId) -> Result<CallIds, Error> {
        let flow = match &self.flow {
            Some(flow) => Some(flows::id_of(tx, workspace, flow).await?),
            None => None,
        };
        let environment = match &self.environment {
            Some(environment) => Some(environments::id_of(tx, workspace, environment).await?),
            None => None,
        };
        Ok(CallIds {
            key: self.key,
            user: self.user,
            flow,
            environment,
            tenant: self.tenant,
        })
    }
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
    match filter.status {
        None => ended(services, caller, filter, None, cursor, limit).await,
        Some(StatusFilter::Ended(status)) => {
            ended(services, caller, filter, Some(status), cursor, limit).await
        }
        Some(StatusFilter::Refused(reason)) => refused(services, caller, filter, reason, cursor, limit).await,
    }
}

/// Accepted calls, from the ledger.
async fn ended(
    services: &Services,
    caller: &Caller,
    filter: &EventFilter,
    status: Option<CallStatus>,
    cursor: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<UsageEvent>, Error> {
    let cursor = cursor.map(Cursor::int).transpose()?;
    db::read!(services.db, |tx| {
        let calls = filter.calls.ids(tx, caller.workspace).await?;
        let before = match cursor {
            Some(before) => before,
            None => store::last_seq(tx, caller.workspace).await? + 1,
        };
        let span = (before.saturating_sub(SCAN_LINES_MAX).max(1), before);
        let sought = store::Sought {
            filter,
            calls: &calls,
        };
        let rows = store::events(tx, caller.workspace, &sought, status, span, limit.and_one()).await?;
        let mut page = Page::from_rows(rows, limit, |event| Cursor::after_int(event.seq));
        if page.next.is_none() && span.0 > 1 && !is_before(tx, caller, span.0, filter.from).await? {
            page.next = Some(Cursor::after_int(span.0));
        }
        Ok(page)
    })
}

/// Samples of refused calls.
async fn refused(
    services: &Services,
    caller: &Caller,
    filter: &EventFilter,
    reason: Option<Reason>,
    cursor: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<UsageEvent>, Error> {
    let before = cursor.map(Cursor::id).transpose()?;
    db::read!(services.db, |tx| {
        let calls = filter.calls.ids(tx, caller.workspace).await?;
        let sought = store::Sought {
            filter,
            calls: &calls,
        };
        let rows =
            store::refused::events(tx, caller.workspace, &sought, reason, before, limit.and_one()).await?;
        Ok(Page::from_rows(rows, limit, |event| {
            Cursor::after_id(event.id.uuid())
        }))
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

/// One usage event: an accepted call, or a sample of a refused one.
pub async fn event(services: &Services, caller: &Caller, id: UsageId) -> Result<UsageEvent, Error> {
    caller.authorize(Permission::UsageRead)?;
    let found: Result<_, Error> = db::read!(services.db, |tx| {
        match store::event(tx, caller.workspace, id).await? {
            Some(event) => Ok(Some(event)),
            None => Ok(store::refused::event(tx, caller.workspace, id).await?),
        }
    });
    found?.ok_or(Error::NotFound)
}
