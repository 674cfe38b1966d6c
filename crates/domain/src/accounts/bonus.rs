//! What a new user is given. Credits move through the ledger alone, which has transactions of its own, so the promise
//! is written together with the user and kept afterwards: by whoever signs him up, else by the next round of upkeep.

use types::{Microcredits, UserId, WorkspaceId};

use super::{Error, store};
use crate::{Services, credits, instance::Settings, workspaces};

/// Users that one round of upkeep looks at.
const USERS_PER_ROUND_MAX: i64 = 1_000;

/// What the settings promise to who signs up now.
pub(super) fn promised(settings: &Settings) -> Option<Microcredits> {
    Some(settings.signup_bonus).filter(|bonus| *bonus > Microcredits::ZERO)
}

/// Keeps the promise, if there is one; false when nothing was given. The user is not turned away when that fails: it will be tried again.
pub(super) async fn give(
    services: &Services,
    user: UserId,
    bonus: Option<Microcredits>,
    workspace: WorkspaceId,
) -> bool {
    let Some(bonus) = bonus else { return false };
    let given = grant(services, user, bonus, workspace).await;
    if let Err(error) = &given {
        tracing::warn!(%error, %user, "the sign-up bonus was not given yet");
    }
    given.is_ok()
}

async fn grant(
    services: &Services,
    user: UserId,
    bonus: Microcredits,
    workspace: WorkspaceId,
) -> Result<(), credits::Error> {
    use credits::Error;
    // Twice is once.
    credits::grant_signup_bonus(services, bonus, workspace, user).await?;
    db::write!(services.db, |tx| Ok(store::set_bonus_due(tx, user, None).await?))
}

/// Gives the bonuses that were promised and not given, because the process ended or the database was away. Answers
/// how many.
pub async fn give_bonuses_due(services: &Services) -> Result<u64, Error> {
    let due = db::read!(services.db, |tx| Ok::<_, Error>(
        store::bonuses_due(tx, USERS_PER_ROUND_MAX).await?
    ))?;
    let mut given = 0;
    for (user, bonus) in due {
        // Whoever deleted his personal workspace meanwhile is given it in the next one.
        let Some(workspace) = workspaces::personal_of(services, user).await? else {
            continue;
        };
        given += u64::from(give(services, user, Some(bonus), workspace).await);
    }
    Ok(given)
}
