//! The price table of the instance: what a resource, a step kind or a unit costs. What a flow call and a plain
//! `verify` cost are settings. Prices are frozen into the line when they are used.

use types::{Microcredits, Timestamp};

use super::{Error, store};
use crate::{
    Services,
    access::{Operator, OperatorPermission},
    audit::{self, Change},
    instance,
};

/// What a price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PriceKind {
    /// Something of the operator's own API, named by `verify`.
    Resource,
    /// A kind of flow task: `call`, each request that is sent.
    Step,
    /// A unit that tasks declare, such as `model_tokens`.
    Unit,
}

impl PriceKind {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Resource, Self::Step, Self::Unit];

    /// As it is spelled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Step => "step",
            Self::Unit => "unit",
        }
    }

    /// From the spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

/// One row of the price table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// What it is for.
    pub kind: PriceKind,
    /// Which one: `companies:search`, `model_tokens`.
    pub subject: String,
    /// What it costs.
    pub credits: Microcredits,
    /// For how many: 1,000 for a price per 1,000 tokens.
    pub per: i64,
    /// When it was set.
    pub updated_at: Timestamp,
}

impl Price {
    /// The price of a quantity, rounded up to a microcredit; `None` when 64 bits do not hold it.
    pub fn of(&self, quantity: i64) -> Option<Microcredits> {
        let total = i128::from(self.credits.get()) * i128::from(quantity.max(0));
        let per = i128::from(self.per);
        i64::try_from((total + per - 1) / per).ok().map(Microcredits::new)
    }
}

const SUBJECT_CHARS_MAX: usize = 100;
const PRICES_MAX: i64 = 10_000;
/// The only kind of task that is charged by itself.
const PRICED_STEP: &str = "call";

/// The price table, in order.
pub async fn prices(services: &Services, operator: &Operator) -> Result<Vec<Price>, Error> {
    operator.authorize(OperatorPermission::PricesManage)?;
    db::read!(services.db, |tx| Ok(store::prices::list(tx).await?))
}

/// Sets a price; calls that start after the answer pay it.
///
/// # Errors
/// [`Error::Invalid`] for a subject that is empty or too long, a step other than `call`, a negative price, a price for
/// none of it, and one price too many.
pub async fn set_price(
    services: &Services,
    operator: &Operator,
    kind: PriceKind,
    subject: &str,
    credits: Microcredits,
    per: i64,
) -> Result<Price, Error> {
    operator.authorize(OperatorPermission::PricesManage)?;
    let invalid = |pointer, what: &str| {
        Err(Error::Invalid {
            pointer,
            what: what.to_owned(),
        })
    };
    if subject.is_empty()
        || subject.chars().count() > SUBJECT_CHARS_MAX
        || subject.chars().any(char::is_control)
    {
        return invalid("/subject", "must have 1 to 100 characters");
    }
    if kind == PriceKind::Step && subject != PRICED_STEP {
        return invalid("/subject", "must be call: no other kind of task has a price");
    }
    if credits.is_negative() {
        return invalid("/credits", "must not be negative");
    }
    if per < 1 {
        return invalid("/per", "must be at least 1");
    }
    let price = Price {
        kind,
        subject: subject.to_owned(),
        credits,
        per,
        updated_at: services.clock.now(),
    };
    let change = Change::by_operator(operator, "price.set", "price", None).with(serde_json::json!({
        "kind": kind.as_str(), "subject": subject, "credits": credits, "per": per,
    }));
    db::write!(services.db, |tx| {
        store::prices::upsert(tx, &price).await?;
        // Afterwards, so that one that is there can always be changed.
        if store::prices::count(tx).await? > PRICES_MAX {
            return Err(Error::Invalid {
                pointer: "",
                what: format!("there are at most {PRICES_MAX} prices"),
            });
        }
        instance::raise_epoch(tx).await?;
        Ok(audit::record(tx, services, &change).await?)
    })?;
    services.instance.forget();
    Ok(price)
}

/// Removes a price: the usual one holds then.
pub async fn remove_price(
    services: &Services,
    operator: &Operator,
    kind: PriceKind,
    subject: &str,
) -> Result<(), Error> {
    operator.authorize(OperatorPermission::PricesManage)?;
    let change = Change::by_operator(operator, "price.removed", "price", None)
        .with(serde_json::json!({ "kind": kind.as_str(), "subject": subject }));
    db::write!(services.db, |tx| {
        if !store::prices::delete(tx, kind, subject).await? {
            return Err(Error::NotFound { what: "price" });
        }
        instance::raise_epoch(tx).await?;
        Ok(audit::record(tx, services, &change).await?)
    })?;
    services.instance.forget();
    Ok(())
}

/// What something costs, if the table has it. Kept with the settings, so that it costs a call nothing to ask.
pub(crate) fn price_of(known: &instance::Known, kind: PriceKind, subject: &str) -> Option<Price> {
    known
        .prices
        .iter()
        .find(|price| price.kind == kind && price.subject == subject)
        .cloned()
}

/// The table, for the cache of the instance.
pub(crate) async fn table(tx: &mut db::Tx) -> db::Result<Vec<Price>> {
    store::prices::list(tx).await
}
