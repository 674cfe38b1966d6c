//! The settings of the instance.

use serde::{Deserialize, Serialize};
use types::{DisplayName, Microcredits, WebAddress};
use utoipa::ToSchema;

use crate::schema;

/// The settings of the instance.
#[derive(Debug, Serialize, ToSchema)]
pub struct Settings {
    /// What the product is called towards its customers.
    #[schema(value_type = String, example = "Guildhall")]
    pub product_name: DisplayName,
    /// Its logo.
    #[schema(required, value_type = Option<String>, format = "uri")]
    pub logo_url: Option<WebAddress>,
    /// Where customers find help.
    #[schema(required, value_type = Option<String>, format = "uri")]
    pub support_url: Option<WebAddress>,
    /// Who may sign up.
    #[schema(value_type = schema::SignUpPolicy)]
    pub sign_up: &'static str,
    /// What a new user's personal workspace is given.
    #[schema(value_type = schema::Credits)]
    pub signup_bonus: Microcredits,
    /// What a flow call costs, before the flow's own multiplier.
    #[schema(value_type = schema::Credits)]
    pub flow_call_price: Microcredits,
    /// What `verify` charges when it names neither credits nor a priced resource.
    #[schema(value_type = schema::Credits)]
    pub verify_price: Microcredits,
}

/// What shall be different; what is absent stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SettingsUpdate {
    /// 1 to 80 characters.
    #[schema(max_length = 80)]
    pub product_name: Option<String>,
    /// An https or http address; null for none.
    #[serde(deserialize_with = "crate::present")]
    #[schema(value_type = Option<String>, format = "uri")]
    pub logo_url: Option<Option<String>>,
    /// An https or http address; null for none.
    #[serde(deserialize_with = "crate::present")]
    #[schema(value_type = Option<String>, format = "uri")]
    pub support_url: Option<Option<String>>,
    /// Who may sign up.
    #[schema(value_type = Option<schema::SignUpPolicy>)]
    pub sign_up: Option<String>,
    /// What a new user's personal workspace is given; 0 for nothing.
    #[schema(value_type = Option<schema::Credits>)]
    pub signup_bonus: Option<String>,
    /// What a flow call costs, before the flow's own multiplier.
    #[schema(value_type = Option<schema::Credits>)]
    pub flow_call_price: Option<String>,
    /// What `verify` charges when it names neither credits nor a priced resource.
    #[schema(value_type = Option<schema::Credits>)]
    pub verify_price: Option<String>,
}
