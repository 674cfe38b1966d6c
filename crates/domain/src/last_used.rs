//! When credentials were used last: noted in memory at each use, written in batches now and then.

use std::{collections::HashMap, hash::Hash};

use parking_lot::Mutex;
use types::Timestamp;

/// Beyond, what is not noted yet is let go until the next flush: it is a help for people, no record.
const NOTED_MAX: usize = 100_000;

/// The latest use of each `K` since the last flush.
pub struct LastUsed<K> {
    noted: Mutex<HashMap<K, Timestamp>>,
}

impl<K> Default for LastUsed<K> {
    fn default() -> Self {
        Self {
            noted: Mutex::default(),
        }
    }
}

impl<K: Hash + Eq + Ord + Copy> LastUsed<K> {
    /// It was used.
    pub fn note(&self, key: K, at: Timestamp) {
        let mut noted = self.noted.lock();
        if let Some(latest) = noted.get_mut(&key) {
            *latest = at.max(*latest);
        } else if noted.len() < NOTED_MAX {
            noted.insert(key, at);
        }
    }

    /// Takes out all that was noted, in order, so that writers of it lock in the same order.
    pub fn take(&self) -> Vec<(K, Timestamp)> {
        let mut taken: Vec<_> = std::mem::take(&mut *self.noted.lock()).into_iter().collect();
        taken.sort_unstable();
        taken
    }

    /// Notes again what could not be written.
    pub fn put_back(&self, taken: &[(K, Timestamp)]) {
        taken.iter().for_each(|(key, at)| self.note(*key, *at));
    }
}

impl<K> std::fmt::Debug for LastUsed<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LastUsed")
    }
}
