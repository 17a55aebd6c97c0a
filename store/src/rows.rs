//! Rows as SQL has them, and the values they stand for.
//!
//! Both databases keep every number as a signed integer of 64 bits, so that one
//! set of rows serves both.

use shop::{
    Book, Contact, Email, Hold, HoldId, HoldState, Isbn, Movement, MovementKind, Order, OrderCode,
    OrderId, OrderLine, Price, Quantity, Sale, ShopperId, Slug, Stock, Timestamp, Wait,
};
use sqlx::FromRow;

use crate::{
    CartLine, ShelfBook, StoreError,
    catalogue::Line,
    states::{hold_state, order_state},
};

#[derive(FromRow)]
pub(crate) struct BookRow {
    slug: String,
    title: String,
    author: String,
    isbn: Option<String>,
    description: String,
    cover_alt: String,
    /// The price of now, also where the row has another price of its own.
    book_price_cents: i64,
}

impl TryFrom<BookRow> for Book {
    type Error = StoreError;

    fn try_from(row: BookRow) -> Result<Self, StoreError> {
        Ok(Self {
            slug: slug(&row.slug)?,
            title: row.title,
            author: row.author,
            isbn: row.isbn.as_deref().map(isbn).transpose()?,
            description: row.description,
            cover_alt: row.cover_alt,
            price: price(row.book_price_cents)?,
        })
    }
}

/// What the catalogue's index knows of a book.
#[derive(FromRow)]
pub(crate) struct LineOfCatalogue {
    id: i64,
    title: String,
    author: String,
    isbn: Option<String>,
    price_cents: i64,
    withdrawn: i64,
}

impl From<LineOfCatalogue> for Line {
    fn from(row: LineOfCatalogue) -> Self {
        Self {
            id: row.id,
            title: row.title,
            author: row.author,
            isbn: row.isbn,
            price_cents: row.price_cents,
            withdrawn: row.withdrawn == 1,
        }
    }
}

#[derive(FromRow)]
pub(crate) struct StockRow {
    on_hand: i64,
    held: i64,
    allocated: i64,
    version: i64,
}

impl TryFrom<StockRow> for Stock {
    type Error = StoreError;

    fn try_from(row: StockRow) -> Result<Self, StoreError> {
        Ok(Self {
            on_hand: small(row.on_hand)?,
            held: small(row.held)?,
            allocated: small(row.allocated)?,
            version: large(row.version)?,
        })
    }
}

/// On what terms a book is sold, where they are its own, and whether it is.
#[derive(FromRow)]
pub(crate) struct SaleRow {
    opens_at: Option<i64>,
    limit_per_shopper: Option<i64>,
    pub(crate) withdrawn: i64,
}

impl TryFrom<SaleRow> for Sale {
    type Error = StoreError;

    fn try_from(row: SaleRow) -> Result<Self, StoreError> {
        Ok(Self {
            opens_at: row.opens_at.map(timestamp).transpose()?,
            limit: row.limit_per_shopper.map(small).transpose()?,
        })
    }
}

/// Books, each with its number.
pub(crate) fn named(rows: Vec<(i64, String)>) -> Result<Vec<(u64, Slug)>, StoreError> {
    let named = rows.into_iter();
    named
        .map(|(id, name)| Ok((large(id)?, slug(&name)?)))
        .collect()
}

/// A book with its copies.
#[derive(FromRow)]
pub(crate) struct ShelfRow {
    #[sqlx(flatten)]
    book: BookRow,
    #[sqlx(flatten)]
    stock: StockRow,
    #[sqlx(flatten)]
    sale: SaleRow,
}

impl TryFrom<ShelfRow> for ShelfBook {
    type Error = StoreError;

    fn try_from(row: ShelfRow) -> Result<Self, StoreError> {
        let book = Book::try_from(row.book)?;
        let level = Stock::try_from(row.stock)?.level(book.slug.clone());
        let withdrawn = row.sale.withdrawn == 1;
        let sale = row.sale.try_into()?;
        Ok(Self {
            book,
            level,
            sale,
            withdrawn,
        })
    }
}

/// A line of a cart with its book.
#[derive(FromRow)]
pub(crate) struct CartRow {
    #[sqlx(flatten)]
    book: BookRow,
    quantity: i64,
    price_cents: i64,
    expires_at: i64,
    state: String,
    offered: i64,
    taken_back: i64,
}

impl CartRow {
    /// As it is at this moment: over is over, swept or not.
    pub(crate) fn line(self, now: Timestamp) -> Result<CartLine, StoreError> {
        let expires_at = timestamp(self.expires_at)?;
        let state = hold_state(&self.state)?;
        Ok(CartLine {
            book: self.book.try_into()?,
            quantity: quantity(self.quantity)?,
            price: price(self.price_cents)?,
            expires_at,
            state: if expires_at <= now {
                HoldState::Lapsed
            } else {
                state
            },
            offered: self.offered == 1,
            taken_back: self.taken_back == 1,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct HoldRow {
    pub(crate) id: i64,
    pub(crate) shopper: Vec<u8>,
    pub(crate) slug: String,
    pub(crate) quantity: i64,
    pub(crate) price_cents: i64,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) state: String,
    pub(crate) offered: i64,
    pub(crate) taken_back: i64,
}

impl TryFrom<HoldRow> for Hold {
    type Error = StoreError;

    fn try_from(row: HoldRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: HoldId(large(row.id)?),
            shopper: shopper(&row.shopper)?,
            book: slug(&row.slug)?,
            quantity: quantity(row.quantity)?,
            price: price(row.price_cents)?,
            created_at: timestamp(row.created_at)?,
            expires_at: timestamp(row.expires_at)?,
            state: hold_state(&row.state)?,
            offered: row.offered == 1,
            taken_back: row.taken_back == 1,
        })
    }
}

/// Somebody's wait, with the copies that they have in open orders.
#[derive(FromRow)]
pub(crate) struct WaitRow {
    slug: String,
    shopper: Vec<u8>,
    place: i64,
    since: i64,
    ends_at: i64,
    reachable_until: i64,
    email: Option<String>,
    language: Option<String>,
    ordered: i64,
}

impl WaitRow {
    pub(crate) fn with_ordered(self) -> Result<(Wait, u32), StoreError> {
        let wait = Wait {
            shopper: shopper(&self.shopper)?,
            book: slug(&self.slug)?,
            place: large(self.place)?,
            since: timestamp(self.since)?,
            ends_at: timestamp(self.ends_at)?,
            reachable_until: timestamp(self.reachable_until)?,
            email: self
                .email
                .and_then(|email| email.parse().ok())
                .map(|email: Email| {
                    let language = self.language.and_then(|language| language.parse().ok());
                    email.in_language(language.unwrap_or_default())
                }),
        };
        Ok((wait, small(self.ordered)?))
    }
}

#[derive(FromRow)]
pub(crate) struct OrderRow {
    pub(crate) id: i64,
    pub(crate) code: i64,
    pub(crate) shopper: Vec<u8>,
    pub(crate) name: Option<String>,
    pub(crate) reach: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) placed_at: i64,
    pub(crate) collect_by: i64,
    pub(crate) ready_at: Option<i64>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) state: String,
    pub(crate) version: i64,
}

impl OrderRow {
    pub(crate) fn with_lines(self, lines: Vec<OrderLine>) -> Result<Order, StoreError> {
        let contact = match (self.name, self.reach) {
            (Some(name), Some(reach)) => Contact::parse(&name, &reach)
                .and_then(|contact| contact.with_note(&self.note.unwrap_or_default()))
                .ok(),
            _ => None,
        };
        Ok(Order {
            id: OrderId(large(self.id)?),
            code: OrderCode::from_bits(self.code.cast_unsigned()),
            shopper: shopper(&self.shopper)?,
            contact,
            lines,
            placed_at: timestamp(self.placed_at)?,
            collect_by: timestamp(self.collect_by)?,
            state: order_state(&self.state)?,
            ready_at: self.ready_at.map(timestamp).transpose()?,
            closed_at: self.closed_at.map(timestamp).transpose()?,
            version: large(self.version)?,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct LineRow {
    slug: String,
    quantity: i64,
    price_cents: i64,
}

impl TryFrom<LineRow> for OrderLine {
    type Error = StoreError;

    fn try_from(row: LineRow) -> Result<Self, StoreError> {
        Ok(Self {
            book: slug(&row.slug)?,
            quantity: quantity(row.quantity)?,
            price: price(row.price_cents)?,
        })
    }
}

/// A row of the ledger.
#[derive(FromRow)]
pub(crate) struct MovementRow {
    slug: String,
    version: i64,
    kind: String,
    on_hand: i64,
    held: i64,
    allocated: i64,
    hold_id: Option<i64>,
    order_id: Option<i64>,
    reason: Option<String>,
    at: i64,
}

impl TryFrom<MovementRow> for Movement {
    type Error = StoreError;

    fn try_from(row: MovementRow) -> Result<Self, StoreError> {
        let kind: MovementKind = row
            .kind
            .parse()
            .map_err(|error: shop::UnknownMovementKind| {
                StoreError::Inconsistent(error.to_string())
            })?;
        Ok(Self {
            book: slug(&row.slug)?,
            version: large(row.version)?,
            kind,
            on_hand: row.on_hand,
            held: row.held,
            allocated: row.allocated,
            hold: row.hold_id.map(large).transpose()?.map(HoldId),
            order: row.order_id.map(large).transpose()?.map(OrderId),
            reason: row.reason,
            at: timestamp(row.at)?,
        })
    }
}

pub(crate) fn slug(text: &str) -> Result<Slug, StoreError> {
    Slug::parse(text).map_err(|error| StoreError::Inconsistent(format!("{text:?}: {error}")))
}

fn isbn(text: &str) -> Result<Isbn, StoreError> {
    Isbn::parse(text).map_err(|error| StoreError::Inconsistent(format!("{text:?}: {error}")))
}

/// Several of them, as a JSON array.
pub(crate) fn slugs(text: &str) -> Result<Vec<Slug>, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Inconsistent(error.to_string()))
}

pub(crate) fn shopper(bits: &[u8]) -> Result<ShopperId, StoreError> {
    let bits = bits
        .try_into()
        .map_err(|_| StoreError::Inconsistent("a shopper's id".to_owned()))?;
    Ok(ShopperId::from_bytes(bits))
}

pub(crate) fn quantity(copies: i64) -> Result<Quantity, StoreError> {
    Quantity::new(small(copies)?)
        .map_err(|error| StoreError::Inconsistent(format!("{copies}: {error}")))
}

pub(crate) fn price(cents: i64) -> Result<Price, StoreError> {
    small(cents).map(Price::from_cents)
}

pub(crate) fn timestamp(millis: i64) -> Result<Timestamp, StoreError> {
    large(millis).map(Timestamp::from_millis)
}

/// A count.
pub(crate) fn small(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::Inconsistent(format!("a count of {number}")))
}

/// A number that only grows.
pub(crate) fn large(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Inconsistent(format!("a number {number}")))
}

/// A moment as SQL keeps it. The year 292,278,994 is far away.
pub(crate) fn millis(at: Timestamp) -> i64 {
    i64::try_from(at.millis()).unwrap_or(i64::MAX)
}
