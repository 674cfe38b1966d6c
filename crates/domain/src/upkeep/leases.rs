//! Who lives, and who does what only one shall do: rows of `leases`, each good until an instant.
//!
//! A node that serves holds the lease `node:` and its id, and renews it with every round. One that was killed is
//! counted for [`NODE_LEASE`] more.

use types::{Duration, Timestamp};

use super::store;
use crate::{Services, credits::Error};

/// For how long a node that does not renew its lease is taken for alive. Three rounds.
pub const NODE_LEASE: Duration = Duration::from_seconds(30);

/// Says that this node is alive, and learns how many are: rate limits are divided by them. The embedded database has
/// one node.
pub async fn announce(services: &Services) -> Result<u32, Error> {
    let now = services.clock.now();
    let name = node_name(services);
    let until = now.plus(NODE_LEASE);
    let nodes = db::write!(services.db, |tx| {
        store::take_lease(tx, &name, services.node, until, now).await?;
        store::delete_dead_nodes(tx, now.minus(NODE_LEASE)).await?;
        Ok::<_, Error>(store::count_nodes(tx, now).await?)
    })?;
    let nodes = match services.db.dialect() {
        db::Dialect::Sqlite => 1,
        db::Dialect::Postgres => u32::try_from(nodes).unwrap_or(u32::MAX).max(1),
    };
    services.rate_limits.share_among(nodes);
    Ok(nodes)
}

/// Says that this node ends, so that the others have its share at once.
pub async fn withdraw(services: &Services) -> Result<(), Error> {
    let name = node_name(services);
    db::write!(services.db, |tx| {
        store::delete_lease(tx, &name).await?;
        Ok(())
    })
}

/// How many servers work on a database.
pub async fn live_nodes(tx: &mut db::Tx, now: Timestamp) -> Result<i64, db::Error> {
    store::count_nodes(tx, now).await
}

/// Takes or renews the lease on something that one node shall do; false while another one has it.
pub(super) async fn take(services: &Services, name: &str, span: Duration) -> Result<bool, Error> {
    let now = services.clock.now();
    db::write!(services.db, |tx| Ok(store::take_lease(
        tx,
        name,
        services.node,
        now.plus(span),
        now
    )
    .await?))
}

fn node_name(services: &Services) -> String {
    format!("{}{}", store::NODE_PREFIX, services.node.simple())
}
