//! Expressions and templates in the middle of a run.

use std::sync::Arc;

use jaq_json::Val;

use super::Machine;
use super::descriptor;
use super::state::{Body, Frame};
use crate::error::{ErrorKind, FlowError};
use crate::jq::Failure;
use crate::limits::{DEPTH_MAX, INLINE_FUEL_TICKS, RUN_FUEL_TICKS, VALUE_BYTES_MAX};
use crate::plan::node::{Expr, Slot, Template, Var};
use crate::value::{Measure, Value, val_str};

/// Why a stage did not finish.
pub(super) enum Stop {
    /// An expression needs a heavy step; nothing has changed.
    Heavy,
    /// An error to raise.
    Fault(FlowError),
    /// The run passed a limit of its own: it is over, nothing catches this.
    Fatal(FlowError),
}

pub(super) type Step<T> = Result<T, Stop>;

/// An error of a standard type.
pub(super) fn fault(kind: ErrorKind, detail: impl Into<String>) -> Stop {
    Stop::Fault(FlowError::standard(kind, detail))
}

/// A limit of the whole run was passed.
pub(super) fn fatal(detail: impl Into<String>) -> Stop {
    Stop::Fatal(FlowError::standard(ErrorKind::Runtime, detail))
}

impl Machine<'_> {
    /// Evaluates with the variables of the top frame.
    pub(super) fn evaluate(&mut self, expr: &Expr, input: &Value) -> Step<Value> {
        match expr {
            Expr::Constant(value) => Ok(value.clone()),
            Expr::Path { root, keys } => {
                let value = match root {
                    None => input.clone(),
                    Some(var) => Value::part(self.variable(*var)),
                };
                follow(value, keys)
            }
            Expr::Program { program, reads } => self.program(*program, reads, input),
        }
    }

    fn program(&mut self, program: u32, reads: &[u16], input: &Value) -> Step<Value> {
        let plan = Arc::clone(self.plan);
        let bound = plan.bound_variables();
        let values = bound.iter().enumerate().map(|(at, var)| {
            let read = reads.iter().any(|read| usize::from(*read) == at);
            if read { self.variable(*var) } else { Val::Null }
        });
        let values: Vec<Val> = values.collect();
        let evaluated = plan.programs().evaluate(
            program as usize,
            input.val.clone(),
            values,
            self.fuel,
            self.state.now,
        );
        self.state.ticks += evaluated.ticks;
        self.step_ticks += evaluated.ticks;
        if evaluated.ticks > INLINE_FUEL_TICKS {
            // It needed the big stack's fuel; what follows may go on elsewhere.
            self.pause = true;
        }
        if self.state.ticks > RUN_FUEL_TICKS {
            return Err(fatal(format!(
                "the run spent its budget of {RUN_FUEL_TICKS} ticks"
            )));
        }
        match evaluated.result {
            Ok(value) => Ok(value),
            Err(Failure::Stopped(_)) if !self.fuel.last => Err(Stop::Heavy),
            Err(failure) => Err(fault(ErrorKind::Expression, failure.into_message())),
        }
    }

    /// Evaluates to true or false, as `if` of jq does.
    pub(super) fn condition(&mut self, expr: &Expr, input: &Value) -> Step<bool> {
        let value = self.evaluate(expr, input)?;
        Ok(!matches!(value.val, Val::Null | Val::Bool(false)))
    }

    /// Builds the value of a template.
    pub(super) fn template(&mut self, template: &Template, input: &Value) -> Step<Value> {
        let value = match template {
            Template::Constant(value) => return Ok(value.clone()),
            Template::Expr(expr) => return self.evaluate(expr, input),
            Template::List(items) => {
                let mut found = Measure { bytes: 2, depth: 0 };
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    let item = self.template(item, input)?;
                    grow(&mut found, item.measure(), 1);
                    list.push(item.val);
                }
                found.depth += 1;
                Value::measured(Val::Arr(Arc::new(list)), found)
            }
            Template::Object(members) => {
                let mut found = Measure { bytes: 2, depth: 0 };
                let mut map = jaq_json::Map::default();
                for (key, member) in members {
                    let member = self.template(member, input)?;
                    grow(&mut found, member.measure(), val_str(key).map_or(0, str::len) + 4);
                    map.insert(key.clone(), member.val);
                }
                found.depth += 1;
                Value::measured(Val::obj(map), found)
            }
        };
        let found = value.measure();
        if found.bytes > VALUE_BYTES_MAX || found.depth > DEPTH_MAX {
            let detail = "a value grew beyond the limits of size or depth";
            return Err(fault(ErrorKind::Runtime, detail));
        }
        Ok(value)
    }

    /// The value of a variable, seen from the top frame.
    fn variable(&self, var: Var) -> Val {
        let state = &self.state;
        match var {
            Var::Context => state.context.val.clone(),
            Var::Input => self.top(|frame| frame.input.val.clone()),
            Var::Output => self.top(|frame| frame.output.val.clone()),
            Var::Task => self.top(|frame| descriptor::task(self.plan, frame)),
            Var::Workflow => descriptor::workflow(self.plan, self.context, state),
            Var::Runtime => self.context.runtime.val.clone(),
            Var::Secrets => descriptor::secrets(self.plan, self.context),
            // No authentication policies in the profile, so there is never one.
            Var::Authorization => Val::Null,
            Var::Env => self.context.env.val.clone(),
            Var::Tenant => self.context.tenant.val.clone(),
            Var::Local(slot) => self.local(slot),
        }
    }

    fn top(&self, read: impl Fn(&Frame) -> Val) -> Val {
        self.state.frames.last().map_or(Val::Null, read)
    }

    /// Loop and error variables: the innermost frame that binds the name.
    fn local(&self, slot: Slot) -> Val {
        let bound = self
            .state
            .frames
            .iter()
            .rev()
            .find_map(|frame| match &frame.body {
                Body::For {
                    items, index, each, ..
                } if *each == slot => Some(items.get(*index).cloned().unwrap_or(Val::Null)),
                Body::For { index, at, .. } if *at == slot => {
                    Some(Value::from_int(i64::try_from(*index).unwrap_or(i64::MAX)).val)
                }
                Body::Try(state) => state
                    .error
                    .as_ref()
                    .filter(|(name, _)| *name == slot)
                    .map(|(_, error)| error.val.clone()),
                _ => None,
            });
        bound.unwrap_or(Val::Null)
    }
}

fn grow(found: &mut Measure, part: Measure, more: usize) {
    found.bytes = found.bytes.saturating_add(part.bytes + more);
    found.depth = found.depth.max(part.depth);
}

/// `.a.b` without the expression engine; the same results and messages.
fn follow(value: Value, keys: &[Val]) -> Step<Value> {
    if keys.is_empty() {
        return Ok(value);
    }
    let mut at = &value.val;
    for key in keys {
        at = match at {
            Val::Null => return Ok(Value::null()),
            Val::Obj(map) => match map.get(key) {
                Some(member) => member,
                None => return Ok(Value::null()),
            },
            other => {
                let detail = crate::jq::index_message(other, key);
                return Err(fault(ErrorKind::Expression, detail));
            }
        };
    }
    Ok(Value::part(at.clone()))
}
