//! The batching writer: many small writes, one transaction, one durable commit.
//!
//! Hot writes are data, not closures. They queue; one task takes what is waiting, applies it in one transaction,
//! commits, and only then answers every waiter. Durability is never traded for speed.
//!
//! Guarantees, whatever the [`Batch`] does:
//! - a request is answered after its commit, or with the error that kept it out;
//! - a request that the database refuses, or that panics, never fails its neighbours: the batch is halved down to it;
//! - when the connection is lost during a commit, it is looked up whether the commit happened before anything is
//!   tried again;
//! - nobody waits for ever: while the database hangs, whoever waits in the queue is told to come back.

use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
};

use tokio::sync::{mpsc, oneshot};

use crate::{Db, Dialect, Error, Result, Tx, patience};

/// Most requests that wait; beyond it a caller is told to come back.
pub const QUEUE_MAX: usize = 16_384;
/// Most requests in one transaction.
const BATCH_MAX: usize = 512;
/// How often a batch is tried while the database is in the way or away.
const ATTEMPTS_MAX: u32 = 4;

/// After so long a batch hangs: those who wait behind it are turned away, who have had no effect yet.
const HANGS_AFTER_SECONDS: u32 = 5;

/// What became of one request.
pub type Settled<T> = Result<T, Arc<Error>>;

/// The queue is full: answer 503 and let the caller come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many writes are waiting")]
pub struct QueueFull;

/// How requests of one kind are applied.
pub trait Batch: Send + Sync + 'static {
    /// One write, as data.
    type Request: Send + Sync + 'static;
    /// What its waiter is told.
    type Outcome: Send + Sync + 'static;

    /// Applies the requests in order within `tx`, answering each. An error undoes all of them. May be called again
    /// with the same requests after an undone attempt.
    fn apply(
        &self,
        tx: &mut Tx,
        requests: &[Self::Request],
    ) -> impl Future<Output = Result<Vec<Self::Outcome>>> + Send;

    /// Whether the transaction that answered `outcomes` was committed after all. Must take the same locks first
    /// as [`Batch::apply`], so that a commit still under way is waited for.
    fn was_committed(
        &self,
        tx: &mut Tx,
        requests: &[Self::Request],
        outcomes: &[Self::Outcome],
    ) -> impl Future<Output = Result<bool>> + Send;
}

type Waiting<B> = (
    <B as Batch>::Request,
    oneshot::Sender<Settled<<B as Batch>::Outcome>>,
);

/// The handle to a writer's queue. Cheap to clone; the writer ends, all work done, when the last one is dropped.
#[derive(Debug)]
pub struct BatchWriter<B: Batch> {
    queue: mpsc::Sender<Waiting<B>>,
}

impl<B: Batch> Clone for BatchWriter<B> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
        }
    }
}

impl<B: Batch> BatchWriter<B> {
    /// Starts the task that writes.
    pub fn start(db: Db, batch: Arc<B>) -> (Self, tokio::task::JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(QUEUE_MAX);
        let task = match db.dialect() {
            // Its statements stop the thread that runs them.
            Dialect::Sqlite => {
                let runtime = tokio::runtime::Handle::current();
                tokio::task::spawn_blocking(move || runtime.block_on(run(db, batch, waiting)))
            }
            Dialect::Postgres => tokio::spawn(run(db, batch, waiting)),
        };
        (Self { queue }, task)
    }

    /// Queues a request and waits until it is durable or refused.
    pub async fn submit(&self, request: B::Request) -> Result<Settled<B::Outcome>, QueueFull> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send((request, answer)).map_err(|_| QueueFull)?;
        // A writer that has died can accept nothing more: to the caller that is a full queue.
        answered.await.map_err(|_| QueueFull)
    }

    /// How many requests are waiting.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }
}

async fn run<B: Batch>(db: Db, batch: Arc<B>, mut waiting: mpsc::Receiver<Waiting<B>>) {
    let mut taken = Vec::with_capacity(BATCH_MAX);
    while waiting.recv_many(&mut taken, BATCH_MAX).await > 0 {
        let (requests, answers): (Vec<_>, Vec<_>) = taken.drain(..).unzip();
        let mut settling = pin!(settle(&db, &*batch, &requests));
        let settled = loop {
            match patience::wait(settling.as_mut(), HANGS_AFTER_SECONDS).await {
                Some(settled) => break settled,
                None => turn_away::<B>(&mut waiting),
            }
        };
        debug_assert_eq!(settled.len(), answers.len());
        // By a task of its own: from the thread of the batches each answer would wake a thread that sleeps, and that
        // one take the core from the batches, one answer at a time.
        tokio::spawn(async move {
            for (answer, outcome) in answers.into_iter().zip(settled) {
                // A waiter that went away has still been written; nobody is left to tell.
                let _ = answer.send(outcome);
            }
        });
    }
}

/// Answers everybody who waits: nothing of theirs was begun, and nothing will be.
fn turn_away<B: Batch>(waiting: &mut mpsc::Receiver<Waiting<B>>) {
    let error = Arc::new(Error::Unavailable(sqlx::Error::PoolTimedOut));
    while let Ok((_, answer)) = waiting.try_recv() {
        let _ = answer.send(Err(Arc::clone(&error)));
    }
}

/// Writes all the requests, in as few transactions as the database allows.
async fn settle<B: Batch>(db: &Db, batch: &B, requests: &[B::Request]) -> Vec<Settled<B::Outcome>> {
    let mut settled = Vec::with_capacity(requests.len());
    let mut parts = vec![requests];
    while let Some(part) = parts.pop() {
        match write(db, batch, part).await {
            Ok(outcomes) => settled.extend(outcomes.into_iter().map(Ok)),
            Err(error) if part.len() > 1 && !error.is_unavailable() => {
                let (first, second) = part.split_at(part.len() / 2);
                parts.push(second);
                parts.push(first);
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    requests = part.len(),
                    "a batch was not written"
                );
                let error = Arc::new(error);
                settled.extend(part.iter().map(|_| Err(Arc::clone(&error))));
            }
        }
    }
    settled
}

async fn write<B: Batch>(db: &Db, batch: &B, requests: &[B::Request]) -> Result<Vec<B::Outcome>> {
    let mut attempt = 1;
    loop {
        match write_once(db, batch, requests).await {
            Err(error) if error.is_conflict() && attempt < ATTEMPTS_MAX => attempt += 1,
            done => return done,
        }
    }
}

async fn write_once<B: Batch>(db: &Db, batch: &B, requests: &[B::Request]) -> Result<Vec<B::Outcome>> {
    let mut tx = db.begin_batch().await?;
    let applied = async {
        let outcomes = batch.apply(&mut tx, requests).await?;
        assert_eq!(
            outcomes.len(),
            requests.len(),
            "a batch answers each of its requests"
        );
        Ok(outcomes)
    };
    let outcomes = db.in_time(caught(applied)).await?;
    match tx.commit().await {
        Ok(()) => Ok(outcomes),
        Err(error) if error.is_unavailable() => recover(db, batch, requests, outcomes, error).await,
        Err(error) => Err(error),
    }
}

/// The commit failed in a way that leaves open whether it happened: looks it up, as long as it takes within the
/// attempts, because to answer wrongly either way would lose or invent a charge.
async fn recover<B: Batch>(
    db: &Db,
    batch: &B,
    requests: &[B::Request],
    outcomes: Vec<B::Outcome>,
    error: Error,
) -> Result<Vec<B::Outcome>> {
    let mut attempt = 1;
    loop {
        match look_up(db, batch, requests, &outcomes).await {
            Ok(true) => return Ok(outcomes),
            Ok(false) => return Err(error),
            Err(_) if attempt < RECOVERY_ATTEMPTS_MAX => attempt += 1,
            Err(_) => return Err(error),
        }
    }
}

/// Each attempt waits for a connection, so together they bridge a restart of the database, and are over before a
/// request is given up.
const RECOVERY_ATTEMPTS_MAX: u32 = 6;

async fn look_up<B: Batch>(
    db: &Db,
    batch: &B,
    requests: &[B::Request],
    outcomes: &[B::Outcome],
) -> Result<bool> {
    let mut tx = db.begin_batch().await?;
    let committed = db
        .in_time(caught(batch.was_committed(&mut tx, requests, outcomes)))
        .await?;
    tx.rollback().await?;
    Ok(committed)
}

/// What is asserted and does not hold is an error of that attempt, not the end of the writer, and so of all charging.
/// Nothing half done is left: its transaction is not committed, and a [`Batch`] keeps nothing else between attempts.
async fn caught<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut work = pin!(work);
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(polled) => polled,
            Err(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text.or(panic.downcast_ref::<&str>().copied());
                Poll::Ready(Err(Error::Panicked(text.unwrap_or("it said nothing").to_owned())))
            }
        },
    )
    .await
}
