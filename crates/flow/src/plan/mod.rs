//! The compiled flow.

mod schema;
mod tree;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use schema::SchemaViolation;
pub use tree::TaskTree;

use crate::definition::Definition;
use crate::finding::Finding;
use crate::value::Value;

/// What a definition refers to by name, brought by the host before compiling.
#[derive(Clone, Debug, Default)]
pub struct Resources {
    /// JSON Schemas by endpoint, such as `model:Customer@3`.
    pub schemas: BTreeMap<String, serde_json::Value>,
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
    tree: Vec<TaskTree>,
}

impl Plan {
    /// Compiles a definition. Takes about half a millisecond plus a little per expression: do it off the hot
    /// path and keep the plan.
    ///
    /// # Errors
    /// All findings of severity error (and the warnings with them).
    pub fn compile(definition: &Definition, resources: &Resources) -> Result<Arc<Self>, Vec<Finding>> {
        let _ = (definition, resources);
        Ok(Arc::new(Self { tree: Vec::new() }))
    }

    /// Whether a run can touch the outside or wait: any HTTP call, or a retry with a delay.
    #[must_use]
    pub fn has_outside_effects(&self) -> bool {
        false
    }

    /// Most HTTP requests one run can issue, loops and retries included; `None` when there is no bound.
    #[must_use]
    pub fn outside_calls_max(&self) -> Option<u64> {
        Some(0)
    }

    /// Bounds of the units that tasks declare to use.
    #[must_use]
    pub fn metering_bounds(&self) -> Vec<MeteringBound> {
        Vec::new()
    }

    /// Whether failed runs cost (`metadata.charge_on_failure` of the flow).
    #[must_use]
    pub fn charges_on_failure(&self) -> bool {
        false
    }

    /// The schema of the flow's input, references to models replaced.
    #[must_use]
    pub fn input_schema(&self) -> Option<&serde_json::Value> {
        None
    }

    /// The schema of the flow's output.
    #[must_use]
    pub fn output_schema(&self) -> Option<&serde_json::Value> {
        None
    }

    /// Checks an input against the flow's input schema, as a run would.
    ///
    /// # Errors
    /// What does not fit, at most [`crate::limits::VIOLATIONS_MAX`].
    pub fn validate_input(&self, input: &Value) -> Result<(), Vec<SchemaViolation>> {
        let _ = input;
        Ok(())
    }

    /// Names read as `$env.NAME`, sorted. A computed name (`$env[.x]`) is not among them.
    #[must_use]
    pub fn variables(&self) -> &[String] {
        &[]
    }

    /// Names listed in `use.secrets`, sorted.
    #[must_use]
    pub fn secrets(&self) -> &[String] {
        &[]
    }

    /// Those of [`Plan::secrets`] that every tenant brings (`metadata.per_tenant` of the flow).
    #[must_use]
    pub fn secrets_per_tenant(&self) -> &[String] {
        &[]
    }

    /// Whether an expression reads `$tenant`.
    #[must_use]
    pub fn uses_tenant(&self) -> bool {
        false
    }

    /// The flow's own timeout.
    #[must_use]
    pub fn timeout_ms(&self) -> Option<u64> {
        None
    }

    /// Number of tasks, nested ones included.
    #[must_use]
    pub fn task_count(&self) -> usize {
        0
    }

    /// The tasks as a tree, for drawing.
    #[must_use]
    pub fn tree(&self) -> &[TaskTree] {
        &self.tree
    }
}
