//! Users, workspaces and keys that are added. Nobody can sign in as them: their passwords and keys are noise.

use anyhow::Result;

use crate::backup::{Cell::Bytes, Cell::Id as Ref, Cell::Int, Cell::Text, Named, Table, Writer};
use crate::ids::{Id, Noise, What};
use crate::instance::{Instance, copy};

/// What a key may do that was made without saying what.
const PERMISSIONS: &str = "[\"flows:call\"]";
const ENVIRONMENTS: [&str; 3] = ["development", "staging", "production"];

impl Instance {
    pub fn users(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        for workspace in 0..self.added {
            let at = self.made_at(workspace);
            writer.row(&[
                ("id", Ref(self.user_id(workspace))),
                ("email", Text(&format!("grown-{workspace}@example.com"))),
                ("name", Text("Grown")),
                ("password_hash", Text("none")),
                ("password_changed_at", Int(at)),
                ("created_at", Int(at)),
                ("updated_at", Int(at)),
            ])?;
        }
        copy(writer, table)
    }

    pub fn workspaces(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        for workspace in 0..self.added {
            let at = self.made_at(workspace);
            writer.row(&[
                ("id", Ref(self.workspace_id(workspace))),
                ("slug", Text(&slug(workspace))),
                ("name", Text(&format!("Grown {workspace}"))),
                ("description", Text("")),
                ("time_zone", Text("UTC")),
                ("created_by", Ref(self.user_id(workspace))),
                ("created_at", Int(at)),
                ("updated_at", Int(at)),
            ])?;
        }
        copy(writer, table)
    }

    pub fn slugs(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        for workspace in 0..self.added {
            writer.row(&[
                ("slug", Text(&slug(workspace))),
                ("workspace_id", Ref(self.workspace_id(workspace))),
            ])?;
        }
        copy(writer, table)
    }

    pub fn members(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        for workspace in 0..self.added {
            writer.row(&[
                ("workspace_id", Ref(self.workspace_id(workspace))),
                ("user_id", Ref(self.user_id(workspace))),
                ("role", Text("owner")),
                ("created_at", Int(self.made_at(workspace))),
            ])?;
        }
        copy(writer, table)
    }

    pub fn environments(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        for workspace in 0..self.added {
            let at = self.made_at(workspace);
            for (position, name) in (0..).zip(ENVIRONMENTS) {
                let id = Id::new(at, What::Environment, workspace, position);
                let place = Int(position as i64);
                writer.row(&[
                    ("workspace_id", Ref(self.workspace_id(workspace))),
                    ("id", Ref(id)),
                    ("name", Text(name)),
                    ("position", place),
                    ("created_at", Int(at)),
                ])?;
            }
        }
        copy(writer, table)
    }

    pub fn api_keys(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        for workspace in 0..self.added {
            let (id, owner) = (self.workspace_id(workspace), self.user_id(workspace));
            for key in 0..self.keys_of(workspace) {
                let at = self.made_at(workspace);
                writer.row(&key_row(id, self.key_id(workspace, key), owner, at))?;
            }
        }
        for key in 0..self.hot_keys {
            let id = self.hot_key_id(key);
            writer.row(&key_row(self.hot.id, id, self.hot.owner, self.span.from))?;
        }
        copy(writer, table)
    }

    pub fn credentials(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        let added = (0..self.added).flat_map(|workspace| {
            let id = self.workspace_id(workspace);
            (0..self.keys_of(workspace)).map(move |key| (workspace, key, id, self.key_id(workspace, key)))
        });
        let hot = (0..self.hot_keys).map(|key| (self.added, key, self.hot.id, self.hot_key_id(key)));
        let mut credentials: Vec<([u8; 32], Id, Id)> = added
            .chain(hot)
            .map(|(workspace, key, id, key_id)| (hash(workspace, key), id, key_id))
            .collect();
        // In the order of their key, as in every backup.
        credentials.sort_unstable_by_key(|(hash, ..)| *hash);
        for (hash, workspace, key) in &credentials {
            writer.row(&[
                ("hash", Bytes(hash)),
                ("kind", Text("api_key")),
                ("workspace_id", Ref(*workspace)),
                ("id", Ref(*key)),
            ])?;
        }
        copy(writer, table)
    }
}

fn slug(workspace: u64) -> String {
    format!("grown-{workspace:08}")
}

fn hash(workspace: u64, key: u64) -> [u8; 32] {
    let mut noise = Noise::new(What::Hash, workspace, key);
    let mut hash = [0; 32];
    for part in hash.chunks_exact_mut(8) {
        part.copy_from_slice(&noise.next().to_be_bytes());
    }
    hash
}

fn key_row(workspace: Id, id: Id, owner: Id, at: i64) -> [Named<'static>; 14] {
    [
        ("workspace_id", Ref(workspace)),
        ("id", Ref(id)),
        ("name", Text("Grown")),
        ("description", Text("")),
        ("kind", Text("live")),
        ("prefix", Text("gld_live_none")),
        ("last_four", Text("none")),
        ("permissions", Text(PERMISSIONS)),
        ("lineage_id", Ref(id)),
        ("created_kind", Text("user")),
        ("created_by", Ref(owner)),
        ("owner_id", Ref(owner)),
        ("created_at", Int(at)),
        ("updated_at", Int(at)),
    ]
}
