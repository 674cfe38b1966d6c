//! A few threads with big stacks, for expressions that are too deep or too long for an ordinary one.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use flow::limits::HEAVY_THREAD_STACK_BYTES;
use parking_lot::{Condvar, Mutex};
use tokio::sync::oneshot;

/// Most jobs that wait; beyond it a caller is told to come back.
pub const QUEUE_MAX: usize = 256;

type Job = Box<dyn FnOnce() + Send>;

/// The threads and their queue. They end when it is dropped, each after the job it has.
pub struct HeavyPool {
    queue: Arc<Queue>,
}

/// Why a job has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PoolRefusal {
    /// Too many jobs are waiting.
    #[error("too many jobs are waiting")]
    Full,
    /// It panicked.
    #[error("the job panicked")]
    Broken,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl HeavyPool {
    /// Starts the threads. Their stacks are reserved, not used: memory is taken as it is touched.
    ///
    /// # Panics
    /// When the system gives no thread.
    pub fn start(threads: usize) -> Self {
        let queue = Arc::new(Queue::default());
        for number in 0..threads.max(1) {
            let queue = Arc::clone(&queue);
            std::thread::Builder::new()
                .name(format!("heavy-{number}"))
                .stack_size(HEAVY_THREAD_STACK_BYTES)
                .spawn(move || work(&queue))
                .expect("the system gives a thread");
        }
        Self { queue }
    }

    /// Runs a job on one of the threads. A job that nobody waits for any more is not begun.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PoolRefusal> {
        let (answer, answered) = oneshot::channel();
        let job = move || {
            if !answer.is_closed() {
                // Dropped without an answer when the job panics, which its waiter sees.
                let _ = answer.send(job());
            }
        };
        {
            let mut waiting = self.queue.waiting.lock();
            if waiting.jobs.len() >= QUEUE_MAX {
                return Err(PoolRefusal::Full);
            }
            waiting.jobs.push_back(Box::new(job));
        }
        self.queue.changed.notify_one();
        answered.await.map_err(|_| PoolRefusal::Broken)
    }
}

fn work(queue: &Queue) {
    while let Some(job) = next(queue) {
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            tracing::error!("a heavy expression panicked");
        }
    }
}

fn next(queue: &Queue) -> Option<Job> {
    let mut waiting = queue.waiting.lock();
    loop {
        if let Some(job) = waiting.jobs.pop_front() {
            return Some(job);
        }
        if waiting.closed {
            return None;
        }
        queue.changed.wait(&mut waiting);
    }
}

impl Drop for HeavyPool {
    fn drop(&mut self) {
        self.queue.waiting.lock().closed = true;
        self.queue.changed.notify_all();
    }
}

impl std::fmt::Debug for HeavyPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HeavyPool({} waiting)", self.queue.waiting.lock().jobs.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_job_that_panics_takes_neither_its_thread_nor_its_neighbours_along() {
        let pool = HeavyPool::start(1);
        assert_eq!(
            pool.run(|| panic!("a bug")).await,
            Err::<(), _>(PoolRefusal::Broken)
        );
        assert_eq!(pool.run(|| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_deep_recursion_has_room() {
        fn depth(left: u64) -> u64 {
            // Kept from becoming a loop.
            if left == 0 {
                0
            } else {
                std::hint::black_box(depth(left - 1)) + 1
            }
        }
        assert_eq!(HeavyPool::start(1).run(|| depth(200_000)).await, Ok(200_000));
    }

    #[tokio::test]
    async fn beyond_the_queue_a_job_is_refused_and_an_abandoned_one_never_begins() {
        let pool = HeavyPool::start(1);
        let (let_go, wait) = std::sync::mpsc::channel::<()>();
        let (began, begun) = oneshot::channel();
        let blocked = pool.run(move || {
            let _ = began.send(());
            wait.recv()
        });
        tokio::pin!(blocked);
        tokio::select! {
            _ = &mut blocked => unreachable!("it waits"),
            _ = begun => {}
        }
        let mut queued: Vec<_> = (0..QUEUE_MAX).map(|_| Box::pin(pool.run(|| ()))).collect();
        for job in &mut queued {
            // Polled once: queued.
            tokio::select! { biased; _ = job => unreachable!("the thread is taken"), () = std::future::ready(()) => {} }
        }
        assert_eq!(pool.run(|| ()).await, Err(PoolRefusal::Full));
        drop(queued);
        let_go.send(()).unwrap();
        blocked.await.unwrap().unwrap();
        assert_eq!(pool.run(|| 1).await, Ok(1));
    }
}
