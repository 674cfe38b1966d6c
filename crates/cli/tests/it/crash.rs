//! `kill -9` of the server while many clients spend: what was acknowledged is there, nothing is charged twice, and a
//! repeated request is answered as the first one was.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use crate::{
    on_both,
    shop::{Order, Shop, bought, is_under_way},
};

const CREDITS: u32 = 1_000_000;
const CLIENTS: usize = 16;
const KILLS: usize = 2;
const ACKNOWLEDGED_BEFORE_KILL: usize = 200;

on_both! {
    fn a_killed_server_has_lost_no_acknowledged_charge_and_makes_none_twice(instance: Instance) {
        let mut server = instance.serve();
        let shop = Shop::open(server.address, CREDITS);
        let mut ordered = Ordered::default();
        for kill in 0..KILLS {
            let (spending, enough) = spend_until_it_breaks(&shop, server.address, kill);
            let cut_off = ask_until_it_breaks(&shop, server.address, kill);
            enough.recv().unwrap();
            server.kill();
            for client in spending {
                ordered.add(client.join().unwrap());
            }
            ordered.unknown.push(cut_off.join().unwrap());
            server = instance.serve();
        }
        let mut again = shop.buyer(server.address);
        for (order, first) in &ordered.acknowledged {
            assert_eq!(&bought(order, again.order(order).unwrap()), first, "{order:?} is answered as it was");
        }
        // Nobody knows what became of these: to ask again settles it, and charges at most once.
        let mut usage: HashSet<String> = ordered.acknowledged.values().cloned().collect();
        let mut under_way = Vec::new();
        for order in &ordered.unknown {
            let answer = again.order(order).unwrap();
            if is_under_way(order, &answer) {
                under_way.push(order);
            } else {
                usage.insert(bought(order, answer));
            }
        }
        assert!(under_way.len() >= KILLS, "the calls that were cut off in the middle of their effect");
        let orders = ordered.acknowledged.len() + ordered.unknown.len();
        assert_eq!(usage.len() + under_way.len(), orders, "each other order has a usage event of its own");
        assert_eq!(shop.usage(server.address), usage, "and there are no others");
        let left = i64::from(CREDITS) - whole(orders);
        assert_eq!(shop.balance(server.address), (left, whole(under_way.len())), "what is cut off is held");
        instance.is_in_order();

        server.terminate();
        assert!(server.ended().success());
        let server = instance.serve_after_deadlines();
        shop.await_nothing_held(server.address);
        let mut again = shop.buyer(server.address);
        for order in &under_way {
            let answer = again.order(order).unwrap();
            assert_eq!((answer.status, &answer.body["code"]), (500, &"run_interrupted".into()), "{answer:?}");
        }
        assert_eq!(shop.usage(server.address), usage, "what was cut off is not charged");
        assert_eq!(shop.available(server.address), i64::from(CREDITS) - whole(usage.len()));
        let asked = shop.outside.asked_once_each();
        for order in ordered.acknowledged.keys().chain(&ordered.unknown) {
            if let Order::Ask(name) = order {
                assert!(asked.contains(name) || under_way.contains(&order), "{name} was bought, and not asked for");
            }
        }
        instance.is_in_order();
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap()
}

/// What clients know of their orders.
#[derive(Default)]
struct Ordered {
    acknowledged: HashMap<Order, String>,
    unknown: Vec<Order>,
}

impl Ordered {
    fn add(&mut self, other: Self) {
        self.acknowledged.extend(other.acknowledged);
        self.unknown.extend(other.unknown);
    }
}

/// A client whose order is in the middle of its effect when the server goes. Answers once that has begun.
fn ask_until_it_breaks(
    shop: &Shop,
    server: std::net::SocketAddr,
    round: usize,
) -> std::thread::JoinHandle<Order> {
    let name = format!("cut-off-{round}");
    shop.outside.keep_waiting(&name);
    let (mut buyer, order) = (shop.buyer(server), Order::Ask(name.clone()));
    let asking = std::thread::spawn(move || {
        buyer.order(&order).unwrap_err();
        order
    });
    shop.outside.await_asked(&name);
    asking
}

/// Clients that order until the server is gone, and the message that they have had enough answers for it to go.
fn spend_until_it_breaks(
    shop: &Shop,
    server: std::net::SocketAddr,
    round: usize,
) -> (Vec<std::thread::JoinHandle<Ordered>>, mpsc::Receiver<()>) {
    let (tell, enough) = mpsc::channel();
    let answered = Arc::new(AtomicUsize::new(0));
    let clients = (0..CLIENTS).map(|client| {
        let (mut buyer, tell, answered) = (shop.buyer(server), tell.clone(), Arc::clone(&answered));
        std::thread::spawn(move || {
            let mut ordered = Ordered::default();
            for number in 0.. {
                let order = Order::numbered(round * CLIENTS + client, number);
                let Ok(answer) = buyer.order(&order) else {
                    ordered.unknown.push(order);
                    break;
                };
                let usage = bought(&order, answer);
                ordered.acknowledged.insert(order, usage);
                if answered.fetch_add(1, Ordering::SeqCst) + 1 == ACKNOWLEDGED_BEFORE_KILL {
                    tell.send(()).unwrap();
                }
            }
            ordered
        })
    });
    (clients.collect(), enough)
}
