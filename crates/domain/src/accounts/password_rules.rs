//! Which passwords will do. Length counts; there are no rules about digits and signs (NIST SP 800-63B, 5.1.1.2).

use types::{Email, SecretText};

/// Fewest characters.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Most characters.
pub const PASSWORD_CHARS_MAX: usize = 256;

/// The common ones that are long enough, lower case, one a line.
const COMMON: &str = include_str!("common_passwords.txt");

/// Why a password will not do. The message completes the sentence "the password …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Too short.
    #[error("must have at least {PASSWORD_CHARS_MIN} characters")]
    TooShort,
    /// Too long.
    #[error("must have at most {PASSWORD_CHARS_MAX} characters")]
    TooLong,
    /// Among those that are tried first.
    #[error("is one of the most common ones: choose another")]
    TooCommon,
    /// The mail address is in it.
    #[error("must not contain the mail address")]
    ContainsEmail,
}

/// Will the password of this user do?
pub fn check(password: &SecretText, email: &Email) -> Result<(), PasswordProblem> {
    let text = password.expose();
    let chars = text.chars().count();
    if chars < PASSWORD_CHARS_MIN {
        return Err(PasswordProblem::TooShort);
    }
    if chars > PASSWORD_CHARS_MAX {
        return Err(PasswordProblem::TooLong);
    }
    let folded = text.to_lowercase();
    let first = folded.chars().next();
    let is_one_character = folded.chars().all(|character| Some(character) == first);
    if is_one_character || COMMON.lines().any(|common| common == folded) {
        return Err(PasswordProblem::TooCommon);
    }
    if folded.contains(email.as_str()) {
        return Err(PasswordProblem::ContainsEmail);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_long_common_and_own_address_are_refused() {
        let email: Email = "ada@example.com".parse().unwrap();
        let verdict = |text: &str| check(&SecretText::new(text.to_owned()), &email);
        for (text, problem) in [
            ("nine char", PasswordProblem::TooShort),
            (&"x1".repeat(129), PasswordProblem::TooLong),
            ("Password123", PasswordProblem::TooCommon),
            ("aaaaaaaaaaaa", PasswordProblem::TooCommon),
            ("my-Ada@Example.com!", PasswordProblem::ContainsEmail),
        ] {
            assert_eq!(verdict(text), Err(problem), "{text}");
        }
        for text in ["correct horse", "ünïcödé ünïcödé", &"x1".repeat(128)] {
            assert_eq!(verdict(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn the_list_of_common_passwords_holds_only_what_can_be_asked_for() {
        for line in COMMON.lines() {
            assert!(
                line.len() >= PASSWORD_CHARS_MIN && line == line.to_lowercase(),
                "{line}"
            );
        }
    }
}
