//! The store of many instances: one PostgreSQL, to which each of them writes.
//!
//! Each instance has one writer, as the embedded store has. A batch is one
//! transaction: `lock` takes the rows of its books in sorted order, `load` reads what
//! they guard, `shop` decides, `save` writes what has changed. After the commit
//! `announce` tells the other instances, and `hear` hears of theirs.
//!
//! The clock is the database's, so that every instance ends a hold at the same moment.

mod announce;
mod backroom;
mod bulletin;
mod catalogue;
mod copy;
mod desk;
mod error;
mod hear;
mod imports;
mod inspect;
mod ledger;
mod load;
mod lock;
mod open;
mod outbox;
mod reads;
mod roster;
mod save;
mod url;
mod waits;

use std::{io, sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{Browse, Command, Done, Order, OrderCode, ShopperId, Slug};
use sqlx::{Connection, PgPool};
use tokio::{sync::Notify, task::JoinSet, time::timeout};

use crate::{
    Backroom, Bulletin, Cart, Change, Feed, Found, Ledger, NewBook, Options, Outbox, Roster,
    ShelfBook, Standing, Store, StoreError, Topic,
};
pub use copy::{CopyError, Progress, copy_shop};
pub use error::ConnectError;
pub use inspect::Inspection;
pub use roster::StaffRegister;
pub use url::{DatabaseUrl, InvalidDatabaseUrl};

use crate::{catalogue::Catalogue, imports::Imports, ledger::Bell, writer::Writer};
use announce::Announcer;
use bulletin::Board;
use desk::Desk;
use hear::Channels;

/// Whoever asks is told “try again” when a reading takes longer.
const READ_WITHIN: Duration = Duration::from_secs(4);
/// When it closes, the writer and the readers have this long each to finish.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// A shop kept in PostgreSQL, as one of its instances has it.
#[derive(Debug)]
pub struct PostgresStore {
    reads: PgPool,
    catalogue: Catalogue,
    writer: Writer,
    feed: Arc<Feed>,
    imports: Arc<dyn Imports>,
    ledger: Arc<dyn Ledger>,
    /// None where the shop sends no mail.
    outbox: Option<Arc<dyn Outbox>>,
    bulletin: Arc<dyn Bulletin>,
    roster: Arc<dyn Roster>,
    backroom: Arc<dyn Backroom>,
    announcer: Announcer,
    /// Where to announce.
    everyone: String,
    /// What goes on beside the writer, until this is dropped or closed.
    beside: tokio::sync::Mutex<JoinSet<()>>,
}

impl PostgresStore {
    /// Opens the shop, brings its tables up to date, and makes a new one with these
    /// books where there is none. Other instances may have it open, or do the same.
    ///
    /// # Errors
    /// [`ConnectError`], with nothing touched.
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
        // What it was for is done.
        let _ = connection.close().await;

        let (feed, ring) = (Arc::new(Feed::default()), Arc::new(Notify::new()));
        let (reads, announcer) = (open::pool(url), Announcer::default());
        let (bell, grown) = (Arc::new(Notify::new()), Bell::default());
        let desk = Desk::new(
            url.options_to_write(),
            options,
            Arc::clone(&feed),
            announcer.clone(),
            Arc::clone(&ring),
            Arc::clone(&bell),
            grown.clone(),
        );
        let bulletin = Arc::new(Board {
            pool: reads.clone(),
            feed: Arc::clone(&feed),
            announcer: announcer.clone(),
            ring: Arc::clone(&ring),
        });
        let pool = reads.clone();
        let imports = imports::Receiving {
            pool: reads.clone(),
            bell: Arc::default(),
        };
        let mut beside = JoinSet::new();
        let everyone = channels.everyone.clone();
        beside.spawn(announcer.clone().work(reads.clone(), everyone.clone()));
        beside.spawn(hear::reread(
            url.clone(),
            Arc::clone(&feed),
            Arc::clone(&ring),
            channels.own.clone(),
        ));
        beside.spawn(hear::listen(
            url.clone(),
            Arc::clone(&feed),
            Arc::clone(&ring),
            channels,
        ));
        Ok(Self {
            ledger: Arc::new(ledger::Reader {
                reads: reads.clone(),
                bell: grown,
            }),
            roster: Arc::new(roster::Desk(reads.clone())),
            backroom: Arc::new(backroom::Questions(reads.clone())),
            reads,
            catalogue: Catalogue::default(),
            writer: Writer::spawn(desk, options.batch),
            feed,
            imports: Arc::new(imports),
            outbox: options
                .terms
                .mail
                .then(|| Arc::new(outbox::Counter { pool, bell }) as _),
            bulletin,
            announcer,
            everyone,
            beside: tokio::sync::Mutex::new(beside),
        })
    }
}

/// Makes a shop's tables or brings them up to date, and stocks a new shop.
///
/// # Errors
/// [`ConnectError`], with nothing touched.
pub async fn migrate(url: &DatabaseUrl, opening: &[NewBook]) -> Result<(), ConnectError> {
    let mut connection = open::connect(url).await?;
    open::migrate(&mut connection, url, opening).await?;
    // What it was for is done.
    let _ = connection.close().await;
    Ok(())
}

/// Named after the schema: two shops in one database do not hear each other.
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

/// A reading, or a failure in good time.
async fn in_time<T>(reading: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    within(READ_WITHIN, reading).await
}

async fn within<T>(
    longest: Duration,
    reading: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    match timeout(longest, reading).await {
        Ok(read) => read,
        Err(_) => Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into()).into()),
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn browse(&self, wish: &Browse) -> Result<Found, StoreError> {
        self.catalogue.page(&self.reads, wish).await
    }

    async fn names(&self, from: u64, most: u32) -> Result<Vec<(u64, Slug)>, StoreError> {
        in_time(catalogue::names(&self.reads, from, most)).await
    }

    async fn last_number(&self) -> Result<u64, StoreError> {
        in_time(catalogue::last_number(&self.reads)).await
    }

    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError> {
        in_time(reads::book(&self.reads, book)).await
    }

    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        in_time(reads::newest(&self.reads, topics)).await
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError> {
        in_time(reads::cart(&self.reads, shopper)).await
    }

    async fn order(&self, code: OrderCode) -> Result<Order, StoreError> {
        in_time(reads::order(&self.reads, code)).await
    }

    async fn standing(&self) -> Result<Standing, StoreError> {
        in_time(reads::standing(&self.reads)).await
    }

    async fn submit(&self, command: Command) -> Result<Done, StoreError> {
        self.writer.submit(command).await
    }

    async fn attend(&self) -> Result<(), StoreError> {
        let lines = waits::Reading(&self.reads);
        crate::waits::attend(&lines, &self.feed, &self.writer).await
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        in_time(reads::cookie_secret(&self.reads)).await
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
        // A database that is silent keeps nobody from going.
        let _ = timeout(CLOSE_WITHIN, self.writer.close()).await;
        self.beside.lock().await.shutdown().await;
        // The last thing that was decided here.
        self.announcer.tell(&self.reads, &self.everyone).await;
        let _ = timeout(CLOSE_WITHIN, self.reads.close()).await;
    }
}
