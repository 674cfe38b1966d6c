//! Says what is missing when the console shall be part of the binary and was not built.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_CONSOLE").is_none() {
        return;
    }
    let built = std::path::Path::new("../../web/dist");
    if built.join("index.html").is_file() {
        println!("cargo:rerun-if-changed={}", built.display());
        return;
    }
    println!("cargo:rerun-if-changed=../../web/dist/index.html");
    println!(
        "cargo::error=the feature `console` needs web/dist, which is not there: run `cargo xtask console` first (it needs Node)"
    );
}
