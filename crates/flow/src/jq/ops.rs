//! Arithmetic of values, every operation paid by what it moves.
//!
//! Numbers: integers are exact up to 128 bits; beyond that they become floating numbers, so that no chain of
//! multiplications can grow one without bound.

use std::ops::{Add, Div, Mul, Neg, Rem, Sub};
use std::sync::Arc;

use jaq_core::ops::Math;
use jaq_json::{Map, Num, Val};

use super::order::{compare_paid, float, integer};
use super::val::{Error, V, ValR};
use super::{meter, order};

/// What an operation costs besides the bytes it moves.
const OPERATION_UNITS: u64 = 8;

impl Add for V {
    type Output = ValR;
    fn add(self, right: Self) -> ValR {
        if !meter::charge(OPERATION_UNITS) {
            return Ok(V(Val::Null));
        }
        match (self.0, right.0) {
            (Val::Null, other) | (other, Val::Null) => Ok(V(other)),
            (Val::Num(left), Val::Num(right)) => Ok(V(Val::Num(arithmetic(
                &left,
                &right,
                i128::checked_add,
                |l, r| l + r,
            )))),
            (Val::TStr(left), Val::TStr(right)) => Ok(V(concat(&left, &right))),
            (Val::Arr(mut left), Val::Arr(right)) => {
                // An unshared left side is extended in place, a shared one copied first.
                let copied = if Arc::strong_count(&left) > 1 {
                    left.len()
                } else {
                    0
                };
                if meter::charge(2 * (copied + right.len()) as u64) {
                    Arc::make_mut(&mut left).extend(right.iter().cloned());
                }
                Ok(V(Val::Arr(left)))
            }
            (Val::Obj(mut left), Val::Obj(right)) => {
                let copied = if Arc::strong_count(&left) > 1 {
                    left.len()
                } else {
                    0
                };
                if meter::charge(4 * (copied + right.len()) as u64) {
                    let target = Arc::make_mut(&mut left);
                    for (key, member) in right.iter() {
                        target.insert(key.clone(), member.clone());
                    }
                }
                Ok(V(Val::Obj(left)))
            }
            (left, right) => Err(Error::math(V(left), Math::Add, V(right))),
        }
    }
}

impl Sub for V {
    type Output = ValR;
    fn sub(self, right: Self) -> ValR {
        if !meter::charge(OPERATION_UNITS) {
            return Ok(V(Val::Null));
        }
        match (self.0, right.0) {
            (Val::Num(left), Val::Num(right)) => Ok(V(Val::Num(arithmetic(
                &left,
                &right,
                i128::checked_sub,
                |l, r| l - r,
            )))),
            (Val::Arr(left), Val::Arr(right)) => Ok(V(difference(&left, &right))),
            (left, right) => Err(Error::math(V(left), Math::Sub, V(right))),
        }
    }
}

impl Mul for V {
    type Output = ValR;
    fn mul(self, right: Self) -> ValR {
        if !meter::charge(OPERATION_UNITS) {
            return Ok(V(Val::Null));
        }
        match (self.0, right.0) {
            (Val::Num(left), Val::Num(right)) => Ok(V(Val::Num(arithmetic(
                &left,
                &right,
                i128::checked_mul,
                |l, r| l * r,
            )))),
            (Val::TStr(text), Val::Num(times)) | (Val::Num(times), Val::TStr(text)) => {
                Ok(V(repeat(&text, &times)))
            }
            (Val::Obj(mut left), Val::Obj(right)) => {
                merge(&mut left, &right);
                Ok(V(Val::Obj(left)))
            }
            (left, right) => Err(Error::math(V(left), Math::Mul, V(right))),
        }
    }
}

impl Div for V {
    type Output = ValR;
    fn div(self, right: Self) -> ValR {
        if !meter::charge(OPERATION_UNITS) {
            return Ok(V(Val::Null));
        }
        match (self.0, right.0) {
            (Val::Num(left), Val::Num(right)) => Ok(V(Val::Num(divide(&left, &right)))),
            (Val::TStr(text), Val::TStr(separator)) => Ok(V(split(&text, &separator))),
            (left, right) => Err(Error::math(V(left), Math::Div, V(right))),
        }
    }
}

impl Rem for V {
    type Output = ValR;
    fn rem(self, right: Self) -> ValR {
        if !meter::charge(OPERATION_UNITS) {
            return Ok(V(Val::Null));
        }
        match (self.0, right.0) {
            (Val::Num(left), Val::Num(right)) => match (integer(&left), integer(&right)) {
                (_, Some(0)) => Err(Error::math(V(Val::Num(left)), Math::Rem, V(Val::Num(right)))),
                (Some(left), Some(right)) => Ok(V(Val::Num(Num::from_integral(
                    left.checked_rem(right).unwrap_or(0),
                )))),
                _ => Ok(V(Val::Num(Num::Float(float(&left) % float(&right))))),
            },
            (left, right) => Err(Error::math(V(left), Math::Rem, V(right))),
        }
    }
}

impl Neg for V {
    type Output = ValR;
    fn neg(self) -> ValR {
        match self.0 {
            Val::Num(number) => Ok(V(Val::Num(match integer(&number).and_then(i128::checked_neg) {
                Some(int) => Num::from_integral(int),
                None => Num::Float(-float(&number)),
            }))),
            other => Err(Error::typ(V(other), "number")),
        }
    }
}

/// Exact when both are integers and the result fits 128 bits, else floating.
fn arithmetic(
    left: &Num,
    right: &Num,
    exact: impl Fn(i128, i128) -> Option<i128>,
    floating: impl Fn(f64, f64) -> f64,
) -> Num {
    if let (Some(left), Some(right)) = (integer(left), integer(right))
        && let Some(int) = exact(left, right)
    {
        return Num::from_integral(int);
    }
    Num::Float(floating(float(left), float(right)))
}

/// Whole results stay integers, as they look in jq.
fn divide(left: &Num, right: &Num) -> Num {
    if let (Some(left), Some(right)) = (integer(left), integer(right))
        && right != 0
        && left.checked_rem(right) == Some(0)
    {
        return Num::from_integral(left / right);
    }
    Num::Float(float(left) / float(right))
}

fn concat(left: &[u8], right: &[u8]) -> Val {
    if !meter::charge_bytes(left.len() + right.len()) {
        return Val::Null;
    }
    let mut joined = Vec::with_capacity(left.len() + right.len());
    joined.extend_from_slice(left);
    joined.extend_from_slice(right);
    Val::utf8_str(joined)
}

/// Text times a number; zero and negative numbers give null.
fn repeat(text: &[u8], times: &Num) -> Val {
    let times = integer(times).unwrap_or_else(|| float(times).ceil() as i128);
    if times <= 0 {
        return Val::Null;
    }
    let times = usize::try_from(times).unwrap_or(usize::MAX);
    if !meter::charge_bytes(text.len().saturating_mul(times).max(times / 64)) {
        return Val::Null;
    }
    Val::utf8_str(text.repeat(times))
}

fn split(text: &[u8], separator: &[u8]) -> Val {
    if !meter::charge_bytes(4 * text.len()) {
        return Val::Null;
    }
    let text = String::from_utf8_lossy(text);
    let separator = String::from_utf8_lossy(separator);
    let part = |part: &str| Val::from(part.to_owned());
    let parts: Vec<Val> = if text.is_empty() {
        Vec::new()
    } else if separator.is_empty() {
        text.chars().map(|letter| Val::from(letter.to_string())).collect()
    } else {
        text.split(&*separator).map(part).collect()
    };
    Val::Arr(Arc::new(parts))
}

/// Left without the elements of right.
fn difference(left: &[Val], right: &[Val]) -> Val {
    let Some(paid) = pay_for_sorting(&[left, right]) else {
        return Val::Null;
    };
    let mut right: Vec<&Val> = right.iter().collect();
    right.sort_by(|left, right| compare_paid(left, right));
    let keep = |val: &&Val| right.binary_search_by(|other| compare_paid(other, val)).is_err();
    debug_assert!(paid > 0);
    Val::Arr(Arc::new(left.iter().filter(keep).cloned().collect()))
}

/// Walks all elements on the meter and pays for comparing them while sorting; none when it stopped.
pub(super) fn pay_for_sorting(lists: &[&[Val]]) -> Option<u64> {
    let mut nodes = 1;
    for list in lists {
        for val in *list {
            nodes += order_nodes(val)?;
        }
    }
    let rounds = u64::from(u64::BITS - nodes.leading_zeros());
    meter::charge(nodes * rounds).then_some(nodes)
}

/// Nodes (and kilobytes of text) of a value, counted on the meter.
fn order_nodes(val: &Val) -> Option<u64> {
    if !meter::charge(2) || !meter::stack_left() {
        return None;
    }
    Some(match val {
        Val::TStr(text) | Val::BStr(text) => 1 + text.len() as u64 / 64,
        Val::Arr(items) => items
            .iter()
            .try_fold(1, |sum, item| Some(sum + order_nodes(item)?))?,
        Val::Obj(map) => map
            .iter()
            .try_fold(1, |sum, (_, member)| Some(sum + 2 + order_nodes(member)?))?,
        _ => 1,
    })
}

/// Deep merge; right wins except where both are objects.
fn merge(left: &mut Arc<Map>, right: &Arc<Map>) {
    let copied = if Arc::strong_count(left) > 1 {
        left.len()
    } else {
        0
    };
    if !meter::charge(4 * (1 + copied + right.len()) as u64) || !meter::stack_left() {
        return;
    }
    let target = Arc::make_mut(left);
    for (key, member) in right.iter() {
        match (target.get_mut(key), member) {
            (Some(Val::Obj(left)), Val::Obj(right)) => merge(left, right),
            (Some(place), other) => *place = other.clone(),
            (None, other) => {
                target.insert(key.clone(), other.clone());
            }
        }
    }
}

/// `left | contains($right)`.
pub(super) fn contains(left: &Val, right: &Val) -> bool {
    if !meter::charge(4) || !meter::stack_left() {
        return false;
    }
    match (left, right) {
        (Val::TStr(left), Val::TStr(right)) => {
            meter::charge_bytes(4 * left.len())
                && std::str::from_utf8(left)
                    .ok()
                    .zip(std::str::from_utf8(right).ok())
                    .is_some_and(|(left, right)| left.contains(right))
        }
        (Val::Arr(left), Val::Arr(right)) => right
            .iter()
            .all(|right| left.iter().any(|left| contains(left, right))),
        (Val::Obj(left), Val::Obj(right)) => right
            .iter()
            .all(|(key, right)| left.get(key).is_some_and(|left| contains(left, right))),
        (left, right) => order::equal(left, right),
    }
}
