//! The schema is the same on both databases.

use std::collections::BTreeSet;

use super::*;
use db::testing::TestDb;

type Column = (String, String, bool);

async fn columns(db: &Db) -> BTreeSet<Column> {
    let rows: Vec<(String, String, i64)> = db::read!(db, |tx| {
        let sql = match tx.dialect() {
            db::Dialect::Sqlite => {
                "SELECT m.name, p.name, p.\"notnull\" FROM sqlite_master AS m, pragma_table_info(m.name) AS p
                 WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%'
                   AND m.name NOT IN ('ledger_order', 'runs_order', 'ordered') AND p.name <> 'place'"
            }
            db::Dialect::Postgres => {
                "SELECT table_name::text, column_name::text, CASE is_nullable WHEN 'NO' THEN 1::bigint ELSE 0::bigint END
                 FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'runs_default'"
            }
        };
        db::all!(tx, (String, String, i64), sql)
    })
    .unwrap();
    rows.into_iter()
        .map(|(table, column, not_null)| (table, column, not_null == 1))
        .collect()
}

db::both! {
    async fn migrating_again_changes_nothing(db: Db) {
        assert_eq!(db.migrate(types::Timestamp::from_us(0)).await.unwrap(), 0);
        db.check_schema().await.unwrap();
    }

    async fn a_newer_schema_is_refused(db: Db) {
        let changed: Result<u64, Error> =
            db::write!(db, |tx| db::execute!(tx, "UPDATE schema_migrations SET version = 9999"));
        assert_eq!(changed.unwrap(), 1);
        let refused = db.check_schema().await.unwrap_err();
        assert!(refused.to_string().contains("newer release"), "{refused}");
        assert!(db.migrate(types::Timestamp::from_us(0)).await.is_err());
    }
}

#[test]
fn both_databases_have_the_same_tables_columns_and_nullability() {
    db::testing::runtime().block_on(async {
        let Some(postgres) = TestDb::postgres().await else {
            return;
        };
        let sqlite = TestDb::sqlite();
        let (left, right) = (
            columns(&sqlite.open().await).await,
            columns(&postgres.open().await).await,
        );
        assert!(left.len() > 150, "the query of the test finds the columns");
        assert_eq!(
            left.symmetric_difference(&right).collect::<Vec<_>>(),
            Vec::<&Column>::new()
        );
        sqlite.remove().await;
        postgres.remove().await;
    });
}
