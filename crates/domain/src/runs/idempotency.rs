//! Answering the same call again: by the `Idempotency-Key` that it was sent with.
//!
//! The answer of a flow that keeps its runs whole is read from the run. That of any other is kept for this purpose
//! alone, sealed, as long as the key lives.

use flow::FlowError;
use types::{RunId, WorkspaceId};
use uuid::Uuid;

use super::{
    Answer, CallRequest, Ended, Error, RunState,
    call::Subject,
    money::{self, Written},
    store,
};
use crate::{
    Services,
    access::Caller,
    credits::{self, Claim, Receipt, Request},
    flows::Retention,
    instance::hex,
};

const CALL_ROUTE: &str = "flows.call";
const DRAFT_ROUTE: &str = "flows.draft.run";
/// In front of a sealed answer; no JSON begins so.
const SEALED: &str = "sealed:";
/// Marks of how a call ended, whatever status a flow gives its error.
const TIMED_OUT_STATUS: u16 = 504;
const COMPLETED_STATUS: u16 = 200;
const FAILED_STATUS: u16 = 500;

/// The claim of a call; `None` when it was sent without a key.
pub(super) fn claim(caller: &Caller, request: &CallRequest, subject: Subject) -> Option<Claim> {
    let key = request.idempotency_key.clone()?;
    // The flow and the environment are part of what is asked for, as much as the body.
    let mut hash = blake3::Hasher::new();
    hash.update(request.flow.to_string().as_bytes()).update(b"\n");
    if let Some(environment) = &request.environment {
        hash.update(environment.to_string().as_bytes());
    }
    hash.update(b"\n").update(request.input.text().as_bytes());
    Some(Claim {
        caller: caller.actor.id().unwrap_or(Uuid::nil()),
        route: match subject {
            Subject::Live => CALL_ROUTE,
            Subject::Draft => DRAFT_ROUTE,
        }
        .to_owned(),
        key,
        body_hash: *hash.finalize().as_bytes(),
    })
}

/// The answer of an earlier call with the same key, if there was one.
///
/// # Errors
/// [`Error::IdempotencyMismatch`], [`Error::IdempotencyInProgress`], [`Error::Interrupted`].
pub(super) async fn earlier(
    services: &Services,
    caller: &Caller,
    claim: &Claim,
) -> Result<Option<Answer>, Error> {
    let look = Request::look(services, caller.workspace, caller.actor, Some(claim.clone()));
    match money::submit(services, look).await? {
        Written::Repeated(receipt, answer) => {
            again(services, caller.workspace, receipt, answer).await.map(Some)
        }
        Written::Done(_) | Written::Stale => Ok(None),
    }
}

/// What is kept so that a call can be answered again.
pub(super) fn answer_to_keep(
    services: &Services,
    workspace: WorkspaceId,
    retention: Retention,
    run: RunId,
    ended: &Ended,
) -> credits::Answer {
    let (status, text) = match ended {
        Ended::Completed { output } => (COMPLETED_STATUS, output.clone()),
        // Writing plain data into a text cannot fail.
        Ended::Failed { error } => (FAILED_STATUS, serde_json::to_string(error).unwrap_or_default()),
        Ended::TimedOut => (TIMED_OUT_STATUS, String::new()),
    };
    let body = match retention {
        Retention::All => String::new(),
        Retention::Metadata | Retention::Nothing => {
            let sealed = services
                .hash_key
                .seal(&sealed_for(workspace, run), text.as_bytes());
            format!("{SEALED}{}", hex(&sealed))
        }
    };
    credits::Answer { status, body }
}

/// Answers a call that was answered before.
pub(super) async fn again(
    services: &Services,
    workspace: WorkspaceId,
    receipt: Receipt,
    answer: Option<credits::Answer>,
) -> Result<Answer, Error> {
    let run: RunId = receipt.line.cast();
    let answer = answer.ok_or(Error::Interrupted)?;
    let ended = match answer.body.strip_prefix(SEALED) {
        Some(sealed) => unsealed(services, workspace, run, answer.status, sealed)?,
        None => recorded(services, workspace, run).await?,
    };
    Ok(Answer {
        run,
        ended,
        charged: receipt.charged,
        available: receipt.available,
        repeated: true,
        rate: None,
    })
}

/// From the record of the run. Without one, nobody knows how the call ended.
async fn recorded(services: &Services, workspace: WorkspaceId, run: RunId) -> Result<Ended, Error> {
    let found = db::read!(services.db, |tx| Ok(store::find(tx, workspace, run).await?))?;
    let found = found.ok_or(Error::Interrupted)?;
    match (found.run.state, found.output, found.error) {
        (RunState::Succeeded, Some(output), _) => Ok(Ended::Completed { output }),
        (RunState::Failed, _, Some(error)) => Ok(Ended::Failed {
            error: flow_error(&error)?,
        }),
        (RunState::TimedOut, ..) => Ok(Ended::TimedOut),
        _ => Err(Error::Interrupted),
    }
}

fn unsealed(
    services: &Services,
    workspace: WorkspaceId,
    run: RunId,
    status: u16,
    sealed: &str,
) -> Result<Ended, Error> {
    let corrupt = || db::Error::corrupt("idempotency_keys", "a sealed answer does not open");
    let sealed = unhex(sealed).ok_or_else(corrupt)?;
    let opened = services
        .hash_key
        .open(&sealed_for(workspace, run), &sealed)
        .ok_or_else(corrupt)?;
    let text = String::from_utf8(opened).map_err(|_| corrupt())?;
    Ok(match status {
        COMPLETED_STATUS => Ended::Completed { output: text },
        TIMED_OUT_STATUS => Ended::TimedOut,
        _ => Ended::Failed {
            error: flow_error(&text)?,
        },
    })
}

fn flow_error(text: &str) -> Result<FlowError, db::Error> {
    serde_json::from_str(text).map_err(|error| db::Error::corrupt("runs", error))
}

/// What a sealed answer belongs to, so that it opens nowhere else.
fn sealed_for(workspace: WorkspaceId, run: RunId) -> [u8; 32] {
    let mut place = [0; 32];
    place[..16].copy_from_slice(workspace.uuid().as_bytes());
    place[16..].copy_from_slice(run.uuid().as_bytes());
    place
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
    rest.is_empty()
        .then(|| pairs.iter().map(byte).collect())
        .flatten()
}
