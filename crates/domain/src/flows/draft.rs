//! The draft: what is being edited. May be anything; only versions must be flows.

use super::{Error, FlowRef, Source, compile, read, store, versions::find_version};
use crate::{
    Services,
    access::{Caller, Permission},
    audit::{self, Change},
};
use flow::Finding;

/// A draft that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    /// Its revision, one more than before.
    pub revision: i64,
    /// What would keep it from becoming a version, and what is suspicious about it.
    pub findings: Vec<Finding>,
}

/// Saves the draft as it is, valid or not. With `from`, only if nobody has saved it since that revision.
pub async fn save_draft(
    services: &Services,
    caller: &Caller,
    flow: &FlowRef,
    source: &Source,
    from: Option<i64>,
) -> Result<SavedDraft, Error> {
    caller.authorize(Permission::FlowsWrite)?;
    let checked = compile::findings_of(services, source).await?;
    let now = services.clock.now();
    let revision = db::write!(services.db, |tx| {
        let found = read::find_to_change(tx, caller, flow).await?;
        let (workspace, text) = (caller.workspace, source.as_str());
        let saved =
            store::flows::update_draft(tx, workspace, found.id, text, from, caller.actor, now).await?;
        let Some(revision) = saved else {
            let (latest, revision) = store::flows::draft(tx, workspace, found.id).await?;
            let now = read::find(tx, workspace, &FlowRef::Id(found.id)).await?;
            return Err(Error::DraftConflict {
                revision,
                latest,
                latest_author: now.draft.map(|draft| draft.saved_by),
                yours: text.to_owned(),
            });
        };
        let change = Change::by(caller, "flow.draft_saved", "flow", found.id.uuid())
            .with(serde_json::json!({ "revision": revision }));
        audit::record(tx, services, &change).await?;
        Ok(revision)
    })?;
    Ok(SavedDraft {
        revision,
        findings: checked.findings,
    })
}

/// The text of a flow's draft, for running it; where nothing is being edited, that of its newest version.
pub(crate) async fn draft_source(
    services: &Services,
    caller: &Caller,
    flow: &FlowRef,
) -> Result<(super::Flow, String), Error> {
    db::read!(services.db, |tx| {
        let found = read::find(tx, caller.workspace, flow).await?;
        let (draft, _) = store::flows::draft(tx, caller.workspace, found.id).await?;
        let text = match (draft, found.latest_version) {
            (Some(text), _) => text,
            (None, Some(number)) => find_version(tx, caller.workspace, found.id, number).await?.source,
            (None, None) => return Err(Error::NoDraft),
        };
        Ok((found, text))
    })
}
