//! The end of a workspace.

use std::collections::{BTreeMap, BTreeSet};

use db::{Db, Dialect};
use domain::{
    api_keys::{self, KeyKind},
    testing::{World, new_key},
    workspaces,
};
use types::{Duration, WorkspaceId};

/// A column of a table that has rows of workspaces.
struct Column {
    table: String,
    name: String,
    kind: String,
    is_needed: bool,
}

async fn columns(db: &Db) -> Vec<Column> {
    use db::Error;
    let rows: Result<Vec<(String, String, String, i64)>, Error> = db::read!(db, |tx| {
        let sql = match tx.dialect() {
            Dialect::Sqlite => {
                "SELECT m.name, p.name, p.type, p.\"notnull\" FROM sqlite_master AS m, pragma_table_info(m.name) AS p
                 WHERE m.type = 'table' AND (p.name <> 'place' OR m.name LIKE '%\\_order' ESCAPE '\\')
                   AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) AS o WHERE o.name = 'workspace_id')"
            }
            Dialect::Postgres => {
                "SELECT c.table_name::text, c.column_name::text, c.data_type::text,
                        CASE c.is_nullable WHEN 'NO' THEN 1::bigint ELSE 0::bigint END
                 FROM information_schema.columns AS c
                 WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '%_default'
                   AND c.table_name NOT LIKE '%_by_workspace'
                   AND EXISTS (SELECT 1 FROM information_schema.columns AS o
                               WHERE o.table_name = c.table_name AND o.column_name = 'workspace_id')"
            }
        };
        db::all!(tx, (String, String, String, i64), sql)
    });
    let column = |(table, name, kind, needed)| Column {
        table,
        name,
        kind,
        is_needed: needed == 1,
    };
    rows.unwrap().into_iter().map(column).collect()
}

fn tables(columns: &[Column]) -> BTreeSet<&str> {
    columns.iter().map(|column| column.table.as_str()).collect()
}

/// How many rows of a workspace each table has.
async fn rows_of(db: &Db, columns: &[Column], workspace: WorkspaceId) -> BTreeMap<String, i64> {
    use db::Error;
    let mut rows = BTreeMap::new();
    for table in tables(columns) {
        let count: Result<i64, Error> = db::read!(db, |tx| {
            #[expect(clippy::disallowed_methods, reason = "the names come from the schema")]
            let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table} WHERE workspace_id = $1"));
            db::one_value!(tx, i64, sql, workspace.uuid())
        });
        rows.insert(table.to_owned(), count.unwrap());
    }
    rows
}

/// What the column holds in the row that is made for the test: whatever its type and check allow.
fn literal(column: &Column) -> &'static str {
    match (column.name.as_str(), column.table.as_str(), column.kind.as_str()) {
        ("kind", "ledger_lines", _) => "'grant'",
        ("source", "grants", _) => "'promotion'",
        ("retention", ..) => "'all'",
        ("subject_kind", ..) => "'workspace'",
        ("period", ..) => "'day'",
        (_, _, "BLOB" | "uuid") => "$1",
        (_, _, "boolean") => "TRUE",
        (_, _, "bytea") => "decode('00', 'hex')",
        (_, _, "TEXT" | "text") => "'a'",
        _ => "1",
    }
}

/// Puts a row into every table that has none of the workspace yet.
async fn fill(db: &Db, columns: &[Column], workspace: WorkspaceId) {
    use db::Error;
    let rows = rows_of(db, columns, workspace).await;
    for (table, _) in rows.iter().filter(|(_, count)| **count == 0) {
        let needed: Vec<_> = columns
            .iter()
            .filter(|column| column.table == *table && (column.is_needed || column.name == "workspace_id"))
            .collect();
        let names: Vec<_> = needed.iter().map(|column| column.name.as_str()).collect();
        let values: Vec<_> = needed.iter().map(|column| literal(column)).collect();
        let sql = format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            names.join(", "),
            values.join(", ")
        );
        let done: Result<u64, Error> = db::write!(db, |tx| {
            #[expect(clippy::disallowed_methods, reason = "the names come from the schema")]
            let sql = sqlx::AssertSqlSafe(sql.clone());
            db::execute!(tx, sql, workspace.uuid())
        });
        done.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }
}

db::both! {
    async fn nothing_of_a_workspace_is_left_after_its_erasure_and_nothing_of_others_is_touched(db: Db) {
        let world = World::new(db.clone()).await;
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        let columns = columns(&db).await;
        for who in [&ada, &bob] {
            let new = new_key("a key", KeyKind::Live);
            api_keys::create(&world.services, &who.caller, new).await.unwrap();
            fill(&db, &columns, who.workspace.id).await;
        }
        workspaces::delete(&world.services, &ada.caller, "My Workspace").await.unwrap();
        let before = rows_of(&db, &columns, ada.workspace.id).await;
        assert!(before.len() >= 20 && before.values().all(|count| *count > 0), "{before:?}");
        let others = rows_of(&db, &columns, bob.workspace.id).await;

        world.clock.advance(Duration::from_days(30));
        assert_eq!(workspaces::erase_due_all_workspaces(&world.services).await.unwrap(), 0, "not yet");
        world.clock.advance(Duration::from_hours(2));
        assert_eq!(workspaces::erase_due_all_workspaces(&world.services).await.unwrap(), 1);
        let left: Vec<_> = rows_of(&db, &columns, ada.workspace.id).await.into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(left, []);
        assert_eq!(rows_of(&db, &columns, bob.workspace.id).await, others);
        assert_eq!(workspaces::erase_due_all_workspaces(&world.services).await.unwrap(), 0);
        let gone = workspaces::view_any(&world.services, &world.operator(), &ada.workspace.id.into()).await;
        assert!(matches!(gone, Err(workspaces::Error::NotFound)), "{gone:?}");
        let ada_again = world.sign_up("ada-again").await;
        assert_eq!(ada_again.workspace.slug.as_str(), "ada-again");
    }
}
