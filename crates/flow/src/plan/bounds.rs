//! How much a run can do outside at most, known before it runs.
//!
//! A list without backward jumps runs each of its tasks once at most; a loop multiplies by its bound; a retry
//! multiplies by its attempts. Where no bound is declared there is none.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::node::{Next, Node, NodeId, NodeKind};
use crate::definition::model::{Document, SchemaSource, Template};
use crate::limits::ITERATIONS_MAX;

/// `None` is unbounded.
type Bound = Option<u64>;

/// Counts something over the whole plan, at most.
pub(super) struct Counter<'p> {
    nodes: &'p [Node],
    /// What one execution of a node itself counts, its children apart.
    own: &'p dyn Fn(&Node) -> u64,
    /// Answers given before: functions that call each other would be counted again and again.
    known: RefCell<BTreeMap<NodeId, Bound>>,
}

impl<'p> Counter<'p> {
    pub(super) fn new(nodes: &'p [Node], own: &'p dyn Fn(&Node) -> u64) -> Self {
        Self {
            nodes,
            own,
            known: RefCell::default(),
        }
    }

    /// Most that one execution of a node counts.
    pub(super) fn node(&self, id: NodeId) -> Bound {
        if let Some(known) = self.known.borrow().get(&id) {
            return *known;
        }
        let bound = self.count(id);
        self.known.borrow_mut().insert(id, bound);
        bound
    }

    fn count(&self, id: NodeId) -> Bound {
        let node = &self.nodes[id.0 as usize];
        let inside = match &node.kind {
            NodeKind::Do { first } => self.list(*first),
            NodeKind::For(plan) => {
                let bound = plan.bounded.then_some(plan.max_iterations);
                multiply(self.list(plan.first), bound)
            }
            NodeKind::Try(plan) => {
                let attempts = match &plan.retry {
                    None => Some(1),
                    Some(retry) => retry.count_max.map(|count| u64::from(count) + 1),
                };
                let tries = multiply(self.list(plan.first), attempts);
                add(tries, plan.handler.map_or(Some(0), |handler| self.list(handler)))
            }
            NodeKind::Call { function, .. } => self.node(*function),
            NodeKind::Set(_) | NodeKind::Switch(_) | NodeKind::Raise(_) | NodeKind::Http(_) => Some(0),
        };
        add(inside, Some((self.own)(node)))
    }

    /// Most that one execution of a list counts.
    fn list(&self, first: NodeId) -> Bound {
        let tasks = list(self.nodes, first);
        let mut total = Some(0);
        for id in &tasks {
            total = add(total, self.node(*id));
        }
        // A jump backwards makes the list a loop of its own, which declares no bound.
        let loops = tasks
            .iter()
            .any(|id| targets(&self.nodes[id.0 as usize]).any(|target| target <= *id));
        if loops { multiply(total, None) } else { total }
    }
}

/// The nodes of a list.
pub(super) fn list(nodes: &[Node], first: NodeId) -> Vec<NodeId> {
    let mut tasks = vec![first];
    while let Some(next) = tasks.last().and_then(|last| nodes[last.0 as usize].following) {
        tasks.push(next);
    }
    tasks
}

/// Tasks that a node may jump to by name.
fn targets(node: &Node) -> impl Iterator<Item = NodeId> {
    let cases = match &node.kind {
        NodeKind::Switch(cases) => cases.iter().map(|(_, next)| *next).collect(),
        NodeKind::Try(plan) => plan.then.into_iter().collect(),
        _ => Vec::new(),
    };
    cases
        .into_iter()
        .chain([node.then])
        .filter_map(|next| match next {
            Next::Task(id) => Some(id),
            _ => None,
        })
}

fn add(left: Bound, right: Bound) -> Bound {
    Some(left?.saturating_add(right?))
}

/// Nothing stays nothing, however often it is done.
fn multiply(count: Bound, times: Bound) -> Bound {
    match (count, times) {
        (Some(0), _) => Some(0),
        (count, times) => Some(count?.saturating_mul(times?)),
    }
}

/// Most items that `for.in` can have: written out as a list, or limited by `maxItems` of the flow's input
/// schema when it is a plain member of `$workflow.input`.
pub(super) fn declared_items(items: &Template, document: &Document) -> Option<u64> {
    match items {
        Template::List(items) => Some(items.len() as u64),
        Template::Literal(Json::Array(items)) => Some(items.len() as u64),
        Template::Expression(expression) => {
            let path = expression.source.strip_prefix("$workflow.input")?;
            let SchemaSource::Document(schema) = &document.input.schema.as_ref()?.source else {
                return None;
            };
            max_items(schema, path)
        }
        _ => None,
    }
}

fn max_items(schema: &Json, path: &str) -> Option<u64> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.';
    if !path.chars().all(plain) {
        return None;
    }
    let mut schema = schema;
    for name in path.split('.').filter(|name| !name.is_empty()) {
        schema = schema.get("properties")?.get(name)?;
    }
    schema
        .get("maxItems")?
        .as_u64()
        .map(|max| max.min(ITERATIONS_MAX))
}
