//! Headers of which there may be one.

use api::ProblemCode;
use http::{HeaderMap, HeaderValue, header::AsHeaderName};

use crate::problem::{Failure, Result};

/// The value of a header, called `shown` where it is told.
///
/// # Errors
/// 400 when it was sent twice: what stands between may have looked at the other one.
pub fn only<'a>(
    headers: &'a HeaderMap,
    name: impl AsHeaderName,
    shown: &str,
) -> Result<Option<&'a HeaderValue>> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    match values.next() {
        None => Ok(first),
        Some(_) => {
            Err(Failure::new(ProblemCode::MalformedRequest).detail(format_args!("{shown} was sent twice.")))
        }
    }
}
