//! Accounts, grants, ledger, runs and rollup: what the calls that are added have left behind.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::backup::{Cell::Id as Ref, Cell::Int, Cell::Null, Cell::Text, Named, Table, Writer};
use crate::calls::{Call, Kind, MICROCREDITS, Sums, rolled_up};
use crate::ids::{Id, NONE, What};
use crate::instance::{Instance, add, copy};

/// What each added workspace was given.
const GRANTED: i64 = 1_000_000 * MICROCREDITS;

/// Of a closing line: whose call, of what.
struct Owner<'a> {
    workspace: Id,
    grant: Id,
    keys: &'a dyn Fn(usize) -> Id,
    /// Flows with their environment; without them the calls are checks of keys.
    flows: Option<(&'a [Id], Id)>,
}

impl Owner<'_> {
    fn flow(&self, call: usize) -> Option<(Id, Id)> {
        self.flows.map(|(flows, environment)| (flows[call], environment))
    }
}

impl Instance {
    /// Runs a function on each added workspace that has calls, and on the hot one.
    fn each_owner(&self, mut write: impl FnMut(&Owner, Owned) -> Result<()>) -> Result<()> {
        for workspace in 0..self.added {
            let keys = |key: usize| self.key_id(workspace, key as u64);
            let owner = Owner {
                workspace: self.workspace_id(workspace),
                grant: self.grant_id(workspace),
                keys: &keys,
                flows: None,
            };
            write(&owner, Owned::Added(workspace))?;
        }
        let keys = |key: usize| self.hot.keys[key];
        let owner = Owner {
            workspace: self.hot.id,
            grant: self.hot.grant,
            keys: &keys,
            flows: Some((&self.hot.flows, self.hot.environment)),
        };
        write(&owner, Owned::Hot)
    }

    fn calls(&self, owned: Owned) -> Box<dyn Iterator<Item = Call>> {
        match owned {
            Owned::Added(workspace) => Box::new(self.calls_of(workspace)),
            Owned::Hot => Box::new(self.hot_calls()),
        }
    }

    /// What the hot workspace has spent on the calls that are added.
    fn hot_spent(&self) -> i64 {
        self.hot.calls as i64 * MICROCREDITS
    }

    pub fn accounts(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        for workspace in 0..self.added {
            let calls = self.calls_count(workspace) as i64;
            let (left, last) = (Int(GRANTED - calls * MICROCREDITS), 1 + calls);
            let id = Ref(self.workspace_id(workspace));
            writer.row(&[
                ("workspace_id", id),
                ("available", left),
                ("held", Int(0)),
                ("seq", Int(last)),
                ("config_epoch", Int(1)),
                ("verified_seq", Int(last)),
            ])?;
        }
        let [workspace, available, seq, verified] =
            table.columns(["workspace_id", "available", "seq", "verified_seq"])?;
        for row in &table.rows {
            let mut row = row.clone();
            if Id::of_value(&row[workspace]) == Some(self.hot.id) {
                add(&mut row, available, -self.hot_spent())?;
                add(&mut row, seq, self.hot.calls as i64)?;
                // What a server of that age would have looked at long ago.
                row[verified] = row[seq].clone();
            }
            writer.copy(&row)?;
        }
        Ok(())
    }

    pub fn grants(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        for workspace in 0..self.added {
            let at = Int(self.made_at(workspace));
            let left = GRANTED - self.calls_count(workspace) as i64 * MICROCREDITS;
            writer.row(&[
                ("workspace_id", Ref(self.workspace_id(workspace))),
                ("id", Ref(self.grant_id(workspace))),
                ("source", Text("promotion")),
                ("amount", Int(GRANTED)),
                ("remaining", Int(left)),
                ("held", Int(0)),
                ("priority", Int(50)),
                ("effective_at", Int(self.made_at(workspace))),
                ("activated_at", Int(self.made_at(workspace))),
                ("note", Text("grown")),
                ("created_kind", Text("system")),
                ("created_at", at),
            ])?;
        }
        let [id, remaining] = table.columns(["id", "remaining"])?;
        for row in &table.rows {
            let mut row = row.clone();
            if Id::of_value(&row[id]) == Some(self.hot.grant) {
                add(&mut row, remaining, -self.hot_spent())?;
                ensure!(
                    row[remaining].as_i64() > Some(0),
                    "the hot workspace has fewer credits than calls"
                );
            }
            writer.copy(&row)?;
        }
        Ok(())
    }

    pub fn lines(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        self.each_owner(|owner, owned| {
            let mut available = match owned {
                Owned::Added(workspace) => {
                    writer.row(&self.granted(owner, workspace))?;
                    GRANTED
                }
                Owned::Hot => self.first_line_of_hot(writer, table)?,
            };
            for (seq, call) in (2..).zip(self.calls(owned)) {
                available -= MICROCREDITS;
                writer.row(&closing_line(owner, &call, seq, available))?;
            }
            Ok(())
        })?;
        let [workspace, seq, available] = table.columns(["workspace_id", "seq", "available_after"])?;
        for row in &table.rows {
            let mut row = row.clone();
            if Id::of_value(&row[workspace]) == Some(self.hot.id) {
                if row[seq] == 1 {
                    continue;
                }
                add(&mut row, seq, self.hot.calls as i64)?;
                add(&mut row, available, -self.hot_spent())?;
            }
            writer.copy(&row)?;
        }
        Ok(())
    }

    fn granted(&self, owner: &Owner, workspace: u64) -> [Named<'static>; 12] {
        let at = self.made_at(workspace);
        let id = Id::new(at, What::Line, workspace, u64::MAX);
        [
            ("workspace_id", Ref(owner.workspace)),
            ("seq", Int(1)),
            ("id", Ref(id)),
            ("kind", Text("grant")),
            ("available_delta", Int(GRANTED)),
            ("held_delta", Int(0)),
            ("available_after", Int(GRANTED)),
            ("held_after", Int(0)),
            ("grant_id", Ref(owner.grant)),
            ("actor_kind", Text("system")),
            ("at", Int(at)),
            ("note", Text("grown")),
        ]
    }

    /// The grant stands before all calls, in time too. Answers what was available then.
    fn first_line_of_hot(&self, writer: &mut Writer, table: &Table) -> Result<i64> {
        let [seq, kind, at, available] = table.columns(["seq", "kind", "at", "available_after"])?;
        let first = table
            .rows_with("workspace_id", self.hot.id)?
            .find(|row| row[seq] == 1);
        let mut first = first.context("the hot workspace has no first line")?.clone();
        ensure!(
            first[kind] == "grant",
            "the first line of the hot workspace is no grant"
        );
        first[at] = Value::from(self.span.from);
        writer.copy(&first)?;
        first[available].as_i64().context("a line has no balance")
    }

    pub fn runs(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        for call in self.hot_calls() {
            // As after the days that values are kept: without input, output and steps.
            writer.row(&[
                ("workspace_id", Ref(self.hot.id)),
                ("id", Ref(call.id)),
                ("flow_id", Ref(self.hot.flows[call.flow])),
                ("version", Int(1)),
                ("environment_id", Ref(self.hot.environment)),
                ("actor_kind", Text("key")),
                ("actor_id", Ref(self.hot.keys[call.key])),
                ("surface", Text("api")),
                ("state", Text(call.status())),
                ("started_at", Int(call.at - call.latency_us)),
                ("ended_at", Int(call.at)),
                ("credits", Int(MICROCREDITS)),
            ])?;
        }
        copy(writer, table)
    }

    pub fn rollup(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        self.each_owner(|owner, owned| {
            rolled_up(self.calls(owned), |quarter, kinds: &BTreeMap<Kind, Sums>| {
                for (&(flow, key, status, bucket), sums) in kinds {
                    let (flow, environment) = owner.flow(flow).unwrap_or((NONE, NONE));
                    writer.row(&[
                        ("workspace_id", Ref(owner.workspace)),
                        ("quarter", Int(quarter)),
                        ("flow_id", Ref(flow)),
                        ("key_id", Ref((owner.keys)(key))),
                        ("user_id", Ref(NONE)),
                        ("environment_id", Ref(environment)),
                        ("tenant_id", Ref(NONE)),
                        ("status", Text(status)),
                        ("latency_bucket", Int(bucket)),
                        ("calls", Int(sums.calls)),
                        ("credits", Int(sums.calls * MICROCREDITS)),
                        ("latency_us", Int(sums.latency_us)),
                    ])?;
                }
                Ok::<_, anyhow::Error>(())
            })
        })?;
        copy(writer, table)
    }
}

/// Whose calls.
#[derive(Debug, Clone, Copy)]
enum Owned {
    Added(u64),
    Hot,
}

fn closing_line(owner: &Owner, call: &Call, seq: i64, available: i64) -> [Named<'static>; 19] {
    let flow = owner.flow(call.flow);
    [
        ("workspace_id", Ref(owner.workspace)),
        ("seq", Int(seq)),
        ("id", Ref(call.id)),
        ("kind", Text("charge")),
        ("available_delta", Int(-MICROCREDITS)),
        ("held_delta", Int(0)),
        ("available_after", Int(available)),
        ("held_after", Int(0)),
        ("grant_id", Ref(owner.grant)),
        ("actor_kind", Text("key")),
        ("actor_id", Ref((owner.keys)(call.key))),
        ("at", Int(call.at)),
        ("surface", Text(if flow.is_some() { "api" } else { "verify" })),
        ("flow_id", flow.map_or(Null, |(flow, _)| Ref(flow))),
        ("flow_version", flow.map_or(Null, |_| Int(1))),
        (
            "environment_id",
            flow.map_or(Null, |(_, environment)| Ref(environment)),
        ),
        ("status", Text(call.status())),
        ("latency_us", Int(call.latency_us)),
        ("test", Int(0)),
    ]
}
