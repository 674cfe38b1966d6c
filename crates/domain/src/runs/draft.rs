//! Running what is being edited.

use std::sync::Arc;

use super::{
    Answer, CallRequest, Error,
    call::{self, Subject},
    refused::{self, Asked},
};
use crate::{
    Services,
    access::{Caller, Permission},
    environments::DEVELOPMENT,
};

/// Runs the draft of a flow once, for somebody who may edit it. It costs what a call costs, and is recorded as
/// version 0. Without an environment it runs in `development`.
pub async fn run_draft(
    services: &Arc<Services>,
    caller: &Caller,
    request: CallRequest,
) -> Result<Answer, Error> {
    let asked = Asked::by(&request, DEVELOPMENT);
    let answered = accept(services, caller, request).await;
    answered.inspect_err(|error| refused::note(services, caller, &asked, error))
}

async fn accept(services: &Arc<Services>, caller: &Caller, request: CallRequest) -> Result<Answer, Error> {
    caller.authorize(Permission::FlowsWrite)?;
    caller.authorize(Permission::FlowsCall)?;
    call::counted(services, caller, request, Subject::Draft).await
}
