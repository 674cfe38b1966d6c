//! What is kept of requests that carry a key.

use db::Db;
use domain::{
    idempotency::{self, Error, Request},
    testing::World,
};

db::both! {
    async fn what_is_kept_of_a_body_cannot_be_tried_without_the_instances_key(db: Db) {
        let world = World::new(db.clone()).await;
        let ada = world.sign_up("ada").await;
        let body_hash = idempotency::body_hash(b"a password");
        let request = Request {
            scope: (&ada.person).into(),
            route: "PUT /v1/me/password".to_owned(),
            key: "k1".to_owned(),
            body_hash,
        };
        idempotency::claim(&world.services, request.clone()).await.unwrap();
        let kept: Result<Vec<u8>, Error> = db::read!(db, |tx| Ok(db::one_value!(
            tx, Vec<u8>, "SELECT body_hash FROM idempotency_keys WHERE key = 'k1'"
        )?));
        let kept = kept.unwrap();
        assert_eq!(kept.len(), body_hash.len());
        assert_ne!(kept, body_hash);
        let again = idempotency::claim(&world.services, request).await;
        assert!(matches!(again, Err(Error::InProgress)), "{again:?}");
    }
}
