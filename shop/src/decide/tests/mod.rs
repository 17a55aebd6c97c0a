//! The decisions, one by one, on worlds made by hand.

use std::time::Duration;

use super::*;
use crate::{
    Closing, Contact, HoldState, Key, Line, MovementKind, OrderCode, OrderState, Placed, Price,
    Quantity, ShopperId, Slug, Stock, Terms, Timestamp,
};

const ANN: ShopperId = ShopperId::from_bytes([1; 16]);
const BEN: ShopperId = ShopperId::from_bytes([2; 16]);
const CODE: OrderCode = OrderCode::from_bits(77);

fn drop() -> Slug {
    Slug::parse("drop").unwrap()
}

/// A shop that goes on from batch to batch, with one book.
struct Shop {
    world: World,
    movements: Vec<crate::Movement>,
}

impl Shop {
    fn with_copies(on_hand: u32) -> Self {
        let stock = Stock {
            on_hand,
            held: 0,
            allocated: 0,
            version: 1,
        };
        let shelf = OnShelf {
            stock,
            price: Price::from_cents(2_000),
        };
        let world = World {
            now: Timestamp::from_millis(1_000_000),
            books: [(drop(), shelf)].into(),
            ..World::default()
        };
        Self {
            world,
            movements: Vec::new(),
        }
    }

    fn after(&mut self, wait: Duration) -> &mut Self {
        self.world.now = self.world.now + wait;
        self
    }

    fn batch(&mut self, commands: &[Command]) -> Vec<Result<Done, Refusal>> {
        let (answers, changes) = decide(self.world.clone(), commands);
        for (book, stock) in changes.stocks {
            self.world.books.get_mut(&book).unwrap().stock = stock;
        }
        self.world.next_hold += changes.holds.len() as u64;
        self.world.holds.extend(changes.holds);
        self.world.next_order += changes.orders.len() as u64;
        for order in changes.orders.values() {
            for line in &order.lines {
                let open = self
                    .world
                    .allocated
                    .entry((order.shopper, line.book.clone()))
                    .or_default();
                let copies = line.quantity.get();
                *open = if order.state == OrderState::Placed {
                    *open + copies
                } else {
                    *open - copies
                };
            }
        }
        self.world.orders.extend(changes.orders);
        self.world.answers.extend(changes.answers);
        self.movements.extend(changes.movements);
        answers
    }

    fn one(&mut self, command: Command) -> Result<Done, Refusal> {
        self.batch(&[command]).remove(0)
    }

    fn stock(&self) -> Stock {
        self.world.books[&drop()].stock
    }

    fn kinds(&self) -> Vec<MovementKind> {
        self.movements
            .iter()
            .map(|movement| movement.kind)
            .collect()
    }
}

fn add(shopper: ShopperId, copies: u32) -> Command {
    Command::Add {
        shopper,
        book: drop(),
        quantity: Quantity::new(copies).unwrap(),
        key: None,
    }
}

fn set(shopper: ShopperId, copies: u32) -> Command {
    Command::SetQuantity {
        shopper,
        book: drop(),
        quantity: Quantity::new(copies).ok(),
    }
}

fn extend(shopper: ShopperId) -> Command {
    Command::Extend {
        shopper,
        book: drop(),
    }
}

fn order(shopper: ShopperId) -> Command {
    let contact = Contact::parse("Ann", "ann@example.org").unwrap();
    Command::PlaceOrder {
        shopper,
        code: CODE,
        contact,
        key: None,
    }
}

fn keyed(mut command: Command, text: &str) -> Command {
    if let Command::Add { key, .. } | Command::PlaceOrder { key, .. } = &mut command {
        *key = Some(text.parse::<Key>().unwrap());
    }
    command
}

fn line(answer: Result<Done, Refusal>) -> Line {
    match answer {
        Ok(Done::Line(line)) => line,
        other => panic!("{other:?}"),
    }
}

fn placed(answer: Result<Done, Refusal>) -> Placed {
    match answer {
        Ok(Done::Placed(placed)) => placed,
        other => panic!("{other:?}"),
    }
}

const HOLD: Duration = Duration::from_secs(15 * 60);

#[test]
fn copies_in_a_cart_are_not_there_for_others() {
    let mut shop = Shop::with_copies(3);
    let ann = line(shop.one(add(ANN, 2)));
    assert_eq!((ann.quantity, ann.level.available), (2, 1));
    assert_eq!(ann.expires_at, Some(shop.world.now + HOLD));
    assert_eq!(
        shop.one(add(BEN, 2)),
        Err(Refusal::SoldOut { available: 1 })
    );
    assert_eq!(shop.stock().version, 2, "a refusal leaves no trace");
}

#[test]
fn a_batch_is_decided_in_its_order_and_each_command_fails_alone() {
    let mut shop = Shop::with_copies(3);
    let answers = shop.batch(&[
        add(ANN, 2),
        add(BEN, 2),
        set(ANN, 1),
        add(BEN, 2),
        extend(BEN),
    ]);
    let fine: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(fine, [true, false, true, true, true]);
    assert_eq!((shop.stock().held, shop.stock().version), (3, 4));
}

#[test]
fn ones_own_hold_never_stands_in_ones_own_way() {
    let mut shop = Shop::with_copies(2);
    shop.one(add(ANN, 2)).unwrap();
    assert_eq!(line(shop.one(set(ANN, 2))).quantity, 2);
    assert_eq!(line(shop.one(set(ANN, 1))).quantity, 1);
    assert_eq!(line(shop.one(set(ANN, 2))).quantity, 2);
}

#[test]
fn a_shopper_gets_no_more_than_the_limit_in_cart_and_orders_together() {
    let mut shop = Shop::with_copies(100);
    shop.one(add(ANN, 3)).unwrap();
    assert_eq!(shop.one(add(ANN, 3)), Err(Refusal::OverLimit { limit: 5 }));
    shop.one(order(ANN)).unwrap();
    assert_eq!(shop.one(add(ANN, 3)), Err(Refusal::OverLimit { limit: 5 }));
    assert_eq!(line(shop.one(add(ANN, 2))).quantity, 2);
}

#[test]
fn a_hold_runs_out_at_its_time_and_not_before() {
    let mut shop = Shop::with_copies(1);
    shop.one(add(ANN, 1)).unwrap();
    shop.after(HOLD - Duration::from_millis(1)).batch(&[]);
    assert_eq!(shop.stock().held, 1);
    shop.after(Duration::from_millis(1));
    // Swept or not, it is over: the copy goes to the next shopper in this very batch.
    assert_eq!(line(shop.one(add(BEN, 1))).quantity, 1);
    assert_eq!(
        shop.kinds(),
        [
            MovementKind::Held,
            MovementKind::Expired,
            MovementKind::Held
        ]
    );
    shop.after(HOLD).batch(&[]);
    shop.batch(&[]);
    assert_eq!(
        shop.kinds()
            .iter()
            .filter(|kind| **kind == MovementKind::Expired)
            .count(),
        2
    );
}

/// As when somebody has edited the database: the stock does not have what is held.
#[test]
fn what_cannot_come_back_ends_all_the_same_and_is_reported_once() {
    let mut shop = Shop::with_copies(9);
    shop.batch(&[add(ANN, 1), order(ANN), add(ANN, 2)]);
    let shelf = shop.world.books.get_mut(&drop()).unwrap();
    (shelf.stock.held, shelf.stock.allocated) = (1, 0);
    let before = shop.stock();
    shop.after(Terms::default().collect_within);
    let (_, changes) = decide(shop.world.clone(), &[]);
    assert_eq!(
        changes.inconsistencies,
        [
            Inconsistency::Hold {
                hold: crate::HoldId(1),
                book: drop(),
                copies: Quantity::new(2).unwrap(),
            },
            Inconsistency::Order {
                order: crate::OrderId(0),
                book: drop(),
                copies: Quantity::ONE,
            },
        ]
    );
    shop.batch(&[]);
    assert_eq!(shop.stock(), before, "no copy moves");
    let (_, changes) = decide(shop.world.clone(), &[]);
    assert!(changes.is_empty(), "{changes:?}");
}

#[test]
fn a_hold_can_be_extended_at_least_ten_times_and_not_for_ever() {
    let mut shop = Shop::with_copies(1);
    shop.one(add(ANN, 1)).unwrap();
    let began = shop.world.now;
    let mut extensions = 0;
    loop {
        shop.after(HOLD / 2);
        match shop.one(extend(ANN)) {
            Ok(_) => extensions += 1,
            Err(refusal) => {
                assert_eq!(refusal, Refusal::HeldLongEnough);
                break;
            }
        }
    }
    assert!(extensions >= 10, "{extensions}");
    let ends = shop.world.holds.values().next().unwrap().expires_at;
    assert_eq!(ends, began + Terms::default().longest_hold());
    assert_eq!(shop.one(extend(BEN)), Err(Refusal::NotInCart));
}

#[test]
fn the_price_is_the_one_of_the_hold() {
    let mut shop = Shop::with_copies(9);
    shop.one(add(ANN, 1)).unwrap();
    shop.world.books.get_mut(&drop()).unwrap().price = Price::from_cents(3_000);
    assert_eq!(line(shop.one(extend(ANN))).price, Price::from_cents(2_000));
    assert_eq!(line(shop.one(add(BEN, 1))).price, Price::from_cents(3_000));
    assert_eq!(
        placed(shop.one(order(ANN))).lines[0].price,
        Price::from_cents(2_000)
    );
}

#[test]
fn the_same_submission_twice_has_the_effect_of_one() {
    let mut shop = Shop::with_copies(9);
    let submission = keyed(add(ANN, 2), "key-of-one-click");
    let answers = shop.batch(&[submission.clone(), submission.clone()]);
    assert_eq!(answers[0], answers[1]);
    shop.after(HOLD / 2);
    assert_eq!(shop.one(submission), answers[0]);
    assert_eq!(shop.stock().held, 2);
    let other = keyed(add(ANN, 1), "key-of-one-click");
    assert_eq!(shop.one(other), Err(Refusal::KeyReused));
    let bens = keyed(add(BEN, 1), "key-of-one-click");
    assert!(
        shop.one(bens).is_ok(),
        "another shopper's key is another key"
    );
}

#[test]
fn an_order_allocates_and_collecting_takes_the_copies_out_of_the_shop() {
    let mut shop = Shop::with_copies(4);
    shop.batch(&[add(ANN, 2), add(BEN, 1)]);
    let answer = placed(shop.one(order(ANN)));
    assert_eq!(
        (answer.code, answer.lines.len(), answer.gone.len()),
        (CODE, 1, 0)
    );
    assert_eq!((shop.stock().held, shop.stock().allocated), (1, 2));
    shop.after(HOLD * 100);
    let close = |closing| Command::CloseOrder {
        code: CODE,
        closing,
    };
    assert_eq!(shop.one(close(Closing::Collected)), Ok(Done::Closed));
    assert_eq!(
        shop.one(close(Closing::Collected)),
        Ok(Done::Closed),
        "twice is once"
    );
    assert_eq!(
        shop.one(close(Closing::Cancelled)),
        Err(Refusal::OrderClosed)
    );
    assert_eq!((shop.stock().on_hand, shop.stock().available()), (2, 2));
}

#[test]
fn an_order_called_off_or_not_collected_gives_its_copies_back() {
    for overdue in [false, true] {
        let mut shop = Shop::with_copies(2);
        shop.batch(&[add(ANN, 2), order(ANN)]);
        assert_eq!(shop.stock().available(), 0);
        if overdue {
            shop.after(Terms::default().collect_within).batch(&[]);
        } else {
            let close = Command::CloseOrder {
                code: CODE,
                closing: Closing::Cancelled,
            };
            shop.one(close).unwrap();
        }
        assert_eq!((shop.stock().on_hand, shop.stock().available()), (2, 2));
    }
}

#[test]
fn an_order_takes_what_had_just_run_out_again_if_it_is_there() {
    let mut shop = Shop::with_copies(1);
    shop.one(add(ANN, 1)).unwrap();
    shop.after(HOLD);
    assert_eq!(placed(shop.one(order(ANN))).lines.len(), 1);
    assert_eq!((shop.stock().held, shop.stock().allocated), (0, 1));
}

#[test]
fn an_order_says_what_is_gone_and_keeps_the_rest() {
    let mut shop = Shop::with_copies(1);
    let rest = Slug::parse("rest").unwrap();
    let shelf = shop.world.books[&drop()];
    shop.world.books.insert(rest.clone(), shelf);
    shop.one(add(ANN, 1)).unwrap();
    shop.after(HOLD);
    let second = Command::Add {
        shopper: ANN,
        book: rest.clone(),
        quantity: Quantity::ONE,
        key: None,
    };
    shop.batch(&[add(BEN, 1), second]);
    let answer = placed(shop.one(order(ANN)));
    assert_eq!(answer.gone, [drop()]);
    assert_eq!(answer.lines[0].book, rest);
    assert_eq!(
        shop.one(order(ANN)),
        Err(Refusal::NothingToOrder { gone: vec![] })
    );
}

#[test]
fn a_cart_of_which_everything_is_gone_cannot_be_ordered() {
    let mut shop = Shop::with_copies(1);
    shop.one(add(ANN, 1)).unwrap();
    shop.after(HOLD).one(add(BEN, 1)).unwrap();
    assert_eq!(
        shop.one(order(ANN)),
        Err(Refusal::NothingToOrder { gone: vec![drop()] })
    );
    assert!(
        shop.world
            .holds
            .values()
            .any(|hold| hold.state == HoldState::Lapsed)
    );
}

#[test]
fn the_stock_is_never_lowered_below_what_is_promised() {
    let mut shop = Shop::with_copies(5);
    shop.batch(&[add(ANN, 2), order(ANN), add(BEN, 1)]);
    let restock = |change| Command::Restock {
        book: drop(),
        change,
        reason: "count".to_owned(),
    };
    assert_eq!(
        shop.one(restock(-3)),
        Err(Refusal::Promised { promised: 3 })
    );
    assert!(shop.one(restock(-2)).is_ok());
    assert!(shop.one(restock(i32::MIN)).is_err());
    assert!(shop.one(restock(10)).is_ok());
    assert_eq!((shop.stock().on_hand, shop.stock().available()), (13, 10));
}
