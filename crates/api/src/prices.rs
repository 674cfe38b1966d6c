//! The price table of the instance.

use serde::{Deserialize, Serialize};
use types::{Microcredits, Timestamp};
use utoipa::{IntoParams, ToSchema};

use crate::schema;

/// What something costs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Price {
    /// What it is for: a resource of the operator's API, a kind of flow task, a unit that tasks declare.
    #[schema(value_type = schema::PriceKind)]
    pub kind: &'static str,
    /// Which one.
    #[schema(example = "companies:search")]
    pub subject: String,
    /// What it costs.
    #[schema(value_type = schema::Credits)]
    pub credits: Microcredits,
    /// For how many.
    #[schema(minimum = 1)]
    pub per: i64,
    /// When it was set.
    #[schema(value_type = schema::Timestamp)]
    pub updated_at: Timestamp,
}

/// A price to set. It replaces the one of the same kind and subject.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceSet {
    /// What it is for.
    #[schema(value_type = schema::PriceKind)]
    pub kind: String,
    /// Which one. 1 to 100 characters. Of the kind `step` only `call`: each request that a flow sends.
    #[schema(example = "companies:search", max_length = 100)]
    pub subject: String,
    /// What it costs; 0 for nothing.
    #[schema(value_type = schema::Credits)]
    pub credits: String,
    /// For how many, such as 1,000 for a price per 1,000 tokens; 1 when absent.
    #[schema(minimum = 1)]
    pub per: Option<i64>,
}

/// Which price.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PriceQuery {
    /// What it is for.
    #[param(value_type = schema::PriceKind)]
    pub kind: String,
    /// Which one.
    pub subject: String,
}
