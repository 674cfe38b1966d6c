//! Ids and figures that look random and are the same every time.

use std::fmt;

use serde_json::Value;

/// An id of 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(u128);

/// The id that the usage rollup has where there is none.
pub const NONE: Id = Id(0);

/// What an id is of; the same numbers give another id for each.
#[derive(Debug, Clone, Copy)]
pub enum What {
    Workspace,
    User,
    Environment,
    Grant,
    Line,
    Key,
    Hash,
    Call,
}

impl Id {
    /// A UUIDv7 of an instant in microseconds.
    pub fn new(at_us: i64, what: What, of: u64, number: u64) -> Id {
        let mut noise = Noise::new(what, of, number);
        let (high, low) = (u128::from(noise.next() & 0xfff), u128::from(noise.next() >> 2));
        let millis = (at_us / 1000) as u128 & 0xffff_ffff_ffff;
        Id(millis << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
    }

    /// From a value of a backup.
    pub fn of_value(value: &Value) -> Option<Id> {
        let text = value.as_str().filter(|text| text.len() == 32)?;
        u128::from_str_radix(text, 16).ok().map(Id)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Numbers without a pattern: SplitMix64.
pub struct Noise(u64);

impl Noise {
    /// Another sequence for each combination.
    pub fn new(what: What, of: u64, number: u64) -> Noise {
        let mut noise = Noise(what as u64);
        for part in [of, number] {
            noise.0 = noise.next() ^ part;
        }
        noise
    }

    /// The next one.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The next one, below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }
}
