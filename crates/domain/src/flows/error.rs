//! What can go wrong with flows.

use flow::Finding;
use types::{CursorError, Slug};

use super::{FlowRef, FlowView, VersionView};
use crate::{
    access::{Actor, Denied},
    api_keys::Restricted,
    environments,
};

/// Errors of this folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workspace has no such flow.
    #[error("there is no flow {flow}")]
    Unknown {
        /// What was asked for.
        flow: FlowRef,
    },
    /// The flow has no such version.
    #[error("the flow has no version {number}")]
    UnknownVersion {
        /// What was asked for.
        number: i64,
    },
    /// Nothing is being edited.
    #[error("the flow has no draft")]
    NoDraft,
    /// Another flow of the workspace has the slug.
    #[error("the slug {slug} is taken")]
    SlugTaken {
        /// What was wanted.
        slug: Slug,
        /// One that is free.
        suggestion: Slug,
    },
    /// The workspace has as many as it may.
    #[error("a workspace has at most {max} flows")]
    TooMany {
        /// How many that is.
        max: i64,
    },
    /// The text is no flow that can be run: everything that is wrong with it.
    #[error("the definition is not valid")]
    Invalid {
        /// All findings, warnings too.
        findings: Vec<Finding>,
    },
    /// The definition is the one of the latest version.
    #[error("nothing has changed since version {number}")]
    Unchanged {
        /// The latest version.
        number: i64,
    },
    /// What was changed is said to be a version, and there is none.
    #[error("the flow has no version yet that could have been changed")]
    NoVersionYet,
    /// Somebody else changed its details since they were read.
    #[error("the flow was changed meanwhile")]
    Stale {
        /// As it is now.
        current: Box<FlowView>,
    },
    /// Somebody else saved a version since.
    #[error("version {} was saved in the meantime", latest.version.number)]
    VersionConflict {
        /// The latest version, with its text.
        latest: Box<VersionView>,
        /// The text that was to be saved.
        yours: String,
    },
    /// Somebody else saved the draft since.
    #[error("the draft was saved in the meantime: its revision is {revision}")]
    DraftConflict {
        /// Its revision now.
        revision: i64,
        /// Its text now.
        latest: Option<String>,
        /// Who saved that.
        latest_author: Option<Actor>,
        /// The text that was to be saved.
        yours: String,
    },
    /// Deployments to the environment need the approval of another member.
    #[error("the environment {environment} is protected")]
    Protected {
        /// Which.
        environment: Slug,
    },
    /// The version cannot be live there: everything that stands in the way.
    #[error("the version cannot be deployed")]
    CannotDeploy {
        /// What is missing or has no bound.
        obstacles: Vec<Obstacle>,
    },
    /// Too much is being compiled.
    #[error("too many definitions are being compiled")]
    Busy,
    /// The cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// Something about the environment.
    #[error(transparent)]
    Environment(#[from] environments::Error),
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The key is for other flows, or for other environments.
    #[error(transparent)]
    Restricted(#[from] Restricted),
    /// The database.
    #[error(transparent)]
    Internal(#[from] db::Error),
}

impl db::Conflicts for Error {
    fn is_conflict(&self) -> bool {
        match self {
            Self::Internal(error) => error.is_conflict(),
            Self::Environment(error) => error.is_conflict(),
            _ => false,
        }
    }
}

/// Something that keeps a version from being live in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// It does not compile any more.
    Finding(Finding),
    /// It can make outgoing calls without end, so that no hold could cover it.
    UnboundedCalls,
    /// It can use a metered unit without end.
    UnboundedUnit {
        /// Which.
        unit: String,
    },
    /// The environment lacks a variable that it reads.
    MissingVariable {
        /// Its name.
        name: String,
    },
    /// The environment lacks a secret that it declares.
    MissingSecret {
        /// Its name.
        name: String,
    },
}
