//! A server for the tests of the load: a thread per connection, answers by the number of the request.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub struct Stub {
    pub address: SocketAddr,
    answered: Arc<AtomicU64>,
}

impl Stub {
    /// An empty answer closes the connection.
    pub fn start(answer: impl Fn(u64) -> String + Send + Sync + 'static) -> Stub {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let answered = Arc::new(AtomicU64::new(0));
        let (count, answer) = (Arc::clone(&answered), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (count, answer) = (Arc::clone(&count), Arc::clone(&answer));
                std::thread::spawn(move || serve(&stream, &*answer, &count));
            }
        });
        Stub { address, answered }
    }

    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::SeqCst)
    }
}

fn serve(stream: &TcpStream, answer: &impl Fn(u64) -> String, count: &AtomicU64) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
        if line == "\r\n" {
            let text = answer(count.fetch_add(1, Ordering::SeqCst));
            let mut writer = stream;
            if writer.write_all(text.as_bytes()).is_err() || text.is_empty() || text.contains("close") {
                return;
            }
        }
        line.clear();
    }
}
