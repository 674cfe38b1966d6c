//! Names and places that the commands share: environment variables of the product, files of the repository.

use std::path::PathBuf;

/// Where tests find a PostgreSQL server on which they may make databases.
pub const TEST_POSTGRES_URL: &str = "GUILDHALL_TEST_POSTGRES_URL";
/// Set to `1`, the server also serves [`CEILING_PATH`].
pub const BENCH_CEILING: &str = "GUILDHALL_BENCH_CEILING";
/// A route that parses the body and answers a constant, without layers: the ceiling of the machine.
pub const CEILING_PATH: &str = "/bench/ceiling";

/// Cargo's name of the package and of the binary.
pub const BINARY: &str = "guildhall";
/// Cargo's name of the package of the load program, and its binary.
pub const LOAD_PACKAGE: &str = "bench";
pub const LOAD_BINARY: &str = "guildhall-bench";
/// The binary of the same package that makes large backups of small ones.
pub const GROW_BINARY: &str = "guildhall-bench-grow";

/// Generated files: what `guildhall` prints, and where it is kept.
pub const GENERATED: [(&[&str], &str); 2] = [
    (&["openapi"], "openapi.json"),
    (&["openapi", "--errors"], "docs/errors.md"),
];

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}
