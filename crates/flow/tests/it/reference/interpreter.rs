//! The language once more, as simply as it can be said: recursive, over texts, without plans, frames or stages.

mod catch;

use std::collections::BTreeMap;

use flow::{StepStatus, limits};

use super::program::{Answer, Condition, Edit, For, Kind, Part, Program, Raise, Task, Then, What, target};
use super::seen::{Fault, Requests, Seen, Step};
use crate::host::START;

const SECOND: i64 = 1_000_000;

/// How a list or a task ended.
#[derive(Clone, Copy)]
enum Went {
    On(Then),
    /// By a task inside of it that ended the flow.
    Left,
    Skipped,
}

/// Why a task did not end.
enum Stop {
    Fault(Fault),
    /// The deadline of this number passed.
    Late(usize),
    /// A bound of the run: nobody catches it.
    Over(Fault),
}

type Done<T> = Result<T, Stop>;

/// Where a list stands: what its names begin with, its pointer, and that of its task.
struct List {
    names: String,
    pointer: String,
    owner: String,
}

/// Where a task stands. Its name is its path, so that orders can be compared.
struct Place {
    name: String,
    pointer: String,
}

impl List {
    fn flow() -> Self {
        Self {
            names: "t".to_owned(),
            pointer: "/do".to_owned(),
            owner: "/".to_owned(),
        }
    }

    fn place(&self, at: usize) -> Place {
        let name = format!("{}{at}", self.names);
        let pointer = format!("{}/{at}/{name}", self.pointer);
        Place { name, pointer }
    }
}

impl Place {
    /// The list in this part of the task.
    fn list(&self, part: &str, more: &str) -> List {
        List {
            names: format!("{}{more}_", self.name),
            pointer: format!("{}/{part}", self.pointer),
            owner: self.pointer.clone(),
        }
    }

    fn standard(&self, kind: &str, status: u16) -> Stop {
        Stop::Fault(standard(kind, status, &self.pointer))
    }
}

/// An error that the engine raises.
fn standard(kind: &str, status: u16, instance: &str) -> Fault {
    let name = format!("{}{} Error", kind[..1].to_uppercase(), &kind[1..]);
    Fault {
        kind: kind.to_owned(),
        status,
        title: Some(name),
        detail: Some("*".to_owned()),
        instance: instance.to_owned(),
    }
}

/// Runs a program; counts what it met in `met`.
pub fn run(program: &Program, met: &mut BTreeMap<&'static str, usize>) -> Seen {
    let seconds = |after: Option<i64>| after.map_or(i64::MAX, |after| START + after * SECOND);
    let mut run = Interpreter {
        program,
        met: &mut *met,
        now: START,
        context: String::new(),
        tasks: 0,
        steps: Vec::new(),
        requests: Requests::default(),
        deadlines: vec![seconds(program.deadline), seconds(program.timeout)],
        errors: Vec::new(),
        items: Vec::new(),
        attempts: Vec::new(),
        callers: Vec::new(),
        path: Vec::new(),
    };
    let mut data = String::from("-");
    let ended = run.flow(&mut data);
    let mut seen = Seen {
        steps: run.steps,
        asked: run.requests.list,
        ended_at: run.now,
        ..Seen::default()
    };
    match ended {
        Ok(()) => seen.output = Some(data),
        Err(Stop::Fault(fault) | Stop::Over(fault)) => seen.fault = Some(fault),
        Err(Stop::Late(deadline)) => {
            *met.entry(["the host's deadline", "a flow's timeout"][deadline])
                .or_default() += 1;
            seen.fault = Some(standard("timeout", 408, "/"));
        }
    }
    seen
}

struct Interpreter<'a> {
    program: &'a Program,
    met: &'a mut BTreeMap<&'static str, usize>,
    now: i64,
    context: String,
    /// How many have begun.
    tasks: u64,
    steps: Vec<Step>,
    requests: Requests,
    /// The host's, the flow's, and those of the tasks and attempts under way.
    deadlines: Vec<i64>,
    /// What the handlers under way handle.
    errors: Vec<Fault>,
    /// Indexes of the loops under way.
    items: Vec<u32>,
    /// Of the `try`s under way.
    attempts: Vec<u32>,
    callers: Vec<String>,
    /// What a place is called again by: loops and jumps back.
    path: Vec<u32>,
}

impl Interpreter<'_> {
    fn meet(&mut self, what: &'static str) {
        *self.met.entry(what).or_default() += 1;
    }

    fn flow(&mut self, data: &mut String) -> Done<()> {
        let program = self.program;
        let root = Place {
            name: String::new(),
            pointer: "/".to_owned(),
        };
        let input = data.clone();
        self.edit(program.from.as_ref(), &input, data, &root)?;
        match self.list(&program.tasks, &List::flow(), data)? {
            Then::End => self.meet("`end` of the flow"),
            Then::Exit => self.meet("`exit` of the flow"),
            _ => {}
        }
        let input = data.clone();
        self.edit(program.output.as_ref(), &input, data, &root)
    }

    fn list(&mut self, tasks: &[Task], list: &List, data: &mut String) -> Done<Then> {
        let depth = self.path.len();
        self.path.push(0);
        let ended = self.walk(tasks, list, data);
        self.path.truncate(depth);
        ended
    }

    fn walk(&mut self, tasks: &[Task], list: &List, data: &mut String) -> Done<Then> {
        let mut at = 0;
        while at < tasks.len() {
            self.begin(&list.owner)?;
            let then = match self.task(&tasks[at], &list.place(at), data)? {
                Went::Left => return Ok(Then::End),
                Went::Skipped => Then::Continue,
                Went::On(then) => then,
            };
            at = match (then, target(at, then, tasks.len())) {
                (Then::Exit | Then::End, _) => return Ok(then),
                (_, Some(next)) => {
                    if next <= at {
                        self.meet("a jump back");
                        *self.path.last_mut().unwrap() += 1;
                    } else {
                        self.meet("a jump ahead");
                    }
                    next
                }
                _ => at + 1,
            };
        }
        Ok(Then::Continue)
    }

    /// Counts a task; `within` is the one that wants it to begin.
    fn begin(&mut self, within: &str) -> Done<()> {
        self.tasks += 1;
        if self.tasks > limits::RUN_TASKS_MAX {
            self.meet("the bound of tasks");
            return Err(Stop::Over(standard("runtime", 500, within)));
        }
        Ok(())
    }

    fn task(&mut self, task: &Task, place: &Place, data: &mut String) -> Done<Went> {
        let level = self.deadlines.len();
        let started_at = self.now;
        self.deadlines
            .push(task.timeout.map_or(i64::MAX, |after| started_at + after * SECOND));
        let mut went = self.staged(task, place, data);
        self.deadlines.truncate(level);
        if matches!(went, Err(Stop::Late(deadline)) if deadline == level) {
            self.meet("a task's timeout");
            went = Err(place.standard("timeout", 408));
        }
        self.record(&place.name, status(&went), started_at);
        went
    }

    fn record(&mut self, name: &str, status: StepStatus, started_at: i64) {
        if self.steps.len() < limits::TRACE_STEPS_MAX {
            self.steps.push(Step {
                name: name.to_owned(),
                status,
                iteration: self.items.clone(),
                attempt: self.attempts.last().copied().unwrap_or(1),
                started_at,
                ended_at: self.now,
            });
        }
    }

    fn staged(&mut self, task: &Task, place: &Place, data: &mut String) -> Done<Went> {
        if let Some(condition) = task.condition
            && !self.holds(condition, data, place)?
        {
            self.meet("a skipped task");
            return Ok(Went::Skipped);
        }
        let raw = data.clone();
        self.edit(task.from.as_ref(), &raw, data, place)?;
        if task.from.is_some() {
            self.meet("input.from");
        }
        let input = data.clone();
        let went = self.kind(task, place, data)?;
        if let Went::On(_) = went {
            self.edit(task.output.as_ref(), &input, data, place)?;
            if let Some(export) = &task.export {
                self.meet("an export");
                let mut context = data.clone();
                self.edit(Some(export), &input, &mut context, place)?;
                self.context = context;
            }
        }
        Ok(went)
    }

    fn edit(&mut self, edit: Option<&Edit>, input: &str, data: &mut String, place: &Place) -> Done<()> {
        match edit {
            None => {}
            Some(Edit::Append(text)) => data.push_str(text),
            Some(Edit::Input) => data.push_str(end(input, 2)),
            Some(Edit::Broken) => {
                self.meet("a stage that fails");
                return Err(place.standard("expression", 400));
            }
        }
        Ok(())
    }

    fn holds(&mut self, condition: Condition, data: &str, place: &Place) -> Done<bool> {
        Ok(match condition {
            Condition::Longer(length) => data.len() > length,
            Condition::Shorter(length) => data.len() <= length,
            Condition::Odd => data.len() % 2 == 1,
            Condition::Status(status) => self.errors.last().unwrap().status == status,
            Condition::Broken => {
                self.meet("a condition that fails");
                return Err(place.standard("expression", 400));
            }
        })
    }

    fn kind(&mut self, task: &Task, place: &Place, data: &mut String) -> Done<Went> {
        match &task.kind {
            Kind::Append(text) => data.push_str(text),
            Kind::Recall => data.push_str(end(&self.context, 3)),
            Kind::Note => {
                let note = note(self.errors.last().unwrap());
                data.push_str(&note);
            }
            Kind::Seen => {
                let index = *self.items.last().unwrap();
                data.push_str(&format!("{}{index}", 10 + index));
            }
            Kind::Do(tasks) => return self.scope(tasks, &place.list("do", ""), data, task.then, "`do`"),
            Kind::Switch(cases) => return self.switch(cases, task.then, place, data),
            Kind::For(looped) => return self.looped(looped, place, data, task.then),
            Kind::Raise(raise) => return Err(Stop::Fault(self.error(raise, place, data))),
            Kind::Try(tried) => return self.tried(tried, place, data, task.then),
            Kind::Call(number, more) => return self.called(*number, *more, place, data, task.then),
            Kind::Http(redirect) => self.ask(*redirect, place, data)?,
        }
        Ok(Went::On(task.then))
    }

    /// Runs the list of a task that goes on afterwards.
    fn scope(
        &mut self,
        tasks: &[Task],
        list: &List,
        data: &mut String,
        then: Then,
        what: &str,
    ) -> Done<Went> {
        match self.list(tasks, list, data)? {
            Then::End => {
                self.meet(met_in(what, Then::End));
                Ok(Went::Left)
            }
            Then::Exit => {
                self.meet(met_in(what, Then::Exit));
                Ok(Went::On(then))
            }
            _ => Ok(Went::On(then)),
        }
    }

    fn switch(
        &mut self,
        cases: &[(Option<Condition>, Then)],
        own: Then,
        place: &Place,
        data: &str,
    ) -> Done<Went> {
        let mut chosen = cases
            .iter()
            .find(|(when, _)| when.is_none())
            .map(|(_, then)| *then);
        for (when, then) in cases {
            let Some(when) = when else { continue };
            if self.holds(*when, data, place)? {
                chosen = Some(*then);
                break;
            }
        }
        match chosen {
            Some(Then::End) => self.meet("`end` of a case"),
            Some(Then::Exit) => self.meet("`exit` of a case"),
            Some(_) => self.meet("a case"),
            None => self.meet("no case"),
        }
        Ok(Went::On(chosen.unwrap_or(own)))
    }

    fn looped(&mut self, task: &For, place: &Place, data: &mut String, then: Then) -> Done<Went> {
        let count = task.count.unwrap_or(data.len() % 4);
        for index in 0..u32::try_from(count).unwrap() {
            // The condition sees the item that comes next, and is no task inside.
            if let Some(condition) = task.condition
                && !self.holds(condition, data, place)?
            {
                self.meet("a loop that `while` ends");
                break;
            }
            self.items.push(index);
            self.path.push(index);
            let ended = self.list(&task.tasks, &place.list("do", ""), data);
            self.items.pop();
            self.path.pop();
            match ended? {
                Then::End => {
                    self.meet(met_in("`for`", Then::End));
                    return Ok(Went::Left);
                }
                Then::Exit => {
                    self.meet(met_in("`for`", Then::Exit));
                    break;
                }
                _ => self.meet("an iteration"),
            }
        }
        Ok(Went::On(then))
    }

    fn error(&mut self, raise: &Raise, place: &Place, data: &str) -> Fault {
        let parts = [
            Some(raise.kind),
            Some(raise.status),
            raise.title,
            raise.detail,
            raise.instance,
        ];
        if parts
            .into_iter()
            .flatten()
            .any(|part| matches!(part, Part::Computed))
        {
            self.meet("a computed error");
        }
        let number = |part: Part, modulus: usize| match part {
            Part::Written(number) => number,
            Part::Computed => data.len() % modulus,
        };
        let text = |before: &str, part: Part| format!("{before}{}", number(part, 2));
        Fault {
            kind: text("e", raise.kind),
            status: 500 + u16::try_from(number(raise.status, 3)).unwrap(),
            title: raise.title.map(|part| text("t", part)),
            detail: raise.detail.map(|part| text("d", part)),
            instance: raise
                .instance
                .map_or(place.pointer.clone(), |part| text("/i", part)),
        }
    }

    fn called(
        &mut self,
        number: usize,
        more: bool,
        place: &Place,
        data: &mut String,
        then: Then,
    ) -> Done<Went> {
        if more {
            data.push('w');
        }
        let name = format!("f{number}");
        let function = Place {
            pointer: format!("/use/functions/{name}"),
            name,
        };
        self.begin(&place.pointer)?;
        self.callers.push(place.pointer.clone());
        let started_at = self.now;
        let program = self.program;
        let list = function.list("do", "");
        let went = self.scope(&program.functions[number], &list, data, then, "function");
        self.callers.pop();
        self.record(&function.name, status(&went), started_at);
        went
    }

    fn ask(&mut self, redirect: bool, place: &Place, data: &mut String) -> Done<()> {
        let nearest = self.nearest();
        let key = format!("{:?} {} {:?}", self.callers, place.pointer, self.path);
        let url = format!("https://x.test/{}", end(data, 2));
        let number = self.requests.list.len();
        self.requests
            .add(url, data, (nearest < i64::MAX).then_some(nearest), key);
        if self.requests.list[number].same_as < number {
            self.meet("a request again");
        }
        let answer = self.program.answer(number);
        self.wait(self.now + answer.took * SECOND, answer.late)?;
        let failed = |kind, status| Err(place.standard(kind, status));
        match answer.what {
            What::Text(text) => *data = text,
            What::Elsewhere(text) if redirect => {
                self.meet("an answer from elsewhere");
                *data = text;
            }
            What::Elsewhere(_) => return failed("communication", 302),
            What::Status(status) => {
                self.meet("an answer of failure");
                return failed("communication", status);
            }
            What::Garbled => {
                self.meet("an answer that cannot be read");
                return failed("communication", 502);
            }
            What::Refused => return failed("authorization", 403),
            What::TimedOut => return failed("timeout", 408),
            What::Broken => {
                self.meet("a broken connection");
                return failed("communication", 502);
            }
        }
        self.meet("an answer");
        Ok(())
    }

    fn nearest(&self) -> i64 {
        *self.deadlines.iter().min().unwrap()
    }

    /// Lets time pass, or a deadline that comes no later: of all that have passed, the outermost counts.
    fn wait(&mut self, until: i64, late: bool) -> Done<()> {
        let nearest = self.nearest();
        if nearest > until {
            self.now = until;
            return Ok(());
        }
        self.now = if late { until } else { nearest };
        let outermost = self.deadlines.iter().position(|deadline| *deadline <= self.now);
        Err(Stop::Late(outermost.unwrap()))
    }
}

impl Program {
    /// What the request of that number is answered.
    pub fn answer(&self, number: usize) -> Answer {
        let after = || Answer {
            what: What::Text("z".to_owned()),
            took: 0,
            late: false,
        };
        self.answers.get(number).cloned().unwrap_or_else(after)
    }
}

fn status(went: &Done<Went>) -> StepStatus {
    match went {
        Ok(Went::On(_)) => StepStatus::Completed,
        Ok(Went::Skipped) => StepStatus::Skipped,
        Ok(Went::Left) | Err(Stop::Late(_)) => StepStatus::Left,
        Err(Stop::Fault(_) | Stop::Over(_)) => StepStatus::Faulted,
    }
}

fn note(fault: &Fault) -> String {
    let title = fault.title.as_deref().unwrap_or("-");
    let detail = fault.detail.as_deref().unwrap_or("*");
    let (kind, instance) = (end(&fault.kind, 2), end(&fault.instance, 2));
    format!("{}{kind}{instance}{}{detail}", fault.status, end(title, 2))
}

/// In seconds, before the attempt after this one.
fn end(text: &str, letters: usize) -> &str {
    &text[text.len().saturating_sub(letters)..]
}

fn met_in(what: &str, then: Then) -> &'static str {
    match (what, then) {
        ("`do`", Then::End) => "`end` in a `do`",
        ("`do`", _) => "`exit` in a `do`",
        ("`for`", Then::End) => "`end` in a `for`",
        ("`for`", _) => "`exit` in a `for`",
        ("`try`", Then::End) => "`end` in a `try`",
        ("`try`", _) => "`exit` in a `try`",
        ("`catch`", Then::End) => "`end` in a `catch`",
        ("`catch`", _) => "`exit` in a `catch`",
        (_, Then::End) => "`end` in a function",
        _ => "`exit` in a function",
    }
}
