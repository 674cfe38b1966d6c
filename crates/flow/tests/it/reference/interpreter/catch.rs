//! `try`: what it catches, when it tries again, what it does at last.

use super::super::program::{Condition, Filter, Retry, Then, Try};
use super::super::seen::Fault;
use super::{Done, Interpreter, Place, SECOND, Stop, Went, met_in};

impl Interpreter<'_> {
    pub(super) fn tried(&mut self, task: &Try, place: &Place, data: &mut String, then: Then) -> Done<Went> {
        self.attempts.push(1);
        let errors = self.errors.len();
        let went = self.attempts(task, place, data, then);
        self.errors.truncate(errors);
        self.attempts.pop();
        went
    }

    fn attempts(&mut self, task: &Try, place: &Place, data: &mut String, then: Then) -> Done<Went> {
        let input = data.clone();
        let mut first_failure = None;
        loop {
            let fault = match self.attempt(task, place, data) {
                Ok(Then::End) => {
                    self.meet(met_in("`try`", Then::End));
                    return Ok(Went::Left);
                }
                Ok(ended) => {
                    if ended == Then::Exit {
                        self.meet(met_in("`try`", Then::Exit));
                    }
                    return Ok(Went::On(then));
                }
                Err(Stop::Fault(fault)) => fault,
                Err(stop) => return Err(stop),
            };
            data.clone_from(&input);
            if !self.catches(task, &fault, &input, place)? {
                return Err(Stop::Fault(fault));
            }
            let first = *first_failure.get_or_insert(self.now);
            let Some(until) = self.next_attempt(task, &input, place, first)? else {
                return self.handled(task, place, data, then);
            };
            self.errors.pop();
            self.wait(until, false)?;
            self.meet("a retry");
            *self.attempts.last_mut().unwrap() += 1;
        }
    }

    /// Runs the body once, within its time.
    fn attempt(&mut self, task: &Try, place: &Place, data: &mut String) -> Done<Then> {
        let level = self.deadlines.len();
        let most = task.retry.as_ref().and_then(|retry| retry.attempt);
        self.deadlines
            .push(most.map_or(i64::MAX, |most| self.now + most * SECOND));
        let ended = self.list(&task.tasks, &place.list("try", ""), data);
        self.deadlines.truncate(level);
        match ended {
            Err(Stop::Late(deadline)) if deadline == level => {
                self.meet("an attempt's timeout");
                Err(place.standard("timeout", 408))
            }
            ended => ended,
        }
    }

    /// Whether this `try` catches the error; if so it is the one that is looked at.
    fn catches(&mut self, task: &Try, fault: &Fault, input: &str, place: &Place) -> Done<bool> {
        if !fits(&task.filter, fault) {
            self.meet("an error that another `errors.with` lets pass");
            return Ok(false);
        }
        self.errors.push(fault.clone());
        if !self.both(task.when, task.except_when, input, place)? {
            self.meet("an error that `when` lets pass");
            self.errors.pop();
            return Ok(false);
        }
        self.meet("a caught error");
        Ok(true)
    }

    fn both(
        &mut self,
        when: Option<Condition>,
        except: Option<Condition>,
        input: &str,
        place: &Place,
    ) -> Done<bool> {
        if let Some(when) = when
            && !self.holds(when, input, place)?
        {
            return Ok(false);
        }
        match except {
            Some(except) => {
                self.meet("exceptWhen");
                Ok(!self.holds(except, input, place)?)
            }
            None => Ok(true),
        }
    }

    /// When the next attempt begins; none if there is no other.
    fn next_attempt(&mut self, task: &Try, input: &str, place: &Place, first: i64) -> Done<Option<i64>> {
        let Some(retry) = &task.retry else { return Ok(None) };
        if !self.both(retry.when, retry.except_when, input, place)? {
            self.meet("a retry that `when` forbids");
            return Ok(None);
        }
        let number = *self.attempts.last().unwrap();
        if number > retry.count {
            self.meet("a retry that `count` forbids");
            return Ok(None);
        }
        let until = self.now + delay(retry, number) * SECOND;
        if retry.total.is_some_and(|most| until - first > most * SECOND) {
            self.meet("a retry that `duration` forbids");
            return Ok(None);
        }
        Ok(Some(until))
    }

    fn handled(&mut self, task: &Try, place: &Place, data: &mut String, then: Then) -> Done<Went> {
        let then = task.then.inspect(|_| self.meet("catch.then")).unwrap_or(then);
        match &task.handler {
            Some(handler) => self.scope(handler, &place.list("catch/do", "h"), data, then, "`catch`"),
            None => Ok(Went::On(then)),
        }
    }
}

fn fits(filter: &Filter, fault: &Fault) -> bool {
    let same = |before: &str, wanted: Option<usize>, found: Option<&String>| {
        wanted.is_none_or(|number| found == Some(&format!("{before}{number}")))
    };
    filter.kind.is_none_or(|kind| kind == fault.kind)
        && filter.status.is_none_or(|status| status == fault.status)
        && same("t", filter.title, fault.title.as_ref())
        && same("d", filter.detail, fault.detail.as_ref())
        && same("/i", filter.instance, Some(&fault.instance))
}

fn delay(retry: &Retry, number: u32) -> i64 {
    match retry.backoff {
        "linear" => retry.delay * i64::from(number),
        "exponential" => retry.delay * 2i64.pow(number - 1),
        _ => retry.delay,
    }
}
