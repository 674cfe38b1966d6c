//! Dependencies point down: which crate of ours may use which, and where outside libraries are confined.

use super::Finding;
use super::tree::{File, Tree};

/// Crate folder, package name, and the packages of ours that it may depend on.
const ALLOWED: [(&str, &str, &[&str]); 11] = [
    ("crates/types", "types", &[]),
    ("crates/flow", "flow", &["types"]),
    ("crates/db", "db", &["types"]),
    ("crates/outbound", "outbound", &["types"]),
    ("crates/api", "api", &["types"]),
    ("crates/domain", "domain", &["flow", "db", "outbound", "types"]),
    ("crates/server", "server", &["domain", "api", "types"]),
    (
        "crates/cli",
        "guildhall",
        &["server", "domain", "db", "types", "api"],
    ),
    (
        "crates/testkit",
        "testkit",
        &[
            "guildhall",
            "server",
            "domain",
            "flow",
            "db",
            "outbound",
            "types",
            "api",
        ],
    ),
    ("bench", "bench", &[]),
    ("xtask", "xtask", &[]),
];

/// For tests only, so every crate may use it there and none elsewhere.
const TESTS_ONLY: &str = "testkit";

/// Outside library, and the only folders that may depend on it.
const CONFINED: [(&str, &[&str]); 9] = [
    ("reqwest", &["crates/outbound"]),
    ("lettre", &["crates/outbound"]),
    ("ureq", &[]),
    ("axum", &["crates/server", "crates/testkit"]),
    ("tower", &["crates/server", "crates/testkit"]),
    ("sqlx", &["crates/db", "crates/domain"]),
    ("rusqlite", &["crates/db"]),
    ("utoipa", &["crates/api", "crates/server"]),
    ("clap", &["crates/cli"]),
];

/// Libraries that a crate must not use, with the reason.
const REFUSED: [(&str, &[&str], &str); 2] = [
    (
        "crates/domain",
        &["http", "hyper", "axum", "tower"],
        "the product knows no HTTP",
    ),
    (
        "crates/flow",
        &["tokio", "reqwest", "sqlx", "getrandom"],
        "the engine is pure",
    ),
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.ending("/Cargo.toml").flat_map(check_manifest).collect()
}

fn check_manifest(file: &File) -> Vec<Finding> {
    let folder = file.path.trim_end_matches("/Cargo.toml");
    let Some((_, package, allowed)) = ALLOWED.iter().find(|(path, ..)| *path == folder) else {
        let right =
            "add it to ALLOWED in xtask/src/tidy/crates.rs with the edges that ARCHITECTURE.md gives it";
        return vec![Finding::new(
            &file.path,
            0,
            format!("the crate {folder} has no place in the architecture"),
            right,
        )];
    };
    dependencies(&file.text)
        .into_iter()
        .filter_map(|dependency| {
            refusal(folder, package, allowed, &dependency)
                .map(|(what, right)| Finding::new(&file.path, dependency.line, what, right))
        })
        .collect()
}

fn refusal(
    folder: &str,
    package: &str,
    allowed: &[&str],
    dependency: &Dependency,
) -> Option<(String, String)> {
    let name = dependency.name.as_str();
    let for_tests = dependency.section == Section::Dev;
    if ALLOWED.iter().any(|(_, ours, _)| *ours == name) {
        let fits = allowed.contains(&name) || (for_tests && (name == package || name == TESTS_ONLY));
        let right = match allowed {
            [] => "it depends on none of our crates".to_owned(),
            _ => format!(
                "it may depend on {} only; move the code down, or turn the call around",
                allowed.join(", ")
            ),
        };
        return (!fits).then(|| (format!("{package} depends on {name}"), right));
    }
    if for_tests {
        return None;
    }
    if let Some((_, _, reason)) = REFUSED
        .iter()
        .find(|(path, names, _)| *path == folder && names.contains(&name))
    {
        return Some((
            format!("{package} depends on {name}"),
            format!("{reason}: keep it in the layer above"),
        ));
    }
    let (_, homes) = CONFINED.iter().find(|(library, _)| *library == name)?;
    let right = format!(
        "only {} may use it",
        if homes.is_empty() {
            "no crate".to_owned()
        } else {
            homes.join(", ")
        }
    );
    (!homes.contains(&folder)).then(|| (format!("{package} depends on {name}"), right))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Normal,
    Dev,
    Other,
}

#[derive(Debug, PartialEq, Eq)]
struct Dependency {
    name: String,
    section: Section,
    line: usize,
}

/// The dependencies that a manifest names, however they are written.
fn dependencies(manifest: &str) -> Vec<Dependency> {
    let mut section = Section::Other;
    // Also in a table of one dependency, where the section is over.
    let mut kind = Section::Other;
    let mut found = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            let (opened, name) = section_of(header);
            (section, kind) = (opened, opened);
            if let Some(name) = name {
                found.push(Dependency {
                    name: name.to_owned(),
                    section: kind,
                    line: index + 1,
                });
                section = Section::Other; // what follows are the keys of that one dependency
            }
            continue;
        }
        let key = line
            .split(['.', '=', ' '])
            .next()
            .unwrap_or_default()
            .trim_matches('"');
        // A dependency under another name is still what it is: `http = { package = "reqwest" }`.
        if let Some(package) = renamed(line) {
            found.push(Dependency {
                name: package.to_owned(),
                section: kind,
                line: index + 1,
            });
        }
        if section != Section::Other && !key.is_empty() && !line.starts_with('#') && line.contains('=') {
            found.push(Dependency {
                name: key.to_owned(),
                section,
                line: index + 1,
            });
        }
    }
    found
}

/// What a line says that a dependency is, whatever it is called here.
fn renamed(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("package")?;
    let is_key = before.is_empty() || before.ends_with([' ', '{', ',']);
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    value.strip_prefix('"')?.split('"').next().filter(|_| is_key)
}

/// What a header opens, and the dependency that it names by itself, as in `[dependencies.serde]`.
fn section_of(header: &str) -> (Section, Option<&str>) {
    let parts = [
        ("dev-dependencies", Section::Dev),
        ("build-dependencies", Section::Normal),
        ("dependencies", Section::Normal),
    ];
    for (word, section) in parts {
        let Some(at) = header.find(word) else { continue };
        let name = header[at + word.len()..].strip_prefix('.');
        return (section, name);
    }
    (Section::Other, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(folder: &str, manifest: &str) -> Vec<Finding> {
        check(&Tree::of(&[(&format!("{folder}/Cargo.toml"), manifest)]))
    }

    #[test]
    fn edges_of_the_architecture_pass() {
        let manifest = "[dependencies]\ntypes.workspace = true\ndb = { workspace = true }\n[dev-dependencies]\ntestkit.workspace = true\n";
        assert_eq!(check_text("crates/domain", manifest), []);
        let own = "[dev-dependencies]\ndb = { path = \".\", features = [\"testing\"] }\n";
        assert_eq!(check_text("crates/db", own), []);
    }

    #[test]
    fn edges_up_and_sideways_are_found() {
        for (folder, manifest) in [
            ("crates/flow", "[dependencies]\ndb.workspace = true\n"),
            ("crates/types", "[dependencies.flow]\nworkspace = true\n"),
            ("crates/server", "[target.'cfg(unix)'.dependencies]\ndb = \"1\"\n"),
            ("crates/domain", "[dependencies]\ntestkit.workspace = true\n"),
            ("crates/domain", "[dependencies]\nhttp.workspace = true\n"),
            ("crates/server", "[dependencies]\nreqwest.workspace = true\n"),
            ("crates/extra", "[dependencies]\n"),
            (
                "crates/server",
                "[dependencies]\nweb = { package = \"reqwest\", version = \"1\" }\n",
            ),
            ("crates/server", "[dependencies.rows]\npackage = \"sqlx\"\n"),
        ] {
            assert_eq!(check_text(folder, manifest).len(), 1, "{folder}: {manifest}");
        }
    }

    #[test]
    fn a_finding_names_the_line() {
        let findings = check_text(
            "crates/flow",
            "[package]\nname = \"flow\"\n\n[dependencies]\ntypes = \"1\"\ntokio = \"1\"\n",
        );
        assert_eq!(
            findings.iter().map(|finding| finding.line).collect::<Vec<_>>(),
            [6]
        );
    }
}
