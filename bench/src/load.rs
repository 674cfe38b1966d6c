//! The two loops. Closed: a connection sends again when it has its answer. Open: requests are due at
//! constant intervals, and one that finds no free connection waits with its clock running.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::event::{Timespec, epoll::Event};

use crate::connection::{Connection, Progress};
use crate::options::Options;
use crate::record::Record;
use crate::timer::Timer;

/// How long answers are awaited after the last request.
const DRAIN: Duration = Duration::from_secs(10);
/// Lost connections are opened again so often; beyond that the server is gone, not slow.
const RECONNECTS_MAX: usize = 10_000;
const EVENTS_MAX: usize = 1024;
/// Marks the timer among the events; connections are marked by their index.
const TIMER: u64 = u64::MAX;

/// Sends the load and counts the answers.
pub fn run(options: &Options, requests: &[Vec<u8>]) -> Result<Record> {
    let mut load = Load::open(options, requests)?;
    while load.goes_on() {
        load.send_due()?;
        load.wait()?;
    }
    Ok(load.finish())
}

struct Load<'a> {
    requests: &'a [Vec<u8>],
    target: SocketAddr,
    connections: Vec<Connection>,
    /// Indices of connections without a request under way.
    idle: Vec<usize>,
    poll: OwnedFd,
    events: Vec<Event>,
    timer: Timer,
    start: Instant,
    end: Instant,
    /// Time between two requests of an open loop; none means a closed loop.
    interval: Option<Duration>,
    /// Requests started so far; in an open loop also the number of the next one that is due.
    sent: u64,
    reconnects: usize,
    record: Record,
}

impl<'a> Load<'a> {
    fn open(options: &Options, requests: &'a [Vec<u8>]) -> Result<Load<'a>> {
        let poll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let timer = Timer::new()?;
        epoll::add(
            &poll,
            &timer,
            EventData::new_u64(TIMER),
            EventFlags::IN | EventFlags::ET,
        )?;
        let connections: Vec<Connection> = (0..options.connections)
            .map(|_| Connection::open(options.target))
            .collect::<Result<_>>()?;
        for (index, connection) in connections.iter().enumerate() {
            watch(&poll, connection, index)?;
        }
        let start = Instant::now();
        let measured_from = start + options.warmup;
        let end = measured_from + options.measured;
        Ok(Load {
            requests,
            target: options.target,
            idle: (0..connections.len()).collect(),
            connections,
            poll,
            events: Vec::with_capacity(EVENTS_MAX),
            timer,
            start,
            end,
            interval: options
                .rate_per_second
                .map(|rate| Duration::from_secs_f64(1.0 / rate)),
            sent: 0,
            reconnects: 0,
            record: Record::new(options, measured_from, end)?,
        })
    }

    fn goes_on(&self) -> bool {
        let now = Instant::now();
        let is_done = self.idle.len() == self.connections.len() && self.due(now).is_none();
        now < self.end || (!is_done && now < self.end + DRAIN)
    }

    /// Starts what is due on idle connections, and sets the timer to the next moment that matters.
    fn send_due(&mut self) -> Result<()> {
        let now = Instant::now();
        // What moves on without the timer: answers.
        let last = if now < self.end {
            self.end
        } else {
            self.end + DRAIN
        };
        while let Some(due) = self.due(now) {
            let Some(index) = self.idle.pop() else {
                return self.timer.set(last);
            };
            let request = (self.sent % self.requests.len() as u64) as usize;
            self.sent += 1;
            if !self.connections[index].send(self.requests, request, due) {
                self.reopen(index, true)?;
            }
        }
        match self.next_due() {
            Some(due) if due < self.end => self.timer.set(due),
            _ => self.timer.set(last),
        }
    }

    /// When the next request was due, if it is. One that was due before the end is sent after it, too.
    fn due(&self, now: Instant) -> Option<Instant> {
        match self.next_due() {
            Some(due) => (due <= now && due < self.end).then_some(due),
            None => (now < self.end).then_some(now),
        }
    }

    fn next_due(&self) -> Option<Instant> {
        self.interval
            .map(|interval| self.start + interval.mul_f64(self.sent as f64))
    }

    fn wait(&mut self) -> Result<()> {
        // The timer ends every wait; the second here only bounds a mistake.
        let at_most = Timespec {
            tv_sec: 1,
            tv_nsec: 0,
        };
        self.events.clear();
        match epoll::wait(
            &self.poll,
            rustix::buffer::spare_capacity(&mut self.events),
            Some(&at_most),
        ) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        for at in 0..self.events.len() {
            let event = self.events[at];
            if event.data.u64() != TIMER {
                self.advance(event.data.u64() as usize, event.flags)?;
                if self.interval.is_none() {
                    // At once, not after the other events: the server must not wait for us.
                    self.send_due()?;
                }
            }
        }
        Ok(())
    }

    fn advance(&mut self, index: usize, flags: EventFlags) -> Result<()> {
        let connection = &mut self.connections[index];
        if flags.contains(EventFlags::OUT) && !connection.write_on(self.requests) {
            return self.reopen(index, true);
        }
        if !flags.intersects(EventFlags::IN | EventFlags::RDHUP | EventFlags::HUP | EventFlags::ERR) {
            return Ok(());
        }
        match connection.read()? {
            Progress::Waiting => Ok(()),
            Progress::Answered { response, due } => {
                self.record
                    .answered(&response, connection.body(&response), due, Instant::now());
                match response.closes {
                    true => self.reopen(index, false),
                    false => {
                        self.idle.push(index);
                        Ok(())
                    }
                }
            }
            Progress::Lost { due } => self.reopen(index, due.is_some()),
        }
    }

    /// Replaces a lost connection; `under_way` says whether a request was lost with it.
    fn reopen(&mut self, index: usize, under_way: bool) -> Result<()> {
        if under_way {
            self.record.unanswered();
        }
        self.reconnects += 1;
        if self.reconnects > RECONNECTS_MAX {
            bail!("{RECONNECTS_MAX} connections were lost: the server does not keep them alive");
        }
        self.connections[index] = Connection::open(self.target)?;
        watch(&self.poll, &self.connections[index], index)?;
        if !self.idle.contains(&index) {
            self.idle.push(index);
        }
        Ok(())
    }

    fn finish(mut self) -> Record {
        for _ in self.connections.iter().filter(|connection| !connection.is_idle()) {
            self.record.unanswered();
        }
        if let Some(interval) = self.interval {
            let due = ((self.end - self.start).as_secs_f64() / interval.as_secs_f64()).floor() as u64;
            self.record.unsent(due.saturating_sub(self.sent));
        }
        self.record
    }
}

fn watch(poll: &OwnedFd, connection: &Connection, index: usize) -> Result<()> {
    let flags = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
    epoll::add(poll, connection, EventData::new_u64(index as u64), flags)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::Value;

    use super::*;
    use crate::stub::Stub;

    fn options(target: SocketAddr) -> Options {
        Options {
            target,
            requests: PathBuf::new(),
            connections: 8,
            measured: Duration::from_millis(200),
            warmup: Duration::from_millis(20),
            rate_per_second: None,
            expect_status: 200,
            expect_body: Some("ok".to_owned()),
        }
    }

    fn measure(options: &Options) -> Value {
        let requests = ["/a", "/b"].map(|path| format!("GET {path} HTTP/1.1\r\n\r\n").into_bytes());
        run(options, &requests).unwrap().report(options).unwrap()
    }

    #[test]
    fn every_answer_is_counted_once() {
        let stub = Stub::start(|_| "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_owned());
        let report = measure(&options(stub.address));
        assert_eq!(report["failures"]["total"], 0);
        assert_eq!(report["accepted_total"], stub.answered());
        assert!(report["requests"].as_u64().unwrap() > 0, "{report}");
    }

    #[test]
    fn an_open_loop_keeps_its_rate() {
        let stub = Stub::start(|_| "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_owned());
        let options = Options {
            rate_per_second: Some(1000.0),
            ..options(stub.address)
        };
        let report = measure(&options);
        assert_eq!(report["accepted_total"], 220);
        assert_eq!(report["failures"]["unsent"], 0);
        assert_eq!(report["accepted_total"], stub.answered());
    }

    #[test]
    fn wrong_statuses_and_bodies_are_failures() {
        let stub = Stub::start(|number| match number % 4 {
            0 => "HTTP/1.1 402 No\r\ncontent-length: 4\r\n\r\npoor".to_owned(),
            1 => "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno".to_owned(),
            _ => "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_owned(),
        });
        let report = measure(&options(stub.address));
        let failures = &report["failures"];
        assert_eq!(failures["status"], report["statuses"]["402"]);
        assert!(failures["body"].as_u64().unwrap() > 0);
        let total = report["accepted_total"].as_u64().unwrap() + failures["total"].as_u64().unwrap();
        assert_eq!(total, stub.answered());
        assert!(report["failure_sample"].is_string());
    }

    #[test]
    fn closed_connections_are_opened_again() {
        let stub = Stub::start(|number| match number % 10 {
            0 => String::new(), // closes without an answer
            1 => "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok".to_owned(),
            _ => "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_owned(),
        });
        let report = measure(&options(stub.address));
        let total =
            report["accepted_total"].as_u64().unwrap() + report["failures"]["unanswered"].as_u64().unwrap();
        assert_eq!(total, stub.answered());
        assert!(report["failures"]["unanswered"].as_u64().unwrap() > 0);
    }
}
