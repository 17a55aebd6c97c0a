//! Rows about claims on copies: cart lines, holds, waits and orders.

use shop::{
    Contact, Email, Hold, HoldId, HoldState, Order, OrderCode, OrderId, OrderLine, Timestamp, Wait,
};
use sqlx::FromRow;

use super::{ShelfRow, large, price, quantity, shopper, slug, small, timestamp};
use crate::{
    CartLine, ShelfBook, StoreError,
    states::{hold_state, order_state},
};

/// A line of a cart with its book.
#[derive(FromRow)]
pub(crate) struct CartRow {
    #[sqlx(flatten)]
    shelf: ShelfRow,
    quantity: i64,
    price_cents: i64,
    created_at: i64,
    expires_at: i64,
    state: String,
    offered: i64,
    taken_back: i64,
    ordered: i64,
}

impl CartRow {
    /// The line at this time. An expired hold counts as lapsed, even if it is still active in the
    /// database.
    pub(crate) fn line(self, now: Timestamp) -> Result<CartLine, StoreError> {
        let expires_at = timestamp(self.expires_at)?;
        let state = hold_state(&self.state)?;
        let shelf = ShelfBook::try_from(self.shelf)?;
        Ok(CartLine {
            book: shelf.book,
            level: shelf.level,
            sale: shelf.sale,
            quantity: quantity(self.quantity)?,
            price: price(self.price_cents)?,
            held_since: timestamp(self.created_at)?,
            expires_at,
            state: if expires_at <= now {
                HoldState::Lapsed
            } else {
                state
            },
            offered: self.offered == 1,
            taken_back: self.taken_back == 1,
            ordered: small(self.ordered)?,
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

/// A wait, with the number of copies in the shopper's open orders of the book.
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
            email: self.email.map(|address| {
                let language = self.language.and_then(|language| language.parse().ok());
                Email::stored(address).in_language(language.unwrap_or_default())
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
    pub(crate) language: Option<String>,
    pub(crate) placed_at: i64,
    pub(crate) collect_by: i64,
    pub(crate) ready_at: Option<i64>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) state: String,
    pub(crate) version: i64,
    pub(crate) mail_failed: i64,
}

impl OrderRow {
    pub(crate) fn with_lines(self, lines: Vec<OrderLine>) -> Result<Order, StoreError> {
        let language = self.language.and_then(|tag| tag.parse().ok());
        let contact = match (self.name, self.reach) {
            (Some(name), Some(reach)) => {
                let contact = Contact::stored(name, reach, self.note);
                Some(contact.in_language(language.unwrap_or_default()))
            }
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
            mail_failed: self.mail_failed == 1,
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
