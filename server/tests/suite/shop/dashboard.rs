//! The desk's page of operations: its figures, and who may see it.

use burts_books::desk::passwords;
use reqwest::{Client, StatusCode, header, redirect::Policy};
use serde_json::Value;
use shop::Role;
use store::{StaffAccounts, sqlite::SqliteStaffAccounts};
use tokio::time::timeout;

use crate::shop::helpers::{PATIENCE, Shopper, TestShop, spawn_shop, spawn_shop_with};

const PASSWORD: &str = "correct horse battery";

/// Signs an owner or a clerk in.
async fn signed_in(shop: &TestShop, role: Role) -> Shopper {
    let mut register = SqliteStaffAccounts::open(shop.data.path()).await.unwrap();
    let hashed = passwords::hash(PASSWORD).unwrap();
    // The first account is an owner, whatever its role.
    for (name, role) in [("olive", Role::Owner), ("claude", Role::Clerk)] {
        let name = name.parse().unwrap();
        register.add(&name, Some(role), &hashed).await.unwrap();
    }
    let name = match role {
        Role::Owner => "olive",
        Role::Clerk => "claude",
    };
    let person = shop.shopper();
    let credentials = [("name", name), ("password", PASSWORD)];
    let arrived = person.post("/desk/sign-in", &credentials).await;
    assert_eq!(arrived.url().path(), "/desk");
    assert_eq!(arrived.status(), StatusCode::OK);
    person
}

/// The figures that an open page is sent.
async fn glance(owner: &Shopper) -> Value {
    let answer = owner.get("/desk/glance.json").await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

fn figure<'a>(glance: &'a Value, id: &str) -> &'a Value {
    let figures = glance["figures"].as_array().unwrap().iter();
    let mut its = figures.filter(|figure| figure["kind"] == id);
    its.next().unwrap()
}

/// Waits until the page shows these figures.
async fn until(owner: &Shopper, figures: &[(&str, u64)]) {
    let shown = async {
        loop {
            let glance = glance(owner).await;
            let as_wanted = |(id, now): &(&str, u64)| figure(&glance, id)["now"] == *now;
            if figures.iter().all(as_wanted) {
                return;
            }
        }
    };
    timeout(PATIENCE, shown).await.expect("figures are shown");
}

#[tokio::test]
async fn connections_holds_orders_and_refusals_are_counted() {
    let shop = spawn_shop_with(1).await;
    let owner = signed_in(&shop, Role::Owner).await;
    let nothing = ["holds", "orders", "sockets", "polls", "refused"].map(|id| (id, 0));
    until(&owner, &nothing).await;

    let stream = shop.stream("drop:1").await;
    let url = shop.url("/live?seen=drop:1");
    let wait = tokio::spawn(Client::new().get(url).send());
    until(&owner, &[("sockets", 1), ("polls", 1)]).await;
    wait.abort();
    drop(stream);
    until(&owner, &[("sockets", 0), ("polls", 0)]).await;

    let (ann, ben) = (shop.shopper(), shop.shopper());
    assert_eq!(ann.add_to_cart("drop").await.status(), StatusCode::OK);
    assert_eq!(ben.add_to_cart("drop").await.status(), StatusCode::CONFLICT);
    until(&owner, &[("holds", 1), ("refused", 1)]).await;
    let reasons = glance(&owner).await["refused"].clone();
    let sold_out = serde_json::json!({ "reason": "sold_out", "count": 1 });
    assert!(reasons.as_array().unwrap().contains(&sold_out), "{reasons}");
    let metrics = owner.get("/metrics").await.text().await.unwrap();
    let counted = "burts_actions_refused_total{reason=\"sold_out\"} 1";
    assert!(metrics.contains(counted), "{metrics}");

    let order = [("name", "Ann"), ("reach", "ann@example.org")];
    let placed = ann.post("/api/place_order", &order).await;
    assert_eq!(placed.status(), StatusCode::OK);
    until(&owner, &[("holds", 0), ("orders", 1)]).await;
}

#[tokio::test]
async fn each_figure_has_a_chart_with_a_text_alternative() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, Role::Owner).await;
    let page = owner.get("/desk/operations").await;
    assert_eq!(page.headers()[header::CACHE_CONTROL], "private, no-store");
    let page = page.text().await.unwrap();
    assert_eq!(page.matches("role=\"img\"").count(), 5, "{page}");
    for part in [
        "aria-label=\"Active holds: 0 now, 0 to 0 in the last half hour\"",
        "aria-label=\"Pages on long polling: 0 now, 0 to 0 in the last half hour\"",
        "The whole shop",
        &format!("Pages connected to {}", shop.address),
        "Sold out, or too few copies",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let chinese = owner.client.get(shop.url("/desk/operations"));
    let chinese = chinese.header(header::ACCEPT_LANGUAGE, "zh-CN");
    let chinese = chinese.send().await.unwrap().text().await.unwrap();
    let about = "aria-label=\"待取订单：现在 0，最近半小时在 0 到 0 之间\"";
    assert!(chinese.contains(about), "{about} in {chinese}");
    let glance = glance(&owner).await;
    assert_eq!(glance["instance"], shop.address.to_string());
    let line = figure(&glance, "orders")["line"].as_str().unwrap();
    assert!(line.starts_with('M') && line.contains(" 47.0"), "{line}");
}

#[tokio::test]
async fn only_owners_see_the_figures() {
    let shop = spawn_shop().await;
    let stranger = Client::builder().redirect(Policy::none()).build().unwrap();
    let ask = async |path: &str, accept: &str| {
        let ask = stranger.get(shop.url(path)).header(header::ACCEPT, accept);
        ask.send().await.unwrap()
    };
    let refused = ask("/desk/glance.json", "*/*").await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert!(!refused.text().await.unwrap().contains("holds"));
    let onward = ask("/desk/operations", "text/html").await;
    assert_eq!(onward.status(), StatusCode::SEE_OTHER);
    assert!(
        onward.headers()[header::LOCATION]
            .to_str()
            .unwrap()
            .starts_with("/desk/sign-in")
    );
    let clerk = signed_in(&shop, Role::Clerk).await;
    for path in ["/desk/operations", "/desk/glance.json"] {
        let refused = clerk.get(path).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path}");
    }
    let today = clerk.get("/desk").await.text().await.unwrap();
    assert!(!today.contains("/desk/operations"), "{today}");
}
