//! What is measured and for how long.

use anyhow::{Context, Result, bail, ensure};

/// Shown for `--help` and with every refusal.
pub const USAGE: &str =
    "usage: cargo xtask bench [--seconds 8] [--database sqlite|postgres|both] [--only TEXT] [--quick]
  --seconds   measured time of each run, 1 to 60
  --only      only cases whose name contains the text; `console` is one, measured where Node and Chromium are
              `--only large` compares an instance of 1,000,000 keys in 100,000 workspaces with 10,000,000 calls to a
              small one; it takes more than ten minutes for each database and 25 GB of disk, so it runs by its name
              alone
  --quick     2 seconds a run unless said otherwise and 100 workspaces instead of 1,000 (`large`: a tenth of it all):
              to see that it works, or where the time goes";

const SECONDS: u64 = 8;
const SECONDS_QUICK: u64 = 2;
const SECONDS_MAX: u64 = 60;
/// Workspaces of the largest case.
const WORKSPACES: usize = 1000;
const WORKSPACES_QUICK: usize = 100;

/// Where the instance keeps its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    /// As it is named in the report.
    pub fn name(self) -> &'static str {
        match self {
            Database::Sqlite => "SQLite",
            Database::Postgres => "PostgreSQL",
        }
    }
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub seconds: u64,
    pub databases: Vec<Database>,
    pub only: Option<String>,
    pub quick: bool,
}

impl Options {
    /// Reads the arguments after `bench`; `None` if help is asked for.
    pub fn parse(arguments: &[&str]) -> Result<Option<Options>> {
        let both = vec![Database::Sqlite, Database::Postgres];
        let mut seconds = None;
        let mut options = Options {
            seconds: SECONDS,
            databases: both,
            only: None,
            quick: false,
        };
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .copied()
                    .with_context(|| format!("{name} needs a value\n{USAGE}"))
            };
            match *name {
                "--help" => return Ok(None),
                "--quick" => options.quick = true,
                "--seconds" => seconds = Some(value()?.parse().context("--seconds must be a number")?),
                "--only" => options.only = Some(value()?.to_owned()),
                "--database" => match value()? {
                    "both" => {}
                    "sqlite" => options.databases = vec![Database::Sqlite],
                    "postgres" => options.databases = vec![Database::Postgres],
                    other => bail!("--database {other}: must be sqlite, postgres or both"),
                },
                _ => bail!("unknown option {name}\n{USAGE}"),
            }
        }
        options.seconds = seconds.unwrap_or(if options.quick { SECONDS_QUICK } else { SECONDS });
        ensure!(
            (1..=SECONDS_MAX).contains(&options.seconds),
            "--seconds must be from 1 to {SECONDS_MAX}"
        );
        Ok(Some(options))
    }

    /// Whether a case of this name is to be run.
    pub fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|text| name.contains(text.as_str()))
    }

    /// Whether a case that only runs by its name was named.
    pub fn names(&self, name: &str) -> bool {
        self.only.as_deref() == Some(name)
    }

    /// Workspaces of the largest case.
    pub fn workspaces_max(&self) -> usize {
        if self.quick { WORKSPACES_QUICK } else { WORKSPACES }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_bounded() {
        let options = Options::parse(&["--seconds", "3", "--database", "sqlite"])
            .unwrap()
            .unwrap();
        assert_eq!((options.seconds, options.databases), (3, vec![Database::Sqlite]));
        assert!(Options::parse(&["--help"]).unwrap().is_none());
        for bad in [
            &["--seconds", "0"][..],
            &["--seconds"],
            &["--database", "x"],
            &["--what"],
        ] {
            assert!(Options::parse(bad).is_err(), "{bad:?}");
        }
    }
}
