//! Terms of sale at the desk: set, moved and cancelled by clerks.

use shop::{Sale, Timestamp};

use super::*;

const DAY: u64 = 24 * 60 * 60 * 1_000;

/// The terms of the book now.
async fn terms(shop: &TestShop) -> Sale {
    shop.store.book(&slug(GUIDE)).await.unwrap().sale
}

/// The current time by the shop's clock, and this many days later.
async fn days_from_now(shop: &TestShop, days: u64) -> Timestamp {
    let now = shop.store.desk_reads().now().await.unwrap();
    Timestamp::from_millis(now.millis() + days * DAY)
}

/// The hidden fields of the form on the book's page.
async fn seen(clerk: &Person) -> [(&'static str, String); 2] {
    let page = clerk.page(&format!("/desk/stock/{GUIDE}")).await;
    ["seen_opens_at", "seen_limit"].map(|name| {
        let start = format!("name=\"{name}\" value=\"");
        let (_, value) = page.split_once(&start).unwrap();
        let (value, _) = value.split_once('"').unwrap();
        (name, value.to_owned())
    })
}

/// Sends the form with what it showed, and returns the code of the notice.
async fn set(
    clerk: &Person,
    seen: &[(&'static str, String); 2],
    start: Option<Timestamp>,
    limit: &str,
) -> String {
    let start = start.map(|at| at.to_string());
    let (date, time) = match start.as_deref() {
        Some(start) => start.trim_end_matches('Z').split_once('T').unwrap(),
        None => ("", ""),
    };
    let typed = [("date", date), ("time", time), ("limit", limit)];
    let seen = seen.iter().map(|(name, value)| (*name, value.as_str()));
    let form: Vec<_> = typed.into_iter().chain(seen).collect();
    let answer = clerk
        .send(&format!("/desk/stock/{GUIDE}/sale"), &form)
        .await;
    let (_, notice) = answer.split_once("notice=").unwrap();
    notice.to_owned()
}

#[tokio::test]
async fn a_clerk_sets_moves_and_cancels_the_start_of_a_sale() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let shopper = shop.shopper();
    let book = format!("/desk/stock/{GUIDE}");
    assert!(clerk.page(&book).await.contains("On sale now."));

    let soon = days_from_now(&shop, 5).await;
    let notice = set(&clerk, &seen(&clerk).await, Some(soon), "2").await;
    assert_eq!(notice, "sale_stopped");
    let stored = terms(&shop).await;
    let opens_at = stored.opens_at.unwrap();
    // The form has seconds, and the clock milliseconds.
    assert_eq!(opens_at.to_string(), soon.to_string());
    assert_eq!(stored.limit, Some(2));
    let page = clerk.page(&book).await;
    for words in [
        "Shoppers can buy this book from",
        "Until then they see a countdown. At most 2 copies per shopper.",
        "Sell at once",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let list = clerk.page("/desk/stock").await;
    assert!(list.contains("Sales still to open"));
    let refused = shopper.post("/api/add_to_cart", &[("book", GUIDE)]).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);

    let later = days_from_now(&shop, 9).await;
    let notice = set(&clerk, &seen(&clerk).await, Some(later), "").await;
    assert_eq!(notice, "sale_saved");
    assert_eq!(terms(&shop).await.limit, None);

    let seen = seen(&clerk).await;
    for _ in 0..2 {
        assert_eq!(set(&clerk, &seen, None, "").await, "sale_saved");
    }
    assert_eq!(terms(&shop).await, Sale::default());
    let page = clerk.page(&book).await;
    assert!(page.contains("On sale now.") && !page.contains("Sell at once"));
    let list = clerk.page("/desk/stock").await;
    assert!(!list.contains("Sales still to open"));
    assert_eq!(shopper.add_to_cart(GUIDE).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_start_that_has_passed_or_is_far_away_and_an_odd_limit_are_refused() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let seen = seen(&clerk).await;
    let (now, far) = (
        days_from_now(&shop, 0).await,
        days_from_now(&shop, 732).await,
    );
    assert_eq!(set(&clerk, &seen, Some(now), "").await, "start_passed");
    assert_eq!(set(&clerk, &seen, Some(far), "").await, "start_too_far");
    for wrong in ["0", "1001", "many"] {
        assert_eq!(set(&clerk, &seen, None, wrong).await, "wrong_limit");
    }
    let path = format!("/desk/stock/{GUIDE}/sale");
    let half = [
        ("date", "2026-12-05"),
        ("time", ""),
        ("limit", ""),
        ("seen_opens_at", ""),
        ("seen_limit", ""),
    ];
    assert!(clerk.send(&path, &half).await.ends_with("wrong_start"));
    let unknown = "/desk/stock/no-such-book/sale";
    assert!(
        clerk
            .send(unknown, &half[2..])
            .await
            .ends_with("no_such_book")
    );
    assert_eq!(terms(&shop).await, Sale::default());
}

#[tokio::test]
async fn of_two_clerks_the_second_sees_what_the_first_has_set() {
    let shop = spawn_shop().await;
    let ann = signed_in(&shop, "ann", Role::Clerk).await;
    let ben = signed_in(&shop, "ben", Role::Clerk).await;
    let (anns, bens) = (seen(&ann).await, seen(&ben).await);
    let start = days_from_now(&shop, 5).await;
    assert_eq!(set(&ann, &anns, Some(start), "1").await, "sale_stopped");
    let later = days_from_now(&shop, 6).await;
    assert_eq!(set(&ben, &bens, Some(later), "3").await, "sale_changed");
    assert_eq!(terms(&shop).await.limit, Some(1));
    let shown = ben
        .page(&format!("/desk/stock/{GUIDE}?notice=sale_changed"))
        .await;
    assert!(shown.contains("somebody else has just set the start or the limit"));
    assert!(shown.contains("At most 1 copy per shopper."));
    let bens = seen(&ben).await;
    assert_eq!(set(&ben, &bens, Some(later), "3").await, "sale_saved");
    assert_eq!(terms(&shop).await.limit, Some(3));
}

#[tokio::test]
async fn the_journal_has_who_set_the_start_of_a_sale() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let start = days_from_now(&shop, 5).await;
    set(&clerk, &seen(&clerk).await, Some(start), "2").await;
    let journal = owner.page("/desk/journal?by=ben&group=stock").await;
    assert!(journal.contains("Set the sale of"), "{journal}");
    assert!(journal.contains("At most 2 copies per shopper."));
}
