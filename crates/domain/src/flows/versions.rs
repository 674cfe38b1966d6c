//! Versions: immutable numbered snapshots.

use db::Tx;
use types::{Comment, Cursor, FlowId, Label, Page, PageLimit, WorkspaceId};

use super::{Compiled, Error, FlowRef, Source, Version, VersionView, read, store};
use crate::{
    Services,
    access::{Caller, Permission},
    audit::{self, Change},
};

/// What a new version is to be.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// Its text; must compile.
    pub source: Source,
    /// Why it is saved.
    pub comment: Comment,
    /// A short mark.
    pub label: Label,
    /// The number of the version that it started from, 0 for none: saved only if that is still the latest.
    pub if_match: Option<i64>,
}

/// Saves a version. Nothing in history is ever changed: an unchanged definition is refused, a stale start too.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Unchanged`], [`Error::VersionConflict`].
pub async fn save_version(
    services: &Services,
    caller: &Caller,
    flow: &FlowRef,
    new: NewVersion,
) -> Result<VersionView, Error> {
    caller.authorize(Permission::FlowsWrite)?;
    let Compiled { definition, .. } = services.flows.compile(&new.source).await?;
    let definition = definition.canonical_text();
    let hash = *blake3::hash(definition.as_bytes()).as_bytes();
    let mut view = VersionView {
        version: Version {
            id: services.ids.next(),
            flow: FlowId::from_uuid(uuid::Uuid::nil()),
            number: 0,
            comment: new.comment,
            label: new.label,
            author: caller.actor,
            created_at: services.clock.now(),
            live: Vec::new(),
        },
        source: new.source.as_str().to_owned(),
        definition: definition.to_owned(),
    };
    db::write!(services.db, |tx| {
        let (workspace, now) = (caller.workspace, view.version.created_at);
        let found = read::find_to_change(tx, caller, flow).await?;
        // Whoever is second waits here, and then sees the version of the first.
        let number = store::flows::next_version(tx, workspace, found.id, now).await?;
        let number = number.ok_or_else(|| Error::Unknown { flow: flow.clone() })?;
        view.version.flow = found.id;
        view.version.number = number;
        refuse_stale(tx, workspace, &view, new.if_match).await?;
        refuse_unchanged(tx, workspace, &view, &hash).await?;
        store::versions::insert(tx, workspace, &view, &hash).await?;
        store::flows::clear_draft_equal_to(tx, workspace, found.id, &view.source).await?;
        let change = Change::by(caller, "flow.version_saved", "flow", found.id.uuid())
            .with(serde_json::json!({ "version": number, "comment": view.version.comment }));
        Ok(audit::record(tx, services, &change).await?)
    })?;
    Ok(view)
}

async fn refuse_stale(
    tx: &mut Tx,
    workspace: WorkspaceId,
    new: &VersionView,
    started_from: Option<i64>,
) -> Result<(), Error> {
    let latest = new.version.number - 1;
    if started_from.is_none_or(|number| number == latest) {
        return Ok(());
    }
    if latest == 0 {
        return Err(Error::NoVersionYet);
    }
    let latest = find_version(tx, workspace, new.version.flow, latest).await?;
    Err(Error::VersionConflict {
        latest: Box::new(latest),
        yours: new.source.clone(),
    })
}

async fn refuse_unchanged(
    tx: &mut Tx,
    workspace: WorkspaceId,
    new: &VersionView,
    hash: &[u8; 32],
) -> Result<(), Error> {
    let number = new.version.number - 1;
    let latest = store::versions::hash(tx, workspace, new.version.flow, number).await?;
    if latest.is_some_and(|latest| latest == hash) {
        Err(Error::Unchanged { number })
    } else {
        Ok(())
    }
}

/// The versions of a flow, newest first, with where they are live.
pub async fn list_versions(
    services: &Services,
    caller: &Caller,
    flow: &FlowRef,
    cursor: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<Version>, Error> {
    caller.authorize(Permission::FlowsRead)?;
    let before = cursor.map(Cursor::int).transpose()?;
    db::read!(services.db, |tx| {
        let found = read::find(tx, caller.workspace, flow).await?;
        let versions = store::versions::list(tx, caller.workspace, found.id, before, limit).await?;
        let mut page = Page::from_rows(versions, limit, |version| Cursor::after_int(version.number));
        with_live(tx, caller.workspace, found.id, &mut page.items).await?;
        Ok(page)
    })
}

/// One version with its text.
pub async fn view_version(
    services: &Services,
    caller: &Caller,
    flow: &FlowRef,
    number: i64,
) -> Result<VersionView, Error> {
    caller.authorize(Permission::FlowsRead)?;
    db::read!(services.db, |tx| {
        let found = read::find(tx, caller.workspace, flow).await?;
        let mut view = find_version(tx, caller.workspace, found.id, number).await?;
        with_live(
            tx,
            caller.workspace,
            found.id,
            std::slice::from_mut(&mut view.version),
        )
        .await?;
        Ok(view)
    })
}

pub(super) async fn find_version(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: FlowId,
    number: i64,
) -> Result<VersionView, Error> {
    let found = store::versions::find(tx, workspace, flow, number).await?;
    found.ok_or(Error::UnknownVersion { number })
}

async fn with_live(
    tx: &mut Tx,
    workspace: WorkspaceId,
    flow: FlowId,
    versions: &mut [Version],
) -> Result<(), Error> {
    let live = store::deployments::live_of(tx, workspace, std::iter::once(flow)).await?;
    for place in live.into_values().flatten() {
        if let Some(version) = versions
            .iter_mut()
            .find(|version| version.number == place.version)
        {
            version.live.push(place);
        }
    }
    Ok(())
}
