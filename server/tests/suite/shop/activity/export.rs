//! The ledger as a file, and as a page.

use serde_json::Value;

use super::{Owner, all_places, move_copies};
use crate::shop::helpers::{GUIDE, spawn_shop, spawn_shop_with};

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_the_whole_ledger() {
    let shop = spawn_shop_with(10).await;
    let ann = Owner::of(&shop, "ann").await;
    move_copies(&shop.store, "drop", 2_500).await;
    let all = all_places(&shop.store).await;

    let answer = ann.get("/desk/activity/export?format=ndjson").await;
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let lines = answer.text().await.unwrap();
    let rows: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let places: Vec<_> = rows
        .iter()
        .map(|row| row["place"].as_str().unwrap())
        .collect();
    assert_eq!(places, all);

    let answer = ann.get("/desk/activity/export").await;
    let named = answer.headers()["content-disposition"].to_str().unwrap();
    assert_eq!(named, "attachment; filename=\"ledger.csv\"");
    let file = answer.bytes().await.unwrap();
    let mut read = csv::Reader::from_reader(&file[..]);
    let names = read.headers().unwrap().clone();
    let cells: Vec<csv::StringRecord> = read.records().map(Result::unwrap).collect();
    assert_eq!(cells.len(), rows.len());
    for (cells, row) in cells.iter().zip(&rows) {
        for (name, cell) in names.iter().zip(cells) {
            let said = match &row[name] {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                number => number.to_string(),
            };
            assert_eq!(cell, said, "{name}");
        }
    }
    // With `after`, the export has only the rest.
    let after = format!("/desk/activity/export?format=ndjson&after={}", all[1_999]);
    let rest = ann.get(&after).await.text().await.unwrap();
    assert_eq!(rest.lines().count(), all.len() - 2_000);
}

#[tokio::test]
async fn an_export_respects_the_filter() {
    let shop = spawn_shop().await;
    let ann = Owner::of(&shop, "ann").await;
    shop.shopper().add_to_cart(GUIDE).await;
    shop.shopper().add_to_cart("small-hours").await;
    let path = format!("/desk/activity/export?format=ndjson&kind=held&book={GUIDE}");
    let answer = ann.get(&path).await;
    let named = answer.headers()["content-disposition"].to_str().unwrap();
    assert!(named.contains("ledger-definitive-guide"), "{named}");
    let lines = answer.text().await.unwrap();
    assert_eq!(lines.lines().count(), 1);
    assert!(lines.contains(GUIDE));
    let none = ann.get("/desk/activity/export?kind=collected").await;
    let file = none.text().await.unwrap();
    assert!(file.starts_with("place,at,book,") && file.lines().count() == 1);
    let wrong = ann.get("/desk/activity/export?format=xlsx").await;
    assert_eq!(wrong.status(), 400);
}

/// After a restore, the place belongs to another history, so the file would have a gap.
#[tokio::test]
async fn an_export_after_a_place_of_another_epoch_is_refused() {
    let shop = spawn_shop_with(10).await;
    let ann = Owner::of(&shop, "ann").await;
    move_copies(&shop.store, "drop", 4).await;
    let epoch = shop.store.feed().epoch();
    for (named, status) in [("0therh1st0ry", 409), (epoch.as_str(), 200)] {
        let path = format!("/desk/activity/export?after=0-1&epoch={named}");
        assert_eq!(ann.get(&path).await.status(), status, "{named}");
    }
}

#[tokio::test]
async fn the_page_shows_the_newest_movements_and_links_to_all_others() {
    let shop = spawn_shop_with(10).await;
    let ann = Owner::of(&shop, "ann").await;
    move_copies(&shop.store, "drop", 120).await;
    let mut seen = Vec::new();
    let mut path = "/desk/activity".to_owned();
    loop {
        let page = ann.get(&path).await;
        assert_eq!(page.status(), 200);
        let html = page.text().await.unwrap();
        seen.extend(between(&html, "data-place=\"", "\""));
        let links = between(&html, "<a ", ">");
        let Some(older) = links.iter().find(|link| link.contains("rel=\"next\"")) else {
            break;
        };
        path = between(older, "href=\"", "\"")
            .remove(0)
            .replace("&amp;", "&");
    }
    let mut all = all_places(&shop.store).await;
    all.reverse();
    assert_eq!(seen, all);
}

#[tokio::test]
async fn the_page_names_an_invalid_filter() {
    let shop = spawn_shop_with(10).await;
    let ann = Owner::of(&shop, "ann").await;
    let page = ann.get("/desk/activity?kind=stolen").await;
    assert_eq!(page.status(), 400);
    let html = page.text().await.unwrap();
    assert!(html.contains("There is no such kind of change."), "{html}");
    let page = ann.get("/desk/activity?book=no-such-book").await;
    assert_eq!(page.status(), 404);
    // What a person has typed is escaped.
    let page = ann.get("/desk/activity?from=%22%3E%3Cscript%3E").await;
    assert!(!page.text().await.unwrap().contains("\"><script>"));
}

/// Every part of the text between `before` and `after`.
fn between(text: &str, before: &str, after: &str) -> Vec<String> {
    let parts = text.split(before).skip(1);
    let parts = parts.filter_map(|part| part.split_once(after));
    parts.map(|(found, _)| found.to_owned()).collect()
}
