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
async fn a_list_is_sent_checked_and_taken_in() {
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

    let applied = desk.take_in(&id).await;
    assert_eq!(applied["done"]["added"], 301);
    assert!(shop.book("imported-7").await.contains("Title, 7"));
    let bold = shop.book("imported-999").await;
    assert!(bold.contains("&lt;b&gt;Bold&lt;/b&gt;") && !bold.contains("<b>Bold"));
    audit(&shop.data());

    assert_eq!(applied["upto"], 304);
    assert_eq!(not_taken_in(desk, &id).await, 2);

    // The same bytes once more: nothing is new, whatever is pressed.
    let again = desk.checked(&list).await;
    let ready = desk.standing(&again).await;
    let expected = json!({"added": 0, "changed": 0, "unchanged": 301, "refused": 2});
    assert_eq!(ready["expected"], expected);
    let page = desk.page(&format!("/desk/imports/{again}")).await;
    assert!(page.contains("This file was imported before, on"), "{page}");
    let applied = desk.take_in(&again).await;
    assert_eq!(applied["done"]["unchanged"], 301);
    assert_eq!(copies(&shop, "imported-7").await, 2);

    // They have come once more, and somebody says so.
    let again = desk.checked(&list).await;
    let path = format!("/desk/imports/{again}/check");
    let (status, said) = desk.post(&path, &[("copies", "again")]).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    // What would come of it is seen first.
    let ready = desk.until_state(&again, "ready").await;
    let expected = json!({"added": 0, "changed": 301, "unchanged": 0, "refused": 2});
    assert_eq!(ready["expected"], expected);
    assert_eq!(copies(&shop, "imported-7").await, 2);
    let page = desk.page(&format!("/desk/imports/{again}")).await;
    assert!(
        page.contains("As you chose, copies that were counted then will be counted again."),
        "{page}"
    );
    let applied = desk.take_in(&again).await;
    assert_eq!(applied["done"]["changed"], 301);
    assert_eq!(copies(&shop, "imported-7").await, 4);
    audit(&shop.data());
}

/// What the page says was not taken in.
async fn not_taken_in(desk: &Desk, id: &str) -> u64 {
    let page = desk.page(&format!("/desk/imports/{id}")).await;
    let (_, rest) = page.split_once("Rejected</dt><dd>").expect("it is there");
    let digits = rest.chars().take_while(char::is_ascii_digit);
    digits.collect::<String>().parse().unwrap()
}

/// How many copies of a book there are, by its ledger.
async fn copies(shop: &Shop, book: &str) -> i64 {
    let mut inside = Inspection::open(&shop.data()).await.unwrap();
    let book = book.parse().unwrap();
    let rows: Vec<_> = inside.ledger(&book).try_collect().await.unwrap();
    rows.iter().map(|row| row.on_hand).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_called_off_and_is_sent_again_counts_once_in_sum() {
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
    assert_eq!(not_taken_in(desk, &first).await, 600 - added);
    let again = desk.checked(&list).await;
    let done = desk.take_in(&again).await["done"].clone();
    assert_eq!(done["unchanged"].as_u64(), Some(added), "{done}");
    for row in [0, 99, 598, 599] {
        let book = format!("imported-{row}");
        assert_eq!(copies(&shop, &book).await, 2, "{book}");
    }
    audit(&shop.data());
}

/// What stood in the way is gone, but whoever pressed the button has seen it refused.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_check_has_refused_is_not_taken_in_after_all() {
    let shop = shop().await;
    let desk = &shop.desk;
    let owed = b"slug,title,price,stock\none,One,1,+1\nowed,Owed,1,-1\n";
    let id = desk.checked(owed).await;
    let there = b"slug,title,price,stock\nowed,Owed,1,+3\n";
    let other = desk.checked(there).await;
    desk.take_in(&other).await;
    desk.take_in(&id).await;
    assert_eq!(copies(&shop, "one").await, 1);
    assert_eq!(copies(&shop, "owed").await, 3);
    assert_eq!(not_taken_in(desk, &id).await, 1);
    // Sent again it is looked at anew.
    let again = desk.checked(owed).await;
    desk.take_in(&again).await;
    assert_eq!(copies(&shop, "one").await, 1);
    assert_eq!(copies(&shop, "owed").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_can_be_read() {
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
        let (_, table) = page.split_once("<tbody>").expect("rows");
        let rows = table.split("<tr><td>").skip(1);
        let rows = rows.map(|row| row.split('<').next().unwrap().parse::<u32>().unwrap());
        read.extend(rows);
        let Some((_, next)) = page.split_once("?from=") else {
            break;
        };
        let next: String = next.chars().take_while(char::is_ascii_digit).collect();
        address = format!("/desk/imports/{id}?from={next}");
        assert!(read.len() < 2_000, "it goes on");
    }
    assert!(read.into_iter().eq(2..=1_202));
}

/// In which row a book stands is found by its name in one and by its number in the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_book_that_two_rows_mean_stands_in_one() {
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
    let applied = desk.take_in(&id).await;
    assert_eq!(applied["done"]["changed"], 1);
    audit(&shop.data());
}
