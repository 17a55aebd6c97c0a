//! Opening the shop with a clock that is far ahead of its last change.

use std::time::Duration;

use shop::{Closing, OrderState};

use crate::contract::{
    harness::{ANN, BEN, DAY, DROP, HOUR, Kind, TestShop},
    news::staff,
};

/// A shop with an open order and an active hold.
async fn with_an_order(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 5).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.add(BEN, DROP, 2).await.unwrap();
    shop
}

/// Closes the shop and opens it again after this time.
async fn reopened_after(shop: TestShop, time: Duration) -> TestShop {
    let TestShop { store, premises } = shop;
    store.close().await;
    drop(store);
    premises.pass(time).await;
    let store = premises.open().await;
    TestShop { store, premises }
}

async fn is_open(shop: &TestShop) -> bool {
    shop.order(1).await.state == OrderState::Placed
}

pub async fn a_start_with_a_clock_far_ahead_ends_holds_but_no_orders(kind: Kind) -> TestShop {
    let shop = with_an_order(kind).await;
    let shop = reopened_after(shop, 30 * DAY).await;
    let doubt = shop.store.clock_trouble().doubt.unwrap();
    assert_eq!(doubt.shown.since(doubt.trusted), 30 * DAY);
    shop.until("the hold has ended", async |shop| {
        shop.available(DROP).await == 4
    })
    .await;
    assert!(is_open(&shop).await);

    // Movements that were dated by the wrong clock do not make the clock trusted.
    let shop = shop.reopened().await;
    assert!(shop.store.clock_trouble().doubt.is_some());
    shop.add(BEN, DROP, 1).await.unwrap();
    assert!(is_open(&shop).await);
    shop.close_order(1, Closing::Collected).await.unwrap();
    shop
}

pub async fn overdue_orders_end_once_the_clock_is_accepted(kind: Kind) -> TestShop {
    let shop = with_an_order(kind).await;
    let shop = reopened_after(shop, 30 * DAY).await;
    shop.until("the hold has ended", async |shop| {
        shop.available(DROP).await == 4
    })
    .await;
    shop.store.accept_clock(&staff("olive")).await.unwrap();
    shop.until("the order has ended", async |shop| {
        shop.order(1).await.state == OrderState::Overdue
    })
    .await;
    shop.until("the clock is trusted", async |shop| {
        shop.store.clock_trouble().doubt.is_none()
    })
    .await;
    let shop = shop.reopened().await;
    assert_eq!(
        shop.store.clock_trouble().doubt,
        None,
        "the clock should stay accepted"
    );
    shop
}

pub async fn at_a_start_soon_after_the_last_change_the_clock_is_trusted(kind: Kind) -> TestShop {
    let shop = with_an_order(kind).await;
    let shop = reopened_after(shop, 7 * DAY - HOUR).await;
    assert_eq!(shop.store.clock_trouble().doubt, None);
    shop.pass(2 * HOUR).await;
    shop.until("the order has ended", async |shop| {
        shop.order(1).await.state == OrderState::Overdue
    })
    .await;
    shop
}

/// The only order is closed: a wrong clock cannot end it, but could erase its contact.
pub async fn a_start_with_a_clock_far_ahead_erases_no_contact(kind: Kind) -> TestShop {
    let shop = with_an_order(kind).await;
    shop.close_order(1, Closing::Collected).await.unwrap();
    let shop = reopened_after(shop, 120 * DAY).await;
    assert!(shop.store.clock_trouble().doubt.is_some());
    shop.pass(HOUR).await;
    shop.until("the hold has ended", async |shop| {
        shop.available(DROP).await == 4
    })
    .await;
    assert!(shop.order(1).await.contact.is_some());
    shop.store.accept_clock(&staff("olive")).await.unwrap();
    shop.pass(HOUR).await;
    shop.until("the contact is erased", async |shop| {
        shop.set(BEN, DROP, 0).await.unwrap();
        shop.order(1).await.contact.is_none()
    })
    .await;
    shop
}
