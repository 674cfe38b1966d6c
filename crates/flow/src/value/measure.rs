//! The one walk over a value before it leaves the engine: depth, size, and whether JSON can write it.

use jaq_json::{Num, Val};

use super::ValueError;

/// What a walk found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    /// JSON bytes, approximately; a shared part counts as often as it would be printed.
    pub bytes: usize,
    /// Levels of nesting.
    pub depth: usize,
}

/// Measures a value; stops as soon as a bound is passed, so that neither depth nor sharing can hurt.
pub(crate) fn measure(val: &Val, bytes_max: usize, depth_max: usize) -> Result<Measure, ValueError> {
    let mut walk = Walk {
        bytes: 0,
        bytes_max,
        depth_max,
    };
    let depth = walk.visit(val, 0)?;
    Ok(Measure {
        bytes: walk.bytes,
        depth,
    })
}

struct Walk {
    bytes: usize,
    bytes_max: usize,
    depth_max: usize,
}

impl Walk {
    fn visit(&mut self, val: &Val, level: usize) -> Result<usize, ValueError> {
        match val {
            Val::Null | Val::Bool(_) => self.add(5).map(|()| 0),
            Val::Num(number) => self.number(number).map(|()| 0),
            Val::TStr(text) => self.text(text).map(|()| 0),
            Val::BStr(_) => Err(ValueError::NotJsonValue("bytes that are not text")),
            Val::Arr(items) => {
                self.enter(level)?;
                let mut deepest = 0;
                for item in items.iter() {
                    self.add(1)?;
                    deepest = deepest.max(self.visit(item, level + 1)?);
                }
                Ok(deepest + 1)
            }
            Val::Obj(map) => {
                self.enter(level)?;
                let mut deepest = 0;
                for (key, member) in map.iter() {
                    match key {
                        Val::TStr(text) => self.text(text)?,
                        _ => return Err(ValueError::NotJsonValue("a key that is not text")),
                    }
                    self.add(2)?;
                    deepest = deepest.max(self.visit(member, level + 1)?);
                }
                Ok(deepest + 1)
            }
        }
    }

    fn enter(&mut self, level: usize) -> Result<(), ValueError> {
        if level >= self.depth_max {
            return Err(ValueError::TooDeep);
        }
        self.add(2)
    }

    fn text(&mut self, text: &[u8]) -> Result<(), ValueError> {
        self.add(text.len() + 2)?;
        match std::str::from_utf8(text) {
            Ok(_) => Ok(()),
            Err(_) => Err(ValueError::NotJsonValue("bytes that are not text")),
        }
    }

    fn number(&mut self, number: &Num) -> Result<(), ValueError> {
        match number {
            Num::Float(float) if !float.is_finite() => Err(ValueError::NotJsonValue("NaN or infinity")),
            Num::Int(_) | Num::Float(_) => self.add(8),
            Num::BigInt(_) | Num::Dec(_) => self.add(40),
        }
    }

    fn add(&mut self, bytes: usize) -> Result<(), ValueError> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.bytes_max {
            Err(ValueError::TooLarge)
        } else {
            Ok(())
        }
    }
}
