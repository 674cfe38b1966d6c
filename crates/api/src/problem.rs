//! Refusals: the body of every answer from 400 up (RFC 9457), and the one table of their codes.
//!
//! `docs/errors.md` is generated from the table: `guildhall openapi --errors`. A code, once released, keeps its
//! meaning and its status.

use std::{fmt, fmt::Write};

use serde::{Serialize, Serializer};
use types::{Microcredits, Timestamp};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use crate::{Actor, flows::Finding, schema};

/// The media type of a [`Problem`].
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Does it help to send the same request again?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Not before something has changed: the request, the credential, the state.
    No,
    /// Yes, after a while; `Retry-After` tells how long where it is known.
    Later,
}

macro_rules! problem_codes {
    ($($variant:ident = $code:literal, $status:literal, $retry:ident, $title:literal, $meaning:literal;)*) => {
        /// Why a request was refused. Clients decide by it; the rest of a problem is for people.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProblemCode {
            $(#[doc = $meaning] $variant,)*
        }

        impl ProblemCode {
            /// Every code, by status.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As it is spelled.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The HTTP status that it comes with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The same for every problem of this code.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What it means and what to do, in a sentence or two.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// Does it help to send the same request again?
            pub const fn retry(self) -> Retry {
                match self { $(Self::$variant => Retry::$retry,)* }
            }
        }
    };
}

problem_codes! {
    MalformedRequest = "malformed_request", 400, No, "The request is malformed",
        "A header, the path or the query is not of the form that HTTP or this API asks for.";
    MalformedBody = "malformed_body", 400, No, "The body is not JSON",
        "The body cannot be read as JSON; `line` and `column` say where it breaks off.";
    InvalidParameter = "invalid_parameter", 400, No, "A query parameter is wrong",
        "A query parameter is unknown, repeated or has a value that it cannot have; `errors` names it.";
    WorkspaceRequired = "workspace_required", 400, No, "Name the workspace",
        "A person belongs to several workspaces: send the header `Guildhall-Workspace` with an id or slug.";
    WorkspaceAmbiguous = "workspace_ambiguous", 400, No, "Two different workspaces are named",
        "The header `Guildhall-Workspace` and the query parameter `workspace` name different workspaces: send one.";
    EnvironmentRequired = "environment_required", 400, No, "Name the environment",
        "Several environments could be meant and none of them is the usual one: send `Guildhall-Environment`. `environments` lists them.";
    Unauthenticated = "unauthenticated", 401, No, "Sign in or send a key",
        "The request carries no credential. Send `Authorization: Bearer …`, or sign in.";
    InvalidCredential = "invalid_credential", 401, No, "The credential is not valid",
        "The key, token or session is unknown, mistyped, or of a kind that does not open this route.";
    CredentialExpired = "credential_expired", 401, No, "The credential has expired",
        "The key, token or session was valid once and has reached its end.";
    CredentialRevoked = "credential_revoked", 401, No, "The credential was revoked",
        "The key or token was ended by somebody who may.";
    SignInFailed = "sign_in_failed", 401, No, "Address or password is wrong",
        "No account has this mail address and password. It is not told which of them is wrong.";
    InsufficientCredits = "insufficient_credits", 402, No, "Not enough credits",
        "The workspace has fewer credits available than this costs; nothing was charged.";
    CapReached = "cap_reached", 402, Later, "A spending cap is reached",
        "A cap of the workspace, key or flow leaves less than this costs until its period ends.";
    PermissionDenied = "permission_denied", 403, No, "The permission is missing",
        "The caller lacks a permission; `permission` names it and `roles` those that have it.";
    CredentialKindDenied = "credential_kind_denied", 403, No, "The credential is of the wrong kind",
        "The credential is valid, but this route is for another kind: people, API keys or service tokens.";
    BeyondMaker = "beyond_maker", 403, No, "It would be able to do more than its maker",
        "A key or token cannot be given what its maker may not do himself.";
    AddressDenied = "address_denied", 403, No, "The credential is not valid from this address",
        "The key or service token is restricted to networks that the request does not come from.";
    OriginDenied = "origin_denied", 403, No, "The request comes from another site",
        "A browser sent the request on behalf of a page of another origin, which is refused wherever a session counts.";
    SetupCodeRequired = "setup_code_required", 403, No, "The set-up code is needed",
        "The first sign-up of an instance that is reachable from outside needs the code printed at its start.";
    SignUpClosed = "sign_up_closed", 403, No, "Sign-up is closed",
        "The operator of this instance makes the accounts, or invites to them.";
    InvitationRequired = "invitation_required", 403, No, "An invitation is needed",
        "Only who is invited may sign up at this instance.";
    EnvironmentNotAllowed = "environment_not_allowed", 403, No, "The key is not for this environment",
        "The key is restricted to other environments, or it is a test key and the environment is production. `environments` lists those that it may call.";
    FlowNotAllowed = "flow_not_allowed", 403, No, "The key is not for this flow",
        "The key is restricted to other flows.";
    WorkspaceSuspended = "workspace_suspended", 403, No, "The workspace is suspended",
        "The operator of this instance has suspended the workspace; nothing runs and nothing is charged.";
    NotFound = "not_found", 404, No, "Not found",
        "There is no such thing, or it belongs to somebody else; which of them is not told.";
    NotDeployed = "not_deployed", 404, No, "The flow is not live there",
        "The flow exists, but no version of it is live in the environment that was called. `live_in` lists where one is.";
    MethodNotAllowed = "method_not_allowed", 405, No, "The method is not allowed here",
        "The path exists, but not with this method; the header `Allow` lists those that do.";
    EmailTaken = "email_taken", 409, No, "The mail address is taken",
        "There is an account with this mail address: sign in instead.";
    SlugTaken = "slug_taken", 409, No, "The slug is taken",
        "Something else has this slug, or had it lately; `suggestion` is one that was free just now.";
    LastOperator = "last_operator", 409, No, "The last operator must stay",
        "Somebody must be able to run the instance: make another operator first.";
    LimitReached = "limit_reached", 409, No, "There are as many as there may be",
        "A limit on how many of these there may be is reached.";
    NameTaken = "name_taken", 409, No, "The name is taken",
        "Something else has this name.";
    PermissionInUse = "permission_in_use", 409, No, "Keys hold the permission",
        "API keys that are neither revoked nor expired hold the permission: take it from them, or revoke them.";
    ExternalIdTaken = "external_id_taken", 409, No, "The external id belongs to another grant",
        "A grant of another source or amount has this `external_id`; the same one is granted once.";
    HoldClosed = "hold_closed", 409, No, "The hold is closed",
        "The hold was settled or voided before.";
    AlreadyRefunded = "already_refunded", 409, No, "The usage is refunded already",
        "The credits of this usage event were given back before.";
    KeyEnded = "key_ended", 409, No, "The key or token has ended",
        "The key or service token is revoked, expired or replaced, and cannot be changed any more.";
    Unchanged = "unchanged", 409, No, "Nothing has changed",
        "The definition is the one of the latest version; a version of it would say nothing new.";
    NoDraft = "no_draft", 409, No, "There is no draft",
        "Nothing is being edited; save a draft first.";
    EnvironmentProtected = "environment_protected", 409, No, "The environment is protected",
        "Deployments to it need the approval of another member.";
    CannotDeploy = "cannot_deploy", 409, No, "The version cannot be deployed",
        "Something that the version needs is missing in the environment, or a run of it has no bound. `errors` lists what.";
    IdempotencyMismatch = "idempotency_mismatch", 409, No, "The idempotency key was used for another request",
        "The `Idempotency-Key` came before with another body. Use a new key for a new request.";
    IdempotencyInProgress = "idempotency_in_progress", 409, Later, "The first request is still running",
        "A request with this `Idempotency-Key` is under way; ask again for its outcome.";
    Stale = "stale", 412, No, "Somebody changed it meanwhile",
        "`If-Match` names a state that is no longer the current one. `latest` is the current one and `current` its `ETag`: decide anew.";
    VersionConflict = "version_conflict", 412, No, "Somebody saved in the meantime",
        "`If-Match` names a version or draft that is not the latest. `conflict` holds both sides.";
    BodyTooLarge = "body_too_large", 413, No, "The body is too large",
        "The body has more bytes than this route takes.";
    UnsupportedMediaType = "unsupported_media_type", 415, No, "The body must be JSON",
        "Send the body with `Content-Type: application/json`.";
    Invalid = "invalid", 422, No, "The request has invalid fields",
        "The body is JSON, but fields are unknown, missing, of the wrong type or have values they cannot have. `errors` lists them.";
    InvalidDefinition = "invalid_definition", 422, No, "The definition is not valid",
        "The text is no flow that can be run. `findings` lists everything that is wrong, with places and suggestions.";
    InvalidInput = "invalid_input", 422, No, "The input does not fit",
        "The input is not what the flow's schema asks for. `errors` lists everything that does not fit.";
    RateLimited = "rate_limited", 429, Later, "Too many requests",
        "A limit of requests in a time is reached; `Retry-After` tells when to come back.";
    Overloaded = "overloaded", 429, Later, "The workspace takes too much of the machine",
        "Too many calls of the workspace run at once, or they compute too much for nothing.";
    TooManyAttempts = "too_many_attempts", 429, Later, "Too many attempts",
        "Too many attempts to sign in failed from this address or for this account.";
    FlowFailed = "flow_failed", 500, No, "The flow failed",
        "The flow raised an error that nothing in it caught. The status is the error's own where that is 400 to 599; `error` is the error whole.";
    RunInterrupted = "run_interrupted", 500, No, "The first call was cut off",
        "The first call with this `Idempotency-Key` was cut off; its effects may have happened. Look at them before you call with another key.";
    InternalError = "internal_error", 500, No, "Something is broken here",
        "A fault of the server, which is logged under the request id in `instance`.";
    Unavailable = "unavailable", 503, Later, "Not available at the moment",
        "The database is away or too much is waiting. Nothing of the request was kept, or its outcome can be asked for with the same `Idempotency-Key`.";
    TimedOut = "timed_out", 504, No, "The flow took too long",
        "The time of the call was up before the flow was at its end. The run says how far it came.";
    DeadlineExceeded = "deadline_exceeded", 504, Later, "It took too long",
        "The request was not answered within its deadline and was given up.";
}

impl ProblemCode {
    /// The reference that identifies the problem type: resolved against the instance, it opens its documentation.
    pub fn type_reference(self) -> String {
        format!("/docs#error/{self}")
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("Why a request was refused. Clients decide by it."))
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .build()
            .into()
    }
}
impl ToSchema for ProblemCode {}

/// A refused request (RFC 9457). `code` is for programs; `title` and `detail` are for people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Identifies the kind of problem; opens its documentation.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/docs#error/permission_denied")]
    pub reference: String,
    /// What happened, the same for every problem of this code.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The request id, under which the server's log knows more.
    #[schema(value_type = schema::RequestId)]
    pub instance: String,
    /// Why, for programs.
    pub code: ProblemCode,
    /// Each wrong field or parameter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
    /// What a program can use of the details.
    #[serde(flatten)]
    pub extras: Box<Extras>,
}

/// A wrong field or parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Where in the body: a JSON Pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/name")]
    pub pointer: Option<String>,
    /// Which query parameter, path parameter or header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What is wrong with it: `invalid`, `unknown`, `missing`, `taken`, …
    #[schema(example = "invalid")]
    pub code: String,
    /// The same for people: completes a sentence that begins with the field.
    #[schema(example = "must not be empty")]
    pub message: String,
}

/// Details that a program can use, each only where it makes sense.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Extras {
    /// The permission that is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "keys:create")]
    pub permission: Option<String>,
    /// The roles that have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
    /// A value that would be accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// What it would have cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Credits>)]
    pub credits_needed: Option<String>,
    /// What was available.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Credits>)]
    pub credits_available: Option<String>,
    /// The cap that is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<ReachedCap>,
    /// Seconds after which it makes sense to ask again; the same as `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<i64>,
    /// The environments that could have been called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environments: Option<Vec<String>>,
    /// The environments in which the flow is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_in: Option<Vec<String>>,
    /// What is wrong with a definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<Vec<Finding>>,
    /// Both sides, where somebody else saved in the meantime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
    /// The error of the flow, whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<serde_json::Value>,
    /// The line of the body at which reading failed, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column in that line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The `ETag` of the current state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// The current state: the thing as its `GET` answers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<serde_json::Value>,
}

/// Both sides of a save that came too late.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Conflict {
    /// The number of the latest version, or the revision of the draft.
    pub latest: i64,
    /// Its text; null for a draft that is gone.
    #[schema(required)]
    pub latest_definition: Option<String>,
    /// Who saved it, where that is known.
    #[schema(required)]
    pub latest_author: Option<Actor>,
    /// The text that was to be saved.
    pub your_definition: String,
}

/// A spending cap that leaves less than was needed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReachedCap {
    /// Whose spending it limits.
    #[schema(value_type = schema::CapSubjectKind)]
    pub subject_kind: &'static str,
    /// The id of whose.
    pub subject_id: String,
    /// A day or a month, in UTC.
    #[schema(value_type = schema::Period)]
    pub period: &'static str,
    /// How much may be spent in a period.
    #[schema(value_type = schema::Credits)]
    pub credits: Microcredits,
    /// What is used or set aside in the current one.
    #[schema(value_type = schema::Credits)]
    pub used: Microcredits,
    /// When the next period begins.
    #[schema(value_type = schema::Timestamp)]
    pub resets_at: Timestamp,
}

impl Problem {
    /// A problem of this code, with nothing particular to say. The request id is filled in when it is sent.
    pub fn new(code: ProblemCode) -> Self {
        Self {
            reference: code.type_reference(),
            title: code.title().to_owned(),
            status: code.status(),
            detail: None,
            instance: String::new(),
            code,
            errors: Vec::new(),
            extras: Box::default(),
        }
    }
}

/// The text of `docs/errors.md`.
pub fn errors_markdown() -> String {
    let mut text = String::from(
        "# Errors\n\n\
         Every answer from 400 up is `application/problem+json` (RFC 9457) with a `code` from this table. Decide by \
         `code`; show `title` and `detail` to people; quote `instance`, the request id, when asking for help.\n\n\
         Generated by `guildhall openapi --errors`; do not edit.\n\n\
         | code | status | title | what it means | retry the same request |\n|---|---|---|---|---|\n",
    );
    for code in ProblemCode::ALL {
        let retry = match code.retry() {
            Retry::No => "no",
            Retry::Later => "later",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| `{code}` | {} | {} | {} | {retry} |",
            code.status(),
            code.title(),
            code.meaning()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_ordered_by_status() {
        let spelled: std::collections::BTreeSet<_> =
            ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(spelled.len(), ProblemCode::ALL.len());
        assert!(ProblemCode::ALL.is_sorted_by_key(|code| code.status()));
    }

    #[test]
    fn a_problem_without_details_is_short() {
        let mut problem = Problem::new(ProblemCode::NotFound);
        problem.instance = "req_1".to_owned();
        assert_eq!(
            serde_json::to_string(&problem).unwrap(),
            r#"{"type":"/docs#error/not_found","title":"Not found","status":404,"instance":"req_1","code":"not_found"}"#
        );
    }
}
