//! The configuration: defaults < file (TOML) < environment `GUILDHALL_…` < flags. An unknown key is an error.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
    net::SocketAddr,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::Result;
use ipnet::IpNet;
use types::SecretText;

use crate::arguments::SettingArguments;

/// The configuration is wrong: a sentence for people. Exit code 2.
#[derive(Debug)]
pub struct Wrong(pub String);

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Wrong {}

/// A key of the configuration: its name, what it is when nobody says otherwise, whether it must not be shown.
struct Key {
    name: &'static str,
    default: &'static str,
    secrecy: Secrecy,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Secrecy {
    Shown,
    /// Shown without the password of the URL.
    Url,
    /// Never shown, and never read from a file that is passed around.
    Secret,
}

const fn key(name: &'static str, default: &'static str, secrecy: Secrecy) -> Key {
    Key {
        name,
        default,
        secrecy,
    }
}

/// Every key there is.
const KEYS: &[Key] = &[
    key("listen", "127.0.0.1:7070", Secrecy::Shown),
    key("data", "./guildhall-data", Secrecy::Shown),
    key("database", "", Secrecy::Url),
    key("public_url", "", Secrecy::Shown),
    key("trusted_proxies", "", Secrecy::Shown),
    key("password_threads", "2", Secrecy::Shown),
    key("egress_allow_networks", "", Secrecy::Shown),
    key("workspace_rate_limit_per_minute", "", Secrecy::Shown),
    key("log", "info", Secrecy::Shown),
    key("log_format", "text", Secrecy::Shown),
    key("bench_ceiling", "0", Secrecy::Shown),
    key("instance_key", "", Secrecy::Secret),
];

/// Variables of the environment that begin alike and are read by others: the client commands and the tests.
const OTHER_VARIABLES: &[&str] = &[
    "GUILDHALL_CONFIG",
    "GUILDHALL_URL",
    "GUILDHALL_API_KEY",
    "GUILDHALL_TEST_POSTGRES_URL",
];
const PREFIX: &str = "GUILDHALL_";
/// Stands for a value that is a secret.
const NOT_SHOWN: &str = "(set, not shown)";
/// More passwords at once would need more memory than a machine has: each takes 19 MiB.
const PASSWORD_THREADS_MAX: usize = 512;

/// Where a value comes from, for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Default,
    File(PathBuf),
    Environment(String),
    Flag(&'static str),
}

impl Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => f.write_str(name),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}

/// The values as text, before they are understood.
type Values = BTreeMap<&'static str, (String, Source)>;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, a JSON object a line.
    Json,
}

/// The effective configuration.
pub struct Configuration {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The folder of the instance.
    pub data: PathBuf,
    /// Which database.
    pub database: db::Options,
    /// How browsers reach the instance, when that is not the address it listens on.
    pub public_url: Option<String>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How many passwords are hashed at once.
    pub password_threads: usize,
    /// Networks that flows may call although they are not public.
    pub egress_allow_networks: Vec<IpNet>,
    /// Calls a minute of all keys of a workspace together.
    pub workspace_rate_limit_per_minute: Option<u32>,
    /// What is logged.
    pub log: String,
    /// How.
    pub log_format: LogFormat,
    /// Serve the route that measures the machine.
    pub bench_ceiling: bool,
    /// The instance key, when it does not come from its file.
    pub instance_key: Option<SecretText>,
    values: Values,
}

impl Configuration {
    /// Reads it from the file, the environment and the flags.
    pub fn load(flags: &SettingArguments) -> Result<Self> {
        let environment: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| {
                Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
            })
            .collect();
        Self::from_sources(flags, &environment)
    }

    fn from_sources(flags: &SettingArguments, environment: &[(String, String)]) -> Result<Self> {
        let mut values: Values = KEYS
            .iter()
            .map(|key| (key.name, (key.default.to_owned(), Source::Default)))
            .collect();
        let named = environment.iter().find(|(name, _)| name == "GUILDHALL_CONFIG");
        let file = flags
            .config
            .clone()
            .or_else(|| named.map(|(_, path)| PathBuf::from(path)));
        if let Some(path) = file {
            read_file(&path, &mut values)?;
        }
        read_environment(environment, &mut values)?;
        read_flags(flags, &mut values);
        Self::understand(values)
    }

    fn understand(values: Values) -> Result<Self> {
        let listen: SocketAddr = parse(&values, "listen", "an address and port such as 127.0.0.1:7070")?;
        let data = PathBuf::from(text(&values, "data"));
        Ok(Self {
            listen,
            database: database(&values, &data)?,
            data,
            public_url: public_url(&values)?,
            trusted_proxies: list(
                &values,
                "trusted_proxies",
                "networks such as 10.0.0.0/8, with commas between",
            )?,
            password_threads: number(
                &values,
                "password_threads",
                1..=PASSWORD_THREADS_MAX,
                "a number from 1 to 512",
            )?,
            egress_allow_networks: list(
                &values,
                "egress_allow_networks",
                "networks such as 127.0.0.0/8, with commas between",
            )?,
            workspace_rate_limit_per_minute: match text(&values, "workspace_rate_limit_per_minute") {
                "" => None,
                _ => Some(number(
                    &values,
                    "workspace_rate_limit_per_minute",
                    1..=u32::MAX,
                    "a number from 1, or absent for no limit",
                )?),
            },
            log: text(&values, "log").to_owned(),
            log_format: match text(&values, "log_format") {
                "text" => LogFormat::Text,
                "json" => LogFormat::Json,
                _ => return Err(wrong(&values, "log_format", "`text` or `json`")),
            },
            bench_ceiling: match text(&values, "bench_ceiling") {
                "0" | "false" | "" => false,
                "1" | "true" => true,
                _ => return Err(wrong(&values, "bench_ceiling", "0 or 1")),
            },
            instance_key: Some(text(&values, "instance_key"))
                .filter(|key| !key.is_empty())
                .map(|key| SecretText::new(key.to_owned())),
            values,
        })
    }

    /// The database, for messages: its file, or its URL without the password.
    pub fn database_name(&self) -> String {
        match &self.database {
            db::Options::Sqlite(file) => file.display().to_string(),
            db::Options::Postgres(url) => without_password(url),
        }
    }

    /// The effective configuration, a line for each key with where it comes from, secrets masked.
    pub fn masked(&self) -> String {
        KEYS.iter()
            .map(|key| {
                let (value, source) = &self.values[key.name];
                let shown = match key.secrecy {
                    _ if value.is_empty() => "(not set)".to_owned(),
                    Secrecy::Shown => value.clone(),
                    Secrecy::Url => without_password(value),
                    Secrecy::Secret => NOT_SHOWN.to_owned(),
                };
                format!("{:<31} {shown}   [{source}]\n", key.name)
            })
            .collect()
    }
}

fn read_file(path: &Path, values: &mut Values) -> Result<()> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Wrong(format!(
            "the configuration file {} cannot be read: {error}",
            path.display()
        ))
    })?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        Wrong(format!(
            "the configuration file {} is not TOML: line {}: {}",
            path.display(),
            before.unwrap_or_default().matches('\n').count() + 1,
            error.message()
        ))
    })?;
    for (name, value) in flattened(table) {
        let Some(key) = KEYS
            .iter()
            .find(|key| key.name == name && key.secrecy != Secrecy::Secret)
        else {
            return Err(unknown(&name, &path.display()));
        };
        let Some(value) = value_text(&value) else {
            return Err(Wrong(format!(
                "the setting {name} ({}) must be a text, a number or a list of texts",
                path.display()
            ))
            .into());
        };
        values.insert(key.name, (value, Source::File(path.to_owned())));
    }
    Ok(())
}

/// As it would stand in the environment.
fn value_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        toml::Value::Table(_) => None,
        other => Some(other.to_string()),
    }
}

/// `allow_networks` in the section `[egress]` is the key `egress_allow_networks`. What is no section is left as it is.
fn flattened(table: toml::Table) -> Vec<(String, toml::Value)> {
    let entry = |(name, value): (String, toml::Value)| match value {
        toml::Value::Table(section) if is_section(&name) => section
            .into_iter()
            .map(|(key, value)| (format!("{name}_{key}"), value))
            .collect(),
        value => vec![(name, value)],
    };
    table.into_iter().flat_map(entry).collect()
}

fn is_section(name: &str) -> bool {
    KEYS.iter().any(|key| {
        key.name
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('_'))
    })
}

fn read_environment(environment: &[(String, String)], values: &mut Values) -> Result<()> {
    for (name, value) in environment {
        let Some(rest) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if OTHER_VARIABLES.contains(&name.as_str()) {
            continue;
        }
        let Some(key) = KEYS.iter().find(|key| key.name.to_uppercase() == rest) else {
            return Err(unknown(name, &"the environment"));
        };
        values.insert(key.name, (value.clone(), Source::Environment(name.clone())));
    }
    Ok(())
}

fn read_flags(flags: &SettingArguments, values: &mut Values) {
    let given = [
        ("listen", "listen", &flags.listen),
        ("data", "data", &flags.data),
        ("database", "database", &flags.database),
        ("public_url", "public-url", &flags.public_url),
        ("log", "log", &flags.log),
        ("log_format", "log-format", &flags.log_format),
    ];
    for (name, flag, value) in given {
        if let Some(value) = value {
            values.insert(name, (value.clone(), Source::Flag(flag)));
        }
    }
}

fn unknown(name: &str, place: &dyn Display) -> anyhow::Error {
    let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    Wrong(format!(
        "{name} in {place} is no setting; there are {}",
        names.join(", ")
    ))
    .into()
}

fn wrong(values: &Values, name: &str, expected: &str) -> anyhow::Error {
    let (_, source) = &values[name];
    Wrong(format!("the setting {name} ({source}) must be {expected}")).into()
}

fn text<'a>(values: &'a Values, name: &str) -> &'a str {
    &values[name].0
}

fn parse<T: FromStr>(values: &Values, name: &str, expected: &str) -> Result<T> {
    text(values, name)
        .parse()
        .map_err(|_| wrong(values, name, expected))
}

fn number<T: FromStr + PartialOrd>(
    values: &Values,
    name: &str,
    range: RangeInclusive<T>,
    expected: &str,
) -> Result<T> {
    let number = parse(values, name, expected)?;
    if range.contains(&number) {
        Ok(number)
    } else {
        Err(wrong(values, name, expected))
    }
}

fn list<T: FromStr>(values: &Values, name: &str, expected: &str) -> Result<Vec<T>> {
    text(values, name)
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| item.parse().map_err(|_| wrong(values, name, expected)))
        .collect()
}

fn database(values: &Values, data: &Path) -> Result<db::Options> {
    match text(values, "database") {
        "" => Ok(db::Options::Sqlite(data.join("guildhall.db"))),
        url if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Ok(db::Options::Postgres(url.to_owned()))
        }
        _ => Err(wrong(
            values,
            "database",
            "the URL of a PostgreSQL database, postgres://…, or absent",
        )),
    }
}

fn public_url(values: &Values) -> Result<Option<String>> {
    let url = text(values, "public_url").trim_end_matches('/');
    if url.is_empty() {
        return Ok(None);
    }
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => {
            // Browsers leave out the port that goes without saying.
            let usual = if url.starts_with("https") { ":443" } else { ":80" };
            let url = url.strip_suffix(usual).unwrap_or(url);
            Ok(Some(url.to_ascii_lowercase()))
        }
        _ => Err(wrong(
            values,
            "public_url",
            "a scheme and host such as https://guildhall.example.com, without a path",
        )),
    }
}

/// The URL up to its query, which may hold a password too.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return NOT_SHOWN.to_owned();
    };
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    // A password that has one of these unescaped goes on behind it, up to its `@`.
    if authority.contains(':') && rest.contains('@') {
        return NOT_SHOWN.to_owned();
    }
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    match authority.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{host}{path}")
        }
        None => format!("{scheme}://{authority}{path}"),
    }
}

#[cfg(test)]
mod tests;
