//! The embedded store: one SQLite file in a data directory.
//!
//! Reads go through a small pool of read-only connections and never wait for a
//! write (WAL). Writes go through one task (`writer`), which takes all commands
//! that wait into one transaction: `load` reads what they touch, `shop` decides,
//! `save` writes what has changed.

mod backroom;
mod bulletin;
mod catalogue;
mod check;
mod desk;
mod errands;
mod imports;
mod inspect;
mod ledger;
mod load;
mod open;
mod outbox;
mod reads;
mod restore;
mod roster;
mod save;
mod source;
mod waits;

use std::{fs::File, path::Path, sync::Arc};

use async_trait::async_trait;
use shop::{Browse, Command, Done, Order, OrderCode, ShopperId, Slug};
use sqlx::SqlitePool;
use tokio::task::JoinSet;

use crate::{
    Backroom, Bulletin, Cart, Change, Clock, Feed, Found, Ledger, NewBook, OpenError, Options,
    Outbox, Roster, ShelfBook, Standing, SteadyClock, Store, StoreError, Topic,
    catalogue::Catalogue, imports::Imports, ledger::Bell, writer::Writer,
};
use bulletin::Board;
use desk::{Desk, Post};
pub use inspect::Inspection;
pub use restore::restore;
pub use roster::StaffRegister;
pub(crate) use source::Source;

/// A shop kept in one SQLite file. This process owns it while this exists.
#[derive(Debug)]
pub struct SqliteStore {
    reads: SqlitePool,
    catalogue: Catalogue,
    clock: DebugClock,
    writer: Writer,
    feed: Arc<Feed>,
    imports: Arc<dyn Imports>,
    ledger: Arc<dyn Ledger>,
    /// None where the shop sends no mail.
    outbox: Option<Arc<dyn Outbox>>,
    bulletin: Arc<dyn Bulletin>,
    /// What goes on beside the writer, until this is dropped or closed.
    beside: tokio::sync::Mutex<JoinSet<()>>,
    roster: Arc<dyn Roster>,
    backroom: Arc<dyn Backroom>,
    /// Locked; the lock ends with the process at the latest.
    _lock: File,
}

impl SqliteStore {
    /// Opens the shop in a directory, and makes a new one with these books
    /// where there is none.
    ///
    /// # Errors
    /// [`OpenError`], with nothing touched, when the directory cannot be used, the
    /// file is not ours, or another process has it open.
    pub async fn open(
        directory: &Path,
        opening: &[NewBook],
        options: Options,
    ) -> Result<Self, OpenError> {
        Self::open_by(directory, opening, options, Arc::new(SteadyClock::start())).await
    }

    /// The same, by a clock that the caller has.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_by(
        directory: &Path,
        opening: &[NewBook],
        options: Options,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let opened = open::open(directory, opening, clock.now()).await?;
        let feed = Arc::new(Feed::default());
        let bell = Bell::default();
        let (file, by) = (opened.options, Arc::clone(&clock));
        let (errands, to_do) = errands::errands();
        let imports = imports::Receiving {
            reads: opened.reads.clone(),
            errands: errands.clone(),
            bell: Arc::default(),
        };
        let backroom = backroom::Questions {
            reads: opened.reads.clone(),
            clock: Arc::clone(&clock),
        };
        let roster = roster::Desk {
            reads: opened.reads.clone(),
            clock: Arc::clone(&clock),
            errands: errands.clone(),
        };
        let counter = outbox::Counter {
            reads: opened.reads.clone(),
            clock: Arc::clone(&clock),
            errands,
            bell: Arc::default(),
        };
        let board = Board {
            reads: opened.reads.clone(),
            clock: Arc::clone(&clock),
            errands: counter.errands.clone(),
            feed: Arc::clone(&feed),
            bell: Arc::default(),
        };
        let mut beside = JoinSet::new();
        beside.spawn(board.clone().tell_of_ends());
        let post = Post {
            errands: to_do,
            bell: Arc::clone(&counter.bell),
            grown: bell.clone(),
        };
        let desk = Desk::new(opened.writes, file, options, by, Arc::clone(&feed), post);
        Ok(Self {
            imports: Arc::new(imports),
            outbox: options.terms.mail.then(|| Arc::new(counter) as _),
            ledger: Arc::new(ledger::Reader {
                reads: opened.reads.clone(),
                bell,
            }),
            roster: Arc::new(roster),
            backroom: Arc::new(backroom),
            reads: opened.reads,
            catalogue: Catalogue::default(),
            clock: DebugClock(clock),
            writer: Writer::spawn(desk, options.batch),
            feed,
            bulletin: Arc::new(board),
            beside: tokio::sync::Mutex::new(beside),
            _lock: opened.lock,
        })
    }
}

/// A clock has nothing to show.
struct DebugClock(Arc<dyn Clock>);

impl std::fmt::Debug for DebugClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn browse(&self, wish: &Browse) -> Result<Found, StoreError> {
        self.catalogue.page(&self.reads, wish).await
    }

    async fn names(&self, from: u64, most: u32) -> Result<Vec<(u64, Slug)>, StoreError> {
        catalogue::names(&self.reads, from, most).await
    }

    async fn last_number(&self) -> Result<u64, StoreError> {
        catalogue::last_number(&self.reads).await
    }

    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError> {
        reads::book(&self.reads, book).await
    }

    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        reads::newest(&self.reads, topics, self.clock.0.now()).await
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError> {
        reads::cart(&self.reads, shopper, self.clock.0.now()).await
    }

    async fn order(&self, code: OrderCode) -> Result<Order, StoreError> {
        reads::order(&self.reads, code).await
    }

    async fn standing(&self) -> Result<Standing, StoreError> {
        reads::standing(&self.reads, self.clock.0.now()).await
    }

    async fn submit(&self, command: Command) -> Result<Done, StoreError> {
        self.writer.submit(command).await
    }

    async fn attend(&self) -> Result<(), StoreError> {
        let now = self.clock.0.now();
        let lines = waits::Reading(&self.reads, now);
        crate::waits::attend(&lines, &self.feed, &self.writer).await
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        reads::cookie_secret(&self.reads).await
    }

    fn outbox(&self) -> Option<Arc<dyn Outbox>> {
        self.outbox.clone()
    }

    fn imports(&self) -> Option<Arc<dyn Imports>> {
        Some(Arc::clone(&self.imports))
    }

    fn backroom(&self) -> &Arc<dyn Backroom> {
        &self.backroom
    }

    fn ledger(&self) -> &Arc<dyn Ledger> {
        &self.ledger
    }

    fn bulletin(&self) -> Arc<dyn Bulletin> {
        Arc::clone(&self.bulletin)
    }

    fn roster(&self) -> &Arc<dyn Roster> {
        &self.roster
    }

    fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    async fn failed(&self) {
        self.writer.failed().await;
    }

    async fn close(&self) {
        self.beside.lock().await.shutdown().await;
        // The writer last: only a connection that may write can tidy up the log.
        self.reads.close().await;
        self.writer.close().await;
    }
}
