//! The waitlist (`/api/wait_for_copy`, `/api/stop_waiting`, `/api/accept_offer`), and sales that
//! open.

use reqwest::StatusCode;
use serde_json::{Value, json};
use shop::{Command, Sale};
use tokio::time::timeout;

use crate::shop::helpers::{PATIENCE, Shopper, TestShop, slug, spawn_shop_with};

const DROP: &[(&str, &str)] = &[("book", "drop")];

async fn view(shopper: &Shopper) -> Value {
    shopper
        .get("/api/book?book=drop")
        .await
        .json()
        .await
        .unwrap()
}

async fn refused(shopper: &Shopper, path: &str, form: &[(&str, &str)]) -> (StatusCode, Value) {
    let answer = shopper.post(path, form).await;
    (answer.status(), answer.json().await.unwrap())
}

/// A shop whose only copy is in Ann's cart, while Ben is on the waitlist with his page open.
async fn shop_with_one_waiting_shopper() -> (TestShop, Shopper, Shopper) {
    let shop = spawn_shop_with(1).await;
    let (ann, ben) = (shop.shopper(), shop.shopper());
    assert_eq!(ann.add_to_cart("drop").await.status(), StatusCode::OK);
    view(&ben).await;
    let waiting = ben.post("/api/wait_for_copy", DROP).await;
    assert_eq!(waiting.status(), StatusCode::OK);
    let waiting: Value = waiting.json().await.unwrap();
    assert!(waiting["until"].is_u64() && waiting["offered_until"].is_null());
    (shop, ann, ben)
}

#[tokio::test]
async fn a_waiting_page_is_told_of_the_offer_and_accepts_it() {
    let (_shop, ann, ben) = shop_with_one_waiting_shopper().await;
    let before = view(&ben).await;
    assert_eq!(before["waiting"], json!(true));
    let number = before["number"].as_u64().unwrap();
    let seen = format!("@mine:{number}");
    let (told, _) = tokio::join!(ben.live(&seen), ann.remove_from_cart("drop"));
    assert_eq!(told.mine, Some(number + 1));
    let offered = view(&ben).await;
    assert!(offered["offered_until"].as_u64() > offered["now"].as_u64());
    assert_eq!(
        (&offered["waiting"], &offered["in_cart"]),
        (&json!(false), &json!(0))
    );
    assert_eq!(ann.add_to_cart("drop").await.status(), StatusCode::CONFLICT);
    let cart: Value = ben.get("/api/cart").await.json().await.unwrap();
    assert_eq!(
        (&cart["lines"][0]["offered"], &cart["total"]),
        (&json!(true), &json!(0))
    );
    for _ in 0..2 {
        let accepted = ben.post("/api/accept_offer", DROP).await;
        assert_eq!(accepted.status(), StatusCode::OK);
    }
    let accepted = view(&ben).await;
    assert_eq!(
        (&accepted["offered_until"], &accepted["in_cart"]),
        (&json!(null), &json!(1))
    );
}

#[tokio::test]
async fn an_offer_can_be_declined_and_the_waitlist_left() {
    let (shop, ann, ben) = shop_with_one_waiting_shopper().await;
    ann.remove_from_cart("drop").await;
    for _ in 0..2 {
        let left: Value = ben
            .post("/api/stop_waiting", DROP)
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(left["level"]["available"], json!(1));
    }
    let (status, body) = refused(&ben, "/api/accept_offer", DROP).await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::CONFLICT, &json!("no_offer"))
    );
    assert_eq!(
        shop.store
            .book(&slug("drop"))
            .await
            .unwrap()
            .level
            .available,
        1
    );
}

/// A plain form puts a browser without a connected page on the waitlist. The browser gets no offer
/// until a page is connected.
#[tokio::test]
async fn a_shopper_without_an_open_page_gets_no_offer() {
    let shop = spawn_shop_with(1).await;
    let (ann, ben) = (shop.shopper(), shop.shopper());
    ann.add_to_cart("drop").await;
    view(&ben).await;
    let form = ben.client.post(shop.url("/api/wait_for_copy")).form(DROP);
    let form = form.header("accept", "text/html").send().await.unwrap();
    assert!(form.status().is_success() || form.status().is_redirection());
    assert_eq!(view(&ben).await["waiting"], json!(true));
    let back: Value = ann.remove_from_cart("drop").await.json().await.unwrap();
    assert_eq!(back["level"]["available"], json!(1), "the copy is back");
    // A page is opened, and the store learns that the shopper is connected.
    let number = view(&ben).await["number"].as_u64().unwrap();
    let seen = format!("@mine:{number}");
    let noted = async {
        loop {
            shop.store.attend().await.unwrap();
            if shop
                .store
                .book(&slug("drop"))
                .await
                .unwrap()
                .level
                .available
                == 0
            {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let (told, noted) = tokio::join!(ben.live(&seen), timeout(PATIENCE, noted));
    noted.expect("the copy is offered");
    assert_eq!(told.mine, Some(number + 1));
}

#[tokio::test]
async fn an_invalid_waitlist_request_is_refused_with_a_reason() {
    let (_shop, ann, ben) = shop_with_one_waiting_shopper().await;
    for (who, form, status, code) in [
        (&ann, DROP, StatusCode::CONFLICT, "in_cart"),
        (
            &ben,
            &[("book", "none")],
            StatusCode::NOT_FOUND,
            "no_such_book",
        ),
        (
            &ben,
            &[("book", "drop"), ("email", "ben")],
            StatusCode::UNPROCESSABLE_ENTITY,
            "no_email",
        ),
        (&ben, &[], StatusCode::UNPROCESSABLE_ENTITY, "bad_input"),
    ] as [(&Shopper, &[(&str, &str)], _, _); 4]
    {
        let (said, body) = refused(who, "/api/wait_for_copy", form).await;
        assert_eq!((said, &body["code"]), (status, &json!(code)));
    }
    let form = [("book", "drop"), ("email", " ben@example.org ")];
    assert_eq!(
        ben.post("/api/wait_for_copy", &form).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_click_before_a_sale_opens_is_refused_with_the_opening_time() {
    let shop = spawn_shop_with(1).await;
    let ann = shop.shopper();
    let now = view(&ann).await["now"].as_u64().unwrap();
    let opens_at = now + 3_600_000;
    let sale = Sale {
        opens_at: Some(shop::Timestamp::from_millis(opens_at)),
        limit: Some(1),
    };
    let sell = |sale| Command::SetSale {
        book: slug("drop"),
        sale,
        seen: None,
    };
    shop.store.submit(sell(sale)).await.unwrap();
    let page = view(&ann).await;
    assert_eq!(
        (&page["opens_at"], &page["limit"]),
        (&json!(opens_at), &json!(1))
    );
    let (status, body) = refused(&ann, "/api/add_to_cart", DROP).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(
        (&body["code"], &body["opens_at"]),
        (&json!("not_yet"), &json!(opens_at))
    );
    shop.store.submit(sell(Sale::default())).await.unwrap();
    assert_eq!(ann.add_to_cart("drop").await.status(), StatusCode::OK);
}
