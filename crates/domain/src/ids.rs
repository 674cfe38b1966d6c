//! Makes ids and secrets from the injected clock and from randomness.

use std::sync::Arc;

use parking_lot::Mutex;
use types::{Clock, Id, Kind};
use uuid::{Builder, Uuid};

/// Makes UUIDv7 ids: 48 bits of milliseconds, then 74 random bits (RFC 9562, 5.7).
pub struct Ids {
    clock: Arc<dyn Clock>,
    // Ids must be unique, not secret: a fast generator with a random seed will do.
    random: Mutex<fastrand::Rng>,
}

impl Ids {
    /// Ids by this clock, seeded from the machine's randomness.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let seed = u64::from_ne_bytes(random_bytes());
        Self {
            clock,
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
        }
    }

    /// A new id.
    pub fn next<K: Kind>(&self) -> Id<K> {
        Id::from_uuid(self.next_uuid())
    }

    /// A new id, of whatever kind.
    pub fn next_uuid(&self) -> Uuid {
        let millis = self.clock.now().ms().unsigned_abs();
        let mut bytes = [0; 10];
        self.random.lock().fill(&mut bytes);
        Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }
}

/// Bytes nobody can guess, for keys, tokens and sessions.
///
/// # Panics
/// When the machine has no randomness to give: nothing secret could be made then.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::disallowed_methods, reason = "the one place")]
    getrandom::fill(&mut bytes).expect("the machine gives randomness");
    bytes
}
