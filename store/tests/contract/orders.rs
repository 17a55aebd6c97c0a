//! What every store does with orders: placed, and then closed in one of three ways.

use std::time::Duration;

use futures_util::future::join_all;
use shop::{Closing, Command, Contact, Done, HoldState, OrderState, Refusal, Terms};
use store::{OrderSearch, OrdersOf, StoreError};

use crate::harness::{
    ANN, BEN, DAY, DROP, HOLD, Kind, MINUTE, Opening, TestShop, code, shopper, slug,
};

pub async fn an_order_sets_its_copies_aside_until_they_are_collected(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 4).await;
    shop.add(ANN, DROP, 2).await.unwrap();
    shop.add(BEN, DROP, 1).await.unwrap();
    let placed = shop.place(ANN, 1).await.unwrap();
    assert_eq!((placed.lines.len(), placed.gone.len()), (1, 0));
    assert!(shop.cart(ANN).await.lines.is_empty());
    assert_eq!(shop.available(DROP).await, 1);
    shop.pass(HOLD).await;

    let shop = shop.reopened().await;
    let order = shop.order(1).await;
    assert_eq!((order.state, order.version), (OrderState::Placed, 1));
    assert_eq!(order.lines, placed.lines);
    assert_eq!(order.collect_by, placed.collect_by);
    assert_eq!(order.contact.unwrap().name(), "Ann");
    shop.close_order(1, Closing::Collected).await.unwrap();
    shop.close_order(1, Closing::Collected).await.unwrap();
    let otherwise = shop.close_order(1, Closing::Cancelled).await;
    assert_eq!(otherwise, Err(Refusal::OrderClosed));
    let order = shop.order(1).await;
    assert_eq!((order.state, order.version), (OrderState::Collected, 2));
    let left = shop.add(BEN, DROP, 3).await;
    assert_eq!(left, Err(Refusal::SoldOut { available: 2 }));
    shop
}

pub async fn an_order_that_is_called_off_gives_its_copies_back(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 2).await;
    shop.add(ANN, DROP, 2).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    let mut watch = shop.watch(DROP);
    shop.close_order(1, Closing::Cancelled).await.unwrap();
    shop.until_announced(&mut watch, 2).await;
    let history = shop.history(DROP).await;
    assert_eq!(history, ["opened", "held", "ordered", "cancelled"]);
    shop
}

pub async fn an_order_that_nobody_collects_is_overdue_by_itself(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 2).await;
    shop.add(ANN, DROP, 2).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    let mut watch = shop.watch(DROP);
    shop.pass(Terms::default().collect_within).await;
    let told = tokio::time::timeout(Duration::from_secs(1), shop.until_announced(&mut watch, 2));
    told.await.expect("within a second");
    let order = shop.order(1).await;
    assert_eq!((order.state, order.version), (OrderState::Overdue, 2));
    let late = shop.close_order(1, Closing::Collected).await;
    assert_eq!(late, Err(Refusal::OrderClosed));
    shop
}

pub async fn an_order_is_not_overdue_a_moment_too_soon(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.pass(Terms::default().collect_within - Duration::from_millis(1))
        .await;
    shop.close_order(1, Closing::Collected).await.unwrap();
    assert_eq!(shop.order(1).await.state, OrderState::Collected);
    shop
}

pub async fn an_order_takes_again_what_had_just_run_out(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    let mut watch = shop.watch(DROP);
    shop.pass(HOLD).await;
    shop.until_announced(&mut watch, 1).await;
    let placed = shop.place(ANN, 1).await.unwrap();
    assert_eq!((placed.lines.len(), placed.gone.len()), (1, 0));
    assert!(shop.cart(ANN).await.lines.is_empty());
    assert_eq!(shop.available(DROP).await, 0);
    shop
}

pub async fn an_order_names_what_is_gone_and_keeps_the_rest(kind: Kind) -> TestShop {
    let shop = TestShop::open(kind, Opening::of(&[(DROP, 1), ("rest", 1)])).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.pass(HOLD).await;
    shop.add(BEN, DROP, 1).await.unwrap();
    let gone = vec![slug(DROP)];
    let refused = shop.place(ANN, 1).await;
    let nothing = Refusal::NothingToOrder { gone: gone.clone() };
    assert_eq!(refused, Err(nothing), "of a cart of which all is gone");
    assert_eq!(shop.cart(ANN).await.lines[0].state, HoldState::Lapsed);

    shop.add(ANN, "rest", 1).await.unwrap();
    let placed = shop.place(ANN, 1).await.unwrap();
    assert_eq!((placed.gone, placed.lines.len()), (gone, 1));
    assert_eq!(placed.lines[0].book, slug("rest"));
    let empty = shop.place(ANN, 2).await;
    assert_eq!(empty, Err(Refusal::EmptyCart));
    shop
}

pub async fn an_order_that_is_not_there_is_refused(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let refused = shop.close_order(404, Closing::Cancelled).await;
    assert_eq!(refused, Err(Refusal::NoSuchOrder(code(404))));
    let unknown = shop.store.order(code(404)).await;
    assert!(matches!(
        unknown,
        Err(StoreError::Refused(Refusal::NoSuchOrder(_)))
    ));
    shop
}

pub async fn a_contact_is_erased_ninety_days_after_its_order_was_closed(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    for (who, bits) in [(ANN, 1), (BEN, 2)] {
        shop.add(who, DROP, 1).await.unwrap();
        shop.place(who, bits).await.unwrap();
    }
    shop.pass(6 * DAY).await;
    shop.close_order(1, Closing::Collected).await.unwrap();
    shop.pass(HOLD).await;
    shop.close_order(2, Closing::Cancelled).await.unwrap();
    shop.pass(90 * DAY - HOLD - MINUTE).await;
    customers_come(&shop).await;
    assert!(shop.order(1).await.contact.is_some(), "not before");

    shop.pass(3 * MINUTE).await;
    // However busy the shop is: it is erased between customers too.
    shop.until("the contact is erased", async |shop| {
        customers_come(shop).await;
        shop.order(1).await.contact.is_none()
    })
    .await;
    let order = shop.order(1).await;
    assert_eq!(order.state, OrderState::Collected, "the order stays");
    assert_eq!(order.lines.len(), 1);
    assert!(
        shop.order(2).await.contact.is_some(),
        "each at its own time"
    );
    shop
}

/// Somebody asks for something, which gives the store other things to do.
async fn customers_come(shop: &TestShop) {
    let extend = || Command::Extend {
        shopper: ANN,
        book: slug(DROP),
    };
    for answer in join_all((0..8).map(|_| shop.submit(extend()))).await {
        assert_eq!(answer, Err(Refusal::NotInCart));
    }
}

pub async fn an_order_is_ready_until_it_is_closed(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 2).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    let ready = Command::ReadyOrder { code: code(1) };
    for _ in 0..2 {
        assert_eq!(shop.submit(ready.clone()).await, Ok(Done::Ready));
    }
    let order = shop.order(1).await;
    assert_eq!((order.state, order.version), (OrderState::Placed, 2));
    assert!(order.ready_at.is_some());
    shop.close_order(1, Closing::Collected).await.unwrap();
    assert_eq!(shop.submit(ready).await, Err(Refusal::OrderClosed));
    let none = Command::ReadyOrder { code: code(2) };
    assert_eq!(shop.submit(none).await, Err(Refusal::NoSuchOrder(code(2))));
    shop
}

pub async fn orders_are_found_by_how_they_stand_and_whose_they_are(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 9).await;
    let mut all = Vec::new();
    for (number, name) in [(1, "Ann O’Neil"), (2, "Ben 100%"), (3, "Čeněk_Ö")] {
        let who = shopper(number);
        shop.add(who, DROP, 1).await.unwrap();
        let placed = Command::PlaceOrder {
            shopper: who,
            code: code(number.into()),
            contact: Contact::parse(name, "+44 20 7946 0000").unwrap(),
            key: None,
        };
        shop.submit(placed).await.unwrap();
        all.insert(0, u64::from(number));
        shop.pass(MINUTE).await;
    }
    shop.close_order(2, Closing::Collected).await.unwrap();
    let found = async |of: OrdersOf, contact: &str| {
        let search = OrderSearch {
            of,
            contact: (!contact.is_empty()).then(|| contact.to_owned()),
            most: 10,
        };
        let orders = shop.store.backroom().orders(&search).await.unwrap();
        assert!(orders.iter().all(|order| order.lines.len() == 1));
        orders
            .iter()
            .map(|order| order.code.bits())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(OrdersOf::All, "").await, all);
    assert_eq!(
        found(OrdersOf::Open, "").await,
        [1, 3],
        "the soonest due first"
    );
    assert_eq!(found(OrdersOf::Overdue, "").await, [0; 0]);
    for (part, whose) in [
        ("neil", vec![1]),
        ("100%", vec![2]),
        ("k_", vec![3]),
        ("7946", vec![3, 2, 1]),
    ] {
        assert_eq!(found(OrdersOf::All, part).await, whose, "{part}");
    }
    // However it is written there, and however somebody at the counter writes it.
    for (number, name) in [(4, "Mesut Özil"), (5, "ÄRZTIN Ålund")] {
        let who = shopper(number);
        shop.add(who, DROP, 1).await.unwrap();
        let placed = Command::PlaceOrder {
            shopper: who,
            code: code(number.into()),
            contact: Contact::parse(name, "+44 20 7946 0001").unwrap(),
            key: None,
        };
        shop.submit(placed).await.unwrap();
        shop.pass(MINUTE).await;
    }
    for (part, whose) in [
        ("Özil", 4),
        ("özil", 4),
        ("ÖZIL", 4),
        ("ozil", 4),
        ("Ärztin", 5),
        ("ärztin", 5),
        ("ålund", 5),
    ] {
        assert_eq!(found(OrdersOf::All, part).await, [whose], "{part}");
    }
    for number in [4, 5] {
        shop.close_order(number, Closing::Cancelled).await.unwrap();
    }
    for nobodys in ["_n", "'", "' or 1=1 --", "!", "🐈"] {
        assert_eq!(found(OrdersOf::All, nobodys).await, [0; 0], "{nobodys}");
    }
    assert_eq!(found(OrdersOf::All, "%").await, [2]);
    let now = shop.store.backroom().now().await.unwrap();
    assert_eq!(
        found(OrdersOf::Since(now), "").await,
        [5, 4],
        "they were closed just now"
    );
    assert_eq!(found(OrdersOf::Since(now + MINUTE), "").await, [0; 0]);
    shop.pass(8 * DAY).await;
    shop.until("they are overdue", async |shop| {
        shop.available(DROP).await == 8
    })
    .await;
    assert_eq!(found(OrdersOf::Overdue, "").await, [3, 1]);
    shop
}

pub async fn the_desk_sees_who_has_a_claim_and_takes_holds_back(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 6).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.add(ANN, DROP, 2).await.unwrap();
    shop.pass(MINUTE).await;
    shop.add(BEN, DROP, 1).await.unwrap();
    let claims = async || shop.store.backroom().claims(&slug(DROP), 10).await.unwrap();
    let before = claims().await;
    let whose: Vec<_> = before
        .holds
        .iter()
        .map(|hold| (hold.shopper, hold.quantity.get()))
        .collect();
    assert_eq!(whose, [(ANN, 2), (BEN, 1)], "what ends first first");
    assert_eq!(before.orders.len(), 1);
    assert_eq!((before.orders[0].0, before.orders[0].1), (code(1), 1));
    let take_back = Command::TakeBack {
        shopper: ANN,
        book: slug(DROP),
        hold: Some(before.holds[0].id),
        reason: "damaged".parse().unwrap(),
    };
    let done = shop.submit(take_back.clone()).await.unwrap();
    assert!(matches!(done, Done::Stocked(level) if level.available == 4));
    let over = shop.submit(take_back).await;
    assert!(
        matches!(over, Err(Refusal::NotInCart)),
        "a later hold is not meant: {over:?}"
    );
    assert_eq!(claims().await.holds.len(), 1);
    let cart = shop.cart(ANN).await;
    assert_eq!(cart.lines.len(), 1, "the cart tells of it");
    assert!(cart.lines[0].taken_back && cart.lines[0].state == HoldState::Lapsed);
    let history = shop.history(DROP).await;
    assert_eq!(
        history,
        ["opened", "held", "ordered", "held", "held", "released"]
    );
    let none = shop
        .store
        .backroom()
        .claims(&slug("no-such-book"), 10)
        .await;
    assert!(matches!(
        none,
        Err(StoreError::Refused(Refusal::NoSuchBook(_)))
    ));
    let shop = shop.reopened().await;
    assert!(shop.cart(ANN).await.lines[0].taken_back);
    shop
}

pub async fn a_withdrawn_book_has_nothing_available_whatever_comes_back(kind: Kind) -> TestShop {
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
        assert!(matches!(done, Done::Stocked(level) if level.available == 0));
    }
    let sold_out = Err(Refusal::SoldOut { available: 0 });
    assert_eq!(shop.add(ANN, DROP, 1).await, sold_out);
    assert_eq!(
        shop.restock(DROP, 1, "found").await,
        Err(Refusal::Withdrawn)
    );
    assert_eq!(
        shop.submit(crate::waits::wait(ANN, DROP)).await,
        Err(Refusal::Withdrawn)
    );
    // What comes back leaves the shelf in the same decision.
    shop.close_order(1, Closing::Cancelled).await.unwrap();
    shop.pass(HOLD).await;
    let held = async |shop: &TestShop| {
        shop.store
            .backroom()
            .claims(&slug(DROP), 9)
            .await
            .unwrap()
            .stock
    };
    shop.until("the hold is over", async |shop| held(shop).await.held == 0)
        .await;
    let stock = held(&shop).await;
    assert_eq!((stock.on_hand, stock.available()), (0, 0));
    let found = shop.store.browse(&shop::Browse::default()).await.unwrap();
    assert_eq!(found.total, 0, "nobody finds it");
    assert!(shop.store.names(0, 9).await.unwrap().is_empty());
    let withdrawn = shop.store.backroom().withdrawn(9).await.unwrap();
    assert_eq!(withdrawn.len(), 1);
    let shop = shop.reopened().await;
    assert!(
        shop.store.book(&slug(DROP)).await.unwrap().withdrawn,
        "it stays known"
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
