//! Books that are wrong are told: by `guildhall doctor`, and as a metric of the node that looks after them.

use crate::{
    client::Client,
    instance::{Instance, Server},
    on_both,
    shop::Shop,
};

const SPOIL: &str = "UPDATE accounts SET available = available + 1, verified_seq = 0";
const REPAIR: &str = "UPDATE accounts SET available = available - 1";
/// The next server looks after the books at once, and does not wait for one that has ended.
const NOBODY_LOOKS: &str = "DELETE FROM leases WHERE name = 'books'";
const REQUESTS_MAX: usize = 10_000;

/// An instance whose customer has bought something, and nobody serves it.
fn used(instance: &Instance) -> Shop {
    let server = instance.serve();
    let shop = Shop::open(server.address, 100);
    assert_eq!(shop.buyer(server.address).verify().unwrap().done()["valid"], true);
    end(server);
    shop
}

fn end(server: Server) {
    server.terminate();
    assert!(server.ended().success());
}

/// What a server tells of the books, once it has looked.
fn discrepancies(instance: &Instance, shop: &Shop) -> f64 {
    let server = instance.serve();
    let [_, token, _] = shop.credentials();
    let mut operator = Client::bearer(server.address, token);
    let value = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.rsplit(' ').next()?.parse::<f64>().ok()
    };
    for _ in 0..REQUESTS_MAX {
        let text = operator.get("/metrics").unwrap().text;
        if let Some(at) = value(&text, "guildhall_books_checked_timestamp_seconds ") {
            assert!(at > 1.7e9, "{at} is when it looked, in seconds since 1970");
            end(server);
            return value(&text, "guildhall_books_discrepancies ").unwrap();
        }
    }
    panic!("the server does not look after the books");
}

on_both! {
    fn doctor_says_whose_books_are_wrong_and_in_what_and_fails(instance: Instance) {
        let shop = used(&instance);
        instance.is_in_order();
        instance.tamper(&[SPOIL]);
        let said = instance.run("doctor", &[], "");
        assert_eq!(said.code, 1, "{said:?}");
        let wrong = format!("WRONG     {}: the account is the sum of its lines (available 99000001, held 0,", shop.workspace);
        assert!(said.out.contains(&wrong), "{}", said.out);
        assert!(said.out.ends_with("WRONG     the books do not balance\n"), "{}", said.out);
        instance.tamper(&[REPAIR]);
        instance.is_in_order();
    }

    fn a_server_tells_as_a_metric_how_much_is_wrong_with_the_books(instance: Instance) {
        let shop = used(&instance);
        instance.tamper(&[NOBODY_LOOKS]);
        assert_eq!(discrepancies(&instance, &shop), 0.0);
        instance.tamper(&[NOBODY_LOOKS, SPOIL]);
        assert!(discrepancies(&instance, &shop) > 0.0);
    }
}
