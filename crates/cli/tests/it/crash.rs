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
    shop::{Order, Shop, bought},
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
            enough.recv().unwrap();
            server.kill();
            for client in spending {
                ordered.add(client.join().unwrap());
            }
            server = instance.serve();
        }
        let mut again = shop.buyer(server.address);
        for (order, first) in &ordered.acknowledged {
            assert_eq!(&bought(order, again.order(order).unwrap()), first, "{order:?} is answered as it was");
        }
        // Nobody knows what became of these: to ask again settles it, and charges at most once.
        let mut usage: HashSet<String> = ordered.acknowledged.values().cloned().collect();
        for order in &ordered.unknown {
            usage.insert(bought(order, again.order(order).unwrap()));
        }
        let orders = ordered.acknowledged.len() + ordered.unknown.len();
        assert_eq!(usage.len(), orders, "each order has a usage event of its own");
        assert_eq!(shop.usage(server.address), usage, "and there are no others");
        assert_eq!(shop.available(server.address), i64::from(CREDITS) - i64::try_from(orders).unwrap());
        instance.is_in_order();
    }
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
