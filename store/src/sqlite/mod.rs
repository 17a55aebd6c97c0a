//! The embedded store: one SQLite file in a data directory.

mod announcement_ends;
mod backend;
mod batch_executor;
mod check;
#[cfg(test)]
mod closing_tests;
mod inspect;
mod ledger;
mod load;
#[cfg(test)]
mod migration_tests;
mod new_books;
mod offline;
mod open;
mod reads;
mod restore;
mod save;
mod staff_accounts;
mod store;
mod sweep;
mod waits;
mod write_jobs;

use std::{fs::File, path::Path, sync::Arc};

use tokio::{sync::Notify, task::JoinSet};

use self::{
    announcement_ends::publish_ends,
    backend::SqliteBackend,
    batch_executor::{ExecutorContext, SqliteBatchExecutor},
    write_jobs::write_jobs,
};
pub use self::{
    inspect::Inspection, open::FILE_NAME, restore::restore, staff_accounts::SqliteStaffAccounts,
};
pub(crate) use offline::OfflineShop;
#[cfg(test)]
pub(crate) use open::MIGRATIONS;

use crate::{
    Announcements, BookDesk, Clock, DeskReads, Feed, Journal, Ledger, LegalPages, NewBook,
    OpenError, Options, Outbox, OwnerSettings, SalesFigures, StaffDirectory, SteadyClock,
    announcements::SqlAnnouncements,
    background::Background,
    book_desk::SqlBookDesk,
    catalogue::Catalogue,
    clock_guard::ClockGuard,
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

/// A shop in one SQLite file, which this process owns while the store exists.
///
/// Reads go through a small pool of read-only connections and never wait for a write (WAL). Writes
/// go through one task (`writer`), which takes all waiting commands into one transaction: `load`
/// reads what they touch, `shop` decides, `save` writes the changes.
#[derive(Debug)]
pub struct SqliteStore {
    backend: SqliteBackend,
    catalogue: Catalogue,
    writer: Writer,
    feed: Arc<Feed>,
    imports: Arc<dyn Imports>,
    ledger: Arc<dyn Ledger>,
    /// None if the shop sends no mail.
    outbox: Option<Arc<dyn Outbox>>,
    announcements: Arc<dyn Announcements>,
    background: Background,
    clock_guard: Arc<ClockGuard>,
    staff_directory: Arc<dyn StaffDirectory>,
    desk_reads: Arc<dyn DeskReads>,
    book_desk: Arc<dyn BookDesk>,
    journal: Arc<dyn Journal>,
    sales_figures: Arc<dyn SalesFigures>,
    owner_settings: Arc<dyn OwnerSettings>,
    legal_pages: Arc<dyn LegalPages>,
    /// The directory's lock, held while the store exists.
    _lock: File,
}

impl SqliteStore {
    /// Opens the shop in a directory, and creates one with these books if there is none.
    ///
    /// # Errors
    /// [`OpenError`], with nothing changed.
    pub async fn open(
        directory: &Path,
        opening: &[NewBook],
        options: Options,
    ) -> Result<Self, OpenError> {
        Self::open_with_clock(directory, opening, options, Arc::new(SteadyClock::start())).await
    }

    /// Opens the shop like [`Self::open`], with the caller's clock.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with_clock(
        directory: &Path,
        opening: &[NewBook],
        options: Options,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let mut opened = open::open(directory, opening, clock.now()).await?;
        let clock_guard = open::examine_clock(&mut opened, &options, clock.now()).await?;
        let feed = Arc::new(Feed::new(opened.epoch));
        let (jobs, queued) = write_jobs();
        let backend = SqliteBackend {
            reads: opened.reads,
            clock: Arc::clone(&clock),
            write_jobs: jobs,
        };
        let (mail_written, ledger_grown) = (Arc::new(Notify::new()), GrowthNotifier::default());
        let (changed, published) = (Arc::new(Notify::new()), Arc::clone(&feed));
        let publish: Publish = Arc::new(move |epoch, change| published.publish_of(epoch, change));
        let announcements: Arc<dyn Announcements> = Arc::new(SqlAnnouncements {
            backend: backend.clone(),
            feed: Arc::clone(&feed),
            settings: opened.settings.clone(),
            publish: Arc::clone(&publish),
            changed: Arc::clone(&changed),
        });
        let mut background = JoinSet::new();
        background.spawn(publish_ends(
            Arc::clone(&announcements),
            changed,
            Arc::clone(&clock),
            Arc::clone(&feed),
        ));
        let outbox = SqlOutbox {
            backend: backend.clone(),
            mail_written: Arc::clone(&mail_written),
        };
        let executor = SqliteBatchExecutor::new(
            opened.writes,
            opened.options,
            options,
            clock,
            Arc::clone(&feed),
            ExecutorContext {
                write_jobs: queued,
                mail_written,
                ledger_grown: ledger_grown.clone(),
                clock_guard: Arc::clone(&clock_guard),
            },
        );
        Ok(Self {
            outbox: options.terms.mail.then(|| Arc::new(outbox) as _),
            ledger: Arc::new(ledger::Reader {
                reads: backend.reads.clone(),
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
            imports: Arc::new(SqlImports::new(backend.clone(), Arc::clone(&feed), publish)),
            owner_settings: Arc::new(SqlSettings {
                backend: backend.clone(),
                feed: Arc::clone(&feed),
                cache: opened.settings,
            }),
            legal_pages: Arc::new(SqlLegalPages {
                backend: backend.clone(),
                feed: Arc::clone(&feed),
                cache: opened.legal,
            }),
            backend,
            catalogue: Catalogue::default(),
            writer: Writer::spawn(executor, options.batch),
            feed,
            announcements,
            background: Background::supervise(background),
            clock_guard,
            _lock: opened.lock,
        })
    }
}
