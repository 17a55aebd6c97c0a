//! The lines of a sale in progress: each book with its price, and what stands in the way of selling
//! it.

use std::collections::HashMap;

use shop::{OrderCode, Price, Quantity, Refusal, Timestamp};
use store::{Commitments, ShelfBook, Store, StoreError};

use super::query::{CounterQuery, TypedLine};

/// The most holds, and the most orders, that are named for a book.
const MOST_CLAIMS: u32 = 10;

/// A line, as it is shown.
pub(super) struct ShownLine {
    pub(super) typed: TypedLine,
    pub(super) on_shelf: ShelfBook,
    pub(super) hindrance: Option<Hindrance>,
}

/// Why a line cannot be sold.
pub(super) enum Hindrance {
    /// What was typed is not a number of copies.
    Copies,
    /// The book is withdrawn from sale.
    Withdrawn,
    /// The book's sale has not opened.
    NotYet(Timestamp),
    /// Fewer copies are in the shop.
    OnHand(u32),
    /// Copies are in the shop, but they are promised to others.
    Promised(Box<Claims>),
}

/// To whom a book's copies are promised.
pub(super) struct Claims {
    /// The stock, the holds and the orders.
    pub(super) commitments: Commitments,
    /// The names in the orders, where they are known.
    pub(super) names: HashMap<OrderCode, String>,
    /// Whether there are more claims than these.
    pub(super) has_more: bool,
}

impl ShownLine {
    /// The price of the line. `None` if it has no valid number of copies.
    pub(super) fn total(&self) -> Option<Price> {
        let line = (self.on_shelf.book.price, self.typed.quantity()?);
        Some(Price::total([line].into_iter()))
    }
}

/// The price of all lines that have a valid number of copies.
pub(super) fn total(lines: &[ShownLine]) -> Price {
    let lines = lines.iter();
    Price::total(lines.filter_map(|line| Some((line.on_shelf.book.price, line.typed.quantity()?))))
}

/// Reads the books of a list. Books that do not exist are taken off.
pub(super) async fn shown_lines(
    store: &dyn Store,
    query: &mut CounterQuery,
) -> Result<Vec<ShownLine>, StoreError> {
    let mut shown = Vec::with_capacity(query.lines.len());
    for typed in std::mem::take(&mut query.lines) {
        let on_shelf = match store.book(&typed.book).await {
            Ok(on_shelf) => on_shelf,
            Err(StoreError::Refused(Refusal::NoSuchBook(_))) => continue,
            Err(error) => return Err(error),
        };
        query.lines.push(typed.clone());
        shown.push(ShownLine {
            hindrance: hindrance(store, &typed, &on_shelf).await?,
            typed,
            on_shelf,
        });
    }
    Ok(shown)
}

async fn hindrance(
    store: &dyn Store,
    typed: &TypedLine,
    on_shelf: &ShelfBook,
) -> Result<Option<Hindrance>, StoreError> {
    let Some(wanted) = typed.quantity().map(Quantity::get) else {
        return Ok(Some(Hindrance::Copies));
    };
    if on_shelf.withdrawn {
        return Ok(Some(Hindrance::Withdrawn));
    }
    let desk = store.desk_reads();
    if on_shelf.sale.opens_at.is_some() {
        let opens_at = on_shelf.sale.not_before(desk.now().await?);
        if let Some(opens_at) = opens_at {
            return Ok(Some(Hindrance::NotYet(opens_at)));
        }
    }
    if wanted <= on_shelf.level.available {
        return Ok(None);
    }
    // One more of each than is shown, to know whether there are more.
    let mut commitments = desk.commitments(&typed.book, MOST_CLAIMS + 1).await?;
    let stock = commitments.stock;
    if wanted <= stock.available() {
        return Ok(None);
    }
    if wanted > stock.on_hand && stock.available() == stock.on_hand {
        return Ok(Some(Hindrance::OnHand(stock.on_hand)));
    }
    let most = MOST_CLAIMS as usize;
    let has_more = commitments.holds.len() > most || commitments.orders.len() > most;
    commitments.holds.truncate(most);
    commitments.orders.truncate(most);
    let mut names = HashMap::new();
    for (code, ..) in &commitments.orders {
        let order = store.order(*code).await?;
        if let Some(contact) = order.contact {
            names.insert(*code, contact.name().to_owned());
        }
    }
    Ok(Some(Hindrance::Promised(Box::new(Claims {
        commitments,
        names,
        has_more,
    }))))
}
