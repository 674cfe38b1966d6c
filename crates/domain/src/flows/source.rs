//! The text of a definition, as it was written.

use flow::limits::DEFINITION_BYTES_MAX;

/// YAML or JSON of bounded length. Whether it is a flow is said by [`check`](super::check).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source(String);

/// Why a text cannot even be kept. The message completes the sentence "the definition …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Too long.
    #[error("has {bytes} bytes: at most {DEFINITION_BYTES_MAX} are allowed")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// Nothing but space.
    #[error("must not be empty")]
    Empty,
    /// A zero byte, which no database column of text takes.
    #[error("must not contain zero bytes")]
    ZeroByte,
}

impl Source {
    /// Takes the text of a definition.
    pub fn from_text(text: String) -> Result<Self, SourceError> {
        if text.len() > DEFINITION_BYTES_MAX {
            return Err(SourceError::TooLong { bytes: text.len() });
        }
        if text.trim().is_empty() {
            return Err(SourceError::Empty);
        }
        if text.contains('\0') {
            return Err(SourceError::ZeroByte);
        }
        Ok(Self(text))
    }

    /// Takes a definition that came as JSON; its text is indented, for people.
    pub fn from_json(definition: &serde_json::Value) -> Result<Self, SourceError> {
        // Printing a JSON value cannot fail.
        Self::from_text(serde_json::to_string_pretty(definition).unwrap_or_default())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_cannot_be_kept_is_refused() {
        assert_eq!(Source::from_text(" \n".into()), Err(SourceError::Empty));
        assert_eq!(Source::from_text("a\0".into()), Err(SourceError::ZeroByte));
        let longest = "a".repeat(DEFINITION_BYTES_MAX);
        assert!(Source::from_text(longest.clone()).is_ok());
        assert!(matches!(
            Source::from_text(longest + "a"),
            Err(SourceError::TooLong { .. })
        ));
    }
}
