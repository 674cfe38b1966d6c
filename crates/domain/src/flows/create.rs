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
};

/// How many numbers are tried behind a slug that is taken.
const SUGGESTIONS_TRIED: u32 = 50;

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
        deleted_at: None,
    };
    let draft = new.definition.as_ref().map(Source::as_str);
    db::write!(services.db, |tx| {
        if store::flows::count(tx, caller.workspace).await? >= FLOWS_MAX {
            return Err(Error::TooMany { max: FLOWS_MAX });
        }
        match claim_slug(tx, caller.workspace, &flow.slug).await {
            Err(Error::SlugTaken { suggestion, .. }) if new.slug.is_none() => flow.slug = suggestion,
            claimed => claimed?,
        }
        refuse_taken(
            store::flows::insert(tx, caller.workspace, &flow, draft).await,
            &flow.slug,
        )?;
        let change = Change::by(caller, "flow.created", "flow", flow.id.uuid())
            .with(serde_json::json!({ "slug": flow.slug, "name": flow.name }));
        Ok(audit::record(tx, services, &change).await?)
    })?;
    let draft = draft.map(str::to_owned);
    Ok(FlowView { flow, draft })
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
        suggestion: slug.numbered(SUGGESTIONS_TRIED + 1),
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
