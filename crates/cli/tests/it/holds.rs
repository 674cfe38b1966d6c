//! A hold that is forgotten is given back when its time is up, and whoever settles it later takes what is left.

use serde_json::json;

use crate::{client::Client, on_both, shop::Shop};

const REQUESTS_MAX: usize = 1_000_000;
const UNCOLLECTED: &str = "guildhall_uncollected_calls_total ";

on_both! {
    fn a_hold_that_is_settled_too_late_takes_what_is_left_and_is_told_as_uncollected(instance: Instance) {
        let server = instance.serve();
        let shop = Shop::open(server.address, 100);
        let mut buyer = shop.buyer(server.address);
        let held = buyer.hold("forgotten", 80).unwrap().done();
        assert_eq!(shop.balance(server.address), (20, 80));
        server.terminate();
        assert!(server.ended().success());

        let server = instance.serve_after_deadlines();
        shop.await_nothing_held(server.address);
        let (mut buyer, [_, token, key]) = (shop.buyer(server.address), shop.credentials());
        let mut operator = Client::bearer(server.address, token);
        let spent = operator.post("/v1/operator/verify", &json!({"key": key, "credits": "70"}));
        assert_eq!(spent.unwrap().done()["valid"], true);
        let mut settle = || buyer.settle(held["hold"].as_str().unwrap(), "late", 80).unwrap().done();
        let settled = settle();
        assert_eq!((&settled["credits_charged"], &settled["uncollected"]), (&"30".into(), &true.into()));
        assert_eq!(settle(), settled, "asked again it is answered as it was");
        assert_eq!(shop.available(server.address), 0);
        let events = shop.owner(server.address).get("/v1/usage/events?status=uncollected").unwrap().done();
        assert_eq!((events["items"].as_array().unwrap().len(), &events["items"][0]["credits"]), (1, &"30".into()));
        let mut counted = || {
            let text = operator.get("/metrics").unwrap().text;
            let line = text.lines().find(|line| line.starts_with(UNCOLLECTED)).map(str::to_owned);
            line.is_some_and(|line| line == format!("{UNCOLLECTED}1"))
        };
        assert!((0..REQUESTS_MAX).any(|_| counted()), "it is told as a metric");
        instance.is_in_order();
    }
}
