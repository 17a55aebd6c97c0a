//! Changes to a book's page other than its number of copies, and the totals of orders.

use super::*;
use crate::{Level, Movement};

fn price(cents: u32) -> Command {
    Command::SetPrice {
        book: book(),
        price: Price::from_cents(cents),
    }
}

fn withdraw(withdrawn: bool) -> Command {
    Command::Withdraw {
        book: book(),
        withdrawn,
        reason: "returned".parse().unwrap(),
    }
}

fn level(answer: Result<Done, Refusal>) -> Level {
    match answer {
        Ok(Done::StockChanged(level)) => level,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_price_is_a_movement_without_copies_and_the_same_price_is_no_movement() {
    let mut shop = Shop::with_copies(3);
    let dearer = level(shop.run(price(2_500)));
    assert_eq!(
        (dearer.price, dearer.version),
        (Price::from_cents(2_500), 2)
    );
    assert_eq!((dearer.available, dearer.page), (3, 1));
    let [
        Movement {
            version: 2,
            on_hand: 0,
            held: 0,
            allocated: 0,
            ..
        },
    ] = &shop.movements[..]
    else {
        panic!("{:?}", shop.movements);
    };
    assert_eq!(level(shop.run(price(2_500))), dearer);
    assert_eq!(shop.movements.len(), 1);
}

#[test]
fn a_withdrawal_has_a_new_version_even_if_no_copy_is_left() {
    let mut shop = Shop::with_copies(2);
    let gone = level(shop.run(withdraw(true)));
    assert_eq!((gone.withdrawn, gone.available, gone.version), (true, 0, 2));
    let back = level(shop.run(withdraw(false)));
    assert_eq!((back.withdrawn, back.version), (false, 3));
    let again = level(shop.run(withdraw(true)));
    assert_eq!(
        (again.withdrawn, again.version),
        (true, 4),
        "a withdrawal without copies has a new version"
    );
    assert_eq!(
        level(shop.run(withdraw(true))),
        again,
        "withdrawing again changes nothing"
    );
    let copies: Vec<_> = shop.movements.iter().map(|row| row.on_hand).collect();
    assert_eq!(copies, [-2, 0, 0]);
}

#[test]
fn waits_for_a_withdrawn_book_end_and_a_mail_says_so() {
    let mut shop = Shop::with_copies(0);
    shop.world.terms.mail = true;
    let wait = |shopper, email: Option<&str>| Command::Wait {
        shopper,
        book: book(),
        live: true,
        email: email.map(|address| address.parse().unwrap()),
        key: None,
    };
    shop.batch(&[wait(ANN, None), wait(BEN, Some("ben@example.org"))]);
    let (answers, changes) = decide(shop.world.clone(), &[withdraw(true)]);
    assert!(answers[0].is_ok());
    let ended: Vec<_> = changes
        .waits
        .iter()
        .map(|(key, wait)| (key.1, wait))
        .collect();
    assert_eq!(ended, [(ANN, &None), (BEN, &None)], "both waits end");
    let mails: Vec<_> = changes
        .withdrawal_mails
        .keys()
        .map(|(_, shopper)| *shopper)
        .collect();
    assert_eq!(mails, [BEN]);
}

#[test]
fn new_terms_of_sale_give_the_page_a_new_revision() {
    let mut shop = Shop::with_copies(2);
    let sale = Sale {
        limit: Some(1),
        ..Sale::default()
    };
    let sale = Command::SetSale {
        book: book(),
        sale,
        seen: None,
    };
    let limited = level(shop.run(sale.clone()));
    assert_eq!((limited.page, limited.version), (2, 2));
    assert_eq!(level(shop.run(sale)), limited);
    assert_eq!(
        level(shop.run(price(1))).page,
        2,
        "a new price does not change the page's revision"
    );
}

#[test]
fn terms_that_the_sender_has_not_seen_are_not_overwritten() {
    let mut shop = Shop::with_copies(2);
    let limited = |limit| Sale {
        limit,
        ..Sale::default()
    };
    let set = |limit, seen| Command::SetSale {
        book: book(),
        sale: limited(limit),
        seen: Some(limited(seen)),
    };
    let first = level(shop.run(set(Some(1), None)));
    assert_eq!(shop.run(set(Some(2), None)), Err(Refusal::SaleChanged));
    assert_eq!(
        level(shop.run(set(Some(1), None))),
        first,
        "the same form sent twice is no conflict"
    );
    assert_eq!(level(shop.run(set(Some(2), Some(1)))).version, 3);
}

#[test]
fn an_order_is_refused_if_the_total_differs_from_the_one_shown() {
    let mut shop = Shop::with_copies(9);
    shop.batch(&[add(ANN, 2), price(2_500)]);
    let order_at = |shown: u32| {
        let mut order = order(ANN);
        if let Command::PlaceOrder { total, .. } = &mut order {
            *total = Some(Price::from_cents(shown));
        }
        order
    };
    let before = shop.stock();
    // Copies in the cart keep their price.
    let total = Price::from_cents(4_000);
    for wrong in [5_000, 2_000, 0] {
        assert_eq!(
            shop.run(order_at(wrong)),
            Err(Refusal::PriceChanged { total })
        );
    }
    assert_eq!(shop.stock(), before, "a refused order changes nothing");
    assert_eq!(placed(shop.run(order_at(4_000))).lines.len(), 1);
}

/// The total on the cart's page does not count such a line either.
#[test]
fn a_line_that_is_gone_does_not_count_towards_the_total() {
    let mut shop = Shop::with_copies(1);
    let rest = Slug::parse("rest").unwrap();
    let other = BookState {
        price: Price::from_cents(1_500),
        ..shop.world.books[&book()]
    };
    shop.world.books.insert(rest.clone(), other);
    shop.run(add(ANN, 1)).unwrap();
    shop.advance(HOLD);
    shop.run(add(BEN, 1)).unwrap();
    let add_rest = Command::Add {
        shopper: ANN,
        book: rest.clone(),
        quantity: Quantity::ONE,
        key: None,
    };
    shop.run(add_rest).unwrap();
    let order_at = |shown: u32| {
        let mut order = order(ANN);
        if let Command::PlaceOrder { total, .. } = &mut order {
            *total = Some(Price::from_cents(shown));
        }
        order
    };
    let total = Price::from_cents(1_500);
    assert_eq!(
        shop.run(order_at(3_500)),
        Err(Refusal::PriceChanged { total })
    );
    let placed = placed(shop.run(order_at(1_500)));
    assert_eq!((placed.lines.len(), placed.gone), (1, vec![book()]));
}

/// A refusal is not stored, so the same key can be used with the right total.
#[test]
fn a_refused_order_can_be_sent_again_with_the_same_key() {
    let mut shop = Shop::with_copies(9);
    shop.run(add(ANN, 1)).unwrap();
    let order_at = |shown: u32| {
        let mut order = with_key(order(ANN), "order-of-today");
        if let Command::PlaceOrder { total, .. } = &mut order {
            *total = Some(Price::from_cents(shown));
        }
        order
    };
    assert!(shop.run(order_at(1)).is_err());
    let first = placed(shop.run(order_at(2_000)));
    assert_eq!(placed(shop.run(order_at(2_000))), first);
}
