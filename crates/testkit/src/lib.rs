//! What tests of the HTTP API stand on: a real server over a real database, people who use it, and the contract.
//!
//! ```text
//! testkit::both! {
//!     async fn a_stranger_cannot_see_a_workspace(app: TestApp) {
//!         let owner = app.owner().await;
//!         let stranger = app.stranger().await;
//!         let path = format!("/v1/workspaces/{}", owner.workspace());
//!         owner.get(&path).await.ok();
//!         stranger.get(&path).await.problem(404, "not_found");
//!     }
//! }
//! ```
//! Every answer is checked against the OpenAPI document: a status, code or body that the document does not know
//! fails the test. Time stands still until [`TestApp::advance`] moves it.

mod actor;
mod answer;
mod app;
mod contract;

pub use actor::{Actor, Call};
pub use answer::Answer;
pub use app::{PASSWORD, TestApp, on_postgres, on_sqlite};
pub use contract::{Contract, Operation};

/// Defines tests of a server that run on both databases, from one text.
#[macro_export]
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)*) => {
        $($(#[$meta])* mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn test($app: $crate::TestApp) $body

            #[test]
            fn sqlite() {
                $crate::on_sqlite(test);
            }

            #[test]
            fn postgres() {
                $crate::on_postgres(test);
            }
        })*
    };
}
