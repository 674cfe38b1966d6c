//! The value type of the expression engine: the jq value behind a meter.
//!
//! Owns [`V`], a transparent wrapper of [`Val`]. It differs from the library's own behaviour in what a
//! hostile expression could use: every operation is paid for, errors show only the beginning of a value,
//! object keys are text, integers end at 128 bits, and the order of numbers is total.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use jaq_core::box_iter::{BoxIter, box_once};
use jaq_core::path::Opt;
use jaq_core::val::Range;
use jaq_core::{Exn, ValX};
use jaq_json::{Map, Num, Val};

use super::{meter, order, print};

/// Cost of making one container: it is also one level of depth, so this bounds how deep a value can get.
const CONTAINER_UNITS: u64 = meter::UNITS_PER_TICK;

/// A value during an evaluation.
#[derive(Clone, Debug)]
pub(crate) struct V(pub(crate) Val);

/// An error during an evaluation.
pub(crate) type Error = jaq_core::Error<V>;
/// A value or an error.
pub(crate) type ValR = jaq_core::ValR<V>;

impl fmt::Display for V {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print::preview(&self.0, f)
    }
}

impl From<bool> for V {
    fn from(value: bool) -> Self {
        Self(Val::Bool(value))
    }
}
impl From<isize> for V {
    fn from(value: isize) -> Self {
        Self(Val::Num(Num::Int(value)))
    }
}
impl From<usize> for V {
    fn from(value: usize) -> Self {
        Self(Val::Num(Num::from_integral(value)))
    }
}
impl From<f64> for V {
    fn from(value: f64) -> Self {
        Self(Val::Num(Num::Float(value)))
    }
}
impl From<String> for V {
    fn from(value: String) -> Self {
        Self(Val::utf8_str(value.into_bytes()))
    }
}
impl From<Range<V>> for V {
    fn from(range: Range<V>) -> Self {
        let mut map = Map::default();
        for (key, bound) in [("start", range.start), ("end", range.end)] {
            if let Some(V(bound)) = bound {
                map.insert(text(key), bound);
            }
        }
        Self(Val::obj(map))
    }
}

impl FromIterator<V> for V {
    fn from_iter<T: IntoIterator<Item = V>>(items: T) -> Self {
        meter::charge(CONTAINER_UNITS);
        let mut list = Vec::new();
        for V(item) in items {
            // Collecting goes on in the library even after the meter stopped; ending it here is what stops
            // `[..]` on a value whose parts are shared many times.
            if !meter::charge(4) {
                break;
            }
            list.push(item);
        }
        Self(Val::Arr(Arc::new(list)))
    }
}

impl PartialEq for V {
    fn eq(&self, other: &Self) -> bool {
        order::equal(&self.0, &other.0)
    }
}
impl Eq for V {}
impl PartialOrd for V {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for V {
    fn cmp(&self, other: &Self) -> Ordering {
        order::compare(&self.0, &other.0)
    }
}

impl jaq_core::ValT for V {
    fn from_num(number: &str) -> ValR {
        let number = match number.parse::<i128>() {
            Ok(int) => Num::from_integral(int),
            Err(_) => Num::Float(number.parse::<f64>().map_err(Error::str)?),
        };
        Ok(Self(Val::Num(number)))
    }

    fn from_map<I: IntoIterator<Item = (Self, Self)>>(members: I) -> ValR {
        meter::charge(CONTAINER_UNITS);
        let mut map = Map::default();
        for (V(key), V(member)) in members {
            match key {
                Val::TStr(_) if meter::charge(8) => map.insert(key, member),
                Val::TStr(_) => break,
                other => return Err(Error::typ(V(other), "object key (text)")),
            };
        }
        Ok(Self(Val::obj(map)))
    }

    fn key_values(self) -> BoxIter<'static, Result<(Self, Self), Error>> {
        if !meter::charge(16) {
            return Box::new(std::iter::empty());
        }
        match self.0 {
            Val::Arr(items) => Box::new((0..items.len()).map_while(move |index| {
                meter::charge(8).then(|| Ok((V::from(index), V(items[index].clone()))))
            })),
            Val::Obj(map) => Box::new((0..map.len()).map_while(move |index| {
                let (key, member) = map.get_index(index)?;
                meter::charge(8).then(|| Ok((V(key.clone()), V(member.clone()))))
            })),
            other => box_once(Err(Error::typ(V(other), "iterable (array or object)"))),
        }
    }

    fn values(self) -> Box<dyn Iterator<Item = ValR>> {
        if !meter::charge(16) {
            return Box::new(std::iter::empty());
        }
        match self.0 {
            Val::Arr(items) => Box::new(
                (0..items.len())
                    .map_while(move |index| meter::charge(8).then(|| Ok(V(items[index].clone())))),
            ),
            Val::Obj(map) => Box::new((0..map.len()).map_while(move |index| {
                let (_, member) = map.get_index(index)?;
                meter::charge(8).then(|| Ok(V(member.clone())))
            })),
            other => box_once(Err(Error::typ(V(other), "iterable (array or object)"))),
        }
    }

    fn index(self, index: &Self) -> ValR {
        if !meter::charge(4) {
            return Ok(V(Val::Null));
        }
        match (&self.0, &index.0) {
            (Val::Null, Val::TStr(_) | Val::Num(_) | Val::Null | Val::Obj(_)) => Ok(V(Val::Null)),
            (Val::Obj(map), key @ Val::TStr(_)) => Ok(V(map.get(key).cloned().unwrap_or(Val::Null))),
            (Val::Arr(items), Val::Num(number)) => Ok(V(position(number, items.len())
                .and_then(|at| items.get(at).cloned())
                .unwrap_or(Val::Null))),
            (Val::Arr(items), Val::Arr(part)) => Ok(V(sub_list_positions(items, part))),
            (Val::Arr(_) | Val::TStr(_), Val::Obj(bounds)) => {
                let bound = |key| bounds.get(&text(key)).cloned().map(V);
                let (start, end) = (bound("start"), bound("end"));
                self.range(start.as_ref()..end.as_ref())
            }
            _ => Err(Error::index(self, index.clone())),
        }
    }

    fn range(self, range: Range<&Self>) -> ValR {
        let bounds = |len| slice_bounds(&range, len);
        match &self.0 {
            Val::Null => Ok(self),
            Val::Arr(items) => {
                let (from, upto) = bounds(items.len())?;
                meter::charge(CONTAINER_UNITS + 2 * (upto - from) as u64);
                Ok(V(Val::Arr(Arc::new(items[from..upto].to_vec()))))
            }
            Val::TStr(bytes) => {
                meter::charge_bytes(4 * bytes.len());
                let whole = String::from_utf8_lossy(bytes);
                let (from, upto) = bounds(whole.chars().count())?;
                Ok(V::from(
                    whole.chars().skip(from).take(upto - from).collect::<String>(),
                ))
            }
            _ => Err(Error::typ(self, "rangeable (array or text)")),
        }
    }

    fn map_values<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        match self.0 {
            Val::Arr(items) => {
                meter::charge(CONTAINER_UNITS);
                let mut list = Vec::with_capacity(items.len());
                for item in items.iter() {
                    if !meter::charge(8) || !meter::stack_left() {
                        break;
                    }
                    for V(item) in f(V(item.clone())).collect::<Result<Vec<_>, _>>()? {
                        list.push(item);
                    }
                }
                Ok(V(Val::Arr(Arc::new(list))))
            }
            Val::Obj(map) => {
                meter::charge(CONTAINER_UNITS);
                let mut changed = Map::default();
                for (key, member) in map.iter() {
                    if !meter::charge(8) || !meter::stack_left() {
                        break;
                    }
                    if let Some(member) = f(V(member.clone())).next() {
                        changed.insert(key.clone(), member?.0);
                    }
                }
                Ok(V(Val::obj(changed)))
            }
            other => opt.fail(V(other), |v| {
                Exn::from(Error::typ(v, "iterable (array or object)"))
            }),
        }
    }

    fn map_index<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        index: &Self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        meter::charge(CONTAINER_UNITS);
        match (self.0, &index.0) {
            (Val::Obj(map), key @ Val::TStr(_)) => map_member(map, key, f),
            // As in jq, `null` becomes what the path asks for.
            (Val::Null, key @ Val::TStr(_)) => map_member(Arc::new(Map::default()), key, f),
            (Val::Arr(items), Val::Num(number)) => map_element(items, number, opt, f),
            (Val::Null, Val::Num(number)) => map_element(Arc::new(Vec::new()), number, opt, f),
            (whole @ (Val::Arr(_) | Val::TStr(_)), Val::Obj(bounds)) => {
                let bound = |key| bounds.get(&text(key)).cloned().map(V);
                let (start, end) = (bound("start"), bound("end"));
                V(whole).map_range(start.as_ref()..end.as_ref(), opt, f)
            }
            (other, _) => opt.fail(V(other), |v| Exn::from(Error::index(v, index.clone()))),
        }
    }

    fn map_range<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        range: Range<&Self>,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        match &self.0 {
            Val::Arr(items) => {
                let (from, upto) = slice_bounds(&range, items.len())?;
                meter::charge(CONTAINER_UNITS + 4 * items.len() as u64);
                let part = V(Val::Arr(Arc::new(items[from..upto].to_vec())));
                let replaced = match f(part).next().transpose()? {
                    None => Arc::default(),
                    Some(V(Val::Arr(list))) => list,
                    Some(other) => return Err(Exn::from(Error::typ(other, "array"))),
                };
                let mut list = items[..from].to_vec();
                list.extend(replaced.iter().cloned());
                list.extend(items[upto..].iter().cloned());
                Ok(V(Val::Arr(Arc::new(list))))
            }
            _ => opt.fail(self, |v| Exn::from(Error::typ(v, "array"))),
        }
    }

    fn as_bool(&self) -> bool {
        meter::charge(2);
        !matches!(self.0, Val::Null | Val::Bool(false))
    }

    fn into_string(self) -> Self {
        match self.0 {
            Val::TStr(_) => self,
            other => V(Val::utf8_str(print::json_text(&other))),
        }
    }
}

impl jaq_std::ValT for V {
    fn into_seq<S: FromIterator<Self>>(self) -> Result<S, Self> {
        match self.0 {
            Val::Arr(items) => {
                if !meter::charge(16 + 2 * items.len() as u64) {
                    return Ok(std::iter::empty().collect());
                }
                Ok(match Arc::try_unwrap(items) {
                    Ok(items) => items.into_iter().map(V).collect(),
                    Err(shared) => shared.iter().cloned().map(V).collect(),
                })
            }
            other => Err(V(other)),
        }
    }

    fn is_int(&self) -> bool {
        matches!(self.0, Val::Num(Num::Int(_) | Num::BigInt(_)))
    }

    fn as_isize(&self) -> Option<isize> {
        match &self.0 {
            Val::Num(number) => number.as_isize(),
            _ => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        match &self.0 {
            Val::Num(number) => Some(order::float(number)),
            _ => None,
        }
    }

    fn is_utf8_str(&self) -> bool {
        matches!(self.0, Val::TStr(_))
    }

    // Natives reach the bytes of a text only through here, so this is where they pay for reading them.
    fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Val::TStr(bytes) | Val::BStr(bytes) if meter::charge_bytes(bytes.len()) => Some(bytes),
            _ => None,
        }
    }

    fn as_sub_str(&self, part: &[u8]) -> Self {
        V(Val::utf8_str(part.to_vec()))
    }

    fn from_utf8_bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        meter::charge_bytes(bytes.as_ref().len());
        V(Val::utf8_str(bytes.as_ref().to_vec()))
    }
}

/// A short text.
pub(super) fn text(text: &str) -> Val {
    Val::utf8_str(text.as_bytes().to_vec())
}

/// Index into a list, negative ones from the end, fractions cut.
fn position(number: &Num, len: usize) -> Option<usize> {
    let at = order::integer(number).unwrap_or_else(|| order::float(number).floor() as i128);
    let at = if at < 0 { at + len as i128 } else { at };
    usize::try_from(at).ok()
}

fn slice_bounds(range: &Range<&V>, len: usize) -> Result<(usize, usize), Error> {
    let bound = |bound: Option<&V>, default: usize, up: bool| match bound {
        None | Some(V(Val::Null)) => Ok(default),
        Some(V(Val::Num(number))) => {
            let round = if up { f64::ceil } else { f64::floor };
            let at = order::integer(number).unwrap_or_else(|| round(order::float(number)) as i128);
            let at = if at < 0 { (at + len as i128).max(0) } else { at };
            Ok(usize::try_from(at).unwrap_or(len).min(len))
        }
        Some(other) => Err(Error::typ(other.clone(), "integer")),
    };
    let from = bound(range.start, 0, false)?;
    let upto = bound(range.end, len, true)?;
    Ok((from, upto.max(from)))
}

/// Positions at which a list begins inside another.
fn sub_list_positions(items: &[Val], part: &[Val]) -> Val {
    if part.is_empty() || !meter::charge(16 + items.len() as u64) {
        return Val::Null;
    }
    let same = |window: &[Val]| {
        window
            .iter()
            .zip(part)
            .all(|(left, right)| order::equal(left, right))
    };
    let found = items
        .windows(part.len())
        .enumerate()
        .filter(|(_, window)| same(window));
    Val::Arr(Arc::new(found.map(|(at, _)| V::from(at).0).collect()))
}

fn map_member<'a, I: Iterator<Item = ValX<'a, V>>>(
    mut map: Arc<Map>,
    key: &Val,
    f: impl Fn(V) -> I,
) -> ValX<'a, V> {
    if Arc::strong_count(&map) > 1 {
        meter::charge(4 * map.len() as u64);
    }
    let old = map.get(key).cloned().unwrap_or(Val::Null);
    match f(V(old)).next().transpose()? {
        Some(V(new)) => {
            Arc::make_mut(&mut map).insert(key.clone(), new);
        }
        None => {
            meter::charge(map.len() as u64);
            Arc::make_mut(&mut map).shift_remove(key);
        }
    }
    Ok(V(Val::Obj(map)))
}

fn map_element<'a, I: Iterator<Item = ValX<'a, V>>>(
    mut items: Arc<Vec<Val>>,
    number: &Num,
    opt: Opt,
    f: impl Fn(V) -> I,
) -> ValX<'a, V> {
    if Arc::strong_count(&items) > 1 {
        meter::charge(2 * items.len() as u64);
    }
    let Some(at) = position(number, items.len()) else {
        let fail = |v| Exn::from(Error::index(v, V(Val::Num(number.clone()))));
        return opt.fail(V(Val::Arr(items)), fail);
    };
    // Writing far behind the end fills with null, as in jq: every null is paid for.
    let missing = (at + 1).saturating_sub(items.len());
    if !meter::charge(missing as u64) {
        return Ok(V(Val::Null));
    }
    let old = items.get(at).cloned().unwrap_or(Val::Null);
    let list = Arc::make_mut(&mut items);
    match f(V(old)).next().transpose()? {
        Some(V(new)) => {
            list.resize(list.len().max(at + 1), Val::Null);
            list[at] = new;
        }
        None if at < list.len() => {
            list.remove(at);
        }
        None => {}
    }
    Ok(V(Val::Arr(items)))
}
