//! What a request shows to say who sends it.

use api::ProblemCode;
use http::{HeaderMap, header};

use crate::problem::{Failure, Result};

/// The cookie of a session.
pub const SESSION_COOKIE: &str = "guildhall_session";

/// What was shown. A bearer wins over a cookie, because somebody put it there on purpose.
pub enum Credential<'a> {
    /// An API key or a service token.
    Bearer(&'a str),
    /// The value of the session cookie.
    Session(&'a str),
    /// Nothing.
    None,
}

impl<'a> Credential<'a> {
    /// Finds it in the headers.
    ///
    /// # Errors
    /// 401 for an `Authorization` that is no bearer token: whoever sends one believes to be known by it. Also for two
    /// of them: what stands between may have looked at the other one.
    pub fn find(headers: &'a HeaderMap) -> Result<Self> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        if let Some(value) = values.next() {
            if values.next().is_some() {
                return Err(
                    Failure::new(ProblemCode::InvalidCredential).detail("Authorization was sent twice.")
                );
            }
            let bearer = value.to_str().ok().and_then(|text| {
                let (scheme, token) = text.split_once(' ')?;
                scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
            });
            return match bearer {
                Some(token) if !token.is_empty() => Ok(Self::Bearer(token)),
                _ => Err(Failure::new(ProblemCode::InvalidCredential)
                    .detail("Authorization must be `Bearer`, a space, and a key or token.")),
            };
        }
        Ok(cookie(headers, SESSION_COOKIE).map_or(Self::None, Self::Session))
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(given, value)| *given == name && !value.is_empty())
        .map(|(_, value)| value)
}
