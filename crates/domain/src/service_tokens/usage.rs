//! When service tokens were used last. Never written per request.

use types::ServiceTokenId;

use super::{Error, TokenIdentity, store};
use crate::{Services, last_used::LastUsed};

/// The latest use of each token since the last flush.
pub type TokenUses = LastUsed<ServiceTokenId>;

/// The token was used. Noted in memory.
pub fn used(services: &Services, token: &TokenIdentity) {
    services.service_token_uses.note(token.id, services.clock.now());
}

/// Writes when tokens were used since the last flush, and answers how many that were. A job, as
/// [`crate::api_keys::flush_last_used`].
pub async fn flush_last_used(services: &Services) -> Result<u64, Error> {
    let noted = services.service_token_uses.take();
    let written: Result<u64, Error> =
        db::write!(services.db, |tx| Ok(store::write_last_used(tx, &noted).await?));
    if let Err(error) = written {
        services.service_token_uses.put_back(&noted);
        return Err(error);
    }
    Ok(noted.len() as u64)
}
