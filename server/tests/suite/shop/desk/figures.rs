//! The sales figures at the desk: the page, its order and its files.

use shop::{Closing, Contact, OrderCode, Quantity, ShopperId};
use store::{NewBook, Store, opening_catalogue};

use super::*;
use crate::shop::helpers::{open_store, spawn_shop_over};

/// Places an order and closes it. The number stands for the shopper and the order.
async fn order(store: &dyn Store, number: u8, lines: &[(&str, u32)], closing: Closing) {
    let shopper = ShopperId::from_bytes([number; 16]);
    for &(book, copies) in lines {
        let add = Command::Add {
            shopper,
            book: slug(book),
            quantity: Quantity::new(copies).unwrap(),
            key: None,
        };
        store.submit(add).await.unwrap();
    }
    let code = OrderCode::from_bits(number.into());
    let place = Command::PlaceOrder {
        shopper,
        code,
        contact: Contact::parse("Ann", "ann@example.org").unwrap(),
        total: None,
        key: None,
    };
    store.submit(place).await.unwrap();
    let close = Command::CloseOrder { code, closing };
    store.submit(close).await.unwrap();
}

/// The books in the table of sold books, in its order.
fn sold_books(page: &str) -> Vec<&str> {
    let (_, table) = page.split_once("id=\"by-book\"").unwrap();
    let (table, _) = table.split_once("Reserved and never collected").unwrap();
    let links = table.split("/desk/stock/").skip(1);
    links.map(|link| link.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn an_owner_sees_what_was_sold_and_a_clerk_does_not() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let empty = owner.page("/desk/figures").await;
    for words in [
        "Nothing was sold in this period.",
        "No orders were cancelled or left uncollected in this period.",
        "Nothing is running out.",
        "Every book in stock has sold lately, or is new.",
    ] {
        assert!(empty.contains(words), "{words}: {empty}");
    }
    assert!(!empty.contains("<figure"), "there should be no chart");

    order(&*shop.store, 1, &[(GUIDE, 2)], Closing::Collected).await;
    order(&*shop.store, 2, &[("small-hours", 1)], Closing::Cancelled).await;
    for period in ["week", "month", "year"] {
        let page = owner.page(&format!("/desk/figures?period={period}")).await;
        assert_eq!(sold_books(&page), [GUIDE], "{period}");
        for words in [
            "$40.00",
            "100.0%",
            "<figure",
            "112 days",
            "/desk/stock/small-hours",
        ] {
            assert!(page.contains(words), "{period}, {words}: {page}");
        }
    }
    let past_the_end = owner.page("/desk/figures?page=99").await;
    assert_eq!(sold_books(&past_the_end), [GUIDE]);
    let other = owner
        .page("/desk/figures?from=2001-01-01&until=2001-01-31")
        .await;
    assert_eq!(sold_books(&other), [""; 0]);

    for path in ["/desk/figures", "/desk/figures/export?table=books"] {
        let refused = clerk.get(path).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn sold_books_are_sorted_by_the_chosen_column_and_paged() {
    let data = tempfile::tempdir().unwrap();
    let name = |number: u32| &*format!("book-{number:02}").leak();
    let books: Vec<NewBook> = (0..51)
        .map(|number| NewBook {
            slug: name(number),
            title: format!("Book {number:02}").leak(),
            isbn: None,
            price_cents: 100 * (number + 1),
            copies: 9,
            ..opening_catalogue()[0]
        })
        .collect();
    let store = open_store(data.path(), &books).await;
    let shop = spawn_shop_over(store, data).await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    for (number, books) in (1..).zip(books.chunks(10)) {
        let lines: Vec<(&str, u32)> = books.iter().map(|book| (book.slug, 1)).collect();
        order(&*shop.store, number, &lines, Closing::Collected).await;
    }
    order(&*shop.store, 99, &[("book-07", 1)], Closing::Collected).await;

    for (query, first, last, sorted, other_way) in [
        (
            "",
            "book-07",
            "book-49",
            "descending",
            "sort=copies&amp;way=up",
        ),
        (
            "?sort=copies&way=up",
            "book-00",
            "book-50",
            "ascending",
            "sort=copies&amp;way=down",
        ),
        (
            "?sort=money",
            "book-50",
            "book-01",
            "descending",
            "sort=money&amp;way=up",
        ),
        (
            "?sort=title",
            "book-00",
            "book-49",
            "ascending",
            "sort=title&amp;way=down",
        ),
    ] {
        let page = owner.page(&format!("/desk/figures{query}")).await;
        let books = sold_books(&page);
        assert_eq!(books.len(), 50, "{query}");
        assert_eq!((books[0], books[49]), (first, last), "{query}");
        let sorted = format!("aria-sort=\"{sorted}\"");
        assert_eq!(page.matches(&sorted).count(), 1, "{query}");
        assert_eq!(page.matches("aria-sort=").count(), 1, "{query}");
        assert!(page.contains(other_way), "{query}");
        assert!(page.contains("rel=\"next\"") && !page.contains("rel=\"prev\""));
    }
    let page = owner.page("/desk/figures?sort=title&page=2").await;
    assert_eq!(sold_books(&page), ["book-50"]);
    assert!(page.contains("rel=\"prev\"") && !page.contains("rel=\"next\""));

    let file = owner
        .get("/desk/figures/export?table=books&sort=title")
        .await;
    let file = file.text().await.unwrap();
    assert_eq!(file.lines().count(), 52, "a file has every book: {file}");
}

#[tokio::test]
async fn each_table_is_exported() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    order(&*shop.store, 1, &[(GUIDE, 2)], Closing::Collected).await;
    order(&*shop.store, 2, &[("small-hours", 1)], Closing::Cancelled).await;
    let books = shop.store.book_desk();
    let ann = "ann".parse().unwrap();
    let point = books.set_reorder_point(&slug(GUIDE), Some(9), &ann).await;
    point.unwrap();
    let now = shop.store.desk_reads().now().await.unwrap().to_string();
    let today = &now[..10];
    let title = "The Definitive Guide to the Internet";
    for (table, lines) in [
        ("time", format!("from,copies,sales\r\n{today},2,40.00\r\n")),
        (
            "books",
            format!("book,title,copies,sales\r\n{GUIDE},{title},2,40.00\r\n"),
        ),
        (
            "uncollected",
            "book,title,orders,overdue,cancelled\r\nsmall-hours,Small Hours,1,0,1\r\n".to_owned(),
        ),
        (
            "running-out",
            format!("book,title,available,fewer,days_left\r\n{GUIDE},{title},8,2,112.0\r\n"),
        ),
        (
            "to-reorder",
            format!("book,title,available,reorder_point\r\n{GUIDE},{title},8,9\r\n"),
        ),
        ("idle", "book,title,on_hand,last_sold\r\n".to_owned()),
    ] {
        let query = format!("table={table}&from={today}&until={today}");
        let file = owner.get(&format!("/desk/figures/export?{query}")).await;
        assert_eq!(file.status(), StatusCode::OK, "{table}");
        assert_eq!(
            file.headers()[header::CONTENT_DISPOSITION],
            format!("attachment; filename=\"figures-{table}.csv\"")
        );
        assert_eq!(file.text().await.unwrap(), lines, "{table}");
    }
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_refused_with_a_sentence() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    for (query, words) in [
        ("from=yesterday", "Enter a date such as"),
        ("from=2026-02-30&until=2026-03-01", "Enter a date such as"),
        ("until=2026-03-01", "Enter the first day"),
        (
            "from=2026-03-02&until=2026-03-01",
            "must end after it begins",
        ),
        ("from=2001-01-01&until=2026-03-01", "up to ten years"),
        ("period=decade", "Choose “week”"),
        ("step=hour", "Choose to group by"),
        ("sort=author", "Sort by"),
        ("page=0", "A page is a whole number"),
    ] {
        let page = owner.get(&format!("/desk/figures?{query}")).await;
        assert_eq!(page.status(), StatusCode::BAD_REQUEST, "{query}");
        let page = page.text().await.unwrap();
        assert!(page.contains(words), "{query}: {page}");
        assert!(page.contains("<form"), "one can try again: {page}");
        let file = owner
            .get(&format!("/desk/figures/export?table=books&{query}"))
            .await;
        assert_eq!(file.status(), StatusCode::BAD_REQUEST, "{query}");
        let said = sentence(file).await;
        assert!(said.contains(words), "{query}: {said}");
    }
    for table in ["", "table=", "table=authors"] {
        let file = owner.get(&format!("/desk/figures/export?{table}")).await;
        assert_eq!(file.status(), StatusCode::BAD_REQUEST, "{table}");
        assert!(sentence(file).await.contains("Choose the table"));
    }
}
