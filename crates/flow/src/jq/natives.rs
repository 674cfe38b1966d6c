//! The functions that expressions may call: an allow list by construction.
//!
//! The library's natives minus the denied ones, plus our metered versions. Ambient ones (process environment,
//! clock, time zone of the host, log, halting) never reach the compiler.

use std::cmp::Ordering;
use std::sync::Arc;

use jaq_core::box_iter::box_once;
use jaq_core::data::JustLut;
use jaq_core::native::{Filter, Fun, bome, unary, v};
use jaq_core::{Bind, Exn, Native, RunPtr, ValX, ValXs};
use jaq_json::{Num, Val};
use jaq_std::ValT as _;

use super::val::{Error, V, ValR};
use super::{meter, ops, order, print};

/// The compiler's data kind.
pub(super) type Data = JustLut<V>;
type Cv<'a> = jaq_core::Cv<'a, Data>;

/// Natives of the library that are not offered, or offered by us under the same name.
const DENIED: [&str; 16] = [
    "env",
    "now",
    "halt",
    "debug_empty",
    "stderr_empty",
    "localtime",
    "strflocaltime",
    "range",
    "sort",
    "sort_by",
    "group_by",
    "min_by_or_empty",
    "max_by_or_empty",
    "implode",
    "gmtime",
    "mktime",
];

/// Natives that keep their implementation but are reached only through a paying definition (prelude.rs).
const RENAMED: [(&str, &str); 7] = [
    ("matches", "__matches"),
    ("split_matches", "__split_matches"),
    ("split_", "__split"),
    ("strftime", "__strftime"),
    ("strptime", "__strptime"),
    ("todateiso8601", "__todateiso8601"),
    ("fromdateiso8601", "__fromdateiso8601"),
];

/// All natives, in the order in which they are looked up.
pub(super) fn all() -> Vec<Fun<Data>> {
    let library = jaq_core::funs::<Data>().chain(jaq_std::funs::<Data>());
    let library = library
        .filter(|(name, ..)| !DENIED.contains(name))
        .map(|(name, arity, native)| {
            let renamed = RENAMED.iter().find(|(old, _)| *old == name);
            (renamed.map_or(name, |(_, new)| new), arity, native)
        });
    own().into_iter().chain(library).collect()
}

fn own() -> Vec<Fun<Data>> {
    let run = |(name, arity, run): Filter<RunPtr<Data>>| (name, arity, Native::<Data>::new(run));
    let mut all: Vec<Fun<Data>> = values().into_iter().chain(lists()).map(run).collect();
    // Transparent for paths and updates: `path(..)` and `|=` work through rewritten definitions.
    let tick = Native::<Data>::new(|cv: Cv| box_once(ticked(cv.1)))
        .with_paths(|cv| box_once(ticked(cv.1)))
        .with_update(|cv, f| match ticked(cv.1) {
            Ok(v) => f(v),
            Err(stop) => box_once(Err(stop)),
        });
    all.push(("__tick", v(0), tick));
    all
}

/// Passes the value on while there is fuel, else raises what nothing catches.
fn ticked<'a, T>(value: T) -> Result<T, Exn<'a, V>> {
    if meter::tick() {
        Ok(value)
    } else {
        Err(Exn::halt(0))
    }
}

/// Ends a native that ran out: its result would be wrong.
fn finished<'a>(result: ValX<'a, V>) -> ValX<'a, V> {
    if meter::stopped().is_some() {
        Err(Exn::halt(0))
    } else {
        result
    }
}

fn values() -> Vec<Filter<RunPtr<Data>>> {
    vec![
        ("tojson", v(0), |cv| {
            box_once(finished(Ok(V(Val::utf8_str(print::json_text(&cv.1.0))))))
        }),
        ("fromjson", v(0), |cv| bome(from_json(&cv.1))),
        ("length", v(0), |cv| bome(length(cv.1))),
        ("contains", v(1), |cv| {
            unary(cv, |left, right| Ok(V::from(ops::contains(&left.0, &right.0))))
        }),
        ("has", v(1), |cv| unary(cv, has)),
        ("indices", v(1), |cv| unary(cv, indices)),
        ("isnan", v(0), |cv| bome(is_nan(&cv.1))),
        ("now", v(0), |_| box_once(Ok(V::from(meter::now() as f64 / 1e6)))),
        ("implode", v(0), |cv| bome(implode(cv.1))),
        ("gmtime", v(0), |cv| bome(super::time::gmtime(&cv.1))),
        ("mktime", v(0), |cv| bome(super::time::mktime(&cv.1))),
        ("__time", v(0), |cv| bome(super::time::in_range(cv.1))),
        ("__regex", v(1), |cv| unary(cv, regex_cost)),
    ]
}

fn lists() -> Vec<Filter<RunPtr<Data>>> {
    let f = || [Bind::Fun(())].into();
    vec![
        ("range", v(3), |mut cv| {
            let (by, to, from) = (cv.0.pop_var(), cv.0.pop_var(), cv.0.pop_var());
            range(from, to, by)
        }),
        ("sort", v(0), |cv| {
            box_once(finished(sort(cv.1).map_err(Exn::from)))
        }),
        ("bsearch", v(1), |cv| unary(cv, binary_search)),
        ("sort_by", f(), |cv| {
            box_once(keyed(cv).map(|pairs| pairs.into_iter().map(|(_, item)| V(item)).collect()))
        }),
        ("group_by", f(), |cv| box_once(keyed(cv).map(group))),
        ("min_by_or_empty", f(), |cv| {
            extreme(cv, |pairs| pairs.into_iter().next())
        }),
        ("max_by_or_empty", f(), |cv| {
            extreme(cv, |pairs| pairs.into_iter().next_back())
        }),
    ]
}

type Keyed = Vec<(Vec<Val>, Val)>;

/// The elements with the outputs of the argument for each, sorted by those; equal ones keep their order.
fn keyed<'a>(mut cv: Cv<'a>) -> Result<Keyed, Exn<'a, V>> {
    let (key, context) = cv.0.pop_fun();
    let items: Vec<V> = cv.1.into_seq().map_err(|v| Exn::from(Error::typ(v, "array")))?;
    let mut pairs: Keyed = Vec::with_capacity(items.len());
    for item in items {
        ticked(())?;
        let keys: Vec<V> = key
            .run((context.clone(), item.clone()))
            .collect::<Result<_, _>>()?;
        pairs.push((keys.into_iter().map(|V(key)| key).collect(), item.0));
    }
    let keys: Vec<&[Val]> = pairs.iter().map(|(keys, _)| &keys[..]).collect();
    ops::pay_for_sorting(&keys).ok_or_else(|| Exn::halt(0))?;
    pairs.sort_by(|(left, _), (right, _)| compare_keys(left, right));
    Ok(pairs)
}

fn compare_keys(left: &[Val], right: &[Val]) -> Ordering {
    let pairs = left
        .iter()
        .zip(right)
        .map(|(left, right)| order::compare_paid(left, right));
    pairs
        .fold(Ordering::Equal, Ordering::then)
        .then(left.len().cmp(&right.len()))
}

fn group(pairs: Keyed) -> V {
    let mut groups: Vec<(Vec<Val>, Vec<V>)> = Vec::new();
    for (key, item) in pairs {
        match groups.last_mut() {
            Some((last, items)) if compare_keys(last, &key) == Ordering::Equal => items.push(V(item)),
            _ => groups.push((key, vec![V(item)])),
        }
    }
    groups
        .into_iter()
        .map(|(_, items)| items.into_iter().collect::<V>())
        .collect()
}

fn extreme<'a>(cv: Cv<'a>, pick: fn(Keyed) -> Option<(Vec<Val>, Val)>) -> ValXs<'a, V> {
    match keyed(cv) {
        Ok(pairs) => Box::new(pick(pairs).map(|(_, item)| Ok(V(item))).into_iter()),
        Err(stop) => box_once(Err(stop)),
    }
}

fn sort(list: V) -> ValR {
    match list.0 {
        Val::Arr(mut items) => {
            if ops::pay_for_sorting(&[&items]).is_some() {
                Arc::make_mut(&mut items).sort_by(order::compare_paid);
            }
            Ok(V(Val::Arr(items)))
        }
        other => Err(Error::typ(V(other), "array")),
    }
}

fn binary_search(list: V, needle: V) -> ValR {
    match list.0 {
        Val::Arr(items) => Ok(V::from(
            match items.binary_search_by(|item| order::compare(item, &needle.0)) {
                Ok(at) => at as isize,
                Err(at) => -1 - at as isize,
            },
        )),
        other => Err(Error::typ(V(other), "array")),
    }
}

/// Counts up or down; every number is a tick.
fn range<'a>(from: V, to: V, by: V) -> ValXs<'a, V> {
    let direction = by.cmp(&V::from(0isize));
    let mut next = Some(from);
    Box::new(std::iter::from_fn(move || {
        let now = next.take()?;
        let inside = match direction {
            Ordering::Greater => now < to,
            Ordering::Less => now > to,
            Ordering::Equal => now != to,
        };
        if !inside {
            return None;
        }
        if let Err(stop) = ticked(()) {
            return Some(Err(stop));
        }
        match now.clone() + by.clone() {
            Ok(sum) => next = Some(sum),
            Err(error) => return Some(Err(Exn::from(error))),
        }
        Some(Ok(now))
    }))
}

fn from_json(text: &V) -> ValR {
    let fail = |error: serde_json::Error| Error::str(format!("cannot parse {text} as JSON: {error}"));
    let bytes = text.try_as_utf8_bytes()?;
    // Reading makes values worth several times the bytes of the text.
    meter::charge_bytes(16 * bytes.len());
    let val: Val = serde_json::from_slice(bytes).map_err(fail)?;
    Ok(V(val))
}

fn length(value: V) -> ValR {
    Ok(match &value.0 {
        Val::Null => V::from(0usize),
        Val::Num(Num::Float(float)) => V::from(float.abs()),
        Val::Num(number) => match order::integer(number).and_then(i128::checked_abs) {
            Some(int) => V(Val::Num(Num::from_integral(int))),
            None => V::from(order::float(number).abs()),
        },
        Val::TStr(bytes) => {
            meter::charge_bytes(bytes.len());
            V::from(String::from_utf8_lossy(bytes).chars().count())
        }
        Val::BStr(bytes) => V::from(bytes.len()),
        Val::Arr(items) => V::from(items.len()),
        Val::Obj(map) => V::from(map.len()),
        Val::Bool(_) => return Err(Error::str(format_args!("{value} has no length"))),
    })
}

fn has(value: V, key: V) -> ValR {
    match (&value.0, &key.0) {
        (Val::Obj(map), Val::TStr(_)) => Ok(V::from(map.contains_key(&key.0))),
        (Val::Arr(items), Val::Num(number)) => Ok(V::from(
            order::integer(number).is_some_and(|at| at >= 0 && at < items.len() as i128),
        )),
        _ => Err(Error::index(value, key)),
    }
}

fn indices(value: V, part: V) -> ValR {
    let found: Vec<usize> = match (&value.0, &part.0) {
        (Val::Null, _) => return Ok(value),
        (Val::TStr(text), Val::TStr(part)) => {
            if part.is_empty() || !meter::charge(text.len() as u64) {
                return Ok(V(Val::Null));
            }
            let (text, part) = (String::from_utf8_lossy(text), String::from_utf8_lossy(part));
            let starts = text.char_indices().map(|(at, _)| at).enumerate();
            starts
                .filter(|(_, at)| text[*at..].starts_with(&*part))
                .map(|(count, _)| count)
                .collect()
        }
        (Val::Arr(_), Val::Arr(_)) => return jaq_core::ValT::index(value, &part),
        (Val::Arr(items), needle) => items
            .iter()
            .enumerate()
            .filter(|(_, item)| order::equal(item, needle))
            .map(|(at, _)| at)
            .collect(),
        _ => return Err(Error::index(value, part)),
    };
    Ok(found.into_iter().map(V::from).collect())
}

fn is_nan(value: &V) -> ValR {
    match &value.0 {
        Val::Num(Num::Float(float)) => Ok(V::from(float.is_nan())),
        Val::Num(_) => Ok(V::from(false)),
        _ => Err(Error::typ(value.clone(), "number")),
    }
}

fn implode(list: V) -> ValR {
    let letters: Vec<V> = list.into_seq().map_err(|v| Error::typ(v, "array"))?;
    let letter = |v: &V| {
        let code = v
            .as_isize()
            .and_then(|code| u32::try_from(code).ok())
            .and_then(char::from_u32);
        code.ok_or_else(|| Error::typ(v.clone(), "character"))
    };
    Ok(V::from(
        letters.iter().map(letter).collect::<Result<String, Error>>()?,
    ))
}

/// States that a pattern may have; the linear engine's work is states times bytes.
const REGEX_STATES_MAX: u64 = 20_000;

/// Pays for matching the input against a pattern, before it is compiled.
fn regex_cost(input: V, pattern: V) -> ValR {
    let (Val::TStr(text), Val::TStr(pattern)) = (&input.0, &pattern.0) else {
        // The match itself says what is wrong.
        return Ok(input);
    };
    let states = regex_states(pattern);
    if states > REGEX_STATES_MAX {
        return Err(Error::str("invalid regex: it is too large"));
    }
    meter::charge(states * (1 + text.len() as u64) + 16 * states);
    Ok(input)
}

/// An upper estimate: its length, times every counted repetition.
fn regex_states(pattern: &[u8]) -> u64 {
    let mut states = pattern.len() as u64 + 1;
    for part in pattern.split(|byte| *byte == b'{').skip(1) {
        let counts = part.split(|byte| *byte == b'}').next().unwrap_or_default();
        let largest = counts
            .split(|byte| *byte == b',')
            .filter_map(|count| std::str::from_utf8(count).ok()?.trim().parse::<u64>().ok())
            .max();
        states = states.saturating_mul(largest.unwrap_or(1).max(1));
    }
    // A class such as \p{L} or \w is a few states, and case-insensitive letters double.
    states.saturating_mul(2)
}
