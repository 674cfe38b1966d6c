//! SQL of environments.

use db::{Result, Tx, all, execute};
use types::{EnvironmentId, Slug, Timestamp, WorkspaceId};
use uuid::Uuid;

use super::{ENVIRONMENTS_MAX, Environment};

#[derive(sqlx::FromRow)]
struct EnvironmentRow {
    id: Uuid,
    name: String,
    position: i64,
    protected_at: Option<i64>,
    created_at: i64,
}

impl From<EnvironmentRow> for Environment {
    fn from(row: EnvironmentRow) -> Self {
        Self {
            id: EnvironmentId::from_uuid(row.id),
            name: Slug::from_stored(row.name),
            position: row.position,
            protected_at: row.protected_at.map(Timestamp::from_us),
            created_at: Timestamp::from_us(row.created_at),
        }
    }
}

pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, environment: &Environment) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO environments (workspace_id, id, name, position, protected_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        workspace.uuid(),
        environment.id.uuid(),
        environment.name.as_str(),
        environment.position,
        environment.protected_at.map(Timestamp::us),
        environment.created_at.us()
    )?;
    Ok(())
}

/// All of a workspace, in their order. There are few, so that one is found among them.
pub async fn list(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Environment>> {
    let rows = all!(
        tx,
        EnvironmentRow,
        "SELECT id, name, position, protected_at, created_at FROM environments
         WHERE workspace_id = $1 ORDER BY position, id LIMIT $2",
        workspace.uuid(),
        ENVIRONMENTS_MAX
    )?;
    Ok(rows.into_iter().map(Environment::from).collect())
}
