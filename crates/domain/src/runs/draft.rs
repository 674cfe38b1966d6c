//! Running what is being edited.

use std::sync::Arc;

use super::{
    Answer, CallRequest, Error, Input, Surface,
    call::{self, Subject},
    refused::{self, Asked},
};
use crate::{
    Services,
    access::{Caller, Permission},
    api_keys::TenantRef,
    environments::{DEVELOPMENT, EnvironmentRef},
    flows::FlowRef,
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct DraftRequest {
    /// The draft of which flow.
    pub flow: FlowRef,
    /// Where; `development` when missing.
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

/// Runs the draft of a flow once, for somebody who may edit it. It costs what a call costs, and is recorded as
/// version 0.
pub async fn run_draft(
    services: &Arc<Services>,
    caller: &Caller,
    request: DraftRequest,
) -> Result<Answer, Error> {
    let request = CallRequest {
        flow: request.flow,
        environment: request.environment,
        tenant: request.tenant,
        input: request.input,
        idempotency_key: request.idempotency_key,
        surface: request.surface,
    };
    let asked = Asked::by(&request, DEVELOPMENT);
    let answered = accept(services, caller, request).await;
    answered.inspect_err(|error| refused::note(services, caller, &asked, error))
}

async fn accept(services: &Arc<Services>, caller: &Caller, request: CallRequest) -> Result<Answer, Error> {
    caller.authorize(Permission::FlowsWrite)?;
    caller.authorize(Permission::FlowsCall)?;
    call::counted(services, caller, request, Subject::Draft).await
}
