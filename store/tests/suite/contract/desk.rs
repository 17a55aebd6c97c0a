//! The desk: orders by state, claims on a book, withdrawn books.

use shop::{Closing, Command, Contact, Done, HoldState, Level, Price, Refusal, Sale};
use store::{OrderFilter, OrderSearch, StoreError};

use crate::contract::harness::{
    ANN, BEN, DAY, DROP, HOLD, Kind, MINUTE, TestShop, code, shopper, slug,
};

pub async fn orders_are_found_by_state_and_contact(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 9).await;
    let mut all = Vec::new();
    for (number, name) in [(1, "Ann O’Neil"), (2, "Ben 100%"), (3, "Čeněk_Ö")] {
        let who = shopper(number);
        shop.add(who, DROP, 1).await.unwrap();
        let placed = Command::PlaceOrder {
            shopper: who,
            code: code(number.into()),
            contact: Contact::parse(name, "+44 20 7946 0000").unwrap(),
            total: None,
            key: None,
        };
        shop.submit(placed).await.unwrap();
        all.insert(0, u64::from(number));
        shop.pass(MINUTE).await;
    }
    shop.close_order(2, Closing::Collected).await.unwrap();
    let found = async |filter: OrderFilter, contact: &str| {
        let search = OrderSearch {
            filter,
            contact: (!contact.is_empty()).then(|| contact.to_owned()),
            limit: 10,
            ..OrderSearch::default()
        };
        let orders = shop.store.desk_reads().orders(&search).await.unwrap();
        assert!(orders.iter().all(|order| order.lines.len() == 1));
        orders
            .iter()
            .map(|order| order.code.bits())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(OrderFilter::All, "").await, all);
    assert_eq!(
        found(OrderFilter::Open, "").await,
        [1, 3],
        "the earliest deadline should come first"
    );
    assert_eq!(found(OrderFilter::Overdue, "").await, [0; 0]);
    for (part, numbers) in [
        ("neil", vec![1]),
        ("100%", vec![2]),
        ("k_", vec![3]),
        ("7946", vec![3, 2, 1]),
    ] {
        assert_eq!(found(OrderFilter::All, part).await, numbers, "{part}");
    }
    // Neither case nor accents matter, in the contact or in the search.
    for (number, name) in [(4, "Mesut Özil"), (5, "ÄRZTIN Ålund")] {
        let who = shopper(number);
        shop.add(who, DROP, 1).await.unwrap();
        let placed = Command::PlaceOrder {
            shopper: who,
            code: code(number.into()),
            contact: Contact::parse(name, "+44 20 7946 0001").unwrap(),
            total: None,
            key: None,
        };
        shop.submit(placed).await.unwrap();
        shop.pass(MINUTE).await;
    }
    for (part, number) in [
        ("Özil", 4),
        ("özil", 4),
        ("ÖZIL", 4),
        ("ozil", 4),
        ("Ärztin", 5),
        ("ärztin", 5),
        ("ålund", 5),
    ] {
        assert_eq!(found(OrderFilter::All, part).await, [number], "{part}");
    }
    for number in [4, 5] {
        shop.close_order(number, Closing::Cancelled).await.unwrap();
    }
    for unknown in ["_n", "'", "' or 1=1 --", "!", "🐈"] {
        assert_eq!(found(OrderFilter::All, unknown).await, [0; 0], "{unknown}");
    }
    assert_eq!(found(OrderFilter::All, "%").await, [2]);
    let now = shop.store.desk_reads().now().await.unwrap();
    assert_eq!(
        found(OrderFilter::Since(now), "").await,
        [5, 4],
        "the orders closed just now should be found"
    );
    assert_eq!(found(OrderFilter::Since(now + MINUTE), "").await, [0; 0]);
    shop.pass(8 * DAY).await;
    shop.until("the open orders are overdue", async |shop| {
        shop.available(DROP).await == 8
    })
    .await;
    assert_eq!(found(OrderFilter::Overdue, "").await, [3, 1]);
    shop
}

pub async fn the_desk_sees_claims_and_takes_holds_back(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 6).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.add(ANN, DROP, 2).await.unwrap();
    shop.pass(MINUTE).await;
    shop.add(BEN, DROP, 1).await.unwrap();
    let claims = async || {
        shop.store
            .desk_reads()
            .commitments(&slug(DROP), 10)
            .await
            .unwrap()
    };
    let before = claims().await;
    let holders: Vec<_> = before
        .holds
        .iter()
        .map(|hold| (hold.shopper, hold.quantity.get()))
        .collect();
    assert_eq!(
        holders,
        [(ANN, 2), (BEN, 1)],
        "the hold that ends first should come first"
    );
    assert_eq!(before.orders.len(), 1);
    assert_eq!((before.orders[0].0, before.orders[0].1), (code(1), 1));
    let take_back = Command::TakeBack {
        shopper: ANN,
        book: slug(DROP),
        hold: Some(before.holds[0].id),
        reason: "damaged".parse().unwrap(),
    };
    let done = shop.submit(take_back.clone()).await.unwrap();
    assert!(matches!(done, Done::StockChanged(level) if level.available == 4));
    let again = shop.submit(take_back).await;
    assert!(
        matches!(again, Err(Refusal::NotInCart)),
        "a hold should be taken back only once: {again:?}"
    );
    assert_eq!(claims().await.holds.len(), 1);
    let cart = shop.cart(ANN).await;
    assert_eq!(cart.lines.len(), 1, "the cart should still show the line");
    assert!(cart.lines[0].taken_back && cart.lines[0].state == HoldState::Lapsed);
    let history = shop.history(DROP).await;
    assert_eq!(
        history,
        ["opened", "held", "ordered", "held", "held", "released"]
    );
    let none = shop
        .store
        .desk_reads()
        .commitments(&slug("no-such-book"), 10)
        .await;
    assert!(matches!(
        none,
        Err(StoreError::Refused(Refusal::NoSuchBook(_)))
    ));
    let shop = shop.reopened().await;
    assert!(shop.cart(ANN).await.lines[0].taken_back);
    shop
}

pub async fn a_withdrawn_book_has_no_available_copies_even_if_some_come_back(
    kind: Kind,
) -> TestShop {
    let shop = TestShop::with_copies(kind, 6).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.add(BEN, DROP, 2).await.unwrap();
    let withdraw = |withdrawn| Command::Withdraw {
        book: slug(DROP),
        withdrawn,
        reason: "returned to the publisher".parse().unwrap(),
    };
    for _ in 0..2 {
        let done = shop.submit(withdraw(true)).await.unwrap();
        assert!(matches!(done, Done::StockChanged(level) if level.available == 0));
    }
    let sold_out = Err(Refusal::SoldOut { available: 0 });
    assert_eq!(shop.add(ANN, DROP, 1).await, sold_out);
    assert_eq!(
        shop.restock(DROP, 1, "found").await,
        Err(Refusal::Withdrawn)
    );
    assert_eq!(
        shop.submit(crate::contract::waits::wait(ANN, DROP)).await,
        Err(Refusal::Withdrawn)
    );
    // Returned copies are taken off sale in the same decision.
    shop.close_order(1, Closing::Cancelled).await.unwrap();
    shop.pass(HOLD).await;
    let held = async |shop: &TestShop| {
        shop.store
            .desk_reads()
            .commitments(&slug(DROP), 9)
            .await
            .unwrap()
            .stock
    };
    shop.until("the hold is over", async |shop| held(shop).await.held == 0)
        .await;
    let stock = held(&shop).await;
    assert_eq!((stock.on_hand, stock.available()), (0, 0));
    let found = shop.store.browse(&shop::Browse::default()).await.unwrap();
    assert_eq!(found.total, 0, "a search should not find a withdrawn book");
    assert!(shop.store.numbered_slugs(0, 9).await.unwrap().is_empty());
    let withdrawn = shop.store.desk_reads().withdrawn(9).await.unwrap();
    assert_eq!(withdrawn.len(), 1);
    let shop = shop.reopened().await;
    assert!(
        shop.store.book(&slug(DROP)).await.unwrap().withdrawn,
        "a withdrawn book should still have its page"
    );
    shop.submit(withdraw(false)).await.unwrap();
    assert_eq!(shop.restock(DROP, 3, "counted").await.unwrap().available, 3);
    assert_eq!(
        shop.store
            .browse(&shop::Browse::default())
            .await
            .unwrap()
            .total,
        1
    );
    shop
}

/// Waits until the feed publishes this version of the level, or a later one, and returns it.
async fn until_published(shop: &TestShop, version: u64) -> Level {
    let watch = shop.watch(DROP);
    let newest = || watch.levels().into_iter().next();
    shop.until("the level is published", async |_| {
        newest().is_some_and(|level| level.version >= version)
    })
    .await;
    newest().unwrap()
}

pub async fn price_terms_of_sale_and_withdrawal_are_published_to_every_page(
    kind: Kind,
) -> TestShop {
    let shop = TestShop::with_copies(kind, 2).await;
    let _followed = shop.watch(DROP);
    let opened = shop.level(DROP).await;
    assert_eq!((opened.page, opened.withdrawn), (1, false));
    let reason = || "returned".parse().unwrap();
    let price = Price::from_cents(2_500);
    let book = || slug(DROP);
    let limit = Some(1);
    let opens_at = None;
    let withdrawn = true;
    let changed = [
        (
            Command::SetPrice {
                book: book(),
                price,
            },
            1,
            false,
        ),
        (
            Command::SetSale {
                book: book(),
                sale: Sale { opens_at, limit },
                seen: None,
            },
            3,
            false,
        ),
        (
            Command::Withdraw {
                book: book(),
                withdrawn,
                reason: reason(),
            },
            3,
            true,
        ),
        (
            Command::Withdraw {
                book: book(),
                withdrawn: false,
                reason: reason(),
            },
            3,
            false,
        ),
    ];
    for (version, (command, page, withdrawn)) in (2..).zip(changed) {
        let answered = shop.submit(command.clone()).await.unwrap();
        let level = until_published(&shop, version).await;
        assert_eq!(
            (level.version, level.price),
            (version, price),
            "{command:?}"
        );
        assert_eq!(
            (level.page, level.withdrawn),
            (page, withdrawn),
            "{command:?}"
        );
        assert_eq!(answered, Done::StockChanged(level.clone()));
        assert_eq!(
            shop.level(DROP).await,
            level,
            "a read should return the same level"
        );
        shop.submit(command).await.unwrap();
        assert_eq!(shop.level(DROP).await, level, "a repeat should do nothing");
    }
    let shop = shop.reopened().await;
    assert_eq!(shop.level(DROP).await.page, 3);
    let history = shop.history(DROP).await;
    assert_eq!(
        history,
        ["opened", "adjusted", "adjusted", "adjusted", "adjusted"]
    );
    shop
}
