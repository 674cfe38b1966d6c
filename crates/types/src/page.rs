//! Pages of a list: a limit, an opaque cursor, and what came back.

use std::str::FromStr;

/// Items on a page when the caller does not say.
pub const PAGE_LIMIT_DEFAULT: u32 = 50;
/// Most items on a page.
pub const PAGE_LIMIT_MAX: u32 = 200;
const CURSOR_TEXT_MAX: usize = 128;

/// How many items a page may hold: 1 to [`PAGE_LIMIT_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimit(u32);

impl PageLimit {
    /// `None` outside 1 to [`PAGE_LIMIT_MAX`].
    pub const fn new(limit: u32) -> Option<Self> {
        if limit >= 1 && limit <= PAGE_LIMIT_MAX {
            Some(Self(limit))
        } else {
            None
        }
    }

    /// As a number of items.
    pub const fn get(self) -> usize {
        self.0 as usize
    }

    /// What a store asks for: one more than fits, which tells whether another page follows.
    pub const fn and_one(self) -> i64 {
        self.0 as i64 + 1
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self(PAGE_LIMIT_DEFAULT)
    }
}

/// Where the next page starts: the sort key of the last item seen. Opaque to clients, who must not build one.
///
/// The text is `c1_` and the hexadecimal of the bytes; the digit is the version of the format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(Vec<u8>);

/// The text is no cursor of ours, or one of another list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not a cursor of this list: pass `next_cursor` of the previous page unchanged")]
pub struct CursorError;

impl Cursor {
    /// A cursor after the item with this integer sort key.
    pub fn after_int(key: i64) -> Self {
        Self(key.to_be_bytes().to_vec())
    }

    /// A cursor after the item with this id.
    pub fn after_id(id: uuid::Uuid) -> Self {
        Self(id.as_bytes().to_vec())
    }

    /// The integer sort key it was made from.
    pub fn int(&self) -> Result<i64, CursorError> {
        self.0
            .as_slice()
            .try_into()
            .map(i64::from_be_bytes)
            .map_err(|_| CursorError)
    }

    /// The id it was made from.
    pub fn id(&self) -> Result<uuid::Uuid, CursorError> {
        self.0
            .as_slice()
            .try_into()
            .map(uuid::Uuid::from_bytes)
            .map_err(|_| CursorError)
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("c1_")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let digits = text.strip_prefix("c1_").ok_or(CursorError)?.as_bytes();
        if digits.is_empty() || digits.len() > CURSOR_TEXT_MAX {
            return Err(CursorError);
        }
        let (pairs, rest) = digits.as_chunks::<2>();
        let nibble = |digit: u8| {
            (digit as char)
                .to_digit(16)
                .map(|value| value as u8)
                .ok_or(CursorError)
        };
        if !rest.is_empty() {
            return Err(CursorError);
        }
        pairs
            .iter()
            .map(|[high, low]| Ok((nibble(*high)? << 4) | nibble(*low)?))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// Some items of a list, and where to go on.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// In the order of the list.
    pub items: Vec<T>,
    /// `None` on the last page.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page of up to `limit` items from `rows`, which holds one more when another page follows.
    pub fn from_rows(mut rows: Vec<T>, limit: PageLimit, cursor_after: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > limit.get();
        rows.truncate(limit.get());
        let next = if more { rows.last().map(cursor_after) } else { None };
        Self { items: rows, next }
    }

    /// The same page with each item converted.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(convert).collect(),
            next: self.next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_a_forged_one_is_refused() {
        let cursor = Cursor::after_int(-42);
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap().int(), Ok(-42));
        assert_eq!(cursor.id(), Err(CursorError));
        for wrong in [
            "",
            "c1_",
            "c1_0",
            "c1_zz",
            "c2_00",
            "c1_é0",
            &format!("c1_{}", "00".repeat(65)),
        ] {
            assert_eq!(wrong.parse::<Cursor>(), Err(CursorError), "{wrong}");
        }
    }
}
