//! Which site sent a request: the guard of everything that a browser does by itself, which is to send cookies.

use api::ProblemCode;
use http::{HeaderMap, Method, header};

use crate::problem::{Failure, Result};

/// Refuses what a browser sends on behalf of a page of another site.
///
/// Browsers say `Sec-Fetch-Site`, older ones at least `Origin` with unsafe methods. Both absent is not a browser,
/// and then there is no cookie that somebody else could use.
pub fn require_same_origin(headers: &HeaderMap, public_url: &str) -> Result<()> {
    let site = headers.get("sec-fetch-site").map(|value| value.as_bytes());
    let origin = headers.get(header::ORIGIN).map(|value| value.as_bytes());
    let is_ours = site == Some(b"same-origin")
        || origin.is_some_and(|origin| origin.eq_ignore_ascii_case(public_url.as_bytes()))
        || (site.is_none() && origin.is_none());
    if is_ours {
        Ok(())
    } else {
        Err(Failure::new(ProblemCode::OriginDenied).detail(format_args!(
            "With a session, this is accepted from pages of {public_url} only, which is what the setting public_url says."
        )))
    }
}

/// Can the method change nothing?
pub fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_site_is_refused() {
        let cases = [
            (None, None, true),
            (Some("same-origin"), None, true),
            (Some("same-origin"), Some("https://ours.example"), true),
            (None, Some("https://ours.example"), true),
            (Some("cross-site"), Some("https://evil.example"), false),
            (Some("same-site"), Some("https://sub.ours.example"), false),
            (Some("none"), None, false),
            (None, Some("null"), false),
            (None, Some("http://ours.example"), false),
            (None, Some("https://ours.example.evil.example"), false),
        ];
        for (site, origin, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            let passed = require_same_origin(&headers, "https://ours.example").is_ok();
            assert_eq!(passed, expected, "{site:?} {origin:?}");
        }
    }
}
