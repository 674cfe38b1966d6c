//! Users, workspaces and keys that are added. Nobody can sign in as them: their passwords and keys are noise.

use anyhow::Result;

use crate::backup::{Cell, Cell::Bytes, Cell::Id as Ref, Cell::Int, Cell::Null, Cell::Text, Table, Writer};
use crate::ids::{Id, Noise, What};
use crate::instance::{Instance, copy};

/// What a key may do that was made without saying what.
const PERMISSIONS: &str = "[\"flows:call\"]";
const ENVIRONMENTS: [&str; 3] = ["development", "staging", "production"];

impl Instance {
    pub fn users(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        writer.expect(
            table,
            &[
                "id",
                "email",
                "name",
                "password_hash",
                "password_changed_at",
                "operator_since",
                "disabled_at",
                "last_sign_in_at",
                "signup_bonus_due",
                "created_at",
                "updated_at",
            ],
        )?;
        for workspace in 0..self.added {
            let at = self.made_at(workspace);
            writer.row(&[
                Ref(self.user_id(workspace)),
                Text(&format!("grown-{workspace}@example.com")),
                Text("Grown"),
                Text("none"),
                Int(at),
                Null,
                Null,
                Null,
                Null,
                Int(at),
                Int(at),
            ])?;
        }
        copy(writer, table)
    }

    pub fn workspaces(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        writer.expect(
            table,
            &[
                "id",
                "slug",
                "name",
                "description",
                "picture_url",
                "time_zone",
                "personal_owner",
                "created_by",
                "suspended_at",
                "deleted_at",
                "created_at",
                "updated_at",
            ],
        )?;
        for workspace in 0..self.added {
            let at = self.made_at(workspace);
            writer.row(&[
                Ref(self.workspace_id(workspace)),
                Text(&slug(workspace)),
                Text(&format!("Grown {workspace}")),
                Text(""),
                Null,
                Text("UTC"),
                Null,
                Ref(self.user_id(workspace)),
                Null,
                Null,
                Int(at),
                Int(at),
            ])?;
        }
        copy(writer, table)
    }

    pub fn slugs(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        writer.expect(table, &["slug", "workspace_id", "redirect_until"])?;
        for workspace in 0..self.added {
            writer.row(&[Text(&slug(workspace)), Ref(self.workspace_id(workspace)), Null])?;
        }
        copy(writer, table)
    }

    pub fn members(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        writer.expect(table, &["workspace_id", "user_id", "role", "created_at"])?;
        for workspace in 0..self.added {
            writer.row(&[
                Ref(self.workspace_id(workspace)),
                Ref(self.user_id(workspace)),
                Text("owner"),
                Int(self.made_at(workspace)),
            ])?;
        }
        copy(writer, table)
    }

    pub fn environments(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        writer.expect(
            table,
            &[
                "workspace_id",
                "id",
                "name",
                "position",
                "protected_at",
                "created_at",
            ],
        )?;
        for workspace in 0..self.added {
            let at = self.made_at(workspace);
            for (position, name) in (0..).zip(ENVIRONMENTS) {
                let id = Id::new(at, What::Environment, workspace, position);
                let place = Int(position as i64);
                writer.row(&[
                    Ref(self.workspace_id(workspace)),
                    Ref(id),
                    Text(name),
                    place,
                    Null,
                    Int(at),
                ])?;
            }
        }
        copy(writer, table)
    }

    pub fn api_keys(&self, writer: &mut Writer, table: &Table) -> Result<()> {
        writer.expect(
            table,
            &[
                "workspace_id",
                "id",
                "name",
                "description",
                "kind",
                "prefix",
                "last_four",
                "permissions",
                "flows",
                "environments",
                "addresses",
                "tenant_id",
                "rate_limit_per_minute",
                "expires_at",
                "rotated_to",
                "lineage_id",
                "created_kind",
                "created_by",
                "owner_id",
                "created_at",
                "updated_at",
                "last_used_at",
                "revoked_at",
                "hidden_at",
            ],
        )?;
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
        writer.expect(table, &["hash", "kind", "workspace_id", "id"])?;
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
            writer.row(&[Bytes(hash), Text("api_key"), Ref(*workspace), Ref(*key)])?;
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

fn key_row(workspace: Id, id: Id, owner: Id, at: i64) -> [Cell<'static>; 24] {
    [
        Ref(workspace),
        Ref(id),
        Text("Grown"),
        Text(""),
        Text("live"),
        Text("gld_live_none"),
        Text("none"),
        Text(PERMISSIONS),
        Null,
        Null,
        Null,
        Null,
        Null,
        Null,
        Null,
        Ref(id),
        Text("user"),
        Ref(owner),
        Ref(owner),
        Int(at),
        Int(at),
        Null,
        Null,
        Null,
    ]
}
