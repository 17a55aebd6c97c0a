//! A stock count is as of the start of its upload, whenever it is applied.

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

pub async fn a_count_is_as_of_the_start_of_its_upload(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    shop.pass(MINUTE).await;
    let id = uploaded(&imports, 1).await;
    shop.pass(MINUTE).await;
    // Three copies are collected and five delivered before the import is confirmed.
    shop.add(ANN, DROP, 3).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.close_order(1, Closing::Collected).await.unwrap();
    shop.add(BEN, DROP, 1).await.unwrap();
    let batch = |copies| ImportBatch {
        import: id,
        upto: 2,
        entries: vec![counted(2, DROP, copies)],
    };
    let results = imports.rehearse(batch(10)).await.unwrap();
    assert_eq!(
        outcomes(&results),
        [&UNCHANGED],
        "ten counted before the sale should match seven now"
    );
    shop.restock(DROP, 5, "a box").await.unwrap();
    let results = imports.rehearse(batch(10)).await.unwrap();
    assert_eq!(outcomes(&results), [&UNCHANGED]);
    confirmed(&imports, id).await;
    let entries = [counted(2, DROP, 9), counted(3, DROP, 9)];
    let results = import_lines(&shop, id, 2, entries[..1].to_vec())
        .await
        .unwrap();
    let changed = Outcome::Changed(vec![Column::Counted]);
    assert_eq!(outcomes(&results), [&changed]);
    // Nine were counted; since then three were collected, five delivered and one held.
    assert_eq!(shop.available(DROP).await, 10);
    let results = import_lines(&shop, id, 3, entries[1..].to_vec())
        .await
        .unwrap();
    assert_eq!(
        outcomes(&results),
        [&UNCHANGED],
        "the correction by the first row should not be added again"
    );
    shop
}

pub async fn an_earlier_count_does_not_replace_a_later_one(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    shop.pass(MINUTE / 6).await;
    let older = uploaded_with(&imports, 1, [1; 32]).await;
    confirmed(&imports, older).await;
    shop.pass(MINUTE / 6).await;
    let newer = uploaded_with(&imports, 2, [2; 32]).await;
    confirmed(&imports, newer).await;
    shop.pass(MINUTE / 6).await;
    // The newer count is applied second, and must not add the correction by the older count.
    import_lines(&shop, older, 2, vec![counted(2, DROP, 8)])
        .await
        .unwrap();
    assert_eq!(shop.available(DROP).await, 8);
    import_lines(&shop, newer, 2, vec![counted(2, DROP, 7)])
        .await
        .unwrap();
    assert_eq!(shop.available(DROP).await, 7);
    // Another row of the older import changes nothing, because a newer count was applied.
    let late = import_lines(&shop, older, 3, vec![counted(3, DROP, 8)]).await;
    assert_eq!(outcomes(&late.unwrap()), [&UNCHANGED]);
    shop.pass(MINUTE / 6).await;
    let count = Command::Count {
        book: slug(DROP),
        on_hand: 6,
        reason: "by hand".parse().unwrap(),
    };
    shop.submit(count).await.unwrap();
    let late = import_lines(&shop, newer, 3, vec![counted(3, DROP, 8)]).await;
    assert_eq!(outcomes(&late.unwrap()), [&UNCHANGED]);
    assert_eq!(shop.available(DROP).await, 6);
    // The newer list adds a book, and the older list's count does not replace its copies.
    import_lines(
        &shop,
        newer,
        4,
        vec![line(4, "new", Some(Copies::Counted(4)))],
    )
    .await
    .unwrap();
    let late = import_lines(&shop, older, 4, vec![counted(4, "new", 9)]).await;
    assert_eq!(outcomes(&late.unwrap()), [&UNCHANGED]);
    let movements = shop.premises.ledger(&slug(DROP)).await;
    assert!(movements[0].counted_at.is_none());
    assert!(movements[1..].iter().all(|one| one.counted_at.is_some()));
    shop
}

/// A count that finds the expected number of copies is recorded, too.
pub async fn an_earlier_count_does_not_replace_a_later_one_without_a_difference(
    kind: Kind,
) -> TestShop {
    let (shop, imports) = shop(kind).await;
    shop.pass(MINUTE / 6).await;
    let id = uploaded(&imports, 1).await;
    confirmed(&imports, id).await;
    shop.pass(MINUTE / 6).await;
    let count = Command::Count {
        book: slug(DROP),
        on_hand: 10,
        reason: "by hand".parse().unwrap(),
    };
    shop.submit(count).await.unwrap();
    let late = import_lines(&shop, id, 2, vec![counted(2, DROP, 12)]).await;
    assert_eq!(outcomes(&late.unwrap()), [&UNCHANGED]);
    assert_eq!(shop.available(DROP).await, 10);
    shop
}

/// One line names the book by its slug, another by its ISBN.
pub async fn movements_are_counted_once_however_often_a_book_is_named(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let isbn = "9799999000078".parse().unwrap();
    let first = uploaded_with(&imports, 1, [1; 32]).await;
    let claim = confirmed(&imports, first).await;
    let with_isbn = Entry {
        isbn: Some(isbn),
        ..line(2, DROP, None)
    };
    import_lines(&shop, first, 2, vec![with_isbn.clone()])
        .await
        .unwrap();
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    shop.pass(MINUTE).await;
    let id = uploaded(&imports, 2).await;
    confirmed(&imports, id).await;
    shop.pass(MINUTE).await;
    shop.restock(DROP, 5, "a box").await.unwrap();
    let by_isbn = Entry {
        slug: None,
        made: slug("a-new-one"),
        isbn: with_isbn.isbn,
        ..counted(3, DROP, 10)
    };
    let both = vec![counted(2, DROP, 10), by_isbn];
    let results = import_lines(&shop, id, 3, both).await.unwrap();
    assert_eq!(outcomes(&results), [&UNCHANGED; 2]);
    assert_eq!(shop.available(DROP).await, 15);
    shop
}
