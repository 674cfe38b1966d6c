//! The OpenAPI document: made of the routes themselves, so that it cannot differ from them in paths and shapes.
//!
//! Every operation lists every problem code that it can answer: [`problems!`] gathers them by class. Operations that
//! refuse with the same codes share one answer in `components/responses`, which is named after its status and codes.
//! The tests check each answer against the document, codes included.

use std::collections::BTreeMap;

use api::{Problem, ProblemCode};
use bytes::Bytes;
use serde_json::{Value, json};
use utoipa::{
    OpenApi, PartialSchema,
    openapi::{
        AllOfBuilder, ContentBuilder, ObjectBuilder, Ref, RefOr, Required, Response, ResponseBuilder, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

mod headers;

/// Problem codes that come with what an operation takes.
pub mod class {
    use api::ProblemCode::{self, *};

    /// What any route can answer.
    pub const EVERY: &[ProblemCode] = &[
        MalformedRequest,
        InvalidParameter,
        InternalError,
        Unavailable,
        DeadlineExceeded,
    ];
    /// Whoever must show a credential.
    pub const CREDENTIAL: &[ProblemCode] = &[
        Unauthenticated,
        InvalidCredential,
        CredentialExpired,
        CredentialRevoked,
        AddressDenied,
        OriginDenied,
        CredentialKindDenied,
        WorkspaceSuspended,
        RateLimited,
    ];
    /// Somebody in a workspace.
    pub const CALLER: &[ProblemCode] = &[WorkspaceRequired, WorkspaceAmbiguous, PermissionDenied, NotFound];
    /// The operator.
    pub const OPERATOR: &[ProblemCode] = &[PermissionDenied];
    /// A JSON body.
    pub const BODY: &[ProblemCode] = &[MalformedBody, BodyTooLarge, UnsupportedMediaType, Invalid];
    /// An `Idempotency-Key`.
    pub const IDEMPOTENT: &[ProblemCode] = &[IdempotencyMismatch, IdempotencyInProgress];
    /// An `If-Match`.
    pub const IF_MATCH: &[ProblemCode] = &[Stale];
}

/// Defines what an operation can refuse, for its `responses(…)`: classes, then codes of its own.
///
/// ```text
/// problems!(CreateProblems = [CREDENTIAL, BODY, IDEMPOTENT] + [SlugTaken]);
/// ```
macro_rules! problems {
    ($name:ident = [$($class:ident),* $(,)?] $(+ [$($code:ident),* $(,)?])?) => {
        /// What the operation can refuse.
        struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<
                String,
                utoipa::openapi::RefOr<utoipa::openapi::response::Response>,
            > {
                $crate::openapi::responses(&[
                    $crate::openapi::class::EVERY,
                    $($crate::openapi::class::$class,)*
                    &[$($(api::ProblemCode::$code,)*)?],
                ])
            }
        }
    };
}
pub(crate) use problems;

/// The answers for these codes: one per status, whose `code` is one of those that have it. Where a flow may fail, also
/// those of the other statuses, as ranges.
pub fn responses(classes: &[&[ProblemCode]]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<ProblemCode>> = BTreeMap::new();
    for code in classes.iter().copied().flatten() {
        let codes = by_status.entry(code.status()).or_default();
        if !codes.contains(code) {
            codes.push(*code);
        }
    }
    let flow_fails = by_status
        .values()
        .any(|codes| codes.contains(&ProblemCode::FlowFailed));
    let mut by_status: BTreeMap<String, Vec<ProblemCode>> = by_status
        .into_iter()
        .map(|(status, codes)| (status.to_string(), codes))
        .collect();
    // A flow fails with a status of its own choice: one of these, or any other.
    if flow_fails {
        for range in ["4XX", "5XX"] {
            by_status.entry(range.to_owned()).or_default();
        }
        for codes in by_status.values_mut() {
            if !codes.contains(&ProblemCode::FlowFailed) {
                codes.push(ProblemCode::FlowFailed);
            }
        }
    }
    by_status
        .into_iter()
        .map(|(status, codes)| (status, problem_response(&codes).into()))
        .collect()
}

/// The answer of a call, for `responses(…)`: its output.
pub struct Output;

impl utoipa::IntoResponses for Output {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let response = ResponseBuilder::new()
            .description("The output: any JSON value.")
            .content(
                "application/json",
                ContentBuilder::new()
                    .schema(Some(serde_json::Value::schema()))
                    .build(),
            );
        BTreeMap::from([("200".to_owned(), response.build().into())])
    }
}

fn problem_response(codes: &[ProblemCode]) -> Response {
    let meanings: Vec<String> = codes
        .iter()
        .map(|code| format!("`{code}`: {}", code.title()))
        .collect();
    let code = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(codes.iter().map(|code| code.as_str())));
    let schema = AllOfBuilder::new()
        .item(Ref::from_schema_name("Problem"))
        .item(ObjectBuilder::new().property("code", code));
    ResponseBuilder::new()
        .description(meanings.join("; "))
        .content(
            api::problem::MEDIA_TYPE,
            ContentBuilder::new().schema(Some(schema)).build(),
        )
        .build()
}

/// As the document writes it.
pub const WORKSPACE_HEADER: &str = "Guildhall-Workspace";

/// Defines a header for `params(…)`.
macro_rules! header_parameters {
    ($($name:ident = $header:expr, $meaning:literal;)*) => {
        $(#[doc = $meaning]
        pub struct $name;

        impl utoipa::IntoParams for $name {
            fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                let schema = ObjectBuilder::new().schema_type(Type::String);
                vec![
                    ParameterBuilder::new()
                        .name($header)
                        .parameter_in(ParameterIn::Header)
                        .required(Required::False)
                        .description(Some($meaning))
                        .schema(Some(schema))
                        .build(),
                ]
            }
        })*
    };
}

header_parameters! {
    IdempotencyHeader = "Idempotency-Key",
        "Up to 255 characters of your choice. Sent again within 24 hours, the same request is answered as the first time and not done again.";
    EnvironmentHeader = "Guildhall-Environment",
        "Id or name of the environment. Without it: the key's only one, else production; for test keys and drafts development.";
    TenantHeader = "Guildhall-Tenant",
        "Id or slug of the tenant that it is for. 404 for one that the workspace does not have.";
    IfMatchHeader = "If-Match", "The `ETag` of the state that was read; 412 if it is no longer the current one.";
    WorkspaceHeader = WORKSPACE_HEADER,
        "Id or slug of the workspace. People must send it; an API key is its workspace. A GET also takes `?workspace=`.";
}

/// Names of the ways to show who one is, for `security(…)`.
pub mod scheme {
    /// An API key as a bearer token.
    pub const API_KEY: &str = "api_key";
    /// A service token of the operator as a bearer token.
    pub const SERVICE_TOKEN: &str = "service_token";
    /// The cookie of a signed-in person.
    pub const SESSION: &str = "session";
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Guildhall",
        description = "The workspace layer for AI and API products: teams and roles, API keys, shared prepaid credits \
                       with a ledger, and versioned flows that are called over HTTP, validated, metered and charged.\n\n\
                       Ids, credits and times are strings. Errors are `application/problem+json`; decide by `code`. \
                       Lists take `limit` and `cursor`. Every answer carries `Guildhall-Request-Id`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(Problem, api::schema::ExportFormat, api::schema::UsageStatusFilter)),
    tags(
        (name = "auth", description = "Sign up, in and out."),
        (name = "me", description = "The signed-in person."),
        (name = "workspaces", description = "The unit that owns everything else."),
        (name = "keys", description = "API keys: the machine credentials of a workspace."),
        (name = "credits", description = "Balance, grants, ledger and caps."),
        (name = "usage", description = "What was called, by whom, at what cost."),
        (name = "flows", description = "Saved workflows, their versions and deployments."),
        (name = "runs", description = "Calling flows, and what became of it."),
        (name = "environments", description = "Where versions are live."),
        (name = "operator", description = "For whoever runs the instance, and his own systems."),
        (name = "instance", description = "Health, metrics and this document."),
    ),
)]
struct Base;

/// The document before the routes are added.
pub fn base() -> utoipa::openapi::OpenApi {
    let mut document = Base::openapi();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    let bearer = |format: &str, description: &str| {
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format(format)
                .description(Some(description))
                .build(),
        )
    };
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(
        scheme::API_KEY,
        bearer(
            "gld_live_… or gld_test_…",
            "An API key. It is its workspace: none needs to be named.",
        ),
    );
    components.add_security_scheme(
        scheme::SERVICE_TOKEN,
        bearer("gldop_…", "A service token of the operator."),
    );
    components.add_security_scheme(
        scheme::SESSION,
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            crate::extract::SESSION_COOKIE,
            "The session of a signed-in person. Unsafe methods are accepted from the instance's own origin only.",
        ))),
    );
    document
}

/// The whole document.
pub fn document() -> Value {
    let mut document = serde_json::to_value(crate::router::described()).unwrap_or_default();
    headers::describe(&mut document);
    share_problems(&mut document);
    document["x-problem-codes"] = ProblemCode::ALL
        .iter()
        .map(|code| {
            json!({
                "code": code.as_str(), "status": code.status(), "title": code.title(), "meaning": code.meaning(),
                "retry": code.retry() == api::Retry::Later,
            })
        })
        .collect();
    document
}

/// Moves the answers of refused requests to the components, where operations with the same codes share them: spelled
/// out at each of them, they were nine tenths of the document.
fn share_problems(document: &mut Value) {
    let mut shared = serde_json::Map::new();
    for_each_response(document, |status, response| {
        let Some(name) = problem_name(status, response) else {
            return;
        };
        let reference = json!({"$ref": format!("#/components/responses/{name}")});
        let problem = std::mem::replace(response, reference);
        shared.insert(name, problem);
    });
    shared.sort_keys();
    document["components"]["responses"] = shared.into();
}

/// `Problem409.slug_taken.limit_reached`, for an answer that is a problem with these codes; `PublicProblem…` where
/// nobody is asked who he is, so that nothing counts against a rate limit.
fn problem_name(status: &str, response: &Value) -> Option<String> {
    let codes: Vec<&str> = codes(response).iter().map(|code| code.as_str()).collect();
    let public = if headers::tells_rate(response) {
        ""
    } else {
        "Public"
    };
    (!codes.is_empty()).then(|| format!("{public}Problem{status}.{}", codes.join(".")))
}

/// The codes that an answer can have; none if it is no problem.
fn codes(response: &Value) -> Vec<ProblemCode> {
    let path = "/content/application~1problem+json/schema/allOf/1/properties/code/enum";
    let listed = response.pointer(path).and_then(Value::as_array);
    let code = |name: &Value| ProblemCode::ALL.iter().find(|code| name == code.as_str());
    listed.into_iter().flatten().filter_map(code).copied().collect()
}

fn takes_header(operation: &Value, name: &str) -> bool {
    let parameters = operation["parameters"].as_array();
    parameters.is_some_and(|all| all.iter().any(|one| one["name"] == name))
}

fn for_each_operation(document: &mut Value, change: impl FnMut(&mut Value)) {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    let operations = paths.flat_map(|(_, path)| path.as_object_mut().into_iter().flatten());
    operations.map(|(_, operation)| operation).for_each(change);
}

fn for_each_response(document: &mut Value, mut change: impl FnMut(&str, &mut Value)) {
    for_each_operation(document, |operation| {
        let responses = operation["responses"].as_object_mut();
        for (status, response) in responses.into_iter().flatten() {
            change(status, response);
        }
    });
}

/// The document as it is committed.
pub fn document_text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

/// The document as it is served. A release holds the committed one, because to describe all operations anew takes more
/// memory than the idle server; a build for development describes itself and needs no `codegen` to be true.
pub fn served() -> Bytes {
    if cfg!(debug_assertions) {
        document_text().into()
    } else {
        Bytes::from_static(include_bytes!("../../../openapi.json"))
    }
}
