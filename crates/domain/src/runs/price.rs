//! What a call costs, and the most it can cost.

use flow::{Plan, Used};
use types::Microcredits;

use crate::{
    access::Caller,
    api_keys::KeyKind,
    credits::{self, PriceKind},
    instance::Known,
};

/// The kind of task that can have a price of its own: how often it can happen is known beforehand.
const CALL: &str = "call";

/// The prices of one call, as they were when it was resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Price {
    /// Of the call itself.
    base: Microcredits,
    /// Of each request that it sends.
    request: Option<credits::Price>,
    /// Of what its tasks use.
    units: Vec<credits::Price>,
    /// By a test key: everything costs nothing.
    test: bool,
    /// Failed runs cost too.
    on_failure: bool,
}

impl Price {
    /// The prices of now.
    pub fn of(known: &Known, caller: &Caller, plan: &Plan, permille: i64) -> Self {
        let units = plan.metering_bounds().iter();
        Self {
            base: scaled(known.settings.flow_call_price, permille),
            request: credits::price_of(known, PriceKind::Step, CALL).filter(|_| plan.has_outside_effects()),
            units: units
                .filter_map(|bound| credits::price_of(known, PriceKind::Unit, &bound.unit))
                .collect(),
            test: caller.key.as_ref().is_some_and(|key| key.kind == KeyKind::Test),
            on_failure: plan.charges_on_failure(),
        }
    }

    /// The least that a successful call costs.
    pub fn least(&self) -> Microcredits {
        if self.test { Microcredits::ZERO } else { self.base }
    }

    /// The most that a call can cost; `None` where it has no bound.
    pub fn most(&self, plan: &Plan) -> Option<Microcredits> {
        let bounds = plan.metering_bounds().iter();
        let used = bounds.map(|bound| {
            bound.max.map(|quantity| Used {
                unit: bound.unit.clone(),
                quantity,
                capped: false,
            })
        });
        Some(self.sum(plan.outside_calls_max()?, &used.collect::<Option<Vec<_>>>()?))
    }

    /// What a call costs that ended so, sent so many requests and used this.
    pub fn real(&self, succeeded: bool, requests: u64, used: &[Used]) -> Microcredits {
        if succeeded || self.on_failure {
            self.sum(requests, used)
        } else {
            Microcredits::ZERO
        }
    }

    fn sum(&self, requests: u64, used: &[Used]) -> Microcredits {
        if self.test {
            return Microcredits::ZERO;
        }
        let sent = self.request.iter().map(|price| (price, requests));
        let used = used.iter().filter_map(|used| {
            let price = self.units.iter().find(|price| price.subject == used.unit);
            price.map(|price| (price, used.quantity))
        });
        let cost =
            |(price, quantity): (&credits::Price, u64)| price.of(i64::try_from(quantity).unwrap_or(i64::MAX));
        // More than can be counted is more than anybody has.
        let most = Microcredits::new(i64::MAX);
        sent.chain(used).map(cost).fold(self.base, |sum, part| {
            part.and_then(|part| sum.checked_add(part)).unwrap_or(most)
        })
    }
}

/// A price times so many thousandths, rounded up, so that nothing becomes free by being small.
fn scaled(price: Microcredits, permille: i64) -> Microcredits {
    let total = i128::from(price.get()) * i128::from(permille);
    Microcredits::new(i64::try_from((total + 999) / 1_000).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::Timestamp;

    fn per(kind: PriceKind, subject: &str, credits: i64, per: i64) -> credits::Price {
        credits::Price {
            kind,
            subject: subject.to_owned(),
            credits: Microcredits::new(credits),
            per,
            updated_at: Timestamp::from_us(0),
        }
    }

    fn price(test: bool, on_failure: bool) -> Price {
        Price {
            base: Microcredits::ONE_CREDIT,
            request: Some(per(PriceKind::Step, CALL, 10, 1)),
            units: vec![per(PriceKind::Unit, "tokens", 1_000, 1_000)],
            test,
            on_failure,
        }
    }

    fn used(quantity: u64) -> [Used; 2] {
        let used = |unit: &str| Used {
            unit: unit.to_owned(),
            quantity,
            capped: false,
        };
        [used("tokens"), used("unpriced")]
    }

    #[test]
    fn a_call_costs_its_price_and_what_it_used_and_a_failed_one_nothing_unless_the_flow_says_so() {
        assert_eq!(price(false, false).real(true, 2, &used(1_001)).get(), 1_001_021);
        assert_eq!(price(false, false).real(false, 2, &used(5)), Microcredits::ZERO);
        assert_eq!(price(false, true).real(false, 0, &used(5_000)).get(), 1_005_000);
        assert_eq!(price(true, true).real(true, 2, &used(5_000)), Microcredits::ZERO);
    }

    #[test]
    fn prices_are_rounded_up_and_never_wrap() {
        for (credits, permille, scaled_to) in [
            (1, 1, 1),
            (0, 1_000, 0),
            (1_000_000, 1_500, 1_500_000),
            (i64::MAX, 2_000, i64::MAX),
        ] {
            assert_eq!(scaled(Microcredits::new(credits), permille).get(), scaled_to);
        }
        let mut dear = price(false, false);
        dear.units = vec![per(PriceKind::Unit, "tokens", i64::MAX, 1)];
        assert_eq!(dear.real(true, 0, &used(3)).get(), i64::MAX);
    }
}
