//! The definitions that every expression sees: the library's, minus the denied ones, plus ours.

use jaq_core::load::parse::Def;

/// Definitions of the library that are not offered or that ours replace.
const DENIED: [&str; 7] = [
    "stderr",
    "debug",
    "halt",
    "halt_error",
    "isnan",
    "join",
    "from_entries",
];

/// All definitions, each seeing the ones before it.
pub(super) fn definitions() -> impl Iterator<Item = Def<&'static str>> {
    let library = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let library = library.filter(|def| !DENIED.contains(&def.name) && def.name != "with_entries");
    own(include_str!("first.jq"))
        .chain(library)
        .chain(own(include_str!("last.jq")))
}

fn own(source: &'static str) -> impl Iterator<Item = Def<&'static str>> {
    let parsed = jaq_core::load::parse(source, |parser| parser.defs());
    parsed
        .expect("our own definitions parse; a test compiles them")
        .into_iter()
}
