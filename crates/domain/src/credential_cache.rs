//! What is known of credentials, by their keyed hash: read once, trusted for a second at most.
//!
//! Another node may change what was read, so an entry has a lease. What is in use is read anew before its lease ends,
//! apart from the requests ([`CredentialCache::aging`]), so that none of them waits for it. Changes on this node are
//! seen at once: whoever commits one calls [`CredentialCache::forget`] for its group (a workspace, a user). Bounded:
//! entries out of their lease are dropped as the table grows.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use parking_lot::{Mutex, RwLock};
use tokio::sync::Notify;
use types::{Duration, Timestamp};
use uuid::Uuid;

use crate::instance::TokenHash;

/// How long an entry is trusted.
const LEASE: Duration = Duration::from_seconds(1);
/// From this age on, what is asked for is to be read anew.
const AGES_AFTER: Duration = Duration::from_ms(500);
/// What ages gathers for so long, to be read together: credentials that came into use together age together.
const GATHER: std::time::Duration = std::time::Duration::from_millis(50);
/// Most that wait to be read anew; beyond, requests read it when its lease has ended.
const AGING_MAX: usize = 100_000;
const SHARDS: usize = 64;
const ENTRIES_MAX: usize = 1_000_000;
const ENTRIES_PER_SHARD_MAX: usize = ENTRIES_MAX / SHARDS;
const SWEEP_FROM: usize = 64;
/// Groups share these; two in one slot only cost each other a read.
const GROUP_SLOTS: usize = 4_096;

/// Credentials by their hash. `V` is what is known of one.
pub struct CredentialCache<V> {
    shards: Box<[RwLock<Shard<V>>]>,
    /// How often something was forgotten.
    forgets: AtomicU64,
    /// By slot of a group: which forgetting was its last.
    forgotten: Box<[AtomicU64]>,
    /// What was asked for at an age, since that was taken.
    aging: Mutex<Vec<(TokenHash, Arc<V>)>>,
    ages: Notify,
}

struct Shard<V> {
    entries: HashMap<TokenHash, Entry<V>, BuildHasherDefault<First8>>,
    sweep_at: usize,
}

struct Entry<V> {
    value: Arc<V>,
    group: Uuid,
    read: Reading,
    /// It was asked for at an age.
    aging: AtomicBool,
}

/// Marks the beginning of a read: what is forgotten after it is not in what it finds.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    at: Timestamp,
    forgets: u64,
}

impl<V> Default for CredentialCache<V> {
    fn default() -> Self {
        let shard = || {
            RwLock::new(Shard {
                entries: HashMap::default(),
                sweep_at: SWEEP_FROM,
            })
        };
        Self {
            shards: (0..SHARDS).map(|_| shard()).collect(),
            forgets: AtomicU64::new(0),
            forgotten: (0..GROUP_SLOTS).map(|_| AtomicU64::new(0)).collect(),
            aging: Mutex::default(),
            ages: Notify::new(),
        }
    }
}

impl<V> CredentialCache<V> {
    /// What is known of a credential, if it may still be trusted. `None`: read it anew.
    pub fn get(&self, hash: &TokenHash, now: Timestamp) -> Option<Arc<V>> {
        let shard = self.shard(hash).read();
        let entry = shard.entries.get(hash)?;
        if !self.is_trusted(entry, now) {
            return None;
        }
        let is_old = now >= entry.read.at.plus(AGES_AFTER);
        if is_old && !entry.aging.swap(true, Ordering::Relaxed) {
            self.ages(*hash, Arc::clone(&entry.value));
        }
        Some(Arc::clone(&entry.value))
    }

    fn ages(&self, hash: TokenHash, value: Arc<V>) {
        let mut aging = self.aging.lock();
        if aging.len() < AGING_MAX {
            aging.push((hash, value));
            self.ages.notify_one();
        }
    }

    /// Waits until something ages that is in use, and answers all that does, with what is known of it. For one who reads
    /// it anew and calls [`CredentialCache::insert`] or [`CredentialCache::remove`]; what he cannot read, a request reads
    /// that asks for it after its lease.
    pub async fn aging(&self) -> Vec<(TokenHash, Arc<V>)> {
        while self.aging.lock().is_empty() {
            self.ages.notified().await;
        }
        // tidy: allow sleep: nothing tells that no more will come
        tokio::time::sleep(GATHER).await;
        std::mem::take(&mut *self.aging.lock())
    }

    /// Call before reading what is then passed to [`CredentialCache::insert`].
    pub fn begin(&self, now: Timestamp) -> Reading {
        Reading {
            at: now,
            forgets: self.forgets.load(Ordering::SeqCst),
        }
    }

    /// Keeps what was read.
    pub fn insert(&self, hash: TokenHash, group: Uuid, value: Arc<V>, read: Reading) {
        let mut shard = self.shard(&hash).write();
        if shard.entries.len() >= shard.sweep_at {
            shard.entries.retain(|_, entry| self.is_trusted(entry, read.at));
            if shard.entries.len() >= ENTRIES_PER_SHARD_MAX {
                shard.entries.clear();
            }
            shard.sweep_at = (shard.entries.len() * 2).clamp(SWEEP_FROM, ENTRIES_PER_SHARD_MAX);
        }
        let entry = Entry {
            value,
            group,
            read,
            aging: AtomicBool::new(false),
        };
        shard.entries.insert(hash, entry);
    }

    /// Drops a credential that turned out not to be there.
    pub fn remove(&self, hash: &TokenHash) {
        self.shard(hash).write().entries.remove(hash);
    }

    /// Trusts nothing that was read of this group before now. Call after the commit of a change, before the answer.
    pub fn forget(&self, group: Uuid) {
        let count = self.forgets.fetch_add(1, Ordering::SeqCst) + 1;
        self.slot(group).fetch_max(count, Ordering::SeqCst);
    }

    fn is_trusted(&self, entry: &Entry<V>, now: Timestamp) -> bool {
        // A clock that was set back must not prolong the lease.
        let in_lease = now >= entry.read.at && now < entry.read.at.plus(LEASE);
        in_lease && entry.read.forgets >= self.slot(entry.group).load(Ordering::SeqCst)
    }

    fn shard(&self, hash: &TokenHash) -> &RwLock<Shard<V>> {
        &self.shards[usize::from(hash[31]) % SHARDS]
    }

    fn slot(&self, group: Uuid) -> &AtomicU64 {
        let [.., high, low] = *group.as_bytes();
        &self.forgotten[usize::from(u16::from_be_bytes([high, low])) % GROUP_SLOTS]
    }
}

impl<V> std::fmt::Debug for CredentialCache<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CredentialCache")
    }
}

/// The keys are keyed hashes already: their first bytes will do.
#[derive(Default)]
struct First8(u64);

impl Hasher for First8 {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_ne_bytes(*first);
        }
    }

    // The length that precedes an array's bytes tells nothing.
    fn write_usize(&mut self, _: usize) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_us(1_700_000_000_000_000);

    fn known(value: u32) -> (CredentialCache<u32>, TokenHash, Uuid) {
        let (cache, hash, group) = (CredentialCache::default(), [7; 32], Uuid::from_u128(5));
        cache.insert(hash, group, Arc::new(value), cache.begin(NOON));
        (cache, hash, group)
    }

    #[test]
    fn an_entry_is_trusted_for_less_than_a_second() {
        let (cache, hash, _) = known(1);
        assert_eq!(cache.get(&hash, NOON).as_deref(), Some(&1));
        let last = NOON.plus(LEASE).minus(Duration::from_us(1));
        assert_eq!(cache.get(&hash, last).as_deref(), Some(&1));
        assert!(cache.get(&hash, NOON.plus(LEASE)).is_none());
        assert!(cache.get(&hash, NOON.minus(LEASE)).is_none());
    }

    #[tokio::test]
    async fn what_is_asked_for_at_an_age_is_to_be_read_anew_once() {
        let (cache, hash, group) = known(1);
        let young = [8; 32];
        let later = NOON.plus(AGES_AFTER);
        cache.insert(young, group, Arc::new(2), cache.begin(later));
        for _ in 0..3 {
            assert!(cache.get(&hash, later).is_some(), "nobody waits for it");
            assert!(cache.get(&young, later).is_some());
        }
        assert_eq!(cache.aging().await, [(hash, Arc::new(1))]);
        assert!(cache.get(&hash, later).is_some());
        assert!(cache.aging.lock().is_empty(), "it is being read");
        cache.insert(hash, group, Arc::new(1), cache.begin(later));
        assert!(cache.get(&hash, later).is_some());
        assert!(cache.aging.lock().is_empty(), "it is young again");
        assert!(cache.get(&hash, later.plus(AGES_AFTER)).is_some());
        assert_eq!(cache.aging().await, [(hash, Arc::new(1))]);
    }

    #[test]
    fn what_was_read_before_a_change_is_not_trusted_after_it() {
        let (cache, hash, group) = known(1);
        let read_before = cache.begin(NOON);
        cache.forget(group);
        assert!(cache.get(&hash, NOON).is_none());
        cache.insert(hash, group, Arc::new(1), read_before);
        assert!(
            cache.get(&hash, NOON).is_none(),
            "a slow read must not bring it back"
        );
        cache.insert(hash, group, Arc::new(2), cache.begin(NOON));
        assert_eq!(cache.get(&hash, NOON).as_deref(), Some(&2));
    }

    #[test]
    fn the_table_does_not_grow_with_what_is_out_of_its_lease() {
        let cache = CredentialCache::default();
        for number in 0..10_000_u32 {
            let mut hash = [0; 32];
            hash[..4].copy_from_slice(&number.to_ne_bytes());
            let now = NOON.plus(Duration::from_ms(i64::from(number) * 100));
            cache.insert(hash, Uuid::nil(), Arc::new(number), cache.begin(now));
        }
        assert!(cache.shards[0].read().entries.len() <= SWEEP_FROM);
    }
}
