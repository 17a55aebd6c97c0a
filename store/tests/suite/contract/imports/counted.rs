//! Stock counts hold as of the start of the upload, whenever they are applied.

use shop::Closing;

use super::*;
use crate::contract::harness::BEN;

const UNCHANGED: Outcome = Outcome::Unchanged;

fn counted(row: u32, book: &str, copies: u32) -> Entry {
    Entry {
        title: None,
        price: None,
        ..line(row, book, Some(Copies::Counted(copies)))
    }
}

pub async fn a_count_holds_as_of_the_start_of_the_upload(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    shop.pass(MINUTE).await;
    let id = sent(&imports, 1).await;
    shop.pass(MINUTE).await;
    // Three copies are collected and five delivered before the import is confirmed.
    shop.add(ANN, DROP, 3).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.close_order(1, Closing::Collected).await.unwrap();
    shop.add(BEN, DROP, 1).await.unwrap();
    let delivery = |copies| ImportBatch {
        import: id,
        upto: 2,
        entries: vec![counted(2, DROP, copies)],
    };
    let landings = imports.rehearse(delivery(10)).await.unwrap();
    assert_eq!(
        outcomes(&landings),
        [&UNCHANGED],
        "ten counted before the sale should match seven now"
    );
    shop.restock(DROP, 5, "a box").await.unwrap();
    let landings = imports.rehearse(delivery(10)).await.unwrap();
    assert_eq!(outcomes(&landings), [&UNCHANGED]);
    wanted(&imports, id).await;
    let entries = [counted(2, DROP, 9), counted(3, DROP, 9)];
    let landings = deliver(&shop, id, 2, entries[..1].to_vec()).await.unwrap();
    let changed = Outcome::Changed(vec![Column::Counted]);
    assert_eq!(outcomes(&landings), [&changed]);
    // Nine were counted; since then three were collected, five delivered and one held.
    assert_eq!(shop.available(DROP).await, 10);
    let landings = deliver(&shop, id, 3, entries[1..].to_vec()).await.unwrap();
    assert_eq!(
        outcomes(&landings),
        [&UNCHANGED],
        "a correction should not count as a movement"
    );
    shop
}

pub async fn a_later_count_is_kept(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    shop.pass(MINUTE / 6).await;
    let older = sent_as(&imports, 1, [1; 32]).await;
    wanted(&imports, older).await;
    shop.pass(MINUTE / 6).await;
    let newer = sent_as(&imports, 2, [2; 32]).await;
    wanted(&imports, newer).await;
    shop.pass(MINUTE / 6).await;
    // The newer count is applied second, and must not add the correction made by the older one.
    deliver(&shop, older, 2, vec![counted(2, DROP, 8)])
        .await
        .unwrap();
    assert_eq!(shop.available(DROP).await, 8);
    deliver(&shop, newer, 2, vec![counted(2, DROP, 7)])
        .await
        .unwrap();
    assert_eq!(shop.available(DROP).await, 7);
    // The older import's other row comes too late.
    let late = deliver(&shop, older, 3, vec![counted(3, DROP, 8)]).await;
    assert_eq!(outcomes(&late.unwrap()), [&UNCHANGED]);
    shop.pass(MINUTE / 6).await;
    let count = Command::Count {
        book: slug(DROP),
        on_hand: 6,
        reason: "by hand".parse().unwrap(),
    };
    shop.submit(count).await.unwrap();
    let late = deliver(&shop, newer, 3, vec![counted(3, DROP, 8)]).await;
    assert_eq!(outcomes(&late.unwrap()), [&UNCHANGED]);
    assert_eq!(shop.available(DROP).await, 6);
    // A book that another list has added since keeps that list's count.
    deliver(
        &shop,
        newer,
        4,
        vec![line(4, "new", Some(Copies::Counted(4)))],
    )
    .await
    .unwrap();
    let late = deliver(&shop, older, 4, vec![counted(4, "new", 9)]).await;
    assert_eq!(outcomes(&late.unwrap()), [&UNCHANGED]);
    let told = shop.premises.ledger(&slug(DROP)).await;
    assert!(told[0].counted_at.is_none());
    assert!(told[1..].iter().all(|one| one.counted_at.is_some()));
    shop
}

/// A count that confirmed the expected stock is a count, too.
pub async fn a_later_count_without_a_difference_is_kept(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    shop.pass(MINUTE / 6).await;
    let id = sent(&imports, 1).await;
    wanted(&imports, id).await;
    shop.pass(MINUTE / 6).await;
    let count = Command::Count {
        book: slug(DROP),
        on_hand: 10,
        reason: "by hand".parse().unwrap(),
    };
    shop.submit(count).await.unwrap();
    let late = deliver(&shop, id, 2, vec![counted(2, DROP, 12)]).await;
    assert_eq!(outcomes(&late.unwrap()), [&UNCHANGED]);
    assert_eq!(shop.available(DROP).await, 10);
    shop
}

/// One line names the book by its slug, another by its ISBN.
pub async fn movements_are_counted_once_however_often_a_book_is_named(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let number = "9799999000078".parse().unwrap();
    let first = sent_as(&imports, 1, [1; 32]).await;
    let claim = wanted(&imports, first).await;
    let numbered = Entry {
        isbn: Some(number),
        ..line(2, DROP, None)
    };
    deliver(&shop, first, 2, vec![numbered.clone()])
        .await
        .unwrap();
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    shop.pass(MINUTE).await;
    let id = sent(&imports, 2).await;
    wanted(&imports, id).await;
    shop.pass(MINUTE).await;
    shop.restock(DROP, 5, "a box").await.unwrap();
    let by_number = Entry {
        slug: None,
        made: slug("a-new-one"),
        isbn: numbered.isbn,
        ..counted(3, DROP, 10)
    };
    let both = vec![counted(2, DROP, 10), by_number];
    let landings = deliver(&shop, id, 3, both).await.unwrap();
    assert_eq!(outcomes(&landings), [&UNCHANGED; 2]);
    assert_eq!(shop.available(DROP).await, 15);
    shop
}
