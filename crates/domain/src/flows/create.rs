//! Making a flow.

use db::Tx;
use types::{Comment, DisplayName, Slug, WorkspaceId, slug_suggestion};

use super::{
    DraftMark, Error, FLOWS_MAX, Flow, FlowView, PRICE_PERMILLE_DEFAULT, RETENTION_DAYS_DEFAULT, Retention,
    Source, store,
};
use crate::{
    Services,
    access::{Caller, Permission},
    audit::{self, Change},
    ids::random_bytes,
};

/// How many numbers are tried behind a slug that is taken, before a large one is drawn.
const SUGGESTIONS_TRIED: u32 = 50;
/// How often a slug that nobody asked for is chosen anew because another flow was quicker.
const SLUG_ATTEMPTS_MAX: u32 = 8;

/// What a new flow is to be.
#[derive(Debug, Clone)]
pub struct NewFlow {
    /// What people call it.
    pub name: DisplayName,
    /// Its name in addresses; made from the name when missing.
    pub slug: Option<Slug>,
    /// What it is for.
    pub description: Comment,
    /// The first text of its draft; may be invalid.
    pub definition: Option<Source>,
}

/// Makes a flow. A slug that was asked for is taken or refused; one made from the name gives way to a free one.
pub async fn create(services: &Services, caller: &Caller, new: NewFlow) -> Result<FlowView, Error> {
    caller.authorize(Permission::FlowsWrite)?;
    let now = services.clock.now();
    let mut flow = Flow {
        id: services.ids.next(),
        slug: new
            .slug
            .clone()
            .unwrap_or_else(|| slug_suggestion(new.name.as_str(), "flow")),
        name: new.name,
        description: new.description,
        draft: new.definition.is_some().then_some(DraftMark {
            revision: 1,
            saved_by: caller.actor,
            saved_at: now,
        }),
        draft_revision: new.definition.is_some().into(),
        latest_version: None,
        live: Vec::new(),
        last_run: None,
        price_permille: PRICE_PERMILLE_DEFAULT,
        retention: Retention::All,
        retention_days: RETENTION_DAYS_DEFAULT,
        created_by: caller.actor,
        created_at: now,
        updated_at: now,
        details_changed_at: now,
        deleted_at: None,
    };
    let draft = new.definition.as_ref().map(Source::as_str);
    let (wanted, is_asked_for) = (flow.slug.clone(), new.slug.is_some());
    for _ in 0..SLUG_ATTEMPTS_MAX {
        let made = db::write!(services.db, |tx| {
            refuse_too_many(tx, caller.workspace).await?;
            flow.slug = match claim_slug(tx, caller.workspace, &wanted).await {
                Err(Error::SlugTaken { suggestion, .. }) if !is_asked_for => suggestion,
                claimed => claimed.map(|()| wanted.clone())?,
            };
            refuse_taken(
                store::flows::insert(tx, caller.workspace, &flow, draft).await,
                &flow.slug,
            )?;
            let change = Change::by(caller, "flow.created", "flow", flow.id.uuid())
                .with(serde_json::json!({ "slug": flow.slug, "name": flow.name }));
            Ok(audit::record(tx, services, &change).await?)
        });
        match made {
            Err(Error::SlugTaken { .. }) if !is_asked_for => {}
            made => {
                let draft = draft.map(str::to_owned);
                return made.map(|()| FlowView { flow, draft });
            }
        }
    }
    Err(Error::Busy)
}

/// Refuses one more flow when the workspace has as many as it may.
pub(super) async fn refuse_too_many(tx: &mut Tx, workspace: WorkspaceId) -> Result<(), Error> {
    if store::flows::count(tx, workspace).await? >= FLOWS_MAX {
        return Err(Error::TooMany { max: FLOWS_MAX });
    }
    Ok(())
}

/// Is the slug free? Refuses it with one that is, if not.
pub(super) async fn claim_slug(tx: &mut Tx, workspace: WorkspaceId, slug: &Slug) -> Result<(), Error> {
    if !store::flows::has_slug(tx, workspace, slug).await? {
        return Ok(());
    }
    for number in 2..=SUGGESTIONS_TRIED {
        let suggestion = slug.numbered(number);
        if !store::flows::has_slug(tx, workspace, &suggestion).await? {
            let slug = slug.clone();
            return Err(Error::SlugTaken { slug, suggestion });
        }
    }
    Err(Error::SlugTaken {
        slug: slug.clone(),
        suggestion: slug.numbered(u32::from_be_bytes(random_bytes())),
    })
}

/// Another flow got the slug between the look and the write.
pub(super) fn refuse_taken<T>(written: db::Result<T>, slug: &Slug) -> Result<T, Error> {
    written.map_err(|error| match error {
        db::Error::UniqueViolation => Error::SlugTaken {
            slug: slug.clone(),
            suggestion: slug.numbered(2),
        },
        error => Error::Internal(error),
    })
}
