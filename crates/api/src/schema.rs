//! How the words of the business are written on the wire, for the OpenAPI document: each a string with its pattern.
//!
//! A field says `#[schema(value_type = schema::WorkspaceId)]` beside its checked type.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type},
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
