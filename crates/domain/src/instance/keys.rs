//! The instance key and the key of the credential hashes.
//!
//! The instance key (32 bytes, outside the database) seals the hash key (32 bytes, inside). Rotating the instance
//! key reseals the hash key and never changes it, so that stored hashes stay valid.

use std::{fmt, str::FromStr};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use types::SecretText;
use zeroize::ZeroizeOnDrop;

use super::Error;
use crate::ids::random_bytes;

/// Length of the instance key.
pub const INSTANCE_KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const KEY_ID_DIGITS: usize = 16;
const SEAL_PURPOSE: &[u8] = b"guildhall hash key v1";

/// The key that seals what the database must not show. Kept in a file or the environment, never in the database.
#[derive(ZeroizeOnDrop)]
pub struct InstanceKey([u8; INSTANCE_KEY_BYTES]);

/// The key by which credentials are hashed before they are stored or looked up.
#[derive(ZeroizeOnDrop)]
pub struct HashKey([u8; 32]);

/// The keyed hash (BLAKE3) of a credential: what the database holds instead of it.
pub type TokenHash = [u8; 32];

impl InstanceKey {
    /// A new one.
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// Names the key without telling it: the beginning of a hash of it, in hexadecimal.
    pub fn id(&self) -> String {
        let hash = blake3::derive_key("guildhall 2026 instance key id", &self.0);
        hex(&hash)[..KEY_ID_DIGITS].to_owned()
    }

    /// For its file: hexadecimal digits.
    pub fn to_text(&self) -> SecretText {
        SecretText::new(hex(&self.0))
    }

    /// Seals the hash key: nonce, then XChaCha20-Poly1305 with the purpose as associated data.
    pub(super) fn seal(&self, key: &HashKey) -> Vec<u8> {
        let nonce: [u8; NONCE_BYTES] = random_bytes();
        let payload = Payload {
            msg: &key.0,
            aad: SEAL_PURPOSE,
        };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .expect("32 bytes can be sealed");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what [`InstanceKey::seal`] made.
    pub(super) fn open(&self, sealed: &[u8]) -> Result<HashKey, Error> {
        let corrupt = || db::Error::corrupt("instance", "the sealed hash key does not open");
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(corrupt)?;
        let payload = Payload {
            msg: sealed,
            aad: SEAL_PURPOSE,
        };
        let opened = self
            .cipher()
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| corrupt())?;
        Ok(HashKey(opened.try_into().map_err(|_| corrupt())?))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

impl FromStr for InstanceKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text.trim().as_bytes();
        if digits.len() != INSTANCE_KEY_BYTES * 2 {
            return Err(Error::MalformedInstanceKey);
        }
        let mut bytes = [0; INSTANCE_KEY_BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| Error::MalformedInstanceKey)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| Error::MalformedInstanceKey)?;
        }
        Ok(Self(bytes))
    }
}

impl HashKey {
    pub(super) fn random() -> Self {
        Self(random_bytes())
    }

    /// Seals something that the database shall not show, bound to where it belongs: nonce, then XChaCha20-Poly1305
    /// by a key made of this one.
    pub fn seal(&self, place: &[u8], content: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_BYTES] = random_bytes();
        let payload = Payload {
            msg: content,
            aad: place,
        };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        [
            nonce.as_slice(),
            &sealed.expect("what fits into memory can be sealed"),
        ]
        .concat()
    }

    /// Opens what [`HashKey::seal`] made for the same place; `None` when it is anything else.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: sealed,
            aad: place,
        };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&blake3::derive_key("guildhall 2026 sealed content", &self.0).into())
    }

    /// The hash of a credential.
    pub fn hash(&self, token: &str) -> TokenHash {
        *blake3::keyed_hash(&self.0, token.as_bytes()).as_bytes()
    }

    /// The hash of something that is stored only to be compared. Without this key nobody can try what it was.
    pub fn digest(&self, content: &[u8]) -> [u8; 32] {
        let key = blake3::derive_key("guildhall 2026 compared content", &self.0);
        *blake3::keyed_hash(&key, content).as_bytes()
    }
}

impl fmt::Debug for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstanceKey([secret])")
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey([secret])")
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_key_opens_with_its_instance_key_alone() {
        let (key, other, hash_key) = (InstanceKey::random(), InstanceKey::random(), HashKey::random());
        let sealed = key.seal(&hash_key);
        assert_eq!(key.open(&sealed).unwrap().hash("a"), hash_key.hash("a"));
        assert!(other.open(&sealed).is_err());
        assert!(key.open(&sealed[..40]).is_err());
        assert!(key.open(&[]).is_err());
    }

    #[test]
    fn sealed_content_opens_in_its_place_alone() {
        let (key, other) = (HashKey::random(), HashKey::random());
        let sealed = key.seal(b"here", b"content");
        assert_eq!(key.open(b"here", &sealed).unwrap(), b"content");
        assert_eq!(key.open(b"there", &sealed), None);
        assert_eq!(other.open(b"here", &sealed), None);
        assert_eq!(key.open(b"here", &sealed[..30]), None);
        assert!(!sealed.windows(7).any(|part| part == b"content"));
    }

    #[test]
    fn an_instance_key_reads_back_from_its_text() {
        let key = InstanceKey::random();
        let again: InstanceKey = format!("{}\n", key.to_text().expose()).parse().unwrap();
        assert_eq!(key.id(), again.id());
        assert!("xyz".parse::<InstanceKey>().is_err());
        assert!("zz".repeat(32).parse::<InstanceKey>().is_err());
    }
}
