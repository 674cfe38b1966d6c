//! The end of a deleted flow: its texts and its deployments are deleted.
//!
//! Its ledger lines, usage and runs stay, without its name. The values of its runs go with the next round of
//! [`runs::strip_expired_all_workspaces`](crate::runs::strip_expired_all_workspaces): no flow, nothing kept.

use types::{Duration, FlowId, WorkspaceId};

use super::{Error, RESTORABLE, store};
use crate::{
    Services,
    access::Actor,
    audit::{self, Change},
};

/// Erased later than it can be restored, so that two nodes whose clocks differ do not do both.
const ERASE_AFTER: Duration = Duration::from_us(RESTORABLE.us() + Duration::from_hours(1).us());
/// Flows of one round.
const FLOWS_PER_ROUND_MAX: i64 = 1_000;

/// Erases flows that were deleted more than [`RESTORABLE`] ago, and answers how many; when it is none, no flow is
/// left to erase. A job: each transaction deletes few rows, and a round that was broken off is taken up by the next.
pub async fn erase_due_all_workspaces(services: &Services) -> Result<usize, Error> {
    let before = services.clock.now().minus(ERASE_AFTER);
    let due = db::read!(services.db, |tx| Ok::<_, Error>(
        store::erase::due_all_workspaces(tx, before, FLOWS_PER_ROUND_MAX).await?
    ))?;
    for (workspace, flow) in &due {
        erase(services, *workspace, *flow).await?;
    }
    Ok(due.len())
}

async fn erase(services: &Services, workspace: WorkspaceId, flow: FlowId) -> Result<(), Error> {
    for statement in store::erase::ERASE_PARTS {
        loop {
            let is_done: Result<bool, Error> = db::write!(services.db, |tx| Ok(store::erase::erase_some(
                tx, workspace, flow, statement
            )
            .await?));
            if is_done? {
                break;
            }
        }
    }
    let event = Change {
        action: "flow.erased",
        resource_kind: "flow",
        resource_id: Some(flow.uuid()),
        details: serde_json::Value::Null,
        workspace: Some(workspace),
        actor: Actor::System,
        origin: None,
    };
    db::write!(services.db, |tx| {
        if store::erase::delete_row(tx, workspace, flow).await? > 0 {
            audit::record(tx, services, &event).await?;
        }
        Ok(())
    })
}
