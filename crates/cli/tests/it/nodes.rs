//! Two servers on one PostgreSQL: what the one has answered holds on the other, and one does without the other.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
};

use serde_json::json;

use crate::{
    instance::{Instance, Server},
    shop::{Buyer, Order, Shop, bought, is_under_way},
};

/// Two servers of one instance, where PostgreSQL is tested.
fn two_nodes() -> Option<(Instance, Server, Server)> {
    let instance = Instance::on_postgres()?;
    let (first, second) = (instance.serve(), instance.serve());
    Some((instance, first, second))
}

#[test]
fn a_key_revoked_on_one_node_buys_nothing_on_the_other_once_the_answer_is_out() {
    const CLIENTS: usize = 4;
    let Some((instance, first, second)) = two_nodes() else {
        return;
    };
    let shop = Shop::open(first.address, 1_000_000);
    let is_revoked = Arc::new(AtomicBool::new(false));
    let (tell, bought) = mpsc::channel();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (mut buyer, is_revoked, tell) =
                (shop.buyer(second.address), Arc::clone(&is_revoked), tell.clone());
            std::thread::spawn(move || {
                loop {
                    let too_late = is_revoked.load(Ordering::SeqCst);
                    let (valid, code) = match client % 2 {
                        0 => {
                            let verdict = buyer.verify().unwrap().done();
                            (verdict["valid"] == true, verdict["code"].clone())
                        }
                        _ => {
                            let answer = buyer.call().unwrap();
                            (answer.status == 200, answer.body["code"].clone())
                        }
                    };
                    if !valid {
                        return code;
                    }
                    assert!(!too_late, "bought after the answer to the revocation");
                    let _ = tell.send(());
                }
            })
        })
        .collect();
    bought.iter().take(100).for_each(drop);
    let mut owner = shop.owner(first.address);
    owner
        .post(&format!("/v1/keys/{}/revoke", shop.key_id), &json!({}))
        .unwrap()
        .done();
    is_revoked.store(true, Ordering::SeqCst);
    for (number, client) in clients.into_iter().enumerate() {
        let expected = ["revoked", "credential_revoked"][number % 2];
        assert_eq!(client.join().unwrap(), expected);
    }
    instance.is_in_order();
}

#[test]
fn a_version_deployed_on_one_node_is_what_the_next_call_on_the_other_runs() {
    let Some((instance, first, second)) = two_nodes() else {
        return;
    };
    let shop = Shop::open(first.address, 1_000);
    let mut nodes = [shop.buyer(first.address), shop.buyer(second.address)];
    for version in 2..12 {
        // In turn, so that each has the other's stale version in memory.
        let (deploys, calls) = match version % 2 {
            0 => (first.address, &mut nodes[1]),
            _ => (second.address, &mut nodes[0]),
        };
        assert_eq!(calls.call().unwrap().done()["version"], version - 1);
        shop.deploy(deploys, &Shop::definition(version));
        assert_eq!(calls.call().unwrap().done()["version"], version);
    }
    instance.is_in_order();
}

#[test]
fn two_nodes_spend_one_balance_to_exactly_nothing() {
    const CREDITS: u32 = 200;
    const CLIENTS: usize = 12;
    let Some((instance, first, second)) = two_nodes() else {
        return;
    };
    let shop = Shop::open(first.address, CREDITS);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let buyer = shop.buyer([&first, &second][client % 2].address);
            std::thread::spawn(move || spend_all(buyer, client))
        })
        .collect();
    let mut usage: HashSet<String> = clients
        .into_iter()
        .flat_map(|client| client.join().unwrap())
        .collect();
    // What was held when the others were refused, and came back.
    usage.extend(spend_all(shop.buyer(first.address), CLIENTS));
    assert_eq!(usage.len(), CREDITS as usize);
    assert_eq!(
        (shop.available(first.address), shop.available(second.address)),
        (0, 0)
    );
    assert_eq!(shop.usage(second.address), usage);
    shop.outside.asked_once_each();
    instance.is_in_order();
}

/// Orders until there is no credit left for it; what was bought.
fn spend_all(mut buyer: Buyer, client: usize) -> Vec<String> {
    let mut usage = Vec::new();
    for number in 0.. {
        let order = Order::numbered(client, number);
        let answer = buyer.order(&order).unwrap();
        if answer.body["code"] != "insufficient_credits" {
            usage.push(bought(&order, answer));
            continue;
        }
        assert!([200, 402].contains(&answer.status), "{answer:?}");
        // One that is for two credits at first may leave one.
        if !matches!(order, Order::Settle(_)) {
            break;
        }
    }
    usage
}

#[test]
fn a_killed_node_takes_nothing_with_it_and_the_other_goes_on() {
    const CREDITS: i64 = 1_000_000;
    const CLIENTS: usize = 12;
    const ORDERS: usize = 60;
    let Some((instance, first, second)) = two_nodes() else {
        return;
    };
    let shop = Shop::open(first.address, 1_000_000);
    let (tell, enough) = mpsc::channel();
    let answered = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let mut buyer = shop.buyer([&first, &second][client % 2].address);
            let mut other = shop.buyer(second.address);
            let (tell, answered) = (tell.clone(), Arc::clone(&answered));
            std::thread::spawn(move || -> Vec<Option<String>> {
                let buy = |number| {
                    let order = Order::numbered(client, number);
                    let answer = match buyer.order(&order) {
                        Ok(answer) => answer,
                        // Nobody knows what became of it: the same order goes to the node that lives.
                        Err(error) if client % 2 == 1 => panic!("the living node broke off: {error}"),
                        Err(_) => other.order(&order).unwrap(),
                    };
                    if answered.fetch_add(1, Ordering::SeqCst) + 1 == CLIENTS * ORDERS / 4 {
                        tell.send(()).unwrap();
                    }
                    // A call that the dead node had begun is held until its time is up.
                    (!is_under_way(&order, &answer)).then(|| bought(&order, answer))
                };
                (0..ORDERS).map(buy).collect()
            })
        })
        .collect();
    enough.recv().unwrap();
    first.kill();
    let orders: Vec<Option<String>> = clients
        .into_iter()
        .flat_map(|client| client.join().unwrap())
        .collect();
    let under_way = orders.iter().filter(|usage| usage.is_none()).count();
    let usage: HashSet<String> = orders.into_iter().flatten().collect();
    assert_eq!(usage.len() + under_way, CLIENTS * ORDERS);
    assert_eq!(shop.usage(second.address), usage);
    let left = CREDITS - i64::try_from(CLIENTS * ORDERS).unwrap();
    assert_eq!(
        shop.balance(second.address),
        (left, i64::try_from(under_way).unwrap())
    );
    shop.outside.asked_once_each();
    instance.is_in_order();
}
