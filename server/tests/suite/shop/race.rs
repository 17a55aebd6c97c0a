//! Two hundred shoppers race for ten copies, with and without transactions.

use futures::future::join_all;
use reqwest::{Client, StatusCode};

use crate::shop::{
    broken_store::{BrokenStore, Flaw},
    helpers::{TestShop, slug, spawn_shop_over, spawn_shop_with},
};

/// Sends two hundred requests at the same time, each from a shopper with a new cookie.
async fn send_two_hundred_requests(shop: &TestShop) -> Vec<StatusCode> {
    let client = Client::new();
    let requests = (0..200).map(|_| {
        let request = client
            .post(shop.url("/api/add_to_cart"))
            .form(&[("book", "drop")]);
        async { request.send().await.unwrap().status() }
    });
    join_all(requests).await
}

fn count(verdicts: &[StatusCode], status: StatusCode) -> usize {
    verdicts
        .iter()
        .filter(|&&verdict| verdict == status)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_copies_go_to_exactly_ten_of_two_hundred_shoppers() {
    let shop = spawn_shop_with(10).await;
    let verdicts = send_two_hundred_requests(&shop).await;
    assert_eq!(count(&verdicts, StatusCode::OK), 10);
    assert_eq!(count(&verdicts, StatusCode::CONFLICT), 190);
    let level = shop.store.book(&slug("drop")).await.unwrap().level;
    assert_eq!((level.available, level.version), (0, 11));
}

/// Control: without a transaction, more than ten shoppers get a copy.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_guard_the_same_race_oversells() {
    let data = tempfile::tempdir().unwrap();
    let broken_store = BrokenStore::open(data.path(), Flaw::NoTransaction).await;
    let shop = spawn_shop_over(broken_store, data).await;
    let verdicts = send_two_hundred_requests(&shop).await;
    let held = count(&verdicts, StatusCode::OK);
    assert!(held > 10, "{held} shoppers were promised one of ten copies");
}
