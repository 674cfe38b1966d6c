//! Calls that are refused are counted as usage, too: 402, 403 and 429.

use super::{CallRequest, Error, Surface, target};
use crate::{
    Services,
    access::{Actor, Caller},
    api_keys::{AuthError, KeyIdentity, Restricted},
    environments::EnvironmentRef,
    flows::FlowRef,
    usage::{self, Reason, Refused},
};

/// What a call asks for, kept for the case that it is refused.
pub(super) struct Asked {
    flow: FlowRef,
    environment: Option<EnvironmentRef>,
    surface: Surface,
    /// Where it would have been without a name.
    fallback: &'static str,
}

impl Asked {
    pub fn by(request: &CallRequest, fallback: &'static str) -> Self {
        Self {
            fallback,
            flow: request.flow.clone(),
            environment: request.environment.clone(),
            surface: request.surface,
        }
    }
}

/// Counts a call that ended so, if it was refused. Flow and environment are told apart as far as memory knows them: no
/// refusal asks the database, and a name that leads nowhere makes no row.
pub(super) fn note(services: &Services, caller: &Caller, asked: &Asked, error: &Error) {
    let Some(reason) = reason(error) else { return };
    let live = services.flows.known(caller.workspace, &asked.flow);
    let environment = live.as_ref().and_then(|live| {
        let (key, named) = (caller.key.as_deref(), asked.environment.as_ref());
        target::environment_asked_for(key, &live.environments, named, asked.fallback)
    });
    usage::note_refused(
        services,
        Refused {
            workspace: caller.workspace,
            reason,
            actor: caller.actor,
            flow: live.map(|live| live.id),
            environment,
            tenant: None,
            resource: None,
            surface: asked.surface.as_str(),
            test: caller.key.as_ref().is_some_and(|key| key.test()),
        },
    );
}

fn reason(error: &Error) -> Option<Reason> {
    match error {
        Error::InsufficientCredits { .. } => Some(Reason::InsufficientCredits),
        Error::CapReached { .. } => Some(Reason::CapReached),
        Error::Denied(_) => Some(Reason::PermissionDenied),
        Error::EnvironmentNotAllowed { .. } => Some(Reason::EnvironmentNotAllowed),
        Error::Restricted(restricted) => Some(of_restriction(restricted)),
        Error::RateLimited(_) => Some(Reason::RateLimited),
        Error::Overloaded(_) => Some(Reason::Overloaded),
        Error::Credential(AuthError::WorkspaceSuspended { .. }) => Some(Reason::WorkspaceSuspended),
        _ => None,
    }
}

const fn of_restriction(restricted: &Restricted) -> Reason {
    match restricted {
        Restricted::AddressDenied { .. } => Reason::AddressDenied,
        Restricted::FlowNotAllowed { .. } => Reason::FlowNotAllowed,
        Restricted::EnvironmentNotAllowed { .. } => Reason::EnvironmentNotAllowed,
    }
}

/// Why a key was turned away before its call began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtTheDoor {
    /// It may not be used from there.
    AddressDenied,
    /// Nothing runs in its workspace.
    WorkspaceSuspended,
}

/// Counts a call whose key was turned away before it began.
pub fn turned_away(services: &Services, key: &KeyIdentity, flow: Option<&FlowRef>, why: AtTheDoor) {
    let live = flow.and_then(|flow| services.flows.known(key.workspace, flow));
    usage::note_refused(
        services,
        Refused {
            workspace: key.workspace,
            reason: match why {
                AtTheDoor::AddressDenied => Reason::AddressDenied,
                AtTheDoor::WorkspaceSuspended => Reason::WorkspaceSuspended,
            },
            actor: Actor::ApiKey(key.id),
            flow: live.map(|live| live.id),
            environment: None,
            tenant: None,
            resource: None,
            surface: Surface::Api.as_str(),
            test: key.test(),
        },
    );
}
