//! Parsing the fields of a body so that every wrong one is told at once.

use std::{fmt::Display, str::FromStr};

use api::ProblemCode;
use types::Microcredits;

use crate::problem::{Failure, Result, wrong_field};

/// Collects what is wrong with the fields of a body.
///
/// ```ignore
/// let mut fields = Fields::new();
/// let name = fields.parse("/name", &body.name);
/// let slug = fields.parse_optional("/slug", body.slug.as_deref());
/// let new = fields.finish(|| Some(NewWorkspace { name: name?, slug: slug? }))?;
/// ```
#[derive(Debug, Default)]
pub struct Fields {
    wrong: Vec<api::FieldProblem>,
}

impl Fields {
    /// Nothing is wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Parses a field; `None` when it is wrong, which is kept.
    pub fn parse<T>(&mut self, pointer: &str, text: &str) -> Option<T>
    where
        T: FromStr<Err: Display>,
    {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(pointer, "invalid", error);
                None
            }
        }
    }

    /// Parses a field that may be absent: `Some(None)` when it is.
    pub fn parse_optional<T>(&mut self, pointer: &str, text: Option<&str>) -> Option<Option<T>>
    where
        T: FromStr<Err: Display>,
    {
        match text {
            Some(text) => self.parse(pointer, text).map(Some),
            None => Some(None),
        }
    }

    /// Parses a price that may be absent: not negative.
    pub fn parse_price(&mut self, pointer: &str, text: Option<&str>) -> Option<Option<Microcredits>> {
        let price = self.parse_optional::<Microcredits>(pointer, text)?;
        if price.is_some_and(Microcredits::is_negative) {
            self.refuse(pointer, "invalid", "must not be negative");
            return None;
        }
        Some(price)
    }

    /// Parses a field that may be absent (unchanged), null (taken away) or a value.
    #[expect(
        clippy::option_option,
        reason = "absent and null mean different things in a change"
    )]
    pub fn parse_nullable<T>(
        &mut self,
        pointer: &str,
        text: Option<Option<&str>>,
    ) -> Option<Option<Option<T>>>
    where
        T: FromStr<Err: Display>,
    {
        match text {
            Some(Some(text)) => self.parse(pointer, text).map(|value| Some(Some(value))),
            Some(None) => Some(Some(None)),
            None => Some(None),
        }
    }

    /// Parses each of a list.
    pub fn parse_all<T>(&mut self, pointer: &str, texts: &[String]) -> Option<Vec<T>>
    where
        T: FromStr<Err: Display>,
    {
        let parsed: Vec<Option<T>> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| self.parse(&format!("{pointer}/{index}"), text))
            .collect();
        parsed.into_iter().collect()
    }

    /// Finds a word among those that the field may have.
    pub fn word<T: Copy>(
        &mut self,
        pointer: &str,
        text: &str,
        all: &[T],
        as_str: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        match find_word(text, all, as_str) {
            Ok(word) => Some(word),
            Err(message) => {
                self.refuse(pointer, "invalid", message);
                None
            }
        }
    }

    /// Keeps what is wrong with a field.
    pub fn refuse(&mut self, pointer: &str, code: &str, message: impl Display) {
        self.wrong.push(wrong_field(pointer, code, message));
    }

    /// The whole, if nothing is wrong; else 422 with every wrong field.
    ///
    /// `build` answers `None` only where one of the fields above did.
    pub fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T> {
        if self.wrong.is_empty()
            && let Some(built) = build()
        {
            return Ok(built);
        }
        Err(self
            .wrong
            .into_iter()
            .fold(Failure::new(ProblemCode::Invalid), Failure::field))
    }
}

/// The one of `all` that is spelled like this; else what it may be.
pub fn find_word<T: Copy>(text: &str, all: &[T], as_str: impl Fn(T) -> &'static str) -> Result<T, String> {
    all.iter()
        .copied()
        .find(|word| as_str(*word) == text)
        .ok_or_else(|| {
            let words: Vec<_> = all.iter().map(|word| as_str(*word)).collect();
            format!("must be one of {}", words.join(", "))
        })
}
