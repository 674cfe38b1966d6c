//! Names that people choose: parsed once, valid ever after.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Most characters of a [`DisplayName`].
pub const DISPLAY_NAME_CHARS_MAX: usize = 80;
const SLUG_CHARS_MIN: usize = 2;
const SLUG_CHARS_MAX: usize = 39;
const EMAIL_BYTES_MAX: usize = 254;
const WEB_ADDRESS_BYTES_MAX: usize = 2_048;
/// Most characters of a [`Comment`].
pub const COMMENT_CHARS_MAX: usize = 500;
/// Most characters of a [`Label`].
pub const LABEL_CHARS_MAX: usize = 60;

/// First path segments in use or planned: no workspace may be called like one, or its address would be hidden.
pub const RESERVED_SLUGS: &[&str] = &[
    "about",
    "admin",
    "api",
    "app",
    "assets",
    "auth",
    "billing",
    "blog",
    "bench",
    "console",
    "docs",
    "email",
    "favicon.ico",
    "forgot",
    "guildhall",
    "healthz",
    "help",
    "hooks",
    "invitations",
    "join",
    "login",
    "logout",
    "mcp",
    "me",
    "metrics",
    "new",
    "null",
    "openapi",
    "openapi.json",
    "operator",
    "password",
    "pricing",
    "privacy",
    "profile",
    "public",
    "readyz",
    "reset",
    "robots.txt",
    "security",
    "settings",
    "sign-in",
    "sign-out",
    "sign-up",
    "static",
    "status",
    "support",
    "system",
    "terms",
    "undefined",
    "v1",
    "v2",
    "verify",
    "well-known",
    "workspaces",
    "www",
];

/// Why a text is not a valid name of its kind. The message completes the sentence "this field …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but space.
    #[error("must not be empty")]
    Empty,
    /// Too many characters.
    #[error("must have at most {max} characters")]
    TooLong {
        /// The most it may have.
        max: usize,
    },
    /// Line breaks, zero bytes and the like.
    #[error("must not contain control characters")]
    ControlCharacter,
    /// Not of the form of a slug.
    #[error(
        "must have {SLUG_CHARS_MIN} to {SLUG_CHARS_MAX} characters of a-z, 0-9 and hyphen, and start with a letter or digit"
    )]
    NotASlug,
    /// A slug that is kept for the product itself.
    #[error("is reserved: choose another")]
    Reserved,
    /// Not an address of mail.
    #[error("is not a mail address: expected name@example.com")]
    NotAnEmail,
    /// Not a zone of the time zone database.
    #[error("is not a time zone: expected a name such as \"Europe/Berlin\" or \"UTC\"")]
    NotATimeZone,
    /// Not an https or http address.
    #[error("is not a web address: expected https://…, at most {WEB_ADDRESS_BYTES_MAX} bytes")]
    NotAWebAddress,
}

/// Defines a checked text type: parse, display, serde, nothing else.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $parse:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The checked text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Takes a text from the database, where only checked ones are stored.
            pub const fn from_stored(text: String) -> Self {
                Self(text)
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                let parse: fn(&str) -> Result<String, NameError> = $parse;
                parse(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

text_type! {
    /// What a person calls a thing: 1 to 80 characters of any script, trimmed, on one line.
    DisplayName, parse_display_name
}
text_type! {
    /// The name of a thing in addresses: `[a-z0-9][a-z0-9-]{1,38}`, folded to lower case.
    /// Whether it is reserved is asked by [`Slug::is_reserved`], which matters to workspaces alone.
    Slug, parse_slug
}
text_type! {
    /// A mail address, folded to lower case, so that it is unique as people mean it.
    Email, parse_email
}
text_type! {
    /// A name of the IANA time zone database.
    TimeZone, parse_time_zone
}
text_type! {
    /// An https or http address, for pictures and links. Never fetched by the server.
    WebAddress, parse_web_address
}
text_type! {
    /// What a thing is for, why something was done: up to 500 characters, trimmed, may be empty and have line breaks.
    #[derive(Default)]
    Comment, parse_comment
}
text_type! {
    /// A short mark on a version, such as `1.4` or `before the sale`: up to 60 characters on one line, may be empty.
    #[derive(Default)]
    Label, parse_label
}

impl Slug {
    /// The slug with a number behind it, cut to fit: `orders` becomes `orders-2`.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let ending = format!("-{number}");
        let room = SLUG_CHARS_MAX.saturating_sub(ending.len());
        let beginning = self.0.get(..room).unwrap_or(&self.0).trim_end_matches('-');
        Self(format!("{beginning}{ending}"))
    }

    /// Is it one of [`RESERVED_SLUGS`]?
    pub fn is_reserved(&self) -> bool {
        RESERVED_SLUGS.contains(&self.as_str())
    }
}

impl TimeZone {
    /// Coordinated universal time, the default.
    pub fn utc() -> Self {
        Self("UTC".to_owned())
    }

    /// The date that calendars show there: `2026-11-21`.
    pub fn date_of(&self, at: crate::Timestamp) -> String {
        let local = jiff::Timestamp::from_microsecond(at.us()).and_then(|at| at.in_tz(&self.0));
        local.map_or_else(|_| String::new(), |local| local.date().to_string())
    }
}

/// Makes a slug out of a display name: "Ünïcode Café 2" becomes `n-code-caf-2`; `fallback` when nothing is left.
pub fn slug_suggestion(name: &str, fallback: &str) -> Slug {
    let mut slug = String::new();
    for character in name.to_lowercase().chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(SLUG_CHARS_MAX);
    let slug = slug.trim_end_matches('-');
    parse_slug(slug)
        .map(Slug)
        .unwrap_or_else(|_| Slug(fallback.to_owned()))
}

fn parse_display_name(text: &str) -> Result<String, NameError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.chars().count() > DISPLAY_NAME_CHARS_MAX {
        return Err(NameError::TooLong {
            max: DISPLAY_NAME_CHARS_MAX,
        });
    }
    if text.chars().any(char::is_control) {
        return Err(NameError::ControlCharacter);
    }
    Ok(text.to_owned())
}

fn parse_slug(text: &str) -> Result<String, NameError> {
    let text = text.to_ascii_lowercase();
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let well_formed = (SLUG_CHARS_MIN..=SLUG_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|byte| allowed(byte) || byte == b'-')
        && text.bytes().next().is_some_and(allowed);
    if well_formed {
        Ok(text)
    } else {
        Err(NameError::NotASlug)
    }
}

fn parse_email(text: &str) -> Result<String, NameError> {
    let text = text.trim();
    let (local, host) = text.rsplit_once('@').ok_or(NameError::NotAnEmail)?;
    let plain = |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control());
    let host_ok = host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty()
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
                && !label.starts_with('-')
        });
    if !plain(local) || local.contains('@') || !host_ok || text.len() > EMAIL_BYTES_MAX {
        return Err(NameError::NotAnEmail);
    }
    Ok(text.to_lowercase())
}

fn parse_time_zone(text: &str) -> Result<String, NameError> {
    match jiff::tz::TimeZone::get(text) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or("UTC").to_owned()),
        Err(_) => Err(NameError::NotATimeZone),
    }
}

fn parse_web_address(text: &str) -> Result<String, NameError> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let well_formed = rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty()
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"'\\`".contains(c))
    });
    if well_formed && text.len() <= WEB_ADDRESS_BYTES_MAX {
        Ok(text.to_owned())
    } else {
        Err(NameError::NotAWebAddress)
    }
}

fn parse_comment(text: &str) -> Result<String, NameError> {
    bounded(text.trim(), COMMENT_CHARS_MAX, |c| {
        c.is_control() && c != '\n' && c != '\t'
    })
}

fn parse_label(text: &str) -> Result<String, NameError> {
    bounded(text.trim(), LABEL_CHARS_MAX, char::is_control)
}

fn bounded(text: &str, max: usize, refused: fn(char) -> bool) -> Result<String, NameError> {
    if text.chars().count() > max {
        Err(NameError::TooLong { max })
    } else if text.chars().any(refused) {
        Err(NameError::ControlCharacter)
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_folded_and_its_form_is_held() {
        assert_eq!("Acme-2".parse::<Slug>().unwrap().as_str(), "acme-2");
        assert_eq!("a".repeat(39).parse::<Slug>().unwrap().as_str().len(), 39);
        let too_long = "a".repeat(40);
        for wrong in ["", "a", "-ab", "a_b", "a b", "ä-b", "a.b", &too_long] {
            assert_eq!(wrong.parse::<Slug>(), Err(NameError::NotASlug), "{wrong}");
        }
        assert!("v1".parse::<Slug>().unwrap().is_reserved());
    }

    #[test]
    fn a_suggestion_is_always_a_valid_slug() {
        for (name, slug) in [
            ("Acme, Inc.", "acme-inc"),
            ("日本", "fallback"),
            ("  A  ", "fallback"),
            ("x--y", "x-y"),
        ] {
            assert_eq!(slug_suggestion(name, "fallback").as_str(), slug, "{name}");
        }
    }

    #[test]
    fn mail_addresses_are_folded_and_nonsense_is_refused() {
        assert_eq!(
            " Ada@Example.COM ".parse::<Email>().unwrap().as_str(),
            "ada@example.com"
        );
        for wrong in [
            "",
            "ada",
            "@x.y",
            "ada@",
            "ada@localhost",
            "a b@x.y",
            "a@x..y",
            "a@@x.y",
            "a@x.y\n.z",
        ] {
            assert_eq!(wrong.parse::<Email>(), Err(NameError::NotAnEmail), "{wrong:?}");
        }
    }

    #[test]
    fn a_time_zone_is_one_of_the_database() {
        assert_eq!(
            "europe/berlin".parse::<TimeZone>().unwrap().as_str(),
            "Europe/Berlin"
        );
        assert!("UTC".parse::<TimeZone>().is_ok());
        assert_eq!("Mars/Olympus".parse::<TimeZone>(), Err(NameError::NotATimeZone));
    }

    #[test]
    fn a_display_name_is_one_trimmed_line() {
        assert_eq!("  Ünïcode  ".parse::<DisplayName>().unwrap().as_str(), "Ünïcode");
        for wrong in ["", "   ", "a\nb", "a\0"] {
            assert!(wrong.parse::<DisplayName>().is_err(), "{wrong:?}");
        }
        assert!("x".repeat(81).parse::<DisplayName>().is_err());
    }

    #[test]
    fn a_numbered_slug_is_a_slug() {
        let longest = "a".repeat(39);
        for (slug, numbered) in [
            ("orders", "orders-12"),
            (&longest, &format!("{}-12", "a".repeat(36))),
        ] {
            let made = slug.parse::<Slug>().unwrap().numbered(12);
            assert_eq!(made.as_str(), numbered);
            assert_eq!(made.as_str().parse(), Ok(made.clone()));
        }
    }

    #[test]
    fn a_comment_may_have_lines_and_a_label_may_not() {
        assert_eq!(" a\nb ".parse::<Comment>().unwrap().as_str(), "a\nb");
        assert_eq!("".parse::<Label>().unwrap(), Label::default());
        assert!("a\nb".parse::<Label>().is_err());
        assert!("a\0b".parse::<Comment>().is_err());
        assert!("é".repeat(500).parse::<Comment>().is_ok());
        assert_eq!(
            "é".repeat(501).parse::<Comment>(),
            Err(NameError::TooLong { max: 500 })
        );
    }
}
