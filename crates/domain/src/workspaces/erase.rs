//! The end of a workspace: everything that it had is deleted.

use types::{Duration, WorkspaceId};

use super::{Error, RESTORE_DAYS, store};
use crate::{
    Services,
    access::Actor,
    audit::{self, Change},
};

/// Erased later than it can be restored, so that two nodes whose clocks differ do not do both.
const ERASE_AFTER: Duration =
    Duration::from_us(Duration::from_days(RESTORE_DAYS).us() + Duration::from_hours(1).us());
/// Workspaces of one run of the job.
const WORKSPACES_PER_RUN_MAX: i64 = 100;

/// Erases the workspaces that were deleted more than [`RESTORE_DAYS`] ago, and answers how many. A job: each
/// transaction deletes few rows, and a run that was broken off is taken up by the next.
pub async fn erase_due_all_workspaces(services: &Services) -> Result<u64, Error> {
    let deleted_before = services.clock.now().minus(ERASE_AFTER);
    let due = db::read!(services.db, |tx| Ok::<_, Error>(
        store::due_all_workspaces(tx, deleted_before, WORKSPACES_PER_RUN_MAX).await?
    ))?;
    let mut erased = 0;
    for workspace in due {
        erase(services, workspace).await?;
        erased += 1;
    }
    Ok(erased)
}

async fn erase(services: &Services, workspace: WorkspaceId) -> Result<(), Error> {
    let ordered = store::erase_ordered(services.db.dialect());
    for statement in store::ERASE_OWNED.iter().chain(ordered) {
        loop {
            let done: Result<bool, Error> = db::write!(services.db, |tx| Ok(store::erase_some(
                tx, workspace, statement
            )
            .await?));
            if done? {
                break;
            }
        }
    }
    let event = Change {
        action: "workspace.erased",
        resource_kind: "workspace",
        resource_id: Some(workspace.uuid()),
        details: serde_json::Value::Null,
        // The workspace's own log is gone.
        workspace: None,
        actor: Actor::System,
        origin: None,
    };
    db::write!(services.db, |tx| {
        store::delete_row(tx, workspace).await?;
        Ok(audit::record(tx, services, &event).await?)
    })
}
