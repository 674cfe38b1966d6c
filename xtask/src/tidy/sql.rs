//! SQL inside Rust and migration files: which texts are statements, which tables exist, which words stand in them.

use super::lexer::{self, Kind, Token};
use super::tree::{File, Tree};

/// Folders of the migrations, by dialect.
pub const SQLITE: &str = "crates/db/migrations/sqlite/";
pub const POSTGRES: &str = "crates/db/migrations/postgres/";

/// A statement in Rust code.
pub struct Statement {
    pub text: String,
    pub line: usize,
    /// The function that it stands in, if any.
    pub function: Option<String>,
}

/// A table definition of a migration.
pub struct Table {
    pub name: String,
    pub line: usize,
    /// What stands between the parentheses.
    pub body: String,
    /// What follows the closing parenthesis, upper case.
    pub options: String,
}

/// Whether a text is a statement, by its first word and the word that such a statement must have.
/// Upper case only, as statements are written here, so that sentences are not taken for them.
pub fn is_statement(text: &str) -> bool {
    let has = |word: &str| words(text).any(|other| other == word);
    match words(text).next() {
        Some("SELECT" | "DELETE") => has("FROM"),
        Some("WITH") => has("SELECT") || has("UPDATE") || has("INSERT") || has("DELETE"),
        Some("INSERT" | "REPLACE") => has("INTO"),
        Some("UPDATE") => has("SET"),
        Some("CREATE" | "DROP" | "ALTER") => has("TABLE") || has("INDEX"),
        _ => false,
    }
}

/// The identifiers and keywords of a statement.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
}

/// The statements among the tokens. The parts of a `concat!` are one text.
pub fn statements(tokens: &[Token<'_>]) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut function = None;
    let mut at = 0;
    while at < tokens.len() {
        if let Some(name) = tokens
            .get(at + 1)
            .filter(|name| tokens[at].is_word("fn") && name.kind == Kind::Word)
        {
            function = Some(name.text.to_owned());
        }
        let line = tokens[at].line;
        let text = match tokens[at].kind {
            _ if lexer::reads(tokens, at, "concat ! (") => {
                let end = tokens[at..]
                    .iter()
                    .position(|token| token.is_symbol(")"))
                    .map_or(tokens.len(), |n| at + n);
                let parts = tokens[at..end].iter().filter(|token| token.kind == Kind::Text);
                let text = parts.map(|token| token.text).collect::<Vec<_>>().join(" ");
                at = end;
                text
            }
            Kind::Text => tokens[at].text.to_owned(),
            _ => String::new(),
        };
        if is_statement(&text) {
            found.push(Statement {
                text,
                line,
                function: function.clone(),
            });
        }
        at += 1;
    }
    found
}

/// The tables that a migration makes.
pub fn tables(migration: &str) -> Vec<Table> {
    let text = without_comments(migration);
    let upper = text.to_ascii_uppercase();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = upper[from..].find("CREATE TABLE").map(|at| from + at) {
        from = at + "CREATE TABLE".len();
        let Some(open) = text[from..].find('(').map(|open| from + open) else {
            break;
        };
        let name = words(&text[from..open])
            .find(|word| !["IF", "NOT", "EXISTS"].contains(&word.to_ascii_uppercase().as_str()));
        let close = closing_parenthesis(&text, open);
        let end = text[close..].find(';').map_or(text.len(), |end| close + end);
        if let Some(name) = name {
            let line = text[..at].matches('\n').count() + 1;
            found.push(Table {
                name: name.to_owned(),
                line,
                body: text[open + 1..close.max(open + 2) - 1].to_owned(),
                options: upper[close..end].to_owned(),
            });
        }
        from = end;
    }
    found
}

/// All tables of all migrations, both dialects, with the file that makes each.
pub fn all_tables(tree: &Tree) -> Vec<(&File, Table)> {
    tree.ending(".sql")
        .filter(|file| file.path.starts_with(SQLITE) || file.path.starts_with(POSTGRES))
        .flat_map(|file| tables(&file.text).into_iter().map(move |table| (file, table)))
        .collect()
}

/// The names of all views of all migrations. They show rows of workspaces.
pub fn all_views(tree: &Tree) -> Vec<String> {
    let migrations = tree
        .ending(".sql")
        .filter(|file| file.path.starts_with(SQLITE) || file.path.starts_with(POSTGRES));
    migrations
        .flat_map(|file| {
            let text = without_comments(&file.text);
            let names = text
                .split("CREATE VIEW")
                .skip(1)
                .filter_map(|rest| words(rest).next());
            names.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

/// Comments blanked out, so that positions and lines stay.
fn without_comments(sql: &str) -> String {
    sql.split_inclusive('\n')
        .map(|line| match line.find("--") {
            Some(at) => format!("{}\n", &line[..at]),
            None => line.to_owned(),
        })
        .collect()
}

fn closing_parenthesis(text: &str, open: usize) -> usize {
    let mut depth = 0;
    for (offset, c) in text[open..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return open + offset + 1,
            ')' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_from_sentences() {
        for text in [
            "SELECT a FROM b",
            "\n  WITH x AS (SELECT 1) DELETE",
            "INSERT INTO a VALUES ($1)",
            "UPDATE a SET b = 1",
        ] {
            assert!(is_statement(text), "{text}");
        }
        for text in [
            "Select a plan from the list",
            "UPDATE the key",
            "delete from the list",
            "DELETE",
            "with care",
            "",
        ] {
            assert!(!is_statement(text), "{text}");
        }
    }

    #[test]
    fn statements_know_their_function_and_line() {
        let source =
            "fn a() {}\nfn b() {\n  q(concat!(\"SELECT x \",\n \"FROM y\"));\n  r(\"DELETE FROM z\") }";
        let found = statements(&lexer::tokens(source));
        let brief: Vec<_> = found.iter().map(|s| (s.function.as_deref(), s.line)).collect();
        assert_eq!(brief, [(Some("b"), 3), (Some("b"), 5)]);
    }

    #[test]
    fn tables_are_read_with_their_options() {
        let sql = "-- CREATE TABLE no (a);\nCREATE TABLE IF NOT EXISTS keys (\n  id BLOB CHECK (length(id) = 16) -- it)\n) STRICT;\ncreate table b (x INTEGER) STRICT, WITHOUT ROWID;";
        let found: Vec<_> = tables(sql)
            .into_iter()
            .map(|t| (t.name, t.line, t.options.trim().to_owned()))
            .collect();
        assert_eq!(
            found,
            [
                ("keys".into(), 2, "STRICT".into()),
                ("b".into(), 5, "STRICT, WITHOUT ROWID".into())
            ]
        );
    }
}
