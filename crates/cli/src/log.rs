//! The log: to stderr, as text or JSON, through one thread, so that no request waits for a terminal or a pipe.

use std::{
    io::{self, Write},
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    thread::JoinHandle,
    time::Duration,
};

use anyhow::{Context, Result};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::configuration::{Configuration, LogFormat, Wrong};

/// Lines that wait to be written; beyond it, lines are dropped rather than waited for.
const LINES_MAX: usize = 16_384;
/// How long lines gather before they are written.
const LINES_GATHER: Duration = Duration::from_millis(10);
/// Most bytes of one write.
const WRITE_BYTES: usize = 1024 * 1024;

enum Message {
    Line(Vec<u8>),
    End,
}

/// Ends the log when dropped: everything logged until then is written.
pub struct Log {
    lines: SyncSender<Message>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = self.lines.send(Message::End);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

/// Starts logging.
pub fn start(configuration: &Configuration) -> Result<Log> {
    start_with(configuration, &configuration.log)
}

/// The same for a command whose statements take long because they read or write everything, which is no news.
pub fn start_for_long_statements(configuration: &Configuration) -> Result<Log> {
    start_with(configuration, &format!("{},sqlx::query=error", configuration.log))
}

fn start_with(configuration: &Configuration, filter: &str) -> Result<Log> {
    // PostgreSQL says of each start that what is there is there already.
    let filter = EnvFilter::try_new(format!("{filter},sqlx::postgres::notice=warn")).map_err(|error| {
        Wrong(format!(
            "the setting log must be a level or filter such as `info`: {error}"
        ))
    })?;
    let (lines, waiting) = sync_channel(LINES_MAX);
    let thread = std::thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || write_all(&waiting))
        .context("the thread of the log does not start")?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Lines(lines.clone()));
    match configuration.log_format {
        LogFormat::Text => subscriber.with_ansi(false).init(),
        LogFormat::Json => subscriber.json().flatten_event(true).init(),
    }
    Ok(Log {
        lines,
        thread: Some(thread),
    })
}

/// Writes what waits, many lines at once. After the first it lets more come: to wake this thread for each line costs
/// a request more than the line.
fn write_all(waiting: &Receiver<Message>) {
    let mut block = Vec::new();
    while let Ok(Message::Line(line)) = waiting.recv() {
        std::thread::park_timeout(LINES_GATHER);
        block.extend_from_slice(&line);
        let mut ended = false;
        while block.len() < WRITE_BYTES && !ended {
            match waiting.try_recv() {
                Ok(Message::Line(line)) => block.extend_from_slice(&line),
                Ok(Message::End) => ended = true,
                Err(_) => break,
            }
        }
        // Nobody is left to tell when stderr is gone.
        let _ = io::stderr().write_all(&block);
        block.clear();
        if ended {
            return;
        }
    }
}

/// Where the subscriber writes a line.
struct Lines(SyncSender<Message>);

/// One line.
struct Line<'a> {
    lines: &'a SyncSender<Message>,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { lines: &self.0 }
    }
}

impl Write for Line<'_> {
    /// The subscriber writes each line by one call.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match self.lines.try_send(Message::Line(line.to_vec())) {
            Ok(()) | Err(TrySendError::Full(_)) => Ok(line.len()),
            Err(TrySendError::Disconnected(_)) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
