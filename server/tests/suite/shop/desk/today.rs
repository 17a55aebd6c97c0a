//! Today: what there is to do, on the desk's first page and on paper.

use super::{
    settings::{form, save},
    *,
};
use crate::shop::helpers::{Shopper, spawn_shop_with};

/// Orders a copy of a book, and returns the order's code.
async fn order(shopper: &Shopper, book: &str, name: &str) -> String {
    shopper.add_to_cart(book).await;
    let form = [("name", name), ("reach", "ann@example.org")];
    let placed = shopper.post("/api/place_order", &form).await;
    let placed: serde_json::Value = placed.json().await.unwrap();
    placed["code"].as_str().unwrap().to_owned()
}

/// A part of the page.
fn part<'a>(page: &'a str, id: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("<div id=\"{id}\"")).expect(id);
    rest.split("<div id=").next().unwrap()
}

#[tokio::test]
async fn an_order_moves_from_list_to_list_until_it_is_collected() {
    let shop = spawn_shop().await;
    let (clerk, shopper) = (signed_in(&shop, "ben", Role::Clerk).await, shop.shopper());
    let before = clerk.page("/desk").await;
    assert!(before.contains("Every order is prepared."), "{before}");
    let code = order(&shopper, GUIDE, "Ann O’Neil").await;

    let page = clerk.page("/desk").await;
    let to_prepare = part(&page, "to-prepare");
    assert!(to_prepare.contains("To prepare: 1"), "{page}");
    assert!(to_prepare.contains(&code) && to_prepare.contains("Ann O’Neil"));
    assert!(
        to_prepare.contains(&format!("@order.{code}:1")),
        "{to_prepare}"
    );
    assert!(page.contains("Ready to collect: 0"));

    // The button leads back to the list.
    let next = [("next", "/desk#to-prepare")];
    let ready = clerk
        .send(&format!("/desk/orders/{code}/ready"), &next)
        .await;
    assert_eq!(ready, "/desk?notice=order_ready#to-prepare");
    let page = clerk.page("/desk").await;
    assert!(part(&page, "ready").contains(&code), "{page}");
    assert!(!part(&page, "to-prepare").contains(&code), "{page}");
    let next = [("next", "/desk#ready")];
    let collected = clerk
        .send(&format!("/desk/orders/{code}/collect"), &next)
        .await;
    assert_eq!(collected, "/desk?notice=order_collected#ready");
    assert!(!clerk.page("/desk").await.contains(&code));

    // A refusal is shown on the order's own page.
    let late = clerk
        .send(&format!("/desk/orders/{code}/ready"), &next)
        .await;
    assert_eq!(late, format!("/desk/orders/{code}?notice=order_closed"));
}

#[tokio::test]
async fn a_form_leads_to_no_page_outside_of_the_desk() {
    let shop = spawn_shop().await;
    let (clerk, shopper) = (signed_in(&shop, "ben", Role::Clerk).await, shop.shopper());
    let code = order(&shopper, GUIDE, "Ann").await;
    let page = format!("/desk/orders/{code}");
    for elsewhere in ["https://evil.example/", "//evil.example/desk", "/orders"] {
        let form = [("next", elsewhere)];
        let ready = clerk.send(&format!("{page}/ready"), &form).await;
        assert_eq!(ready, format!("{page}?notice=order_ready"), "{elsewhere}");
    }
}

#[tokio::test]
async fn what_is_wanted_and_runs_short_is_listed_and_then_what_is_offered() {
    let shop = spawn_shop_with(1).await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let (ann, cleo) = (shop.shopper(), shop.shopper());
    const DROP: &str = "/desk/stock/drop";
    assert!(!clerk.page("/desk").await.contains(DROP));
    ann.add_to_cart("drop").await;
    // Cleo has the book's page open.
    cleo.get("/api/book?book=drop").await;
    let waits = cleo.post("/api/wait_for_copy", &[("book", "drop")]).await;
    assert_eq!(waits.status(), StatusCode::OK);
    let page = clerk.page("/desk").await;
    assert!(part(&page, "short").contains(DROP), "{page}");
    assert!(!part(&page, "offers").contains(DROP), "{page}");

    ann.remove_from_cart("drop").await;
    let page = clerk.page("/desk").await;
    assert!(part(&page, "offers").contains(DROP), "{page}");
}

#[tokio::test]
async fn owners_see_which_announcements_are_shown() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "olive", Role::Owner).await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let text = "Signing starts in ten minutes";
    let form = [("text", text), ("end", "30"), ("key", "the-first-of-today")];
    owner.send("/desk/news", &form).await;
    let (seen, seen_by_clerk) = (owner.page("/desk").await, clerk.page("/desk").await);
    assert!(seen.contains(text) && seen_by_clerk.contains(text));
    assert!(seen.contains("Change announcements"));
    assert!(!seen_by_clerk.contains("Change announcements"));
}

#[tokio::test]
async fn the_pick_list_names_each_book_once_with_its_orders() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let empty = clerk.page("/desk/orders/pick-list").await;
    assert!(empty.contains("There is nothing to pick"), "{empty}");
    let first = order(&shop.shopper(), GUIDE, "Ann <b>").await;
    let second = order(&shop.shopper(), GUIDE, "Cleo").await;
    let list = clerk.page("/desk/orders/pick-list").await;
    assert!(list.contains(&first) && list.contains(&second), "{list}");
    assert!(list.contains("Ann &lt;b&gt;"), "{list}");
    assert_eq!(
        list.matches("The Definitive Guide to the Internet").count(),
        1
    );
    // What is ready was picked.
    clerk
        .send(&format!("/desk/orders/{first}/ready"), &[])
        .await;
    let list = clerk.page("/desk/orders/pick-list").await;
    assert!(!list.contains(&first) && list.contains(&second), "{list}");
}

#[tokio::test]
async fn an_order_is_printed_with_the_shops_details() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let owner = signed_in(&shop, "olive", Role::Owner).await;
    save(&owner, &form(0, &[("price_label", "incl. 7% VAT")])).await;
    let code = order(&shop.shopper(), GUIDE, "Ann").await;
    let page = format!("/desk/orders/{code}");
    assert!(clerk.page(&page).await.contains(&format!("{page}/receipt")));
    let slip = clerk.page(&format!("{page}/receipt")).await;
    for part in [
        "Collection slip",
        &code,
        "Ann",
        "$20.00",
        "Price incl. 7% VAT",
        "Burt’s Books",
    ] {
        assert!(slip.contains(part), "{part} in {slip}");
    }
    clerk.send(&format!("{page}/collect"), &[]).await;
    let receipt = clerk.page(&format!("{page}/receipt")).await;
    assert!(receipt.contains("<h1>Receipt"), "{receipt}");
    let unknown = clerk.get("/desk/orders/4KX9-QD2M-7HTB/receipt").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}
