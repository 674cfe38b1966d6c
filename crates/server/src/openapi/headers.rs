//! The headers of answers: which of them an answer can carry follows from what its operation is and what it says.
//!
//! The tests fail on an answer with one that is not described here, or without one that is required.

use api::{ProblemCode, Retry};
use serde_json::{Value, json};

use super::{codes, for_each_operation, scheme, takes_header};

/// A header of answers, which all answers that carry it share in `components/headers`.
struct Header {
    name: &'static str,
    description: &'static str,
    schema: fn() -> Value,
    is_required: bool,
}

const REQUEST_ID: Header = Header {
    name: "Guildhall-Request-Id",
    description: "What the answer, the problem and the server's log call the request.",
    schema: || json!({"$ref": "#/components/schemas/RequestId"}),
    is_required: true,
};
const LOCATION: Header = Header {
    name: "Location",
    description: "The path of the new thing.",
    schema: || json!({"type": "string", "format": "uri-reference"}),
    is_required: true,
};
const ETAG: Header = Header {
    name: "ETag",
    description: "The state that was answered, for a later `If-Match`.",
    schema: || json!({"type": "string"}),
    is_required: true,
};
const REPLAY: Header = Header {
    name: "Guildhall-Idempotent-Replay",
    description: "That the answer was given before, to the same `Idempotency-Key`.",
    schema: || json!({"type": "string", "enum": ["true"]}),
    is_required: false,
};
const RETRY_AFTER: Header = Header {
    name: "Retry-After",
    description: "After how many seconds it makes sense to come back, where that is known.",
    schema: || json!({"type": "integer", "minimum": 0}),
    is_required: false,
};
const RATE_LIMIT: Header = Header {
    name: "RateLimit",
    description: "What remains (`r`) of the limit that the request counted against, and the seconds until it is whole \
                  again (`t`). Requests of API keys and service tokens count.",
    schema: || json!({"type": "string", "example": "\"key\";r=59;t=60"}),
    is_required: false,
};
const RATE_LIMIT_POLICY: Header = Header {
    name: "RateLimit-Policy",
    description: "The limit that the request counted against: so many requests (`q`) in so many seconds (`w`).",
    schema: || json!({"type": "string", "example": "\"key\";q=60;w=60"}),
    is_required: false,
};
const RUN_ID: Header = Header {
    name: "Guildhall-Run-Id",
    description: "The run, if there was one.",
    schema: || json!({"$ref": "#/components/schemas/RunId"}),
    is_required: false,
};
const CHARGED: Header = Header {
    name: "Guildhall-Credits-Charged",
    description: "What it cost, if anything was decided about it.",
    schema: || json!({"$ref": "#/components/schemas/Credits"}),
    is_required: false,
};
const AVAILABLE: Header = Header {
    name: "Guildhall-Credits-Available",
    description: "What the workspace can spend after it, if that is known.",
    schema: || json!({"$ref": "#/components/schemas/Credits"}),
    is_required: false,
};

const ALL: &[Header] = &[
    REQUEST_ID,
    LOCATION,
    ETAG,
    REPLAY,
    RETRY_AFTER,
    RATE_LIMIT,
    RATE_LIMIT_POLICY,
    RUN_ID,
    CHARGED,
    AVAILABLE,
];

/// Operations that answer with the `ETag` of what they answer.
const TAGGED: &[&str] = &[
    "flow_draft_save",
    "flow_versions_create",
    "flow_versions_view",
    "flows_create",
    "flows_restore",
    "flows_update",
    "flows_view",
    "keys_create",
    "keys_rotate",
    "keys_update",
    "keys_view",
    "operator_service_tokens_create",
    "operator_service_tokens_rotate",
    "operator_service_tokens_update",
    "operator_service_tokens_view",
    "operator_settings_update",
    "operator_settings_view",
    "workspaces_create",
    "workspaces_update",
    "workspaces_view",
];

/// Adds to each answer of the document the headers that it can carry.
pub(super) fn describe(document: &mut Value) {
    for header in ALL {
        document["components"]["headers"][header.name] = json!({
            "description": header.description,
            "required": header.is_required,
            "schema": (header.schema)(),
        });
    }
    for_each_operation(document, |operation| {
        let kind = Kind::of(operation);
        for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            for header in kind.headers(status, &codes(response)) {
                let reference = format!("#/components/headers/{}", header.name);
                response["headers"][header.name] = json!({"$ref": reference});
            }
        }
    });
}

/// Does an answer tell how much of a rate limit is left?
pub(super) fn tells_rate(response: &Value) -> bool {
    response["headers"].get(RATE_LIMIT.name).is_some()
}

/// What of an operation decides about the headers of its answers.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
struct Kind {
    is_tagged: bool,
    says_that_it_repeats: bool,
    counts_requests: bool,
    is_for_machines: bool,
    runs_flows: bool,
}

impl Kind {
    fn of(operation: &Value) -> Self {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let responses = operation["responses"].as_object();
        let refuses_with = |code| {
            let mut responses = responses.into_iter().flatten();
            responses.any(|(_, response)| codes(response).contains(&code))
        };
        let security = operation["security"].as_array();
        let takes = |scheme: &str| {
            let mut ways = security.into_iter().flatten();
            ways.any(|way| way.get(scheme).is_some())
        };
        Self {
            is_tagged: TAGGED.contains(&id),
            says_that_it_repeats: takes_header(operation, "Idempotency-Key"),
            counts_requests: refuses_with(ProblemCode::RateLimited),
            is_for_machines: takes(scheme::API_KEY) || takes(scheme::SERVICE_TOKEN),
            runs_flows: refuses_with(ProblemCode::FlowFailed),
        }
    }

    /// Those of an answer of this status, which is a problem if it has codes.
    fn headers(&self, status: &str, codes: &[ProblemCode]) -> impl Iterator<Item = Header> {
        let is_good = codes.is_empty();
        let helps_later = codes.iter().any(|code| code.retry() == Retry::Later);
        let has_run = is_good || codes.iter().any(|code| has_run(*code));
        let is_counted = self.counts_requests && (self.is_for_machines || !is_good);
        let is_charged = self.runs_flows && has_run;
        [
            (REQUEST_ID, true),
            (LOCATION, status == "201"),
            (ETAG, self.is_tagged && is_good),
            (REPLAY, self.says_that_it_repeats && has_run),
            (RETRY_AFTER, helps_later),
            (RATE_LIMIT, is_counted),
            (RATE_LIMIT_POLICY, is_counted),
            (RUN_ID, is_charged),
            (CHARGED, is_charged),
            (AVAILABLE, is_charged),
        ]
        .into_iter()
        .filter_map(|(header, is_carried)| is_carried.then_some(header))
    }
}

/// Is it refused only after the flow has run?
const fn has_run(code: ProblemCode) -> bool {
    matches!(code, ProblemCode::FlowFailed | ProblemCode::TimedOut)
}
