//! One keep-alive connection: at most one request on its way.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::response::{self, RESPONSE_BYTES_MAX, Response};

const BUFFER_BYTES: usize = 16 * 1024;

/// A connection and what is under way on it.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
    /// Request under way: its index, bytes written, and when it was due.
    under_way: Option<UnderWay>,
}

struct UnderWay {
    request: usize,
    written: usize,
    due: Instant,
}

/// What a readable connection gave.
pub enum Progress {
    /// Nothing complete yet.
    Waiting,
    /// The answer to the request that was due then; its body is at [`Connection::body`].
    Answered { response: Response, due: Instant },
    /// The server closed it, or the socket failed; with a request under way, or without.
    Lost { due: Option<Instant> },
}

impl Connection {
    /// Connects.
    pub fn open(target: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(target).with_context(|| format!("cannot connect to {target}"))?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Connection {
            stream,
            buffer: vec![0; BUFFER_BYTES],
            filled: 0,
            under_way: None,
        })
    }

    /// Whether no request is under way.
    pub fn is_idle(&self) -> bool {
        self.under_way.is_none()
    }

    /// Starts a request. `false` if the connection is lost; then the request is under way nonetheless,
    /// for nobody knows how much of it arrived.
    pub fn send(&mut self, requests: &[Vec<u8>], request: usize, due: Instant) -> bool {
        debug_assert!(self.is_idle());
        self.under_way = Some(UnderWay {
            request,
            written: 0,
            due,
        });
        self.write_on(requests)
    }

    /// Goes on writing after the socket was full. `false` if the connection is lost.
    pub fn write_on(&mut self, requests: &[Vec<u8>]) -> bool {
        let Some(under_way) = &mut self.under_way else {
            return true;
        };
        let bytes = &requests[under_way.request];
        while under_way.written < bytes.len() {
            match self.stream.write(&bytes[under_way.written..]) {
                Ok(count) if count > 0 => under_way.written += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => return false,
            }
        }
        true
    }

    /// Reads what is there.
    ///
    /// After a complete answer it does not ask the socket again: nothing more can come, as one request
    /// at a time is under way, and that saves one system call in three.
    pub fn read(&mut self) -> Result<Progress> {
        loop {
            if self.filled == self.buffer.len() {
                self.buffer
                    .resize((self.filled * 2).min(2 * RESPONSE_BYTES_MAX), 0);
            }
            match self.stream.read(&mut self.buffer[self.filled..]) {
                Ok(0) => return Ok(self.lost()),
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Progress::Waiting),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return Ok(self.lost()),
            }
            if let Some(response) = response::parse(&self.buffer[..self.filled])? {
                return self.answered(response);
            }
        }
    }

    /// The body of the answer that was read last.
    pub fn body(&self, response: &Response) -> &[u8] {
        &self.buffer[response.body.clone()]
    }

    fn answered(&mut self, response: Response) -> Result<Progress> {
        let under_way = self
            .under_way
            .take()
            .context("an answer came without a request")?;
        ensure!(
            response.bytes == self.filled,
            "more came than the answer to one request"
        );
        self.filled = 0;
        Ok(Progress::Answered {
            response,
            due: under_way.due,
        })
    }

    fn lost(&mut self) -> Progress {
        Progress::Lost {
            due: self.under_way.take().map(|under_way| under_way.due),
        }
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
