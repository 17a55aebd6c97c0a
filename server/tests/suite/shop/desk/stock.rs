//! Stock at the desk: counted, priced, taken back, withdrawn.

use super::*;

#[tokio::test]
async fn a_restock_form_counts_once_and_never_goes_below_reserved_copies() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    shop.shopper()
        .post("/api/add_to_cart", &[("book", GUIDE), ("quantity", "3")])
        .await;
    let page = format!("/desk/stock/{GUIDE}");
    let count = async |change: &str, reason: &str, key: &str| {
        let form = [("change", change), ("reason", reason), ("key", key)];
        let answer = clerk.send(&format!("{page}/restock"), &form).await;
        let (_, notice) = answer.split_once("notice=").unwrap();
        let stocks = shop
            .store
            .desk_reads()
            .stocks(&[slug(GUIDE)])
            .await
            .unwrap();
        (notice.to_owned(), stocks[0].1.on_hand)
    };
    let changed = ("stock_changed".to_owned(), 15);
    assert_eq!(count("5", "delivery", "key-of-the-first").await, changed);
    assert_eq!(
        count("5", "delivery", "key-of-the-first").await,
        changed,
        "a double click counts once"
    );
    assert_eq!(
        count("\u{2212}12", "lost", "key-of-the-second").await.0,
        "stock_changed"
    );
    assert_eq!(
        count("-1", "lost", "key-of-the-third").await,
        ("promised".to_owned(), 3)
    );
    for wrong in ["0", "", "x", "1.5", "99999999999"] {
        assert_eq!(
            count(wrong, "lost", "key-of-a-wrong-one").await,
            ("wrong_change".to_owned(), 3)
        );
    }
    assert_eq!(
        count("1", " ", "key-of-a-wrong-one").await,
        ("wrong_reason".to_owned(), 3)
    );
    let shown = clerk.page("/desk/stock").await;
    assert!(shown.contains("The Definitive Guide to the Internet"));
    let found = clerk.page("/desk/stock?q=birds").await;
    assert!(!found.contains("The Definitive Guide") && found.contains("Birds Seen"));
}

#[tokio::test]
async fn two_clerks_who_count_the_same_copies_subtract_once() {
    let shop = spawn_shop().await;
    let (ann, ben) = (
        signed_in(&shop, "ann", Role::Clerk).await,
        signed_in(&shop, "ben", Role::Clerk).await,
    );
    shop.shopper()
        .post("/api/add_to_cart", &[("book", GUIDE), ("quantity", "3")])
        .await;
    let page = format!("/desk/stock/{GUIDE}/count");
    let count = async |clerk: &Person, on_hand: &str| {
        let form = [("on_hand", on_hand), ("reason", "one is missing")];
        let answer = clerk.send(&page, &form).await;
        let (_, notice) = answer.split_once("notice=").unwrap();
        notice.to_owned()
    };
    // Both have seen ten, and both count nine at the same moment.
    let both = tokio::join!(count(&ann, "9"), count(&ben, "9"));
    assert_eq!(
        both,
        ("stock_changed".to_owned(), "stock_changed".to_owned())
    );
    let on_hand = async || {
        let stocks = shop
            .store
            .desk_reads()
            .stocks(&[slug(GUIDE)])
            .await
            .unwrap();
        stocks[0].1.on_hand
    };
    assert_eq!(on_hand().await, 9);
    assert_eq!(count(&ann, "2").await, "promised");
    for wrong in ["", "-1", "x", "1.5", "99999999999"] {
        assert_eq!(count(&ann, wrong).await, "wrong_count", "{wrong}");
    }
    assert_eq!(on_hand().await, 9);
}

#[tokio::test]
async fn an_invalid_form_is_refused_with_a_message() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let withdraw = shop.url(&format!("/desk/stock/{GUIDE}/withdraw"));
    for form in [
        &[("withdrawn", "maybe"), ("reason", "a slip")][..],
        &[("reason", "a slip")],
        &[],
    ] {
        let request = clerk.client.post(&withdraw).form(form);
        let refused = request.send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(sentence(refused).await.contains("couldn’t read that form"));
    }
    assert!(
        shop.shopper()
            .get("/")
            .await
            .text()
            .await
            .unwrap()
            .contains(GUIDE)
    );
}

#[tokio::test]
async fn a_new_price_does_not_change_carts() {
    let shop = spawn_shop().await;
    let (clerk, shopper) = (signed_in(&shop, "ben", Role::Clerk).await, shop.shopper());
    shopper.add_to_cart(GUIDE).await;
    const PRICE: &str = "/desk/stock/definitive-guide-to-the-internet/price";
    let form = [("price", "24.50")];
    assert!(clerk.send(PRICE, &form).await.ends_with("price_set"));
    for wrong in ["", "-1", "free", "1e9"] {
        let form = [("price", wrong)];
        assert!(
            clerk.send(PRICE, &form).await.ends_with("wrong_price"),
            "{wrong}"
        );
    }
    let cart: serde_json::Value = shopper.get("/api/cart").await.json().await.unwrap();
    let line = &cart["lines"][0];
    assert_eq!(
        (&line["price"], &line["price_now"]),
        (&2_000.into(), &2_450.into())
    );
}

#[tokio::test]
async fn a_hold_taken_back_is_available_at_once_and_its_shopper_is_told() {
    let shop = spawn_shop().await;
    let (clerk, shopper) = (signed_in(&shop, "ben", Role::Clerk).await, shop.shopper());
    shopper
        .post("/api/add_to_cart", &[("book", GUIDE), ("quantity", "4")])
        .await;
    let book: Slug = slug(GUIDE);
    let commitments = shop
        .store
        .desk_reads()
        .commitments(&book, 10)
        .await
        .unwrap();
    assert_eq!(
        (commitments.holds.len(), commitments.stock.available()),
        (1, 6)
    );
    let page = clerk.page(&format!("/desk/stock/{GUIDE}")).await;
    assert!(page.contains("In a cart"));
    let hold = commitments.holds[0].id.0.to_string();
    let form = [("hold", &*hold), ("reason", "damaged")];
    for notice in ["taken_back", "hold_over"] {
        let answer = clerk
            .send(&format!("/desk/stock/{GUIDE}/take-back"), &form)
            .await;
        assert!(answer.ends_with(notice), "{answer}");
    }
    let commitments = shop
        .store
        .desk_reads()
        .commitments(&book, 10)
        .await
        .unwrap();
    assert_eq!(
        (commitments.holds.len(), commitments.stock.available()),
        (0, 10)
    );
    let cart: serde_json::Value = shopper.get("/api/cart").await.json().await.unwrap();
    let line = &cart["lines"][0];
    assert_eq!(
        (&line["held"], &line["taken_back"]),
        (&false.into(), &true.into())
    );
    let told = shopper.get("/cart").await.text().await.unwrap();
    assert!(told.contains("we’ve had to take back what we were holding for you"));
}

#[tokio::test]
async fn a_withdrawn_book_says_so_and_can_be_sold_again() {
    let shop = spawn_shop().await;
    let (clerk, shopper) = (signed_in(&shop, "ben", Role::Clerk).await, shop.shopper());
    let withdraw = format!("/desk/stock/{GUIDE}/withdraw");
    let form = [("withdrawn", "yes"), ("reason", "out of print")];
    assert!(
        clerk
            .send(&withdraw, &form)
            .await
            .ends_with("book_withdrawn")
    );
    let page = shopper
        .get(&format!("/books/{GUIDE}"))
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains("no longer sell this book") && !page.contains("/api/add_to_cart"));
    assert!(!shopper.get("/").await.text().await.unwrap().contains(GUIDE));
    assert!(clerk.page("/desk/stock").await.contains(GUIDE));
    let refused = shopper.post("/api/wait_for_copy", &[("book", GUIDE)]).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let form = [("withdrawn", "no"), ("reason", "found a box")];
    assert!(
        clerk
            .send(&withdraw, &form)
            .await
            .ends_with("book_sold_again")
    );
    assert!(shopper.get("/").await.text().await.unwrap().contains(GUIDE));
}
