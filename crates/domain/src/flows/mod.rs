//! Flows: drafts, versions, deployments. Owns `flows`, `flow_versions` and `deployments`.
//!
//! A flow has a draft, which may be anything, and numbered versions, which compile and never change. A deployment
//! makes a version live in an environment until the next one replaces it.
//!
//! Invariants: slugs are unique among the flows of a workspace that are not deleted; version numbers are given out
//! under a lock of the flow's row, without gaps; at most one deployment of a flow is live in an environment; every
//! change of what is live raises the workspace's configuration epoch in its transaction.

mod compile;
mod create;
mod delete;
mod deploy;
mod draft;
mod erase;
mod error;
mod live;
mod plans;
mod read;
mod source;
mod store;
mod update;
mod versions;

pub use compile::{Checked, Compiled, check};
pub use create::{NewFlow, create};
pub use delete::{RESTORABLE, delete, restore};
pub use deploy::{DeploymentFilter, NewDeployment, deploy, deployments};
pub(crate) use draft::draft_source;
pub use draft::{SavedDraft, save_draft};
pub use erase::erase_due_all_workspaces;
pub use error::{Error, Obstacle};
pub use flow::{Finding, Severity};
pub use live::LiveFlow;
pub use read::{FlowFilter, list, view};
pub(crate) use read::{id_of, known_id};
pub use source::{Source, SourceError};
pub use update::{FlowPatch, update};
pub use versions::{NewVersion, list_versions, save_version, view_version};

use types::{
    Comment, DeploymentId, DisplayName, Duration, EnvironmentId, FlowId, FlowVersionId, IdOrSlug, Label,
    Slug, Timestamp, kinds,
};

use crate::{access::Actor, runs::LastRun};

/// Most flows of one workspace, deleted ones not counted.
pub const FLOWS_MAX: i64 = 10_000;
/// The highest multiplier of a flow's price, in thousandths.
pub const PRICE_PERMILLE_MAX: i64 = 1_000_000;
/// The price of the instance, unchanged.
pub const PRICE_PERMILLE_DEFAULT: i64 = 1_000;
/// How long inputs, outputs and steps of runs are kept unless the flow says otherwise.
pub const RETENTION_DAYS_DEFAULT: i64 = 30;
/// The longest that they can be kept.
pub const RETENTION_DAYS_MAX: i64 = 3_650;

/// How a request names a flow.
pub type FlowRef = IdOrSlug<kinds::Flow>;

/// A flow without its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// Its name in addresses.
    pub slug: Slug,
    /// What people call it.
    pub name: DisplayName,
    /// What it is for.
    pub description: Comment,
    /// What is being edited, if anything is.
    pub draft: Option<DraftMark>,
    /// The revision that the draft has or had last, 0 before the first.
    pub draft_revision: i64,
    /// The number of the newest version; `None` before the first.
    pub latest_version: Option<i64>,
    /// Where which version is live.
    pub live: Vec<LiveIn>,
    /// Its newest run, as far as the caller may see it.
    pub last_run: Option<LastRun>,
    /// What a call costs: the price that the instance has for one times this, in thousandths. Prices of its requests
    /// and units are added as they are.
    pub price_permille: i64,
    /// What is kept of its runs.
    pub retention: Retention,
    /// For how long.
    pub retention_days: i64,
    /// Who made it.
    pub created_by: Actor,
    /// When.
    pub created_at: Timestamp,
    /// When it was last changed, its draft and its versions included.
    pub updated_at: Timestamp,
    /// When something else than its draft and its versions was last changed; later with every such change.
    pub details_changed_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
}

impl Flow {
    /// Tells one state of its details from all others, for `ETag` and `If-Match`. Its draft and its versions have
    /// numbers of their own.
    pub const fn revision(&self) -> i64 {
        self.details_changed_at.us()
    }

    /// When a change of its details at `now` shall have been.
    fn next_change(&self, now: Timestamp) -> Timestamp {
        now.max(self.details_changed_at.plus(Duration::from_us(1)))
    }
}

/// A flow with the text of its draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowView {
    /// The flow.
    pub flow: Flow,
    /// The draft as it was written; `None` when nothing is being edited.
    pub draft: Option<String>,
}

/// Says of a draft everything but its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftMark {
    /// Rises with each save.
    pub revision: i64,
    /// Who saved it last.
    pub saved_by: Actor,
    /// When.
    pub saved_at: Timestamp,
}

/// A version that is live somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveIn {
    /// Where.
    pub environment: EnvironmentId,
    /// What the environment is called.
    pub name: Slug,
    /// Which version.
    pub version: i64,
    /// Since when.
    pub since: Timestamp,
}

/// What is kept of the runs of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retention {
    /// Input, output, error and steps.
    All,
    /// That it ran, when and how it ended; the steps without their values, and of their errors type,
    /// status and instance.
    Metadata,
    /// Nothing but the usage event.
    Nothing,
}

impl Retention {
    /// All of them.
    pub const ALL: &[Self] = &[Self::All, Self::Metadata, Self::Nothing];

    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Metadata => "metadata",
            Self::Nothing => "nothing",
        }
    }

    /// From the spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|retention| retention.as_str() == text)
    }
}

/// An immutable numbered snapshot of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: FlowVersionId,
    /// Whose it is.
    pub flow: FlowId,
    /// From 1, without gaps.
    pub number: i64,
    /// Why it was saved.
    pub comment: Comment,
    /// A short mark.
    pub label: Label,
    /// Who saved it.
    pub author: Actor,
    /// When.
    pub created_at: Timestamp,
    /// Where it is live.
    pub live: Vec<LiveIn>,
}

/// A version with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionView {
    /// The version.
    pub version: Version,
    /// As it was written, with its comments and order.
    pub source: String,
    /// The canonical JSON that runs.
    pub definition: String,
}

/// One time a version was made live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// Its id.
    pub id: DeploymentId,
    /// Of which flow.
    pub flow: FlowId,
    /// Where.
    pub environment: EnvironmentId,
    /// What the environment is called.
    pub environment_name: Slug,
    /// Which version.
    pub version: i64,
    /// Why.
    pub note: Comment,
    /// By whom.
    pub created_by: Actor,
    /// When.
    pub created_at: Timestamp,
    /// Until when it was live; `None` while it is.
    pub replaced_at: Option<Timestamp>,
}

/// What is kept in memory of flows: compiled plans, and what is live where.
#[derive(Debug)]
pub struct FlowCaches {
    plans: plans::PlanCache,
    live: live::LiveCache,
    compiler: compile::Compiler,
}

impl FlowCaches {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self {
            plans: plans::PlanCache::new(),
            live: live::LiveCache::new(),
            compiler: compile::Compiler::new(),
        }
    }
}

impl Default for FlowCaches {
    fn default() -> Self {
        Self::new()
    }
}
