//! Slows down who guesses passwords: per client address and per account, in memory.
//!
//! Successful sign-ins count for nothing. The account limit lets a stranger keep somebody from signing in anew for a
//! while, never from the sessions that he has; without it, many addresses could guess at one account.

use std::net::IpAddr;

use types::{Duration, Email, Timestamp, UserId};

use super::Error;
use crate::pace::{Pace, Paces, Subject, TooOften};

/// Wrong passwords from one address.
const FAILURES_PER_ADDRESS: Pace = Pace {
    count: 100,
    period: Duration::from_minutes(10),
};
/// Wrong passwords at one account.
const FAILURES_PER_ACCOUNT: Pace = Pace {
    count: 10,
    period: Duration::from_minutes(10),
};
/// Sign-ups from one address, successful or not.
const SIGN_UPS_PER_ADDRESS: Pace = Pace {
    count: 1_000,
    period: Duration::from_hours(1),
};

/// Slows down who guesses passwords.
#[derive(Debug, Default)]
pub struct SignInLimits {
    addresses: Paces,
    accounts: Paces,
    sign_ups: Paces,
}

/// An attempt that was let in. It counts unless [`SignInLimits::ended`] takes it back.
#[derive(Debug)]
pub(super) struct Attempt {
    address: Subject,
    account: Subject,
}

impl SignInLimits {
    /// Nobody has tried yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets one attempt in, at the account of this address of mail, existing or not.
    pub(super) fn attempt(&self, address: IpAddr, email: &Email, now: Timestamp) -> Result<Attempt, Error> {
        let hash = blake3::hash(email.as_str().as_bytes());
        let (account, _) = hash.as_bytes().split_at(16);
        self.enter(
            subject_of(address),
            account.try_into().expect("16 of 32 bytes"),
            now,
        )
    }

    /// Lets one attempt in at the password of somebody who is signed in.
    pub(super) fn attempt_as(&self, address: IpAddr, user: UserId, now: Timestamp) -> Result<Attempt, Error> {
        self.enter(subject_of(address), user.uuid().into_bytes(), now)
    }

    fn enter(&self, address: Subject, account: Subject, now: Timestamp) -> Result<Attempt, Error> {
        self.addresses
            .take(address, FAILURES_PER_ADDRESS, now)
            .map_err(too_many)?;
        if let Err(refused) = self.accounts.take(account, FAILURES_PER_ACCOUNT, now) {
            // Who waits in front of one account shall not be kept from others.
            self.addresses.give_back(address, FAILURES_PER_ADDRESS);
            return Err(too_many(refused));
        }
        Ok(Attempt { address, account })
    }

    /// Passes on what became of an attempt. Only a wrong password counts: a failure of ours is no guess.
    pub(super) fn ended<T>(&self, attempt: &Attempt, outcome: Result<T, Error>) -> Result<T, Error> {
        if !matches!(outcome, Err(Error::WrongCredentials | Error::WrongPassword)) {
            self.addresses.give_back(attempt.address, FAILURES_PER_ADDRESS);
            self.accounts.give_back(attempt.account, FAILURES_PER_ACCOUNT);
        }
        outcome
    }

    /// Lets one sign-up in.
    pub(super) fn sign_up(&self, address: IpAddr, now: Timestamp) -> Result<(), Error> {
        let taken = self.sign_ups.take(subject_of(address), SIGN_UPS_PER_ADDRESS, now);
        taken.map(|_| ()).map_err(too_many)
    }
}

const fn too_many(refused: TooOften) -> Error {
    Error::TooManyAttempts {
        retry_after: refused.retry_after,
    }
}

/// An IPv6 client has its whole /64 to come from, so that is what counts. The bytes are hashed: their end, by which
/// subjects are spread, is alike for many.
fn subject_of(address: IpAddr) -> Subject {
    let hash = match address.to_canonical() {
        IpAddr::V4(address) => blake3::hash(&address.octets()),
        IpAddr::V6(address) => blake3::hash(&address.octets()[..8]),
    };
    hash.as_bytes()[..16].try_into().expect("16 of 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_us(1_700_000_000_000_000);

    fn email(text: &str) -> Email {
        text.parse().unwrap()
    }

    #[test]
    fn guessing_at_one_account_ends_from_all_addresses_and_goes_on_after_a_while() {
        let limits = SignInLimits::new();
        let ada = email("ada@example.com");
        for guess in 0..10_u8 {
            limits.attempt([10, 0, 0, guess].into(), &ada, NOON).unwrap();
        }
        let refused = limits.attempt([10, 0, 0, 99].into(), &ada, NOON).unwrap_err();
        let Error::TooManyAttempts { retry_after } = refused else {
            panic!("{refused:?}")
        };
        limits
            .attempt([10, 0, 0, 99].into(), &email("bob@example.com"), NOON)
            .unwrap();
        limits
            .attempt([10, 0, 0, 99].into(), &ada, NOON.plus(retry_after))
            .unwrap();
    }

    #[test]
    fn guessing_from_one_network_ends_for_all_accounts() {
        let limits = SignInLimits::new();
        for guess in 0..100_u16 {
            let address = [0x2001, 0xdb8, 0, 1, guess, 2, 3, 4].into();
            limits
                .attempt(address, &email(&format!("user{guess}@example.com")), NOON)
                .unwrap();
        }
        let same_network = [0x2001, 0xdb8, 0, 1, 9, 9, 9, 9].into();
        let other_network = [0x2001, 0xdb8, 0, 2, 9, 9, 9, 9].into();
        let ada = email("ada@example.com");
        assert!(limits.attempt(same_network, &ada, NOON).is_err());
        limits.attempt(other_network, &ada, NOON).unwrap();
    }

    #[test]
    fn the_right_password_and_failures_of_ours_count_for_nothing() {
        let limits = SignInLimits::new();
        let ada = email("ada@example.com");
        for _ in 0..1_000 {
            for outcome in [
                Ok(()),
                Err(Error::Busy),
                Err(Error::Internal(db::Error::UniqueViolation)),
            ] {
                let attempt = limits.attempt([10, 0, 0, 1].into(), &ada, NOON).unwrap();
                let _ = limits.ended(&attempt, outcome);
            }
        }
    }

    #[test]
    fn a_wrong_password_counts() {
        let limits = SignInLimits::new();
        let ada = email("ada@example.com");
        for guess in 0..10 {
            let attempt = limits.attempt([10, 0, 0, 1].into(), &ada, NOON).unwrap();
            let wrong = match guess % 2 {
                0 => Error::WrongCredentials,
                _ => Error::WrongPassword,
            };
            limits.ended::<()>(&attempt, Err(wrong)).unwrap_err();
        }
        assert!(limits.attempt([10, 0, 0, 1].into(), &ada, NOON).is_err());
    }
}
