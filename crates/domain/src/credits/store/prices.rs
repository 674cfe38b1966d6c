//! SQL of the price table.

use db::{Error, Result, Tx, all, execute, one_value};
use types::{Microcredits, Timestamp};

use super::super::{Price, PriceKind};

pub async fn list(tx: &mut Tx) -> Result<Vec<Price>> {
    let rows = all!(
        tx,
        (String, String, i64, i64, i64),
        "SELECT kind, subject, credits, per, updated_at FROM prices ORDER BY kind, subject"
    )?;
    rows.into_iter()
        .map(|(kind, subject, credits, per, updated_at)| {
            Ok(Price {
                kind: PriceKind::parse(&kind).ok_or_else(|| Error::corrupt("prices", &kind))?,
                subject,
                credits: Microcredits::new(credits),
                per,
                updated_at: Timestamp::from_us(updated_at),
            })
        })
        .collect()
}

pub async fn count(tx: &mut Tx) -> Result<i64> {
    one_value!(tx, i64, "SELECT COUNT(*) FROM prices")
}

pub async fn upsert(tx: &mut Tx, price: &Price) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO prices (kind, subject, credits, per, updated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (kind, subject)
         DO UPDATE SET credits = excluded.credits, per = excluded.per, updated_at = excluded.updated_at",
        price.kind.as_str(),
        &price.subject,
        price.credits.get(),
        price.per,
        price.updated_at.us()
    )?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, kind: PriceKind, subject: &str) -> Result<bool> {
    let removed = execute!(
        tx,
        "DELETE FROM prices WHERE kind = $1 AND subject = $2",
        kind.as_str(),
        subject
    )?;
    Ok(removed > 0)
}
