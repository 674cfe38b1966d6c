//! Reading JSON text.

use std::sync::Arc;

use jaq_json::{Num, Val};

use super::{ValueError, val_str};
use crate::definition::join;

/// An integer with fewer digits fits 64 bits.
const DIGITS_LONG: usize = 19;

/// Reads with integers exact up to 128 bits, as expressions have them.
pub(super) fn read_json(bytes: &[u8]) -> Result<Val, ValueError> {
    // It refuses more than 128 levels itself: the readers of the jq value have no such limit.
    let mut val: Val =
        serde_json::from_slice(bytes).map_err(|error| ValueError::NotJson(error.to_string()))?;
    let mut digits = bytes.split(|byte| !byte.is_ascii_digit());
    if digits.any(|digits| digits.len() >= DIGITS_LONG) {
        // What has more than 64 bits became a floating number. This reader keeps it.
        let exact =
            jaq_json::read::parse_single(bytes).map_err(|error| ValueError::NotJson(error.to_string()))?;
        correct(&mut val, &exact).map_err(|pointer| ValueError::IntegerTooLarge { pointer })?;
    }
    Ok(val)
}

/// Takes over large integers; fails with the pointer of one that is too large.
fn correct(val: &mut Val, exact: &Val) -> Result<(), String> {
    match (val, exact) {
        (Val::Num(number), Val::Num(Num::BigInt(int))) => {
            i128::try_from(&**int).map_err(|_| String::new())?;
            *number = Num::BigInt(Arc::clone(int));
        }
        (Val::Arr(items), Val::Arr(exact)) => {
            for (at, (item, exact)) in Arc::make_mut(items).iter_mut().zip(&**exact).enumerate() {
                correct(item, exact).map_err(|rest| join("", &at.to_string()) + &rest)?;
            }
        }
        (Val::Obj(members), Val::Obj(exact)) => {
            for ((key, member), exact) in Arc::make_mut(members).iter_mut().zip(exact.values()) {
                correct(member, exact).map_err(|rest| join("", val_str(key).unwrap_or_default()) + &rest)?;
            }
        }
        _ => {}
    }
    Ok(())
}
