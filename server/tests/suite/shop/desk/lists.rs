//! The lists of orders and of stock: sorted by their headings, and where a row's form leads.

use super::*;

/// The places of these texts in a page, which must all be there.
fn places<const N: usize>(page: &str, texts: [&str; N]) -> [usize; N] {
    texts.map(|text| {
        page.find(text)
            .unwrap_or_else(|| panic!("{text} in {page}"))
    })
}

async fn order(shop: &TestShop, name: &str) -> String {
    let shopper = shop.shopper();
    shopper.add_to_cart(GUIDE).await;
    let form = [("name", name), ("reach", "ann@example.org")];
    let placed = shopper.post("/api/place_order", &form).await;
    let placed: serde_json::Value = placed.json().await.unwrap();
    placed["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn orders_are_sorted_by_a_heading_and_the_other_way_by_the_same_heading() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    for name in ["Mia", "Ann", "Zoe"] {
        order(&shop, name).await;
    }
    let up = clerk.page("/desk/orders?of=all&sort=name&dir=asc").await;
    let [ann, mia, zoe] = places(&up, [">Ann<", ">Mia<", ">Zoe<"]);
    assert!(ann < mia && mia < zoe, "{up}");
    assert!(up.contains("aria-sort=\"ascending\""), "{up}");
    // The heading leads to the other order, with the same filter.
    let other = "/desk/orders?of=all&amp;sort=name&amp;dir=desc";
    assert!(up.contains(other), "{up}");
    let down = clerk.page(&other.replace("&amp;", "&")).await;
    let [ann, mia, zoe] = places(&down, [">Ann<", ">Mia<", ">Zoe<"]);
    assert!(zoe < mia && mia < ann, "{down}");
    assert!(down.contains("aria-sort=\"descending\""), "{down}");
    // What nobody can have meant is ignored.
    for odd in [
        "?sort=%27&dir=up",
        "?page=-1",
        "?page=7",
        "?page=4294967295",
    ] {
        let list = clerk.page(&format!("/desk/orders{odd}")).await;
        assert!(
            list.contains(">Ann<") && !list.contains("aria-sort"),
            "{odd}"
        );
    }
}

#[tokio::test]
async fn a_rows_form_leads_back_to_the_same_list_and_row() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let (first, second) = (order(&shop, "Ann").await, order(&shop, "Mia").await);
    let next = |page: &str, code: &str| {
        let (_, form) = page.split_once(&format!("/desk/orders/{code}/")).unwrap();
        let (_, value) = form.split_once("value=\"").unwrap();
        let (value, _) = value.split_once('"').unwrap();
        value.replace("&amp;", "&")
    };
    // In the list of open orders, an order stays when it is ready.
    let list = "/desk/orders?of=open&sort=name&dir=asc";
    let shown = clerk.page(list).await;
    let here = next(&shown, &first);
    assert_eq!(here, format!("{list}#order-{first}"));
    let ready = clerk
        .send(
            &format!("/desk/orders/{first}/ready"),
            &[("next", here.as_str())],
        )
        .await;
    assert_eq!(ready, format!("{list}&notice=order_ready#order-{first}"));
    assert!(shown.contains(&format!("id=\"order-{first}\"")), "{shown}");
    // An order that is collected leaves it, so that the next row is shown.
    let shown = clerk.page(list).await;
    assert_eq!(next(&shown, &first), format!("{list}#order-{second}"));
}

#[tokio::test]
async fn stock_is_sorted_by_a_heading_and_keeps_its_search() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let [guide, birds] = ["id=\"book-definitive-guide", "id=\"book-birds-seen"];
    // The guide has ten copies, the birds have one.
    let most = clerk.page("/desk/stock?sort=on-hand&dir=desc").await;
    let [first, last] = places(&most, [guide, birds]);
    assert!(first < last, "{most}");
    let fewest = clerk.page("/desk/stock?sort=on-hand&dir=asc").await;
    let [first, last] = places(&fewest, [birds, guide]);
    assert!(first < last, "{fewest}");
    assert_eq!(fewest.matches("aria-sort=\"ascending\"").count(), 1);
    let found = clerk.page("/desk/stock?q=birds&sort=price&dir=asc").await;
    assert!(found.contains(birds) && !found.contains(guide), "{found}");
    let other = "/desk/stock?q=birds&amp;sort=price&amp;dir=desc";
    assert!(found.contains(other), "{found}");
    assert!(found.contains("accesskey=\"s\""), "{found}");
}
