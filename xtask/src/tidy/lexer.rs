//! Rust text as words, texts, comments and symbols: enough to tell code from comments and strings.

/// A piece of Rust text and the line that it starts on, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    pub line: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Identifier, keyword or number.
    Word,
    /// Content of a string literal as written, without quotes; escapes are left as they are.
    Text,
    /// A comment with its slashes.
    Comment,
    /// Any other single character, and the path separator `::`.
    Symbol,
}

impl Token<'_> {
    /// Whether it is this word.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    /// Whether it is this symbol.
    pub fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }
}

/// Whether the tokens at a position read like this, given as words and symbols separated by spaces.
pub fn reads(tokens: &[Token<'_>], at: usize, phrase: &str) -> bool {
    phrase.split(' ').enumerate().all(|(offset, part)| {
        tokens
            .get(at + offset)
            .is_some_and(|token| matches!(token.kind, Kind::Word | Kind::Symbol) && token.text == part)
    })
}

/// Splits a Rust text.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { text, at: 0, line: 1 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next() {
        tokens.push(token);
    }
    tokens
}

/// The position of each token, with the name of the function that began last before it; none is empty.
pub fn functions<'t>(tokens: &'t [Token<'_>]) -> impl Iterator<Item = (usize, &'t str)> {
    let mut function = "";
    (0..tokens.len()).map(move |at| {
        let name = tokens.get(at + 1).filter(|name| name.kind == Kind::Word);
        if let Some(name) = name.filter(|_| tokens[at].is_word("fn")) {
            function = name.text;
        }
        (at, function)
    })
}

/// Leaves out the items under `#[cfg(test)]`.
pub fn without_tests(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    const MARK: &str = "# [ cfg ( test ) ]";
    let mut kept = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        if reads(&tokens, at, MARK) {
            at = item_end(&tokens, at + MARK.split(' ').count());
        } else {
            kept.push(tokens[at]);
            at += 1;
        }
    }
    kept
}

/// The position after the item that starts here: after its braces, or after its semicolon.
fn item_end(tokens: &[Token<'_>], from: usize) -> usize {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match token.text {
            _ if token.kind != Kind::Symbol => {}
            "{" => depth += 1,
            "}" if depth == 1 => return at + 1,
            "}" => depth = depth.saturating_sub(1),
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lexer<'a> {
    fn next(&mut self) -> Option<Token<'a>> {
        let rest = &self.text[self.at..];
        let blank = rest.len() - rest.trim_start().len();
        self.skip(blank);
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        if rest.starts_with("//") {
            let end = rest.find('\n').unwrap_or(rest.len());
            return Some(self.take(Kind::Comment, 0, end, end));
        }
        if rest.starts_with("/*") {
            let end = block_comment_end(rest);
            return Some(self.take(Kind::Comment, 0, end, end));
        }
        if let Some((start, end, whole)) = string(rest) {
            return Some(self.take(Kind::Text, start, end, whole));
        }
        if first == '\'' {
            let length = char_length(rest);
            return Some(self.take(Kind::Symbol, 0, length, length));
        }
        let length = match first {
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            ':' if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        let kind = if is_word(first) { Kind::Word } else { Kind::Symbol };
        Some(self.take(kind, 0, length, length))
    }

    fn take(&mut self, kind: Kind, start: usize, end: usize, whole: usize) -> Token<'a> {
        let text = &self.text[self.at + start..self.at + end];
        let token = Token {
            kind,
            text,
            line: self.line,
        };
        self.skip(whole);
        token
    }

    fn skip(&mut self, bytes: usize) {
        self.line += self.text[self.at..self.at + bytes].matches('\n').count();
        self.at += bytes;
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn block_comment_end(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        if here.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// Start and end of the content, and the length of the whole literal.
fn string(rest: &str) -> Option<(usize, usize, usize)> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        let after = rest.strip_prefix(prefix).unwrap_or("x");
        after.starts_with('"') || (prefix.ends_with('r') && after.trim_start_matches('#').starts_with('"'))
    })?;
    let after = &rest[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = after.len() - after.trim_start_matches('#').len();
        let start = prefix.len() + hashes + 1;
        let close = format!("\"{}", "#".repeat(hashes));
        let end = rest[start..].find(&close).map_or(rest.len(), |end| start + end);
        return Some((start, end, (end + close.len()).min(rest.len())));
    }
    let start = prefix.len() + 1;
    let mut escaped = false;
    for (offset, c) in rest[start..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some((start, start + offset, start + offset + 1)),
            _ => {}
        }
    }
    Some((start, rest.len(), rest.len()))
}

/// A character literal, or the quote of a lifetime alone.
fn char_length(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => rest[2..]
            .char_indices()
            .skip(1)
            .find(|(_, c)| *c == '\'')
            .map_or(1, |(at, _)| at + 3),
        Some((at, c)) if rest[at + c.len_utf8()..].starts_with('\'') => at + c.len_utf8() + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str, kind: Kind) -> Vec<&str> {
        tokens(source)
            .into_iter()
            .filter(|token| token.kind == kind)
            .map(|token| token.text)
            .collect()
    }

    #[test]
    fn strings_of_every_form_are_texts() {
        let source = r##"a("x \" y", r"raw\", r#"with "quotes""#, b"bytes", br"\", c"c", '"', "end")"##;
        let expected = [
            r#"x \" y"#,
            r"raw\",
            r#"with "quotes""#,
            "bytes",
            r"\",
            "c",
            "end",
        ];
        assert_eq!(texts(source, Kind::Text), expected);
    }

    #[test]
    fn comments_hide_code_and_lifetimes_are_no_characters() {
        let source =
            "fn f<'a>(x: &'a str) { /* \"no\" /* nested */ */ g('\\'', '\\u{1F}', 'é', \"yes\") } // end";
        assert_eq!(texts(source, Kind::Text), ["yes"]);
        assert_eq!(texts(source, Kind::Comment).len(), 2);
    }

    #[test]
    fn lines_are_counted_through_texts() {
        let source = "a\n\"b\nc\"\nd";
        let lines: Vec<usize> = tokens(source).iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 2, 4]);
    }

    #[test]
    fn test_items_are_left_out() {
        let source = "fn a() {} #[cfg(test)] mod tests { fn b() { c() } } #[cfg(test)] use d; fn e() {}";
        let kept = without_tests(tokens(source));
        let words: Vec<&str> = kept
            .iter()
            .filter(|t| t.kind == Kind::Word)
            .map(|t| t.text)
            .collect();
        assert_eq!(words, ["fn", "a", "fn", "e"]);
    }
}
