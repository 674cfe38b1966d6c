//! API keys.

use api::{
    List,
    credentials::CredentialRotate,
    keys::{Key, KeyCreate, KeyKind, KeyUpdate, KeysQuery, NewKey},
};
use axum::{extract::State, response::Response};
use domain::{
    api_keys::{self, ApiKey, KeyChange, KeyFilter},
    credential,
};
use types::{ApiKeyId, Duration, Timestamp};

use super::{
    credentials::{status, status_to_wire},
    credits::actor,
};
use crate::{
    AppState,
    answer::{self, Created, NoContent, Tagged},
    extract::{
        Fields, IfMatch, InWorkspace, Json, JsonOrNothing, Network, Once, Path, Query, page, parsed_parameter,
    },
    openapi::{IdempotencyHeader, IfMatchHeader, WorkspaceHeader, problems},
    problem::Result,
};

problems!(ListProblems = [CREDENTIAL, CALLER]);

/// List the keys of the workspace, the newest first, also revoked and expired ones.
#[utoipa::path(
    get, path = "/v1/keys", operation_id = "keys_list", tag = "keys",
    params(WorkspaceHeader, KeysQuery), security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "A page of them.", body = List<Key>), ListProblems),
)]
pub async fn list(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Query(query): Query<KeysQuery>,
) -> Result<answer::Json<List<Key>>> {
    let (limit, cursor) = page(query.limit, query.cursor.as_deref())?;
    let filter = KeyFilter {
        kind: query.kind.map(kind),
        status: query.status.map(status),
        created_by: parsed_parameter("created_by", query.created_by.as_deref())?,
    };
    let page = api_keys::list(&app.services, &caller, &filter, limit, cursor.as_ref()).await?;
    let now = app.services.clock.now();
    Ok(answer::Json(List::from_page(page, |key| to_wire(key, now))))
}

problems!(CreateProblems = [CREDENTIAL, CALLER, BODY, IDEMPOTENT] + [BeyondMaker, LimitReached]);

/// Make a key. The answer tells it, this once.
#[utoipa::path(
    post, path = "/v1/keys", operation_id = "keys_create", tag = "keys",
    params(WorkspaceHeader, IdempotencyHeader), request_body = KeyCreate,
    security(("session" = []), ("api_key" = [])),
    responses((status = 201, description = "It is made.", body = NewKey), CreateProblems),
)]
pub async fn create(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    once: Once,
    Json(body): Json<KeyCreate>,
) -> Result<Response> {
    let new = new_key(&body)?;
    once.run(&app.clone(), (&caller).into(), async move {
        let created = api_keys::create(&app.services, &caller, new).await?;
        Ok(created_answer(created, app.services.clock.now()))
    })
    .await
}

fn new_key(body: &KeyCreate) -> Result<api_keys::NewKey> {
    let mut fields = Fields::new();
    let name = fields.parse("/name", &body.name);
    let description = fields.parse_optional("/description", body.description.as_deref());
    let kind = match &body.kind {
        Some(text) => fields.word("/kind", text, api_keys::KeyKind::ALL, api_keys::KeyKind::as_str),
        None => Some(api_keys::KeyKind::Live),
    };
    let permissions = fields.parse_list("/permissions", body.permissions.as_deref());
    let flows = fields.parse_list("/flows", body.flows.as_deref());
    let environments = fields.parse_list("/environments", body.environments.as_deref());
    let addresses = fields.parse_list::<Network>("/addresses", body.addresses.as_deref());
    let tenant = fields.parse_optional("/tenant", body.tenant.as_deref());
    let expires_at = fields.parse_optional("/expires_at", body.expires_at.as_deref());
    fields.finish(|| {
        Some(api_keys::NewKey {
            name: name?,
            description: description?.unwrap_or_default(),
            kind: kind?,
            permissions: permissions?,
            flows: flows?,
            environments: environments?,
            addresses: addresses?.map(Network::all),
            tenant: tenant?,
            expires_at: expires_at?,
            rate_limit_per_minute: body.rate_limit_per_minute,
        })
    })
}

problems!(ViewProblems = [CREDENTIAL, CALLER]);

/// View a key.
#[utoipa::path(
    get, path = "/v1/keys/{key}", operation_id = "keys_view", tag = "keys",
    params(("key" = api::schema::ApiKeyId, Path, description = "Id of the key."), WorkspaceHeader),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "The key, without itself.", body = Key), ViewProblems),
)]
pub async fn view(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(key): Path<ApiKeyId>,
) -> Result<Tagged<Key>> {
    let key = api_keys::view(&app.services, &caller, key).await?;
    Ok(Tagged(key.revision(), to_wire(key, app.services.clock.now())))
}

problems!(UpdateProblems = [CREDENTIAL, CALLER, BODY, IF_MATCH, IDEMPOTENT] + [BeyondMaker, KeyEnded]);

/// Change a key. What is absent stays as it is; null takes a restriction away.
#[utoipa::path(
    patch, path = "/v1/keys/{key}", operation_id = "keys_update", tag = "keys",
    params(("key" = api::schema::ApiKeyId, Path, description = "Id of the key."), WorkspaceHeader, IfMatchHeader, IdempotencyHeader),
    request_body = KeyUpdate, security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "As it is now.", body = Key), UpdateProblems),
)]
pub async fn update(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(key): Path<ApiKeyId>,
    IfMatch(if_revision): IfMatch,
    once: Once,
    Json(body): Json<KeyUpdate>,
) -> Result<Response> {
    let change = key_change(&body, if_revision)?;
    once.run(&app.clone(), (&caller).into(), async move {
        let key = api_keys::update(&app.services, &caller, key, change).await?;
        Ok(Tagged(key.revision(), to_wire(key, app.services.clock.now())))
    })
    .await
}

fn key_change(body: &KeyUpdate, if_revision: Option<i64>) -> Result<KeyChange> {
    let mut fields = Fields::new();
    let name = fields.parse_optional("/name", body.name.as_deref());
    let description = fields.parse_optional("/description", body.description.as_deref());
    let permissions = fields.parse_list("/permissions", body.permissions.as_deref());
    let flows = fields.parse_nullable_list("/flows", body.flows.as_ref());
    let environments = fields.parse_nullable_list("/environments", body.environments.as_ref());
    let addresses = fields.parse_nullable_list::<Network>("/addresses", body.addresses.as_ref());
    let tenant = fields.parse_nullable("/tenant", body.tenant.as_ref().map(Option::as_deref));
    let expires_at = fields.parse_nullable("/expires_at", body.expires_at.as_ref().map(Option::as_deref));
    fields.finish(|| {
        Some(KeyChange {
            name: name?,
            description: description?,
            permissions: permissions?,
            flows: flows?,
            environments: environments?,
            addresses: addresses?.map(|addresses| addresses.map(Network::all)),
            tenant: tenant?,
            expires_at: expires_at?,
            rate_limit_per_minute: body.rate_limit_per_minute,
            if_revision,
        })
    })
}

problems!(RotateProblems = [CREDENTIAL, CALLER, BODY, IDEMPOTENT] + [BeyondMaker, KeyEnded, LimitReached]);

/// Replace a key by a new one that may do the same. The old one lives on for the overlap.
#[utoipa::path(
    post, path = "/v1/keys/{key}/rotate", operation_id = "keys_rotate", tag = "keys",
    params(("key" = api::schema::ApiKeyId, Path, description = "Id of the key."), WorkspaceHeader, IdempotencyHeader),
    request_body = CredentialRotate, security(("session" = []), ("api_key" = [])),
    responses((status = 201, description = "The new key, told this once.", body = NewKey), RotateProblems),
)]
pub async fn rotate(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(key): Path<ApiKeyId>,
    once: Once,
    JsonOrNothing(body): JsonOrNothing<CredentialRotate>,
) -> Result<Response> {
    let overlap = Duration::from_seconds(i64::from(body.overlap_seconds));
    once.run(&app.clone(), (&caller).into(), async move {
        let created = api_keys::rotate(&app.services, &caller, key, overlap).await?;
        Ok(created_answer(created, app.services.clock.now()))
    })
    .await
}

problems!(RevokeProblems = [CREDENTIAL, CALLER, IDEMPOTENT]);

/// End a key at once and for good. It stays listed.
#[utoipa::path(
    post, path = "/v1/keys/{key}/revoke", operation_id = "keys_revoke", tag = "keys",
    params(("key" = api::schema::ApiKeyId, Path, description = "Id of the key."), WorkspaceHeader, IdempotencyHeader),
    security(("session" = []), ("api_key" = [])),
    responses((status = 200, description = "As it is now.", body = Key), RevokeProblems),
)]
pub async fn revoke(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(key): Path<ApiKeyId>,
    once: Once,
) -> Result<Response> {
    once.run(&app.clone(), (&caller).into(), async move {
        let key = api_keys::revoke(&app.services, &caller, key).await?;
        Ok(answer::Json(to_wire(key, app.services.clock.now())))
    })
    .await
}

problems!(DeleteProblems = [CREDENTIAL, CALLER, IDEMPOTENT]);

/// End a key and hide it from lists. Its usage stays.
#[utoipa::path(
    delete, path = "/v1/keys/{key}", operation_id = "keys_delete", tag = "keys",
    params(("key" = api::schema::ApiKeyId, Path, description = "Id of the key."), WorkspaceHeader, IdempotencyHeader),
    security(("session" = []), ("api_key" = [])),
    responses((status = 204, description = "It has ended and is hidden."), DeleteProblems),
)]
pub async fn delete(
    State(app): State<AppState>,
    InWorkspace(caller): InWorkspace,
    Path(key): Path<ApiKeyId>,
    once: Once,
) -> Result<Response> {
    once.run(&app.clone(), (&caller).into(), async move {
        api_keys::delete(&app.services, &caller, key).await?;
        Ok(NoContent)
    })
    .await
}

fn created_answer(
    created: api_keys::Created,
    now: Timestamp,
) -> impl axum::response::IntoResponse + Send + 'static {
    let answer = Created {
        location: format!("/v1/keys/{}", created.key.id),
        revision: Some(created.key.revision()),
        body: NewKey {
            // The one place that shows a key.
            key: Some(created.text.expose().to_owned()),
            about: to_wire(created.key, now),
        },
    };
    answer.with_secret("key")
}

const fn kind(kind: KeyKind) -> api_keys::KeyKind {
    match kind {
        KeyKind::Live => api_keys::KeyKind::Live,
        KeyKind::Test => api_keys::KeyKind::Test,
    }
}

/// A key in the words of the wire.
pub fn to_wire(key: ApiKey, now: Timestamp) -> Key {
    Key {
        status: status_to_wire(key.status(now)),
        permissions: key.permission_names().iter().map(ToString::to_string).collect(),
        kind: match key.kind {
            api_keys::KeyKind::Live => KeyKind::Live,
            api_keys::KeyKind::Test => KeyKind::Test,
        },
        id: key.id,
        name: key.name,
        description: key.description,
        prefix: key.prefix,
        last_four: key.last_four,
        flows: key.flows,
        environments: key.environments,
        addresses: credential::network_texts(key.addresses.as_deref()),
        tenant: key.tenant,
        rate_limit_per_minute: key.rate_limit_per_minute,
        expires_at: key.expires_at,
        rotated_to: key.rotated_to,
        created_by: actor(key.created_by).id,
        owner: key.owner,
        created_at: key.created_at,
        updated_at: key.updated_at,
        last_used_at: key.last_used_at,
        revoked_at: key.revoked_at,
    }
}
