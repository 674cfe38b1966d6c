//! Rows of what is set aside: open holds, and what caps count of them.

use db::{Error, Result};
use types::{Timestamp, WorkspaceId};
use uuid::Uuid;

use super::{
    super::{MeteredCall, state::CapPeriod},
    load::{period, subject},
};

/// A hold that is open.
#[derive(Debug, sqlx::FromRow)]
pub struct OpenHold {
    workspace_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// How much.
    pub amount: i64,
    taken_at: i64,
    call: String,
}

impl OpenHold {
    /// Whose.
    pub const fn workspace(&self) -> WorkspaceId {
        WorkspaceId::from_uuid(self.workspace_id)
    }

    /// When it was taken.
    pub const fn taken_at(&self) -> Timestamp {
        Timestamp::from_us(self.taken_at)
    }

    /// What for.
    pub fn call(&self) -> Result<MeteredCall> {
        serde_json::from_str(&self.call).map_err(|error| Error::corrupt("holds", error))
    }
}

/// What a cap counts as set aside.
#[derive(Debug, sqlx::FromRow)]
pub struct CountedHolds {
    workspace_id: Uuid,
    subject_kind: String,
    subject_id: Uuid,
    period: String,
    period_start: i64,
    /// How much.
    pub held: i64,
}

impl CountedHolds {
    /// Whose.
    pub const fn workspace(&self) -> WorkspaceId {
        WorkspaceId::from_uuid(self.workspace_id)
    }

    /// By which cap, in which period.
    pub fn period(&self) -> Result<CapPeriod> {
        Ok(CapPeriod {
            subject: subject(&self.subject_kind, self.subject_id)?,
            period: period(&self.period)?,
            start: Timestamp::from_us(self.period_start),
        })
    }
}
