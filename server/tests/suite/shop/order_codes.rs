//! Codes of orders that do not exist, and how often a client may ask for them.

use std::sync::{Arc, atomic::Ordering::SeqCst};

use reqwest::{StatusCode, header};

use crate::shop::{
    counting_store::{CountingStore, ReadCounter},
    helpers::{open_store, sentence, spawn_shop, spawn_shop_over, spawn_shop_with_settings},
    orders::place_order,
};

#[tokio::test]
async fn an_unknown_or_malformed_code_is_a_404() {
    let shop = spawn_shop().await;
    for code in ["0000-0000-0000", "nonsense"] {
        let page = shop.shopper().get(&format!("/orders/{code}")).await;
        assert_eq!(page.status(), StatusCode::NOT_FOUND, "{code}");
    }
    let refused = shop
        .shopper()
        .post("/api/cancel_order", &[("code", "0000-0000-0000")])
        .await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
}

/// One address may ask for ten unknown codes a minute on all routes together; known codes do not
/// count.
#[tokio::test]
async fn guessing_order_codes_is_limited() {
    let shop = spawn_shop_with_settings(|settings| {
        settings.trusted_proxies = vec![std::net::IpAddr::from([127, 0, 0, 1]).into()];
    })
    .await;
    let code = place_order(&shop.shopper()).await;
    let ask = async |from: &str, path: &str| {
        let request = shop.shopper().client.get(shop.url(path));
        request.header("x-real-ip", from).send().await.unwrap()
    };
    let (eve, ann) = ("203.0.113.7", "203.0.113.8");
    let mine = format!("/orders/{code}");
    for _ in 0..20 {
        assert_eq!(ask(eve, &mine).await.status(), StatusCode::OK);
    }
    let unknown_paths = [
        "/orders/0000-0000-0000",
        "/orders/nonsense",
        "/orders/0000-0000-0000/collect.ics",
        "/api/order?code=0000-0000-0000",
        "/live?seen=@order.0000-0000-0000:0",
        "/orders?code=0000-0000-0000",
    ];
    for path in unknown_paths.iter().cycle().take(10) {
        assert_eq!(
            ask(eve, path).await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    for path in ["/orders/0000-0000-0000", &mine, "/api/order?code=x"] {
        let refused = ask(eve, path).await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert!(refused.headers().contains_key(header::RETRY_AFTER));
        assert!(sentence(refused).await.contains("12 letters"));
    }
    let live = ask(eve, unknown_paths[4]).await;
    assert_eq!(live.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        ask(ann, &mine).await.status(),
        StatusCode::OK,
        "other clients are not limited"
    );
    assert_eq!(
        ask(eve, "/").await.status(),
        StatusCode::OK,
        "other pages are not limited"
    );
}

#[tokio::test]
async fn an_unknown_and_a_malformed_code_cost_the_same_reads() {
    let data = tempfile::tempdir().unwrap();
    let inner = open_store(data.path(), store::opening_catalogue()).await;
    let readings = Arc::new(ReadCounter::default());
    let by = Arc::clone(&readings);
    let shop = spawn_shop_over(Arc::new(CountingStore { inner, by }), data).await;
    let count = async |path: &str| {
        let before = readings.0.load(SeqCst);
        let page = shop.shopper().get(path).await;
        assert_eq!(page.status(), StatusCode::NOT_FOUND, "{path}");
        readings.0.load(SeqCst) - before
    };
    for (unknown, nonsense) in [
        ("/orders/1111-1111-1111", "/orders/nonsense"),
        (
            "/orders/1111-1111-1111/collect.ics",
            "/orders/x/collect.ics",
        ),
        ("/api/order?code=1111-1111-1111", "/api/order?code=%00"),
        ("/orders?code=1111-1111-1111", "/orders?code=nonsense"),
    ] {
        let readings = count(unknown).await;
        assert!(readings > 0);
        assert_eq!(count(nonsense).await, readings, "{nonsense}");
    }
}
