//! Every route, by area, on one page. Each is registered here once, for the router and for the OpenAPI document.

use axum::routing::post;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouter},
    routes,
};

use crate::{
    AppState, layers,
    routes::{
        actors, auth, bench, caps, credits, docs, environments, flows, health, keys, me, operator,
        permissions, runs, usage, workspaces,
    },
};

/// The service of the whole server.
pub type Router = axum::Router;

/// Takes the routes in: all of them for the document, or what serves them.
trait Collect: Sized {
    fn routes(self, routes: UtoipaMethodRouter<AppState>) -> Self;
}

impl Collect for OpenApiRouter<AppState> {
    fn routes(self, routes: UtoipaMethodRouter<AppState>) -> Self {
        OpenApiRouter::routes(self, routes)
    }
}

/// Forgets the descriptions at once: together they are more memory than the idle server.
impl Collect for axum::Router<AppState> {
    fn routes(self, (_, paths, methods): UtoipaMethodRouter<AppState>) -> Self {
        let mut paths = paths.paths.into_keys();
        let path = paths.next().expect("a route has a path");
        debug_assert!(
            paths.next().is_none(),
            "the operations of `routes!` share their path"
        );
        self.route(&path, methods)
    }
}

fn routes<R: Collect>(router: R) -> R {
    router
        // auth
        .routes(routes!(auth::sign_up))
        .routes(routes!(auth::sign_in))
        .routes(routes!(auth::sign_out))
        // me
        .routes(routes!(me::view, me::update))
        .routes(routes!(me::change_password))
        .routes(routes!(me::sessions))
        .routes(routes!(me::end_session))
        .routes(routes!(me::my_workspaces))
        // workspaces
        .routes(routes!(workspaces::list, workspaces::create))
        .routes(routes!(workspaces::view, workspaces::update, workspaces::delete))
        .routes(routes!(workspaces::restore))
        .routes(routes!(actors::list))
        // keys
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::view, keys::update, keys::delete))
        .routes(routes!(keys::rotate))
        .routes(routes!(keys::revoke))
        .routes(routes!(permissions::list))
        // environments
        .routes(routes!(environments::list))
        .routes(routes!(environments::view))
        // flows
        .routes(routes!(flows::list, flows::create))
        .routes(routes!(flows::view, flows::update, flows::delete))
        .routes(routes!(flows::restore))
        .routes(routes!(flows::save_draft))
        .routes(routes!(flows::check))
        .routes(routes!(flows::versions::list, flows::versions::create))
        .routes(routes!(flows::versions::view))
        .routes(routes!(flows::deployments::list, flows::deployments::create))
        // runs
        .routes(routes!(runs::call))
        .routes(routes!(runs::quote))
        .routes(routes!(runs::run_draft))
        .routes(routes!(runs::list))
        .routes(routes!(runs::view))
        .routes(routes!(runs::steps))
        // credits
        .routes(routes!(credits::view))
        .routes(routes!(credits::grants))
        .routes(routes!(credits::ledger))
        .routes(routes!(credits::export::export))
        .routes(routes!(caps::list, caps::set, caps::remove))
        // usage
        .routes(routes!(usage::list))
        .routes(routes!(usage::view))
        .routes(routes!(usage::summary::summarize))
        .routes(routes!(usage::export::export))
        // operator
        .routes(routes!(operator::verify::verify))
        .routes(routes!(operator::verify::settle))
        .routes(routes!(operator::verify::void))
        .routes(routes!(operator::verify::refund))
        .routes(routes!(operator::workspaces::list))
        .routes(routes!(operator::workspaces::view))
        .routes(routes!(operator::workspaces::suspend))
        .routes(routes!(operator::workspaces::unsuspend))
        .routes(routes!(operator::credits::give))
        .routes(routes!(operator::credits::view))
        .routes(routes!(operator::credits::adjust))
        .routes(routes!(operator::users::list))
        .routes(routes!(operator::users::disable))
        .routes(routes!(operator::users::enable))
        .routes(routes!(operator::users::promote))
        .routes(routes!(
            operator::service_tokens::list,
            operator::service_tokens::create
        ))
        .routes(routes!(
            operator::service_tokens::view,
            operator::service_tokens::update,
            operator::service_tokens::delete
        ))
        .routes(routes!(operator::service_tokens::rotate))
        .routes(routes!(operator::service_tokens::revoke))
        .routes(routes!(
            operator::permissions::list,
            operator::permissions::register
        ))
        .routes(routes!(operator::permissions::delete))
        .routes(routes!(
            operator::prices::list,
            operator::prices::set,
            operator::prices::remove
        ))
        .routes(routes!(operator::settings::view, operator::settings::update))
        // instance
        .routes(routes!(health::healthz_get))
        .routes(routes!(health::readyz_get))
        .routes(routes!(health::metrics_get))
        .routes(routes!(docs::openapi_get))
}

/// Routes that are for people with a browser and not part of the API.
fn pages() -> axum::Router<AppState> {
    axum::Router::new()
        .route("/", axum::routing::get(docs::home))
        .route("/docs", axum::routing::get(docs::docs))
        .route("/assets/{*path}", axum::routing::get(docs::asset))
}

/// What the document describes.
pub fn described() -> utoipa::openapi::OpenApi {
    routes(OpenApiRouter::with_openapi(crate::openapi::base())).into_openapi()
}

/// The router over a state.
pub fn router(app: AppState) -> Router {
    let mut router = routes(axum::Router::new())
        .merge(pages())
        .fallback(docs::nowhere)
        .layer(layers::EdgeLayer(AppState::clone(&app)));
    if app.config.bench_ceiling {
        // Outside of the layer on purpose: it measures the machine, not us.
        router = router.route("/bench/ceiling", post(bench::ceiling));
    }
    router.with_state(app)
}
