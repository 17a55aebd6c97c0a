//! What an import does with a book that staff have edited.

use shop::{BookEdit, BookField, PriceConversion};
use store::{CurrencyRefusal, SettingsOutcome};

use super::*;
use crate::contract::settings::{convert, refusal, save_currency};

fn retitled(row: u32, title: &str) -> Entry {
    Entry {
        title: Some(title.to_owned()),
        ..line(row, DROP, None)
    }
}

pub async fn an_import_leaves_alone_what_staff_wrote_at_the_desk(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (id, _claim) = applying(&imports, 1).await;
    let import = async |row, title| {
        let lines = vec![retitled(row, title)];
        import_lines(&shop, id, row, lines).await.unwrap().remove(0)
    };
    let described = async || {
        let books = shop.store.book_desk();
        books.described(&slug(DROP)).await.unwrap()
    };
    import(2, "Drop").await;
    let mut known = described().await;
    assert!(known.sources.is_from_file(BookField::Title));

    known.book.set(BookField::Title, "The Drop!").unwrap();
    let edit = Command::EditBook(Box::new(BookEdit {
        book: known.book,
        from_file: [].into(),
        made_from: known.sources.version,
    }));
    shop.submit(edit).await.unwrap();
    let price = Price::from_cents(999);
    let book = slug(DROP);
    let set_price = Command::SetPrice { book, price };
    shop.submit(set_price).await.unwrap();
    let before = shop.level(DROP).await;
    assert_eq!(import(3, "Drop, 2nd").await.outcome, Outcome::Unchanged);
    assert_eq!(shop.level(DROP).await, before);
    let kept = described().await;
    assert_eq!(kept.book.title, "The Drop!");
    assert_eq!(kept.book.price, price);
    let (title, price) = (BookField::Title, BookField::Price);
    assert_eq!(kept.sources.file_text(title), Some("Drop, 2nd"));
    assert_eq!(kept.sources.file_text(price), Some("1250"));

    // Staff take the file's title and price again.
    let book = slug(DROP);
    shop.submit(Command::TakeFilePrice { book }).await.unwrap();
    assert_eq!(shop.level(DROP).await.price, Price::from_cents(1_250));
    let mut again = kept.book.clone();
    again.set(title, "Drop, 2nd").unwrap();
    let take = Command::EditBook(Box::new(BookEdit {
        book: again,
        from_file: [title].into(),
        made_from: kept.sources.version,
    }));
    shop.submit(take).await.unwrap();
    let outcome = import(4, "Drop, 3rd").await.outcome;
    assert_eq!(outcome, Outcome::Changed(vec![Column::Title]));
    shop
}

pub async fn the_price_of_the_file_follows_another_currency(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (id, _claim) = applying(&imports, 1).await;
    // At 12.50.
    import_lines(&shop, id, 2, vec![retitled(2, "Drop")])
        .await
        .unwrap();
    assert!(imports.cancel(id, &olive()).await.unwrap());
    let (book, price) = (slug(DROP), Price::from_cents(999));
    let set_price = Command::SetPrice { book, price };
    shop.submit(set_price).await.unwrap();
    let saved = convert(&shop, "JPY", 0, PriceConversion::Round).await;
    assert!(matches!(saved, SettingsOutcome::Saved(_)), "{saved:?}");
    let books = shop.store.book_desk();
    let known = books.described(&slug(DROP)).await.unwrap();
    assert_eq!(known.book.price, Price::from_cents(10));
    assert_eq!(known.sources.file_text(BookField::Price), Some("13"));
    shop
}

pub async fn another_currency_waits_for_imports_of_books(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let refused = async || {
        let refused = save_currency(&shop, "EUR", 0).await;
        assert_eq!(refusal(refused), CurrencyRefusal::Importing);
    };
    let id = uploaded(&imports, 1).await;
    refused().await;
    checked(&imports).await;
    refused().await;
    assert!(imports.apply(id, &olive()).await.unwrap());
    refused().await;
    assert!(imports.cancel(id, &olive()).await.unwrap());
    let saved = save_currency(&shop, "EUR", 0).await;
    assert!(matches!(saved, SettingsOutcome::Saved(_)), "{saved:?}");
    shop
}
