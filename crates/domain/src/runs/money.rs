//! The credits of a call: refused early, held, charged, posted. What the ledger refuses is told in the words of a call.

use std::{sync::Arc, time::Duration as StdDuration};

use types::{Duration, HoldId, LineId, Microcredits, WorkspaceId};

use super::{CallRequest, Ended, Error, execute::Finished, record, target::Target};
use crate::{
    Services,
    access::{Actor, Caller},
    api_keys::KeyKind,
    credits::{
        self, Answer, CallStatus, Claim, Ending, MeteredCall, Movement, Outcome, Receipt, Refusal, Request,
    },
};

/// How long after the deadline of its run a forgotten hold is given back.
const HOLD_GRACE: Duration = Duration::from_seconds(60);
/// How long it takes until what closes a hold is sent again, once, to a ledger that is away, while the caller waits.
const CLOSING_PAUSE: StdDuration = StdDuration::from_millis(250);
/// How long after that, and how often, when nobody waits: together as long as [`HOLD_GRACE`] at least.
const LATER_PAUSE: StdDuration = StdDuration::from_secs(1);
const LATER_ATTEMPTS: u32 = 60;

/// What the ledger made of a movement.
#[derive(Debug)]
pub(super) enum Written {
    /// It moved.
    Done(Receipt),
    /// It had moved for the same `Idempotency-Key`.
    Repeated(Receipt, Option<Answer>),
    /// The configuration has changed: resolve again.
    Stale,
}

/// Refuses a call that the workspace cannot pay, before anything is computed for it.
pub(super) async fn refuse_early(
    services: &Services,
    workspace: WorkspaceId,
    needed: Microcredits,
) -> Result<(), Error> {
    if needed <= services.balances.last_known(workspace) {
        return Ok(());
    }
    let available = credits::balance_of(services, workspace)
        .await
        .map_err(Error::Credits)?
        .available;
    services.balances.learn(workspace, available);
    if needed <= available {
        Ok(())
    } else {
        Err(Error::InsufficientCredits { needed, available })
    }
}

/// What the line of a call says about it.
pub(super) fn metered(caller: &Caller, request: &CallRequest, target: &Target) -> Arc<MeteredCall> {
    let key = match caller.actor {
        Actor::ApiKey(key) => Some(key),
        _ => None,
    };
    Arc::new(MeteredCall {
        key,
        key_lineage: caller.key.as_ref().map(|key| key.lineage),
        user: caller.user(),
        flow: Some(target.flow),
        flow_version: Some(target.version),
        environment: Some(target.environment),
        tenant: None,
        resource: None,
        surface: request.surface.as_str().to_owned(),
        test: caller.key.as_ref().is_some_and(|key| key.kind == KeyKind::Test),
        tags: None,
    })
}

/// Charges a run without effects. With the claim, the charge and the answer to it are one.
pub(super) async fn charge(
    services: &Services,
    caller: &Caller,
    request: &CallRequest,
    target: &Target,
    finished: &Finished,
    claim: Option<(Claim, Answer)>,
) -> Result<Written, Error> {
    let (claim, answer) = claim.unzip();
    let movement = charging(caller, request, target, finished, answer);
    let line = finished.run.cast();
    submit(services, movement_of(caller, line, Some(target), claim, movement)).await
}

/// Closes a run that has cost nothing and whose hold was given back, whatever was changed meanwhile.
pub(super) async fn close_free(
    services: &Services,
    caller: &Caller,
    request: &CallRequest,
    target: &Target,
    finished: &Finished,
) -> Result<Written, Error> {
    let movement = charging(caller, request, target, finished, None);
    let line = finished.run.cast();
    submit(services, movement_of(caller, line, None, None, movement)).await
}

fn charging(
    caller: &Caller,
    request: &CallRequest,
    target: &Target,
    finished: &Finished,
    answer: Option<Answer>,
) -> Movement {
    Movement::Charge {
        amount: target
            .price
            .real(finished.succeeded(), finished.calls, &finished.used),
        call: metered(caller, request, target),
        ending: ending(request, target, finished, answer),
    }
}

/// Holds the most that a run can cost, and claims the `Idempotency-Key`, before it has effects.
pub(super) async fn hold(
    services: &Services,
    caller: &Caller,
    request: &CallRequest,
    target: &Target,
    held: &Held,
    claim: Option<Claim>,
) -> Result<Written, Error> {
    let span = services.engine.call_deadline();
    let movement = Movement::Hold {
        amount: held.amount,
        deadline: services.clock.now().plus(span).plus(HOLD_GRACE),
        call: metered(caller, request, target),
        claimed: credits::HoldClaim::Call,
    };
    let line = held.id.cast();
    submit(services, movement_of(caller, line, Some(target), claim, movement)).await
}

/// What closes a hold with the real price of its run.
pub(super) fn posting(
    caller: &Caller,
    request: &CallRequest,
    target: &Target,
    held: &Held,
    finished: &Finished,
    answer: Option<Answer>,
) -> Request {
    let amount = target
        .price
        .real(finished.succeeded(), finished.calls, &finished.used)
        .min(held.amount);
    let movement = Movement::Post {
        hold: held.id,
        amount: Some(amount),
        ending: ending(request, target, finished, answer),
    };
    movement_of(caller, finished.run.cast(), None, None, movement)
}

/// What gives a hold back: nothing has happened under it. Its `Idempotency-Key` is free again.
pub(super) fn voiding(services: &Services, caller: &Caller, held: &Held) -> Request {
    let movement = Movement::Void {
        hold: held.id,
        forgotten: false,
    };
    movement_of(caller, services.ids.next(), None, None, movement)
}

/// Closes a hold. A ledger that is away is asked again after a moment; a longer one is not what a caller should wait for.
pub(super) async fn close(services: &Services, closing: &Request) -> Result<Written, Error> {
    match submit(services, closing.clone()).await {
        Err(error) if is_away(&error) => {
            // tidy: allow sleep: the database is away, and nothing says when it is back
            tokio::time::sleep(CLOSING_PAUSE).await;
            submit(services, closing.clone()).await
        }
        written => written,
    }
}

/// Goes on closing a hold that the ledger has not taken, until it has or the hold is given back as forgotten.
pub(super) async fn close_later(services: &Services, closing: Request) {
    for _ in 0..LATER_ATTEMPTS {
        // tidy: allow sleep: the database is away, and nothing says when it is back
        tokio::time::sleep(LATER_PAUSE).await;
        match submit(services, closing.clone()).await {
            Err(error) if is_away(&error) => {}
            _ => return,
        }
    }
    tracing::warn!(
        workspace = %closing.workspace,
        line = %closing.line,
        "a hold could not be closed: it is given back as forgotten"
    );
}

/// Did the ledger not take a movement, so that it can be sent again?
pub(super) fn is_away(error: &Error) -> bool {
    matches!(error, Error::Busy) || is_unknown(error)
}

/// Was a movement tried, and may have been written after all?
pub(super) const fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::Credits(credits::Error::Unwritten(_)))
}

/// A hold that is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    /// Its id.
    pub id: HoldId,
    /// How much is held.
    pub amount: Microcredits,
}

fn movement_of(
    caller: &Caller,
    line: LineId,
    resolved: Option<&Target>,
    claim: Option<Claim>,
    movement: Movement,
) -> Request {
    Request {
        line,
        workspace: caller.workspace,
        actor: caller.actor,
        resolved_under: resolved.map(|target| target.epochs),
        claim,
        note: None,
        audit: None,
        movement,
    }
}

fn ending(request: &CallRequest, target: &Target, finished: &Finished, answer: Option<Answer>) -> Ending {
    Ending {
        status: match finished.ended {
            Ended::Completed { .. } => CallStatus::Succeeded,
            Ended::Failed { .. } => CallStatus::Failed,
            Ended::TimedOut => CallStatus::TimedOut,
        },
        latency_us: finished.latency_us(),
        run: record::record(target, request, finished),
        answer,
    }
}

/// Sends a movement to the ledger, and remembers what it says about the balance.
pub(super) async fn submit(services: &Services, request: Request) -> Result<Written, Error> {
    let workspace = request.workspace;
    match credits::submit(services, request).await {
        Ok(Outcome::Done(receipt)) => {
            services.balances.learn(workspace, receipt.available);
            Ok(Written::Done(receipt))
        }
        Ok(Outcome::Repeated { receipt, answer }) => Ok(Written::Repeated(receipt, answer)),
        Ok(Outcome::Refused(refusal)) => refused(services, workspace, refusal),
        Err(credits::Error::Busy) => Err(Error::Busy),
        Err(error) => Err(Error::Credits(error)),
    }
}

fn refused(services: &Services, workspace: WorkspaceId, refusal: Refusal) -> Result<Written, Error> {
    Err(match refusal {
        Refusal::Stale => return Ok(Written::Stale),
        Refusal::Insufficient { needed, available } => {
            services.balances.learn(workspace, available);
            Error::InsufficientCredits { needed, available }
        }
        Refusal::CapReached(cap) => Error::CapReached(cap),
        Refusal::IdempotencyMismatch => Error::IdempotencyMismatch,
        Refusal::IdempotencyInProgress => Error::IdempotencyInProgress,
        refusal => Error::Credits(credits::Error::Refused(refusal)),
    })
}
