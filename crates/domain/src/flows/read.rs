//! Looking at flows.

use db::Tx;
use types::{Cursor, FlowId, Page, PageLimit, WorkspaceId};

use super::{Error, Flow, FlowRef, FlowView, RESTORABLE, store};
use crate::{
    Services,
    access::{Caller, Permission},
    api_keys::{self, Restricted},
    environments::{self, EnvironmentRef},
    runs,
};

/// Which flows to list.
#[derive(Debug, Clone, Default)]
pub struct FlowFilter {
    /// Part of the name, the slug or the description, in whatever case.
    pub search: Option<String>,
    /// Live in this environment.
    pub environment: Option<EnvironmentRef>,
    /// Those that are deleted and can be restored, instead of those that are not.
    pub deleted: bool,
}

/// The flows of the workspace, newest first.
pub async fn list(
    services: &Services,
    caller: &Caller,
    filter: &FlowFilter,
    cursor: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<Flow>, Error> {
    caller.authorize(Permission::FlowsRead)?;
    let after = cursor.map(Cursor::id).transpose()?;
    let deleted_since = services.clock.now().minus(RESTORABLE);
    db::read!(services.db, |tx| {
        let environment = match &filter.environment {
            Some(environment) => Some(
                environments::find(tx, caller.workspace, environment)
                    .await?
                    .id
                    .uuid(),
            ),
            None => None,
        };
        let flows = store::flows::list(
            tx,
            caller.workspace,
            filter,
            environment,
            deleted_since,
            after,
            limit,
        )
        .await?;
        let mut page = Page::from_rows(flows, limit, store::flows::cursor);
        with_surroundings(tx, caller, &mut page.items).await?;
        Ok(page)
    })
}

/// One flow with its draft, by id or slug.
pub async fn view(services: &Services, caller: &Caller, flow: &FlowRef) -> Result<FlowView, Error> {
    caller.authorize(Permission::FlowsRead)?;
    db::read!(services.db, |tx| view_in(tx, caller, flow).await)
}

/// One flow with everything, within a transaction.
pub(super) async fn view_in(tx: &mut Tx, caller: &Caller, flow: &FlowRef) -> Result<FlowView, Error> {
    let mut flow = find(tx, caller.workspace, flow).await?;
    with_surroundings(tx, caller, std::slice::from_mut(&mut flow)).await?;
    let (draft, _) = store::flows::draft(tx, caller.workspace, flow.id).await?;
    Ok(FlowView { flow, draft })
}

/// The same as [`find`], for a caller who means to change the flow: a key may be restricted to other ones.
pub(super) async fn find_to_change(tx: &mut Tx, caller: &Caller, flow: &FlowRef) -> Result<Flow, Error> {
    let found = find(tx, caller.workspace, flow).await?;
    refuse_restricted(caller, found.id)?;
    Ok(found)
}

/// A key that is restricted to other flows may not touch this one.
pub(super) fn refuse_restricted(caller: &Caller, flow: FlowId) -> Result<(), Restricted> {
    caller
        .key
        .as_ref()
        .map_or(Ok(()), |key| api_keys::check_flow(key, flow))
}

/// A flow that is not deleted, without where it is live.
pub(crate) async fn find(tx: &mut Tx, workspace: WorkspaceId, flow: &FlowRef) -> Result<Flow, Error> {
    let found = store::flows::find(tx, workspace, flow).await?;
    found.ok_or_else(|| Error::Unknown { flow: flow.clone() })
}

/// The id of a flow, which may have been deleted if it is named by it.
pub(crate) async fn id_of(tx: &mut Tx, workspace: WorkspaceId, flow: &FlowRef) -> Result<FlowId, Error> {
    match flow.id() {
        Some(id) => Ok(id),
        None => Ok(find(tx, workspace, flow).await?.id),
    }
}

/// The id of a flow that the workspace has or had.
pub(crate) async fn known_id(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: &FlowRef,
) -> db::Result<Option<FlowId>> {
    match flow.id() {
        Some(id) => Ok(store::flows::exists(tx, workspace, id).await?.then_some(id)),
        None => Ok(store::flows::find(tx, workspace, flow).await?.map(|flow| flow.id)),
    }
}

/// Fills in where flows are live, and how they ran last.
async fn with_surroundings(tx: &mut Tx, caller: &Caller, flows: &mut [Flow]) -> Result<(), Error> {
    let ids = flows.iter().map(|flow| flow.id);
    let mut live = store::deployments::live_of(tx, caller.workspace, ids).await?;
    let mut last_runs = runs::last_of_flows(tx, caller).await?;
    for flow in flows {
        flow.live = live.remove(&flow.id).unwrap_or_default();
        flow.last_run = last_runs.remove(&flow.id);
    }
    Ok(())
}
