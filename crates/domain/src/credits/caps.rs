//! Caps: whether a price fits below the limits that were set, and what is used of them.
//!
//! A cap of a key is one of its lineage: of all keys that replaced one another, which count together. So replacing a key
//! is no way around its cap, neither while both are good nor after.

use types::{Microcredits, Timestamp, WorkspaceId};
use uuid::Uuid;

use super::{
    CapSubject, CapSubjectKind, MeteredCall, ReachedCap, Refusal,
    state::{Account, CapPeriod},
};

/// Refuses an amount that would pass a cap.
pub fn check(
    account: &Account,
    workspace: WorkspaceId,
    call: &MeteredCall,
    amount: i64,
    now: Timestamp,
) -> Result<(), Refusal> {
    match reached(account, workspace, call, amount, now).next() {
        Some(cap) => Err(Refusal::CapReached(cap)),
        None => Ok(()),
    }
}

/// The caps that an amount would pass. Free calls pass none: a cap limits spending, not calling.
pub fn reached<'a>(
    account: &'a Account,
    workspace: WorkspaceId,
    call: &'a MeteredCall,
    amount: i64,
    now: Timestamp,
) -> impl Iterator<Item = ReachedCap> + 'a {
    let caps = account.caps.iter();
    let concerned = caps.filter(move |cap| amount > 0 && concerns(cap.subject, workspace, call));
    concerned.filter_map(move |cap| {
        let period = CapPeriod {
            subject: cap.subject,
            period: cap.period,
            start: cap.period.start(now),
        };
        let usage = account.cap_usage.get(&period).copied().unwrap_or_default();
        let used = usage.used.saturating_add(usage.held);
        let resets_at = cap.period.next_start(now);
        (used.saturating_add(amount) > cap.limit).then(|| ReachedCap {
            subject: as_called(cap.subject, call),
            period: cap.period,
            limit: Microcredits::new(cap.limit),
            used: Microcredits::new(used),
            resets_at,
            retry_after: resets_at.since(now),
        })
    })
}

/// Counts what was charged or set aside at `at` towards the caps that the call is under.
pub fn add(
    account: &mut Account,
    workspace: WorkspaceId,
    call: &MeteredCall,
    at: Timestamp,
    used: i64,
    held: i64,
) {
    if used == 0 && held == 0 {
        return;
    }
    for cap in account
        .caps
        .iter()
        .filter(|cap| concerns(cap.subject, workspace, call))
    {
        let period = CapPeriod {
            subject: cap.subject,
            period: cap.period,
            start: cap.period.start(at),
        };
        let usage = account.cap_usage.entry(period).or_default();
        usage.used = usage.used.saturating_add(used);
        usage.held = usage.held.saturating_add(held);
        usage.changed = true;
    }
}

/// Takes back what was counted as set aside when the hold was taken. A cap that was made later counted the hold
/// then; one that was made in a later period never did, and has no row to take from.
pub fn release(
    account: &mut Account,
    workspace: WorkspaceId,
    call: &MeteredCall,
    taken_at: Timestamp,
    held: i64,
) {
    for cap in account
        .caps
        .iter()
        .filter(|cap| concerns(cap.subject, workspace, call))
    {
        let period = CapPeriod {
            subject: cap.subject,
            period: cap.period,
            start: cap.period.start(taken_at),
        };
        if let Some(usage) = account.cap_usage.get_mut(&period) {
            usage.held = (usage.held - held).max(0);
            usage.changed = true;
        }
    }
}

/// The cap's subject as the caller knows it: by the key that he has, and not by the first one that it replaced.
fn as_called(subject: CapSubject, call: &MeteredCall) -> CapSubject {
    match (subject.kind, call.key) {
        (CapSubjectKind::Key, Some(key)) => CapSubject {
            id: key.uuid(),
            ..subject
        },
        _ => subject,
    }
}

/// Is the call one of those that the cap is about?
pub fn concerns(subject: CapSubject, workspace: WorkspaceId, call: &MeteredCall) -> bool {
    subject_id(subject.kind, workspace, call) == Some(subject.id)
}

/// Which one of a kind the call is under.
pub fn subject_id(kind: CapSubjectKind, workspace: WorkspaceId, call: &MeteredCall) -> Option<Uuid> {
    match kind {
        CapSubjectKind::Workspace => Some(workspace.uuid()),
        CapSubjectKind::Key => call.key_lineage.or(call.key).map(|id| id.uuid()),
        CapSubjectKind::Member => call.user.map(|id| id.uuid()),
        CapSubjectKind::Tenant => call.tenant.map(|id| id.uuid()),
        CapSubjectKind::Environment => call.environment.map(|id| id.uuid()),
        CapSubjectKind::Flow => call.flow.map(|id| id.uuid()),
    }
}
