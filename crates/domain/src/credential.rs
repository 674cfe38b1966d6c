//! What API keys and service tokens have in common: how their text is made, whether they are good, and the
//! restrictions that hold for whatever they may.

use std::net::IpAddr;

use ipnet::IpNet;
use types::{Duration, SecretText, Timestamp};

use crate::{Services, instance::TokenHash, tokens};

/// Entries of each list of a credential.
pub const ENTRIES_MAX: usize = 100;
/// The highest rate limit.
pub const RATE_LIMIT_PER_MINUTE_MAX: u32 = 1_000_000;
/// The longest time that a replaced credential may live on.
pub const ROTATION_OVERLAP_MAX: Duration = Duration::from_days(7);
/// How much of the random part a list shows, after the prefix.
const SHOWN_CHARS: usize = 4;

/// Is a credential good?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CredentialStatus {
    /// Yes.
    Active,
    /// It ended by itself.
    Expired,
    /// It was ended.
    Revoked,
}

impl CredentialStatus {
    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// That of a credential with these ends.
    pub fn of(revoked_at: Option<Timestamp>, expires_at: Option<Timestamp>, now: Timestamp) -> Self {
        if revoked_at.is_some() {
            Self::Revoked
        } else if expires_at.is_some_and(|expires_at| expires_at <= now) {
            Self::Expired
        } else {
            Self::Active
        }
    }
}

/// A credential that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// A restriction to nothing; leave it out for none, or end the credential.
    #[error("{field} must not be empty: leave it out for no restriction")]
    EmptyRestriction {
        /// Which.
        field: &'static str,
    },
    /// A list with too many entries.
    #[error("{field} has more than {max} entries")]
    TooManyEntries {
        /// Which.
        field: &'static str,
        /// The most that it may have.
        max: usize,
    },
    /// It would have ended before it is made.
    #[error("the expiry must lie in the future")]
    ExpiryInThePast,
    /// No such rate limit.
    #[error("the rate limit must be {min} to {max} a minute")]
    RateLimitOutOfRange {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
    /// The old one would live on for too long.
    #[error("the overlap must be at most {} seconds", max.seconds_up())]
    OverlapTooLong {
        /// The longest.
        max: Duration,
    },
}

/// The restrictions of a credential that have nothing to do with what it may.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// The networks it may come from; `None` for anywhere.
    pub addresses: Option<&'a [IpNet]>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// Calls a minute; `None` for no limit of its own.
    pub rate_limit_per_minute: Option<u32>,
}

impl Limits<'_> {
    /// Refuses restrictions to nothing or without end, and limits and times out of range.
    pub fn check(&self, now: Timestamp) -> Result<(), FormError> {
        check_length("addresses", self.addresses)?;
        if self.expires_at.is_some_and(|expires_at| expires_at <= now) {
            return Err(FormError::ExpiryInThePast);
        }
        let (min, max) = (1, RATE_LIMIT_PER_MINUTE_MAX);
        match self.rate_limit_per_minute {
            Some(limit) if !(min..=max).contains(&limit) => Err(FormError::RateLimitOutOfRange { min, max }),
            _ => Ok(()),
        }
    }

    /// The first of these that its maker is under himself, and more.
    pub fn beyond(&self, maker: &Limits<'_>) -> Option<&'static str> {
        let covers = |maker: &IpNet, made: &IpNet| maker.contains(made);
        [
            (is_within(maker.addresses, self.addresses, covers), "addresses"),
            (is_at_most(maker.expires_at, self.expires_at), "expires_at"),
            (
                is_at_most(maker.rate_limit_per_minute, self.rate_limit_per_minute),
                "rate_limit_per_minute",
            ),
        ]
        .into_iter()
        .find_map(|(holds, what)| (!holds).then_some(what))
    }

    /// May it be used from there?
    pub fn allow(&self, address: IpAddr) -> bool {
        // An IPv4 client may be seen by its IPv6 name.
        let canonical = address.to_canonical();
        self.addresses
            .is_none_or(|networks| networks.iter().any(|network| network.contains(&canonical)))
    }
}

/// Refuses a restriction to nothing, or a list without end.
pub fn check_length<T>(field: &'static str, list: Option<&[T]>) -> Result<(), FormError> {
    match list.map(<[T]>::len) {
        Some(0) => Err(FormError::EmptyRestriction { field }),
        Some(length) if length > ENTRIES_MAX => Err(FormError::TooManyEntries {
            field,
            max: ENTRIES_MAX,
        }),
        _ => Ok(()),
    }
}

/// Refuses to let a replaced credential live on for too long.
pub fn check_overlap(overlap: Duration) -> Result<(), FormError> {
    if overlap > ROTATION_OVERLAP_MAX {
        return Err(FormError::OverlapTooLong {
            max: ROTATION_OVERLAP_MAX,
        });
    }
    Ok(())
}

/// Is each entry of what is made covered by one of its maker's? No list is no restriction.
pub fn is_within<T>(maker: Option<&[T]>, made: Option<&[T]>, covers: impl Fn(&T, &T) -> bool) -> bool {
    match (maker, made) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(maker), Some(made)) => made
            .iter()
            .all(|wanted| maker.iter().any(|own| covers(own, wanted))),
    }
}

fn is_at_most<T: Ord>(maker: Option<T>, made: Option<T>) -> bool {
    match (maker, made) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(maker), Some(made)) => made <= maker,
    }
}

/// The text of a new credential and what is stored of it, made before the transaction.
pub struct NewSecret {
    /// The text itself, to be told once.
    pub text: SecretText,
    /// By which it is found.
    pub hash: TokenHash,
    /// How it begins.
    pub prefix: String,
    /// How it ends.
    pub last_four: String,
}

impl NewSecret {
    /// One that nobody can guess, with this prefix of [`tokens`].
    pub fn random(services: &Services, prefix: &str) -> Self {
        let text = tokens::random(prefix);
        Self {
            hash: services.hash_key.hash(text.expose()),
            prefix: text.expose()[..prefix.len() + SHOWN_CHARS].to_owned(),
            last_four: tokens::last_four(&text),
            text,
        }
    }
}

/// Networks as people write them.
pub fn network_texts(networks: Option<&[IpNet]>) -> Option<Vec<String>> {
    networks.map(|networks| networks.iter().map(ToString::to_string).collect())
}

/// Networks from the column of a table: null for no restriction, else a JSON list.
pub fn networks_from_column(
    table: &'static str,
    column: Option<&str>,
) -> Result<Option<Vec<IpNet>>, db::Error> {
    let Some(text) = column else { return Ok(None) };
    let list: Vec<String> = serde_json::from_str(text).map_err(|error| db::Error::corrupt(table, error))?;
    let networks = list.iter().map(|network| network.parse());
    networks
        .collect::<Result<_, _>>()
        .map(Some)
        .map_err(|error: ipnet::AddrParseError| db::Error::corrupt(table, error))
}

/// A rate limit from the column of a table.
pub fn rate_from_column(table: &'static str, column: Option<i64>) -> Result<Option<u32>, db::Error> {
    let rate = column.map(u32::try_from).transpose();
    rate.map_err(|error| db::Error::corrupt(table, error))
}
