//! From the model to the plan.
//!
//! Reports everything that can be known before a run: bad expressions, variables and secrets that are not
//! there, jumps out of a list, schemas that do not compile, functions that call each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jaq_json::Val;

use super::node::{
    EndpointPlan, Expr, ForPlan, HttpPlan, MeteringPlan, Next, Node, NodeId, NodeKind, RaisePlan, RetryPlan,
    Slot, StagePlan, Template, TryPlan, UriPiece, Var,
};
use super::schema::SchemaPlan;
use super::scope::Place;
use super::{Resources, bounds};
use crate::definition::model::{self, Document, Kind, SchemaSource, Then, UriPart};
use crate::definition::{RESERVED_VARIABLES, join};
use crate::finding::Finding;
use crate::jq::{self, Form};
use crate::limits::{EXPRESSIONS_MAX, ITERATIONS_MAX};
use crate::text::nearest;
use crate::value::Value;

/// Everything that compiling collects.
pub(super) struct Compiler<'d> {
    document: &'d Document,
    resources: &'d Resources,
    pub findings: Vec<Finding>,
    nodes: Vec<Option<Node>>,
    functions: BTreeMap<&'d str, NodeId>,
    pub sources: Vec<String>,
    expressions: usize,
    pub variables: Vec<Var>,
    pub variable_names: Vec<String>,
    slots: Vec<String>,
    pub env_names: BTreeSet<String>,
    pub uses_tenant: bool,
}

/// What is visible where: the names of loop and error variables.
type Locals<'l> = &'l [String];

impl<'d> Compiler<'d> {
    pub(super) fn new(document: &'d Document, resources: &'d Resources) -> Self {
        Self {
            document,
            resources,
            findings: Vec::new(),
            nodes: Vec::new(),
            functions: BTreeMap::new(),
            sources: Vec::new(),
            expressions: 0,
            variables: Vec::new(),
            variable_names: Vec::new(),
            slots: Vec::new(),
            env_names: BTreeSet::new(),
            uses_tenant: false,
        }
    }

    /// All nodes; the flow itself is the first.
    pub(super) fn nodes(&mut self) -> Vec<Node> {
        let document = self.document;
        self.nodes.push(None);
        for function in &document.functions {
            let id = self.reserve(1);
            self.functions.insert(&function.name, id);
        }
        for function in &document.functions {
            let names = BTreeMap::new();
            let node = self.task(function, None, &names, &[]);
            let id = self.functions[function.name.as_str()];
            self.nodes[id.0 as usize] = Some(node);
        }
        self.circles();
        self.per_tenant();
        let first = self.list(&document.tasks, &[]);
        let root = Node {
            name: document.name.as_str().into(),
            pointer: "".into(),
            kind_name: "flow",
            condition: None,
            input: self.stage(&document.input, Place::FlowInput, &[]),
            output: self.stage(&document.output, Place::FlowOutput, &[]),
            export: StagePlan::default(),
            timeout_us: document.timeout_ms.map(microseconds),
            then: Next::Continue,
            following: None,
            metering: None,
            kind: NodeKind::Do { first },
        };
        self.nodes[0] = Some(root);
        std::mem::take(&mut self.nodes)
            .into_iter()
            .map(|node| node.expect("every reserved node is filled"))
            .collect()
    }

    fn reserve(&mut self, count: usize) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).expect("tasks are bounded"));
        self.nodes.extend(std::iter::repeat_with(|| None).take(count));
        id
    }

    /// Compiles a list; the nodes of one list stand in a row.
    fn list(&mut self, tasks: &'d [model::Task], locals: Locals<'_>) -> NodeId {
        let first = self.reserve(tasks.len());
        let id = |at: usize| NodeId(first.0 + u32::try_from(at).expect("tasks are bounded"));
        let names: BTreeMap<&str, NodeId> = tasks
            .iter()
            .enumerate()
            .map(|(at, task)| (task.name.as_str(), id(at)))
            .collect();
        for (at, task) in tasks.iter().enumerate() {
            let following = (at + 1 < tasks.len()).then(|| id(at + 1));
            let node = self.task(task, following, &names, locals);
            self.nodes[id(at).0 as usize] = Some(node);
        }
        first
    }

    fn task(
        &mut self,
        task: &'d model::Task,
        following: Option<NodeId>,
        names: &BTreeMap<&str, NodeId>,
        locals: Locals<'_>,
    ) -> Node {
        let then = task
            .then
            .as_ref()
            .map_or(Next::Continue, |then| self.next(then, names));
        Node {
            name: task.name.as_str().into(),
            pointer: task.pointer.as_str().into(),
            kind_name: task.kind.name(),
            condition: self.optional(task.condition.as_ref(), Place::TaskInput, locals),
            input: self.stage(&task.input, Place::TaskInput, locals),
            output: self.stage(&task.output, Place::TaskOutput, locals),
            export: self.stage(&task.export, Place::TaskExport, locals),
            timeout_us: task.timeout_ms.map(microseconds),
            then,
            following,
            metering: task.metering.as_ref().map(|metering| MeteringPlan {
                unit: metering.unit.as_str().into(),
                quantity: self.expression(&metering.quantity, Place::TaskOutput, locals),
                max: metering.max,
            }),
            kind: self.kind(task, names, locals),
        }
    }

    fn kind(
        &mut self,
        task: &'d model::Task,
        names: &BTreeMap<&str, NodeId>,
        locals: Locals<'_>,
    ) -> NodeKind {
        let body = Place::TaskBody;
        match &task.kind {
            Kind::Do(tasks) => NodeKind::Do {
                first: self.list(tasks, locals),
            },
            Kind::Set(template) => NodeKind::Set(self.template(template, body, locals)),
            Kind::Switch(cases) => {
                let cases = cases.iter().map(|case| {
                    (
                        self.optional(case.when.as_ref(), body, locals),
                        self.next(&case.then, names),
                    )
                });
                NodeKind::Switch(cases.collect())
            }
            Kind::For(task) => NodeKind::For(Box::new(self.for_each(task, locals))),
            Kind::Raise(raise) => NodeKind::Raise(Box::new(self.raise(raise, locals))),
            Kind::Try(task) => NodeKind::Try(Box::new(self.try_catch(task, names, locals))),
            Kind::Http(call) => NodeKind::Http(Box::new(self.http(call, locals))),
            Kind::Function(call) => NodeKind::Call {
                function: self.functions[call.name.as_str()],
                arguments: call
                    .arguments
                    .as_ref()
                    .map(|arguments| self.template(arguments, body, locals)),
            },
        }
    }

    fn for_each(&mut self, task: &'d model::For, locals: Locals<'_>) -> ForPlan {
        let inner: Vec<String> = locals
            .iter()
            .cloned()
            .chain([task.each.clone(), task.at.clone()])
            .collect();
        let declared = task
            .max_iterations
            .or_else(|| bounds::declared_items(&task.items, self.document));
        ForPlan {
            each: self.slot(&task.each),
            at: self.slot(&task.at),
            items: self.template(&task.items, Place::TaskBody, locals),
            condition: self.optional(task.condition.as_ref(), Place::TaskBody, &inner),
            first: self.list(&task.tasks, &inner),
            max_iterations: declared.unwrap_or(ITERATIONS_MAX).min(ITERATIONS_MAX),
            bounded: declared.is_some(),
        }
    }

    fn raise(&mut self, raise: &model::Raise, locals: Locals<'_>) -> RaisePlan {
        let place = Place::TaskBody;
        RaisePlan {
            kind: self.template(&raise.kind, place, locals),
            status: self.template(&raise.status, place, locals),
            title: raise
                .title
                .as_ref()
                .map(|part| self.template(part, place, locals)),
            detail: raise
                .detail
                .as_ref()
                .map(|part| self.template(part, place, locals)),
            instance: raise
                .instance
                .as_ref()
                .map(|part| self.template(part, place, locals)),
        }
    }

    fn try_catch(
        &mut self,
        task: &'d model::Try,
        names: &BTreeMap<&str, NodeId>,
        locals: Locals<'_>,
    ) -> TryPlan {
        let place = Place::TaskBody;
        let inner: Vec<String> = locals.iter().cloned().chain([task.variable.clone()]).collect();
        TryPlan {
            first: self.list(&task.tasks, locals),
            filter: task.filter.clone(),
            variable: self.slot(&task.variable),
            when: self.optional(task.when.as_ref(), place, &inner),
            except_when: self.optional(task.except_when.as_ref(), place, &inner),
            retry: task.retry.as_ref().map(|retry| RetryPlan {
                when: self.optional(retry.when.as_ref(), place, &inner),
                except_when: self.optional(retry.except_when.as_ref(), place, &inner),
                delay_ms: retry.delay_ms,
                backoff: retry.backoff,
                jitter_ms: retry.jitter_ms,
                count_max: retry.count_max,
                attempt_us_max: retry.attempt_ms_max.map(microseconds),
                total_us_max: retry.total_ms_max.map(microseconds),
            }),
            handler: task.handler.as_ref().map(|tasks| self.list(tasks, &inner)),
            then: task.then.as_ref().map(|then| self.next(then, names)),
        }
    }

    fn http(&mut self, call: &model::Http, locals: Locals<'_>) -> HttpPlan {
        let place = Place::TaskBody;
        HttpPlan {
            method: call.method.clone(),
            endpoint: match &call.endpoint {
                model::Endpoint::Expression(expression) => {
                    EndpointPlan::Expression(self.expression(expression, place, locals))
                }
                model::Endpoint::Template(parts) => {
                    EndpointPlan::Parts(parts.iter().map(uri_piece).collect())
                }
            },
            headers: call
                .headers
                .as_ref()
                .map(|part| self.template(part, place, locals)),
            query: call.query.as_ref().map(|part| self.template(part, place, locals)),
            body: call.body.as_ref().map(|part| self.template(part, place, locals)),
            output: call.output,
            redirect: call.redirect,
        }
    }

    fn next(&mut self, then: &Then, names: &BTreeMap<&str, NodeId>) -> Next {
        match then {
            Then::Continue => Next::Continue,
            Then::Exit => Next::Exit,
            Then::End => Next::End,
            Then::Task { name, pointer } => match names.get(name.as_str()) {
                Some(id) => Next::Task(*id),
                None => {
                    let message = format!("there is no task `{name}` in the same list");
                    let finding = Finding::error(pointer, "unknown_target", message);
                    let known = names.keys().copied().chain(["continue", "exit", "end"]);
                    self.findings.push(match nearest(name, known) {
                        Some(near) => finding.suggest(format!("did you mean `{near}`?")),
                        None => finding.suggest("a task of the same list, or continue, exit, end"),
                    });
                    Next::Continue
                }
            },
        }
    }

    fn stage(&mut self, stage: &model::Stage, place: Place, locals: Locals<'_>) -> StagePlan {
        StagePlan {
            transform: stage
                .transform
                .as_ref()
                .map(|template| self.template(template, place, locals)),
            schema: stage.schema.as_ref().and_then(|schema| self.schema(schema)),
        }
    }

    fn schema(&mut self, schema: &model::Schema) -> Option<SchemaPlan> {
        let document = match &schema.source {
            SchemaSource::Document(document) => document,
            SchemaSource::Resource(uri) => match self.resources.schemas.get(uri) {
                Some(document) => document,
                None => {
                    let message = format!("there is no model `{}`", uri.trim_start_matches("model:"));
                    self.findings
                        .push(Finding::error(&schema.pointer, "unknown_model", message));
                    return None;
                }
            },
        };
        match SchemaPlan::compile(document) {
            Ok(plan) => Some(plan),
            Err(message) => {
                let message = format!("not a schema that can be used: {message}");
                self.findings
                    .push(Finding::error(&schema.pointer, "invalid_schema", message));
                None
            }
        }
    }

    fn template(&mut self, template: &model::Template, place: Place, locals: Locals<'_>) -> Template {
        match template {
            model::Template::Literal(json) => Template::Constant(Value::from_serde(json).unwrap_or_default()),
            model::Template::Expression(expression) => match self.expression(expression, place, locals) {
                Expr::Constant(value) => Template::Constant(value),
                expr => Template::Expr(expr),
            },
            model::Template::List(items) => Template::List(
                items
                    .iter()
                    .map(|item| self.template(item, place, locals))
                    .collect(),
            ),
            model::Template::Object(members) => {
                let members = members
                    .iter()
                    .map(|(key, member)| (Val::from(key.clone()), self.template(member, place, locals)));
                Template::Object(members.collect())
            }
        }
    }

    fn optional(
        &mut self,
        expression: Option<&model::Expression>,
        place: Place,
        locals: Locals<'_>,
    ) -> Option<Expr> {
        expression.map(|expression| self.expression(expression, place, locals))
    }

    /// Checks an expression and registers it; a bad one becomes null, so that the rest is still checked.
    fn expression(&mut self, expression: &model::Expression, place: Place, locals: Locals<'_>) -> Expr {
        self.expressions += 1;
        if self.expressions == EXPRESSIONS_MAX + 1 {
            let message = format!("the definition has more than {EXPRESSIONS_MAX} expressions");
            self.findings.push(Finding::error(
                &expression.pointer,
                "too_many_expressions",
                message,
            ));
        }
        let checked = match jq::check(&expression.source) {
            Ok(checked) => checked,
            Err(problems) => {
                for problem in problems {
                    let mut finding = Finding::error(&expression.pointer, problem.code, problem.message);
                    finding.suggestion = problem.suggestion;
                    self.findings.push(finding);
                }
                return Expr::Constant(Value::null());
            }
        };
        self.names(&checked.names, &expression.pointer);
        let mut reads = Vec::new();
        for name in &checked.names.free {
            match self.variable(name, place, locals, &expression.pointer) {
                Some(at) => reads.push(at),
                None => return Expr::Constant(Value::null()),
            }
        }
        match checked.form {
            Form::Constant(value) => Expr::Constant(value),
            Form::Path { keys, .. } => Expr::Path {
                root: reads.first().map(|at| self.variables[usize::from(*at)]),
                keys: keys.into_iter().map(Val::from).collect(),
            },
            Form::Program => {
                self.sources.push(expression.source.clone());
                let program = u32::try_from(self.sources.len() - 1).expect("expressions are bounded");
                Expr::Program {
                    program,
                    reads: reads.into(),
                }
            }
        }
    }

    /// Members read of `$env` and `$secrets`.
    fn names(&mut self, names: &jq::Names, pointer: &str) {
        if let Some(members) = names.members.get("$env") {
            self.env_names.extend(members.iter().cloned());
        }
        let declared = &self.document.secrets;
        for secret in names.members.get("$secrets").into_iter().flatten() {
            if !declared.contains(secret) {
                let message = format!("the secret `{secret}` is not declared");
                let finding = Finding::error(pointer, "undeclared_secret", message);
                let near = nearest(secret, declared.iter().map(String::as_str));
                self.findings.push(match near {
                    Some(near) => finding.suggest(format!("did you mean `{near}`?")),
                    None => finding.suggest(format!("add it: `use: {{secrets: [{secret}]}}`")),
                });
            }
        }
    }

    /// Index of a variable among those of the plan.
    fn variable(&mut self, name: &str, place: Place, locals: Locals<'_>, pointer: &str) -> Option<u16> {
        let bare = name.trim_start_matches('$');
        let local = locals.iter().any(|local| local == bare);
        let var = if local {
            Some(Var::Local(self.slot(bare)))
        } else {
            place.variable(bare)
        };
        let Some(var) = var else {
            self.unknown_variable(bare, place, locals, pointer);
            return None;
        };
        self.uses_tenant |= var == Var::Tenant;
        let at = self
            .variables
            .iter()
            .position(|known| *known == var)
            .unwrap_or_else(|| {
                self.variables.push(var);
                self.variable_names.push(name.to_owned());
                self.variables.len() - 1
            });
        Some(u16::try_from(at).expect("variables are bounded by expressions"))
    }

    fn unknown_variable(&mut self, name: &str, place: Place, locals: Locals<'_>, pointer: &str) {
        let finding = if RESERVED_VARIABLES.contains(&name) {
            let message = format!("`${name}` is not available in {}", place.name());
            Finding::error(pointer, "unavailable_variable", message)
        } else if name == "ENV" {
            let message = "the environment of the server is not readable";
            Finding::error(pointer, "unknown_variable", message).suggest("`$env.NAME`")
        } else {
            let known = locals.iter().map(String::as_str).chain(RESERVED_VARIABLES);
            let finding = Finding::error(
                pointer,
                "unknown_variable",
                format!("there is no variable `${name}`"),
            );
            match nearest(name, known) {
                Some(near) => finding.suggest(format!("did you mean `${near}`?")),
                None => finding,
            }
        };
        self.findings.push(finding);
    }

    fn slot(&mut self, name: &str) -> Slot {
        let at = self
            .slots
            .iter()
            .position(|slot| slot == name)
            .unwrap_or_else(|| {
                self.slots.push(name.to_owned());
                self.slots.len() - 1
            });
        Slot(u16::try_from(at).expect("names are bounded by tasks"))
    }

    /// Secrets that tenants bring must be declared.
    fn per_tenant(&mut self) {
        for name in &self.document.secrets_per_tenant {
            if !self.document.secrets.contains(name) {
                let pointer = join("", "metadata");
                let message = format!("`per_tenant` names the secret `{name}`, which is not declared");
                self.findings
                    .push(Finding::error(pointer, "undeclared_secret", message));
            }
        }
    }

    /// A function that reaches itself would never end.
    fn circles(&mut self) {
        let mut found = Vec::new();
        for function in &self.document.functions {
            let mut seen = BTreeSet::new();
            let mut open = called(function);
            while let Some(name) = open.pop() {
                if name == function.name {
                    found.push((function.pointer.clone(), function.name.clone()));
                    break;
                }
                if seen.insert(name)
                    && let Some(next) = self.document.functions.iter().find(|other| other.name == name)
                {
                    open.extend(called(next));
                }
            }
        }
        for (pointer, name) in found {
            let message = format!("the function `{name}` calls itself");
            self.findings
                .push(Finding::error(pointer, "circular_function", message));
        }
    }
}

/// Names of the functions that a task calls anywhere inside.
fn called(task: &model::Task) -> Vec<&str> {
    let mut names: Vec<&str> = match &task.kind {
        Kind::Function(call) => vec![call.name.as_str()],
        _ => Vec::new(),
    };
    names.extend(task.children().flat_map(called));
    names
}

fn uri_piece(part: &UriPart) -> UriPiece {
    match part {
        UriPart::Text(text) => UriPiece::Text(text.clone()),
        UriPart::Name(name) => UriPiece::Member(Val::from(name.clone())),
    }
}

/// Durations are bounded, so this cannot overflow.
fn microseconds(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX / 1000).saturating_mul(1000)
}

/// Shared text.
pub(super) fn names(set: &BTreeSet<String>) -> Arc<[String]> {
    set.iter().cloned().collect()
}
