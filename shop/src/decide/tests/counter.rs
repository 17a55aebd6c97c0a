//! Sales and returns at the counter.

use proptest::prelude::*;

use super::*;
use crate::{Act, Basket, BasketLine, OrderLine, Receipt, ReceiptCode, ReceiptKind, StaffCommand};

const RECEIPT: ReceiptCode = ReceiptCode::from_bits(5);

fn other() -> Slug {
    Slug::parse("other").unwrap()
}

fn line_of(book: Slug, copies: u32) -> BasketLine {
    BasketLine {
        book,
        quantity: Quantity::new(copies).unwrap(),
        shown: None,
    }
}

fn sell_lines(lines: Vec<BasketLine>, key: Option<&str>) -> Command {
    let mut basket = Basket::default();
    for line in lines {
        basket.add(line).unwrap();
    }
    Command::SellAtCounter {
        receipt: RECEIPT,
        basket,
        submission: key.map(|key| (ANN, key.parse().unwrap())),
    }
}

fn sell(copies: u32) -> Command {
    sell_lines(vec![line_of(book(), copies)], None)
}

fn take_back(copies: u32, damaged: bool) -> Command {
    Command::TakeReturn {
        receipt: RECEIPT,
        book: book(),
        quantity: Quantity::new(copies).unwrap(),
        refund: Some(Price::from_cents(1_500)),
        damaged,
        reason: "a page is missing".parse().unwrap(),
        submission: None,
    }
}

/// The shop with a second book, of which there are this many copies.
fn shop_with_two_books(first: u32, second: u32) -> Shop {
    let mut shop = Shop::with_copies(first);
    let mut shelf = shop.world.books[&book()];
    shelf.stock.on_hand = second;
    shelf.price = Price::from_cents(300);
    shop.world.books.insert(other(), shelf);
    shop
}

#[test]
fn copies_are_sold_with_one_receipt_at_the_current_prices() {
    let mut shop = shop_with_two_books(3, 4);
    let lines = vec![line_of(other(), 4), line_of(book(), 1)];
    let done = shop.run(sell_lines(lines, None));
    assert_eq!(done, Ok(Done::Receipt(RECEIPT)));
    let sold = |book, copies, cents| OrderLine {
        book,
        quantity: Quantity::new(copies).unwrap(),
        price: Price::from_cents(cents),
    };
    let receipt = Receipt {
        code: RECEIPT,
        kind: ReceiptKind::Sale,
        lines: vec![sold(other(), 4, 300), sold(book(), 1, 2_000)],
        at: shop.world.now,
    };
    assert_eq!(shop.receipts, [receipt]);
    assert_eq!(shop.movement_kinds(), [MovementKind::Sold; 2]);
    for movement in &shop.movements {
        assert_eq!(movement.receipt, Some(RECEIPT), "{movement:?}");
    }
    assert_eq!((shop.stock().on_hand, shop.stock().version), (2, 2));
    assert_eq!(shop.world.books[&other()].stock.on_hand, 0);
}

#[test]
fn one_line_that_is_refused_refuses_all() {
    let mut shop = shop_with_two_books(3, 1);
    let lines = vec![line_of(book(), 1), line_of(other(), 2)];
    let refused = shop.run(sell_lines(lines, None));
    assert_eq!(refused, Err(Refusal::SoldOut { available: 1 }));
    assert_eq!(shop.movements, []);
    assert_eq!(shop.receipts, []);

    let nothing = shop.run(sell_lines(Vec::new(), None));
    assert_eq!(nothing, Err(Refusal::EmptyCart));
    let unknown = Slug::parse("unknown").unwrap();
    let refused = shop.run(sell_lines(vec![line_of(unknown.clone(), 1)], None));
    assert_eq!(refused, Err(Refusal::NoSuchBook(unknown)));
}

#[test]
fn promised_copies_are_not_sold_at_the_counter() {
    let mut shop = Shop::with_copies(4);
    shop.batch(&[add(ANN, 1), order(ANN), add(BEN, 2)]);
    assert_eq!(shop.run(sell(2)), Err(Refusal::Promised { promised: 3 }));
    assert_eq!(shop.run(sell(5)), Err(Refusal::SoldOut { available: 1 }));
    assert_eq!(shop.run(sell(1)), Ok(Done::Receipt(RECEIPT)));
    assert_eq!(shop.stock().available(), 0);
    assert_eq!(shop.run(sell(1)), Err(Refusal::Promised { promised: 3 }));
}

#[test]
fn nothing_is_sold_before_its_sale_opens_or_after_its_withdrawal() {
    let mut shop = Shop::with_copies(4);
    let opens_at = shop.world.now + Duration::from_secs(60);
    let sale = Sale {
        opens_at: Some(opens_at),
        limit: Some(1),
    };
    shop.world.books.get_mut(&book()).unwrap().sale = sale;
    assert_eq!(shop.run(sell(2)), Err(Refusal::NotYet { opens_at }));
    // The limit is for shoppers on the web.
    shop.advance(Duration::from_secs(60));
    assert!(shop.run(sell(2)).is_ok());
    shop.world.books.get_mut(&book()).unwrap().withdrawn = true;
    assert_eq!(shop.run(sell(1)), Err(Refusal::Withdrawn));
}

#[test]
fn nothing_is_sold_at_another_price_than_was_shown() {
    let mut shop = Shop::with_copies(4);
    let shown = |cents| {
        let shown = Some(Price::from_cents(cents));
        let line = line_of(book(), 2);
        sell_lines(vec![BasketLine { shown, ..line }], None)
    };
    let total = Price::from_cents(4_000);
    let refused = shop.run(shown(1_999));
    assert_eq!(refused, Err(Refusal::PriceChanged { total }));
    assert!(shop.run(shown(2_000)).is_ok());
}

#[test]
fn a_sale_that_is_sent_twice_is_made_once() {
    let mut shop = Shop::with_copies(4);
    let sale = |copies| sell_lines(vec![line_of(book(), copies)], Some("a-key-of-a-form"));
    let twice = shop.batch(&[sale(1), sale(1)]);
    assert_eq!(
        twice,
        [Ok(Done::Receipt(RECEIPT)), Ok(Done::Receipt(RECEIPT))]
    );
    assert_eq!((shop.receipts.len(), shop.stock().on_hand), (1, 3));
    assert_eq!(shop.run(sale(2)), Err(Refusal::KeyReused));
}

#[test]
fn a_returned_copy_is_in_stock_again_and_a_damaged_one_is_only_recorded() {
    let mut shop = Shop::with_copies(1);
    shop.run(take_back(2, false)).unwrap();
    assert_eq!((shop.stock().on_hand, shop.stock().version), (3, 2));
    shop.run(take_back(1, true)).unwrap();
    assert_eq!((shop.stock().on_hand, shop.stock().version), (3, 3));
    assert_eq!(shop.movement_kinds(), [MovementKind::Returned; 2]);
    let kinds: Vec<_> = shop.receipts.iter().map(|receipt| receipt.kind).collect();
    assert_eq!(kinds, [ReceiptKind::Return, ReceiptKind::DamagedReturn]);
    assert_eq!(shop.receipts[0].total(), Price::from_cents(3_000));
    let reason = shop.movements[0].reason.as_deref();
    assert_eq!(reason, Some("a page is missing"));
}

#[test]
fn a_returned_copy_is_offered_to_the_first_in_line() {
    let mut shop = Shop::with_copies(0);
    let wait = Command::Wait {
        shopper: BEN,
        book: book(),
        live: true,
        email: None,
        key: None,
    };
    shop.run(wait).unwrap();
    shop.run(take_back(1, false)).unwrap();
    assert_eq!(
        shop.movement_kinds(),
        [MovementKind::Returned, MovementKind::Held]
    );
    assert_eq!(shop.stock().available(), 0);
}

#[test]
fn a_returned_copy_of_a_withdrawn_book_leaves_the_stock_again() {
    let mut shop = Shop::with_copies(0);
    shop.world.books.get_mut(&book()).unwrap().withdrawn = true;
    shop.run(take_back(1, false)).unwrap();
    assert_eq!(
        shop.movement_kinds(),
        [MovementKind::Returned, MovementKind::Adjusted]
    );
    assert_eq!(shop.stock().on_hand, 0);
}

#[test]
fn both_are_recorded_in_the_journal() {
    let mut shop = Shop::with_copies(3);
    for command in [sell(2), take_back(1, true), sell(9)] {
        let by_ann = StaffCommand {
            by: Some("ann".parse().unwrap()),
            reason: None,
            command,
        };
        let _ = shop.run(Command::ByStaff(Box::new(by_ann)));
    }
    let acts: Vec<Act> = shop.journal.into_iter().map(|entry| entry.act).collect();
    let expected = [
        Act::SoldAtCounter {
            receipt: RECEIPT,
            copies: 2,
            total: Price::from_cents(4_000),
        },
        Act::ReturnedAtCounter {
            receipt: RECEIPT,
            book: book(),
            copies: 1,
            refund: Price::from_cents(1_500),
            damaged: true,
        },
    ];
    assert_eq!(acts, expected);
}

proptest! {
    #[test]
    fn a_sale_takes_available_copies_only(
        (on_hand, promised, held) in (0_u32..50).prop_flat_map(|on_hand| {
            (0..=on_hand).prop_flat_map(move |promised| (Just(on_hand), Just(promised), 0..=promised))
        }),
        wanted in 1_u32..60,
    ) {
        let mut shop = Shop::with_copies(on_hand);
        let stock = &mut shop.world.books.get_mut(&book()).unwrap().stock;
        (stock.held, stock.allocated) = (held, promised - held);
        let before = shop.stock();
        let sold = shop.run(sell(wanted)).is_ok();
        prop_assert_eq!(sold, wanted <= on_hand - promised);
        let after = shop.stock();
        prop_assert_eq!((after.held, after.allocated), (before.held, before.allocated));
        let taken = if sold { wanted } else { 0 };
        prop_assert_eq!(after.on_hand, on_hand - taken);
        prop_assert_eq!(after.version, before.version + u64::from(sold));
    }

    #[test]
    fn what_is_sold_and_returned_adds_up(on_hand in 0_u32..20, sales in prop::collection::vec((any::<bool>(), 1_u32..6), 0..30)) {
        let mut shop = Shop::with_copies(on_hand);
        for (is_sale, copies) in sales {
            let command = if is_sale { sell(copies) } else { take_back(copies, copies == 1) };
            let _ = shop.run(command);
        }
        let moved: i64 = shop.movements.iter().map(|movement| movement.on_hand).sum();
        prop_assert_eq!(i64::from(shop.stock().on_hand), i64::from(on_hand) + moved);
        prop_assert_eq!(shop.stock().version, 1 + shop.movements.len() as u64);
    }
}
