//! Settings of the instance that the operator changes while it runs.

use serde::{Deserialize, Serialize};
use types::{DisplayName, Microcredits, WebAddress};

/// Who may sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUp {
    /// Anybody.
    Open,
    /// Whoever holds an invitation.
    Invitation,
    /// Nobody; the operator makes users.
    Closed,
}

/// The settings. Stored as one JSON text; a field that an older release did not know takes its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// What the product is called towards its customers.
    pub product_name: DisplayName,
    /// Its logo.
    pub logo_url: Option<WebAddress>,
    /// Where customers find help.
    pub support_url: Option<WebAddress>,
    /// Who may sign up.
    pub sign_up: SignUp,
    /// What a new user's personal workspace is given; once per user.
    pub signup_bonus: Microcredits,
    /// What a flow call costs, before the flow's own multiplier.
    pub flow_call_price: Microcredits,
    /// What `verify` charges when it names neither credits nor a priced resource.
    pub verify_price: Microcredits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            product_name: DisplayName::from_stored("Guildhall".to_owned()),
            logo_url: None,
            support_url: None,
            sign_up: SignUp::Open,
            signup_bonus: Microcredits::ZERO,
            flow_call_price: Microcredits::ONE_CREDIT,
            verify_price: Microcredits::ONE_CREDIT,
        }
    }
}
