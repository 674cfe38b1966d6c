//! Whatever a stranger sends as a name, an id, an amount, a time or a place in a list.

#![allow(clippy::unwrap_used, reason = "a test ends where its expectation fails")]

use std::{fmt::Display, str::FromStr};

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use types::{ApiKeyId, Cursor, DisplayName, Email, Microcredits, Slug, TimeZone, Timestamp};

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
