//! Whatever a stranger sends as a name, an id, an amount, a time or a place in a list.

#![allow(clippy::unwrap_used, reason = "a test ends where its expectation fails")]

use std::{fmt::Display, str::FromStr};

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use types::{ApiKeyId, Cursor, DisplayName, Email, Microcredits, Slug, TimeZone, Timestamp};

/// Of each kind one that is accepted.
const ACCEPTED: &[&str] = &[
    "-12345.678901",
    "key_01h455vb4pex5vsknk084sn02q",
    "c1_00ff7f80a1",
    "2026-07-29T23:59:60.123456+02:00",
    "2024-02-29T00:00:00Z",
    "ada-lovelace-2",
    "Ada Lovelace, née Byron",
    "ada.lovelace+test@bücher.example",
    "Europe/Berlin",
];

/// One of the accepted with a bit flipped, cut, a part of it twice, or the end of another.
fn damaged() -> impl Strategy<Value = String> {
    let accepted = || prop::sample::select(ACCEPTED);
    (accepted(), accepted(), 0..40usize, 0..40usize, 0..7u8, 0..4u8).prop_map(
        |(text, other, at, length, bit, kind)| {
            let mut letters: Vec<char> = text.chars().collect();
            let at = at % letters.len();
            let end = letters.len().min(at + length + 1);
            match kind {
                0 => letters[at] = char::from_u32(u32::from(letters[at]) ^ (1 << bit)).unwrap_or('\u{0}'),
                1 => letters.truncate(at),
                2 => letters.extend_from_within(at..end),
                _ => {
                    letters.truncate(at);
                    letters.extend(other.chars().skip(at));
                }
            }
            letters.into_iter().collect()
        },
    )
}

/// Texts near those that are accepted; the same ones each time, more of them by `PROPTEST_CASES`.
fn each(judge: impl Fn(&str)) {
    let near = prop_oneof![
        ".{0,40}",
        "-?[0-9]{0,25}(\\.[0-9]{0,9})?",
        "[+-]?[0-9]{1,4}e[0-9]{1,3}",
        "key_[0-9a-z]{24,28}",
        "c1_[0-9a-fA-F]{0,40}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,12})?(Z|[+-][0-9]{2}:[0-9]{2})",
        "[A-Za-z0-9é.-]{0,50}",
        "[a-z.+\"é]{0,70}@[a-z0-9.é-]{0,80}",
        "[A-Z][a-z]{1,8}/[A-Za-z_]{1,12}",
        damaged(),
    ];
    let mut runner = TestRunner::deterministic();
    for _ in 0..runner.config().cases * 4 {
        judge(&near.new_tree(&mut runner).unwrap().current());
    }
}

/// What is accepted is written so that it reads back as the same.
fn reads_back<T: FromStr + Display + PartialEq + std::fmt::Debug>(text: &str) {
    if let Ok(parsed) = text.parse::<T>() {
        let written = parsed.to_string();
        assert_eq!(
            written.parse::<T>().ok(),
            Some(parsed),
            "{text:?} is written {written:?}"
        );
    }
}

#[test]
fn what_is_accepted_reads_back_and_nothing_panics() {
    each(|text| {
        reads_back::<Microcredits>(text);
        reads_back::<ApiKeyId>(text);
        reads_back::<Cursor>(text);
        reads_back::<Timestamp>(text);
        reads_back::<Slug>(text);
        reads_back::<DisplayName>(text);
        reads_back::<Email>(text);
        reads_back::<TimeZone>(text);
    });
}
