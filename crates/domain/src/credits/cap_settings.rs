//! Caps as they are set: how much a workspace, key, member, environment or flow may spend in a day or a month.
//!
//! A cap of a key is kept on the first key of its lineage and shown on the newest: it goes on when a key is replaced,
//! and so does what was used of it.

use types::{Microcredits, Timestamp};

use super::{CapSubject, CapSubjectKind, Error, Period, raise_config_epoch, store};
use crate::{
    Services,
    access::{Caller, Permission},
    audit::{self, Change},
};

/// A cap and what is used of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapView {
    /// Whose.
    pub subject: CapSubject,
    /// A day or a month, in UTC.
    pub period: Period,
    /// How much it allows.
    pub limit: Microcredits,
    /// Charged in the current period.
    pub used: Microcredits,
    /// Set aside in the current period.
    pub held: Microcredits,
    /// When the next period begins.
    pub resets_at: Timestamp,
}

/// Most caps of a workspace: each charge of the workspace reads them all.
const CAPS_MAX: i64 = 1_000;

/// All caps of the caller's workspace.
pub async fn caps(services: &Services, caller: &Caller) -> Result<Vec<CapView>, Error> {
    caller.authorize(Permission::CreditsRead)?;
    let now = services.clock.now();
    db::read!(services.db, |tx| Ok(store::cap_settings::list(
        tx,
        caller.workspace,
        now
    )
    .await?))
}

/// Sets a cap. In the middle of a period it starts from what the period has used so far.
///
/// # Errors
/// [`Error::Invalid`] when the subject is not one of the workspace, the limit is negative, or there are too many.
pub async fn set_cap(
    services: &Services,
    caller: &Caller,
    subject: CapSubject,
    period: Period,
    limit: Microcredits,
) -> Result<CapView, Error> {
    caller.authorize(Permission::BillingManage)?;
    if limit.is_negative() {
        return Err(Error::Invalid {
            pointer: "/credits",
            what: "must not be negative".to_owned(),
        });
    }
    let change = Change::by(caller, "cap.set", "cap", subject.id).with(serde_json::json!({
        "subject": subject.kind.as_str(), "period": period.as_str(), "credits": limit,
    }));
    db::write!(services.db, |tx| {
        // Locks the account: what is summed up below cannot move until the cap is there.
        raise_config_epoch(tx, caller.workspace).await?;
        // Not before: the period may have ended while others had the account.
        let now = services.clock.now();
        if !store::cap_settings::subject_exists(tx, caller.workspace, subject).await? {
            let what = format!("names no {} of this workspace", subject.kind.as_str());
            return Err(Error::Invalid {
                pointer: "/subject_id",
                what,
            });
        }
        let kept = store::cap_settings::kept_on(tx, caller.workspace, subject).await?;
        if store::cap_settings::count_others(tx, caller.workspace, kept, period).await? >= CAPS_MAX {
            let what = format!("a workspace has at most {CAPS_MAX} caps");
            return Err(Error::Invalid { pointer: "", what });
        }
        store::cap_settings::upsert(tx, caller, kept, period, limit, now).await?;
        store::cap_settings::begin_usage(tx, caller.workspace, kept, period, now).await?;
        audit::record(tx, services, &change).await?;
        let set = store::cap_settings::find(tx, caller.workspace, kept, period, now).await?;
        set.ok_or(Error::NotFound { what: "cap" })
    })
}

/// Removes a cap.
pub async fn remove_cap(
    services: &Services,
    caller: &Caller,
    subject: CapSubject,
    period: Period,
) -> Result<(), Error> {
    caller.authorize(Permission::BillingManage)?;
    let change = Change::by(caller, "cap.removed", "cap", subject.id).with(serde_json::json!({
        "subject": subject.kind.as_str(), "period": period.as_str(),
    }));
    db::write!(services.db, |tx| {
        raise_config_epoch(tx, caller.workspace).await?;
        let kept = store::cap_settings::kept_on(tx, caller.workspace, subject).await?;
        if !store::cap_settings::delete(tx, caller.workspace, kept, period).await? {
            return Err(Error::NotFound { what: "cap" });
        }
        Ok(audit::record(tx, services, &change).await?)
    })
}

/// The subject that a caller names: the workspace itself needs no id.
pub fn subject(caller: &Caller, kind: CapSubjectKind, id: Option<uuid::Uuid>) -> Result<CapSubject, Error> {
    match (kind, id) {
        (CapSubjectKind::Workspace, None) => Ok(CapSubject {
            kind,
            id: caller.workspace.uuid(),
        }),
        (CapSubjectKind::Workspace, Some(id)) if id == caller.workspace.uuid() => Ok(CapSubject { kind, id }),
        (CapSubjectKind::Workspace, Some(_)) => Err(Error::NotFound { what: "workspace" }),
        (kind, Some(id)) => Ok(CapSubject { kind, id }),
        (kind, None) => {
            let what = format!("is needed: the id of the {}", kind.as_str());
            Err(Error::Invalid {
                pointer: "/subject_id",
                what,
            })
        }
    }
}
