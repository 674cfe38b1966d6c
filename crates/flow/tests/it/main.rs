//! Tests of the flow language from outside: text in, outcome out.

// The helpers of tests fail by panicking too, which the lint knows only of test functions.
#![allow(clippy::unwrap_used)]

mod bounds;
mod cases;
mod decisions;
mod docs;
mod errors;
mod findings;
mod host;
mod hostile;
mod http;
mod machine;
mod mistakes;
mod page;
mod plans;
mod reference;
mod timing;
mod upstream;
mod yaml;
