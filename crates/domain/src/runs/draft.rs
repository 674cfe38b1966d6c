//! Running what is being edited.

use std::sync::Arc;

use super::{
    Answer, CallRequest, Error, Input, Surface,
    call::{Call, Subject},
};
use crate::{
    Services,
    access::{Caller, Permission},
    environments::EnvironmentRef,
    flows::FlowRef,
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct DraftRequest {
    /// The draft of which flow.
    pub flow: FlowRef,
    /// Where; `development` when missing.
    pub environment: Option<EnvironmentRef>,
    /// With what.
    pub input: Input,
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
    caller.authorize(Permission::FlowsWrite)?;
    caller.authorize(Permission::FlowsCall)?;
    let request = CallRequest {
        flow: request.flow,
        environment: request.environment,
        input: request.input,
        idempotency_key: None,
        surface: request.surface,
    };
    Call::begin(services, caller, request, None, Subject::Draft)?
        .settle()
        .await
}
