//! Generated flows, and what the outside answers them.

use proptest::prelude::*;

/// A flow, and what happens around it. Times are in whole seconds.
#[derive(Clone, Debug)]
pub struct Program {
    /// The bodies of `f0` and `f1`; the second may call the first.
    pub functions: Vec<Vec<Task>>,
    pub tasks: Vec<Task>,
    pub from: Option<Edit>,
    pub output: Option<Edit>,
    pub timeout: Option<i64>,
    /// When the host wants the run to be over.
    pub deadline: Option<i64>,
    /// In the order of the requests; whatever is asked beyond them is answered with a text at once.
    pub answers: Vec<Answer>,
}

/// A task: the data is a text, to which most tasks append.
#[derive(Clone, Debug)]
pub struct Task {
    pub condition: Option<Condition>,
    pub from: Option<Edit>,
    pub output: Option<Edit>,
    pub export: Option<Edit>,
    pub timeout: Option<i64>,
    pub kind: Kind,
    pub then: Then,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Append(String),
    /// Appends the end of `$context`.
    Recall,
    /// Appends what `$error` says: how each handler begins.
    Note,
    /// Appends the item and the index: how some loops begin.
    Seen,
    Do(Vec<Task>),
    Switch(Vec<(Option<Condition>, Then)>),
    For(For),
    Raise(Raise),
    Try(Box<Try>),
    /// A call of that function, which is given a text more, or its caller's input as it is.
    Call(usize, bool),
    /// A request with the data as its body, whose answer is the new data; whether 3xx is one.
    Http(bool),
}

#[derive(Clone, Debug)]
pub struct For {
    /// How many items; none: as many as the length of the data says.
    pub count: Option<usize>,
    pub condition: Option<Condition>,
    pub tasks: Vec<Task>,
}

/// The parts of an error, each a number that its text ends in.
#[derive(Clone, Debug)]
pub struct Raise {
    pub kind: Part,
    pub status: Part,
    pub title: Option<Part>,
    pub detail: Option<Part>,
    pub instance: Option<Part>,
}

#[derive(Clone, Copy, Debug)]
pub enum Part {
    Written(usize),
    /// From the length of the data.
    Computed,
}

#[derive(Clone, Debug)]
pub struct Try {
    pub tasks: Vec<Task>,
    pub filter: Filter,
    /// Whether the error has a name of its own.
    pub named: bool,
    pub when: Option<Condition>,
    pub except_when: Option<Condition>,
    pub retry: Option<Retry>,
    /// Begins with [`Kind::Note`].
    pub handler: Option<Vec<Task>>,
    pub then: Option<Then>,
}

/// What an error must be to be caught.
#[derive(Clone, Debug)]
pub struct Filter {
    pub kind: Option<&'static str>,
    pub status: Option<u16>,
    pub title: Option<usize>,
    pub detail: Option<usize>,
    pub instance: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Retry {
    pub when: Option<Condition>,
    pub except_when: Option<Condition>,
    pub delay: i64,
    pub backoff: &'static str,
    pub count: u32,
    /// The most that an attempt may last.
    pub attempt: Option<i64>,
    /// The most that all attempts may last.
    pub total: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Then {
    Continue,
    Exit,
    End,
    /// The task that many places further on in the same list.
    Ahead(usize),
    /// The task that many places before; 0 is the task itself.
    Back(usize),
}

#[derive(Clone, Copy, Debug)]
pub enum Condition {
    /// The data is longer.
    Longer(usize),
    /// The data is not longer.
    Shorter(usize),
    /// The length of the data is odd.
    Odd,
    /// `$error` has this status. Only of a `try`.
    Status(u16),
    /// Cannot be evaluated.
    Broken,
}

/// What `input.from`, `output.as` or `export.as` makes of the data.
#[derive(Clone, Debug)]
pub enum Edit {
    Append(String),
    /// Appends the end of `$input`. Only of outputs and exports.
    Input,
    /// Cannot be evaluated.
    Broken,
}

/// What the outside does with a request.
#[derive(Clone, Debug)]
pub struct Answer {
    pub what: What,
    /// Seconds that it takes.
    pub took: i64,
    /// Whether the host lets it in although the deadline has passed.
    pub late: bool,
}

#[derive(Clone, Debug)]
pub enum What {
    Text(String),
    /// 302, with a text.
    Elsewhere(String),
    Status(u16),
    /// 200, with what is no JSON.
    Garbled,
    Refused,
    TimedOut,
    Broken,
}

/// Only forward or back within the list.
pub fn target(at: usize, then: Then, len: usize) -> Option<usize> {
    match then {
        Then::Ahead(places) => Some((at + 1 + places).min(len - 1).max(at + 1)).filter(|next| *next < len),
        Then::Back(places) => Some(at.saturating_sub(places)),
        Then::Continue | Then::Exit | Then::End => None,
    }
}

pub fn program() -> BoxedStrategy<Program> {
    let body = |functions| prop::collection::vec(task(functions, 2), 1..4);
    let flow = prop::collection::vec(task(2, 4), 1..6);
    let stages = (
        rarely(edit(false)),
        rarely(edit(false)),
        prop::option::weighted(0.2, 1i64..8),
        prop::option::weighted(0.2, 1i64..8),
    );
    let answers = prop::collection::vec(answer(), 0..12);
    (body(0), body(1), flow, stages, answers)
        .prop_map(|(first, second, tasks, stages, answers)| {
            let (from, output, timeout, deadline) = stages;
            let functions = vec![first, second];
            Program {
                functions,
                tasks,
                from,
                output,
                timeout,
                deadline,
                answers,
            }
        })
        .boxed()
}

/// One time in ten.
fn rarely<S: Strategy + 'static>(some: S) -> BoxedStrategy<Option<S::Value>> {
    prop::option::weighted(0.1, some).boxed()
}

/// A task that calls functions below this number.
fn task(functions: usize, depth_max: u32) -> BoxedStrategy<Task> {
    let leaf = prop_oneof![
        8 => dressed(leaf(functions)),
        1 => again(),
    ];
    let nested = leaf.prop_recursive(depth_max, 40, 4, |inner| {
        let list = prop::collection::vec(inner, 1..5).boxed();
        dressed(prop_oneof![
            list.clone().prop_map(Kind::Do),
            looped(list.clone()),
            tried(list.clone()),
            tried(list),
        ])
    });
    nested.boxed()
}

/// A kind with the parts that all tasks have.
fn dressed(kind: impl Strategy<Value = Kind> + 'static) -> BoxedStrategy<Task> {
    let stages = (
        rarely(edit(false)),
        rarely(edit(true)),
        rarely(edit(true)),
        rarely(1i64..12),
    );
    let dressed = (kind, rarely(condition()), stages, then()).prop_map(|(kind, condition, stages, then)| {
        let (from, output, export, timeout) = stages;
        Task {
            condition,
            from,
            output,
            export,
            timeout,
            kind,
            then,
        }
    });
    dressed.boxed()
}

/// A task that goes back as long as the data is short.
fn again() -> BoxedStrategy<Task> {
    let back = (0usize..3).prop_map(Then::Back);
    let kind = prop_oneof![3 => append(), 1 => leaf(0)];
    (kind, 5usize..40, back)
        .prop_map(|(kind, length, then)| Task {
            condition: Some(Condition::Shorter(length)),
            then,
            ..Task::plain(kind)
        })
        .boxed()
}

impl Task {
    fn plain(kind: Kind) -> Self {
        let (condition, then) = (None, Then::Continue);
        Self {
            condition,
            from: None,
            output: None,
            export: None,
            timeout: None,
            kind,
            then,
        }
    }
}

fn leaf(functions: usize) -> BoxedStrategy<Kind> {
    let call = (0..functions.max(1), any::<bool>()).prop_map(move |(number, more)| match functions {
        0 => Kind::Recall,
        _ => Kind::Call(number, more),
    });
    let leaf = prop_oneof![
        4 => append(),
        1 => Just(Kind::Recall),
        2 => call,
        2 => raise(),
        2 => switch(),
        3 => any::<bool>().prop_map(Kind::Http),
    ];
    leaf.boxed()
}

fn append() -> BoxedStrategy<Kind> {
    "[a-z]{1,3}".prop_map(Kind::Append).boxed()
}

fn raise() -> BoxedStrategy<Kind> {
    let part = || prop_oneof![(0usize..2).prop_map(Part::Written), Just(Part::Computed)];
    let optional = move || prop::option::of(part());
    (part(), part(), optional(), optional(), optional())
        .prop_map(|(kind, status, title, detail, instance)| {
            Kind::Raise(Raise {
                kind,
                status,
                title,
                detail,
                instance,
            })
        })
        .boxed()
}

fn switch() -> BoxedStrategy<Kind> {
    let then = || prop_oneof![9 => then(), 1 => (0usize..3).prop_map(Then::Back)];
    let cases = prop::collection::vec((condition(), then()), 1..3);
    (cases, prop::option::of(self::then()))
        .prop_map(|(cases, default)| {
            let mut cases: Vec<_> = cases.into_iter().map(|(when, then)| (Some(when), then)).collect();
            if let Some(default) = default {
                cases.insert(cases.len() / 2, (None, default));
            }
            Kind::Switch(cases)
        })
        .boxed()
}

fn looped(list: BoxedStrategy<Vec<Task>>) -> BoxedStrategy<Kind> {
    let count = prop_oneof![3 => (0usize..4).prop_map(Some), 1 => Just(None)];
    (
        count,
        prop::option::weighted(0.3, condition()),
        any::<bool>(),
        list,
    )
        .prop_map(|(count, condition, seen, mut tasks)| {
            if seen {
                tasks.insert(0, Task::plain(Kind::Seen));
            }
            Kind::For(For {
                count,
                condition,
                tasks,
            })
        })
        .boxed()
}

fn tried(list: BoxedStrategy<Vec<Task>>) -> BoxedStrategy<Kind> {
    let conditions = || (rarely(of_error()), rarely(of_error()));
    let timing = (
        0i64..4,
        prop_oneof![Just("constant"), Just("linear"), Just("exponential")],
    );
    let limits = (
        0u32..4,
        prop::option::weighted(0.3, 1i64..8),
        prop::option::weighted(0.3, 1i64..10),
    );
    let retry = (conditions(), timing, limits).prop_map(|(conditions, timing, limits)| {
        let ((when, except_when), (delay, backoff), (count, attempt, total)) = (conditions, timing, limits);
        Retry {
            when,
            except_when,
            delay,
            backoff,
            count,
            attempt,
            total,
        }
    });
    let handler = prop::option::of(list.clone()).prop_map(|handler| {
        handler.map(|mut tasks| {
            tasks.insert(0, Task::plain(Kind::Note));
            tasks
        })
    });
    let catch = (
        filter(),
        any::<bool>(),
        conditions(),
        prop::option::of(retry),
        handler,
        rarely(then()),
    );
    (list, catch)
        .prop_map(|(tasks, (filter, named, conditions, retry, handler, then))| {
            let (when, except_when) = conditions;
            Kind::Try(Box::new(Try {
                tasks,
                filter,
                named,
                when,
                except_when,
                retry,
                handler,
                then,
            }))
        })
        .boxed()
}

fn filter() -> BoxedStrategy<Filter> {
    let kinds = vec![
        "e0",
        "e1",
        "communication",
        "authorization",
        "timeout",
        "expression",
    ];
    let texts = (rarely(0usize..2), rarely(0usize..2), rarely(0usize..2));
    let status = prop_oneof![500u16..503, Just(400), Just(403), Just(408)];
    (rarely(prop::sample::select(kinds)), rarely(status), texts)
        .prop_map(|(kind, status, texts)| {
            let (title, detail, instance) = texts;
            Filter {
                kind,
                status,
                title,
                detail,
                instance,
            }
        })
        .boxed()
}

fn condition() -> BoxedStrategy<Condition> {
    prop_oneof![
        6 => (0usize..30).prop_map(Condition::Longer),
        6 => (0usize..30).prop_map(Condition::Shorter),
        6 => Just(Condition::Odd),
        1 => Just(Condition::Broken),
    ]
    .boxed()
}

fn of_error() -> BoxedStrategy<Condition> {
    prop_oneof![2 => condition(), 1 => (500u16..503).prop_map(Condition::Status)].boxed()
}

fn edit(output: bool) -> BoxedStrategy<Edit> {
    let append = "[A-Z]".prop_map(Edit::Append);
    let second = if output {
        Edit::Input
    } else {
        Edit::Append("I".to_owned())
    };
    prop_oneof![4 => append, 4 => Just(second), 1 => Just(Edit::Broken)].boxed()
}

/// Unconditional jumps back are rare, or most flows would run into the bound of tasks.
fn then() -> BoxedStrategy<Then> {
    prop_oneof![
        300 => Just(Then::Continue),
        40 => Just(Then::Exit),
        20 => Just(Then::End),
        80 => (0usize..3).prop_map(Then::Ahead),
        1 => (0usize..3).prop_map(Then::Back),
    ]
    .boxed()
}

fn answer() -> BoxedStrategy<Answer> {
    let what = prop_oneof![
        6 => "[k-p]{1,2}".prop_map(What::Text),
        2 => "[k-p]{1,2}".prop_map(What::Elsewhere),
        3 => (500u16..503).prop_map(What::Status),
        1 => Just(What::Garbled),
        1 => Just(What::Refused),
        1 => Just(What::TimedOut),
        1 => Just(What::Broken),
    ];
    (what, 0i64..6, any::<bool>())
        .prop_map(|(what, took, late)| Answer { what, took, late })
        .boxed()
}
