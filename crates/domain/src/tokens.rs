//! The form of every secret text that Guildhall hands out: keys, service tokens, sessions.
//!
//! Prefix, 43 characters of base62 (256 random bits), 6 characters of base62: the CRC-32 of all before them. The
//! checksum tells a mistyped text from an unknown one without asking the database, and lets scanners find leaked
//! ones. It keeps nothing secret: texts are looked up by their keyed hash.

use types::SecretText;

use crate::ids::random_bytes;

/// A key that charges.
pub const LIVE_KEY: &str = "gld_live_";
/// A key for trying things out.
pub const TEST_KEY: &str = "gld_test_";
/// A service token of the operator.
pub const SERVICE_TOKEN: &str = "gldop_";
/// A session of a person; the value of the cookie.
pub const SESSION: &str = "gls_";

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
// 62^43 is just above 2^256, 62^6 above 2^32.
const RANDOM_CHARS: usize = 43;
const CHECKSUM_CHARS: usize = 6;
/// No text of ours is longer; what is need not be hashed.
pub const LENGTH_MAX: usize = LIVE_KEY.len() + RANDOM_CHARS + CHECKSUM_CHARS;

/// A new text that nobody can guess.
pub fn random(prefix: &str) -> SecretText {
    let mut text = String::with_capacity(prefix.len() + RANDOM_CHARS + CHECKSUM_CHARS);
    text.push_str(prefix);
    push_base62(&mut text, &mut random_bytes::<32>(), RANDOM_CHARS);
    let checksum = crc32(text.as_bytes());
    push_base62(&mut text, &mut checksum.to_be_bytes(), CHECKSUM_CHARS);
    SecretText::new(text)
}

/// Is it a text that [`random`] may have made with this prefix? Otherwise it was mistyped.
pub fn is_well_formed(prefix: &str, text: &str) -> bool {
    let Some(rest) = text.strip_prefix(prefix) else {
        return false;
    };
    if rest.len() != RANDOM_CHARS + CHECKSUM_CHARS || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let (body, given) = text.split_at(text.len() - CHECKSUM_CHARS);
    let mut wanted = String::with_capacity(CHECKSUM_CHARS);
    push_base62(
        &mut wanted,
        &mut crc32(body.as_bytes()).to_be_bytes(),
        CHECKSUM_CHARS,
    );
    given == wanted
}

/// The end that a list shows, so that people can tell their keys apart.
pub fn last_four(text: &SecretText) -> String {
    let text = text.expose();
    text[text.len() - 4..].to_owned()
}

/// Writes a big-endian number in base 62, with leading zeros; the number is zero afterwards.
fn push_base62(text: &mut String, number: &mut [u8], chars: usize) {
    let mut digits = [0_u8; RANDOM_CHARS];
    for digit in digits[..chars].iter_mut().rev() {
        let mut remainder = 0_u16;
        for byte in number.iter_mut() {
            let value = (remainder << 8) | u16::from(*byte);
            *byte = (value / 62) as u8;
            remainder = value % 62;
        }
        *digit = ALPHABET[usize::from(remainder)];
    }
    text.extend(digits[..chars].iter().map(|digit| char::from(*digit)));
}

/// CRC-32 as of ISO 3309 (reflected, polynomial 0xEDB88320), as GitHub's tokens have it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (crc >> 8) ^ CRC_TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize]
    })
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut crc = index as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_known_one() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_text_is_well_formed_until_any_character_changes() {
        let text = random(LIVE_KEY);
        let text = text.expose();
        assert_eq!(text.len(), LIVE_KEY.len() + 49);
        assert!(is_well_formed(LIVE_KEY, text));
        assert!(!is_well_formed(TEST_KEY, text));
        for at in 0..text.len() {
            let mut other = text.as_bytes().to_vec();
            other[at] = if other[at] == b'x' { b'y' } else { b'x' };
            assert!(
                !is_well_formed(LIVE_KEY, std::str::from_utf8(&other).unwrap()),
                "changed at {at}"
            );
        }
        for wrong in [
            "",
            LIVE_KEY,
            &text[..text.len() - 1],
            &format!("{text}x"),
            "gld_live_é",
        ] {
            assert!(!is_well_formed(LIVE_KEY, wrong), "{wrong}");
        }
    }

    #[test]
    fn nothing_but_what_was_made_here_is_well_formed() {
        let mut noise = fastrand::Rng::with_seed(7);
        for prefix in [LIVE_KEY, TEST_KEY, SERVICE_TOKEN, SESSION] {
            let made = random(prefix);
            let made = made.expose();
            assert!(is_well_formed(prefix, made) && made.len() <= LENGTH_MAX);
            for at in 0..made.len() {
                for other in ALPHABET.iter().chain(b"_-.~ ") {
                    let mut text = made.as_bytes().to_vec();
                    text[at] = *other;
                    let text = String::from_utf8(text).unwrap();
                    assert_eq!(is_well_formed(prefix, &text), text == made, "{at}: {text}");
                }
                // Two neighbours that have changed places, as they do under quick fingers.
                let mut text = made.as_bytes().to_vec();
                text.swap(at, at.saturating_sub(1));
                let text = String::from_utf8(text).unwrap();
                assert_eq!(is_well_formed(prefix, &text), text == made, "{at}: {text}");
            }
            for _ in 0..10_000 {
                let length = noise.usize(..=RANDOM_CHARS + CHECKSUM_CHARS + 1);
                let alike: String = (0..length).map(|_| noise.alphanumeric()).collect();
                let unlike: String = (0..length).map(|_| noise.char(..)).collect();
                for text in [format!("{prefix}{alike}"), format!("{prefix}{unlike}"), unlike] {
                    assert!(!is_well_formed(prefix, &text), "{text}");
                }
            }
        }
    }

    #[test]
    fn base62_keeps_the_whole_number() {
        let mut text = String::new();
        push_base62(&mut text, &mut [0xff; 32], RANDOM_CHARS);
        assert_eq!(text.len(), RANDOM_CHARS);
        let mut zero = [0; 4];
        let mut short = String::new();
        push_base62(&mut short, &mut zero, CHECKSUM_CHARS);
        assert_eq!(short, "000000");
        let mut number = 61_u32.to_be_bytes();
        short.clear();
        push_base62(&mut short, &mut number, 2);
        assert_eq!((short.as_str(), number), ("0z", [0; 4]));
    }
}
