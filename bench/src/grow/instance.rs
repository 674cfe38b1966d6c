//! What is added to the small instance, and in which table.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::backup::{Backup, Table, Writer};
use crate::calls::{Call, Span, calls, quarter_start};
use crate::ids::{Id, What};

/// How far back calls go.
const DAYS: i64 = 90;
const DAY_US: i64 = 24 * 60 * 60 * 1_000_000;
/// Keys of the hot workspace that have called.
const HOT_KEYS_CALLING: usize = 5;
/// One key in so many is added to the hot workspace, so that its list grows too.
const HOT_KEY_IN: u64 = 500;

/// How much there is in the end.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub workspaces: u64,
    pub keys: u64,
    pub calls: u64,
}

/// The plan.
pub struct Instance {
    pub hot: Hot,
    /// Workspaces that are added.
    pub added: u64,
    /// Keys that are added to them, and to the hot one.
    pub keys: u64,
    pub hot_keys: u64,
    /// Calls of each added workspace; the first ones have one more.
    calls: (u64, u64),
    pub span: Span,
}

/// The workspace that was there and gets half of the calls.
pub struct Hot {
    pub id: Id,
    pub owner: Id,
    pub calls: u64,
    pub flows: Vec<Id>,
    pub keys: Vec<Id>,
    pub environment: Id,
    pub grant: Id,
}

impl Instance {
    /// Reads what is there and decides what is added.
    pub fn plan(backup: &Backup, hot: &str, size: Size) -> Result<Instance> {
        let there = |table: &str| Ok::<_, anyhow::Error>(backup.table(table)?.rows.len() as u64);
        let added = size.workspaces.saturating_sub(there("workspaces")?);
        let keys = size.keys.saturating_sub(there("api_keys")?);
        ensure!(
            added > 0 && keys > 0 && size.calls >= 2,
            "the instance is larger than that already"
        );
        let (hot, granted_at) = Hot::find(backup, hot, size.calls / 2)?;
        // Whole quarters of an hour before what is there, so that no row of the rollup is there twice.
        let until = quarter_start(granted_at);
        let others = size.calls - hot.calls;
        let hot_keys = keys / HOT_KEY_IN;
        Ok(Instance {
            hot,
            added,
            keys: keys - hot_keys,
            hot_keys,
            calls: (others / added, others % added),
            span: Span {
                from: until - DAYS * DAY_US,
                until,
            },
        })
    }

    /// Writes everything.
    pub fn write(&self, backup: &Backup, to: &Path) -> Result<u64> {
        let mut writer = Writer::begin(to, backup)?;
        for table in &backup.tables {
            writer.table(table)?;
            match table.name.as_str() {
                "users" => self.users(&mut writer, table),
                "workspaces" => self.workspaces(&mut writer, table),
                "workspace_slugs" => self.slugs(&mut writer, table),
                "members" => self.members(&mut writer, table),
                "environments" => self.environments(&mut writer, table),
                "api_keys" => self.api_keys(&mut writer, table),
                "credentials" => self.credentials(&mut writer, table),
                "accounts" => self.accounts(&mut writer, table),
                "grants" => self.grants(&mut writer, table),
                "ledger_lines" => self.lines(&mut writer, table),
                "runs" => self.runs(&mut writer, table),
                "usage_rollup" => self.rollup(&mut writer, table),
                _ => copy(&mut writer, table),
            }?;
        }
        writer.finish()
    }

    /// When an added workspace was made: one after the other, before the calls.
    pub fn made_at(&self, workspace: u64) -> i64 {
        self.span.from - DAY_US + workspace as i64 * 10_000
    }

    pub fn workspace_id(&self, workspace: u64) -> Id {
        Id::new(self.made_at(workspace), What::Workspace, workspace, 0)
    }

    pub fn user_id(&self, workspace: u64) -> Id {
        Id::new(self.made_at(workspace), What::User, workspace, 0)
    }

    pub fn grant_id(&self, workspace: u64) -> Id {
        Id::new(self.made_at(workspace), What::Grant, workspace, 0)
    }

    /// Keys of an added workspace.
    pub fn keys_of(&self, workspace: u64) -> u64 {
        self.keys / self.added + u64::from(workspace < self.keys % self.added)
    }

    pub fn key_id(&self, workspace: u64, key: u64) -> Id {
        Id::new(self.made_at(workspace), What::Key, workspace, key)
    }

    pub fn hot_key_id(&self, key: u64) -> Id {
        Id::new(self.span.from, What::Key, self.added, key)
    }

    /// How many calls an added workspace has.
    pub fn calls_count(&self, workspace: u64) -> u64 {
        self.calls.0 + u64::from(workspace < self.calls.1)
    }

    /// The calls of an added workspace: checks of keys, so of no flow.
    pub fn calls_of(&self, workspace: u64) -> impl Iterator<Item = Call> + use<> {
        let keys = self.keys_of(workspace).max(1) as usize;
        calls(workspace, self.calls_count(workspace), self.span, keys, 1)
    }

    /// The calls that are added to the hot one: all of flows.
    pub fn hot_calls(&self) -> impl Iterator<Item = Call> + use<> {
        let hot = &self.hot;
        calls(self.added, hot.calls, self.span, hot.keys.len(), hot.flows.len())
    }
}

impl Hot {
    /// The hot workspace, and when its only grant was given.
    fn find(backup: &Backup, name: &str, calls: u64) -> Result<(Hot, i64)> {
        let workspaces = backup.table("workspaces")?;
        let (id, named) = (workspaces.column("id")?, workspaces.column("name")?);
        let found = workspaces.rows.iter().find(|row| row[named] == name);
        let found = found.with_context(|| format!("no workspace is called {name}"))?;
        let workspace = Id::of_value(&found[id]).context("a workspace has no id")?;
        let owner = Id::of_value(&found[workspaces.column("created_by")?]).context("nobody has made it")?;

        let ids = |table: &str| -> Result<Vec<Id>> {
            let table = backup.table(table)?;
            let id = table.column("id")?;
            let rows = table.rows_with("workspace_id", workspace)?;
            rows.map(|row| Id::of_value(&row[id]).context("a row has no id"))
                .collect()
        };
        let mut keys = ids("api_keys")?;
        keys.truncate(HOT_KEYS_CALLING);
        let flows = ids("flows")?;
        ensure!(
            !keys.is_empty() && !flows.is_empty(),
            "{name} needs a key and a flow"
        );
        let environments = backup.table("environments")?;
        let is_production = environments.column("name")?;
        let environment = environments
            .rows_with("workspace_id", workspace)?
            .find(|row| row[is_production] == "production")
            .and_then(|row| Id::of_value(&row[environments.column("id").ok()?]))
            .context("there is no production")?;
        let grants = backup.table("grants")?;
        let grant = grants
            .rows_with("workspace_id", workspace)?
            .next()
            .context("it has no credits")?;
        let granted_at = grant[grants.column("created_at")?]
            .as_i64()
            .context("a grant has no time")?;
        let hot = Hot {
            id: workspace,
            owner,
            calls,
            flows,
            keys,
            environment,
            grant: Id::of_value(&grant[grants.column("id")?]).context("a grant has no id")?,
        };
        Ok((hot, granted_at))
    }
}

/// Writes the rows that were there.
pub fn copy(writer: &mut Writer, table: &Table) -> Result<()> {
    table.rows.iter().try_for_each(|row| writer.copy(row))
}

/// Adds to the number at a place of a row.
pub fn add(row: &mut [Value], place: usize, amount: i64) -> Result<()> {
    let before = row[place].as_i64().context("not a number")?;
    row[place] = Value::from(before + amount);
    Ok(())
}
