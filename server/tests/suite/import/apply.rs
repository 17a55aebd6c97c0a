//! Lists that are checked and applied, also a second time.

use futures::TryStreamExt;
use reqwest::StatusCode;
use serde_json::json;
use store::sqlite::Inspection;

use crate::import::{
    desk::{Desk, audit, list},
    shop::{Shop, shop},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_uploaded_checked_and_applied() {
    let shop = shop().await;
    let desk = &shop.desk;
    let mut list = list(300);
    list.extend(b"imported-3,Twice,,,1,\n,No price at all,,,,\nimported-999,<b>Bold</b>,=HYPERLINK(),,1,+1\n");
    let id = desk.checked(&list).await;
    let ready = desk.standing(&id).await;
    let expected = json!({"added": 301, "changed": 0, "unchanged": 0, "refused": 2});
    assert_eq!(ready["expected"], expected);
    assert_eq!(ready["last_row"], 304);
    let page = desk.page(&format!("/desk/imports/{id}")).await;
    assert!(
        page.contains("This is the same book as in row 5."),
        "{page}"
    );
    assert!(page.contains("A new book needs this."), "{page}");
    assert!(!shop.book("imported-7").await.contains("Title, 7"));

    let applied = desk.apply_and_wait(&id).await;
    assert_eq!(applied["done"]["added"], 301);
    assert!(shop.book("imported-7").await.contains("Title, 7"));
    let bold = shop.book("imported-999").await;
    assert!(bold.contains("&lt;b&gt;Bold&lt;/b&gt;") && !bold.contains("<b>Bold"));
    audit(&shop.data());

    assert_eq!(applied["upto"], 304);
    assert_eq!(rejected_rows(desk, &id).await, 2);

    // The same file once more changes nothing.
    let again = desk.checked(&list).await;
    let ready = desk.standing(&again).await;
    let expected = json!({"added": 0, "changed": 0, "unchanged": 301, "refused": 2});
    assert_eq!(ready["expected"], expected);
    let page = desk.page(&format!("/desk/imports/{again}")).await;
    assert!(page.contains("This file was imported before, on"), "{page}");
    let applied = desk.apply_and_wait(&again).await;
    assert_eq!(applied["done"]["unchanged"], 301);
    assert_eq!(copies(&shop, "imported-7").await, 2);

    // The owner says that the copies have arrived a second time.
    let again = desk.checked(&list).await;
    let path = format!("/desk/imports/{again}/check");
    let (status, said) = desk.post(&path, &[("copies", "again")]).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    // The page shows the effect before the list is applied.
    let ready = desk.until_state(&again, "ready").await;
    let expected = json!({"added": 0, "changed": 301, "unchanged": 0, "refused": 2});
    assert_eq!(ready["expected"], expected);
    assert_eq!(copies(&shop, "imported-7").await, 2);
    let page = desk.page(&format!("/desk/imports/{again}")).await;
    assert!(
        page.contains("As you chose, copies that were counted then will be counted again."),
        "{page}"
    );
    let applied = desk.apply_and_wait(&again).await;
    assert_eq!(applied["done"]["changed"], 301);
    assert_eq!(copies(&shop, "imported-7").await, 4);
    audit(&shop.data());
}

/// The number of rejected rows on the page.
async fn rejected_rows(desk: &Desk, id: &str) -> u64 {
    let page = desk.page(&format!("/desk/imports/{id}")).await;
    let (_, rest) = page
        .split_once("Rejected</dt><dd>")
        .expect("the page has the count");
    let digits = rest.chars().take_while(char::is_ascii_digit);
    digits.collect::<String>().parse().unwrap()
}

/// The number of copies of a book, from its ledger.
async fn copies(shop: &Shop, book: &str) -> i64 {
    let mut inside = Inspection::open(&shop.data()).await.unwrap();
    let book = book.parse().unwrap();
    let rows: Vec<_> = inside.ledger(&book).try_collect().await.unwrap();
    rows.iter().map(|row| row.on_hand).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_list_that_is_sent_again_counts_once() {
    let shop = shop().await;
    let desk = &shop.desk;
    let list = list(600);
    let first = desk.checked(&list).await;
    desk.apply(&first).await;
    desk.until(&first, |now| now["upto"].as_u64().unwrap() >= 101)
        .await;
    let path = format!("/desk/imports/{first}/cancel");
    assert_eq!(desk.post(&path, &[]).await.0, StatusCode::OK);
    let stopped = desk.standing(&first).await["done"].clone();
    let added = stopped["added"].as_u64().unwrap();
    assert!((100..600).contains(&added), "{added}");
    assert_eq!(rejected_rows(desk, &first).await, 600 - added);
    let again = desk.checked(&list).await;
    let done = desk.apply_and_wait(&again).await["done"].clone();
    assert_eq!(done["unchanged"].as_u64(), Some(added), "{done}");
    for row in [0, 99, 598, 599] {
        let book = format!("imported-{row}");
        assert_eq!(copies(&shop, &book).await, 2, "{book}");
    }
    audit(&shop.data());
}

/// The reason for the refusal no longer holds, but the owner approved the list as it was checked.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_refused_by_the_check_is_not_applied() {
    let shop = shop().await;
    let desk = &shop.desk;
    let owed = b"slug,title,price,stock\none,One,1,+1\nowed,Owed,1,-1\n";
    let id = desk.checked(owed).await;
    let there = b"slug,title,price,stock\nowed,Owed,1,+3\n";
    let other = desk.checked(there).await;
    desk.apply_and_wait(&other).await;
    desk.apply_and_wait(&id).await;
    assert_eq!(copies(&shop, "one").await, 1);
    assert_eq!(copies(&shop, "owed").await, 3);
    assert_eq!(rejected_rows(desk, &id).await, 1);
    // A list that is sent again is checked again.
    let again = desk.checked(owed).await;
    desk.apply_and_wait(&again).await;
    assert_eq!(copies(&shop, "one").await, 1);
    assert_eq!(copies(&shop, "owed").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rejected_row_is_listed() {
    let shop = shop().await;
    let desk = &shop.desk;
    let mut list = String::from("title\n");
    for row in 2..=1_202 {
        list.push_str(&format!("Book {row}\n"));
    }
    let id = desk.checked(list.as_bytes()).await;
    let ready = desk.standing(&id).await;
    assert_eq!(ready["expected"]["refused"], 1_201);
    let mut address = format!("/desk/imports/{id}");
    let mut read = Vec::new();
    loop {
        let page = desk.page(&address).await;
        let (_, table) = page.split_once("<tbody>").expect("the page has rows");
        let rows = table.split("<tr><td>").skip(1);
        let rows = rows.map(|row| row.split('<').next().unwrap().parse::<u32>().unwrap());
        read.extend(rows);
        let Some((_, next)) = page.split_once("?from=") else {
            break;
        };
        let next: String = next.chars().take_while(char::is_ascii_digit).collect();
        address = format!("/desk/imports/{id}?from={next}");
        assert!(read.len() < 2_000, "the pages come to an end");
    }
    assert!(read.into_iter().eq(2..=1_202));
}

/// One row names the book by its slug, another by its ISBN.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_first_of_several_rows_for_one_book_is_applied() {
    let shop = shop().await;
    let desk = &shop.desk;
    let list = b"slug,isbn,counted\n,9799999000146,8\nSLUG,,9\nSLUG,979-9-999-00014-6,10\n";
    let list = String::from_utf8_lossy(list).replace("SLUG", "the-lighthouse-keepers-almanac");
    let id = desk.checked(list.as_bytes()).await;
    let ready = desk.standing(&id).await;
    let expected = json!({"added": 0, "changed": 1, "unchanged": 0, "refused": 2});
    assert_eq!(ready["expected"], expected);
    let page = desk.page(&format!("/desk/imports/{id}")).await;
    assert!(page.contains("This is the same book as in row"), "{page}");
    let applied = desk.apply_and_wait(&id).await;
    assert_eq!(applied["done"]["changed"], 1);
    audit(&shop.data());
}
