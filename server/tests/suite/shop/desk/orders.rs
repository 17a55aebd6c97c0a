//! Orders at the desk: made ready, collected, cancelled.

use super::*;

#[tokio::test]
async fn an_order_is_found_made_ready_and_handed_over() {
    let shop = spawn_shop().await;
    let (clerk, shopper) = (signed_in(&shop, "ben", Role::Clerk).await, shop.shopper());
    shopper.add_to_cart(GUIDE).await;
    let order = [
        ("name", "Ann O’Neil"),
        ("reach", "ann@example.org"),
        ("note", "<b>gift</b>"),
    ];
    let placed: serde_json::Value = shopper
        .post("/api/place_order", &order)
        .await
        .json()
        .await
        .unwrap();
    let code = placed["code"].as_str().unwrap();
    let page = format!("/desk/orders/{code}");
    for found_by in [
        "",
        "?q=o%E2%80%99neil",
        "?q=EXAMPLE.org",
        "?of=today",
        "?of=all",
    ] {
        let list = clerk.page(&format!("/desk/orders{found_by}")).await;
        assert!(list.contains(code), "{found_by}");
    }
    for not_found_by in ["?q=100%25", "?of=overdue", "?q=%27%20or%201=1"] {
        let list = clerk.page(&format!("/desk/orders{not_found_by}")).await;
        assert!(!list.contains(code), "{not_found_by}");
    }
    // A scanner types the order's address.
    let scanned = format!("/desk/orders?q=http%3A%2F%2Fbooks.example%2Forders%2F{code}");
    let scanned = clerk.get(&scanned).await;
    assert_eq!(scanned.headers()[header::LOCATION], page);
    let shown = clerk.page(&page).await;
    assert!(
        shown.contains("ann@example.org") && shown.contains("&lt;b&gt;gift"),
        "{shown}"
    );

    let ready = clerk.send(&format!("{page}/ready"), &[]).await;
    assert_eq!(ready, format!("{page}?notice=order_ready"));
    let seen: serde_json::Value = shopper
        .get(&format!("/api/order?code={code}"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&seen["ready"], &seen["version"]),
        (&true.into(), &2.into())
    );
    let collected = clerk.send(&format!("{page}/collect"), &[]).await;
    assert_eq!(collected, format!("{page}?notice=order_collected"));
    let late = clerk.send(&format!("{page}/ready"), &[]).await;
    assert_eq!(late, format!("{page}?notice=order_closed"));
    let order = shop.store.order(code.parse().unwrap()).await.unwrap();
    assert_eq!(order.state, OrderState::Collected);
    let none = clerk
        .send("/desk/orders/ABCD-EFGH-JKMN/cancel", &[("reason", "x")])
        .await;
    assert!(none.ends_with("notice=no_such_order"), "{none}");
}

/// Shopper and staff are told, so that nobody waits for a mail that cannot be sent.
#[tokio::test]
async fn an_order_whose_confirmation_failed_says_so_to_shopper_and_staff() {
    let shop = spawn_shop_that_mails().await;
    let (clerk, shopper) = (signed_in(&shop, "ben", Role::Clerk).await, shop.shopper());
    shopper.add_to_cart(GUIDE).await;
    let order = [("name", "Ann"), ("reach", "ann@example.org")];
    let placed = shopper.post("/api/place_order", &order).await;
    let placed: serde_json::Value = placed.json().await.unwrap();
    let code = placed["code"].as_str().unwrap();
    let (page, desk) = (format!("/orders/{code}"), format!("/desk/orders/{code}"));
    const PROMISE: &str = "also sending it to your e-mail address";
    const FAILURE: &str = "couldn’t send a confirmation";
    const AT_DESK: &str = "couldn’t be sent to this address";
    let shown = shopper.get(&page).await.text().await.unwrap();
    assert!(shown.contains(PROMISE) && !shown.contains(FAILURE));
    assert!(!clerk.page(&desk).await.contains(AT_DESK));

    let failed = Command::ConfirmationFailed {
        code: code.parse().unwrap(),
    };
    shop.store.submit(failed).await.unwrap();
    let told = shopper.live(&format!("@order.{code}:1")).await;
    assert_eq!(told.orders[0].version, 2, "open pages are told");
    let shown = shopper.get(&page).await.text().await.unwrap();
    assert!(shown.contains(FAILURE) && !shown.contains(PROMISE));
    assert!(clerk.page(&desk).await.contains(AT_DESK));
}
