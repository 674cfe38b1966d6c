//! The command line, every number bounded.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

const CONNECTIONS_MAX: usize = 4096;
const SECONDS_MAX: f64 = 600.0;
const RATE_PER_SECOND_MAX: f64 = 1_000_000.0;

/// What the program takes, shown with every refusal.
pub const USAGE: &str = "usage: guildhall-bench --target 127.0.0.1:PORT --requests FILE
    [--connections 64] [--seconds 5] [--warmup-seconds 1] [--rate PER_SECOND]
    [--expect-status 200] [--expect-body TEXT]
Without --rate each connection sends as soon as it has its answer (closed loop: the highest throughput).
With --rate requests start at constant intervals whatever the answers do (open loop: honest latency).";

/// One run of load.
#[derive(Debug, Clone)]
pub struct Options {
    /// A loopback address.
    pub target: SocketAddr,
    /// JSON file, see `requests.rs`.
    pub requests: PathBuf,
    /// Keep-alive connections.
    pub connections: usize,
    /// Measured time.
    pub measured: Duration,
    /// Time before it, under the same load, not measured.
    pub warmup: Duration,
    /// Requests per second of an open loop; none means a closed loop.
    pub rate_per_second: Option<f64>,
    /// Any other status is a failure.
    pub expect_status: u16,
    /// A body without this text is a failure.
    pub expect_body: Option<String>,
}

impl Options {
    /// Reads the arguments after the program name.
    pub fn parse(arguments: &[String]) -> Result<Options> {
        let mut target = None;
        let mut requests = None;
        let mut options = Options::defaults();
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let value = arguments
                .next()
                .with_context(|| format!("{name} needs a value\n{USAGE}"))?;
            match name.as_str() {
                "--target" => target = Some(number::<SocketAddr>(name, value)?),
                "--requests" => requests = Some(PathBuf::from(value)),
                "--connections" => options.connections = number(name, value)?,
                "--seconds" => options.measured = seconds(name, value)?,
                "--warmup-seconds" => options.warmup = seconds(name, value)?,
                "--rate" => options.rate_per_second = Some(number(name, value)?),
                "--expect-status" => options.expect_status = number(name, value)?,
                "--expect-body" => options.expect_body = Some(value.clone()),
                _ => bail!("unknown argument {name}\n{USAGE}"),
            }
        }
        options.target = target.with_context(|| format!("--target is missing\n{USAGE}"))?;
        options.requests = requests.with_context(|| format!("--requests is missing\n{USAGE}"))?;
        options.check()?;
        Ok(options)
    }

    fn defaults() -> Options {
        Options {
            target: SocketAddr::from(([127, 0, 0, 1], 0)),
            requests: PathBuf::new(),
            connections: 64,
            measured: Duration::from_secs(5),
            warmup: Duration::from_secs(1),
            rate_per_second: None,
            expect_status: 200,
            expect_body: None,
        }
    }

    fn check(&self) -> Result<()> {
        ensure!(
            self.target.ip().is_loopback(),
            "--target {} is not on this machine: load is only sent to a loopback address",
            self.target
        );
        ensure!(
            (1..=CONNECTIONS_MAX).contains(&self.connections),
            "--connections must be from 1 to {CONNECTIONS_MAX}"
        );
        ensure!(!self.measured.is_zero(), "--seconds must be above 0");
        if let Some(rate) = self.rate_per_second {
            ensure!(
                rate > 0.0 && rate <= RATE_PER_SECOND_MAX,
                "--rate must be above 0 and at most {RATE_PER_SECOND_MAX}"
            );
        }
        Ok(())
    }
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T> {
    value
        .parse()
        .ok()
        .with_context(|| format!("{name} {value}: not understood\n{USAGE}"))
}

fn seconds(name: &str, value: &str) -> Result<Duration> {
    let seconds: f64 = number(name, value)?;
    ensure!(
        (0.0..=SECONDS_MAX).contains(&seconds),
        "{name} must be from 0 to {SECONDS_MAX}"
    );
    Ok(Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Options> {
        Options::parse(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn load_is_sent_to_loopback_only() {
        assert!(parse("--target 127.0.0.1:80 --requests f").is_ok());
        assert!(parse("--target [::1]:80 --requests f").is_ok());
        assert!(parse("--target 10.0.0.1:80 --requests f").is_err());
        assert!(parse("--target example.com:80 --requests f").is_err());
    }

    #[test]
    fn every_number_has_a_bound() {
        let base = "--target 127.0.0.1:80 --requests f";
        for bad in [
            "--connections 0",
            "--connections 5000",
            "--seconds 0",
            "--seconds 601",
            "--rate 0",
            "--rate nan",
            "--seconds",
            "--what 1",
        ] {
            assert!(parse(&format!("{base} {bad}")).is_err(), "{bad}");
        }
    }
}
