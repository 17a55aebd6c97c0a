//! A shop for each test of the contract, on any kind of store. A test gets a [`Kind`] and sees the
//! store only as `dyn Store`.

use std::{num::NonZeroI32, sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{
    Basket, BasketLine, ChangedLine, Closing, Command, Contact, Done, Key, Level, Movement, Order,
    OrderCode, PlacedOrder, Price, Quantity, ReceiptCode, Refusal, ShopperId, Slug, Terms,
};
use store::{Cart, NewBook, StaffAccounts, Store, StoreError, Watch, opening_catalogue};
use tokio::time::{sleep, timeout};

/// Prepares a new shop in one kind of store, with this opening stock.
pub type Kind = fn(Opening) -> Box<dyn Premises>;

/// One shop's data and its clock.
#[async_trait(?Send)]
pub trait Premises {
    /// Opens the shop, for the first time or again. In SQLite, an earlier store must be closed.
    async fn open(&self) -> Arc<dyn Store>;

    /// How many times slower an operation is than in SQLite.
    ///
    /// The tests with random operations divide their number by this.
    fn slowness(&self) -> u32 {
        1
    }

    /// Advances the store's clock at once.
    async fn pass(&self, time: Duration);

    /// The findings of the audit, run from outside the store.
    async fn audit(&self) -> Vec<String>;

    /// A book's movements, read from outside the store.
    async fn ledger(&self, book: &Slug) -> Vec<Movement>;

    /// The staff accounts, opened from outside the store.
    async fn staff_accounts(&self) -> Box<dyn StaffAccounts>;

    /// Changes a book's price in the database.
    async fn set_price(&self, book: &Slug, price: Price);

    /// Every price that a book has had, the oldest first.
    async fn prices(&self, book: &Slug) -> Vec<Price>;

    /// Runs a statement that both databases understand, beside the store.
    async fn run_sql(&self, statement: &'static str) -> Result<(), sqlx::Error>;
}

/// A shop's opening stock and terms.
#[derive(Clone)]
pub struct Opening {
    pub books: Vec<NewBook>,
    pub terms: Terms,
    pub keep_contact: Duration,
}

impl Opening {
    /// Opens with this many copies of each book.
    pub fn of(books: &[(&'static str, u32)]) -> Self {
        let like = opening_catalogue()[0];
        let new = |&(slug, copies)| NewBook {
            slug,
            copies,
            ..like
        };
        Self {
            books: books.iter().map(new).collect(),
            terms: Terms::default(),
            keep_contact: 90 * DAY,
        }
    }
}

pub const MINUTE: Duration = Duration::from_secs(60);
pub const HOUR: Duration = Duration::from_secs(60 * 60);
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The length of a hold under the default terms.
pub const HOLD: Duration = Duration::from_secs(15 * 60);

/// How long a test waits for a condition before it fails. No condition takes nearly that long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The book that most test shops have.
pub const DROP: &str = "drop";
pub const ANN: ShopperId = shopper(1);
pub const BEN: ShopperId = shopper(2);

pub const fn shopper(number: u8) -> ShopperId {
    ShopperId::from_bytes([number; 16])
}

pub fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

/// The order code with these bits.
pub fn code(bits: u64) -> OrderCode {
    OrderCode::from_bits(bits)
}

pub fn add(shopper: ShopperId, book: &str, copies: u32) -> Command {
    Command::Add {
        shopper,
        book: slug(book),
        quantity: Quantity::new(copies).unwrap(),
        key: None,
    }
}

pub fn place(shopper: ShopperId, bits: u64) -> Command {
    Command::PlaceOrder {
        shopper,
        code: code(bits),
        contact: Contact::parse("Ann", "ann@example.org").unwrap(),
        total: None,
        key: None,
    }
}

/// Sells these copies at the counter. The receipt's code has these bits.
pub fn sell(bits: u64, lines: &[(&str, u32)]) -> Command {
    let mut basket = Basket::default();
    for &(book, copies) in lines {
        let line = BasketLine {
            book: slug(book),
            quantity: Quantity::new(copies).unwrap(),
            shown: None,
        };
        basket.add(line).unwrap();
    }
    Command::SellAtCounter {
        receipt: ReceiptCode::from_bits(bits),
        basket,
        submission: None,
    }
}

/// Takes copies back at the counter, at the current price. The receipt's code has these bits.
pub fn take_return(bits: u64, book: &str, copies: u32, damaged: bool) -> Command {
    Command::TakeReturn {
        receipt: ReceiptCode::from_bits(bits),
        book: slug(book),
        quantity: Quantity::new(copies).unwrap(),
        refund: None,
        damaged,
        reason: "not wanted".parse().unwrap(),
        submission: None,
    }
}

/// The same command with a submission key, so that it may be repeated.
pub fn keyed(mut command: Command, text: &str) -> Command {
    if let Command::Add { key, .. } | Command::PlaceOrder { key, .. } | Command::Wait { key, .. } =
        &mut command
    {
        *key = Some(text.parse::<Key>().unwrap());
    }
    command
}

/// An open shop, with a method for each action.
pub struct TestShop {
    pub store: Arc<dyn Store>,
    pub premises: Box<dyn Premises>,
}

impl TestShop {
    pub async fn open(kind: Kind, opening: Opening) -> Self {
        let premises = kind(opening);
        let store = premises.open().await;
        Self { store, premises }
    }

    /// A shop with this many copies of [`DROP`].
    pub async fn with_copies(kind: Kind, copies: u32) -> Self {
        Self::open(kind, Opening::of(&[(DROP, copies)])).await
    }

    /// The same shop after closing and opening it again.
    pub async fn reopened(self) -> Self {
        let Self { store, premises } = self;
        store.close().await;
        drop(store);
        let store = premises.open().await;
        Self { store, premises }
    }

    pub async fn pass(&self, time: Duration) {
        self.premises.pass(time).await;
    }

    /// Submits a command and returns the answer. Any error but a refusal fails the test.
    pub async fn submit(&self, command: Command) -> Result<Done, Refusal> {
        match self.store.submit(command).await {
            Ok(done) => Ok(done),
            Err(StoreError::Refused(refusal)) => Err(refusal),
            Err(error) => panic!("{error}: {error:?}"),
        }
    }

    async fn line(&self, command: Command) -> Result<ChangedLine, Refusal> {
        match self.submit(command).await? {
            Done::Line(line) => Ok(line),
            other => panic!("{other:?}"),
        }
    }

    pub async fn add(
        &self,
        who: ShopperId,
        book: &str,
        copies: u32,
    ) -> Result<ChangedLine, Refusal> {
        self.line(add(who, book, copies)).await
    }

    pub async fn set(
        &self,
        shopper: ShopperId,
        book: &str,
        copies: u32,
    ) -> Result<ChangedLine, Refusal> {
        let (book, quantity) = (slug(book), Quantity::new(copies).ok());
        self.line(Command::SetQuantity {
            shopper,
            book,
            quantity,
        })
        .await
    }

    pub async fn extend(&self, shopper: ShopperId, book: &str) -> Result<ChangedLine, Refusal> {
        let book = slug(book);
        self.line(Command::Extend { shopper, book }).await
    }

    /// Places an order whose code has these bits.
    pub async fn place(&self, who: ShopperId, bits: u64) -> Result<PlacedOrder, Refusal> {
        match self.submit(place(who, bits)).await? {
            Done::Placed(placed) => Ok(placed),
            other => panic!("{other:?}"),
        }
    }

    pub async fn close_order(&self, bits: u64, closing: Closing) -> Result<(), Refusal> {
        let code = code(bits);
        match self.submit(Command::CloseOrder { code, closing }).await? {
            Done::Closed => Ok(()),
            other => panic!("{other:?}"),
        }
    }

    pub async fn restock(&self, book: &str, change: i32, reason: &str) -> Result<Level, Refusal> {
        let (book, reason) = (slug(book), reason.parse().unwrap());
        let change = NonZeroI32::new(change).unwrap();
        match self
            .submit(Command::Restock {
                book,
                change,
                reason,
                submission: None,
            })
            .await?
        {
            Done::StockChanged(level) => Ok(level),
            other => panic!("{other:?}"),
        }
    }

    pub async fn level(&self, book: &str) -> Level {
        self.store.book(&slug(book)).await.unwrap().level
    }

    pub async fn available(&self, book: &str) -> u32 {
        self.level(book).await.available
    }

    pub async fn cart(&self, who: ShopperId) -> Cart {
        self.store.cart(who).await.unwrap()
    }

    pub async fn order(&self, bits: u64) -> Order {
        self.store.order(code(bits)).await.unwrap()
    }

    pub fn watch(&self, book: &str) -> Watch {
        self.store.feed().watch(vec![slug(book)])
    }

    /// Waits until this many copies are published as available, and returns the level.
    pub async fn until_announced(&self, watch: &mut Watch, available: u32) -> Level {
        let announced = async {
            loop {
                match watch.levels().first() {
                    Some(level) if level.available == available => return level.clone(),
                    _ => watch.changed().await,
                }
            }
        };
        timeout(PATIENCE, announced)
            .await
            .expect("the feed should publish the level")
    }

    /// Polls until the condition holds.
    pub async fn until(&self, what: &str, mut condition: impl AsyncFnMut(&Self) -> bool) {
        let soon = async {
            while !condition(self).await {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, soon).await.expect(what);
    }

    /// The kinds of a book's movements, oldest first.
    pub async fn history(&self, book: &str) -> Vec<&'static str> {
        let movements = self.premises.ledger(&slug(book)).await;
        movements.iter().map(|row| row.kind.as_str()).collect()
    }
}
