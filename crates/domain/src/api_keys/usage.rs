//! When keys were used last. Never written per call.

use types::{ApiKeyId, WorkspaceId};

use super::{Error, KeyIdentity, store};
use crate::{Services, last_used::LastUsed};

/// The latest use of each key since the last flush.
pub type KeyUses = LastUsed<(WorkspaceId, ApiKeyId)>;

const ROWS_PER_STATEMENT_MAX: usize = 1_000;

/// The key was used. Noted in memory.
pub fn used(services: &Services, key: &KeyIdentity) {
    services
        .key_uses
        .note((key.workspace, key.id), services.clock.now());
}

/// Writes when keys were used since the last flush, and answers how many keys that were. A job, every few seconds and
/// once more before the process ends.
pub async fn flush_last_used(services: &Services) -> Result<u64, Error> {
    let noted = services.key_uses.take();
    for (at, chunk) in noted.chunks(ROWS_PER_STATEMENT_MAX).enumerate() {
        let written: Result<u64, Error> =
            db::write!(services.db, |tx| Ok(store::write_last_used(tx, chunk).await?));
        if let Err(error) = written {
            services.key_uses.put_back(&noted[at * ROWS_PER_STATEMENT_MAX..]);
            return Err(error);
        }
    }
    Ok(noted.len() as u64)
}
