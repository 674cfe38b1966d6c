//! Headers of any bytes, and damaged ones that were right: each is refused or means something, and what it means is
//! written so that it reads back as the same.

use std::net::IpAddr;

use domain::idempotency::KEY_CHARS_MAX;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::{
    caller::{WORKSPACE_HEADER, header_text},
    credential::Credential,
    if_match::{IfMatch, etag},
    once::{IDEMPOTENCY_HEADER, key},
};
use crate::layers::address::client_address;

/// What clients send.
const RIGHT: &[&str] = &[
    "\"3\"",
    "\"-9223372036854775808\"",
    "*",
    "W/\"1\"",
    "Bearer gld_live_abc",
    "order-7 of 2026",
    "ws_01h455vb4pex5vsknk084sn02q",
    "203.0.113.9, 2001:db8::1, 10.0.0.2",
    "guildhall_session=gls_abc; theme=dark",
];

/// Bytes that a header can have, the same ones each time.
fn each(judge: impl Fn(&HeaderValue)) {
    let damage = (
        prop::sample::select(RIGHT),
        0..60usize,
        0..60usize,
        any::<u8>(),
        0..4u8,
    );
    let damaged = damage.prop_map(|(text, at, length, byte, kind)| {
        let mut bytes = text.as_bytes().to_vec();
        let at = at % bytes.len();
        let end = bytes.len().min(at + length + 1);
        match kind {
            0 => bytes[at] ^= 1 << (byte % 8),
            1 => bytes.truncate(at),
            2 => bytes.extend_from_within(at..end),
            _ => bytes.insert(at, byte),
        }
        bytes
    });
    let any_bytes = prop::collection::vec(any::<u8>(), 0..300);
    let long = "[ -~]{0,600}".prop_map(String::into_bytes);
    let bytes = prop_oneof![6 => damaged, 1 => any_bytes, 1 => long];
    let mut runner = TestRunner::deterministic();
    for _ in 0..runner.config().cases * 8 {
        let bytes = bytes.new_tree(&mut runner).unwrap().current();
        // Others do not come through HTTP itself.
        if let Ok(value) = HeaderValue::from_bytes(&bytes) {
            judge(&value);
        }
    }
}

fn with(name: impl Into<HeaderName>, value: &HeaderValue) -> HeaderMap {
    HeaderMap::from_iter([(name.into(), value.clone())])
}

fn text(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap()
}

#[test]
fn a_revision_that_must_match_reads_back() {
    let read = |value: &HeaderValue| IfMatch::find(&with(header::IF_MATCH, value)).map(|found| found.0);
    each(|value| match read(value) {
        Ok(Some(revision)) => assert_eq!(
            read(&text(&etag(revision))).ok(),
            Some(Some(revision)),
            "{value:?}"
        ),
        Ok(None) => assert_eq!(value.to_str().unwrap().trim(), "*"),
        Err(_) => {}
    });
}

#[test]
fn an_idempotency_key_is_bounded_and_reads_back() {
    let name = HeaderName::from_static(IDEMPOTENCY_HEADER);
    let read = |value: &HeaderValue| key(&with(name.clone(), value));
    each(|value| {
        if let Ok(found) = read(value) {
            let found = found.unwrap();
            assert!((1..=KEY_CHARS_MAX).contains(&found.len()), "{value:?}");
            assert_eq!(read(&text(&found)).ok(), Some(Some(found)), "{value:?}");
        }
    });
}

#[test]
fn a_credential_reads_back_or_is_none() {
    let bearer = |value: &HeaderValue| match Credential::find(&with(header::AUTHORIZATION, value)) {
        Ok(Credential::Bearer(token)) => Some(token.to_owned()),
        Ok(_) => panic!("an Authorization is a bearer or refused: {value:?}"),
        Err(_) => None,
    };
    let session = |value: &HeaderValue| match Credential::find(&with(header::COOKIE, value)) {
        Ok(Credential::Session(token)) => Some(token.to_owned()),
        Ok(Credential::None) => None,
        _ => panic!("a cookie is never refused: {value:?}"),
    };
    each(|value| {
        if let Some(token) = bearer(value) {
            assert!(!token.is_empty(), "{value:?}");
            assert_eq!(
                bearer(&text(&format!("Bearer {token}"))),
                Some(token),
                "{value:?}"
            );
        }
        if let Some(token) = session(value) {
            assert_eq!(
                session(&text(&format!("guildhall_session={token}"))),
                Some(token),
                "{value:?}"
            );
        }
    });
}

#[test]
fn a_workspace_is_text_or_refused() {
    let name = HeaderName::from_static(WORKSPACE_HEADER);
    each(|value| {
        let headers = with(name.clone(), value);
        assert_eq!(
            header_text(&headers).ok().flatten(),
            value.to_str().ok(),
            "{value:?}"
        );
    });
}

#[test]
fn a_forwarded_address_is_one_of_those_that_were_written() {
    let peer: IpAddr = "10.0.0.1".parse().unwrap();
    let trusted = ["10.0.0.0/8".parse().unwrap()];
    each(|value| {
        let headers = with(HeaderName::from_static("x-forwarded-for"), value);
        let client = client_address(peer, &headers, &trusted);
        let written = value
            .to_str()
            .unwrap_or_default()
            .split(',')
            .filter_map(|hop| hop.trim().parse::<IpAddr>().ok());
        assert!(
            written
                .map(|hop| hop.to_canonical())
                .chain([peer])
                .any(|hop| hop == client),
            "{value:?}"
        );
        assert_eq!(client_address(peer, &headers, &[]), peer);
    });
}
