//! Looking back at runs.

use std::collections::HashMap;

use db::Tx;
use types::{
    ApiKeyId, Cursor, DisplayName, EnvironmentId, FlowId, Microcredits, Page, PageLimit, RunId, Slug,
    TenantId, Timestamp, UserId,
};

use super::{Error, RunState, Steps, steps::from_text, store};
use crate::{
    Services,
    access::{Actor, Caller, Permission, Role},
    environments::{self, EnvironmentRef},
    flows::{self, FlowRef},
};

/// One execution of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its id, also that of its ledger line and usage event.
    pub id: RunId,
    /// What ran.
    pub flow: FlowId,
    /// What the flow is called now; `None` when it is erased.
    pub flow_name: Option<DisplayName>,
    /// Its version; 0 is the draft.
    pub version: i64,
    /// Where.
    pub environment: EnvironmentId,
    /// What the environment is called now; `None` when it is gone.
    pub environment_name: Option<Slug>,
    /// For whom.
    pub tenant: Option<TenantId>,
    /// Who called.
    pub actor: Actor,
    /// Through what: `api`, `console`.
    pub surface: String,
    /// Where it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// What it cost.
    pub credits: Microcredits,
}

/// A run with what is kept of its values, as JSON texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunView {
    /// The run.
    pub run: Run,
    /// What it was called with.
    pub input: Option<String>,
    /// What it answered.
    pub output: Option<String>,
    /// The error that ended it.
    pub error: Option<String>,
}

/// The newest run of a flow, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastRun {
    /// Its id.
    pub id: RunId,
    /// Where it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
}

/// Which runs to list.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// Of this flow.
    pub flow: Option<FlowRef>,
    /// In this environment.
    pub environment: Option<EnvironmentRef>,
    /// In this state.
    pub state: Option<RunState>,
    /// Called by this key.
    pub key: Option<ApiKeyId>,
    /// Called by this person.
    pub user: Option<UserId>,
}

/// A filter with everything named by its id.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ResolvedFilter {
    pub flow: Option<FlowId>,
    pub environment: Option<EnvironmentId>,
    pub state: Option<RunState>,
    pub actor: Option<Actor>,
}

/// The runs of the workspace, newest first; a guest sees his own. A page may be short, or empty, and still not be the
/// last: at most [`SCANNED_MAX`](store::SCANNED_MAX) runs are looked at for each.
pub async fn list(
    services: &Services,
    caller: &Caller,
    filter: &RunFilter,
    cursor: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<Run>, Error> {
    caller.authorize(Permission::RunsRead)?;
    let before = cursor.map(Cursor::id).transpose()?;
    db::read!(services.db, |tx| {
        let workspace = caller.workspace;
        let mut resolved = ResolvedFilter {
            state: filter.state,
            actor: filter.key.map(Actor::ApiKey).or(filter.user.map(Actor::User)),
            ..ResolvedFilter::default()
        };
        if let Some(flow) = &filter.flow {
            resolved.flow = Some(flows::id_of(tx, workspace, flow).await?);
        }
        if let Some(environment) = &filter.environment {
            resolved.environment = Some(environments::id_of(tx, workspace, environment).await?);
        }
        let is_guest = caller.role == Some(Role::Guest);
        // Nobody calls as a key and as a person at once, and of another's runs there are none for a guest.
        let is_another = is_guest && resolved.actor.is_some_and(|actor| actor != caller.actor);
        if is_another || (filter.key.is_some() && filter.user.is_some()) {
            return Ok(Page {
                items: Vec::new(),
                next: None,
            });
        }
        if is_guest {
            resolved.actor = Some(caller.actor);
        }
        Ok(store::list(tx, workspace, &resolved, before, limit).await?)
    })
}

/// The newest run of each flow that the caller may see, among the newest [`LAST_RUNS_AMONG`](store::LAST_RUNS_AMONG)
/// of the workspace; for the list of flows.
pub(crate) async fn last_of_flows(tx: &mut Tx, caller: &Caller) -> db::Result<HashMap<FlowId, LastRun>> {
    if caller.authorize(Permission::RunsRead).is_err() {
        return Ok(HashMap::new());
    }
    let actor = (caller.role == Some(Role::Guest)).then_some(caller.actor);
    store::last_of_flows(tx, caller.workspace, actor).await
}

/// One run with what is kept of its values.
pub async fn view(services: &Services, caller: &Caller, run: RunId) -> Result<RunView, Error> {
    caller.authorize(Permission::RunsRead)?;
    let found = db::read!(
        services.db,
        |tx| Ok(store::find(tx, caller.workspace, run).await?)
    )?;
    found
        .filter(|found| caller.role != Some(Role::Guest) || found.run.actor == caller.actor)
        .ok_or(Error::Unknown { run })
}

/// The steps of a run, in the order in which they ended; empty where none are kept.
pub async fn steps(services: &Services, caller: &Caller, run: RunId) -> Result<Steps, Error> {
    let found = view(services, caller, run).await?;
    let text = db::read!(services.db, |tx| Ok(
        store::steps(tx, caller.workspace, run).await?
    ))?;
    let Some(text) = text else {
        return Ok(Steps::default());
    };
    let (input, output) = (found.input.as_deref(), found.output.as_deref());
    Ok(from_text(&text, found.run.started_at, input, output)?)
}
