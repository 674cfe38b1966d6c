//! `guildhall-bench`: the load process of `cargo xtask bench`.
//!
//! Owns: sending pre-rendered requests over keep-alive connections as cheaply as it can, and counting
//! honestly what came back. Refuses: any target but loopback, and runs without bounds.
//!
//! One thread and the kernel's readiness list, because the load shares the machine with the server:
//! what the load burns, the server cannot have.

#[cfg(target_os = "linux")]
mod connection;
#[cfg(target_os = "linux")]
mod cpu;
#[cfg(target_os = "linux")]
mod load;
#[cfg(target_os = "linux")]
mod options;
#[cfg(target_os = "linux")]
mod record;
#[cfg(target_os = "linux")]
mod requests;
#[cfg(target_os = "linux")]
mod response;
#[cfg(all(test, target_os = "linux"))]
mod stub;
#[cfg(target_os = "linux")]
mod timer;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(report) => {
            println!("{report:#}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("guildhall-bench: {error:#}");
            ExitCode::from(2)
        }
    }
}

#[cfg(target_os = "linux")]
fn run(arguments: &[String]) -> anyhow::Result<serde_json::Value> {
    let options = options::Options::parse(arguments)?;
    let requests = requests::read(&options)?;
    let record = load::run(&options, &requests)?;
    record.report(&options)
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("guildhall-bench: measures on Linux only");
    ExitCode::from(2)
}
