//! What API keys and service tokens have in common, between wire and product.

use api::credentials::CredentialStatus;
use domain::credential;

/// A status that is asked for.
pub const fn status(status: CredentialStatus) -> credential::CredentialStatus {
    match status {
        CredentialStatus::Active => credential::CredentialStatus::Active,
        CredentialStatus::Expired => credential::CredentialStatus::Expired,
        CredentialStatus::Revoked => credential::CredentialStatus::Revoked,
    }
}

/// A status on the wire.
pub const fn status_to_wire(status: credential::CredentialStatus) -> CredentialStatus {
    match status {
        credential::CredentialStatus::Active => CredentialStatus::Active,
        credential::CredentialStatus::Expired => CredentialStatus::Expired,
        credential::CredentialStatus::Revoked => CredentialStatus::Revoked,
    }
}
