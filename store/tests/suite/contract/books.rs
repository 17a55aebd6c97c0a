//! Books that are added and edited at the desk: found, published, recorded, and lost by nobody.

use shop::{
    Act, Book, BookEdit, BookField, Browse, Command, Done, Isbn, NewTitle, Query, Refusal,
    StaffCommand,
};
use store::{
    DescribedBook, JournalFilter, StoreError,
    imports::{CoverFormat, NewCover},
};

use crate::contract::{
    harness::{ANN, BEN, DROP, Kind, TestShop, slug},
    news::staff,
};

const ISBN: &str = "9780306406157";

async fn described(shop: &TestShop, book: &str) -> DescribedBook {
    let books = shop.store.book_desk();
    books.described(&slug(book)).await.unwrap()
}

/// The command as Ann gives it.
fn by_ann(command: Command) -> Command {
    Command::ByStaff(Box::new(StaffCommand {
        by: Some(staff("ann")),
        reason: None,
        command,
    }))
}

/// A new book like the shop's own, with another slug and ISBN.
async fn new(shop: &TestShop, name: &str, key: &str) -> Command {
    let like = described(shop, DROP).await.book;
    let book = Book {
        slug: slug(name),
        title: "Small Rivers".to_owned(),
        isbn: Some(Isbn::parse(ISBN).unwrap()),
        ..like
    };
    by_ann(Command::AddBook {
        new: Box::new(NewTitle { book, on_hand: 4 }),
        submission: Some((BEN, key.parse().unwrap())),
    })
}

/// The shop's book with these texts.
pub async fn edit(shop: &TestShop, texts: &[(BookField, &str)]) -> Command {
    let DescribedBook {
        mut book, sources, ..
    } = described(shop, DROP).await;
    for (field, text) in texts {
        book.set(*field, text).unwrap();
    }
    by_ann(Command::EditBook(Box::new(BookEdit {
        book,
        from_file: [].into(),
        made_from: sources.version,
    })))
}

async fn found(shop: &TestShop, query: &str) -> Vec<String> {
    let request = Browse {
        query: Query::new(query),
        ..Browse::default()
    };
    let page = shop.store.browse(&request).await.unwrap();
    let books = page.books.into_iter();
    books.map(|one| one.book.slug.to_string()).collect()
}

/// The acts in the journal, newest first.
async fn acts(shop: &TestShop) -> Vec<Act> {
    let filter = JournalFilter::default();
    let found = shop.store.journal().entries(&filter, None, 100).await;
    let found = found.unwrap().into_iter();
    found.map(|one| one.entry.act).collect()
}

pub async fn a_book_that_is_added_is_for_sale_and_found(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let command = new(&shop, "small-rivers", "the-key-of-a-form").await;
    let done = shop.submit(command).await.unwrap();
    // The same form again, with the name that is free by now.
    let again = new(&shop, "small-rivers-2", "the-key-of-a-form").await;
    assert_eq!(shop.submit(again).await.unwrap(), done);
    assert!(matches!(done, Done::StockChanged(level) if level.available == 4));
    shop.add(ANN, "small-rivers", 1).await.unwrap();
    assert_eq!(found(&shop, "rivers").await, ["small-rivers"]);
    let isbn = Isbn::parse(ISBN).unwrap();
    let by_isbn = shop.store.book_desk().with_isbn(&isbn).await.unwrap();
    assert_eq!(by_isbn, Some(slug("small-rivers")));
    let added = Act::BookAdded {
        book: slug("small-rivers"),
        copies: 4,
    };
    assert_eq!(acts(&shop).await, [added]);
    shop
}

pub async fn one_isbn_is_not_given_to_two_books(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let (first, second) = (
        new(&shop, "small-rivers", "the-key-of-a-form").await,
        new(&shop, "large-rivers", "the-key-of-another").await,
    );
    let (first, second) = tokio::join!(shop.submit(first), shop.submit(second));
    let refused = first.err().or(second.err());
    assert!(
        matches!(refused, Some(Refusal::IsbnTaken { .. })),
        "{refused:?}"
    );
    assert_eq!(found(&shop, "rivers").await.len(), 1);
    let taken = edit(&shop, &[(BookField::Isbn, ISBN)]).await;
    let taken = shop.submit(taken).await;
    assert!(matches!(taken, Err(Refusal::IsbnTaken { .. })), "{taken:?}");
    shop
}

pub async fn an_edit_is_published_kept_and_found(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let (before, watch) = (shop.level(DROP).await, shop.watch(DROP));
    let command = edit(
        &shop,
        &[
            (BookField::Subtitle, "A Memoir of Puddles"),
            (BookField::Publisher, "Owl & Sons"),
            (BookField::named("translator").unwrap(), "Jane Doe; 林小明"),
            (BookField::Pages, "320"),
        ],
    )
    .await;
    shop.submit(command).await.unwrap();
    let now = shop.level(DROP).await;
    assert_eq!((now.version, now.page), (before.version + 1, now.version));
    shop.until("the edit is published", async |_| {
        watch.levels() == [now.clone()]
    })
    .await;
    for query in ["puddles", "owl", "doe", "林小明"] {
        assert_eq!(found(&shop, query).await, [DROP], "{query}");
    }
    let fields = ["subtitle", "translator", "publisher", "pages"];
    let edited = Act::BookEdited {
        book: slug(DROP),
        fields: fields.map(str::to_owned).to_vec(),
    };
    assert_eq!(acts(&shop).await, [edited]);

    let shop = shop.reopened().await;
    let kept = shop.store.book(&slug(DROP)).await.unwrap().book;
    assert_eq!(kept.text(BookField::Pages), "320");
    assert_eq!(described(&shop, DROP).await.book, kept);
    shop
}

pub async fn of_two_who_edit_a_book_the_second_is_refused(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let first = edit(&shop, &[(BookField::Author, "Ann")]).await;
    let second = edit(&shop, &[(BookField::Author, "Ben")]).await;
    shop.submit(first).await.unwrap();
    let refused = shop.submit(second).await;
    assert_eq!(refused, Err(Refusal::BookChanged), "the first edit is kept");
    let kept = described(&shop, DROP).await;
    assert_eq!(
        (kept.book.author.as_str(), kept.sources.version),
        ("Ann", 1)
    );
    shop
}

pub async fn a_book_at_its_reorder_point_is_listed(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    let books = shop.store.book_desk();
    let low = async || {
        let low = shop.store.book_desk().low_stock(9).await.unwrap();
        let low = low.into_iter();
        low.map(|one| (one.available, one.reorder_point))
            .collect::<Vec<_>>()
    };
    for _ in 0..2 {
        books
            .set_reorder_point(&slug(DROP), Some(2), &staff("ann"))
            .await
            .unwrap();
    }
    assert!(low().await.is_empty());
    shop.add(ANN, DROP, 1).await.unwrap();
    assert_eq!(low().await, [(2, 2)]);
    let points = books.reorder_points(&[slug(DROP), slug("unknown")]).await;
    assert_eq!(points.unwrap(), [(slug(DROP), 2)]);
    assert_eq!(described(&shop, DROP).await.reorder_point, Some(2));
    books
        .set_reorder_point(&slug(DROP), None, &staff("ben"))
        .await
        .unwrap();
    assert!(low().await.is_empty());
    let set = |before, copies| Act::ReorderPointSet {
        book: slug(DROP),
        before,
        copies,
    };
    assert_eq!(acts(&shop).await, [set(Some(2), None), set(None, Some(2))]);
    let unknown = books
        .set_reorder_point(&slug("unknown"), Some(1), &staff("ann"))
        .await;
    assert!(
        matches!(unknown, Err(StoreError::Refused(Refusal::NoSuchBook(_)))),
        "{unknown:?}"
    );
    shop
}

pub async fn a_cover_that_is_set_at_the_desk_is_a_new_revision(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let books = shop.store.book_desk();
    let cover = |byte: u8| NewCover {
        source: [byte; 32],
        format: CoverFormat::Webp,
        small: vec![byte],
        large: vec![byte; 2],
    };
    let (before, watch) = (shop.level(DROP).await, shop.watch(DROP));
    for byte in [1, 1, 2] {
        books
            .set_cover(&slug(DROP), cover(byte), &staff("ann"))
            .await
            .unwrap();
    }
    let now = shop.level(DROP).await;
    assert_eq!((now.version, now.page), (before.version + 2, now.version));
    shop.until("the cover is published", async |_| {
        watch.levels() == [now.clone()]
    })
    .await;
    let set = Act::CoverSet { book: slug(DROP) };
    assert_eq!(acts(&shop).await, [set.clone(), set]);
    let unknown = books
        .set_cover(&slug("unknown"), cover(1), &staff("ann"))
        .await;
    assert!(
        matches!(unknown, Err(StoreError::Refused(Refusal::NoSuchBook(_)))),
        "{unknown:?}"
    );
    shop
}
