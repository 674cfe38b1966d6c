//! A few threads with big stacks, for expressions that are too deep or too long for an ordinary one.
//!
//! Workspaces take turns: whoever has many jobs waiting delays his own, not those of others.

use std::{
    collections::{HashMap, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use flow::limits::HEAVY_THREAD_STACK_BYTES;
use parking_lot::{Condvar, Mutex};
use tokio::sync::oneshot;
use types::WorkspaceId;

/// Most jobs that wait; beyond it a workspace that has one waiting is told to come back.
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
    /// Of each workspace that has any, in the order in which they came.
    jobs: HashMap<WorkspaceId, VecDeque<Job>>,
    /// These workspaces, the next one first.
    turns: VecDeque<WorkspaceId>,
    count: usize,
    closed: bool,
}

impl Waiting {
    fn push(&mut self, workspace: WorkspaceId, job: Job) -> Result<(), PoolRefusal> {
        let jobs = self.jobs.entry(workspace).or_default();
        if jobs.is_empty() {
            self.turns.push_back(workspace);
        } else if self.count >= QUEUE_MAX {
            return Err(PoolRefusal::Full);
        }
        jobs.push_back(job);
        self.count += 1;
        Ok(())
    }

    /// One job of the workspace whose turn it is; if it has more, it comes again after all others.
    fn pop(&mut self) -> Option<Job> {
        let workspace = self.turns.pop_front()?;
        let jobs = self.jobs.get_mut(&workspace)?;
        let job = jobs.pop_front();
        if jobs.is_empty() {
            self.jobs.remove(&workspace);
        } else {
            self.turns.push_back(workspace);
        }
        self.count -= 1;
        job
    }
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

    /// How many jobs wait for a thread.
    pub fn waiting(&self) -> usize {
        self.queue.waiting.lock().count
    }

    /// Runs a job of a workspace on one of the threads. A job that nobody waits for any more is not begun.
    pub async fn run<T: Send + 'static>(
        &self,
        workspace: WorkspaceId,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PoolRefusal> {
        let (answer, answered) = oneshot::channel();
        let job = move || {
            if !answer.is_closed() {
                // Dropped without an answer when the job panics, which its waiter sees.
                let _ = answer.send(job());
            }
        };
        self.queue.waiting.lock().push(workspace, Box::new(job))?;
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
        if let Some(job) = waiting.pop() {
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
        write!(f, "HeavyPool({} waiting)", self.waiting())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: WorkspaceId = WorkspaceId::from_uuid(uuid::Uuid::from_u128(1));
    const YOU: WorkspaceId = WorkspaceId::from_uuid(uuid::Uuid::from_u128(2));

    /// Takes the only thread, until it is let go.
    async fn taken(pool: &HeavyPool) -> (impl Future<Output = ()>, std::sync::mpsc::Sender<()>) {
        let (let_go, wait) = std::sync::mpsc::channel::<()>();
        let (began, begun) = oneshot::channel();
        let mut blocked = Box::pin(pool.run(ME, move || {
            let _ = began.send(());
            wait.recv()
        }));
        tokio::select! {
            _ = &mut blocked => unreachable!("it waits"),
            _ = begun => {}
        }
        (async { blocked.await.unwrap().unwrap() }, let_go)
    }

    /// Has the job join the queue.
    async fn wait<T>(job: &mut (impl Future<Output = T> + Unpin)) {
        tokio::select! { biased; _ = job => unreachable!("the thread is taken"), () = std::future::ready(()) => {} }
    }

    #[tokio::test]
    async fn a_job_that_panics_takes_neither_its_thread_nor_its_neighbours_along() {
        let pool = HeavyPool::start(1);
        assert_eq!(
            pool.run(ME, || panic!("a bug")).await,
            Err::<(), _>(PoolRefusal::Broken)
        );
        assert_eq!(pool.run(ME, || 7).await, Ok(7));
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
        assert_eq!(HeavyPool::start(1).run(ME, || depth(200_000)).await, Ok(200_000));
    }

    #[tokio::test]
    async fn beyond_the_queue_a_job_is_refused_and_an_abandoned_one_never_begins() {
        let pool = HeavyPool::start(1);
        let (blocked, let_go) = taken(&pool).await;
        let mut queued: Vec<_> = (0..QUEUE_MAX).map(|_| Box::pin(pool.run(ME, || ()))).collect();
        for job in &mut queued {
            wait(job).await;
        }
        assert_eq!(pool.run(ME, || ()).await, Err(PoolRefusal::Full));
        // Nobody is kept out by the jobs of another.
        let mut yours = Box::pin(pool.run(YOU, || 2));
        wait(&mut yours).await;
        assert_eq!(pool.run(YOU, || ()).await, Err(PoolRefusal::Full));
        drop(queued);
        let_go.send(()).unwrap();
        blocked.await;
        assert_eq!(yours.await, Ok(2));
        assert_eq!(pool.run(ME, || 1).await, Ok(1));
    }

    #[tokio::test]
    async fn workspaces_take_turns_however_many_jobs_one_of_them_has_waiting() {
        let pool = HeavyPool::start(1);
        let (blocked, let_go) = taken(&pool).await;
        let order = Arc::<Mutex<Vec<_>>>::default();
        let job = |workspace, name| {
            let order = Arc::clone(&order);
            Box::pin(pool.run(workspace, move || order.lock().push(name)))
        };
        let mut jobs: Vec<_> = ["a", "b", "c", "d"].map(|name| job(ME, name)).into();
        jobs.extend(["x", "y"].map(|name| job(YOU, name)));
        for job in &mut jobs {
            wait(job).await;
        }
        let_go.send(()).unwrap();
        blocked.await;
        for job in jobs {
            job.await.unwrap();
        }
        assert_eq!(*order.lock(), ["a", "x", "b", "y", "c", "d"]);
    }
}
