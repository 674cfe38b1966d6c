//! What becomes of a hold or a charge afterwards: settled, given back, refunded. Each under the `Idempotency-Key` of the
//! operator, if he sent one: sent again, it is answered as the first time.

use types::{Duration, HoldId, LineId, Microcredits, UsageId, WorkspaceId};

use super::super::{
    CallStatus, Claim, Ending, Error, Moved, Movement, Request,
    granting::{NOTE_CHARS_MAX, accepted},
    store, submit,
};
use crate::{
    Services,
    access::{Operator, OperatorPermission},
    audit::{self, Change},
};

/// What a settlement says.
#[derive(Debug, Clone, Copy)]
pub struct Settlement {
    /// How the call ended.
    pub outcome: CallStatus,
    /// The real price; `None` for all that is held when it succeeded, and for nothing when it failed.
    pub credits: Option<Microcredits>,
    /// How long the call took.
    pub latency: Option<Duration>,
}

/// Closes a hold with the real price.
///
/// # Errors
/// [`Error::NotFound`] for an unknown hold; [`Error::Refused`] when it was closed before or more is asked than held.
pub async fn settle(
    services: &Services,
    operator: &Operator,
    hold: HoldId,
    settlement: Settlement,
    claim: Option<Claim>,
) -> Result<Moved, Error> {
    operator.authorize(OperatorPermission::Verify)?;
    if settlement.credits.is_some_and(Microcredits::is_negative) {
        return Err(Error::Invalid {
            pointer: "/credits",
            what: "must not be negative".to_owned(),
        });
    }
    let workspace = workspace_of_hold(services, hold).await?;
    let failed = settlement.outcome != CallStatus::Succeeded;
    let ending = Ending {
        status: settlement.outcome,
        latency_us: settlement.latency.map_or(0, Duration::us),
        run: None,
        answer: None,
    };
    let amount = settlement.credits.or(failed.then_some(Microcredits::ZERO));
    let movement = Movement::Post { hold, amount, ending };
    accepted(submit(services, closing(services, operator, workspace, claim, movement)).await?)
}

/// Closes a hold without a price.
pub async fn void(
    services: &Services,
    operator: &Operator,
    hold: HoldId,
    claim: Option<Claim>,
) -> Result<Moved, Error> {
    operator.authorize(OperatorPermission::Verify)?;
    let workspace = workspace_of_hold(services, hold).await?;
    let movement = Movement::Void {
        hold,
        forgotten: false,
    };
    accepted(submit(services, closing(services, operator, workspace, claim, movement)).await?)
}

/// Gives the price of a call back.
pub async fn refund(
    services: &Services,
    operator: &Operator,
    usage: UsageId,
    note: Option<String>,
    claim: Option<Claim>,
) -> Result<Moved, Error> {
    operator.authorize(OperatorPermission::UsageRefund)?;
    if note
        .as_ref()
        .is_some_and(|note| note.chars().count() > NOTE_CHARS_MAX)
    {
        return Err(Error::Invalid {
            pointer: "/note",
            what: "must have at most 500 characters".to_owned(),
        });
    }
    let of: LineId = usage.cast();
    let workspace = db::read!(services.db, |tx| Ok(store::read::line_workspace_all_workspaces(
        tx, of
    )
    .await?))?;
    let workspace = workspace.ok_or(Error::NotFound { what: "usage event" })?;
    let change = Change::by_operator(operator, "usage.refunded", "usage", Some(usage.uuid()))
        .in_workspace(workspace)
        .with(serde_json::json!({ "note": note }));
    let audit = Some(Box::new(audit::prepare(services, &change)));
    let request = closing(services, operator, workspace, claim, Movement::Refund { of });
    accepted(
        submit(
            services,
            Request {
                note,
                audit,
                ..request
            },
        )
        .await?,
    )
}

fn closing(
    services: &Services,
    operator: &Operator,
    workspace: WorkspaceId,
    claim: Option<Claim>,
    movement: Movement,
) -> Request {
    Request {
        line: services.ids.next(),
        workspace,
        actor: operator.actor,
        resolved_under: None,
        claim,
        note: None,
        audit: None,
        movement,
    }
}

async fn workspace_of_hold(services: &Services, hold: HoldId) -> Result<WorkspaceId, Error> {
    let found = db::read!(services.db, |tx| Ok(store::read::hold_workspace_all_workspaces(
        tx, hold
    )
    .await?))?;
    found.ok_or(Error::NotFound { what: "hold" })
}
