//! Is the server alive, and can it work?

use api::health::{Check, Health, Readiness};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::access::OperatorPermission;
use http::StatusCode;

use crate::{
    AppState,
    answer::{Json, json_response},
    extract::AsOperator,
    layers::metrics,
    openapi::problems,
    problem::Result,
};

/// Is the process alive?
#[utoipa::path(
    get, path = "/healthz", operation_id = "healthz_get", tag = "instance",
    responses((status = 200, description = "It is.", body = Health)),
)]
pub async fn healthz_get() -> Json<Health> {
    Json(Health {
        status: "alive",
        version: env!("CARGO_PKG_VERSION"),
    })
}

problems!(MetricsProblems = [CREDENTIAL, OPERATOR]);

/// Read the counters of this process, in the text format of Prometheus. Needs the permission `operator:metrics`.
#[utoipa::path(
    get, path = "/metrics", operation_id = "metrics_get", tag = "instance",
    security(("service_token" = []), ("session" = [])),
    responses((status = 200, description = "The counters.", body = String, content_type = "text/plain"), MetricsProblems),
)]
pub async fn metrics_get(AsOperator(operator): AsOperator) -> Result<Response> {
    operator.authorize(OperatorPermission::MetricsRead)?;
    Ok(metrics::render().into_response())
}

/// Can it do its work: database, migrations, keys?
#[utoipa::path(
    get, path = "/readyz", operation_id = "readyz_get", tag = "instance",
    responses(
        (status = 200, description = "It can.", body = Readiness),
        (status = 503, description = "It cannot at the moment.", body = Readiness),
    ),
)]
pub async fn readyz_get(State(app): State<AppState>) -> Response {
    let found = domain::instance::readiness(&app.services).await;
    let check = |ok: bool| if ok { Check::Ok } else { Check::Failed };
    let body = Readiness {
        ready: found.is_ready(),
        database: check(found.database),
        migrations: check(found.migrations),
        keys: check(found.keys),
    };
    if body.ready {
        Json(body).into_response()
    } else {
        json_response(StatusCode::SERVICE_UNAVAILABLE, "application/json", &body)
    }
}
