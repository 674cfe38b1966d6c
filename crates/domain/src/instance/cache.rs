//! The settings and prices, read once and trusted for a second at most, as credentials are (`credential_cache.rs`).

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use arc_swap::ArcSwap;
use tokio::sync::Notify;
use types::{Duration, Timestamp};

use super::{Error, Settings, store};
use crate::{Services, credits};

/// How long settings are trusted without asking the database again.
const LEASE: Duration = Duration::from_seconds(1);
/// From this age on, settings that are asked for are to be read anew.
const AGES_AFTER: Duration = Duration::from_ms(500);
const FORGOTTEN: Timestamp = Timestamp::from_us(i64::MIN);

/// The settings as last read, at most a second old.
#[derive(Debug)]
pub struct InstanceCache {
    current: ArcSwap<Known>,
    ages: Notify,
}

/// Settings and prices with the epoch and time at which they were read.
#[derive(Debug)]
pub struct Known {
    /// The settings.
    pub settings: Settings,
    /// The price table.
    pub prices: Vec<credits::Price>,
    /// The epoch they belong to.
    pub epoch: i64,
    read_at: Timestamp,
    /// They were asked for at an age.
    aging: AtomicBool,
}

impl InstanceCache {
    /// Trusts nothing yet: the first reader asks the database.
    pub(crate) fn new(settings: Settings) -> Self {
        let known = Known {
            settings,
            prices: Vec::new(),
            epoch: 0,
            read_at: FORGOTTEN,
            aging: AtomicBool::new(false),
        };
        Self {
            current: ArcSwap::from_pointee(known),
            ages: Notify::new(),
        }
    }

    /// The settings, prices and their epoch, read again when the lease has run out.
    pub async fn get(&self, services: &Services) -> Result<Arc<Known>, Error> {
        let known = self.current.load_full();
        let now = services.clock.now();
        // A clock that was set back must not prolong the lease.
        if now < known.read_at || now >= known.read_at.plus(LEASE) {
            return self.read(services, &known).await;
        }
        if now >= known.read_at.plus(AGES_AFTER) && !known.aging.swap(true, Ordering::Relaxed) {
            self.ages.notify_one();
        }
        Ok(known)
    }

    /// Reads anew, in place of `known`. What was changed or forgotten meanwhile is not put back.
    async fn read(&self, services: &Services, known: &Arc<Known>) -> Result<Arc<Known>, Error> {
        let read_at = services.clock.now();
        let (row, prices) = db::read!(services.db, |tx| {
            let row = store::find(tx)
                .await?
                .ok_or(db::Error::corrupt("instance", "there is no row"))?;
            Ok((row, credits::price_table(tx).await?))
        })?;
        let fresh = Arc::new(Known {
            settings: row.settings()?,
            prices,
            epoch: row.epoch,
            read_at,
            aging: AtomicBool::new(false),
        });
        self.current.compare_and_swap(known, Arc::clone(&fresh));
        Ok(fresh)
    }

    /// Makes the next reader ask the database.
    pub fn forget(&self) {
        let known = self.current.load();
        self.current.store(Arc::new(Known {
            settings: known.settings.clone(),
            prices: known.prices.clone(),
            epoch: known.epoch,
            read_at: FORGOTTEN,
            aging: AtomicBool::new(false),
        }));
    }
}

/// Waits until the settings age that are in use, and reads them anew, so that no request has to wait for it. A job.
///
/// # Errors
/// When they could not be read: the next request whose lease has ended will.
pub async fn refresh(services: &Services) -> Result<(), Error> {
    let cache = &services.instance;
    cache.ages.notified().await;
    cache.read(services, &cache.current.load_full()).await?;
    Ok(())
}
