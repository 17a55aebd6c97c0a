//! Tests of the rules, on worlds built by hand.

mod batches;
mod books;
mod carts;
mod counter;
mod expiry;
mod imports;
mod journal;
mod offer_mails;
mod order_mails;
mod orders;
mod pages;
mod waitlist;

use std::{collections::BTreeMap, time::Duration};

use super::*;
use crate::{
    ChangedLine, Closing, Contact, HoldState, Key, MovementKind, OrderCode, OrderState,
    PlacedOrder, Price, Quantity, Sale, ShopperId, Slug, Stock, Terms, Timestamp, Wait, WaitState,
};

const ANN: ShopperId = ShopperId::from_bytes([1; 16]);
const BEN: ShopperId = ShopperId::from_bytes([2; 16]);
const CODE: OrderCode = OrderCode::from_bits(77);

/// The book that most tests use.
fn book() -> Slug {
    Slug::parse("drop").unwrap()
}

/// A shop with one book. It applies the changes of each batch as a store does.
struct Shop {
    world: World,
    movements: Vec<crate::Movement>,
    journal: Vec<crate::JournalEntry>,
    receipts: Vec<crate::Receipt>,
}

impl Shop {
    fn with_copies(on_hand: u32) -> Self {
        let stock = Stock {
            on_hand,
            held: 0,
            allocated: 0,
            version: 1,
            page: 1,
        };
        let shelf = BookState {
            stock,
            price: Price::from_cents(2_000),
            sale: Sale::default(),
            withdrawn: false,
        };
        let world = World {
            now: Timestamp::from_millis(1_000_000),
            books: [(book(), shelf)].into(),
            ..World::default()
        };
        Self {
            world,
            movements: Vec::new(),
            journal: Vec::new(),
            receipts: Vec::new(),
        }
    }

    fn advance(&mut self, time: Duration) -> &mut Self {
        self.world.now = self.world.now + time;
        self
    }

    fn batch(&mut self, commands: &[Command]) -> Vec<Result<Done, Refusal>> {
        let (answers, changes) = decide(self.world.clone(), commands);
        self.world.books.extend(changes.stocks);
        self.world.next_hold += changes.holds.len() as u64;
        self.world.holds.extend(changes.holds);
        self.world.next_order += changes.orders.len() as u64;
        for order in changes.orders.values() {
            let before = self.world.orders.get(&order.code);
            let was_open = before.is_some_and(|before| before.state == OrderState::Placed);
            let is_open = order.state == OrderState::Placed;
            for line in order.lines.iter().filter(|_| was_open != is_open) {
                let allocated = self
                    .world
                    .allocated
                    .entry((order.shopper, line.book.clone()))
                    .or_default();
                let copies = line.quantity.get();
                *allocated = if is_open {
                    *allocated + copies
                } else {
                    *allocated - copies
                };
            }
        }
        self.world.orders.extend(changes.orders);
        for book in changes.books.values() {
            if let Some(isbn) = &book.isbn {
                self.world.isbns.insert(isbn.clone(), book.slug.clone());
            }
        }
        self.world.catalogue.extend(changes.books);
        self.world.sources.extend(changes.sources);
        self.world.answers.extend(changes.answers);
        self.movements.extend(changes.movements);
        self.journal.extend(changes.journal);
        self.receipts.extend(changes.receipts);
        self.apply_waits(changes.waits);
        for (book, withdrawn) in changes.withdrawn {
            self.world.books.get_mut(&book).unwrap().withdrawn = withdrawn;
        }
        for (book, sale) in changes.sales {
            self.world.books.get_mut(&book).unwrap().sale = sale;
        }
        answers
    }

    /// Applies changed waits as a store does.
    fn apply_waits(&mut self, waits: BTreeMap<(Slug, ShopperId), Option<Wait>>) {
        let world = &mut self.world;
        for ((book, shopper), wait) in waits {
            let list = world.waits.entry(book.clone()).or_default();
            list.retain(|_, wait| wait.shopper != shopper);
            if let Some(wait) = wait {
                world.last_places.insert(book, wait.place);
                list.insert(wait.place, wait);
            }
        }
        world.waits_of.clear();
        for wait in world.waits.values_mut().flat_map(|list| list.values_mut()) {
            *world.waits_of.entry(wait.shopper).or_default() += 1;
        }
    }

    /// Records that a waiting shopper has a page open, as a store does.
    fn record_presence(&mut self, shopper: ShopperId) {
        let until = self.world.now + Wait::PRESENCE_TTL;
        let lists = self.world.waits.values_mut();
        for wait in lists.flat_map(|list| list.values_mut()) {
            if wait.shopper == shopper {
                wait.reachable_until = until;
            }
        }
    }

    fn run(&mut self, command: Command) -> Result<Done, Refusal> {
        self.batch(&[command]).remove(0)
    }

    fn stock(&self) -> Stock {
        self.world.books[&book()].stock
    }

    fn movement_kinds(&self) -> Vec<MovementKind> {
        self.movements
            .iter()
            .map(|movement| movement.kind)
            .collect()
    }
}

fn add(shopper: ShopperId, copies: u32) -> Command {
    Command::Add {
        shopper,
        book: book(),
        quantity: Quantity::new(copies).unwrap(),
        key: None,
    }
}

fn set(shopper: ShopperId, copies: u32) -> Command {
    Command::SetQuantity {
        shopper,
        book: book(),
        quantity: Quantity::new(copies).ok(),
    }
}

fn extend(shopper: ShopperId) -> Command {
    Command::Extend {
        shopper,
        book: book(),
    }
}

fn order(shopper: ShopperId) -> Command {
    let contact = Contact::parse("Ann", "ann@example.org").unwrap();
    Command::PlaceOrder {
        shopper,
        code: CODE,
        contact,
        total: None,
        key: None,
    }
}

fn with_key(mut command: Command, text: &str) -> Command {
    if let Command::Add { key, .. } | Command::PlaceOrder { key, .. } = &mut command {
        *key = Some(text.parse::<Key>().unwrap());
    }
    command
}

fn line(answer: Result<Done, Refusal>) -> ChangedLine {
    match answer {
        Ok(Done::Line(line)) => line,
        other => panic!("{other:?}"),
    }
}

fn placed(answer: Result<Done, Refusal>) -> PlacedOrder {
    match answer {
        Ok(Done::Placed(placed)) => placed,
        other => panic!("{other:?}"),
    }
}

const HOLD: Duration = Duration::from_secs(15 * 60);
