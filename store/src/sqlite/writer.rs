//! The one task that writes: load, decide, write, commit, then answer and publish.
//!
//! A shopper who leaves in the middle of a request cannot leave a transaction
//! half-way: the task goes on without them. Nobody is answered and nothing is
//! published before the commit.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use shop::{HoldVerdict, ReleaseVerdict, ShopperId, Slug, Stock, decide_hold, decide_release};
use sqlx::{
    ConnectOptions, Connection, Sqlite, SqliteConnection, Transaction, sqlite::SqliteConnectOptions,
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::reads;
use crate::{Feed, Held, Released, StoreError};

/// Requests that may wait. Beyond it the answer is “busy”, at once: at a
/// thousand commits a second this is one second of patience.
const QUEUE: usize = 1_024;

/// The way to the writing task.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Request>>>,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
enum Request {
    Hold(Claim, Reply<Held>),
    Release(Claim, Reply<Released>),
}

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

#[derive(Debug)]
struct Claim {
    shopper: ShopperId,
    book: Slug,
}

impl Writer {
    pub(super) fn spawn(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
        feed: Arc<Feed>,
    ) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        let desk = Desk {
            connection: Some(connection),
            options,
            feed,
        };
        Self {
            queue: Mutex::new(Some(queue)),
            task: tokio::sync::Mutex::new(Some(tokio::spawn(desk.work(requests)))),
        }
    }

    pub(super) async fn hold(&self, shopper: ShopperId, book: Slug) -> Result<Held, StoreError> {
        self.ask(|reply| Request::Hold(Claim { shopper, book }, reply))
            .await
    }

    pub(super) async fn release(
        &self,
        shopper: ShopperId,
        book: Slug,
    ) -> Result<Released, StoreError> {
        self.ask(|reply| Request::Release(Claim { shopper, book }, reply))
            .await
    }

    /// Takes no more requests and waits until those that were taken are done.
    pub(super) async fn close(&self) {
        self.lock_queue().take();
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer has failed");
        }
    }

    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.lock_queue().clone().ok_or(StoreError::Busy)?;
        queue
            .try_send(request(reply))
            .map_err(|_| StoreError::Busy)?;
        // No answer means that the writer is gone, and the outcome unknown.
        answer
            .await
            .unwrap_or(Err(StoreError::Failed(sqlx::Error::WorkerCrashed)))
    }

    fn lock_queue(&self) -> std::sync::MutexGuard<'_, Option<mpsc::Sender<Request>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task's own side.
struct Desk {
    /// None after a failure, until the file has been opened again.
    connection: Option<SqliteConnection>,
    options: SqliteConnectOptions,
    feed: Arc<Feed>,
}

impl Desk {
    async fn work(mut self, mut requests: mpsc::Receiver<Request>) {
        while let Some(request) = requests.recv().await {
            match request {
                Request::Hold(claim, reply) => {
                    let outcome = self.hold(&claim).await;
                    self.conclude(outcome, reply, |held| (&held.level, held.changed))
                        .await;
                }
                Request::Release(claim, reply) => {
                    let outcome = self.release(&claim).await;
                    self.conclude(outcome, reply, |released| {
                        (&released.level, released.changed)
                    })
                    .await;
                }
            }
        }
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::error!(%error, "closing the database failed");
        }
    }

    /// Answers, and publishes what has changed. After a database error nothing is
    /// known of the connection's state: the file is opened anew for the next.
    async fn conclude<T>(
        &mut self,
        outcome: Result<T, StoreError>,
        reply: Reply<T>,
        level: impl FnOnce(&T) -> (&shop::Level, bool),
    ) {
        let published = match &outcome {
            Ok(done) => {
                let (level, changed) = level(done);
                changed.then(|| level.clone())
            }
            Err(StoreError::Failed(_)) => {
                if let Some(connection) = self.connection.take() {
                    // The error is reported with the request; this one adds nothing.
                    let _ = connection.close().await;
                }
                None
            }
            Err(_) => None,
        };
        // Whoever asked may have left; what is done is done.
        let _ = reply.send(outcome);
        if let Some(level) = published {
            self.feed.publish(level);
        }
    }

    async fn hold(&mut self, Claim { shopper, book }: &Claim) -> Result<Held, StoreError> {
        let mut transaction = self.begin().await?;
        let (book_id, stock) = reads::stock(&mut *transaction, book).await?;
        let holds_one = holds(&mut transaction, *shopper, book_id).await?;
        match decide_hold(stock, holds_one) {
            HoldVerdict::Held(after) => {
                sqlx::query("insert into hold (shopper, book_id, held_at) values (?, ?, ?)")
                    .bind(shopper.as_bytes().as_slice())
                    .bind(book_id)
                    .bind(now_ms())
                    .execute(&mut *transaction)
                    .await?;
                write_stock(&mut transaction, book_id, after).await?;
                transaction.commit().await?;
                Ok(Held {
                    level: after.level(book.clone()),
                    changed: true,
                })
            }
            HoldVerdict::AlreadyHeld => Ok(Held {
                level: stock.level(book.clone()),
                changed: false,
            }),
            HoldVerdict::SoldOut => Err(StoreError::SoldOut(stock.level(book.clone()))),
        }
    }

    async fn release(&mut self, Claim { shopper, book }: &Claim) -> Result<Released, StoreError> {
        let mut transaction = self.begin().await?;
        let (book_id, stock) = reads::stock(&mut *transaction, book).await?;
        let holds_one = holds(&mut transaction, *shopper, book_id).await?;
        match decide_release(stock, holds_one) {
            ReleaseVerdict::Released(after) => {
                sqlx::query("delete from hold where shopper = ? and book_id = ?")
                    .bind(shopper.as_bytes().as_slice())
                    .bind(book_id)
                    .execute(&mut *transaction)
                    .await?;
                write_stock(&mut transaction, book_id, after).await?;
                transaction.commit().await?;
                Ok(Released {
                    level: after.level(book.clone()),
                    changed: true,
                })
            }
            ReleaseVerdict::NothingHeld => Ok(Released {
                level: stock.level(book.clone()),
                changed: false,
            }),
        }
    }

    async fn begin(&mut self) -> Result<Transaction<'_, Sqlite>, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        // IMMEDIATE: a deferred transaction that comes to write may find BUSY half-way.
        Ok(self
            .connection
            .insert(connection)
            .begin_with("begin immediate")
            .await?)
    }
}

async fn holds(
    connection: &mut SqliteConnection,
    shopper: ShopperId,
    book_id: i64,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select exists (select 1 from hold where shopper = ? and book_id = ?)")
        .bind(shopper.as_bytes().as_slice())
        .bind(book_id)
        .fetch_one(connection)
        .await
}

async fn write_stock(
    connection: &mut SqliteConnection,
    book_id: i64,
    stock: Stock,
) -> Result<(), StoreError> {
    let version = i64::try_from(stock.version)
        .map_err(|_| StoreError::Inconsistent("a version past 2^63".to_owned()))?;
    sqlx::query("update stock set held = ?, version = ? where book_id = ?")
        .bind(stock.held)
        .bind(version)
        .bind(book_id)
        .execute(connection)
        .await?;
    Ok(())
}

fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
