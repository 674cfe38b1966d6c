//! `cargo xtask`: what a person or a machine does with this repository besides `cargo build`.

mod places;
mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    match tidy::run(&places::root()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
