//! The clock of the machine is corrected: calls go on, and the books stay right.

use db::Db;
use domain::{api_keys::KeyKind, credits::books, runs::RunFilter};
use types::Duration;

use crate::{
    runs::{ADA, credits, list},
    workshop::{GREETING, Manner, Outside, Workshop, calling, request},
};

db::both! {
    async fn calls_go_on_and_the_books_balance_when_the_clock_is_set_back_or_ahead(db: Db) {
        let shop = Workshop::with_credits(db.clone(), 100).await;
        let outside = Outside::that(Manner::Counts).await;
        let pure = shop.live("Greeting", GREETING).await;
        let asking = shop.live("Asking", &calling(&outside.url)).await;
        let key = shop.key(KeyKind::Live).await;
        let clock = &shop.world.clock;
        let jumps: [&dyn Fn(); 4] = [
            &|| {},
            &|| clock.set_back(Duration::from_hours(1)),
            &|| clock.advance(Duration::from_days(2)),
            &|| clock.set_back(Duration::from_days(40)),
        ];
        for (number, jump) in (0..).zip(jumps) {
            jump();
            for caller in [&shop.caller, &key] {
                for (flow, input) in [(&pure, ADA), (&asking, "{}")] {
                    let answer = shop.call_as(caller, request(flow, input)).await.unwrap();
                    assert_eq!(answer.charged, credits(1));
                }
            }
            let used = 4 * (number + 1);
            assert_eq!((shop.available().await, shop.held().await), (credits(100 - used), credits(0)));
            assert_eq!(list(&shop, &RunFilter::default(), None, 50).await.items.len() as i64, used);
            assert_eq!(books::check_all_workspaces(&db).await.unwrap(), []);
        }
    }
}
