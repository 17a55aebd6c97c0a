//! The store of many instances, which all write to one PostgreSQL.

mod backend;
mod batch_executor;
mod cleanup;
mod copy;
mod error;
mod inspect;
mod ledger;
mod listener;
mod load;
mod lock;
mod new_books;
mod notifier;
mod numbers;
mod open;
mod reads;
mod save;
mod staff_accounts;
mod url;
mod waits;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{Browse, Command, Done, Epoch, Order, OrderCode, ShopperId, Slug, StaffName};
use sqlx::Connection;
use tokio::{sync::Notify, task::JoinSet, time::timeout};

use self::{
    backend::PostgresBackend,
    batch_executor::{ExecutorContext, PostgresBatchExecutor},
    listener::Channels,
    notifier::Notifier,
};
pub use self::{
    copy::{CopyError, Progress, copy_shop},
    error::ConnectError,
    inspect::Inspection,
    staff_accounts::PostgresStaffAccounts,
    url::{DatabaseUrl, InvalidDatabaseUrl},
};
use crate::{
    Announcements, Cart, CataloguePage, Change, ClockTrouble, DeskReads, Feed, Journal, Ledger,
    NewBook, OpenCounts, Options, Outbox, SalesFigures, ShelfBook, StaffDirectory, Store,
    StoreError, Topic,
    announcements::SqlAnnouncements,
    attendance,
    background::Background,
    catalogue::{self, Catalogue},
    clock_guard::{self, ClockGuard},
    desk_reads::SqlDeskReads,
    feed::Publish,
    imports::{Imports, sql::SqlImports},
    journal::SqlJournal,
    ledger::GrowthNotifier,
    outbox::SqlOutbox,
    reads as shared_reads,
    sales_figures::SqlSalesFigures,
    sql::Backend,
    staff_directory::SqlStaffDirectory,
    writer::Writer,
};

/// The time that the writer and the readers each have to finish when the shop closes.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// One instance's access to a shop in PostgreSQL.
///
/// Each instance has one writer, like the SQLite store. A batch is one transaction: `lock` locks
/// the rows of its books in sorted order, `load` reads what they guard, `shop` decides, `save`
/// writes the changes. After the commit the `notifier` notifies the other instances, whose
/// `listener` publishes the changes.
///
/// The clock is the database's, so that every instance ends a hold at the same time.
#[derive(Debug)]
pub struct PostgresStore {
    backend: PostgresBackend,
    catalogue: Catalogue,
    writer: Writer,
    feed: Arc<Feed>,
    imports: Arc<dyn Imports>,
    ledger: Arc<dyn Ledger>,
    /// None if the shop sends no mail.
    outbox: Option<Arc<dyn Outbox>>,
    announcements: Arc<dyn Announcements>,
    staff_directory: Arc<dyn StaffDirectory>,
    desk_reads: Arc<dyn DeskReads>,
    journal: Arc<dyn Journal>,
    sales_figures: Arc<dyn SalesFigures>,
    clock_guard: Arc<ClockGuard>,
    notifier: Notifier,
    /// The channel that all instances listen to.
    everyone: String,
    background: Background,
}

impl PostgresStore {
    /// Opens the shop, migrates its tables, and stocks a new shop with these books. Other instances
    /// may have the shop open, or start at the same time.
    ///
    /// # Errors
    /// [`ConnectError`], with nothing changed.
    pub async fn open(
        url: &DatabaseUrl,
        opening: &[NewBook],
        options: Options,
    ) -> Result<Self, ConnectError> {
        migrate(url, opening).await?;
        let mut connection = open::connect(url).await?;
        let channels = channels(&mut connection)
            .await
            .map_err(|source| ConnectError::of(url, source))?;
        let clock_guard = examine_clock(&mut connection, &options)
            .await
            .map_err(|error| ConnectError::of(url, error.into_database_error()))?;
        let epoch = open::epoch(&mut connection, url).await?;
        // The connection is no longer needed.
        let _ = connection.close().await;

        let (feed, notifier) = (Arc::new(Feed::new(epoch)), Notifier::default());
        let backend = PostgresBackend(open::pool(url));
        let (reread, mail_written) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let tidying_due = Arc::new(Notify::new());
        let ledger_grown = GrowthNotifier::default();
        let executor = PostgresBatchExecutor::new(
            url.options_to_write(),
            options,
            Arc::clone(&feed),
            notifier.clone(),
            ExecutorContext {
                reread: Arc::clone(&reread),
                mail_written: Arc::clone(&mail_written),
                ledger_grown: ledger_grown.clone(),
                tidying_due: Arc::clone(&tidying_due),
                clock_guard: Arc::clone(&clock_guard),
            },
        );
        let (to_notify, to_publish) = (notifier.clone(), Arc::clone(&feed));
        let publish: Publish = Arc::new(move |epoch, change| {
            // A late change of an earlier epoch must not displace pending changes of the current
            // one.
            if to_publish.epoch() == *epoch {
                to_notify.add(epoch, &change);
            }
            to_publish.publish_of(epoch, change);
        });
        let announcements = SqlAnnouncements {
            backend: backend.clone(),
            feed: Arc::clone(&feed),
            publish: Arc::clone(&publish),
            changed: Arc::clone(&reread),
        };
        let outbox = SqlOutbox {
            backend: backend.clone(),
            mail_written,
        };
        let mut background = JoinSet::new();
        let everyone = channels.everyone.clone();
        background.spawn(notifier.clone().run(backend.0.clone(), everyone.clone()));
        background.spawn(cleanup::tidy_when_due(
            url.options_to_write(),
            tidying_due,
            options,
            Arc::clone(&clock_guard),
        ));
        background.spawn(listener::reread_periodically(
            url.clone(),
            Arc::clone(&feed),
            Arc::clone(&reread),
            channels.own.clone(),
        ));
        background.spawn(listener::listen(
            url.clone(),
            Arc::clone(&feed),
            reread,
            channels,
        ));
        Ok(Self {
            ledger: Arc::new(ledger::Reader {
                backend: backend.clone(),
                growth_notifier: ledger_grown,
            }),
            staff_directory: Arc::new(SqlStaffDirectory(backend.clone())),
            desk_reads: Arc::new(SqlDeskReads(backend.clone())),
            journal: Arc::new(SqlJournal(backend.clone())),
            sales_figures: Arc::new(SqlSalesFigures(backend.clone())),
            imports: Arc::new(SqlImports::new(backend.clone(), Arc::clone(&feed), publish)),
            outbox: options.terms.mail.then(|| Arc::new(outbox) as _),
            announcements: Arc::new(announcements),
            backend,
            catalogue: Catalogue::default(),
            writer: Writer::spawn(executor, options.batch),
            feed,
            clock_guard,
            notifier,
            everyone,
            background: Background::supervise(background),
        })
    }
}

/// Compares the database's clock with the data, before any hold or order ends by it.
async fn examine_clock(
    connection: &mut sqlx::PgConnection,
    options: &Options,
) -> Result<Arc<ClockGuard>, StoreError> {
    let guard = ClockGuard::default();
    let now = backend::now(connection).await?;
    if let Some(record) = clock_guard::examine(connection, now, options).await? {
        guard.update(&record);
    }
    Ok(Arc::new(guard))
}

/// Creates or migrates a shop's tables, and stocks a new shop.
///
/// # Errors
/// [`ConnectError`], with nothing changed.
pub async fn migrate(url: &DatabaseUrl, opening: &[NewBook]) -> Result<(), ConnectError> {
    let mut connection = open::connect(url).await?;
    open::migrate(&mut connection, url, opening).await?;
    // The connection is no longer needed.
    let _ = connection.close().await;
    Ok(())
}

/// Names the channels after the schema, so that two shops in one database do not receive each
/// other's notifications.
async fn channels(connection: &mut sqlx::PgConnection) -> Result<Channels, sqlx::Error> {
    let schema: i64 = sqlx::query_scalar("select current_schema()::regnamespace::oid::bigint")
        .fetch_one(connection)
        .await?;
    let own: u64 = rand::random();
    Ok(Channels {
        everyone: format!("burts_books_{schema}"),
        own: format!("burts_books_{schema}_{own:016x}"),
    })
}

#[async_trait]
impl Store for PostgresStore {
    async fn browse(&self, request: &Browse) -> Result<CataloguePage, StoreError> {
        self.catalogue
            .page(&self.backend, &self.feed, request)
            .await
    }

    async fn numbered_slugs(&self, from: u64, most: u32) -> Result<Vec<(u64, Slug)>, StoreError> {
        catalogue::numbered_slugs(&self.backend, from, most).await
    }

    async fn last_book_number(&self) -> Result<u64, StoreError> {
        catalogue::last_book_number(&self.backend).await
    }

    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError> {
        shared_reads::book(&self.backend, book).await
    }

    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        self.backend
            .in_time(reads::newest(&self.backend.0, topics))
            .await
    }

    async fn epoch(&self) -> Result<Epoch, StoreError> {
        let reading = async { reads::epoch(&mut *self.backend.reader().await?).await };
        let epoch = self.backend.in_time(reading).await?;
        self.feed.begin_epoch(epoch.clone());
        Ok(epoch)
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError> {
        self.backend
            .in_time(reads::cart(&self.backend.0, shopper))
            .await
    }

    async fn order(&self, code: OrderCode) -> Result<Order, StoreError> {
        shared_reads::order(&self.backend, code).await
    }

    async fn open_counts(&self) -> Result<OpenCounts, StoreError> {
        shared_reads::open_counts(&self.backend).await
    }

    async fn submit(&self, command: Command) -> Result<Done, StoreError> {
        self.writer.submit(command).await
    }

    async fn attend(&self) -> Result<(), StoreError> {
        attendance::attend(&self.backend, &self.feed, &self.writer).await
    }

    fn clock_trouble(&self) -> ClockTrouble {
        self.clock_guard.trouble()
    }

    async fn accept_clock(&self, by: &StaffName) -> Result<(), StoreError> {
        let by = by.clone();
        let accepting = self.backend.write(move |connection, now| {
            Box::pin(async move { clock_guard::accept(connection, now, Some(&by)).await })
        });
        self.clock_guard.update(&accepting.await?);
        Ok(())
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        shared_reads::cookie_secret(&self.backend).await
    }

    fn outbox(&self) -> Option<Arc<dyn Outbox>> {
        self.outbox.clone()
    }

    fn imports(&self) -> Option<Arc<dyn Imports>> {
        Some(Arc::clone(&self.imports))
    }

    fn desk_reads(&self) -> &Arc<dyn DeskReads> {
        &self.desk_reads
    }

    fn ledger(&self) -> &Arc<dyn Ledger> {
        &self.ledger
    }

    fn journal(&self) -> &Arc<dyn Journal> {
        &self.journal
    }

    fn sales_figures(&self) -> &Arc<dyn SalesFigures> {
        &self.sales_figures
    }

    fn announcements(&self) -> Arc<dyn Announcements> {
        Arc::clone(&self.announcements)
    }

    fn staff_directory(&self) -> &Arc<dyn StaffDirectory> {
        &self.staff_directory
    }

    fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    async fn failed(&self) {
        tokio::select! {
            () = self.writer.failed() => {}
            () = self.background.failed() => {}
        }
    }

    async fn close(&self) {
        // A database that does not answer must not keep the process from exiting.
        if timeout(CLOSE_WITHIN, self.writer.close()).await.is_err() {
            tracing::warn!("the last commands were not finished before closing");
        }
        self.background.stop();
        // Sends the last changes that this instance made.
        self.notifier.notify(&self.backend.0, &self.everyone).await;
        let _ = timeout(CLOSE_WITHIN, self.backend.0.close()).await;
    }
}
