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
mod store;
mod url;
mod waits;

use std::sync::Arc;

use sqlx::Connection;
use tokio::{sync::Notify, task::JoinSet};

use self::{
    backend::PostgresBackend,
    batch_executor::{ExecutorContext, PostgresBatchExecutor},
    listener::{Channels, OwnersCaches},
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
    Announcements, BookDesk, DeskReads, Feed, Journal, Ledger, LegalPages, NewBook, Options,
    Outbox, OwnerSettings, SalesFigures, StaffDirectory, StoreError,
    announcements::SqlAnnouncements,
    background::Background,
    book_desk::SqlBookDesk,
    catalogue::Catalogue,
    clock_guard::{self, ClockGuard},
    desk_reads::SqlDeskReads,
    feed::Publish,
    imports::{Imports, sql::SqlImports},
    journal::SqlJournal,
    ledger::GrowthNotifier,
    legal::SqlLegalPages,
    outbox::SqlOutbox,
    sales_figures::SqlSalesFigures,
    settings::SqlSettings,
    staff_directory::SqlStaffDirectory,
    writer::Writer,
};

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
    book_desk: Arc<dyn BookDesk>,
    journal: Arc<dyn Journal>,
    sales_figures: Arc<dyn SalesFigures>,
    owner_settings: Arc<dyn OwnerSettings>,
    legal_pages: Arc<dyn LegalPages>,
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
        let settings = open::settings(&mut connection, url, &epoch).await?;
        let legal = open::legal(&mut connection, url, &epoch).await?;
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
            settings: settings.clone(),
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
            OwnersCaches {
                settings: settings.clone(),
                legal: legal.clone(),
            },
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
            book_desk: Arc::new(SqlBookDesk {
                backend: backend.clone(),
                feed: Arc::clone(&feed),
                publish: Arc::clone(&publish),
            }),
            journal: Arc::new(SqlJournal(backend.clone())),
            sales_figures: Arc::new(SqlSalesFigures(backend.clone())),
            owner_settings: Arc::new(SqlSettings {
                backend: backend.clone(),
                feed: Arc::clone(&feed),
                cache: settings,
            }),
            legal_pages: Arc::new(SqlLegalPages {
                backend: backend.clone(),
                feed: Arc::clone(&feed),
                cache: legal,
            }),
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
