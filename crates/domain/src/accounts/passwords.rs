//! Hashing passwords: argon2id on a bounded pool, so that sign-ins cannot starve calls.
//!
//! Parameters: OWASP Password Storage Cheat Sheet, argon2id with 19 MiB, two passes, one lane.

use std::sync::Arc;

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;
use types::SecretText;

use super::Error;
use crate::ids::random_bytes;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
/// How many may wait for the pool; at a few hashes in a tenth of a second that is a wait of seconds.
const WAITING_MAX: usize = 128;

/// A hash that no password has, checked for users that do not exist so that it takes as long as for those that do.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Z3VpbGRoYWxsLWR1bW15IQ$bm8gcGFzc3dvcmQgaGFzIHRoaXMgaGFzaCwgZXZlci4";

/// Hashes passwords on a bounded pool.
#[derive(Debug)]
pub struct Passwords {
    working: Arc<Semaphore>,
    /// Places to work and to wait.
    places: Arc<Semaphore>,
}

impl Passwords {
    /// A pool of this many threads.
    pub fn new(threads: usize) -> Self {
        let threads = threads.max(1);
        Self {
            working: Arc::new(Semaphore::new(threads)),
            places: Arc::new(Semaphore::new(threads + WAITING_MAX)),
        }
    }

    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait already.
    pub(super) async fn hash(&self, password: SecretText) -> Result<String, Error> {
        self.work(move || {
            let salt: [u8; SALT_BYTES] = random_bytes();
            let hash: PasswordHash = argon2()
                .hash_password_with_salt(password.expose().as_bytes(), &salt)
                .expect("a password within its limits can be hashed");
            hash.to_string()
        })
        .await
    }

    /// Has the password this hash? With `None`, for a user that does not exist, it takes as long and is false.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait already.
    pub(super) async fn verify(&self, password: SecretText, hash: Option<String>) -> Result<bool, Error> {
        self.work(move || {
            let parsed = PasswordHash::new(hash.as_deref().unwrap_or(NOBODYS_HASH));
            parsed.is_ok_and(|parsed| {
                argon2()
                    .verify_password(password.expose().as_bytes(), &parsed)
                    .is_ok()
            })
        })
        .await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| Error::Busy)?;
        let turn = Arc::clone(&self.working)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        // The permits go along: who is no longer waited for still occupies his thread.
        let worked = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((turn, place));
            done
        });
        Ok(worked.await.expect("hashing does not panic"))
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are within bounds");
    Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretText {
        SecretText::new(text.to_owned())
    }

    #[test]
    fn a_password_has_its_hash_and_no_other_and_nobody_has_the_hash_of_nobody() {
        db::testing::runtime().block_on(async {
            let passwords = Passwords::new(2);
            let hash = passwords.hash(secret("correct horse")).await.unwrap();
            assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
            let cost = |hash: &str| hash.rsplitn(3, '$').nth(2).map(str::to_owned);
            assert_eq!(cost(NOBODYS_HASH), cost(&hash), "it takes as long as a real one");
            assert_ne!(
                hash,
                passwords.hash(secret("correct horse")).await.unwrap(),
                "salted"
            );
            assert!(
                passwords
                    .verify(secret("correct horse"), Some(hash.clone()))
                    .await
                    .unwrap()
            );
            assert!(!passwords.verify(secret("wrong horse"), Some(hash)).await.unwrap());
            assert!(!passwords.verify(secret("correct horse"), None).await.unwrap());
            assert!(PasswordHash::new(NOBODYS_HASH).is_ok());
        });
    }

    #[test]
    fn who_finds_no_place_to_wait_is_told_at_once() {
        db::testing::runtime().block_on(async {
            let passwords = Passwords::new(1);
            let all = passwords
                .places
                .acquire_many(1 + WAITING_MAX as u32)
                .await
                .unwrap();
            let refused = passwords.hash(secret("correct horse")).await;
            assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
            drop(all);
            assert!(passwords.hash(secret("correct horse")).await.is_ok());
        });
    }
}
