//! Who did what to what. Owns `audit_events` and `outbox`.
//!
//! Every mutating operation records its change here, within its transaction: one row for the audit log, and one in
//! the outbox, from which webhooks and notices will be sent. Numbering and hashing of the audit rows, lists and
//! delivery are done later by others, from these rows. Charges are not audited: the ledger is their record.

mod store;

use db::Tx;
use types::{AuditEventId, OutboxId, Timestamp, WorkspaceId};
use uuid::Uuid;

use crate::{
    Services,
    access::{Actor, Caller, Operator, Origin, Person},
};

/// One thing that was done.
#[derive(Debug)]
pub struct Change<'a> {
    /// What: `key.created`, a noun and a verb in the past tense.
    pub action: &'static str,
    /// The kind of thing it was done to: `key`.
    pub resource_kind: &'static str,
    /// Which one.
    pub resource_id: Option<Uuid>,
    /// What else is worth knowing. Never a secret.
    pub details: serde_json::Value,
    /// Whose it is; `None` for what belongs to the instance.
    pub workspace: Option<WorkspaceId>,
    /// Who did it.
    pub actor: Actor,
    /// From where; `None` for jobs and the command line.
    pub origin: Option<&'a Origin>,
}

impl<'a> Change<'a> {
    /// Done by a caller in his workspace.
    pub fn by(
        caller: &'a Caller,
        action: &'static str,
        resource_kind: &'static str,
        resource_id: Uuid,
    ) -> Self {
        Self {
            action,
            resource_kind,
            resource_id: Some(resource_id),
            details: serde_json::Value::Null,
            workspace: Some(caller.workspace),
            actor: caller.actor,
            origin: Some(&caller.origin),
        }
    }

    /// Done by a person to himself, or to a workspace that he makes.
    pub fn by_person(
        person: &'a Person,
        action: &'static str,
        resource_kind: &'static str,
        resource_id: Uuid,
    ) -> Self {
        Self {
            action,
            resource_kind,
            resource_id: Some(resource_id),
            details: serde_json::Value::Null,
            workspace: None,
            actor: Actor::User(person.user),
            origin: Some(&person.origin),
        }
    }

    /// Done by the operator.
    pub fn by_operator(
        operator: &'a Operator,
        action: &'static str,
        resource_kind: &'static str,
        resource_id: Option<Uuid>,
    ) -> Self {
        Self {
            action,
            resource_kind,
            resource_id,
            details: serde_json::Value::Null,
            workspace: None,
            actor: operator.actor,
            origin: Some(&operator.origin),
        }
    }

    /// The same, in a workspace.
    #[must_use]
    pub const fn in_workspace(mut self, workspace: WorkspaceId) -> Self {
        self.workspace = Some(workspace);
        self
    }

    /// The same, with details.
    #[must_use]
    pub fn with(mut self, details: serde_json::Value) -> Self {
        self.details = details;
        self
    }
}

/// A change ready to be written: for what is written later, by the batching writer.
#[derive(Debug, Clone)]
pub struct Entry {
    id: AuditEventId,
    event: OutboxId,
    at: Timestamp,
    workspace: Option<WorkspaceId>,
    actor: Actor,
    action: &'static str,
    resource_kind: &'static str,
    resource_id: Option<Uuid>,
    origin: Option<Origin>,
    details: String,
}

/// Makes the rows of a change.
pub fn prepare(services: &Services, change: &Change<'_>) -> Entry {
    Entry {
        id: services.ids.next(),
        event: services.ids.next(),
        at: services.clock.now(),
        workspace: change.workspace,
        actor: change.actor,
        action: change.action,
        resource_kind: change.resource_kind,
        resource_id: change.resource_id,
        origin: change.origin.cloned(),
        details: change.details.to_string(),
    }
}

/// Records a change in the transaction that makes it.
pub async fn record(tx: &mut Tx, services: &Services, change: &Change<'_>) -> db::Result<()> {
    write(tx, &prepare(services, change)).await
}

/// Writes a prepared change in the transaction that makes it.
pub async fn write(tx: &mut Tx, entry: &Entry) -> db::Result<()> {
    store::insert_event(tx, entry).await?;
    store::insert_outbox(tx, entry).await
}
