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
    shop::{Order, Shop, bought},
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
    let Some((instance, first, second)) = two_nodes() else {
        return;
    };
    let shop = Shop::open(first.address, CREDITS);
    let clients: Vec<_> = (0..12)
        .map(|client| {
            let node = [&first, &second][client % 2];
            let mut buyer = shop.buyer(node.address);
            std::thread::spawn(move || {
                for number in 0.. {
                    let order = Order::numbered(client, number);
                    let answer = buyer.order(&order).unwrap();
                    let refused = answer.body["code"] == "insufficient_credits";
                    if refused {
                        assert!([200, 402].contains(&answer.status), "{answer:?}");
                        return number;
                    }
                    bought(&order, answer);
                }
                0
            })
        })
        .collect();
    let accepted: usize = clients.into_iter().map(|client| client.join().unwrap()).sum();
    assert_eq!(accepted, CREDITS as usize);
    assert_eq!(
        (shop.available(first.address), shop.available(second.address)),
        (0, 0)
    );
    assert_eq!(shop.usage(second.address).len(), accepted);
    instance.is_in_order();
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
            std::thread::spawn(move || -> Vec<String> {
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
                    bought(&order, answer)
                };
                (0..ORDERS).map(buy).collect()
            })
        })
        .collect();
    enough.recv().unwrap();
    first.kill();
    let usage: Vec<String> = clients
        .into_iter()
        .flat_map(|client| client.join().unwrap())
        .collect();
    let distinct: HashSet<String> = usage.iter().cloned().collect();
    assert_eq!(
        (usage.len(), distinct.len()),
        (CLIENTS * ORDERS, CLIENTS * ORDERS)
    );
    assert_eq!(shop.usage(second.address), distinct);
    assert_eq!(
        shop.available(second.address),
        CREDITS - i64::try_from(usage.len()).unwrap()
    );
    instance.is_in_order();
}
