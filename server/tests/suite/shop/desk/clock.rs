//! A shop starts with a clock that does not fit its data.

use std::{path::Path, sync::Arc, time::Duration};

use shop::{Contact, OrderCode, Quantity, ShopperId, Timestamp};
use store::{Clock, JournalFilter, Options, Store, opening_catalogue, sqlite::SqliteStore};
use tokio::time::timeout;

use super::*;
use crate::{
    common::Running,
    shop::helpers::{PATIENCE, open_store, spawn_shop_over},
};

const CODE: OrderCode = OrderCode::from_bits(77);

struct FixedClock(Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// A shop with an order that, by its clock, was placed thirty days ago.
async fn opened_after_thirty_days() -> TestShop {
    let data = tempfile::tempdir().unwrap();
    place_order_thirty_days_ago(data.path()).await;
    let store = SqliteStore::open(data.path(), opening_catalogue(), Options::default()).await;
    spawn_shop_over(Arc::new(store.unwrap()), data).await
}

async fn place_order_thirty_days_ago(data: &Path) {
    let (catalogue, options) = (opening_catalogue(), Options::default());
    let now = store::SteadyClock::start().now();
    let clock = FixedClock(now - Duration::from_secs(30 * 24 * 60 * 60));
    let before = SqliteStore::open_with_clock(data, catalogue, options, Arc::new(clock)).await;
    let before = before.unwrap();
    let shopper = ShopperId::from_bytes([1; 16]);
    let add = Command::Add {
        shopper,
        book: slug(GUIDE),
        quantity: Quantity::ONE,
        key: None,
    };
    let place = Command::PlaceOrder {
        shopper,
        code: CODE,
        contact: Contact::parse("Ann", "ann@example.org").unwrap(),
        total: None,
        key: None,
    };
    for command in [add, place] {
        before.submit(command).await.unwrap();
    }
    before.close().await;
}

async fn state(shop: &TestShop) -> OrderState {
    shop.store.order(CODE).await.unwrap().state
}

#[tokio::test]
async fn the_desk_says_that_the_clock_is_in_doubt_and_an_owner_accepts_it() {
    const ALERT: &str = "stay open until an owner confirms the clock";
    let shop = opened_after_thirty_days().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let (seen, seen_by_clerk) = (owner.page("/desk").await, clerk.page("/desk/orders").await);
    assert!(seen.contains(ALERT) && seen.contains("action=\"/desk/clock\""));
    assert!(seen_by_clerk.contains(ALERT) && !seen_by_clerk.contains("/desk/clock"));
    assert_eq!(state(&shop).await, OrderState::Placed);

    let refused = clerk.ask(Method::POST, "/desk/clock").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let accepted = owner.send("/desk/clock", &[]).await;
    assert_eq!(accepted, "/desk?notice=clock_accepted");
    let ended = async { while state(&shop).await == OrderState::Placed {} };
    timeout(PATIENCE, ended).await.expect("the order ends");
    assert_eq!(state(&shop).await, OrderState::Overdue);
    assert!(!owner.page("/desk").await.contains(ALERT));
}

#[tokio::test]
async fn only_a_start_with_accept_clock_ends_overdue_orders() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    place_order_thirty_days_ago(&data).await;
    let state = async |shop: &Running| {
        let url = format!("http://{}/api/order?code={CODE}", shop.address);
        let order = reqwest::get(url).await.unwrap();
        let order: serde_json::Value = order.json().await.unwrap();
        order["state"].as_str().unwrap().to_owned()
    };
    let doubting = Running::start(&data, &[]);
    assert_eq!(state(&doubting).await, "placed");
    drop(doubting);
    let trusting = Running::start(&data, &["--accept-clock"]);
    let ended = async { while state(&trusting).await == "placed" {} };
    timeout(PATIENCE, ended).await.expect("the order ends");
    assert_eq!(state(&trusting).await, "overdue");
    drop(trusting);
    // The clock is no longer in doubt, so there is nothing to record.
    drop(Running::start(&data, &["--accept-clock"]));
    let store = open_store(&data, &[]).await;
    let filter = JournalFilter::default();
    let journal = store.journal().entries(&filter, None, 99).await.unwrap();
    let accepted = journal.iter().filter(|one| one.kind == "clock_accepted");
    assert_eq!(accepted.count(), 1);
}
