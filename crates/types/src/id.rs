//! Typed ids: a UUIDv7 (16 bytes in storage) that a user sees as a TypeID such as `ws_01h455vb4pex5vsknk084sn02q`.
//!
//! TypeID text: prefix, underscore, 26 characters of Crockford base32 over the 128 bits
//! (<https://github.com/jetify-com/typeid/tree/main/spec>).

use std::{cmp::Ordering, fmt, hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

/// What an [`Id`] names; gives it its prefix.
pub trait Kind: 'static {
    /// The text before the underscore, for instance `ws`.
    const PREFIX: &'static str;
    /// The noun used in messages, for instance `workspace`.
    const NOUN: &'static str;
}

/// An id of one kind of thing. Ids of different kinds cannot be confused, and ids sort by creation time.
pub struct Id<K: Kind> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not the id of a {noun}: expected {prefix}_ and 26 characters of 0-9 and a-z without i, l, o, u")]
pub struct IdError {
    noun: &'static str,
    prefix: &'static str,
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_LENGTH: usize = 26;

impl<K: Kind> Id<K> {
    /// Wraps stored bytes. The caller vouches that they name a `K`.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self {
            uuid,
            kind: PhantomData,
        }
    }

    /// The stored form.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }

    /// The same bytes as the id of another kind, for things that share one id (a run and its closing line).
    pub const fn cast<L: Kind>(self) -> Id<L> {
        Id::from_uuid(self.uuid)
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.uuid.as_u128();
        let mut text = [0_u8; TEXT_LENGTH];
        for slot in text.iter_mut().rev() {
            *slot = ALPHABET[(rest & 31) as usize];
            rest >>= 5;
        }
        let text = std::str::from_utf8(&text).map_err(|_| fmt::Error)?;
        write!(f, "{}_{text}", K::PREFIX)
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let error = IdError {
            noun: K::NOUN,
            prefix: K::PREFIX,
        };
        let digits = text
            .strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .ok_or(error.clone())?;
        // 26 characters hold 130 bits, so the first one may only be 0 to 7.
        if digits.len() != TEXT_LENGTH || digits.as_bytes()[0] > b'7' {
            return Err(error);
        }
        let mut value = 0_u128;
        for byte in digits.bytes() {
            let digit = ALPHABET
                .iter()
                .position(|candidate| *candidate == byte)
                .ok_or(error.clone())?;
            value = (value << 5) | digit as u128;
        }
        Ok(Self::from_uuid(Uuid::from_u128(value)))
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<K: Kind> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Kind> Copy for Id<K> {}
impl<K: Kind> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K: Kind> Eq for Id<K> {}
impl<K: Kind> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K: Kind> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K: Kind> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $alias:ident, $kind:ident, $prefix:literal, $noun:literal;)*) => {
        /// The kinds that ids can have; see the aliases beside [`Id`].
        pub mod kinds {
            $(#[doc = concat!("Marks the id of a ", $noun, ".")]
            pub enum $kind {}
            impl super::Kind for $kind {
                const PREFIX: &'static str = $prefix;
                const NOUN: &'static str = $noun;
            })*
        }
        $(#[doc = concat!("Id of a ", $noun, ", written `", $prefix, "_…`.")]
        pub type $alias = Id<kinds::$kind>;)*
    };
}

kinds! {
    WorkspaceId, Workspace, "ws", "workspace";
    UserId, User, "usr", "user";
    SessionId, Session, "ses", "session";
    MemberId, Member, "mem", "member";
    ApiKeyId, ApiKey, "key", "API key";
    ServiceTokenId, ServiceToken, "svc", "service token";
    FlowId, Flow, "flw", "flow";
    FlowVersionId, FlowVersion, "ver", "flow version";
    EnvironmentId, Environment, "env", "environment";
    DeploymentId, Deployment, "dep", "deployment";
    TenantId, Tenant, "ten", "tenant";
    RunId, Run, "run", "run";
    LineId, Line, "txn", "ledger line";
    UsageId, Usage, "use", "usage event";
    HoldId, Hold, "hld", "hold";
    GrantId, Grant, "grt", "grant";
    PriceId, Price, "prc", "price";
    OperatorPermissionId, OperatorPermission, "per", "permission of the operator";
    AuditEventId, AuditEvent, "aud", "audit event";
    OutboxId, Outbox, "evt", "event";
    RequestId, Request, "req", "request";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_id_follows_the_typeid_specification() {
        // Vectors of the specification: all zero, the largest, and a real UUIDv7.
        let cases = [
            (
                "00000000-0000-0000-0000-000000000000",
                "ws_00000000000000000000000000",
            ),
            (
                "ffffffff-ffff-ffff-ffff-ffffffffffff",
                "ws_7zzzzzzzzzzzzzzzzzzzzzzzzz",
            ),
            (
                "01890a5d-ac96-774b-bcce-b302099a8057",
                "ws_01h455vb4pex5vsknk084sn02q",
            ),
        ];
        for (uuid, text) in cases {
            let id = WorkspaceId::from_uuid(uuid.parse().unwrap());
            assert_eq!(id.to_string(), text);
            assert_eq!(text.parse::<WorkspaceId>().unwrap(), id);
        }
    }

    #[test]
    fn an_id_of_another_kind_or_a_malformed_one_is_refused() {
        let wrong = [
            "usr_01h455vb4pex5vsknk084sn02q",
            "ws_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "ws_01h455vb4pex5vsknk084sn02Q",
            "ws_01h455vb4pex5vsknk084sn02",
            "ws_",
            "",
            "ws_01h455vb4pex5vsknk084sn0é",
        ];
        for text in wrong {
            assert!(text.parse::<WorkspaceId>().is_err(), "{text}");
        }
    }
}
