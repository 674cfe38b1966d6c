//! Something outside that flows ask. It belongs to the test: it outlives the servers, and knows how often it was asked.

use std::{
    collections::{HashMap, HashSet},
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
};

use serde_json::Value;

/// Answers each request with the order in it.
#[derive(Clone)]
pub struct Outside {
    address: SocketAddr,
    orders: Arc<Orders>,
}

#[derive(Default)]
struct Orders {
    known: Mutex<Known>,
    changed: Condvar,
}

#[derive(Default)]
struct Known {
    asked: HashMap<String, usize>,
    kept_waiting: HashSet<String>,
}

impl Outside {
    /// Listens until the test ends.
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let outside = Self {
            address: listener.local_addr().unwrap(),
            orders: Arc::default(),
        };
        let orders = Arc::clone(&outside.orders);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let (connection, orders) = (connection.unwrap(), Arc::clone(&orders));
                // A connection ends with its server, however that ends.
                std::thread::spawn(move || while orders.answer(&connection).is_ok() {});
            }
        });
        outside
    }

    /// The definition of a flow that asks it for an order, and answers what it is answered.
    pub fn definition(&self) -> String {
        format!(
            "
document: {{dsl: '1.0.3', namespace: test, name: ask, version: '1.0.0'}}
do:
  - ask:
      call: http
      with: {{method: post, endpoint: 'http://{}/', body: {{order: '${{ .order }}'}}}}
",
            self.address
        )
    }

    /// Lets whoever asks for this order wait.
    pub fn keep_waiting(&self, order: &str) {
        self.orders
            .known
            .lock()
            .unwrap()
            .kept_waiting
            .insert(order.to_owned());
    }

    /// Answers whoever waits.
    pub fn answer_all(&self) {
        self.orders.known.lock().unwrap().kept_waiting.clear();
        self.orders.changed.notify_all();
    }

    /// Waits until it is asked for this order.
    pub fn await_asked(&self, order: &str) {
        let known = self.orders.known.lock().unwrap();
        drop(
            self.orders
                .changed
                .wait_while(known, |known| !known.asked.contains_key(order))
                .unwrap(),
        );
    }

    /// The orders that it was asked for. Fails the test when it was for one twice.
    #[track_caller]
    pub fn asked_once_each(&self) -> HashSet<String> {
        let asked = self.orders.known.lock().unwrap().asked.clone();
        let twice: Vec<_> = asked.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "asked for again: {twice:?}");
        asked.into_keys().collect()
    }
}

impl Orders {
    /// Takes the next request of a connection, and answers it when nobody lets it wait.
    fn answer(&self, mut connection: &TcpStream) -> io::Result<()> {
        let body = body_of_next(&mut BufReader::new(connection))?;
        let order = serde_json::from_slice::<Value>(&body)?["order"]
            .as_str()
            .unwrap()
            .to_owned();
        let mut known = self.known.lock().unwrap();
        *known.asked.entry(order.clone()).or_default() += 1;
        self.changed.notify_all();
        let is_let = self
            .changed
            .wait_while(known, |known| known.kept_waiting.contains(&order));
        drop(is_let.unwrap());
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        connection.write_all(&[head.into_bytes(), body].concat())
    }
}

/// The client sends a request only after the answer to the one before: nothing is read too far.
fn body_of_next(connection: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == "\r\n" {
            break;
        }
        if let Some(("content-length", value)) = line.trim_end().split_once(": ") {
            length = value.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body)?;
    Ok(body)
}
