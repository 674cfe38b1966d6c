//! A client of HTTP/1.1 that blocks, one connection kept alive, and tells an answer from a connection that broke.

use std::{
    fmt,
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

/// Longer than the server takes for anything; only a server that hangs is found by it.
const PATIENCE: Duration = Duration::from_secs(120);

/// Somebody who sends requests.
pub struct Client {
    server: SocketAddr,
    headers: Vec<(&'static str, String)>,
    connection: Option<BufReader<TcpStream>>,
}

impl Client {
    /// Somebody without a credential.
    pub fn new(server: SocketAddr) -> Self {
        Self {
            server,
            headers: Vec::new(),
            connection: None,
        }
    }

    /// The same with a header in every request.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Whoever holds a key or token.
    pub fn bearer(server: SocketAddr, token: &str) -> Self {
        Self::new(server).with("authorization", &format!("Bearer {token}"))
    }

    /// Reads.
    pub fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send("GET", path, &[], None)
    }

    /// Posts.
    pub fn post(&mut self, path: &str, body: &Value) -> io::Result<Answer> {
        self.send("POST", path, &[], Some(body))
    }

    /// Posts what is to be done once.
    pub fn post_once(&mut self, path: &str, key: &str, body: &Value) -> io::Result<Answer> {
        self.send("POST", path, &[("idempotency-key", key)], Some(body))
    }

    /// Sends a request and waits for its answer. An error: nobody knows whether it was done.
    fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> io::Result<Answer> {
        let answer = self.exchange(method, path, headers, body);
        match &answer {
            Ok(answer) if answer.header("connection") != Some("close") => {}
            _ => self.connection = None,
        }
        answer
    }

    fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> io::Result<Answer> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.server);
        let own = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in own.chain(headers.iter().copied()) {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            head += "content-type: application/json\r\n";
        }
        head += &format!("content-length: {}\r\n\r\n{body}", body.len());
        let connection = match &mut self.connection {
            Some(connection) => connection,
            None => self.connection.insert(connect(self.server)?),
        };
        connection.get_mut().write_all(head.as_bytes())?;
        Answer::read(connection)
    }
}

fn connect(server: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect_timeout(&server, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

/// An answer, read whole.
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub text: String,
    pub body: Value,
}

impl Answer {
    /// Reads the next answer of a connection; all answers of ours have a length.
    pub fn read(connection: &mut impl BufRead) -> io::Result<Self> {
        let broken = |what: &str| io::Error::new(io::ErrorKind::UnexpectedEof, what.to_owned());
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if connection.read_line(&mut line)? == 0 {
                return Err(broken("the connection ended within a head"));
            }
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let status = lines
            .first()
            .and_then(|line| line.split(' ').nth(1)?.parse().ok())
            .ok_or_else(|| broken("an answer without a status"))?;
        let headers: Vec<(String, String)> = lines[1..]
            .iter()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = Self {
            status,
            headers,
            text: String::new(),
            body: Value::Null,
        };
        let length = answer
            .header("content-length")
            .and_then(|length| length.parse().ok())
            .unwrap_or(0);
        let mut bytes = vec![0; length];
        connection.read_exact(&mut bytes)?;
        answer.text = String::from_utf8_lossy(&bytes).into_owned();
        answer.body = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(answer)
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body of an answer that says yes.
    #[track_caller]
    pub fn done(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.body
    }

    /// "Come back later", and when.
    pub fn is_unavailable(&self) -> bool {
        self.status == 503
            && self
                .header("retry-after")
                .is_some_and(|after| after.parse::<u32>().is_ok())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {}", self.status, self.headers, self.body)
    }
}
