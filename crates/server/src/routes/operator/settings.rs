//! The settings of the instance.

use api::settings::{Settings, SettingsUpdate};
use axum::{extract::State, response::Response};
use domain::instance::{self, SettingsChange, SignUp};

use crate::{
    AppState,
    answer::Tagged,
    extract::{AsOperator, Fields, IfMatch, Json, Once},
    openapi::{IdempotencyHeader, IfMatchHeader, problems},
    problem::Result,
};

problems!(ViewProblems = [CREDENTIAL, OPERATOR]);

/// View the settings.
#[utoipa::path(
    get, path = "/v1/operator/settings", operation_id = "operator_settings_view", tag = "operator",
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "As they are.", body = Settings), ViewProblems),
)]
pub async fn view(State(app): State<AppState>, AsOperator(operator): AsOperator) -> Result<Tagged<Settings>> {
    let settings = instance::settings(&app.services, &operator).await?;
    Ok(Tagged(settings.revision(), to_wire(settings)))
}

problems!(UpdateProblems = [CREDENTIAL, OPERATOR, BODY, IF_MATCH, IDEMPOTENT]);

/// Change settings. What is absent stays as it is; prices hold for every call that starts after the answer.
#[utoipa::path(
    patch, path = "/v1/operator/settings", operation_id = "operator_settings_update", tag = "operator",
    params(IfMatchHeader, IdempotencyHeader), request_body = SettingsUpdate,
    security(("session" = []), ("service_token" = [])),
    responses((status = 200, description = "As they are now.", body = Settings), UpdateProblems),
)]
pub async fn update(
    State(app): State<AppState>,
    AsOperator(operator): AsOperator,
    IfMatch(if_revision): IfMatch,
    once: Once,
    Json(body): Json<SettingsUpdate>,
) -> Result<Response> {
    let change = change(&body, if_revision)?;
    once.run(&app.clone(), (&operator).into(), async move {
        let settings = instance::change_settings(&app.services, &operator, change).await?;
        Ok(Tagged(settings.revision(), to_wire(settings)))
    })
    .await
}

fn change(body: &SettingsUpdate, if_revision: Option<i64>) -> Result<SettingsChange> {
    let mut fields = Fields::new();
    let product_name = fields.parse_optional("/product_name", body.product_name.as_deref());
    let logo_url = fields.parse_nullable("/logo_url", body.logo_url.as_ref().map(Option::as_deref));
    let support_url = fields.parse_nullable("/support_url", body.support_url.as_ref().map(Option::as_deref));
    let sign_up = match &body.sign_up {
        Some(text) => fields
            .word("/sign_up", text, SignUp::ALL, SignUp::as_str)
            .map(Some),
        None => Some(None),
    };
    let signup_bonus = fields.parse_price("/signup_bonus", body.signup_bonus.as_deref());
    let flow_call_price = fields.parse_price("/flow_call_price", body.flow_call_price.as_deref());
    let verify_price = fields.parse_price("/verify_price", body.verify_price.as_deref());
    fields.finish(|| {
        Some(SettingsChange {
            product_name: product_name?,
            logo_url: logo_url?,
            support_url: support_url?,
            sign_up: sign_up?,
            signup_bonus: signup_bonus?,
            flow_call_price: flow_call_price?,
            verify_price: verify_price?,
            if_revision,
        })
    })
}

/// The settings in the words of the wire.
pub fn to_wire(settings: instance::Settings) -> Settings {
    Settings {
        product_name: settings.product_name,
        logo_url: settings.logo_url,
        support_url: settings.support_url,
        sign_up: settings.sign_up.as_str(),
        signup_bonus: settings.signup_bonus,
        flow_call_price: settings.flow_call_price,
        verify_price: settings.verify_price,
    }
}
