//! Carts: copies are held, returned, and limited.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use shop::{Browse, Price, Refusal, Terms};
use store::StoreError;
use tokio::time::timeout;

use crate::contract::harness::{ANN, BEN, DROP, HOLD, Kind, Opening, TestShop, add, shopper, slug};

pub async fn copies_in_a_cart_are_not_available_to_others(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    let line = shop.add(ANN, DROP, 2).await.unwrap();
    assert_eq!((line.quantity, line.level.available), (2, 1));
    assert_eq!(
        line.level,
        shop.level(DROP).await,
        "the level should be the same for everyone"
    );
    assert!(line.level.in_carts);
    let refused = shop.add(BEN, DROP, 2).await;
    assert_eq!(refused, Err(Refusal::SoldOut { available: 1 }));
    assert_eq!(
        shop.level(DROP).await,
        line.level,
        "a refusal should change nothing"
    );

    let cart = shop.cart(ANN).await;
    assert_eq!(cart.lines.len(), 1);
    assert_eq!(cart.lines[0].quantity.get(), 2);
    assert_eq!(cart.lines[0].expires_at, cart.now + HOLD);
    assert!(shop.cart(BEN).await.lines.is_empty());
    shop
}

pub async fn ten_copies_go_to_exactly_ten_of_two_hundred_shoppers(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 10).await;
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let store = Arc::clone(&shop.store);
            tokio::spawn(async move { store.submit(add(shopper(number), DROP, 1)).await })
        })
        .collect();
    let (mut held, mut sold_out) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => held += 1,
            Err(StoreError::Refused(Refusal::SoldOut { .. })) => sold_out += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((held, sold_out), (10, 190));
    let level = shop.level(DROP).await;
    assert_eq!((level.available, level.version), (0, 11));
    shop
}

pub async fn a_copy_that_is_given_back_is_available_again(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    let line = shop.set(ANN, DROP, 0).await.unwrap();
    assert_eq!((line.quantity, line.expires_at), (0, None));
    assert_eq!((line.level.available, line.level.in_carts), (1, false));
    assert!(shop.cart(ANN).await.lines.is_empty());
    let again = shop.set(ANN, DROP, 0).await.unwrap();
    assert_eq!(
        again.level.version, 3,
        "removing a book that is not in the cart should be allowed"
    );
    assert!(shop.add(BEN, DROP, 1).await.is_ok());
    shop
}

pub async fn a_shoppers_own_hold_never_blocks_them(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 2).await;
    shop.add(ANN, DROP, 2).await.unwrap();
    for copies in [2, 1, 2] {
        assert_eq!(shop.set(ANN, DROP, copies).await.unwrap().quantity, copies);
    }
    let refused = shop.set(ANN, DROP, 3).await;
    assert_eq!(refused, Err(Refusal::SoldOut { available: 0 }));
    assert_eq!(shop.cart(ANN).await.lines[0].quantity.get(), 2);
    shop
}

pub async fn the_limit_counts_cart_and_open_orders_together(kind: Kind) -> TestShop {
    let mut opening = Opening::of(&[(DROP, 20)]);
    opening.terms.limit_per_shopper = 3;
    let shop = TestShop::open(kind, opening).await;
    let over = Err(Refusal::OverLimit { limit: 3 });
    assert_eq!(shop.add(ANN, DROP, 4).await, over);
    shop.add(ANN, DROP, 2).await.unwrap();
    assert_eq!(shop.add(ANN, DROP, 2).await, over);
    shop.place(ANN, 1).await.unwrap();
    assert_eq!(shop.set(ANN, DROP, 2).await, over);
    assert!(shop.set(ANN, DROP, 1).await.is_ok());
    assert!(
        shop.add(BEN, DROP, 3).await.is_ok(),
        "each shopper should have their own limit"
    );
    shop.close_order(1, shop::Closing::Collected).await.unwrap();
    assert!(
        shop.set(ANN, DROP, 3).await.is_ok(),
        "only open orders should count"
    );
    shop
}

pub async fn an_unknown_book_is_refused_by_name(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let nowhere = Refusal::NoSuchBook(slug("nowhere"));
    assert_eq!(shop.add(ANN, "nowhere", 1).await, Err(nowhere.clone()));
    assert_eq!(shop.extend(ANN, "nowhere").await, Err(nowhere.clone()));
    let levels = shop
        .store
        .newest(&[slug(DROP).into(), slug("nowhere").into()])
        .await;
    assert!(matches!(levels, Err(StoreError::Refused(named)) if named == nowhere));
    let book = shop.store.book(&slug("nowhere")).await;
    assert!(matches!(book, Err(StoreError::Refused(named)) if named == nowhere));
    shop
}

pub async fn a_hold_can_be_extended_to_twelve_times_its_length(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    assert_eq!(shop.extend(ANN, DROP).await, Err(Refusal::NotInCart));
    shop.add(ANN, DROP, 1).await.unwrap();
    let began = shop.cart(ANN).await.now;
    let version = shop.level(DROP).await.version;
    let mut extensions = 0;
    let refused = loop {
        shop.pass(HOLD / 2).await;
        match shop.extend(ANN, DROP).await {
            Ok(line) => {
                let now = shop.cart(ANN).await.now;
                let longest = began + Terms::default().longest_hold();
                assert_eq!(line.expires_at, Some(longest.min(now + HOLD)));
                extensions += 1;
            }
            Err(refusal) => break refusal,
        }
    };
    assert_eq!(refused, Refusal::HeldLongEnough);
    assert!(extensions >= 10, "{extensions} extensions");
    assert_eq!(
        shop.level(DROP).await.version,
        version,
        "extending a hold should move no copy"
    );
    shop
}

pub async fn a_line_keeps_its_price_and_shows_the_new_one_beside_it(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 9).await;
    let (before, after) = (Price::from_cents(2_000), Price::from_cents(2_500));
    assert_eq!(shop.add(ANN, DROP, 1).await.unwrap().price, before);
    shop.premises.set_price(&slug(DROP), after).await;

    assert_eq!(shop.extend(ANN, DROP).await.unwrap().price, before);
    let line = shop.cart(ANN).await.lines.remove(0);
    assert_eq!((line.price, line.book.price), (before, after));
    assert_eq!(shop.add(BEN, DROP, 1).await.unwrap().price, after);
    let placed = shop.place(ANN, 1).await.unwrap();
    assert_eq!(placed.lines[0].price, before);
    assert_eq!(shop.order(1).await.lines[0].price, before);
    shop
}

pub async fn a_command_whose_caller_leaves_is_executed_wholly_or_not_at_all(
    kind: Kind,
) -> TestShop {
    let shop = TestShop::with_copies(kind, 50).await;
    for number in 0..50 {
        // The timeout drops the command's future after its first poll.
        let _ = timeout(Duration::ZERO, shop.add(shopper(number), DROP, 1)).await;
    }
    // Each of up to three instances answers one more command after those it has accepted.
    for _ in 0..2 {
        shop.set(shopper(99), DROP, 0).await.unwrap();
    }
    let level = shop.set(shopper(99), DROP, 0).await.unwrap().level;
    let carts = join_all((0..50).map(|number| shop.cart(shopper(number)))).await;
    let held: u32 = carts
        .iter()
        .flat_map(|cart| &cart.lines)
        .map(|line| line.quantity.get())
        .sum();
    assert_eq!(level.available, 50 - held);
    assert!(level.version > 1, "some commands should have been executed");
    shop
}

pub async fn answered_changes_survive_reopening(kind: Kind) -> TestShop {
    let shop = TestShop::open(kind, Opening::of(&[(DROP, 3), ("aside", 1)])).await;
    let secret = shop.store.cookie_secret().await.unwrap();
    let mut watch = shop.watch(DROP);
    let answered = shop.add(ANN, DROP, 2).await.unwrap().level;
    assert_eq!(shop.until_announced(&mut watch, 1).await, answered);
    drop(watch);

    let shop = shop.reopened().await;
    let kept = shop.level(DROP).await;
    assert_eq!(
        kept, answered,
        "answered and published changes should be kept"
    );
    assert_eq!(shop.cart(ANN).await.lines[0].quantity.get(), 2);
    assert_eq!(shop.store.cookie_secret().await.unwrap(), secret);
    let shelf = shop.store.browse(&Browse::default()).await.unwrap().books;
    let shelf: Vec<_> = shelf.iter().map(|book| book.book.slug.as_str()).collect();
    assert_eq!(
        shelf,
        [DROP, "aside"],
        "the books should keep their order and be stocked only once"
    );
    shop
}
