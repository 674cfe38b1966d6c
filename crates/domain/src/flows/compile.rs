//! Turning texts into plans, on a few threads that may block.

use std::sync::Arc;

use flow::{Definition, Finding, Plan, Resources, Severity};
use tokio::sync::Semaphore;

use super::{Error, FlowCaches, FlowRef, Source, read};
use crate::{
    Services,
    access::{Caller, Permission},
};

/// How many definitions are compiled at once; each takes a core while it lasts.
const COMPILING_AT_ONCE_MAX: usize = 2;

/// A definition that can run.
pub struct Compiled {
    /// The strict model.
    pub definition: Definition,
    /// What runs.
    pub plan: Arc<Plan>,
}

/// What is known of a definition without saving it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Everything found, errors and warnings.
    pub findings: Vec<Finding>,
    /// What it would do; `None` when it cannot run.
    pub summary: Option<PlanSummary>,
}

/// What a plan would do, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSummary {
    /// Can a run touch the outside or wait?
    pub outside_effects: bool,
    /// Most outgoing calls of a run; `None` without a bound.
    pub outside_calls_max: Option<u64>,
    /// The variables that it reads.
    pub variables: Vec<String>,
    /// The secrets that it declares.
    pub secrets: Vec<String>,
    /// How many tasks it has.
    pub tasks: usize,
}

/// Checks a definition without saving it: all findings at once.
pub async fn check(
    services: &Services,
    caller: &Caller,
    flow: &FlowRef,
    source: &Source,
) -> Result<Checked, Error> {
    caller.authorize(Permission::FlowsWrite)?;
    db::read!(services.db, |tx| read::find(tx, caller.workspace, flow)
        .await
        .map(drop))?;
    findings_of(services, source).await
}

/// The findings of a text that need not be a flow.
pub(super) async fn findings_of(services: &Services, source: &Source) -> Result<Checked, Error> {
    match services.flows.compile(source).await {
        Ok(compiled) => Ok(Checked {
            findings: compiled.definition.warnings().to_vec(),
            summary: Some(PlanSummary::of(&compiled.plan)),
        }),
        Err(Error::Invalid { findings }) => Ok(Checked {
            findings,
            summary: None,
        }),
        Err(error) => Err(error),
    }
}

impl FlowCaches {
    /// Compiles a text as it was written.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all findings.
    pub async fn compile(&self, source: &Source) -> Result<Compiled, Error> {
        self.compiler.compile(source.as_str().to_owned()).await
    }

    /// Compiles a text that was saved.
    pub(crate) async fn compile_stored(&self, text: String) -> Result<Compiled, Error> {
        self.compiler.compile(text).await
    }
}

impl PlanSummary {
    fn of(plan: &Plan) -> Self {
        Self {
            outside_effects: plan.has_outside_effects(),
            outside_calls_max: plan.outside_calls_max(),
            variables: plan.variables().to_vec(),
            secrets: plan.secrets().to_vec(),
            tasks: plan.task_count(),
        }
    }
}

/// Compiles a few texts at a time.
#[derive(Debug)]
pub(super) struct Compiler {
    slots: Arc<Semaphore>,
}

impl Compiler {
    pub(super) fn new() -> Self {
        Self {
            slots: Arc::new(Semaphore::new(COMPILING_AT_ONCE_MAX)),
        }
    }

    /// Compiles a text as it was written.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all findings.
    pub(super) async fn compile(&self, text: String) -> Result<Compiled, Error> {
        let slot = Arc::clone(&self.slots)
            .acquire_owned()
            .await
            .map_err(|_| Error::Busy)?;
        let compiled = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also when nobody waits for it any more.
            let _slot = slot;
            compile(&text)
        });
        // A compiler that panicked has a bug; the text it stumbled over can at least be told.
        compiled.await.map_err(|_| Error::Busy)?
    }
}

fn compile(text: &str) -> Result<Compiled, Error> {
    let invalid = |findings| Error::Invalid { findings };
    let definition = Definition::parse(text).map_err(invalid)?;
    let plan = Plan::compile(&definition, &Resources::default()).map_err(invalid)?;
    debug_assert!(
        definition
            .warnings()
            .iter()
            .all(|finding| finding.severity == Severity::Warning),
        "a parsed definition has no errors"
    );
    Ok(Compiled { definition, plan })
}
