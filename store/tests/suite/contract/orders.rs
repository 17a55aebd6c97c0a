//! Orders: placed, and then closed in one of three ways.

use std::time::Duration;

use futures_util::future::join_all;
use shop::{Closing, Command, Done, HoldState, OrderState, Refusal, Terms};
use store::{StoreError, Topic, Watch};
use tokio::time::timeout;

use crate::contract::harness::{
    ANN, BEN, DAY, DROP, HOLD, Kind, MINUTE, Opening, PATIENCE, TestShop, code, slug,
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

pub async fn a_cancelled_order_gives_its_copies_back(kind: Kind) -> TestShop {
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

pub async fn a_change_of_an_order_is_published_to_its_page_and_its_shopper(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 2).await;
    shop.add(ANN, DROP, 2).await.unwrap();
    let mut page = shop.store.feed().watch([Topic::Order(code(1))]);
    let mut cart = shop.store.feed().watch([Topic::Mine(ANN)]);
    let before = shop.cart(ANN).await.number;
    shop.place(ANN, 1).await.unwrap();
    until_version(&mut page, 1).await;
    until_version(&mut cart, before + 1).await;
    shop.close_order(1, Closing::Cancelled).await.unwrap();
    until_version(&mut page, 2).await;
    until_version(&mut cart, before + 2).await;
    shop
}

/// Waits until this version of the watched topic is published.
async fn until_version(watch: &mut Watch, version: u64) {
    let topic = watch.topics().next().cloned();
    let published = async {
        while !watch
            .newest()
            .iter()
            .any(|change| change.version() == version)
        {
            watch.changed().await;
        }
    };
    timeout(PATIENCE, published)
        .await
        .unwrap_or_else(|_| panic!("version {version} of {topic:?} should be published"));
}

pub async fn an_order_that_nobody_collects_becomes_overdue_by_itself(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 2).await;
    shop.add(ANN, DROP, 2).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    let mut watch = shop.watch(DROP);
    shop.pass(Terms::default().collect_within).await;
    let published = timeout(Duration::from_secs(1), shop.until_announced(&mut watch, 2));
    published
        .await
        .expect("the level should be published within a second");
    let order = shop.order(1).await;
    assert_eq!((order.state, order.version), (OrderState::Overdue, 2));
    let late = shop.close_order(1, Closing::Collected).await;
    assert_eq!(late, Err(Refusal::OrderClosed));
    shop
}

pub async fn an_order_can_be_collected_until_its_deadline(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.pass(Terms::default().collect_within - Duration::from_millis(1))
        .await;
    shop.close_order(1, Closing::Collected).await.unwrap();
    assert_eq!(shop.order(1).await.state, OrderState::Collected);
    shop
}

pub async fn an_order_includes_lines_that_have_just_lapsed(kind: Kind) -> TestShop {
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

pub async fn an_order_names_books_that_are_gone_and_keeps_the_rest(kind: Kind) -> TestShop {
    let shop = TestShop::open(kind, Opening::of(&[(DROP, 1), ("rest", 2)])).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.pass(HOLD).await;
    shop.add(BEN, DROP, 1).await.unwrap();
    let gone = vec![slug(DROP)];
    let refused = shop.place(ANN, 1).await;
    let nothing = Refusal::NothingToOrder { gone: gone.clone() };
    assert_eq!(refused, Err(nothing), "all its books should be gone");
    assert_eq!(shop.cart(ANN).await.lines[0].state, HoldState::Lapsed);

    shop.add(ANN, "rest", 1).await.unwrap();
    let placed = shop.place(ANN, 1).await.unwrap();
    assert_eq!((placed.gone, placed.lines.len()), (gone, 1));
    assert_eq!(placed.lines[0].book, slug("rest"));
    shop.add(ANN, "rest", 1).await.unwrap();
    assert_eq!(shop.cart(ANN).await.lines[0].ordered, 1);
    shop.close_order(1, Closing::Cancelled).await.unwrap();
    assert_eq!(
        shop.cart(ANN).await.lines[0].ordered,
        0,
        "a closed order should not count"
    );
    shop.set(ANN, "rest", 0).await.unwrap();
    let empty = shop.place(ANN, 2).await;
    assert_eq!(empty, Err(Refusal::EmptyCart));
    shop
}

pub async fn an_unknown_order_is_refused(kind: Kind) -> TestShop {
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
    keep_busy(&shop).await;
    assert!(
        shop.order(1).await.contact.is_some(),
        "the contact should be kept"
    );

    shop.pass(3 * MINUTE).await;
    // Contacts are erased between commands, however busy the shop is.
    shop.until("the contact is erased", async |shop| {
        keep_busy(shop).await;
        shop.order(1).await.contact.is_none()
    })
    .await;
    let order = shop.order(1).await;
    assert_eq!(order.state, OrderState::Collected, "the order should stay");
    assert_eq!(order.lines.len(), 1);
    assert!(
        shop.order(2).await.contact.is_some(),
        "each contact should be erased at its own time"
    );
    shop
}

/// Sends commands, to keep the store busy.
async fn keep_busy(shop: &TestShop) {
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
