//! Accounts, grants, ledger, runs and rollup: what the calls that are added have left behind.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::backup::{Cell, Cell::Id as Ref, Cell::Int, Cell::Null, Cell::Text, Table, Writer};
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
        writer.expect(
            table,
            &[
                "workspace_id",
                "available",
                "held",
                "seq",
                "config_epoch",
                "verified_seq",
            ],
        )?;
        for workspace in 0..self.added {
            let calls = self.calls_count(workspace) as i64;
            let (left, last) = (Int(GRANTED - calls * MICROCREDITS), 1 + calls);
            let id = Ref(self.workspace_id(workspace));
            writer.row(&[id, left, Int(0), Int(last), Int(1), Int(last)])?;
        }
        for row in &table.rows {
            let mut row = row.clone();
            if Id::of_value(&row[0]) == Some(self.hot.id) {
                add(&mut row, 1, -self.hot_spent())?;
                add(&mut row, 3, self.hot.calls as i64)?;
                // What a server of that age would have looked at long ago.
                row[5] = row[3].clone();
            }
            writer.copy(&row)?;
        }
        Ok(())
    }

    pub fn grants(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        writer.expect(
            table,
            &[
                "workspace_id",
                "id",
                "source",
                "amount",
                "remaining",
                "held",
                "priority",
                "effective_at",
                "activated_at",
                "expires_at",
                "closed_at",
                "external_id",
                "note",
                "created_kind",
                "created_by",
                "created_at",
            ],
        )?;
        for workspace in 0..self.added {
            let at = Int(self.made_at(workspace));
            let left = GRANTED - self.calls_count(workspace) as i64 * MICROCREDITS;
            writer.row(&[
                Ref(self.workspace_id(workspace)),
                Ref(self.grant_id(workspace)),
                Text("promotion"),
                Int(GRANTED),
                Int(left),
                Int(0),
                Int(50),
                Int(self.made_at(workspace)),
                Int(self.made_at(workspace)),
                Null,
                Null,
                Null,
                Text("grown"),
                Text("system"),
                Null,
                at,
            ])?;
        }
        for row in &table.rows {
            let mut row = row.clone();
            if Id::of_value(&row[1]) == Some(self.hot.grant) {
                add(&mut row, 4, -self.hot_spent())?;
                ensure!(
                    row[4].as_i64() > Some(0),
                    "the hot workspace has fewer credits than calls"
                );
            }
            writer.copy(&row)?;
        }
        Ok(())
    }

    pub fn lines(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        writer.expect(
            table,
            &[
                "workspace_id",
                "seq",
                "id",
                "kind",
                "available_delta",
                "held_delta",
                "available_after",
                "held_after",
                "grant_id",
                "related_id",
                "actor_kind",
                "actor_id",
                "at",
                "note",
                "surface",
                "flow_id",
                "flow_version",
                "environment_id",
                "tenant_id",
                "resource",
                "status",
                "latency_us",
                "test",
                "tags",
            ],
        )?;
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
        for row in &table.rows {
            let mut row = row.clone();
            if Id::of_value(&row[0]) == Some(self.hot.id) {
                if row[1] == 1 {
                    continue;
                }
                add(&mut row, 1, self.hot.calls as i64)?;
                add(&mut row, 6, -self.hot_spent())?;
            }
            writer.copy(&row)?;
        }
        Ok(())
    }

    fn granted(&self, owner: &Owner, workspace: u64) -> [Cell<'static>; 24] {
        let at = self.made_at(workspace);
        let id = Id::new(at, What::Line, workspace, u64::MAX);
        [
            Ref(owner.workspace),
            Int(1),
            Ref(id),
            Text("grant"),
            Int(GRANTED),
            Int(0),
            Int(GRANTED),
            Int(0),
            Ref(owner.grant),
            Null,
            Text("system"),
            Null,
            Int(at),
            Text("grown"),
            Null,
            Null,
            Null,
            Null,
            Null,
            Null,
            Null,
            Null,
            Null,
            Null,
        ]
    }

    /// The grant stands before all calls, in time too. Answers what was available then.
    fn first_line_of_hot(&self, writer: &mut Writer, table: &Table) -> Result<i64> {
        let first = table
            .rows_with("workspace_id", self.hot.id)?
            .find(|row| row[1] == 1);
        let mut first = first.context("the hot workspace has no first line")?.clone();
        ensure!(
            first[3] == "grant",
            "the first line of the hot workspace is no grant"
        );
        first[12] = Value::from(self.span.from);
        writer.copy(&first)?;
        first[6].as_i64().context("a line has no balance")
    }

    pub fn runs(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        writer.expect(
            table,
            &[
                "workspace_id",
                "id",
                "flow_id",
                "version",
                "environment_id",
                "tenant_id",
                "actor_kind",
                "actor_id",
                "surface",
                "state",
                "started_at",
                "ended_at",
                "credits",
                "input",
                "output",
                "error",
                "steps",
            ],
        )?;
        for call in self.hot_calls() {
            writer.row(&[
                Ref(self.hot.id),
                Ref(call.id),
                Ref(self.hot.flows[call.flow]),
                Int(1),
                Ref(self.hot.environment),
                Null,
                Text("key"),
                Ref(self.hot.keys[call.key]),
                Text("api"),
                Text(call.status()),
                Int(call.at - call.latency_us),
                Int(call.at),
                Int(MICROCREDITS),
                // As after the days that values are kept.
                Null,
                Null,
                Null,
                Null,
            ])?;
        }
        copy(writer, table)
    }

    pub fn rollup(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        writer.expect(
            table,
            &[
                "workspace_id",
                "quarter",
                "flow_id",
                "key_id",
                "user_id",
                "environment_id",
                "tenant_id",
                "status",
                "latency_bucket",
                "calls",
                "credits",
                "latency_us",
            ],
        )?;
        self.each_owner(|owner, owned| {
            rolled_up(self.calls(owned), |quarter, kinds: &BTreeMap<Kind, Sums>| {
                for (&(flow, key, status, bucket), sums) in kinds {
                    let (flow, environment) = owner.flow(flow).unwrap_or((NONE, NONE));
                    writer.row(&[
                        Ref(owner.workspace),
                        Int(quarter),
                        Ref(flow),
                        Ref((owner.keys)(key)),
                        Ref(NONE),
                        Ref(environment),
                        Ref(NONE),
                        Text(status),
                        Int(bucket),
                        Int(sums.calls),
                        Int(sums.calls * MICROCREDITS),
                        Int(sums.latency_us),
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

fn closing_line(owner: &Owner, call: &Call, seq: i64, available: i64) -> [Cell<'static>; 24] {
    let flow = owner.flow(call.flow);
    [
        Ref(owner.workspace),
        Int(seq),
        Ref(call.id),
        Text("charge"),
        Int(-MICROCREDITS),
        Int(0),
        Int(available),
        Int(0),
        Ref(owner.grant),
        Null,
        Text("key"),
        Ref((owner.keys)(call.key)),
        Int(call.at),
        Null,
        Text(if flow.is_some() { "api" } else { "verify" }),
        flow.map_or(Null, |(flow, _)| Ref(flow)),
        flow.map_or(Null, |_| Int(1)),
        flow.map_or(Null, |(_, environment)| Ref(environment)),
        Null,
        Null,
        Text(call.status()),
        Int(call.latency_us),
        Int(0),
        Null,
    ]
}
