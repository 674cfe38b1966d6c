//! How the words of the business are written on the wire, for the OpenAPI document: each a string with its pattern.
//!
//! A field says `#[schema(value_type = schema::WorkspaceId)]` beside its checked type.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, OneOfBuilder, RefOr, Schema, SchemaFormat, Type},
};

/// Defines the schema of a text: its name, what it is, its pattern and an example.
macro_rules! texts {
    ($($name:ident: $meaning:expr, $pattern:expr, $example:expr;)*) => {
        $(#[doc = $meaning]
        #[derive(Debug)]
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some($meaning))
                    .pattern(Some($pattern))
                    .examples([$example])
                    .build()
                    .into()
            }
        }
        impl ToSchema for $name {})*
    };
}

/// Defines the schemas of ids: prefix, underscore, 26 characters of Crockford base32.
macro_rules! ids {
    ($($name:ident, $prefix:literal;)*) => {
        texts! {
            $($name: concat!("Id, written `", $prefix, "_…`."), concat!("^", $prefix, "_[0-7][0-9a-hjkmnp-tv-z]{25}$"),
                concat!($prefix, "_01jd3m5x2nf9c8s7r6q5p4k3h2");)*
        }
    };
}

ids! {
    WorkspaceId, "ws";
    UserId, "usr";
    SessionId, "ses";
    ApiKeyId, "key";
    ServiceTokenId, "svc";
    FlowId, "flw";
    FlowVersionId, "ver";
    EnvironmentId, "env";
    DeploymentId, "dep";
    TenantId, "ten";
    RunId, "run";
    LineId, "txn";
    UsageId, "use";
    HoldId, "hld";
    GrantId, "grt";
    AuditEventId, "aud";
    RequestId, "req";
}

texts! {
    Credits: "An amount of credits: a decimal string, exact to a millionth.", r"^-?[0-9]{1,13}(\.[0-9]{1,6})?$", "949.5";
    Slug: "A name in addresses.", "^[a-z0-9][a-z0-9-]{1,38}$", "acme";
}

/// Defines the schema of a word out of a few: its name, what it is, and the words. A test of the server compares
/// them with those of the domain.
macro_rules! words {
    ($($name:ident: $meaning:literal, [$($word:literal),* $(,)?];)*) => {
        $(#[doc = $meaning]
        #[derive(Debug)]
        pub enum $name {}

        impl $name {
            /// All of them.
            pub const WORDS: &[&str] = &[$($word),*];
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some($meaning))
                    .enum_values(Some(Self::WORDS.iter().copied()))
                    .build()
                    .into()
            }
        }
        impl ToSchema for $name {})*
    };
}

words! {
    ActorKind: "Who acts: a person, an API key, a service token of the operator, or Guildhall itself.",
        ["user", "key", "service_token", "system"];
    GrantSource: "Where credits come from.",
        ["signup_bonus", "trial", "allowance", "promotion", "purchase", "adjustment"];
    LineKind: "What a line of the ledger is.",
        ["grant", "activate", "refund", "charge", "hold", "post", "void", "expire", "adjust"];
    CapSubjectKind: "Whose spending a cap limits.", ["workspace", "key", "member", "tenant", "environment", "flow"];
    Period: "A day or a month, in UTC.", ["day", "month"];
    CallStatus: "How a metered call ended.", ["succeeded", "failed", "timed_out", "uncollected"];
    UsageStatus: "How a call ended, or why it was refused.", [
        "succeeded", "failed", "timed_out", "uncollected",
        "refused_insufficient_credits", "refused_cap_reached", "refused_permission_denied", "refused_flow_not_allowed",
        "refused_environment_not_allowed", "refused_address_denied", "refused_workspace_suspended",
        "refused_rate_limited", "refused_overloaded",
    ];
    UsageStatusFilter: "How a call ended, or why it was refused; `refused` for whatever reason.", [
        "succeeded", "failed", "timed_out", "uncollected", "refused",
        "refused_insufficient_credits", "refused_cap_reached", "refused_permission_denied", "refused_flow_not_allowed",
        "refused_environment_not_allowed", "refused_address_denied", "refused_workspace_suspended",
        "refused_rate_limited", "refused_overloaded",
    ];
    PriceKind: "What a price is for.", ["resource", "step", "unit"];
    SignUpPolicy: "Who may sign up.", ["open", "invitation", "closed"];
    VerifyMode: "When the credits are taken.", ["charge", "hold"];
    VerdictCode: "Why a key may not.", [
        "unknown_key", "expired", "revoked", "permission_denied", "address_denied", "rate_limited",
        "insufficient_credits", "cap_reached", "workspace_suspended",
    ];
    SettleOutcome: "How the work of a hold ended.", ["succeeded", "failed", "timed_out"];
    Retention: "What is kept of the runs of a flow: input, output, error and steps; only that it ran; nothing but the usage event.",
        ["all", "metadata", "nothing"];
    RunState: "Where a run stands.",
        ["queued", "running", "waiting", "succeeded", "failed", "cancelled", "timed_out"];
    ExportFormat: "How an export is written.", ["csv", "ndjson"];
}

/// An instant: RFC 3339 in UTC.
#[derive(Debug)]
pub enum Timestamp {}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("An instant: RFC 3339 in UTC."))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .pattern(Some("Z$"))
            .examples(["2026-11-21T18:30:00Z"])
            .build()
            .into()
    }
}
impl ToSchema for Timestamp {}

/// A flow's definition: YAML text, or the definition itself as an object.
#[derive(Debug)]
pub enum Definition {}

impl PartialSchema for Definition {
    fn schema() -> RefOr<Schema> {
        Schema::from(
            OneOfBuilder::new()
                .description(Some(
                    "A definition in the flow language: YAML text, or the definition as a JSON object.",
                ))
                .item(ObjectBuilder::new().schema_type(Type::String))
                .item(ObjectBuilder::new().schema_type(Type::Object))
                .build(),
        )
        .into()
    }
}
impl ToSchema for Definition {}
