//! Making workspaces: by choice, and the personal one that everybody has.

use db::Tx;
use types::{Comment, DisplayName, Slug, TimeZone, Timestamp, UserId, WorkspaceId, slug_suggestion};

use super::{Error, PERSONAL_NAME, WORKSPACES_PER_PERSON_MAX, Workspace, store};
use crate::{
    Services,
    access::{Actor, Origin, Person, Role},
    audit::{self, Change},
    credits, environments,
    ids::random_bytes,
};

/// How many slugs are tried before giving up: each has a random end, so that two misses in a row are an accident.
const SLUG_ATTEMPTS_MAX: usize = 8;
const SUFFIX_CHARS: usize = 4;
/// So that the suffix and its hyphen fit behind it.
const SLUG_STEM_CHARS_MAX: usize = 34;
const SLUG_FALLBACK: &str = "workspace";

/// What a new workspace is made from.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// Its name for people.
    pub name: DisplayName,
    /// Its name in addresses; made from the name when missing.
    pub slug: Option<Slug>,
    /// What it is for.
    pub description: Comment,
    /// UTC when missing.
    pub time_zone: Option<TimeZone>,
}

/// Makes a workspace, with the person as its owner.
///
/// # Errors
/// [`Error::SlugTaken`] with a free one, when the person chose the slug; [`Error::SlugReserved`]; [`Error::TooMany`].
pub async fn create(services: &Services, person: &Person, new: NewWorkspace) -> Result<Workspace, Error> {
    if let Some(slug) = new.slug.as_ref().filter(|slug| slug.is_reserved()) {
        return Err(Error::SlugReserved { slug: slug.clone() });
    }
    let chosen = new.slug.is_some();
    let stem = stem_of(new.name.as_str());
    let mut workspace = blank(services, person.user, new.name, first_slug(new.slug, &stem));
    workspace.description = new.description;
    workspace.time_zone = new.time_zone.unwrap_or_else(TimeZone::utc);
    for _ in 0..SLUG_ATTEMPTS_MAX {
        let made = db::write!(services.db, |tx| {
            if store::count_memberships_all_workspaces(tx, person.user).await? >= WORKSPACES_PER_PERSON_MAX {
                return Err(Error::TooMany {
                    max: WORKSPACES_PER_PERSON_MAX,
                });
            }
            let made = insert(tx, services, &workspace).await?;
            if made {
                audit::record(tx, services, &created(&workspace, &person.origin)).await?;
            }
            Ok(made)
        })?;
        match made {
            true => return Ok(workspace),
            false if chosen => return Err(taken(services, workspace.slug).await),
            false => workspace.slug = with_suffix(&stem),
        }
    }
    Err(taken(services, workspace.slug).await)
}

/// The person's personal workspace; made when there is none. `stem` is what its slug is made from.
///
/// Two at once end with one workspace: the second is refused by the unique index, and finds the first.
pub(crate) async fn ensure_personal(
    services: &Services,
    user: UserId,
    stem: &str,
    origin: &Origin,
) -> Result<Workspace, Error> {
    match find_or_create_personal(services, user, stem, origin).await {
        Err(Error::Internal(db::Error::UniqueViolation)) => {
            find_or_create_personal(services, user, stem, origin).await
        }
        done => done,
    }
}

/// The person's personal workspace, if there is one.
pub(crate) async fn personal_of(services: &Services, user: UserId) -> Result<Option<WorkspaceId>, Error> {
    let found = db::read!(services.db, |tx| Ok::<_, Error>(
        store::find_personal(tx, user).await?
    ))?;
    Ok(found.map(|workspace| workspace.id))
}

async fn find_or_create_personal(
    services: &Services,
    user: UserId,
    stem: &str,
    origin: &Origin,
) -> Result<Workspace, Error> {
    let found = db::read!(services.db, |tx| Ok::<_, Error>(
        store::find_personal(tx, user).await?
    ))?;
    match found {
        Some(workspace) => Ok(workspace),
        None => db::write!(services.db, |tx| create_personal(
            tx, services, user, stem, origin
        )
        .await),
    }
}

/// Makes a person's personal workspace, within the transaction that finds him without one.
pub(crate) async fn create_personal(
    tx: &mut Tx,
    services: &Services,
    user: UserId,
    stem: &str,
    origin: &Origin,
) -> Result<Workspace, Error> {
    let stem = stem_of(stem);
    let name = DisplayName::from_stored(PERSONAL_NAME.to_owned());
    let mut workspace = blank(services, user, name, first_slug(None, &stem));
    workspace.personal = true;
    for _ in 0..SLUG_ATTEMPTS_MAX {
        if insert(tx, services, &workspace).await? {
            audit::record(tx, services, &created(&workspace, origin)).await?;
            return Ok(workspace);
        }
        workspace.slug = with_suffix(&stem);
    }
    Err(db::Error::corrupt("workspace_slugs", "no slug is free, however random").into())
}

fn created<'a>(workspace: &Workspace, origin: &'a Origin) -> Change<'a> {
    Change {
        action: "workspace.created",
        resource_kind: "workspace",
        resource_id: Some(workspace.id.uuid()),
        details: serde_json::json!({ "slug": workspace.slug, "personal": workspace.personal }),
        workspace: Some(workspace.id),
        actor: Actor::User(workspace.created_by),
        origin: Some(origin),
    }
}

/// Everything that a workspace has from its first moment. False, and nothing, when the slug is taken.
async fn insert(tx: &mut Tx, services: &Services, workspace: &Workspace) -> Result<bool, Error> {
    if !store::insert(tx, workspace).await? {
        return Ok(false);
    }
    if !store::claim_slug(tx, workspace.id, &workspace.slug, workspace.created_at).await? {
        store::delete_row(tx, workspace.id).await?;
        return Ok(false);
    }
    store::insert_member(
        tx,
        workspace.id,
        workspace.created_by,
        Role::Owner,
        workspace.created_at,
    )
    .await?;
    credits::open_account(tx, workspace.id).await?;
    environments::create_defaults(tx, services, workspace.id).await?;
    Ok(true)
}

fn blank(services: &Services, owner: UserId, name: DisplayName, slug: Slug) -> Workspace {
    let now = services.clock.now();
    Workspace {
        id: services.ids.next(),
        slug,
        name,
        description: Comment::default(),
        picture_url: None,
        time_zone: TimeZone::utc(),
        personal: false,
        created_by: owner,
        suspended_at: None,
        deleted_at: None,
        created_at: now,
        updated_at: now,
    }
}

/// The refusal, with a slug that is free right now.
pub(super) async fn taken(services: &Services, slug: Slug) -> Error {
    let stem = stem_of(slug.as_str());
    let now = services.clock.now();
    for _ in 0..SLUG_ATTEMPTS_MAX {
        let suggestion = with_suffix(&stem);
        let is_free: Result<bool, db::Error> = read_slug_is_free(services, &suggestion, now).await;
        match is_free {
            Ok(true) => return Error::SlugTaken { slug, suggestion },
            Ok(false) => (),
            Err(error) => return error.into(),
        }
    }
    db::Error::corrupt("workspace_slugs", "no slug is free, however random").into()
}

async fn read_slug_is_free(services: &Services, slug: &Slug, now: Timestamp) -> db::Result<bool> {
    use db::Error;
    db::read!(services.db, |tx| Ok(store::holder_of_slug(tx, slug, now)
        .await?
        .is_none()))
}

/// What slugs are made from: the part of a name that fits, before any suffix.
fn stem_of(name: &str) -> String {
    let slug = slug_suggestion(name, SLUG_FALLBACK);
    let stem: String = slug.as_str().chars().take(SLUG_STEM_CHARS_MAX).collect();
    stem.trim_end_matches('-').to_owned()
}

fn first_slug(chosen: Option<Slug>, stem: &str) -> Slug {
    chosen
        .or_else(|| stem.parse().ok())
        .filter(|slug| !slug.is_reserved())
        .unwrap_or_else(|| with_suffix(stem))
}

/// The stem with a random end: `acme-7f3k`.
fn with_suffix(stem: &str) -> Slug {
    const CHARS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let random: [u8; SUFFIX_CHARS] = random_bytes();
    let suffix: String = random
        .iter()
        .map(|byte| char::from(CHARS[usize::from(byte % 32)]))
        .collect();
    Slug::from_stored(format!("{stem}-{suffix}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_slug_is_always_valid_and_never_reserved() {
        for name in ["Acme", "日本", "v1", "", "a", &"long name ".repeat(9)] {
            let stem = stem_of(name);
            for slug in [first_slug(None, &stem), with_suffix(&stem)] {
                assert_eq!(slug.as_str().parse(), Ok(slug.clone()), "{name}");
                assert!(!slug.is_reserved(), "{name}");
            }
        }
        assert_eq!(
            first_slug(None, &stem_of("Ada Lovelace")).as_str(),
            "ada-lovelace"
        );
    }
}
