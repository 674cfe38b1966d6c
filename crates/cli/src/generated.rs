//! Secrets that the command line makes for people to type.

use types::SecretText;

/// 80 random bits in groups of four letters and digits, none of which looks like another.
pub fn code() -> SecretText {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letters = domain::ids::random_bytes::<16>().map(|byte| char::from(LETTERS[usize::from(byte & 31)]));
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    SecretText::new(groups.join("-"))
}
