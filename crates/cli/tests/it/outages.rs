//! The database goes away while clients spend: they are told to come back, and when it is back nothing is lost,
//! nothing doubled, and nobody had to restart anything.

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver},
    },
    thread::JoinHandle,
};

use db::testing::runtime;

use crate::{
    client::Client,
    instance::{Instance, Server},
    postgres::Postgres,
    shop::{Order, Shop, bought, is_under_way},
};

const CREDITS: i64 = 1_000_000;
const CLIENTS: usize = 8;

#[test]
fn postgresql_ends_and_starts_again_under_load() {
    let Some(mut postgres) = Postgres::start() else {
        return;
    };
    let instance = Instance::at(&postgres.url());
    let server = instance.serve();
    let shop = Shop::open(server.address, 1_000_000);
    let mut usage = HashSet::new();
    for (round, end) in [Postgres::stop, Postgres::crash].into_iter().enumerate() {
        let mut buyers = Buyers::start(&shop, server.address, round);
        buyers.await_each(Event::Bought);
        end(&mut postgres);
        buyers.await_each(Event::ToldToComeBack);
        tells_that_it_cannot_work(&shop, &server);
        postgres.run();
        buyers.await_each(Event::Bought);
        usage.extend(buyers.end());
        assert_eq!(Client::new(server.address).get("/readyz").unwrap().status, 200);
    }
    all_is_there(&instance, &shop, &server, &usage);
}

#[test]
#[cfg(target_os = "linux")]
fn postgresql_hangs_under_load() {
    let Some(mut postgres) = Postgres::start() else {
        return;
    };
    let instance = Instance::at(&postgres.url());
    let server = instance.serve();
    let shop = Shop::open(server.address, 1_000_000);
    let mut buyers = Buyers::start(&shop, server.address, 0);
    buyers.await_each(Event::Bought);
    postgres.freeze();
    buyers.await_each(Event::ToldToComeBack);
    tells_that_it_cannot_work(&shop, &server);
    buyers.await_each(Event::ToldToComeBack);
    postgres.thaw();
    buyers.await_each(Event::Bought);
    let usage = buyers.end();
    all_is_there(&instance, &shop, &server, &usage);
}

#[test]
fn a_postgresql_that_takes_no_writes() {
    let Some(postgres) = Postgres::start() else {
        return;
    };
    let instance = Instance::at(&postgres.url());
    let server = instance.serve();
    let shop = Shop::open(server.address, 1_000_000);
    let mut buyers = Buyers::start(&shop, server.address, 0);
    buyers.await_each(Event::Bought);
    // As a standby is, or one whose disk is about to be full.
    postgres.set("default_transaction_read_only = on");
    buyers.await_each(Event::ToldToComeBack);
    assert_eq!(
        shop.owner(server.address).get("/v1/credits").unwrap().status,
        200,
        "reading goes on"
    );
    postgres.set("default_transaction_read_only = off");
    buyers.await_each(Event::Bought);
    let usage = buyers.end();
    all_is_there(&instance, &shop, &server, &usage);
}

#[test]
fn a_postgresql_that_lets_nobody_in() {
    let Some(mut postgres) = Postgres::start() else {
        return;
    };
    let instance = Instance::at(&postgres.url());
    let server = instance.serve();
    let shop = Shop::open(server.address, 1_000_000);
    let mut buyers = Buyers::start(&shop, server.address, 0);
    buyers.await_each(Event::Bought);
    postgres.stop();
    postgres.let_in(false);
    postgres.run();
    buyers.await_each(Event::ToldToComeBack);
    tells_that_it_cannot_work(&shop, &server);
    postgres.let_in(true);
    buyers.await_each(Event::Bought);
    let usage = buyers.end();
    all_is_there(&instance, &shop, &server, &usage);
}

fn tells_that_it_cannot_work(shop: &Shop, server: &Server) {
    let mut anybody = Client::new(server.address);
    assert_eq!(
        anybody.get("/healthz").unwrap().status,
        200,
        "the process is alive"
    );
    assert_eq!(anybody.get("/readyz").unwrap().status, 503);
    let credits = shop.owner(server.address).get("/v1/credits").unwrap();
    assert!(credits.is_unavailable(), "{credits:?}");
}

#[test]
fn a_database_file_that_another_program_has_locked() {
    let instance = Instance::on_sqlite();
    let server = instance.serve();
    let shop = Shop::open(server.address, 1_000_000);
    let runtime = runtime();
    let _inside = runtime.enter();
    let (other, locked) = runtime.block_on(async {
        let other = instance.open().await;
        let locked = other.begin_write().await.unwrap();
        (other, locked)
    });
    let mut buyers = Buyers::start(&shop, server.address, 0);
    buyers.await_each(Event::ToldToComeBack);
    assert_eq!(
        shop.available(server.address),
        CREDITS,
        "who only reads is not in the way"
    );
    runtime.block_on(async {
        locked.rollback().await.unwrap();
        other.close().await;
    });
    buyers.await_each(Event::Bought);
    let usage = buyers.end();
    all_is_there(&instance, &shop, &server, &usage);
}

#[test]
fn a_database_file_that_is_moved_away_and_back() {
    let instance = Instance::on_sqlite();
    let server = instance.serve();
    let shop = Shop::open(server.address, 1_000_000);
    let beside_it = |ending| instance.data().join(format!("guildhall.db{ending}"));
    let moved = [
        instance.data(),
        instance.file(),
        beside_it("-wal"),
        beside_it("-shm"),
    ];
    let away = instance.beside("away");
    let mut usage = HashSet::new();
    for (round, path) in moved.iter().enumerate() {
        let mut buyers = Buyers::start(&shop, server.address, round);
        buyers.await_each(Event::Bought);
        std::fs::rename(path, &away).unwrap();
        buyers.await_each(Event::ToldToComeBack);
        tells_that_it_cannot_work(&shop, &server);
        std::fs::rename(&away, path).unwrap();
        buyers.await_each(Event::Bought);
        usage.extend(buyers.end());
        assert_eq!(Client::new(server.address).get("/readyz").unwrap().status, 200);
    }
    all_is_there(&instance, &shop, &server, &usage);
}

#[test]
fn a_table_of_postgresql_that_another_program_has_locked() {
    let Some(instance) = Instance::on_postgres() else {
        return;
    };
    let server = instance.serve();
    let shop = Shop::open(server.address, 1_000_000);
    let runtime = runtime();
    let _inside = runtime.enter();
    let (other, locked) = runtime.block_on(async {
        let other = instance.open().await;
        let mut locked = other.begin_write().await.unwrap();
        for statement in [
            "SET LOCAL idle_in_transaction_session_timeout = 0",
            "LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE",
        ] {
            db::testing::run(&mut locked, statement).await.unwrap();
        }
        (other, locked)
    });
    let mut buyers = Buyers::start(&shop, server.address, 0);
    buyers.await_each(Event::ToldToComeBack);
    runtime.block_on(async {
        locked.rollback().await.unwrap();
        other.close().await;
    });
    buyers.await_each(Event::Bought);
    let usage = buyers.end();
    all_is_there(&instance, &shop, &server, &usage);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk() {
    use rustix::process::{Resource, Rlimit, prlimit};

    let instance = Instance::on_sqlite();
    let server = instance.serve_with_bounded_files();
    let shop = Shop::open(server.address, 1_000_000);
    let grow_to = |bytes: Option<u64>| {
        let limit = Rlimit {
            current: bytes,
            maximum: None,
        };
        prlimit(Some(server.pid()), Resource::Fsize, limit).unwrap();
    };
    let mut buyers = Buyers::start(&shop, server.address, 0);
    buyers.await_each(Event::Bought);
    // No file of the server can be written beyond its first page.
    grow_to(Some(4096));
    buyers.await_each(Event::ToldToComeBack);
    let read = shop.owner(server.address).get("/v1/credits").unwrap();
    assert_eq!(read.status, 200, "{read:?}");
    grow_to(None);
    buyers.await_each(Event::Bought);
    let usage = buyers.end();
    all_is_there(&instance, &shop, &server, &usage);
}

#[track_caller]
fn all_is_there(instance: &Instance, shop: &Shop, server: &Server, usage: &HashSet<String>) {
    assert_eq!(&shop.usage(server.address), usage);
    let spent = i64::try_from(usage.len()).unwrap();
    assert_eq!(shop.available(server.address), CREDITS - spent);
    shop.outside.asked_once_each();
    instance.is_in_order();
}

/// Clients that order without end, each order until it is bought.
struct Buyers {
    clients: Vec<JoinHandle<HashSet<String>>>,
    events: Receiver<(usize, Event)>,
    are_done: Arc<AtomicBool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Bought,
    ToldToComeBack,
}

impl Buyers {
    fn start(shop: &Shop, server: SocketAddr, round: usize) -> Self {
        let (tell, events) = mpsc::channel();
        let are_done = Arc::new(AtomicBool::new(false));
        let client = |client: usize| {
            let (mut buyer, tell, are_done) = (shop.buyer(server), tell.clone(), Arc::clone(&are_done));
            std::thread::spawn(move || {
                let mut usage = HashSet::new();
                for number in 0.. {
                    let order = Order::numbered(round * CLIENTS + client, number);
                    let answer = loop {
                        // The server lives all the time: a connection never breaks.
                        let answer = buyer.order(&order).unwrap();
                        if answer.status == 200 {
                            break answer;
                        }
                        // The end of a call whose effect has happened is written when the database is back.
                        if is_under_way(&order, &answer) {
                            continue;
                        }
                        assert!(answer.is_unavailable(), "{answer:?}");
                        let _ = tell.send((client, Event::ToldToComeBack));
                    };
                    assert!(usage.insert(bought(&order, answer)), "another order's");
                    let _ = tell.send((client, Event::Bought));
                    if are_done.load(Ordering::SeqCst) {
                        break;
                    }
                }
                usage
            })
        };
        Self {
            clients: (0..CLIENTS).map(client).collect(),
            events,
            are_done,
        }
    }

    /// Waits until, from now on, this has happened to each client.
    fn await_each(&mut self, event: Event) {
        while self.events.try_recv().is_ok() {}
        let mut missing: HashSet<usize> = (0..CLIENTS).collect();
        while !missing.is_empty() {
            let Ok((client, happened)) = self.events.recv() else {
                panic!("the clients have ended")
            };
            if happened == event {
                missing.remove(&client);
            }
            let failed = self.clients.iter().any(JoinHandle::is_finished);
            assert!(!failed, "a client has failed");
        }
    }

    /// Ends them after their last order; what they have bought.
    fn end(self) -> HashSet<String> {
        self.are_done.store(true, Ordering::SeqCst);
        drop(self.events);
        self.clients
            .into_iter()
            .flat_map(|client| client.join().unwrap())
            .collect()
    }
}
