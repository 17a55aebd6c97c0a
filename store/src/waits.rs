//! Decides which waits a batch reads, for both stores.

use std::collections::BTreeMap;

use shop::{BookState, Command, Copies, HoldState, ShopperId, Slug, Wait, World};

use crate::{StoreError, rows::WaitRow};

/// Whether any command is about a waitlist.
pub(crate) fn concerns_waits(batch: &[Command]) -> bool {
    batch.iter().any(|command| {
        matches!(
            command,
            Command::Wait { .. }
                | Command::Leave { .. }
                | Command::OfferFailed { .. }
                | Command::OfferAvailable { .. }
        )
    })
}

/// The books whose available copies are to be offered to shoppers who have become reachable, or
/// whose waits are to end.
pub(crate) fn books_to_offer(batch: &[Command]) -> impl Iterator<Item = &Slug> {
    let books = batch.iter().filter_map(|command| match command {
        Command::OfferAvailable { books } => Some(books),
        _ => None,
    });
    books.flatten()
}

/// The waits that shoppers ask for.
pub(crate) fn wait_requests(batch: &[Command]) -> impl Iterator<Item = (ShopperId, &Slug)> {
    batch.iter().filter_map(|command| match command {
        Command::Wait { shopper, book, .. } => Some((*shopper, book)),
        _ => None,
    })
}

/// A request for the first waits for a book, which a batch may end.
pub(crate) struct FirstWaits {
    pub(crate) book: Slug,
    pub(crate) max_waits: i64,
    /// Shoppers with at least this many copies on order are left out.
    pub(crate) max_copies: u32,
    /// Whether to include unreachable shoppers too, because the book is withdrawn.
    pub(crate) even_unreachable: bool,
}

/// The waits that this batch may end by an offer or a withdrawal.
pub(crate) fn first_waits(world: &World, batch: &[Command]) -> Vec<FirstWaits> {
    let mut copies = offerable_copies(world, batch);
    let of_book = |(book, shelf): (&Slug, &BookState)| {
        let copies = copies.remove(book);
        if shelf.withdrawn || withdraws(batch, book) {
            return Some(FirstWaits {
                book: book.clone(),
                max_waits: Wait::MAX_ENDED.into(),
                max_copies: u32::MAX,
                even_unreachable: true,
            });
        }
        copies.map(|copies| FirstWaits {
            book: book.clone(),
            max_waits: copies,
            max_copies: limit(world, batch, book),
            even_unreachable: false,
        })
    };
    // A book that this batch adds has no waits.
    world.books.iter().filter_map(of_book).collect()
}

fn withdraws(batch: &[Command], book: &Slug) -> bool {
    batch.iter().any(|command| {
        matches!(
            command.without_author(),
            Command::Withdraw {
                withdrawn: true,
                ..
            }
        ) && command.book() == Some(book)
    })
}

/// The number of copies of each book that this batch may offer: those that are available, that may
/// come back, or whose offer is declined.
fn offerable_copies(world: &World, batch: &[Command]) -> BTreeMap<Slug, i64> {
    let mut copies: BTreeMap<Slug, i64> = BTreeMap::new();
    let mut count = |book: &Slug, more: i64| *copies.entry(book.clone()).or_default() += more;
    for (book, shelf) in &world.books {
        count(book, shelf.stock.available().into());
    }
    let active = |hold: &&shop::Hold| hold.state == HoldState::Active;
    for hold in world.holds.values().filter(active) {
        count(&hold.book, hold.quantity.get().into());
    }
    for line in world.orders.values().flat_map(|order| &order.lines) {
        count(&line.book, line.quantity.get().into());
    }
    for command in batch {
        match command.without_author() {
            Command::Restock { book, change, .. } => count(book, change.get().max(0).into()),
            Command::Count { book, on_hand, .. } => count(book, (*on_hand).into()),
            Command::TakeReturn {
                book,
                quantity,
                damaged: false,
                ..
            } => count(book, quantity.get().into()),
            Command::ImportLines(delivery) => {
                for entry in &delivery.entries {
                    let book = &world.meant_by(entry);
                    match entry.copies {
                        Some(Copies::Change(change)) => count(book, change.get().max(0).into()),
                        Some(Copies::Counted(copies)) => {
                            let since = world.moved_since(delivery.import, book);
                            count(book, i64::from(copies) + since.unwrap_or_default().max(0));
                        }
                        None => {}
                    }
                }
            }
            Command::SetQuantity { book, .. }
            | Command::Leave { book, .. }
            | Command::OfferFailed { book, .. } => count(book, 1),
            _ => {}
        }
    }
    copies.retain(|_, copies| *copies > 0);
    copies
}

/// The most copies of a book that one shopper may have; unlimited if a command may change it.
fn limit(world: &World, batch: &[Command], book: &Slug) -> u32 {
    let changes = |command: &Command| {
        matches!(command.without_author(), Command::SetSale { .. }) && command.book() == Some(book)
    };
    if batch.iter().any(changes) {
        return u32::MAX;
    }
    let own = world.books.get(book).and_then(|shelf| shelf.sale.limit);
    own.unwrap_or(world.terms.limit_per_shopper)
}

/// Adds waits to the world.
pub(crate) fn add_waits(world: &mut World, rows: Vec<WaitRow>) -> Result<(), StoreError> {
    for row in rows {
        let (wait, ordered) = row.with_ordered()?;
        let (shopper, book) = (wait.shopper, wait.book.clone());
        world.allocated.insert((shopper, book.clone()), ordered);
        let line = world.waits.entry(book).or_default();
        line.insert(wait.place, wait);
    }
    Ok(())
}
