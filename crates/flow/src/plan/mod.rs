//! The compiled flow.
//!
//! Owns everything that is done once for a definition: expressions, schemas, jump targets, bounds. A plan is
//! immutable and shared by all runs on all threads; it is never serialized.

mod bounds;
mod compile;
pub(crate) mod node;
mod schema;
mod scope;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

pub use schema::SchemaViolation;
pub use tree::TaskTree;

use crate::definition::Definition;
use crate::error::{FlowError, UNNAMED_TYPE};
use crate::finding::{Finding, Severity};
use crate::jq::Programs;
use crate::limits::FINDINGS_MAX;
use crate::value::Value;
use node::{Node, NodeId, NodeKind, ROOT, Template, Var};

/// What a definition refers to by name, brought by the host before compiling.
#[derive(Clone, Debug, Default)]
pub struct Resources {
    /// JSON Schemas by endpoint, such as `model:Customer@3`.
    pub schemas: BTreeMap<String, Json>,
}

/// Bound of one metered unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeteringBound {
    /// Name of the unit.
    pub unit: String,
    /// Most whole units that a run can use; none when unbounded.
    pub max: Option<u64>,
}

/// A compiled flow: immutable, shared by all its runs on all threads.
pub struct Plan {
    nodes: Vec<Node>,
    programs: Programs,
    variables: Vec<Var>,
    canonical: Arc<Json>,
    facts: Facts,
}

/// What is known of a plan without running it.
struct Facts {
    outside_effects: bool,
    outside_calls_max: Option<u64>,
    metering: Vec<MeteringBound>,
    charges_on_failure: bool,
    variables: Arc<[String]>,
    secrets: Vec<String>,
    secrets_per_tenant: Vec<String>,
    uses_tenant: bool,
    timeout_ms: Option<u64>,
    tree: Vec<TaskTree>,
    /// Types and instances of errors that it writes out, and the pointers of its tasks.
    error_names: BTreeSet<Arc<str>>,
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("nodes", &self.nodes.len())
            .finish_non_exhaustive()
    }
}

impl Plan {
    /// Compiles a definition. Takes about half a millisecond plus a little per expression: do it off the hot
    /// path and keep the plan.
    ///
    /// # Errors
    /// All findings of severity error, with lines and columns if the definition came from text.
    pub fn compile(definition: &Definition, resources: &Resources) -> Result<Arc<Self>, Vec<Finding>> {
        let document = definition.document();
        let mut compiler = compile::Compiler::new(document, resources);
        let nodes = compiler.nodes();
        let mut findings = std::mem::take(&mut compiler.findings);
        let programs = if findings.is_empty() {
            Programs::compile(&compiler.sources, &compiler.variable_names)
                .map_err(|message| findings.push(Finding::error("", "expression_syntax", message)))
                .ok()
        } else {
            None
        };
        let Some(programs) = programs else {
            findings.truncate(FINDINGS_MAX);
            definition.locate(&mut findings);
            return Err(findings);
        };
        debug_assert!(findings.iter().all(|finding| finding.severity == Severity::Error));
        let facts = Facts {
            outside_effects: has_outside_effects(&nodes),
            outside_calls_max: bounds::Counter::new(&nodes, &|node| {
                u64::from(matches!(node.kind, NodeKind::Http(_)))
            })
            .node(ROOT),
            metering: metering_bounds(&nodes),
            charges_on_failure: document.charge_on_failure,
            variables: compile::names(&compiler.env_names),
            secrets: document.secrets.clone(),
            secrets_per_tenant: document.secrets_per_tenant.clone(),
            uses_tenant: compiler.uses_tenant,
            timeout_ms: document.timeout_ms,
            tree: tree::trees(&document.tasks),
            error_names: error_names(&nodes),
        };
        let variables = compiler.variables;
        Ok(Arc::new(Self {
            nodes,
            programs,
            variables,
            canonical: definition.canonical_shared(),
            facts,
        }))
    }

    /// Whether a run can touch the outside or wait: any HTTP call, or a retry with a delay.
    #[must_use]
    pub fn has_outside_effects(&self) -> bool {
        self.facts.outside_effects
    }

    /// Most HTTP requests one run can issue, loops and retries included; `None` when there is no bound.
    ///
    /// A `for` around a call needs a declared bound: `metadata.max_iterations` on the task, a list written
    /// out, or `for.in: $workflow.input.a.b` whose array has `maxItems` in the flow's own input schema. A retry
    /// needs `limit.attempt.count`. A jump backwards around a call has no bound.
    #[must_use]
    pub fn outside_calls_max(&self) -> Option<u64> {
        self.facts.outside_calls_max
    }

    /// Bounds of the units that tasks declare to use (`metadata.metering`).
    #[must_use]
    pub fn metering_bounds(&self) -> &[MeteringBound] {
        &self.facts.metering
    }

    /// Whether failed runs cost (`metadata.charge_on_failure` of the document).
    #[must_use]
    pub fn charges_on_failure(&self) -> bool {
        self.facts.charges_on_failure
    }

    /// The schema of the flow's input, references to models replaced.
    #[must_use]
    pub fn input_schema(&self) -> Option<&Json> {
        self.node(ROOT)
            .input
            .schema
            .as_ref()
            .map(|schema| &schema.document)
    }

    /// The schema of the flow's output.
    #[must_use]
    pub fn output_schema(&self) -> Option<&Json> {
        self.node(ROOT)
            .output
            .schema
            .as_ref()
            .map(|schema| &schema.document)
    }

    /// Checks an input against the flow's input schema, as a run would.
    ///
    /// # Errors
    /// What does not fit, at most [`crate::limits::VIOLATIONS_MAX`].
    pub fn validate_input(&self, input: &Value) -> Result<(), Vec<SchemaViolation>> {
        self.node(ROOT)
            .input
            .schema
            .as_ref()
            .map_or(Ok(()), |schema| schema.check(input))
    }

    /// Names read as `$env.NAME`, sorted. A computed name (`$env[.x]`) is not among them.
    #[must_use]
    pub fn variables(&self) -> &[String] {
        &self.facts.variables
    }

    /// Names listed in `use.secrets`, sorted.
    #[must_use]
    pub fn secrets(&self) -> &[String] {
        &self.facts.secrets
    }

    /// Those of [`Plan::secrets`] that every tenant brings (`metadata.per_tenant` of the document), sorted.
    #[must_use]
    pub fn secrets_per_tenant(&self) -> &[String] {
        &self.facts.secrets_per_tenant
    }

    /// Whether an expression reads `$tenant`.
    #[must_use]
    pub fn uses_tenant(&self) -> bool {
        self.facts.uses_tenant
    }

    /// The flow's own timeout, in milliseconds.
    #[must_use]
    pub fn timeout_ms(&self) -> Option<u64> {
        self.facts.timeout_ms
    }

    /// Number of tasks, nested ones and those of functions included.
    #[must_use]
    pub fn task_count(&self) -> usize {
        self.nodes.len() - 1
    }

    /// The tasks as a tree, for drawing.
    #[must_use]
    pub fn tree(&self) -> &[TaskTree] {
        &self.facts.tree
    }

    /// What of an error cannot be or quote a value of a run: its status, and its type and instance unless the flow
    /// computed them.
    pub(crate) fn without_values(&self, error: &FlowError) -> FlowError {
        let written = |text: &str| self.facts.error_names.contains(text);
        let named = error.is_standard() || written(&error.kind);
        FlowError {
            kind: if named { &error.kind } else { UNNAMED_TYPE }.to_owned(),
            status: error.status,
            title: None,
            detail: None,
            instance: error.instance.clone().filter(|instance| written(instance)),
        }
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(crate) fn programs(&self) -> &Programs {
        &self.programs
    }

    /// Variables in the order in which programs expect them.
    pub(crate) fn bound_variables(&self) -> &[Var] {
        &self.variables
    }

    /// The canonical definition, for `$workflow.definition` and `$task.definition`.
    pub(crate) fn canonical(&self) -> &Json {
        &self.canonical
    }
}

fn has_outside_effects(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match &node.kind {
        NodeKind::Http(_) => true,
        NodeKind::Try(plan) => plan
            .retry
            .as_ref()
            .is_some_and(|retry| retry.delay_ms > 0 || retry.jitter_ms.is_some()),
        _ => false,
    })
}

/// What an error can be named by without a value of a run.
fn error_names(nodes: &[Node]) -> BTreeSet<Arc<str>> {
    let mut names = BTreeSet::from(["/".into()]);
    for node in nodes {
        names.insert(Arc::clone(&node.pointer));
        let NodeKind::Raise(raise) = &node.kind else {
            continue;
        };
        for part in [Some(&raise.kind), raise.instance.as_ref()] {
            if let Some(Template::Constant(value)) = part
                && let Some(text) = value.as_str()
            {
                names.insert(text.into());
            }
        }
    }
    names
}

fn metering_bounds(nodes: &[Node]) -> Vec<MeteringBound> {
    let mut units: Vec<&str> = nodes
        .iter()
        .filter_map(|node| node.metering.as_ref())
        .map(|metering| &*metering.unit)
        .collect();
    units.sort_unstable();
    units.dedup();
    let bound = |unit: &str| {
        let own = |node: &Node| {
            node.metering
                .as_ref()
                .filter(|metering| &*metering.unit == unit)
                .map_or(0, |metering| metering.max)
        };
        bounds::Counter::new(nodes, &own).node(ROOT)
    };
    units
        .into_iter()
        .map(|unit| MeteringBound {
            unit: unit.to_owned(),
            max: bound(unit),
        })
        .collect()
}
