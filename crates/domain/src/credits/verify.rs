//! One durable answer to "may this key do this, and take n credits": for services of the operator that meter their
//! own API.
//!
//! [`verify`] checks a customer's key and charges or holds. A hold is closed by [`settle`] with the real price or by
//! [`void`] without; [`refund`] gives a charge back. What the key may not do is a verdict, not an error: the caller
//! is the operator, who may ask. An accepted request that is repeated under its `Idempotency-Key` is answered as the
//! first time, also when the key has ended since; a refusal is decided anew.

mod closing;

use std::{net::IpAddr, sync::Arc};

use types::{Duration, EnvironmentId, Microcredits, SecretText, Timestamp};

use super::{
    CallStatus, Claim, Ending, Epochs, Error, HoldClaim, MeteredCall, Movement, Outcome, PriceKind,
    ReachedCap, Receipt, Refusal, Request, price_of, submit,
};
use crate::{
    Services,
    access::{Actor, Operator, OperatorPermission, Permission},
    api_keys::{self, AuthError, KeyIdentity, TenantRef},
    environments::{self, Environment, EnvironmentRef},
    instance::Known,
    usage::{self, Reason, Refused},
};
pub use closing::{Settlement, refund, settle, void};

/// What is asked.
#[derive(Debug)]
pub struct Verification {
    /// The customer's key.
    pub key: SecretText,
    /// What he wants to do: one of ours or of the operator's own, `companies:read`.
    pub permission: Option<String>,
    /// The price; `None` for that of the resource, or else the usual one.
    pub credits: Option<Microcredits>,
    /// What it is for; priced by the price table, and kept with the usage.
    pub resource: Option<String>,
    /// The environment that it is for.
    pub environment: Option<EnvironmentRef>,
    /// The tenant that it is for.
    pub tenant: Option<TenantRef>,
    /// Where the customer's request came from; checked against the key's networks when given.
    pub address: Option<IpAddr>,
    /// Charge now, or hold and settle later.
    pub mode: Mode,
    /// JSON to keep with the usage.
    pub tags: Option<String>,
    /// The operator's `Idempotency-Key`.
    pub claim: Option<Claim>,
}

/// When the credits are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Now.
    Charge,
    /// Set aside now, taken when it is settled; given back by itself after this long.
    Hold {
        /// At most [`HOLD_LIFETIME_MAX`].
        lifetime: Duration,
    },
}

/// How long a hold lasts when the request does not say.
pub const HOLD_LIFETIME_DEFAULT: Duration = Duration::from_minutes(15);
/// How long a hold may last.
pub const HOLD_LIFETIME_MAX: Duration = Duration::from_hours(24);
/// How often a verification is resolved again when the configuration changes under it.
const STALE_ATTEMPTS_MAX: u32 = 5;
/// What usage is told to have come through.
const SURFACE: &str = "verify";
const RESOURCE_CHARS_MAX: usize = 100;
const TAGS_BYTES_MAX: usize = 2_048;

/// The answer.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// `None` when the key may; else why it may not.
    pub refused: Option<VerdictCode>,
    /// The key, when it is known.
    pub key: Option<Arc<KeyIdentity>>,
    /// What was written.
    pub receipt: Option<Receipt>,
    /// What was to be held or charged.
    pub held: bool,
    /// What can be spent, where that is why it was refused.
    pub available: Option<Microcredits>,
    /// The cap that would be passed.
    pub cap: Option<ReachedCap>,
    /// When it makes sense to ask again.
    pub retry_after: Option<Duration>,
    /// It was answered before, to the same `Idempotency-Key`.
    pub repeated: bool,
}

/// Why a key may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VerdictCode {
    /// There is no such key.
    UnknownKey,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
    /// It lacks the permission, or the environment is not one of its own.
    PermissionDenied,
    /// It may not be used from there.
    AddressDenied,
    /// Too many calls.
    RateLimited,
    /// Not enough credits.
    InsufficientCredits,
    /// A cap would be passed.
    CapReached,
    /// Nothing is charged in its workspace.
    WorkspaceSuspended,
}

impl VerdictCode {
    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownKey => "unknown_key",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::PermissionDenied => "permission_denied",
            Self::AddressDenied => "address_denied",
            Self::RateLimited => "rate_limited",
            Self::InsufficientCredits => "insufficient_credits",
            Self::CapReached => "cap_reached",
            Self::WorkspaceSuspended => "workspace_suspended",
        }
    }
}

impl VerdictCode {
    /// As which refusal it is counted: those of a key that is good. An unknown, expired or revoked key does not get so
    /// far, as in calls.
    const fn counted(self) -> Option<Reason> {
        match self {
            Self::UnknownKey | Self::Expired | Self::Revoked => None,
            Self::PermissionDenied => Some(Reason::PermissionDenied),
            Self::AddressDenied => Some(Reason::AddressDenied),
            Self::RateLimited => Some(Reason::RateLimited),
            Self::InsufficientCredits => Some(Reason::InsufficientCredits),
            Self::CapReached => Some(Reason::CapReached),
            Self::WorkspaceSuspended => Some(Reason::WorkspaceSuspended),
        }
    }
}

impl Verdict {
    fn refused(code: VerdictCode, key: Option<Arc<KeyIdentity>>) -> Self {
        Self {
            refused: Some(code),
            key,
            receipt: None,
            held: false,
            available: None,
            cap: None,
            retry_after: None,
            repeated: false,
        }
    }
}

/// Checks a key and charges or holds, in one durable step.
///
/// # Errors
/// [`Error::NotFound`] for a tenant that is not there; [`Error::Invalid`] for a negative price, texts that are too long, a hold that lasts too long;
/// [`Error::Refused`] when the `Idempotency-Key` was used with another body or is under way.
pub async fn verify(
    services: &Services,
    operator: &Operator,
    asked: &Verification,
) -> Result<Verdict, Error> {
    operator.authorize(OperatorPermission::Verify)?;
    check(asked)?;
    let (verdict, environment) = decide(services, operator, asked).await?;
    note_refused(services, asked, &verdict, environment);
    Ok(verdict)
}

/// The verdict, and the environment that it is about as far as that was looked up.
async fn decide(
    services: &Services,
    operator: &Operator,
    asked: &Verification,
) -> Result<(Verdict, Option<EnvironmentId>), Error> {
    let started = services.clock.now();
    // The limit counts what was asked, however often the configuration changes meanwhile.
    let mut counted = false;
    for _ in 0..STALE_ATTEMPTS_MAX {
        let key = match api_keys::authenticate(services, asked.key.expose()).await {
            Ok(key) => key,
            Err(refused) => {
                let verdict = key_refused(refused)?;
                return Ok((or_earlier(services, operator, asked, verdict).await?, None));
            }
        };
        api_keys::used(services, &key);
        let environment = environment_of(services, &key, asked).await?;
        no_tenant(asked)?;
        if let Some(verdict) = may_not(services, &key, asked, environment.as_ref(), &mut counted) {
            let verdict = or_earlier(services, operator, asked, verdict).await?;
            return Ok((verdict, environment.map(|environment| environment.id)));
        }
        let environment = environment.map(|environment| environment.id);
        let known = services.instance.get(services).await?;
        let request = request(services, operator, &key, &known, asked, environment, started);
        match submit(services, request).await? {
            Outcome::Refused(Refusal::Stale) => {
                services.keys.forget(key.workspace.uuid());
                services.instance.forget();
            }
            outcome => return Ok((verdict(key, asked, outcome)?, environment)),
        }
    }
    Err(Error::Busy)
}

/// What was answered to the same request when it came first and was accepted: whoever lost that answer is owed it,
/// whatever has become of the key since. Nothing is charged by it. Otherwise the refusal stands.
async fn or_earlier(
    services: &Services,
    operator: &Operator,
    asked: &Verification,
    refused: Verdict,
) -> Result<Verdict, Error> {
    let (Some(claim), Some(key)) = (&asked.claim, &refused.key) else {
        return Ok(refused);
    };
    let look = Request::look(services, key.workspace, operator.actor, Some(claim.clone()));
    match submit(services, look).await? {
        Outcome::Done(_) | Outcome::Refused(Refusal::UnknownWorkspace) => Ok(refused),
        outcome => verdict(Arc::clone(key), asked, outcome),
    }
}

/// Counts a refused key as usage of its workspace.
fn note_refused(
    services: &Services,
    asked: &Verification,
    verdict: &Verdict,
    environment: Option<EnvironmentId>,
) {
    let reason = verdict.refused.and_then(VerdictCode::counted);
    let (Some(reason), Some(key)) = (reason, &verdict.key) else {
        return;
    };
    usage::note_refused(
        services,
        Refused {
            workspace: key.workspace,
            reason,
            actor: Actor::ApiKey(key.id),
            flow: None,
            environment,
            tenant: None,
            resource: asked.resource.clone(),
            surface: SURFACE,
            test: key.test(),
        },
    );
}

fn check(asked: &Verification) -> Result<(), Error> {
    let invalid = |pointer, what: &str| {
        Err(Error::Invalid {
            pointer,
            what: what.to_owned(),
        })
    };
    if asked.credits.is_some_and(Microcredits::is_negative) {
        return invalid("/credits", "must not be negative");
    }
    if asked
        .resource
        .as_ref()
        .is_some_and(|text| text.is_empty() || text.chars().count() > RESOURCE_CHARS_MAX)
    {
        return invalid("/resource", "must have 1 to 100 characters");
    }
    if asked
        .tags
        .as_ref()
        .is_some_and(|text| text.len() > TAGS_BYTES_MAX)
    {
        return invalid("/tags", "must have at most 2,048 bytes");
    }
    if let Mode::Hold { lifetime } = asked.mode
        && !(Duration::from_seconds(1)..=HOLD_LIFETIME_MAX).contains(&lifetime)
    {
        return invalid("/hold_seconds", "must be between 1 and 86,400");
    }
    Ok(())
}

fn key_refused(refused: AuthError) -> Result<Verdict, Error> {
    let (code, key) = match refused {
        AuthError::Mistyped | AuthError::Unknown | AuthError::WorkspaceDeleted => {
            (VerdictCode::UnknownKey, None)
        }
        AuthError::Expired { key } => (VerdictCode::Expired, Some(key)),
        AuthError::Revoked { key } => (VerdictCode::Revoked, Some(key)),
        AuthError::WorkspaceSuspended { key } => (VerdictCode::WorkspaceSuspended, Some(key)),
        AuthError::Internal(error) => return Err(error.into()),
    };
    Ok(Verdict::refused(code, key))
}

/// The environment that is named, in the key's workspace.
async fn environment_of(
    services: &Services,
    key: &KeyIdentity,
    asked: &Verification,
) -> Result<Option<Environment>, Error> {
    let Some(reference) = &asked.environment else {
        return Ok(None);
    };
    let found = db::read!(services.db, |tx| Ok(environments::all(tx, key.workspace).await?))?;
    let found = found.into_iter().find(|environment| environment.is(reference));
    let what = "names no environment of the key's workspace".to_owned();
    found.map(Some).ok_or(Error::Invalid {
        pointer: "/environment",
        what,
    })
}

/// No workspace has tenants yet: whoever is named is not there.
const fn no_tenant(asked: &Verification) -> Result<(), Error> {
    match &asked.tenant {
        None => Ok(()),
        Some(_) => Err(Error::NotFound { what: "tenant" }),
    }
}

/// Why the key may not; `None` when it may.
fn may_not(
    services: &Services,
    key: &Arc<KeyIdentity>,
    asked: &Verification,
    environment: Option<&Environment>,
    counted: &mut bool,
) -> Option<Verdict> {
    let refuse = |code| Some(Verdict::refused(code, Some(Arc::clone(key))));
    let permitted = asked
        .permission
        .as_ref()
        .is_none_or(|permission| holds_permission(key, permission));
    if !permitted || environment.is_some_and(|place| api_keys::check_environment(key, place).is_err()) {
        return refuse(VerdictCode::PermissionDenied);
    }
    if asked
        .address
        .is_some_and(|address| api_keys::check_address(key, address).is_err())
    {
        return refuse(VerdictCode::AddressDenied);
    }
    if std::mem::replace(counted, true) {
        return None;
    }
    let limited = api_keys::rate_limit(services, key).err()?;
    let verdict = Verdict::refused(VerdictCode::RateLimited, Some(Arc::clone(key)));
    Some(Verdict {
        retry_after: Some(limited.retry_after),
        ..verdict
    })
}

fn holds_permission(key: &KeyIdentity, permission: &str) -> bool {
    match permission.parse::<Permission>() {
        Ok(ours) => key.permissions.contains(ours),
        Err(_) => key.operator_permissions.iter().any(|held| held == permission),
    }
}

fn request(
    services: &Services,
    operator: &Operator,
    key: &KeyIdentity,
    known: &Known,
    asked: &Verification,
    environment: Option<EnvironmentId>,
    started: Timestamp,
) -> Request {
    let call = Arc::new(MeteredCall {
        key: Some(key.id),
        key_lineage: Some(key.lineage),
        user: None,
        flow: None,
        flow_version: None,
        environment,
        tenant: None,
        resource: asked.resource.clone(),
        surface: SURFACE.to_owned(),
        test: key.test(),
        tags: asked.tags.clone(),
    });
    let amount = if key.test() {
        Microcredits::ZERO
    } else {
        price(known, asked)
    };
    let now = services.clock.now();
    let movement = match asked.mode {
        Mode::Charge => {
            let latency_us = now.since(started).us();
            let ending = Ending {
                status: CallStatus::Succeeded,
                latency_us,
                run: None,
                answer: None,
            };
            Movement::Charge { amount, call, ending }
        }
        Mode::Hold { lifetime } => Movement::Hold {
            amount,
            deadline: now.plus(lifetime),
            call,
            claimed: HoldClaim::Taking,
        },
    };
    Request {
        line: services.ids.next(),
        workspace: key.workspace,
        actor: operator.actor,
        resolved_under: Some(Epochs {
            workspace: key.config_epoch,
            instance: known.epoch,
        }),
        claim: asked.claim.clone(),
        note: None,
        audit: None,
        movement,
    }
}

fn price(known: &Known, asked: &Verification) -> Microcredits {
    let of_resource = || {
        let price = price_of(known, PriceKind::Resource, asked.resource.as_deref()?)?;
        price.of(1)
    };
    asked
        .credits
        .or_else(of_resource)
        .unwrap_or(known.settings.verify_price)
}

fn verdict(key: Arc<KeyIdentity>, asked: &Verification, outcome: Outcome) -> Result<Verdict, Error> {
    let held = matches!(asked.mode, Mode::Hold { .. });
    let repeated = outcome.is_repeated();
    match outcome {
        Outcome::Done(receipt) | Outcome::Repeated { receipt, .. } => Ok(Verdict {
            refused: None,
            key: Some(key),
            receipt: Some(receipt),
            held,
            available: Some(receipt.available),
            cap: None,
            retry_after: None,
            repeated,
        }),
        Outcome::Refused(Refusal::Insufficient { available, .. }) => {
            let verdict = Verdict::refused(VerdictCode::InsufficientCredits, Some(key));
            Ok(Verdict {
                available: Some(available),
                ..verdict
            })
        }
        Outcome::Refused(Refusal::CapReached(cap)) => Ok(Verdict {
            retry_after: Some(cap.retry_after),
            cap: Some(cap),
            ..Verdict::refused(VerdictCode::CapReached, Some(key))
        }),
        Outcome::Refused(Refusal::UnknownWorkspace) => Ok(Verdict::refused(VerdictCode::UnknownKey, None)),
        Outcome::Refused(refusal) => Err(refusal.into()),
    }
}
