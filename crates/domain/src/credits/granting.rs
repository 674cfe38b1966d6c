//! Credits given and corrected by the operator.

use types::{GrantId, Microcredits, Timestamp, WorkspaceId};

use super::{
    Claim, Error, GrantSource, GrantView, Moved, Movement, NewGrant, Outcome, Request, apply::GIVEN_STATUS,
    balance, request::Again, submit,
};
use crate::{
    Services,
    access::{Actor, Operator, OperatorPermission},
    audit::{self, Change},
};

/// What the operator gives.
#[derive(Debug, Clone)]
pub struct Gift {
    /// How many; more than none.
    pub credits: Microcredits,
    /// Where they come from.
    pub source: GrantSource,
    /// When they can be used; `None` for now.
    pub effective_at: Option<Timestamp>,
    /// When what is left of them ends.
    pub expires_at: Option<Timestamp>,
    /// Higher burns first; `None` for the usual one of the source.
    pub priority: Option<i64>,
    /// What the outside calls it: the same one is granted once.
    pub external_id: Option<String>,
    /// Why.
    pub note: Option<String>,
}

pub(super) const NOTE_CHARS_MAX: usize = 500;
const EXTERNAL_ID_CHARS_MAX: usize = 200;

/// A grant, and whether this request made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// As it stands.
    pub grant: GrantView,
    /// False when its external id was granted before, and nothing was given now.
    pub is_new: bool,
    /// It was answered before, to the same `Idempotency-Key`.
    pub repeated: bool,
}

/// Gives credits to a workspace. With an external id that was granted before, answers that grant and gives nothing.
/// The same `Idempotency-Key` is answered like the first time.
///
/// # Errors
/// [`Error::Invalid`] for an amount of nothing, an end before the beginning, texts that are too long;
/// [`Error::Refused`] when the external id belongs to a grant of another amount or source.
pub async fn give(
    services: &Services,
    operator: &Operator,
    workspace: WorkspaceId,
    gift: Gift,
    claim: Option<Claim>,
) -> Result<Given, Error> {
    operator.authorize(OperatorPermission::CreditsManage)?;
    let now = services.clock.now();
    check(&gift, now)?;
    let grant = NewGrant {
        id: services.ids.next(),
        source: gift.source,
        amount: gift.credits,
        priority: gift.priority.unwrap_or_else(|| gift.source.default_priority()),
        effective_at: gift.effective_at.unwrap_or(now),
        expires_at: gift.expires_at,
        external_id: gift.external_id.clone(),
    };
    let details = serde_json::json!({ "credits": gift.credits, "source": gift.source, "note": gift.note });
    let change = Change::by_operator(operator, "credits.granted", "grant", Some(grant.id.uuid()))
        .in_workspace(workspace)
        .with(details);
    let request = Request {
        line: services.ids.next(),
        workspace,
        actor: operator.actor,
        resolved_under: None,
        claim,
        note: gift.note,
        audit: Some(Box::new(audit::prepare(services, &change))),
        movement: Movement::Grant(grant),
    };
    let outcome = submit(services, request).await?;
    let is_new = match &outcome {
        Outcome::Repeated { answer, .. } => answer.as_ref().is_some_and(|first| first.status == GIVEN_STATUS),
        Outcome::Done(_) | Outcome::Refused(_) => true,
    };
    let moved = accepted(outcome)?;
    let id = moved.receipt.grant.ok_or(Error::NotFound { what: "grant" })?;
    Ok(Given {
        grant: balance::grant(services, workspace, id).await?,
        is_new,
        repeated: moved.repeated,
    })
}

/// One grant of a workspace, for the operator.
pub async fn view_grant(
    services: &Services,
    operator: &Operator,
    workspace: WorkspaceId,
    id: GrantId,
) -> Result<GrantView, Error> {
    operator.authorize(OperatorPermission::CreditsManage)?;
    balance::grant(services, workspace, id).await
}

fn check(gift: &Gift, now: Timestamp) -> Result<(), Error> {
    let invalid = |pointer, what: &str| {
        Err(Error::Invalid {
            pointer,
            what: what.to_owned(),
        })
    };
    if gift.credits <= Microcredits::ZERO {
        return invalid("/credits", "must be more than 0");
    }
    let begins = gift.effective_at.unwrap_or(now).max(now);
    if gift.expires_at.is_some_and(|end| end <= begins) {
        return invalid("/expires_at", "must be in the future and after effective_at");
    }
    if gift
        .note
        .as_ref()
        .is_some_and(|note| note.chars().count() > NOTE_CHARS_MAX)
    {
        return invalid("/note", "must have at most 500 characters");
    }
    let external = gift.external_id.as_ref();
    if external.is_some_and(|id| id.is_empty() || id.chars().count() > EXTERNAL_ID_CHARS_MAX) {
        return invalid("/external_id", "must have 1 to 200 characters");
    }
    Ok(())
}

/// Corrects the balance of a workspace, either way, never below nothing. The note says why.
pub async fn adjust(
    services: &Services,
    operator: &Operator,
    workspace: WorkspaceId,
    amount: Microcredits,
    note: String,
    claim: Option<Claim>,
) -> Result<Moved, Error> {
    operator.authorize(OperatorPermission::CreditsManage)?;
    if amount == Microcredits::ZERO {
        return Err(Error::Invalid {
            pointer: "/credits",
            what: "must not be 0".to_owned(),
        });
    }
    if note.trim().is_empty() || note.chars().count() > NOTE_CHARS_MAX {
        return Err(Error::Invalid {
            pointer: "/note",
            what: "must say why, in 1 to 500 characters".to_owned(),
        });
    }
    let line = services.ids.next();
    let change = Change::by_operator(operator, "credits.adjusted", "ledger_line", Some(line.uuid()))
        .in_workspace(workspace)
        .with(serde_json::json!({ "credits": amount, "note": note }));
    let request = Request {
        line,
        workspace,
        actor: operator.actor,
        resolved_under: None,
        claim,
        audit: Some(Box::new(audit::prepare(services, &change))),
        note: Some(note),
        movement: Movement::Adjust {
            amount,
            grant: services.ids.next(),
        },
    };
    accepted(submit(services, request).await?)
}

/// Gives a new user's personal workspace what the settings promised; once, however often it is called.
pub async fn grant_signup_bonus(
    services: &Services,
    amount: Microcredits,
    workspace: WorkspaceId,
    user: types::UserId,
) -> Result<(), Error> {
    let id: GrantId = services.ids.next();
    let source = GrantSource::SignupBonus;
    let change = Change {
        action: "credits.granted",
        resource_kind: "grant",
        resource_id: Some(id.uuid()),
        details: serde_json::json!({ "credits": amount, "source": source, "user": user }),
        workspace: Some(workspace),
        actor: Actor::System,
        origin: None,
    };
    let request = Request {
        line: services.ids.next(),
        workspace,
        actor: Actor::System,
        resolved_under: None,
        claim: None,
        note: None,
        audit: Some(Box::new(audit::prepare(services, &change))),
        movement: Movement::Grant(NewGrant {
            id,
            source,
            amount,
            priority: source.default_priority(),
            effective_at: services.clock.now(),
            expires_at: None,
            external_id: Some(format!("signup_bonus:{user}")),
        }),
    };
    accepted(submit(services, request).await?)?;
    Ok(())
}

/// What was done, now or the first time.
pub(super) fn accepted(outcome: Outcome) -> Result<Moved, Error> {
    let repeated = outcome.is_repeated();
    let receipt = match outcome {
        Outcome::Done(receipt) => receipt,
        Outcome::Repeated { receipt, answer } => Again::receipt(receipt, answer.as_ref()),
        Outcome::Refused(super::Refusal::UnknownWorkspace) => {
            return Err(Error::NotFound { what: "workspace" });
        }
        Outcome::Refused(refusal) => return Err(refusal.into()),
    };
    Ok(Moved { receipt, repeated })
}
