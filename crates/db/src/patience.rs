//! How long is waited for what may never come, in time that this process has lived through: one that was stopped
//! meanwhile, or its machine, has not waited, and the answer may be there.

use std::{future::Future, pin::Pin, time::Duration};

const SECOND: Duration = Duration::from_secs(1);

/// Waits for so many seconds; `None` when it is still not done. It can be waited for again.
pub async fn wait<T>(mut work: Pin<&mut impl Future<Output = T>>, seconds: u32) -> Option<T> {
    for _ in 0..seconds {
        if let Ok(done) = tokio::time::timeout(SECOND, work.as_mut()).await {
            return Some(done);
        }
    }
    None
}
