//! Reading one expression: bounded, with messages for its author, and what it refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jaq_core::load::Lexer;
use jaq_core::load::lex::{self, StrPart, Tok, Token};
use jaq_core::load::parse::{BinaryOp, Def, Parser, Pattern, Term};
use jaq_core::path::{Part, Path};

use super::{natives, prelude};
use crate::limits::{EXPRESSION_BYTES_MAX, EXPRESSION_DEPTH_MAX};
use crate::text::nearest;

/// Deepest nesting of brackets; the lexer recurses on them.
const BRACKETS_MAX: usize = 48;

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub code: &'static str,
    pub message: String,
    pub suggestion: Option<String>,
}

impl Problem {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            suggestion: None,
        }
    }
}

/// What an expression refers to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Variables that are bound outside of it, with their `$`.
    pub free: BTreeSet<String>,
    /// Literal members read of `$env` and `$secrets`.
    pub members: BTreeMap<&'static str, BTreeSet<String>>,
}

/// Parses the term of an expression.
pub(super) fn parse(source: &str) -> Result<Term<&str>, Problem> {
    if source.len() > EXPRESSION_BYTES_MAX {
        let message = format!("the expression is longer than {EXPRESSION_BYTES_MAX} bytes");
        return Err(Problem::new("expression_too_long", message));
    }
    if bracket_depth(source) > BRACKETS_MAX {
        let message = format!("the expression nests brackets deeper than {BRACKETS_MAX} levels");
        return Err(Problem::new("expression_too_deep", message));
    }
    let tokens = Lexer::new(source).lex().map_err(|errors| lex_problem(&errors))?;
    if depth(&tokens) > EXPRESSION_DEPTH_MAX {
        let message = format!("the expression nests deeper than {EXPRESSION_DEPTH_MAX} operators");
        return Err(Problem::new("expression_too_deep", message));
    }
    Parser::new(&tokens)
        .parse(|parser| parser.term())
        .map_err(|errors| {
            let (expected, found) = match errors.first() {
                Some((expect, found)) => (expect.as_str(), found.map_or("the end", |Token(text, _)| text)),
                None => ("a term", "something else"),
            };
            let found: String = found.chars().take(40).collect();
            Problem::new(
                "expression_syntax",
                format!("not a jq expression: expected {expected}, found {found}"),
            )
        })
}

fn lex_problem(errors: &[lex::Error<&str>]) -> Problem {
    let message = match errors.first() {
        Some((expect, rest)) => {
            let rest: String = rest.chars().take(20).collect();
            let place = if rest.is_empty() {
                "the end".to_owned()
            } else {
                format!("`{rest}`")
            };
            let expected = match expect {
                lex::Expect::Delim(open) => closing(open),
                other => other.as_str(),
            };
            format!("not a jq expression: expected {expected} at {place}")
        }
        None => "not a jq expression".to_owned(),
    };
    Problem::new("expression_syntax", message)
}

fn closing(open: &str) -> &'static str {
    match open.as_bytes().first() {
        Some(b'(') => "a closing parenthesis",
        Some(b'[') => "a closing bracket",
        Some(b'{') => "a closing brace",
        _ => "a closing quote",
    }
}

/// Nesting of brackets, strings not looked into: an upper estimate.
fn bracket_depth(source: &str) -> usize {
    let (mut now, mut most) = (0usize, 0);
    for byte in source.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                now += 1;
                most = most.max(now);
            }
            b')' | b']' | b'}' => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// Upper estimate of the depth of the term: operators and prefixes of one level all count as nested.
fn depth(tokens: &[Token<&str>]) -> usize {
    let mut own = 1;
    let mut below = 0;
    for Token(text, token) in tokens {
        match token {
            Tok::Sym if !text.starts_with('.') && !matches!(*text, ";" | ":" | ")" | "]" | "}") => own += 1,
            Tok::Word
                if matches!(
                    *text,
                    "if" | "elif" | "try" | "reduce" | "foreach" | "label" | "def"
                ) =>
            {
                own += 1
            }
            Tok::Block(inner) => below = below.max(depth(inner)),
            Tok::Str(parts) => {
                for part in parts {
                    if let StrPart::Term(Token(_, Tok::Block(inner))) = part {
                        below = below.max(depth(inner));
                    }
                }
            }
            _ => {}
        }
    }
    own + below
}

/// Collects the names that a term uses, and the functions it calls that do not exist.
pub(super) fn names(term: &Term<&str>) -> Result<Names, Vec<Problem>> {
    let mut walk = Walk {
        names: Names::default(),
        variables: Vec::new(),
        functions: Vec::new(),
        problems: Vec::new(),
    };
    walk.term(term);
    if walk.problems.is_empty() {
        Ok(walk.names)
    } else {
        Err(walk.problems)
    }
}

struct Walk<'s> {
    names: Names,
    variables: Vec<&'s str>,
    functions: Vec<(&'s str, usize)>,
    problems: Vec<Problem>,
}

impl<'s> Walk<'s> {
    fn term(&mut self, term: &Term<&'s str>) {
        match term {
            Term::Id | Term::Recurse | Term::Num(_) | Term::Break(_) | Term::Arr(None) => {}
            Term::Str(format, parts) => {
                if let Some(format) = format {
                    self.call(format, 0);
                }
                for part in parts {
                    if let StrPart::Term(inner) = part {
                        self.term(inner);
                    }
                }
            }
            Term::Arr(Some(inner)) | Term::Neg(inner) | Term::Label(_, inner) => self.term(inner),
            Term::Obj(members) => {
                for (key, value) in members {
                    self.term(key);
                    value.iter().for_each(|value| self.term(value));
                }
            }
            Term::BinOp(left, op, right) => {
                self.term(left);
                let bound = match op {
                    BinaryOp::Pipe(Some(pattern)) => self.bind(pattern),
                    _ => 0,
                };
                self.term(right);
                self.unbind(bound);
            }
            Term::Fold(_, source, pattern, args) => {
                self.term(source);
                args.iter().take(1).for_each(|init| self.term(init));
                let bound = self.bind(pattern);
                args.iter().skip(1).for_each(|arg| self.term(arg));
                self.unbind(bound);
            }
            Term::TryCatch(body, handler) => {
                self.term(body);
                handler.iter().for_each(|handler| self.term(handler));
            }
            Term::IfThenElse(cases, otherwise) => {
                for (condition, then) in cases {
                    self.term(condition);
                    self.term(then);
                }
                otherwise.iter().for_each(|otherwise| self.term(otherwise));
            }
            Term::Def(defs, body) => self.definitions(defs, body),
            Term::Call(name, args) => {
                self.call(name, args.len());
                args.iter().for_each(|arg| self.term(arg));
            }
            Term::Var(name) => self.variable(name),
            Term::Path(head, Path(parts)) => self.path(head, parts),
        }
    }

    fn path(&mut self, head: &Term<&'s str>, parts: &[(Part<Term<&'s str>>, jaq_core::path::Opt)]) {
        self.term(head);
        if let (Term::Var(variable), Some((Part::Index(index), _))) = (head, parts.first())
            && let Some(owner) = ["$env", "$secrets"].into_iter().find(|owner| owner == variable)
            && let Some(member) = literal(index)
        {
            self.names.members.entry(owner).or_default().insert(member);
        }
        for (part, _) in parts {
            match part {
                Part::Index(index) => self.term(index),
                Part::Range(from, upto) => {
                    from.iter().chain(upto).for_each(|bound| self.term(bound));
                }
            }
        }
    }

    fn definitions(&mut self, defs: &[Def<&'s str>], body: &Term<&'s str>) {
        let outer = self.functions.len();
        for def in defs {
            self.functions.push((def.name, def.args.len()));
            let (functions, variables) = (self.functions.len(), self.variables.len());
            for arg in &def.args {
                match arg.strip_prefix('$') {
                    // `def f($x)` binds both `$x` and `x`.
                    Some(name) => {
                        self.variables.push(arg);
                        self.functions.push((name, 0));
                    }
                    None => self.functions.push((arg, 0)),
                }
            }
            self.term(&def.body);
            self.functions.truncate(functions);
            self.variables.truncate(variables);
        }
        self.term(body);
        self.functions.truncate(outer);
    }

    fn bind(&mut self, pattern: &Pattern<&'s str>) -> usize {
        match pattern {
            Pattern::Var(name) => {
                self.variables.push(name);
                1
            }
            Pattern::Arr(items) => items.iter().map(|item| self.bind(item)).sum(),
            Pattern::Obj(items) => items
                .iter()
                .map(|(key, item)| {
                    self.term(key);
                    self.bind(item)
                })
                .sum(),
        }
    }

    fn unbind(&mut self, bound: usize) {
        self.variables.truncate(self.variables.len() - bound);
    }

    fn variable(&mut self, name: &str) {
        if !self.variables.contains(&name) {
            self.names.free.insert(name.to_owned());
        }
    }

    fn call(&mut self, name: &str, arity: usize) {
        let known = self.functions.contains(&(name, arity)) || known_functions().contains(&(name, arity));
        if known && !name.starts_with("__") {
            return;
        }
        self.problems.push(unknown_function(name, arity));
    }
}

/// The text of a string without interpolation.
pub(super) fn literal(term: &Term<&str>) -> Option<String> {
    let Term::Str(None, parts) = term else { return None };
    let mut text = String::new();
    for part in parts {
        match part {
            StrPart::Str(part) => text.push_str(part),
            StrPart::Char(letter) => text.push(*letter),
            StrPart::Term(_) => return None,
        }
    }
    Some(text)
}

/// Functions of jq that are left out on purpose.
const LEFT_OUT: [(&str, &str); 14] = [
    ("env", "read variables of the environment as `$env.NAME`"),
    ("halt", "end the flow with `then: end`"),
    ("halt_error", "use a `raise` task"),
    ("input", "a flow has one input, `.`"),
    ("inputs", "a flow has one input, `.`"),
    ("debug", "look at the trace of the run"),
    ("stderr", "look at the trace of the run"),
    ("localtime", "the server has no time zone of yours; use `gmtime`"),
    (
        "strflocaltime",
        "the server has no time zone of yours; use `strftime`",
    ),
    ("input_filename", "a flow has one input, `.`"),
    ("input_line_number", "a flow has one input, `.`"),
    ("get_search_list", "modules cannot be loaded"),
    ("import", "modules cannot be loaded"),
    ("include", "modules cannot be loaded"),
];

fn unknown_function(name: &str, arity: usize) -> Problem {
    if let Some((_, advice)) = LEFT_OUT.iter().find(|(left_out, _)| *left_out == name) {
        let mut problem = Problem::new("function_denied", format!("the function `{name}` is not offered"));
        problem.suggestion = Some((*advice).to_owned());
        return problem;
    }
    let mut problem = Problem::new(
        "unknown_function",
        format!("there is no function `{name}/{arity}`"),
    );
    let same: Vec<String> = known_functions()
        .iter()
        .filter(|(known, _)| *known == name && !known.starts_with("__"))
        .map(|(known, arity)| format!("{known}/{arity}"))
        .collect();
    problem.suggestion = if same.is_empty() {
        let all = known_functions()
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| !name.starts_with("__"));
        nearest(name, all).map(|near| format!("did you mean `{near}`?"))
    } else {
        Some(format!("it takes other arguments: {}", same.join(", ")))
    };
    problem
}

/// All functions by name and number of arguments.
fn known_functions() -> &'static BTreeSet<(&'static str, usize)> {
    static KNOWN: OnceLock<BTreeSet<(&'static str, usize)>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let defined = prelude::definitions().map(|def| (def.name, def.args.len()));
        let natives = natives::all();
        defined
            .chain(natives.iter().map(|(name, args, _)| (*name, args.len())))
            .collect()
    })
}
