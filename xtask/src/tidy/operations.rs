//! Every operation asks the policy in its first statement, and what it changes has a row in the audit log.

use super::Finding;
use super::lexer::{self, Token};
use super::tree::{File, Tree};

/// Operations that leave the question to what they call at once, with that.
const ASKED_BY: [(&str, &str); 8] = [
    ("disable_user", "set_disabled"),
    ("enable_user", "set_disabled"),
    ("suspend", "set_suspended"),
    ("unsuspend", "set_suspended"),
    // These count what they refuse, so that they ask inside.
    ("call", "accept"),
    ("run_draft", "accept"),
    ("steps", "view"),
    // Compares names for the caller's own workspace; no route answers it.
    ("is_called", "holder_of_slug"),
];
/// Operations whose audit row is written by what they call within their transaction, with that.
const RECORDED_BY: [(&str, &str); 1] = [("deploy", "make_live")];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let operations = tree.sources("domain").filter(|file| !file.is_store());
    operations.flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let tokens = file.product_tokens();
    let mut findings = Vec::new();
    for operation in operations(&tokens) {
        let asks = words(operation.first()).any(|word| word.starts_with("authorize"));
        if operation.is_for_somebody() && !asks && !operation.calls(&ASKED_BY) {
            findings.push(Finding::new(
                &file.path,
                operation.line,
                format!("the operation `{}` does not ask for permission first", operation.name),
                "begin with `caller.authorize(…)?`, or name it in ASKED_BY of xtask/src/tidy/operations.rs with what asks",
            ));
        }
        let changes = (0..operation.body.len()).any(|at| lexer::reads(operation.body, at, "write !"));
        let records = (0..operation.body.len()).any(|at| lexer::reads(operation.body, at, "audit ::"));
        if changes && operation.is_by_somebody() && !records && !operation.calls(&RECORDED_BY) {
            findings.push(Finding::new(
                &file.path,
                operation.line,
                format!("the operation `{}` leaves no row in the audit log", operation.name),
                "call `audit::record` in its transaction, or name it in RECORDED_BY of xtask/src/tidy/operations.rs with what does",
            ));
        }
    }
    findings
}

/// A public function that may wait.
struct Operation<'a> {
    name: &'a str,
    line: usize,
    parameters: &'a [Token<'a>],
    body: &'a [Token<'a>],
}

impl Operation<'_> {
    /// Takes whom the policy knows.
    fn is_for_somebody(&self) -> bool {
        let types = ["Caller", "Operator"];
        words(self.parameters).any(|word| types.contains(&word))
    }

    /// Takes anybody who acts.
    fn is_by_somebody(&self) -> bool {
        self.is_for_somebody() || words(self.parameters).any(|word| word == "Person")
    }

    fn first(&self) -> &[Token<'_>] {
        let end = self.body.iter().position(|token| token.is_symbol(";"));
        &self.body[..end.unwrap_or(self.body.len())]
    }

    fn calls(&self, listed: &[(&str, &str)]) -> bool {
        let called = listed.iter().filter(|(name, _)| *name == self.name);
        called
            .into_iter()
            .any(|(_, called)| words(self.body).any(|word| word == *called))
    }
}

fn words<'a>(tokens: &'a [Token<'a>]) -> impl Iterator<Item = &'a str> {
    tokens.iter().map(|token| token.text)
}

fn operations<'a>(tokens: &'a [Token<'a>]) -> impl Iterator<Item = Operation<'a>> {
    let begins = |at: &usize| lexer::reads(tokens, *at, "pub async fn");
    (0..tokens.len()).filter(begins).filter_map(|at| {
        let name = tokens.get(at + 3)?;
        let open = at + tokens[at..].iter().position(|token| token.is_symbol("("))?;
        let close = closing(tokens, open, "(", ")")?;
        let begin = close + tokens[close..].iter().position(|token| token.is_symbol("{"))?;
        let end = closing(tokens, begin, "{", "}")?;
        Some(Operation {
            name: name.text,
            line: name.line,
            parameters: &tokens[open..close],
            body: &tokens[begin..end],
        })
    })
}

fn closing(tokens: &[Token<'_>], open: usize, opens: &str, closes: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.is_symbol(opens) {
            depth += 1;
        } else if token.is_symbol(closes) {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&Tree::of(&[("crates/domain/src/a/b.rs", text)])).len()
    }

    #[test]
    fn an_operation_asks_first() {
        assert_eq!(
            count("pub async fn a(caller: &Caller) -> R { caller.authorize(P::X)?; b() }"),
            0
        );
        assert_eq!(
            count("pub async fn a(caller: &Caller) -> R { maker::authorize_change(caller)?; b() }"),
            0
        );
        assert_eq!(
            count("pub async fn a(caller: &Caller) -> R { b(); caller.authorize(P::X)?; }"),
            1
        );
        assert_eq!(
            count("pub async fn a<T: Into<X>>(operator: &Operator) -> R { b() }"),
            1
        );
        assert_eq!(
            count("pub async fn suspend(operator: &Operator) -> R { set_suspended(operator).await }"),
            0
        );
        assert_eq!(count("pub async fn suspend(operator: &Operator) -> R { b() }"), 1);
        assert_eq!(count("pub(super) async fn a(caller: &Caller) -> R { b() }"), 0);
        assert_eq!(count("pub async fn a(services: &Services) -> R { b() }"), 0);
    }

    #[test]
    fn what_an_operation_changes_is_recorded() {
        let writes = "db::write!(services.db, |tx| { store::insert(tx).await? })";
        assert_eq!(
            count(&format!(
                "pub async fn a(caller: &Caller) -> R {{ caller.authorize(P::X)?; {writes} }}"
            )),
            1
        );
        assert_eq!(
            count(&format!("pub async fn a(person: &Person) -> R {{ {writes} }}")),
            1
        );
        let records = writes.replace("await?", "await?; audit::record(tx, services, &change).await?");
        assert_eq!(
            count(&format!("pub async fn a(person: &Person) -> R {{ {records} }}")),
            0
        );
    }
}
