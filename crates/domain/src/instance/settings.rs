//! Settings of the instance that the operator changes while it runs.

use serde::{Deserialize, Serialize};
use types::{DisplayName, Duration, Microcredits, Timestamp, WebAddress};

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

impl SignUp {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Open, Self::Invitation, Self::Closed];

    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invitation => "invitation",
            Self::Closed => "closed",
        }
    }
}

/// What shall be different; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct SettingsChange {
    /// What the product is called.
    pub product_name: Option<DisplayName>,
    /// Its logo.
    pub logo_url: Option<Option<WebAddress>>,
    /// Where customers find help.
    pub support_url: Option<Option<WebAddress>>,
    /// Who may sign up.
    pub sign_up: Option<SignUp>,
    /// What a new user's personal workspace is given.
    pub signup_bonus: Option<Microcredits>,
    /// What a flow call costs.
    pub flow_call_price: Option<Microcredits>,
    /// What `verify` charges.
    pub verify_price: Option<Microcredits>,
    /// Only if they are still those of this revision.
    pub if_revision: Option<i64>,
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
    /// When they were last changed; later with every change.
    pub updated_at: Timestamp,
}

impl Settings {
    /// Tells one state of them from all others, for `ETag` and `If-Match`.
    pub const fn revision(&self) -> i64 {
        self.updated_at.us()
    }

    /// The settings after a change.
    #[must_use]
    pub(super) fn with(self, change: SettingsChange, now: Timestamp) -> Self {
        Self {
            product_name: change.product_name.unwrap_or(self.product_name),
            logo_url: change.logo_url.unwrap_or(self.logo_url),
            support_url: change.support_url.unwrap_or(self.support_url),
            sign_up: change.sign_up.unwrap_or(self.sign_up),
            signup_bonus: change.signup_bonus.unwrap_or(self.signup_bonus),
            flow_call_price: change.flow_call_price.unwrap_or(self.flow_call_price),
            verify_price: change.verify_price.unwrap_or(self.verify_price),
            updated_at: now.max(self.updated_at.plus(Duration::from_us(1))),
        }
    }
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
            updated_at: Timestamp::from_us(0),
        }
    }
}
