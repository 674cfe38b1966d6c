//! Comparing values: a total order, which sorting needs, and metered, because shared parts are visited as
//! often as they are reached.

use std::cmp::Ordering;

use jaq_json::{Num, Val};

use super::meter;

/// Order of jq: null, false, true, numbers, texts, arrays, objects. NaN is the smallest number.
/// Once the meter has stopped, everything is equal.
pub(super) fn compare(left: &Val, right: &Val) -> Ordering {
    if !meter::charge(4) {
        return Ordering::Equal;
    }
    compare_with(left, right, &|left, right| {
        if meter::stack_left() {
            compare(left, right)
        } else {
            Ordering::Equal
        }
    })
}

/// The same without the meter, for values that were walked (and paid for) before.
pub(super) fn compare_paid(left: &Val, right: &Val) -> Ordering {
    compare_with(left, right, &compare_paid)
}

fn compare_with(left: &Val, right: &Val, next: &dyn Fn(&Val, &Val) -> Ordering) -> Ordering {
    match (left, right) {
        (Val::Num(left), Val::Num(right)) => compare_numbers(left, right),
        (Val::TStr(left) | Val::BStr(left), Val::TStr(right) | Val::BStr(right)) => {
            if left.as_ptr() == right.as_ptr() && left.len() == right.len() {
                return Ordering::Equal;
            }
            meter::charge_bytes(left.len().min(right.len()));
            left[..].cmp(&right[..])
        }
        (Val::Arr(left), Val::Arr(right)) => {
            if std::sync::Arc::ptr_eq(left, right) {
                return Ordering::Equal;
            }
            for (left, right) in left.iter().zip(right.iter()) {
                match next(left, right) {
                    Ordering::Equal => {}
                    other => return other,
                }
            }
            left.len().cmp(&right.len())
        }
        (Val::Obj(left), Val::Obj(right)) => {
            if std::sync::Arc::ptr_eq(left, right) {
                return Ordering::Equal;
            }
            compare_objects(left, right, next)
        }
        (left, right) => rank(left).cmp(&rank(right)),
    }
}

/// Keys first, then values in the order of the keys.
fn compare_objects(
    left: &jaq_json::Map,
    right: &jaq_json::Map,
    next: &dyn Fn(&Val, &Val) -> Ordering,
) -> Ordering {
    let (left, right) = (sorted(left), sorted(right));
    let keys = left
        .iter()
        .map(|(key, _)| key_bytes(key))
        .cmp(right.iter().map(|(key, _)| key_bytes(key)));
    if keys != Ordering::Equal {
        return keys;
    }
    for ((_, left), (_, right)) in left.iter().zip(&right) {
        match next(left, right) {
            Ordering::Equal => {}
            other => return other,
        }
    }
    Ordering::Equal
}

/// Members sorted by key; every comparison builds this, so it is paid by size.
pub(super) fn sorted(map: &jaq_json::Map) -> Vec<(&Val, &Val)> {
    meter::charge(2 * map.len() as u64);
    let mut members: Vec<_> = map.iter().collect();
    members.sort_by(|(left, _), (right, _)| key_bytes(left).cmp(key_bytes(right)));
    members
}

/// Keys are always text (`Val` allows others, `from_map` refuses them).
pub(super) fn key_bytes(key: &Val) -> &[u8] {
    match key {
        Val::TStr(bytes) | Val::BStr(bytes) => bytes,
        _ => b"",
    }
}

fn rank(val: &Val) -> u8 {
    match val {
        Val::Null => 0,
        Val::Bool(false) => 1,
        Val::Bool(true) => 2,
        Val::Num(_) => 3,
        Val::TStr(_) | Val::BStr(_) => 4,
        Val::Arr(_) => 5,
        Val::Obj(_) => 6,
    }
}

/// Equality of jq: as the order, but NaN equals nothing.
pub(super) fn equal(left: &Val, right: &Val) -> bool {
    match (left, right) {
        (Val::Num(left), Val::Num(right)) => {
            !is_nan(left) && !is_nan(right) && compare_numbers(left, right) == Ordering::Equal
        }
        (left, right) => compare(left, right) == Ordering::Equal,
    }
}

fn is_nan(number: &Num) -> bool {
    matches!(number, Num::Float(float) if float.is_nan())
}

/// Exact comparison of integers (up to 128 bits) with floating numbers: a total order.
pub(super) fn compare_numbers(left: &Num, right: &Num) -> Ordering {
    match (left, right) {
        (Num::Int(left), Num::Int(right)) => left.cmp(right),
        (Num::Float(left), Num::Float(right)) => compare_floats(*left, *right),
        _ => match (integer(left), integer(right)) {
            (Some(left), Some(right)) => left.cmp(&right),
            (Some(left), None) => compare_integer_float(left, float(right)),
            (None, Some(right)) => compare_integer_float(right, float(left)).reverse(),
            (None, None) => compare_floats(float(left), float(right)),
        },
    }
}

fn compare_floats(left: f64, right: f64) -> Ordering {
    match left.partial_cmp(&right) {
        Some(order) => order,
        None => right.is_nan().cmp(&left.is_nan()),
    }
}

fn compare_integer_float(left: i128, right: f64) -> Ordering {
    if right.is_nan() {
        return Ordering::Greater;
    }
    // 2^127 is a power of two, so the cast is exact.
    const LIMIT: f64 = i128::MAX as f64;
    if right >= LIMIT {
        return Ordering::Less;
    }
    if right < -LIMIT {
        return Ordering::Greater;
    }
    let whole = right.trunc();
    match left.cmp(&(whole as i128)) {
        Ordering::Equal if right > whole => Ordering::Less,
        Ordering::Equal if right < whole => Ordering::Greater,
        order => order,
    }
}

/// The integer of at most 128 bits, if it is one.
pub(super) fn integer(number: &Num) -> Option<i128> {
    match number {
        Num::Int(int) => Some(*int as i128),
        Num::BigInt(int) => i128::try_from(&**int).ok(),
        Num::Float(_) | Num::Dec(_) => None,
    }
}

/// The nearest floating number.
pub(super) fn float(number: &Num) -> f64 {
    match number {
        Num::Int(int) => *int as f64,
        Num::Float(float) => *float,
        Num::BigInt(_) | Num::Dec(_) => number.to_string().parse().unwrap_or(f64::NAN),
    }
}
