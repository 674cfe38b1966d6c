//! Other programs: run to their end, or kept running until dropped. Each gets a process group of its own,
//! so that whatever it starts ends with it.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;

use crate::signals;

/// How long a program may take to end after it was asked to.
const STOP_TIMEOUT: Duration = Duration::from_secs(15);

/// Runs a program to its end, its output going where ours goes.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = Running::start(command, Signal::TERM)?.wait()?;
    signals::check()?;
    ensure!(status.success(), "`{shown}` failed ({status})");
    Ok(())
}

/// Runs a program to its end and gives back what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let mut running = Running::start(command.stdout(Stdio::piped()), Signal::TERM)?;
    let mut text = String::new();
    if let Some(mut stdout) = running.stdout() {
        stdout
            .read_to_string(&mut text)
            .with_context(|| format!("`{shown}` printed no text"))?;
    }
    let status = running.wait()?;
    signals::check()?;
    ensure!(status.success(), "`{shown}` failed ({status})");
    Ok(text)
}

/// A program as a person would type it.
pub fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A program that is ended when this is dropped.
pub struct Running {
    pid: i32,
    stop: Signal,
    stdout: Option<std::process::ChildStdout>,
    stderr: Option<std::process::ChildStderr>,
    ended: Receiver<std::io::Result<ExitStatus>>,
    status: Option<ExitStatus>,
}

impl Running {
    /// Starts a program; `stop` is the signal that asks it to end.
    pub fn start(command: &mut Command, stop: Signal) -> Result<Running> {
        signals::check()?;
        let shown = show(command);
        let mut child: Child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start `{shown}`"))?;
        let pid = child.id() as i32;
        signals::remember(pid, stop);
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (sender, ended) = mpsc::channel();
        std::thread::spawn(move || {
            let status = child.wait();
            signals::forget(pid);
            let _ = sender.send(status); // nobody listens any more after a drop
        });
        Ok(Running {
            pid,
            stop,
            stdout,
            stderr,
            ended,
            status: None,
        })
    }

    /// Its process number.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Its output, once, if it was piped.
    pub fn stdout(&mut self) -> Option<impl Read + Send + use<>> {
        self.stdout.take()
    }

    /// Its error output, once, if it was piped.
    pub fn stderr(&mut self) -> Option<impl Read + Send + use<>> {
        self.stderr.take()
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Result<ExitStatus> {
        let status = self.ended.recv().context("nobody waits for the process")??;
        self.status = Some(status);
        Ok(status)
    }

    /// Asks it to end and waits, in the end with force. `true` if it ended by itself.
    pub fn stop(&mut self) -> bool {
        if self.has_ended(Duration::ZERO) {
            return true;
        }
        signals::send(self.pid, self.stop);
        if self.has_ended(STOP_TIMEOUT) {
            return true;
        }
        signals::send(self.pid, Signal::KILL);
        self.has_ended(STOP_TIMEOUT);
        false
    }

    fn has_ended(&mut self, within: Duration) -> bool {
        if self.status.is_none() {
            match self.ended.recv_timeout(within) {
                Ok(status) => self.status = status.ok(),
                Err(RecvTimeoutError::Timeout) => return false,
                Err(RecvTimeoutError::Disconnected) => {}
            }
        }
        true
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Reads lines until one of them gives an answer, and keeps reading in the background after that, so that
/// the program never waits for a reader. Fails with the lines seen when they end or the time is over.
pub fn await_line<T: Send + 'static>(
    output: impl Read + Send + 'static,
    within: Duration,
    wanted: impl Fn(&str) -> Option<T> + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(std::io::Result::ok) {
            let answer = wanted(&line);
            let _ = sender.send((line, answer)); // after the answer nobody listens
        }
    });
    let mut seen = Vec::new();
    loop {
        match receiver.recv_timeout(within) {
            Ok((_, Some(answer))) => return Ok(answer),
            Ok((line, None)) => seen.push(line),
            Err(error) => {
                signals::check()?;
                let why = match error {
                    RecvTimeoutError::Timeout => format!("nothing within {} s", within.as_secs()),
                    RecvTimeoutError::Disconnected => "it ended".to_owned(),
                };
                bail!("{why}; it printed:\n{}", seen.join("\n"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_and_failure_are_told() {
        assert_eq!(output(&mut shell("echo hello")).unwrap(), "hello\n");
        let error = run(&mut shell("exit 3")).unwrap_err().to_string();
        assert!(error.contains("sh -c exit 3") && error.contains('3'), "{error}");
    }

    #[test]
    fn a_program_ends_with_what_it_started() {
        let mut command = shell("sleep 1000 & echo ready; wait");
        let mut running = Running::start(command.stdout(Stdio::piped()), Signal::TERM).unwrap();
        let mut stdout = BufReader::new(running.stdout().unwrap());
        let mut text = String::new();
        stdout.read_line(&mut text).unwrap();
        assert_eq!(text, "ready\n");
        assert!(running.stop());
        // Ends only when nobody holds the other side any more.
        stdout.read_to_string(&mut text).unwrap();
    }

    #[test]
    fn a_program_that_says_something_else_is_quoted() {
        let mut running =
            Running::start(shell("echo no such port").stdout(Stdio::piped()), Signal::TERM).unwrap();
        let stdout = running.stdout().unwrap();
        let error = await_line(stdout, Duration::from_secs(10), |_| None::<()>)
            .unwrap_err()
            .to_string();
        assert!(error.contains("no such port"), "{error}");
    }
}
