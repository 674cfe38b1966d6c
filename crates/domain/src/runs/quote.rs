//! What a call would cost, without calling.

use types::{EnvironmentId, FlowId, Microcredits};

use super::{CallRequest, Error, money, target};
use crate::{
    Services,
    access::{Caller, Permission},
    credits,
};

/// What a call would cost now, and who would pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// What would run.
    pub flow: FlowId,
    /// Which version of it.
    pub version: i64,
    /// Where.
    pub environment: EnvironmentId,
    /// The least that a successful call costs.
    pub least: Microcredits,
    /// The most that it can cost; `None` where it has no bound.
    pub most: Option<Microcredits>,
    /// Is the most set aside before it runs, because it has effects?
    pub is_held: bool,
    /// What the most, or else the least, would be taken from, and what would refuse it.
    pub paid: credits::Quote,
}

impl Quote {
    /// What it is quoted for: the most that the call can cost, or else the least.
    pub fn price(&self) -> Microcredits {
        self.most.unwrap_or(self.least)
    }

    /// Would the price be accepted now?
    pub fn is_accepted(&self) -> bool {
        self.paid.caps.is_empty() && self.price() <= self.paid.available
    }
}

/// Asks what a call with this input would cost: it is resolved and its input is validated as for a call, but nothing
/// runs, and nothing is charged or counted.
pub async fn quote(services: &Services, caller: &Caller, request: CallRequest) -> Result<Quote, Error> {
    caller.authorize(Permission::FlowsCall)?;
    caller.authorize(Permission::CreditsRead)?;
    if let Some(tenant) = request.tenant {
        return Err(Error::UnknownTenant { tenant });
    }
    let target = target::resolve_now(services, caller, &request).await?;
    let (least, most) = (target.price.least(), target.price.most(&target.plan));
    let call = money::metered(caller, &request, &target);
    let paid = credits::quote(services, caller.workspace, &call, most.unwrap_or(least)).await;
    Ok(Quote {
        flow: target.flow,
        version: target.version,
        environment: target.environment,
        least,
        most,
        is_held: target.plan.has_outside_effects(),
        paid: paid.map_err(Error::Credits)?,
    })
}
