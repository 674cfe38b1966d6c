//! Parsing the fields of a body so that every wrong one is told at once.

use std::{fmt::Display, net::IpAddr, str::FromStr};

use api::ProblemCode;
use ipnet::{IpNet, Ipv4Net};
use types::Microcredits;

use crate::problem::{Failure, Result, wrong_field};

/// A network, or one address.
#[derive(Debug, Clone, Copy)]
pub struct Network(IpNet);

/// The text is neither.
#[derive(Debug, thiserror::Error)]
#[error("is not an address or network: expected 203.0.113.7 or 203.0.113.0/24")]
pub struct NotANetwork;

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> std::result::Result<Self, NotANetwork> {
        let address = || text.parse().map(|address: IpAddr| IpNet::from(address));
        text.parse()
            .or_else(|_| address())
            .map(|network| Self(canonical(network)))
            .map_err(|_| NotANetwork)
    }
}

/// IPv4 that is written as IPv6, `::ffff:203.0.113.0/120`, as what it is: clients are known by that.
fn canonical(network: IpNet) -> IpNet {
    const MAPPED_BITS: u8 = 96;
    let IpNet::V6(six) = network else {
        return network;
    };
    let four = six
        .addr()
        .to_ipv4_mapped()
        .zip(six.prefix_len().checked_sub(MAPPED_BITS));
    four.and_then(|(address, bits)| Ipv4Net::new(address, bits).ok())
        .map_or(network, IpNet::V4)
}

impl Network {
    /// For operations.
    pub fn all(networks: Vec<Self>) -> Vec<IpNet> {
        networks.into_iter().map(|network| network.0).collect()
    }
}

/// Collects what is wrong with the fields of a body.
///
/// ```text
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

    /// Parses each of a list that may be absent.
    pub fn parse_list<T>(&mut self, pointer: &str, texts: Option<&[String]>) -> Option<Option<Vec<T>>>
    where
        T: FromStr<Err: Display>,
    {
        let Some(texts) = texts else {
            return Some(None);
        };
        let parsed: Vec<Option<T>> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| self.parse(&format!("{pointer}/{index}"), text))
            .collect();
        parsed.into_iter().collect::<Option<_>>().map(Some)
    }

    /// Parses each of a list that may be absent (unchanged) or null (taken away).
    #[expect(
        clippy::option_option,
        reason = "absent and null mean different things in a change"
    )]
    pub fn parse_nullable_list<T>(
        &mut self,
        pointer: &str,
        texts: Option<&Option<Vec<String>>>,
    ) -> Option<Option<Option<Vec<T>>>>
    where
        T: FromStr<Err: Display>,
    {
        match texts {
            Some(texts) => self.parse_list(pointer, texts.as_deref()).map(Some),
            None => Some(None),
        }
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
