//! `cargo xtask`: what a person or a machine does with this repository besides `cargo build`.

mod api;
mod bench;
mod checks;
mod codegen;
mod demo;
mod dist;
mod http;
mod places;
mod postgres;
mod process;
mod scratch;
mod server;
mod signals;
mod tidy;
mod web;

use std::process::ExitCode;

use anyhow::Result;

const USAGE: &str = "usage: cargo xtask COMMAND

  demo [--exit] [--release]   show the main job on a scratch instance; stays up until Ctrl-C, unless --exit
  test [--install]            everything that must hold, on both databases; --install adds missing cargo tools and Chromium
  bench [options]             measure the hot path against the ceiling of this machine; see bench --help
  codegen [--check]           regenerate the generated files, or only compare them
  console                     build the console, which the feature `console` puts into the binary; needs Node
  screenshots                 every page of the console as pictures; needs Node and Chromium
  tidy                        the rules of this repository that no compiler holds
  dist                        the release binary as an archive";

/// Exit code for a command line that is not understood.
const USAGE_ERROR: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Some(done) = dispatch(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(USAGE_ERROR);
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command; `None` if the arguments name none.
fn dispatch(arguments: &[&str]) -> Option<Result<()>> {
    let (command, flags) = arguments.split_first()?;
    if let Err(error) = signals::install() {
        return Some(Err(error));
    }
    let has = |flag: &str| flags.contains(&flag);
    let only = |known: &[&str]| flags.iter().all(|flag| known.contains(flag)).then_some(());
    match *command {
        "demo" => only(&["--exit", "--release"]).map(|()| {
            demo::run(&demo::Options {
                exit: has("--exit"),
                release: has("--release"),
            })
        }),
        "test" => only(&["--install"]).map(|()| checks::run(has("--install"))),
        "bench" => Some(bench::run(flags)),
        "codegen" if has("--check") => only(&["--check"]).map(|()| codegen::check()),
        "codegen" => only(&[]).map(|()| codegen::write()),
        "tidy" => only(&[]).map(|()| tidy::run(&places::root())),
        "console" => only(&[]).map(|()| web::build()),
        "screenshots" => only(&[]).map(|()| web::screenshots()),
        "dist" => only(&[]).map(|()| dist::run()),
        _ => None,
    }
}
