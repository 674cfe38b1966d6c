//! Tests of the flow language from outside: text in, outcome out.

mod bounds;
mod cases;
mod decisions;
mod docs;
mod errors;
mod findings;
mod host;
mod http;
mod machine;
mod plans;
mod reference;
mod timing;
mod yaml;
