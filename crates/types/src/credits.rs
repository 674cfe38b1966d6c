//! Amounts of credits, exact to a millionth.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How many microcredits make one credit.
pub const MICROCREDITS_PER_CREDIT: i64 = 1_000_000;
const DECIMALS: usize = 6;

/// An amount in microcredits (1 credit = 1,000,000). On the wire a decimal string of credits: `"949.5"`.
///
/// There are no `+` and `-`: every sum is checked, because money that wraps around is money invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Microcredits(i64);

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreditsError {
    /// Not digits with an optional fraction.
    #[error("is not an amount of credits: expected a decimal string such as \"100\" or \"0.25\"")]
    Malformed,
    /// More than six decimals: smaller than a microcredit.
    #[error("has more than {DECIMALS} decimals: the smallest amount is 0.000001 credits")]
    TooPrecise,
    /// Beyond what 64 bits hold.
    #[error("is too large: the largest amount is {} credits", i64::MAX / MICROCREDITS_PER_CREDIT)]
    TooLarge,
}

impl Microcredits {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One credit.
    pub const ONE_CREDIT: Self = Self(MICROCREDITS_PER_CREDIT);

    /// From a number of microcredits, as stored.
    pub const fn new(microcredits: i64) -> Self {
        Self(microcredits)
    }

    /// The number of microcredits, as stored.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Is it less than nothing?
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum, or `None` when 64 bits do not hold it.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` when 64 bits do not hold it.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The product with a count, or `None` when 64 bits do not hold it.
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        self.0.checked_mul(times).map(Self)
    }
}

impl fmt::Display for Microcredits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let unit = MICROCREDITS_PER_CREDIT.unsigned_abs();
        let (whole, fraction) = (magnitude / unit, magnitude % unit);
        let sign = if self.0 < 0 { "-" } else { "" };
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{fraction:06}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl FromStr for Microcredits {
    type Err = CreditsError;

    fn from_str(text: &str) -> Result<Self, CreditsError> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) {
            return Err(CreditsError::Malformed);
        }
        if fraction.len() > DECIMALS {
            return Err(CreditsError::TooPrecise);
        }
        let whole: i64 = whole.parse().map_err(|_| CreditsError::TooLarge)?;
        let fraction: i64 = format!("{fraction:0<6}")
            .parse()
            .map_err(|_| CreditsError::Malformed)?;
        let magnitude = whole
            .checked_mul(MICROCREDITS_PER_CREDIT)
            .and_then(|micro| micro.checked_add(fraction))
            .ok_or(CreditsError::TooLarge)?;
        Ok(Self(if negative { -magnitude } else { magnitude }))
    }
}

impl Serialize for Microcredits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Microcredits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_reads_back_as_it_was_written() {
        for (text, micro) in [
            ("0", 0),
            ("949.5", 949_500_000),
            ("0.000001", 1),
            ("-3.25", -3_250_000),
            ("9223372036854.775807", i64::MAX),
        ] {
            assert_eq!(text.parse(), Ok(Microcredits::new(micro)), "{text}");
            assert_eq!(Microcredits::new(micro).to_string(), text);
        }
        assert_eq!("1.50".parse(), Ok(Microcredits::new(1_500_000)));
    }

    #[test]
    fn what_is_not_an_exact_amount_is_refused() {
        use CreditsError::{Malformed, TooLarge, TooPrecise};
        for (text, error) in [
            ("", Malformed),
            ("1.", Malformed),
            (".5", Malformed),
            ("1e3", Malformed),
            ("+1", Malformed),
            ("--1", Malformed),
            ("1,5", Malformed),
            ("NaN", Malformed),
            ("٣", Malformed),
            ("0.0000001", TooPrecise),
            ("9223372036854.775808", TooLarge),
            ("99999999999999999999", TooLarge),
        ] {
            assert_eq!(text.parse::<Microcredits>(), Err(error), "{text}");
        }
    }
}
