//! The journal at the desk: what was done, by whom and why, on its page and as a file.

use super::*;

/// Where one act is in the HTML, without its tags.
fn text_of(html: &str) -> String {
    let (mut text, mut is_in_tag) = (String::new(), false);
    for c in html.chars() {
        match c {
            '<' => is_in_tag = true,
            '>' => is_in_tag = false,
            _ if is_in_tag => {}
            c => text.push(c),
        }
    }
    text
}

#[tokio::test]
async fn what_a_clerk_does_is_on_the_owners_journal() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let stock = format!("/desk/stock/{GUIDE}");
    let restock = [
        ("change", "5"),
        ("reason", "delivery"),
        ("key", "key-of-a-form"),
    ];
    for _ in 0..2 {
        clerk.send(&format!("{stock}/restock"), &restock).await;
    }
    clerk
        .send(&format!("{stock}/price"), &[("price", "21.50")])
        .await;
    let withdraw = [("withdrawn", "yes"), ("reason", "<b>recalled</b>")];
    clerk.send(&format!("{stock}/withdraw"), &withdraw).await;

    let shown = text_of(&owner.page("/desk/journal").await);
    for words in [
        "Added 5 copies of The Definitive Guide to the Internet.",
        "Changed the price of The Definitive Guide to the Internet from $20.00 to $21.50.",
        "Withdrew The Definitive Guide to the Internet from sale.",
        "&lt;b&gt;recalled&lt;/b&gt;",
        "Signed in.",
        "Added the account ben, a clerk.",
        "Command line",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert_eq!(shown.matches("Added 5 copies").count(), 1, "{shown}");

    let found = text_of(&owner.page("/desk/journal?by=ann").await);
    assert!(
        found.contains("Signed in.") && !found.contains("recalled"),
        "{found}"
    );
    let found = text_of(&owner.page("/desk/journal?group=accounts&subject=ben").await);
    assert!(found.contains("Added the account ben") && !found.contains("Signed in."));
    let found = text_of(&owner.page("/desk/journal?subject=no-such-book").await);
    assert!(found.contains("No entries found."), "{found}");

    let refused = clerk.get("/desk/journal").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let wrong = owner.get("/desk/journal?from=yesterday").await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_order_is_cancelled_for_a_reason() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let shopper = shop.shopper();
    shopper.add_to_cart(GUIDE).await;
    let contact = [("name", "Cara"), ("reach", "cara@example.org")];
    let placed = shopper.post("/api/place_order", &contact).await;
    let placed: serde_json::Value = placed.json().await.unwrap();
    let page = format!("/desk/orders/{}", placed["code"].as_str().unwrap());

    let cancel = format!("{page}/cancel");
    let without = owner.send(&cancel, &[("reason", " ")]).await;
    assert_eq!(without, format!("{page}?notice=wrong_reason"));
    let with = owner.send(&cancel, &[("reason", "out of print")]).await;
    assert_eq!(with, format!("{page}?notice=order_cancelled"));
    let shown = text_of(&owner.page("/desk/journal?group=orders").await);
    assert!(shown.contains("Cancelled order") && shown.contains("out of print"));
}

#[tokio::test]
async fn the_journal_is_exported_as_it_is_filtered() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let price = format!("/desk/stock/{GUIDE}/price");
    for dollars in ["21", "22"] {
        owner.send(&price, &[("price", dollars)]).await;
    }
    let file = owner.get("/desk/journal/export?group=stock").await;
    assert_eq!(
        file.headers()[header::CONTENT_DISPOSITION],
        "attachment; filename=\"journal.csv\""
    );
    let file = file.text().await.unwrap();
    let mut read = csv::Reader::from_reader(file.as_bytes());
    let rows: Vec<csv::StringRecord> = read.records().map(Result::unwrap).collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (&row[2], &row[3], &row[4], &row[5]))
        .collect();
    let act = |before, price| {
        format!(r#"{{"kind":"priced","book":"{GUIDE}","before":{before},"price":{price}}}"#)
    };
    let (newer, older) = (act(2_100, 2_200), act(2_000, 2_100));
    let (by, kind) = ("ann", "priced");
    assert_eq!(
        rows,
        [(by, kind, GUIDE, &*newer), (by, kind, GUIDE, &*older)]
    );
    let wrong = owner.get("/desk/journal/export?by=Ann%20Lee").await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
}
