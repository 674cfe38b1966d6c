//! What a flow is called with: the body as it came, parsed once.

use flow::{Value, ValueError};

/// A JSON value with its text. The text is what the run keeps, the value is what it works with.
#[derive(Debug, Clone)]
pub struct Input {
    text: String,
    value: Value,
}

/// Why a body is no input. The message completes the sentence "the body …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// Not UTF-8.
    #[error("is not UTF-8 text")]
    NotText,
    /// Not JSON, too deep or too large.
    #[error("is {0}")]
    Value(ValueError),
    /// An integer of more than 128 bits, which would come out as another number.
    #[error("is not exact: the integer at {pointer:?} has more than 128 bits")]
    IntegerTooLarge {
        /// Its JSON pointer.
        pointer: String,
    },
}

impl From<ValueError> for InputError {
    fn from(error: ValueError) -> Self {
        match error {
            ValueError::IntegerTooLarge { pointer } => Self::IntegerTooLarge { pointer },
            error => Self::Value(error),
        }
    }
}

impl Input {
    /// Parses a body; an empty one is an empty object.
    pub fn from_body(body: Vec<u8>) -> Result<Self, InputError> {
        if body.is_empty() {
            return Ok(Self {
                text: "{}".to_owned(),
                value: Value::empty_object(),
            });
        }
        let text = String::from_utf8(body).map_err(|_| InputError::NotText)?;
        let value = Value::from_json(text.as_bytes())?;
        Ok(Self { text, value })
    }

    /// As it came.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value. Cloning it copies a pointer.
    pub const fn value(&self) -> &Value {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_json_text_or_nothing() {
        assert_eq!(Input::from_body(Vec::new()).unwrap().text(), "{}");
        assert_eq!(Input::from_body(b" [1, 2] ".to_vec()).unwrap().text(), " [1, 2] ");
        assert_eq!(
            Input::from_body(vec![b'"', 0xff, b'"']).unwrap_err(),
            InputError::NotText
        );
        for broken in ["{", "nul", "[1,]", "{} {}", &"[".repeat(200_000)] {
            let refused = Input::from_body(broken.as_bytes().to_vec());
            assert!(matches!(refused, Err(InputError::Value(_))), "{broken:.10}");
        }
    }
}
