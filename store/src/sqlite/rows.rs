//! Rows as SQL has them, and the values they stand for.

use shop::{
    Book, Contact, Hold, HoldId, HoldState, Order, OrderCode, OrderId, OrderLine, OrderState,
    Price, Quantity, ShopperId, Slug, Stock, Timestamp,
};
use sqlx::FromRow;

use crate::StoreError;

#[derive(FromRow)]
pub(super) struct BookRow {
    slug: String,
    title: String,
    author: String,
    description: String,
    cover_alt: String,
    /// The price of now, also where the row has another price of its own.
    book_price_cents: u32,
}

impl TryFrom<BookRow> for Book {
    type Error = StoreError;

    fn try_from(row: BookRow) -> Result<Self, StoreError> {
        Ok(Self {
            slug: slug(&row.slug)?,
            title: row.title,
            author: row.author,
            description: row.description,
            cover_alt: row.cover_alt,
            price: Price::from_cents(row.book_price_cents),
        })
    }
}

#[derive(FromRow)]
pub(super) struct StockRow {
    on_hand: u32,
    held: u32,
    allocated: u32,
    version: u64,
}

impl From<StockRow> for Stock {
    fn from(row: StockRow) -> Self {
        Self {
            on_hand: row.on_hand,
            held: row.held,
            allocated: row.allocated,
            version: row.version,
        }
    }
}

#[derive(FromRow)]
pub(super) struct HoldRow {
    id: u64,
    shopper: Vec<u8>,
    slug: String,
    quantity: u32,
    price_cents: u32,
    created_at: u64,
    expires_at: u64,
    state: String,
}

impl TryFrom<HoldRow> for Hold {
    type Error = StoreError;

    fn try_from(row: HoldRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: HoldId(row.id),
            shopper: shopper(&row.shopper)?,
            book: slug(&row.slug)?,
            quantity: quantity(row.quantity)?,
            price: Price::from_cents(row.price_cents),
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: Timestamp::from_millis(row.expires_at),
            state: hold_state(&row.state)?,
        })
    }
}

#[derive(FromRow)]
pub(super) struct OrderRow {
    pub(super) id: i64,
    code: i64,
    shopper: Vec<u8>,
    name: Option<String>,
    reach: Option<String>,
    placed_at: u64,
    collect_by: u64,
    closed_at: Option<u64>,
    state: String,
    version: u64,
}

impl OrderRow {
    pub(super) fn with_lines(self, lines: Vec<OrderLine>) -> Result<Order, StoreError> {
        let contact = match (self.name, self.reach) {
            (Some(name), Some(reach)) => Contact::parse(&name, &reach).ok(),
            _ => None,
        };
        Ok(Order {
            id: OrderId(self.id.cast_unsigned()),
            code: OrderCode::from_bits(self.code.cast_unsigned()),
            shopper: shopper(&self.shopper)?,
            contact,
            lines,
            placed_at: Timestamp::from_millis(self.placed_at),
            collect_by: Timestamp::from_millis(self.collect_by),
            state: order_state(&self.state)?,
            closed_at: self.closed_at.map(Timestamp::from_millis),
            version: self.version,
        })
    }
}

#[derive(FromRow)]
pub(super) struct LineRow {
    slug: String,
    quantity: u32,
    price_cents: u32,
}

impl TryFrom<LineRow> for OrderLine {
    type Error = StoreError;

    fn try_from(row: LineRow) -> Result<Self, StoreError> {
        Ok(Self {
            book: slug(&row.slug)?,
            quantity: quantity(row.quantity)?,
            price: Price::from_cents(row.price_cents),
        })
    }
}

pub(super) fn slug(text: &str) -> Result<Slug, StoreError> {
    Slug::parse(text).map_err(|error| StoreError::Inconsistent(format!("{text:?}: {error}")))
}

pub(super) fn shopper(bits: &[u8]) -> Result<ShopperId, StoreError> {
    let bits = bits
        .try_into()
        .map_err(|_| StoreError::Inconsistent("a shopper's id".to_owned()))?;
    Ok(ShopperId::from_bytes(bits))
}

fn quantity(copies: u32) -> Result<Quantity, StoreError> {
    Quantity::new(copies).map_err(|error| StoreError::Inconsistent(format!("{copies}: {error}")))
}

const HOLD_STATES: [(HoldState, &str); 5] = [
    (HoldState::Active, "active"),
    (HoldState::Released, "released"),
    (HoldState::Lapsed, "lapsed"),
    (HoldState::Expired, "expired"),
    (HoldState::Ordered, "ordered"),
];

const ORDER_STATES: [(OrderState, &str); 4] = [
    (OrderState::Placed, "placed"),
    (OrderState::Collected, "collected"),
    (OrderState::Cancelled, "cancelled"),
    (OrderState::Overdue, "overdue"),
];

pub(super) fn hold_state(word: &str) -> Result<HoldState, StoreError> {
    read(&HOLD_STATES, word)
}

pub(super) fn hold_state_word(state: HoldState) -> &'static str {
    write(&HOLD_STATES, state)
}

fn order_state(word: &str) -> Result<OrderState, StoreError> {
    read(&ORDER_STATES, word)
}

pub(super) fn order_state_word(state: OrderState) -> &'static str {
    write(&ORDER_STATES, state)
}

fn read<T: Copy>(states: &[(T, &str)], word: &str) -> Result<T, StoreError> {
    let known = states.iter().find(|(_, known)| *known == word);
    known
        .map(|(state, _)| *state)
        .ok_or_else(|| StoreError::Inconsistent(format!("a state called {word:?}")))
}

fn write<T: Copy + PartialEq>(states: &[(T, &'static str)], state: T) -> &'static str {
    let known = states.iter().find(|(known, _)| *known == state);
    known.map_or("", |(_, word)| word)
}
