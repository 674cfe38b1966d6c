//! A backup holds everything, and goes back whole or not at all.

use std::collections::{BTreeMap, BTreeSet};

use db::{
    Tx,
    backup::{self, Summary},
    testing::TestDb,
};
use sqlx::AssertSqlSafe;
use types::Timestamp;

use super::*;

const NOW: Timestamp = Timestamp::from_us(1_700_000_000_000_000);
const OWN: &[&str] = &["instance", "leases"];

/// What a column must be where the schema does not take anything.
const CHECKED: &[(&str, &str, &str)] = &[
    ("api_keys", "kind", "'live'"),
    ("caps", "period", "'day'"),
    ("caps", "subject_kind", "'key'"),
    ("credentials", "kind", "'api_key'"),
    ("flows", "retention", "'all'"),
    ("grants", "source", "'trial'"),
    ("instance", "id", "1"),
    ("ledger_lines", "kind", "'charge'"),
    ("members", "role", "'owner'"),
    ("prices", "kind", "'step'"),
];

/// Table, column, type, and whether it may be null: of every table that is content.
async fn columns(db: &Db) -> Vec<(String, String, String, i64)> {
    db::read!(db, |tx| {
        let sql = match tx.dialect() {
            db::Dialect::Sqlite => {
                "SELECT m.name, p.name, p.type, p.\"notnull\" FROM sqlite_master AS m, pragma_table_info(m.name) AS p
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND p.name <> 'place'
                   AND m.name NOT IN ('schema_migrations', 'ledger_order', 'runs_order', 'ordered')"
            }
            db::Dialect::Postgres => {
                "SELECT table_name::text, column_name::text, data_type::text, CASE is_nullable WHEN 'NO' THEN 1::bigint ELSE 0::bigint END
                 FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name NOT IN ('schema_migrations', 'runs_default', 'runs_2023_11')
                   AND table_name NOT LIKE '%\\_by\\_workspace'
                 ORDER BY table_name, ordinal_position"
            }
        };
        db::all!(tx, (String, String, String, i64), sql)
    })
    .unwrap()
}

async fn run(db: &Db, sql: &str) {
    let sql = sql.to_owned();
    #[expect(clippy::disallowed_methods, reason = "the names come from the schema")]
    let done: Result<u64, Error> = db::write!(db, |tx| match tx {
        Tx::Local(tx) => return tx.no_rows(),
        Tx::Sqlite(tx, _) => sqlx::query(AssertSqlSafe(sql.clone()))
            .execute(&mut **tx)
            .await
            .map(|d| d.rows_affected()),
        Tx::Postgres(tx) => sqlx::query(AssertSqlSafe(sql.clone()))
            .execute(&mut **tx)
            .await
            .map(|d| d.rows_affected()),
    }
    .map_err(Error::from));
    done.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

/// Two rows into every table: one with a value in every column, one with null wherever it may be.
async fn fill(db: &Db) {
    if db.dialect() == db::Dialect::Postgres {
        // A partition of its own for the second row.
        run(db, "CREATE TABLE runs_2023_11 PARTITION OF runs FOR VALUES FROM ('02000000-0000-0000-0000-000000000000') TO ('03000000-0000-0000-0000-000000000000')").await;
    }
    let mut tables: BTreeMap<String, Vec<(String, String, i64)>> = BTreeMap::new();
    for (table, column, kind, needed) in columns(db).await {
        tables
            .entry(table)
            .or_default()
            .push((column, kind.to_lowercase(), needed));
    }
    // Users first: others refer to them, and to workspaces.
    let first = ["users", "workspaces"].map(str::to_owned);
    let rest: Vec<String> = tables
        .keys()
        .filter(|name| !first.contains(name))
        .cloned()
        .collect();
    for table in first.into_iter().chain(rest) {
        for row in 1..=2_u8 {
            if table == "instance" && row == 2 {
                continue;
            }
            let (mut names, mut values) = (Vec::new(), Vec::new());
            for (column, kind, needed) in &tables[&table] {
                names.push(format!("\"{column}\""));
                let checked = CHECKED.iter().find(|(t, c, _)| *t == table && c == column);
                values.push(match (checked, kind.as_str()) {
                    (Some((_, _, value)), _) => (*value).to_owned(),
                    _ if *needed == 0 && row == 2 => "NULL".to_owned(),
                    (None, "blob") => format!("x'{}'", format!("{row:02}").repeat(16)),
                    (None, "uuid") => format!("'{}'", format!("{row:02}").repeat(16)),
                    (None, "bytea") => format!("'\\x{}'", format!("{row:02}").repeat(16)),
                    (None, "boolean") => "TRUE".to_owned(),
                    // Of a truth value too: SQLite has them as integers, PostgreSQL compares them with others.
                    (None, "integer" | "bigint") if column == "test" => "1".to_owned(),
                    (None, "integer" | "bigint") => format!("{}", i64::from(row) * 4_000_000_000),
                    (None, "text") => format!("'line{row}\n\"quoted\" \\ ünï © {column}'"),
                    other => panic!("{table}.{column}: {other:?}"),
                });
            }
            run(
                db,
                &format!(
                    "INSERT INTO {table} ({}) VALUES ({})",
                    names.join(", "),
                    values.join(", ")
                ),
            )
            .await;
        }
    }
}

async fn dump(db: &Db) -> (Vec<u8>, Summary) {
    let mut file = Vec::new();
    let mut tx = db.begin_snapshot().await.unwrap();
    let about = BTreeMap::from([("who".to_owned(), "a test".to_owned())]);
    let summary = backup::dump(&mut tx, NOW, about, &mut file).await.unwrap();
    tx.rollback().await.unwrap();
    (file, summary)
}

async fn load(db: &Db, file: &[u8]) -> Result<Summary, backup::Error> {
    let mut tx = db.begin_write().await.unwrap();
    let loaded = backup::load(&mut tx, file, OWN, NOW).await;
    tx.end(loaded).await
}

/// All rows of all tables but `instance` and `leases`.
async fn rows(db: &Db) -> u64 {
    let (_, summary) = dump(db).await;
    summary
        .end
        .tables
        .iter()
        .filter(|(name, _)| !OWN.contains(&name.as_str()))
        .map(|(_, rows)| rows)
        .sum()
}

/// A fresh database of each kind, not migrated.
async fn targets() -> Vec<TestDb> {
    [Some(TestDb::sqlite()), TestDb::postgres().await]
        .into_iter()
        .flatten()
        .collect()
}

/// The same file with its lines changed, and an end that fits them: as a newer release might have made it.
fn rewritten(file: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    let text = std::str::from_utf8(file).unwrap();
    let (body, end) = text.trim_end().rsplit_once('\n').unwrap();
    let body: String = body.lines().map(|line| change(line) + "\n").collect();
    let before = end.split_once("\"blake3\":\"").unwrap().0;
    let hash = blake3::hash(body.as_bytes()).to_hex();
    format!("{body}{before}\"blake3\":\"{hash}\"}}}}\n").into_bytes()
}

db::both! {
    async fn every_table_goes_into_either_database_and_comes_back_the_same(db: Db) {
        fill(&db).await;
        let (file, summary) = dump(&db).await;
        let names: BTreeSet<String> = columns(&db).await.into_iter().map(|(table, ..)| table).collect();
        assert!(names.len() > 25, "the query of the test finds the tables");
        assert_eq!(summary.end.tables.keys().cloned().collect::<BTreeSet<_>>(), names);
        for (table, rows) in &summary.end.tables {
            assert_eq!(*rows, if table == "instance" { 1 } else { 2 }, "{table}");
        }
        assert_eq!(backup::verify(&*file).unwrap(), summary);
        for target in targets().await {
            let restored = Db::open(target.options()).await.unwrap();
            assert_eq!(load(&restored, &file).await.unwrap(), summary);
            restored.check_schema().await.unwrap();
            let (again, _) = dump(&restored).await;
            assert!(again == file, "the content is the same, byte for byte");
            restored.close().await;
            target.remove().await;
        }
    }

    async fn rows_of_any_number_come_back(db: Db) {
        // Fewer than are written together, as many, and a number that leaves some over.
        for count in [49, 50, 1049] {
            run(&db, "DELETE FROM operator_permissions").await;
            let one = |row: u32| format!("('p{row:04}', 'the {row}th', {row})");
            let all: Vec<String> = (0..count).map(one).collect();
            run(&db, &format!("INSERT INTO operator_permissions (name, description, created_at) VALUES {}", all.join(", "))).await;
            let (file, summary) = dump(&db).await;
            assert_eq!(summary.end.rows, u64::from(count));
            let target = if db.dialect() == db::Dialect::Sqlite { Some(TestDb::sqlite()) } else { TestDb::postgres().await };
            let target = target.unwrap();
            let restored = Db::open(target.options()).await.unwrap();
            assert_eq!(load(&restored, &file).await.unwrap(), summary);
            assert!(dump(&restored).await.0 == file, "{count}");
            restored.close().await;
            target.remove().await;
        }
    }

    async fn what_commits_while_a_backup_is_made_is_not_in_it(db: Db) {
        let mut tx = db.begin_snapshot().await.unwrap();
        let count: Result<i64, Error> = db::one_value!(&mut tx, i64, "SELECT COUNT(*) FROM operator_permissions");
        assert_eq!(count.unwrap(), 0);
        run(&db, "INSERT INTO operator_permissions (name, description, created_at) VALUES ('late', '', 1)").await;
        let mut file = Vec::new();
        let summary = backup::dump(&mut tx, NOW, BTreeMap::new(), &mut file).await.unwrap();
        assert_eq!(summary.end.rows, 0);
        tx.rollback().await.unwrap();
        assert_eq!(dump(&db).await.1.end.rows, 1);
    }

    async fn a_file_that_is_cut_off_or_altered_is_refused_and_nothing_is_written(db: Db) {
        fill(&db).await;
        let (file, _) = dump(&db).await;
        let target = TestDb::sqlite();
        let restored = target.open().await;
        // After every line, and within some.
        let ends = file.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        for end in ends.chain([0, 1, 100, file.len() - 1, file.len() / 2]).filter(|end| *end < file.len()) {
            let refused = backup::verify(&file[..end]).unwrap_err();
            let fits = matches!(refused, backup::Error::Truncated { .. }) || (end < 200 && matches!(refused, backup::Error::NotABackup));
            assert!(fits, "{end}: {refused:?}");
        }
        let refused = load(&restored, &file[..file.len() / 2]).await.unwrap_err();
        assert!(matches!(refused, backup::Error::Truncated { .. }), "{refused:?}");
        // Any byte, also in the first and the last line.
        for at in (0..file.len()).step_by(97).chain(file.len() - 90..file.len()) {
            let mut altered = file.clone();
            altered[at] ^= 1;
            assert!(backup::verify(&*altered).is_err(), "byte {at}");
        }
        // A letter of a text: a good line, in which nothing but the hash is wrong.
        let text = String::from_utf8(file.clone()).unwrap();
        let altered = text.replacen("line1", "line7", 1);
        let refused = load(&restored, altered.as_bytes()).await.unwrap_err();
        assert!(matches!(refused, backup::Error::Altered { .. }), "{refused:?}");
        let refused = backup::verify(format!("{text}x\n").as_bytes()).unwrap_err();
        assert!(matches!(refused, backup::Error::Altered { .. }), "{refused:?}");
        assert_eq!(rows(&restored).await, 0);
        restored.close().await;
        target.remove().await;
    }

    async fn only_a_database_that_nobody_uses_is_filled(db: Db) {
        let (empty, _) = dump(&db).await;
        let made: Result<u64, Error> = db::write!(db, |tx| db::execute!(
            tx,
            "INSERT INTO leases (name, holder, fence, until_at) VALUES ('x', $1, 1, 1)",
            uuid::Uuid::max()
        ));
        assert_eq!(made.unwrap(), 1);
        load(&db, &empty).await.unwrap();
        run(&db, "INSERT INTO operator_permissions (name, description, created_at) VALUES ('x', '', 1)").await;
        let refused = load(&db, &empty).await.unwrap_err();
        assert!(
            matches!(&refused, backup::Error::NotEmpty { table, rows: 1 } if table == "operator_permissions"),
            "{refused:?}"
        );
        assert_eq!(rows(&db).await, 1);
    }

    async fn what_another_release_made_is_refused_with_the_reason(db: Db) {
        let (file, _) = dump(&db).await;
        let with = |from: &str, to: &str| rewritten(&file, |line| line.replace(from, to));
        for (other, fits) in [
            (with("\"version\":1", "\"version\":2"), "use the newer release"),
            (with("\"schema\":1", "\"schema\":99"), "use the newer release"),
            (with("\"table\":\"caps\"", "\"table\":\"hats\""), "the tables have other numbers"),
            (with("\"revoked_at\"", "\"unknown_at\""), "are not those of the schema"),
            (b"PGDMP".to_vec(), "no backup of Guildhall"),
            (b"{\"format\":\"something\",\"version\":1}\n".to_vec(), "no backup of Guildhall"),
            (Vec::new(), "no backup of Guildhall"),
        ] {
            let refused = load(&db, &other).await.unwrap_err();
            assert!(refused.to_string().contains(fits) || refused.to_string().contains("no table hats"), "{fits}: {refused:?}");
        }
        assert_eq!(rows(&db).await, 0);
    }

    async fn a_row_that_the_schema_refuses_undoes_everything(db: Db) {
        fill(&db).await;
        let (file, _) = dump(&db).await;
        let wrong = rewritten(&file, |line| line.replace("\"trial\"", "\"stolen\""));
        let target = if db.dialect() == db::Dialect::Sqlite { Some(TestDb::sqlite()) } else { TestDb::postgres().await };
        let target = target.unwrap();
        let restored = target.open().await;
        let refused = load(&restored, &wrong).await.unwrap_err();
        assert!(matches!(&refused, backup::Error::Refused { table, .. } if table == "grants"), "{refused:?}");
        assert_eq!(rows(&restored).await, 0);
        restored.close().await;
        target.remove().await;
    }
}
