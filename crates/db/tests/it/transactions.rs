//! Transactions.

use db::testing::{TestDb, on_postgres, runtime};

use super::*;

async fn insert_price(db: &Db, subject: &str, credits: i64) -> Result<(), Error> {
    db::write!(db, |tx| {
        db::execute!(
            tx,
            "INSERT INTO prices (kind, subject, credits, per, updated_at) VALUES ('unit', $1, $2, 1, 0)",
            subject,
            credits
        )?;
        Ok(())
    })
}

async fn prices(db: &Db) -> i64 {
    db::read!(db, |tx| db::one_value!(tx, i64, "SELECT COUNT(*) FROM prices")).unwrap()
}

db::both! {
    async fn a_write_is_kept_and_a_failed_one_leaves_nothing(db: Db) {
        let other = db.clone();
        tokio::spawn(async move { insert_price(&other, "a", 1).await }).await.unwrap().unwrap();
        assert!(matches!(insert_price(&db, "a", 1).await, Err(Error::UniqueViolation)));
        let undone: Result<(), Error> = db::write!(db, |tx| {
            db::execute!(tx, "DELETE FROM prices")?;
            Err(Error::Schema("changed my mind".into()))
        });
        assert!(undone.is_err());
        assert_eq!(prices(&db).await, 1);
    }

    async fn a_refused_value_is_told_apart_from_a_lost_database(db: Db) {
        let refused = insert_price(&db, "x", -1).await;
        assert!(matches!(refused, Err(Error::Data(_))), "{refused:?}");
        db.close().await;
        let gone = insert_price(&db, "b", 1).await;
        assert!(gone.unwrap_err().is_unavailable());
    }
}

#[test]
fn a_file_that_another_program_has_locked_is_waited_for_once() {
    runtime().block_on(async {
        let test_db = TestDb::sqlite();
        let (ours, other) = (test_db.open().await, Db::open(test_db.options()).await.unwrap());
        let locked = other.begin_write().await.unwrap();
        // A conflict would be tried again, and each time be waited for.
        let refused = insert_price(&ours, "a", 1).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        assert_eq!(prices(&ours).await, 0, "who only reads is not in the way");
        locked.rollback().await.unwrap();
        insert_price(&ours, "a", 1).await.unwrap();
        other.close().await;
        ours.close().await;
        test_db.remove().await;
    });
}

#[test]
fn a_server_lets_go_of_what_a_node_has_locked_that_hangs() {
    on_postgres(async |db| {
        let setting = "SELECT current_setting('idle_in_transaction_session_timeout')";
        let bound: Result<String, Error> = db::read!(db, |tx| db::one_value!(tx, String, setting));
        assert_eq!(bound.unwrap(), "20s");
    });
}
