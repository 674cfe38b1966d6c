//! Calling a flow: the main job.

use std::sync::Arc;

use tokio::task::JoinHandle;
use types::{Microcredits, RunId};

use super::{
    Answer, Error, Input, Surface,
    execute::{self, Finished},
    idempotency,
    money::{self, Held, Written},
    refused::{self, Asked},
    target::{self, Target},
};
use crate::{
    Services,
    access::{Caller, Permission},
    api_keys::{self, TenantRef},
    credits::{self, Claim, Receipt, Request},
    engine::{Admission, Stopped},
    environments::{EnvironmentRef, PRODUCTION},
    flows::FlowRef,
    rate_limits::RateState,
};

/// How often a call is resolved again because the configuration changed under it.
const RESOLUTIONS_MAX: u32 = 8;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct CallRequest {
    /// Which flow.
    pub flow: FlowRef,
    /// Where; by the rule of the called environment when missing, for a draft `development`.
    pub environment: Option<EnvironmentRef>,
    /// For whom.
    pub tenant: Option<TenantRef>,
    /// With what.
    pub input: Input,
    /// So that a retry is answered and not done again.
    pub idempotency_key: Option<String>,
    /// Through what.
    pub surface: Surface,
}

/// Calls the version of a flow that is live, and answers when its charge and its record are durable.
///
/// A flow without outside effects runs first and is charged in one commit. One with effects first takes a hold of the
/// most that it can cost, and is brought to its end from then on, whoever waits for it.
///
/// # Errors
/// Everything but the fault of the flow itself, which is an [`Answer`].
pub async fn call(services: &Arc<Services>, caller: &Caller, request: CallRequest) -> Result<Answer, Error> {
    let asked = Asked::by(&request, PRODUCTION);
    let answered = accept(services, caller, request).await;
    answered.inspect_err(|error| refused::note(services, caller, &asked, error))
}

/// Waits until no call is under way, not even one that nobody waits for any more.
pub async fn all_ended(services: &Services) {
    services.engine.none_left().await;
}

async fn accept(services: &Arc<Services>, caller: &Caller, request: CallRequest) -> Result<Answer, Error> {
    caller.authorize(Permission::FlowsCall)?;
    counted(services, caller, request, Subject::Live).await
}

/// Counts on the rate limits, then does what is asked for.
pub(super) async fn counted(
    services: &Arc<Services>,
    caller: &Caller,
    request: CallRequest,
    subject: Subject,
) -> Result<Answer, Error> {
    let rate = limit_rate(services, caller)?;
    let answer = once(services, caller, request, subject).await?;
    Ok(Answer { rate, ..answer })
}

/// Does what is asked for, unless it was done before under the same `Idempotency-Key`.
async fn once(
    services: &Arc<Services>,
    caller: &Caller,
    request: CallRequest,
    subject: Subject,
) -> Result<Answer, Error> {
    // No workspace has tenants yet: whoever is named is not there.
    if let Some(tenant) = request.tenant {
        return Err(Error::UnknownTenant { tenant });
    }
    let claim = idempotency::claim(caller, &request, subject);
    if let Some(claim) = &claim
        && let Some(earlier) = idempotency::earlier(services, caller, claim).await?
    {
        return Ok(earlier);
    }
    Box::new(Call::begin(services, caller, request, claim, subject)?)
        .settle()
        .await
}

/// What of a flow is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// The version that is live in the called environment.
    Live,
    /// The draft.
    Draft,
}

/// What became of a call with effects.
enum Attempt {
    Answered(Box<Answer>),
    /// Something was changed meanwhile, and nothing has happened: the call, and what it was to be.
    Stale(Box<Call>, Box<Target>),
}

/// One call under way.
pub(super) struct Call {
    services: Arc<Services>,
    caller: Caller,
    request: CallRequest,
    claim: Option<Claim>,
    subject: Subject,
    admission: Arc<Admission>,
    run: RunId,
}

impl Call {
    /// A call that is not resolved yet.
    pub fn begin(
        services: &Arc<Services>,
        caller: &Caller,
        request: CallRequest,
        claim: Option<Claim>,
        subject: Subject,
    ) -> Result<Self, Error> {
        Ok(Self {
            services: Arc::clone(services),
            caller: caller.clone(),
            request,
            claim,
            subject,
            admission: Arc::new(services.engine.admit(caller.workspace, services.clock.now())?),
            run: services.ids.next(),
        })
    }

    /// Resolves, runs and charges; resolves again while that turns out to be stale.
    pub async fn settle(mut self: Box<Self>) -> Result<Answer, Error> {
        let mut target = match self.subject {
            Subject::Live => target::resolve(&self.services, &self.caller, &self.request).await?,
            Subject::Draft => Box::pin(target::of_draft(&self.services, &self.caller, &self.request)).await?,
        };
        let mut finished: Option<Finished> = None;
        for _ in 0..RESOLUTIONS_MAX {
            if target.plan.has_outside_effects() {
                match self
                    .with_effects(target)
                    .await
                    .map_err(|_| Error::EngineBroke)??
                {
                    Attempt::Answered(answer) => return Ok(*answer),
                    Attempt::Stale(call, stale) => (self, target) = (call, *stale),
                }
            } else {
                let run = match finished.take() {
                    Some(run) => run,
                    None => Box::pin(self.without_effects(&target)).await?,
                };
                match self.charge(&target, &run).await? {
                    Written::Done(receipt) => return Ok(answer(run, receipt)),
                    Written::Repeated(receipt, answer) => return self.again(receipt, answer).await,
                    Written::Stale => finished = Some(run),
                }
            }
            let now = Box::pin(self.resolve_again()).await;
            if !now.as_ref().is_ok_and(|now| now.is_the_same_as(&target))
                && let Some(run) = finished.take()
            {
                // What was computed is not what is live now: nobody pays for it.
                self.was_free(&run);
            }
            target = now?;
        }
        Err(Error::Unsettled)
    }

    /// What the call means now, for the caller as he is now.
    async fn resolve_again(&mut self) -> Result<Target, Error> {
        self.caller = renew(&self.services, &self.caller).await?;
        self.caller.authorize(Permission::FlowsCall)?;
        self.services.instance.forget();
        match self.subject {
            Subject::Live => target::resolve_now(&self.services, &self.caller, &self.request).await,
            Subject::Draft => target::of_draft(&self.services, &self.caller, &self.request).await,
        }
    }

    /// Runs a flow that touches nothing outside.
    async fn without_effects(&self, target: &Target) -> Result<Finished, Error> {
        money::refuse_early(&self.services, self.caller.workspace, target.price.least()).await?;
        let ran = execute::execute(
            &self.services,
            &self.admission,
            target,
            self.run,
            &self.request.input,
        )
        .await;
        ran.map_err(|stopped| Error::from(stopped.reason))
    }

    /// Charges it; then its computing is paid for, unless it cost nothing.
    async fn charge(&self, target: &Target, run: &Finished) -> Result<Written, Error> {
        // A failure without effects that costs nothing may be tried again under the same key.
        let is_final = run.succeeded() || target.price.real(false, run.calls, &run.used).get() > 0;
        let claim = self
            .claim
            .clone()
            .filter(|_| is_final)
            .map(|claim| (claim, self.answer_to_keep(target, run)));
        let written = money::charge(&self.services, &self.caller, &self.request, target, run, claim).await;
        match &written {
            Ok(Written::Stale) => {}
            Ok(Written::Done(receipt)) if receipt.charged.get() > 0 => {}
            _ => self.was_free(run),
        }
        written
    }

    /// Runs a flow with effects under a hold, to the end even when nobody waits for it any more. The hold is part of
    /// it: one that is taken when its caller is gone already would keep the key and the credits for nothing.
    fn with_effects(self: Box<Self>, target: Target) -> JoinHandle<Result<Attempt, Error>> {
        let answered = |answer| Attempt::Answered(Box::new(answer));
        tokio::spawn(async move {
            let held = Held {
                id: self.services.ids.next(),
                amount: most_of(&target)?,
            };
            match self.hold(&target, &held).await? {
                Written::Done(_) => self.run_held(&target, &held).await.map(answered),
                Written::Repeated(receipt, answer) => self.again(receipt, answer).await.map(answered),
                Written::Stale => Ok(Attempt::Stale(self, Box::new(target))),
            }
        })
    }

    async fn hold(&self, target: &Target, held: &Held) -> Result<Written, Error> {
        let (services, caller) = (&self.services, &self.caller);
        let written = money::hold(services, caller, &self.request, target, held, self.claim.clone()).await;
        if let Err(error) = &written
            && money::is_unknown(error)
        {
            // One that was taken after all would keep the key and the credits for nothing.
            self.close_later(money::voiding(services, caller, held));
        }
        written
    }

    async fn run_held(self: Box<Self>, target: &Target, held: &Held) -> Result<Answer, Error> {
        let input = &self.request.input;
        let run = match execute::execute(&self.services, &self.admission, target, self.run, input).await {
            Ok(run) => run,
            Err(stopped) => return Err(self.stopped(held, stopped).await),
        };
        let is_free = target.price.real(run.succeeded(), run.calls, &run.used).get() == 0;
        if run.calls == 0 && !run.succeeded() && is_free && self.claim.is_some() {
            return self.failed_before_effects(target, held, run).await;
        }
        let answer = self.claim.is_some().then(|| self.answer_to_keep(target, &run));
        let posting = money::posting(&self.caller, &self.request, target, held, &run, answer);
        match self.close(posting).await? {
            Written::Done(receipt) | Written::Repeated(receipt, _) => Ok(self.finish(run, receipt)),
            Written::Stale => Err(Error::Unsettled),
        }
    }

    /// Nothing has happened and nothing is charged, so a retry under the same key may run: the hold is given back, which
    /// frees the key, and the call is closed by a line of its own.
    async fn failed_before_effects(
        &self,
        target: &Target,
        held: &Held,
        run: Finished,
    ) -> Result<Answer, Error> {
        self.void(held).await?;
        match money::close_free(&self.services, &self.caller, &self.request, target, &run).await? {
            Written::Done(receipt) | Written::Repeated(receipt, _) => Ok(self.finish(run, receipt)),
            Written::Stale => Err(Error::Unsettled),
        }
    }

    /// The engine gave up. What has had effects stays held until it is given back as forgotten, which a retry is told.
    async fn stopped(&self, held: &Held, stopped: Stopped) -> Error {
        if stopped.calls == 0
            && let Err(error) = self.void(held).await
        {
            return error;
        }
        stopped.reason.into()
    }

    async fn void(&self, held: &Held) -> Result<(), Error> {
        let voiding = money::voiding(&self.services, &self.caller, held);
        self.close(voiding).await.map(drop)
    }

    /// Closes the hold, now or, when the ledger is away, behind the caller's back.
    async fn close(&self, closing: Request) -> Result<Written, Error> {
        let written = money::close(&self.services, &closing).await;
        if written.as_ref().is_err_and(money::is_away) {
            self.close_later(closing);
        }
        written
    }

    /// Goes on closing the hold. The call counts as running until then.
    fn close_later(&self, closing: Request) {
        let (services, admission) = (Arc::clone(&self.services), Arc::clone(&self.admission));
        tokio::spawn(async move {
            money::close_later(&services, closing).await;
            drop(admission);
        });
    }

    fn finish(&self, run: Finished, receipt: Receipt) -> Answer {
        if receipt.charged.get() == 0 {
            self.was_free(&run);
        }
        answer(run, receipt)
    }

    fn was_free(&self, run: &Finished) {
        self.admission.was_free(run.ticks, self.services.clock.now());
    }

    fn answer_to_keep(&self, target: &Target, run: &Finished) -> credits::Answer {
        let workspace = self.caller.workspace;
        idempotency::answer_to_keep(&self.services, workspace, target.retention, run.run, &run.ended)
    }

    async fn again(&self, receipt: Receipt, answer: Option<credits::Answer>) -> Result<Answer, Error> {
        idempotency::again(&self.services, self.caller.workspace, receipt, answer).await
    }
}

fn answer(run: Finished, receipt: Receipt) -> Answer {
    Answer {
        run: run.run,
        ended: run.ended,
        charged: receipt.charged,
        available: receipt.available,
        repeated: false,
        rate: None,
    }
}

/// What must be held: the most that a run can cost. A flow without a bound is not deployed; a draft may have none.
fn most_of(target: &Target) -> Result<Microcredits, Error> {
    target.price.most(&target.plan).ok_or(Error::Unbounded)
}

/// Counts the call on the limits of its key.
fn limit_rate(services: &Services, caller: &Caller) -> Result<Option<RateState>, Error> {
    match &caller.key {
        Some(key) => Ok(api_keys::rate_limit(services, key)?),
        None => Ok(None),
    }
}

/// The caller as he is now: what was known of a key is read again.
async fn renew(services: &Services, caller: &Caller) -> Result<Caller, Error> {
    match &caller.key {
        Some(key) => {
            let key = api_keys::authenticate_again(services, key).await?;
            Ok(Caller::key(key, caller.origin.clone()))
        }
        None => Ok(caller.clone()),
    }
}
