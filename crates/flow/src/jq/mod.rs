//! Bounded jq expressions.
//!
//! Owns parsing, checking, compiling and evaluating expressions. Refuses functions that see the machine,
//! modules, and results other than exactly one value.
//! Invariants: all expressions of a plan share one compiled program; an evaluation ends within its fuel and its
//! stack whatever the expression and its input are; what it returns fits the bounds of [`Value`].

mod meter;
mod natives;
mod ops;
mod order;
mod parse;
mod prelude;
mod print;
mod rewrite;
pub(crate) mod time;
mod val;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jaq_core::compile::TermId;
use jaq_core::load::parse::{Def, Term};
use jaq_core::load::{Arena, File, Loader};
use jaq_core::path::{Opt, Part, Path};
use jaq_core::{Bind, Compiler, Ctx, Exn, Native, Vars};
use jaq_json::Val;

use crate::run::Fuel;
use crate::value::{Value, ValueError};
pub(crate) use parse::{Names, Problem};
use val::V;

/// A checked expression, before compiling.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub form: Form,
    pub names: Names,
}

/// How an expression can be evaluated.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    /// Always the same value.
    Constant(Value),
    /// Members of `.` or of a variable, such as `.a.b` or `$context.x`.
    Path { root: Option<String>, keys: Vec<String> },
    /// Anything else.
    Program,
}

/// Parses and checks an expression (without `${ }`).
pub(crate) fn check(source: &str) -> Result<Checked, Vec<Problem>> {
    let term = parse::parse(source).map_err(|problem| vec![problem])?;
    let names = parse::names(&term)?;
    Ok(Checked {
        form: form(&term),
        names,
    })
}

fn form(term: &Term<&str>) -> Form {
    let constant = |json: serde_json::Value| Value::from_serde(&json).map_or(Form::Program, Form::Constant);
    match term {
        Term::Id => Form::Path {
            root: None,
            keys: Vec::new(),
        },
        Term::Var(name) => Form::Path {
            root: Some((*name).to_owned()),
            keys: Vec::new(),
        },
        Term::Path(head, Path(parts)) => plain_path(head, parts).unwrap_or(Form::Program),
        Term::Num(number) => number
            .parse::<i64>()
            .map_or(Form::Program, |int| constant(int.into())),
        Term::Str(None, _) => parse::literal(term).map_or(Form::Program, |text| constant(text.into())),
        Term::Call(name, args) if args.is_empty() => match *name {
            "null" => constant(serde_json::Value::Null),
            "true" => constant(true.into()),
            "false" => constant(false.into()),
            _ => Form::Program,
        },
        _ => Form::Program,
    }
}

fn plain_path(head: &Term<&str>, parts: &[(Part<Term<&str>>, Opt)]) -> Option<Form> {
    let root = match head {
        Term::Id => None,
        Term::Var(name) => Some((*name).to_owned()),
        _ => return None,
    };
    let key = |(part, opt): &(Part<Term<&str>>, Opt)| match (part, opt) {
        (Part::Index(index), Opt::Essential) => parse::literal(index),
        _ => None,
    };
    let keys = parts.iter().map(key).collect::<Option<Vec<_>>>()?;
    Some(Form::Path { root, keys })
}

/// All programs of a plan, compiled together.
pub(crate) struct Programs {
    filter: jaq_core::Filter<natives::Data>,
    entries: Vec<TermId>,
}

/// Arguments of one native that collects entry points.
const TABLE_ARITY: usize = 32;

thread_local! {
    /// Entry points, while [`Programs::compile`] collects them.
    static ENTRIES: RefCell<Vec<TermId>> = const { RefCell::new(Vec::new()) };
}

impl Programs {
    /// Compiles checked sources; `variables` are the names (with `$`) bound at every evaluation, in order.
    ///
    /// # Errors
    /// A sentence, if a source was not checked before.
    pub(crate) fn compile(sources: &[String], variables: &[String]) -> Result<Self, String> {
        let names: Vec<String> = (0..sources.len()).map(|at| format!("__e{at}")).collect();
        let mut defs: Vec<Def<&str>> = prelude::definitions().map(rewrite::definition).collect();
        for (name, source) in names.iter().zip(sources) {
            let body = parse::parse(source).map_err(|problem| problem.message)?;
            defs.push(Def {
                name,
                args: Vec::new(),
                body: rewrite::term(body),
            });
        }
        let main = main_program(&names);
        let arena = Arena::default();
        let modules = Loader::new(defs)
            .load(
                &arena,
                File {
                    code: &main,
                    path: (),
                },
            )
            .map_err(|_| "the main program does not load".to_owned())?;
        let mut natives = natives::all();
        let funs: Box<[Bind]> = std::iter::repeat_n(Bind::Fun(()), TABLE_ARITY).collect();
        natives.push((
            "__table",
            funs,
            Native::<natives::Data>::new(|cv| collect_entries(cv)),
        ));
        let filter = Compiler::default()
            .with_funs(natives)
            .with_global_vars(variables.iter().map(String::as_str))
            .compile(modules)
            .map_err(|errors| undefined(&errors))?;
        let mut programs = Self {
            filter,
            entries: Vec::new(),
        };
        programs.find_entries(variables.len(), sources.len());
        Ok(programs)
    }

    /// The library hands out entry points of definitions only to natives that take them as arguments; so the
    /// main program calls one, once.
    fn find_entries(&mut self, variables: usize, count: usize) {
        let vars = Vars::new(std::iter::repeat_n(V(Val::Null), variables));
        let context = Ctx::<natives::Data>::new(&self.filter.lut, vars);
        ENTRIES.with_borrow_mut(Vec::clear);
        let _guard = meter::begin(u64::from(u32::MAX), crate::limits::INLINE_STACK_BYTES, 0);
        self.filter.id.run((context, V(Val::Null))).for_each(drop);
        self.entries = ENTRIES.with_borrow_mut(std::mem::take);
        self.entries.truncate(count);
        assert_eq!(self.entries.len(), count, "every expression has an entry point");
    }

    /// Evaluates one program.
    pub(crate) fn evaluate(
        &self,
        program: usize,
        input: Val,
        variables: impl IntoIterator<Item = Val>,
        fuel: Fuel,
        now: i64,
    ) -> Evaluated {
        let guard = meter::begin(fuel.ticks, fuel.stack_bytes, now);
        // Natives of the library are not ours: one that panics must cost a run, not the server.
        let run = AssertUnwindSafe(|| self.single_result(program, input, variables));
        let result = catch_unwind(run).unwrap_or_else(|_| {
            Err(Failure::Error(
                "the expression failed inside a function".to_owned(),
            ))
        });
        Evaluated {
            result,
            ticks: guard.spent(),
        }
    }

    fn single_result(
        &self,
        program: usize,
        input: Val,
        variables: impl IntoIterator<Item = Val>,
    ) -> Result<Value, Failure> {
        let vars = Vars::new(variables.into_iter().map(V));
        let context = Ctx::<natives::Data>::new(&self.filter.lut, vars);
        let mut results = self.entries[program].run((context, V(input)));
        let first = results.next();
        let second = if matches!(first, Some(Ok(_))) {
            results.next()
        } else {
            None
        };
        if let Some(stop) = meter::stopped() {
            return Err(Failure::Stopped(stop));
        }
        match (first, second) {
            (None, _) => Err(Failure::Error(
                "the expression has no result; wrap it in [...] to get a list, or give a default: `first(...) // null`"
                    .to_owned(),
            )),
            (Some(Ok(_)), Some(Ok(_))) => {
                Err(Failure::Error("the expression has several results; wrap it in [...] to get a list".to_owned()))
            }
            (Some(Err(exception)), _) | (_, Some(Err(exception))) => Err(Failure::Error(message(exception))),
            (Some(Ok(V(val))), None) => leave(val),
        }
    }
}

/// What an evaluation came to.
pub(crate) struct Evaluated {
    pub result: Result<Value, Failure>,
    /// Fuel spent.
    pub ticks: u64,
}

/// Why an evaluation gave no value.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Its fuel or stack ran out.
    Stopped(meter::Stop),
    /// It failed; the sentence is for the author.
    Error(String),
}

impl Failure {
    /// A sentence for the author.
    pub(crate) fn into_message(self) -> String {
        match self {
            Self::Error(message) => message,
            Self::Stopped(meter::Stop::Fuel) => {
                "the expression takes too long: its budget is spent".to_owned()
            }
            Self::Stopped(meter::Stop::Stack) => "the expression recurses too deep".to_owned(),
        }
    }
}

/// Checks a result against the bounds of values; the walk is bounded by itself.
fn leave(val: Val) -> Result<Value, Failure> {
    Value::from_val(val).map_err(|error| {
        Failure::Error(match error {
            ValueError::NotJsonValue(what) => format!("the result holds {what}, which JSON cannot write"),
            other => format!("the result is {other}"),
        })
    })
}

fn message(exception: Exn<'_, V>) -> String {
    const MESSAGE_CHARS_MAX: usize = 400;
    let text = match exception.get_err() {
        Ok(error) => match error.into_val() {
            V(Val::TStr(text)) => {
                String::from_utf8_lossy(&text[..text.len().min(4 * MESSAGE_CHARS_MAX)]).into_owned()
            }
            other => format!("{other}"),
        },
        Err(_) => "the expression broke out of a label that is not there".to_owned(),
    };
    text.chars().take(MESSAGE_CHARS_MAX).collect()
}

/// Calls the collecting native with all definitions, in groups of its arity.
fn main_program(names: &[String]) -> String {
    let group = |names: &[String]| {
        let padding = std::iter::repeat_n(".", TABLE_ARITY - names.len());
        let args: Vec<&str> = names.iter().map(String::as_str).chain(padding).collect();
        format!("__table({})", args.join("; "))
    };
    let groups: Vec<String> = names.chunks(TABLE_ARITY).map(group).collect();
    if groups.is_empty() {
        ".".to_owned()
    } else {
        groups.join(", ")
    }
}

fn collect_entries<'a>(mut cv: jaq_core::Cv<'a, natives::Data>) -> jaq_core::ValXs<'a, V> {
    let mut entries: Vec<TermId> = (0..TABLE_ARITY).map(|_| cv.0.pop_fun().0).collect();
    entries.reverse();
    ENTRIES.with_borrow_mut(|all| all.extend(entries));
    Box::new(std::iter::empty())
}

fn undefined(errors: &jaq_core::compile::Errors<&str, ()>) -> String {
    let first = errors.iter().flat_map(|(_, errors)| errors).next();
    first.map_or_else(
        || "the expression does not compile".to_owned(),
        |(name, kind)| format!("undefined {} `{name}`", kind.as_str()),
    )
}

/// The beginning of a value, for messages.
pub(crate) fn preview(val: &Val) -> String {
    V(val.clone()).to_string()
}

/// What the engine says when a value has no members.
pub(crate) fn index_message(val: &Val, key: &Val) -> String {
    format!("cannot index {} with {}", preview(val), preview(key))
}

#[cfg(test)]
mod tests;
