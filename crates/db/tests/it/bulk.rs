//! Many rows in one statement.

use super::*;
use db::{Bulk, Column, Rows};

static INSERT: Bulk = Bulk::new(
    "INSERT INTO prices (kind, subject, credits, per, updated_at)
     SELECT 'unit', subject, credits, 1, 0 FROM {rows}",
    &[Column::Text("subject"), Column::Int("credits")],
);
static SELECT: Bulk = Bulk::new(
    "SELECT p.subject, p.credits FROM {rows} CROSS JOIN prices AS p
     WHERE p.kind = 'unit' AND p.subject = input.subject AND p.credits >= {1}",
    &[Column::Text("subject")],
);

db::both! {
    async fn any_number_of_rows_goes_in_and_comes_back(db: Db) {
        for count in [0_i64, 1, 2, 3, 5, 64, 65, 511, 512, 513, 1_100] {
            let (mut inserted, mut wanted) = (Rows::default(), Rows::default());
            for number in 0..count {
                inserted.row().text(format!("{count}/{number}").as_str()).int(number);
                wanted.row().text(format!("{count}/{number}").as_str());
            }
            let written: Result<u64, Error> = db::write!(db, |tx| INSERT.execute(tx, &inserted).await);
            assert_eq!(written.unwrap(), count.unsigned_abs());
            let found: Result<Vec<(String, i64)>, Error> = db::read!(db, |tx| SELECT.fetch(tx, &wanted, &[1]).await);
            assert_eq!(found.unwrap().len() as i64, (count - 1).max(0), "all but the one that costs nothing");
        }
    }
}
