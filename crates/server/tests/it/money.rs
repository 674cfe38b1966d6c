//! What tests of money start from: an operator, a customer, his key.

use domain::{
    access::{Caller, Origin, Role},
    api_keys::{self, KeyKind},
};
use serde_json::{Value, json};
use testkit::{Actor, TestApp};
use types::Duration;

/// An operator, and a customer with some credits.
pub struct Money {
    pub app: TestApp,
    pub operator: Actor,
    pub owner: Actor,
}

impl Money {
    /// A customer with this many credits.
    pub async fn with(app: &TestApp, credits: &str) -> Self {
        let operator = app.operator().await;
        // So that lists have them in this order.
        app.advance(Duration::from_ms(1));
        let owner = app.owner().await;
        let money = Self {
            app: app.clone(),
            operator,
            owner,
        };
        money
            .give(json!({"credits": credits, "source": "purchase"}))
            .await;
        money
    }

    /// Gives the customer credits.
    pub async fn give(&self, grant: Value) -> Value {
        self.operator.post(&self.path("grants"), grant).await.created()
    }

    /// An address of the operator about the customer's workspace.
    pub fn path(&self, rest: &str) -> String {
        format!("/v1/operator/workspaces/{}/{rest}", self.owner.workspace())
    }

    /// Makes a key of the customer; its id and its text.
    pub async fn key(&self, kind: KeyKind) -> (String, String) {
        let services = &self.app.state.services;
        let workspace = self.owner.workspace().parse().unwrap();
        let user = self.owner.user().parse().unwrap();
        let origin = Origin {
            address: [127, 0, 0, 1].into(),
            request_id: services.ids.next(),
        };
        let caller = Caller::member(workspace, user, Role::Owner, origin);
        let new = domain::testing::new_key("machine", kind);
        let created = api_keys::create(services, &caller, new).await.unwrap();
        (created.key.id.to_string(), created.text.expose().to_owned())
    }

    /// Charges by a key; the verdict.
    pub async fn charge(&self, key: &str, credits: &str) -> Value {
        self.verify(json!({"key": key, "credits": credits})).await
    }

    /// Asks about a key; the verdict.
    pub async fn verify(&self, body: Value) -> Value {
        self.operator.post("/v1/operator/verify", body).await.ok()
    }

    /// What the customer can spend.
    pub async fn available(&self) -> String {
        self.owner.get("/v1/credits").await.ok()["available"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The items of a list of the customer.
    pub async fn items(&self, path: &str) -> Vec<Value> {
        self.owner.get(path).await.ok()["items"]
            .as_array()
            .unwrap()
            .clone()
    }
}
