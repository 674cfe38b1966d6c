//! The batching writer.

use std::sync::Arc;

use db::{Batch, BatchWriter, Result, Tx};

use super::*;

/// Adds a price for each subject, and panics at one.
struct Prices;

const SPOILED: u32 = 7;

impl Batch for Prices {
    type Request = u32;
    type Outcome = u32;

    async fn apply(&self, tx: &mut Tx, requests: &[u32]) -> Result<Vec<u32>> {
        for subject in requests {
            db::execute!(
                tx,
                "INSERT INTO prices (kind, subject, credits, per, updated_at) VALUES ('unit', $1, 1, 1, 0)",
                &subject.to_string()
            )?;
            assert_ne!(*subject, SPOILED, "what cannot be");
        }
        Ok(requests.to_vec())
    }

    async fn was_committed(&self, _: &mut Tx, _: &[u32], _: &[u32]) -> Result<bool> {
        Ok(false)
    }
}

db::both! {
    async fn a_request_that_panics_fails_alone_and_the_writer_lives_on(db: Db) {
        let (writer, task) = BatchWriter::start(db.clone(), Arc::new(Prices));
        let submitted: Vec<_> = (0..20).map(|subject| {
            let writer = writer.clone();
            tokio::spawn(async move { (subject, writer.submit(subject).await.unwrap()) })
        }).collect();
        for submitted in submitted {
            match submitted.await.unwrap() {
                (SPOILED, settled) => {
                    let error = settled.unwrap_err();
                    assert!(matches!(&*error, Error::Panicked(text) if text.contains("what cannot be")), "{error:?}");
                }
                (subject, settled) => assert_eq!(settled.unwrap(), subject),
            }
        }
        assert_eq!(writer.submit(20).await.unwrap().unwrap(), 20);
        let subjects: i64 = db::read!(db, |tx| db::one_value!(tx, i64, "SELECT COUNT(*) FROM prices")).unwrap();
        assert_eq!(subjects, 20, "all but the one");
        drop(writer);
        task.await.unwrap();
    }
}
