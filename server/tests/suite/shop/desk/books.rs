//! Books at the desk: added, scanned, and given a price, a cover and a reorder point.

use std::{collections::BTreeMap, io::Cursor};

use image::{DynamicImage, ImageFormat};
use store::DescribedBook;

use super::*;

pub(super) type Form = BTreeMap<String, String>;

/// The form of a new book as a browser sends it, with these values.
fn new_book(values: &[(&str, &str)]) -> Form {
    let empty = ["author", "isbn", "description", "slug"];
    let full = [
        ("title", "Small Rivers"),
        ("price", "12.50"),
        ("copies", "4"),
        ("key", "the-key-of-the-form"),
    ];
    let texts = empty.into_iter().map(|name| (name, "")).chain(full);
    let texts = texts.chain(values.iter().copied());
    texts
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect()
}

pub(super) async fn described(shop: &TestShop, book: &str) -> DescribedBook {
    let books = shop.store.book_desk();
    books.described(&slug(book)).await.unwrap()
}

pub(super) async fn post(person: &Person, path: &str, form: &Form) -> Response {
    let request = person.client.post(format!("{}{path}", person.origin));
    let request = request.header(header::ACCEPT, "text/html").form(form);
    request.send().await.unwrap()
}

pub(super) async fn shown(shop: &TestShop, path: &str) -> String {
    let request = shop.shopper().client.get(shop.url(path));
    let request = request.header(header::ACCEPT, "text/html");
    request.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_clerk_adds_a_book_that_is_on_sale_at_once() {
    let shop = spawn_shop().await;
    let (clerk, owner) = (
        signed_in(&shop, "ben", Role::Clerk).await,
        signed_in(&shop, "ann", Role::Owner).await,
    );
    let form = new_book(&[("isbn", "0-306-40615-2"), ("author", "Jane <Doe>")]);
    for _ in 0..2 {
        let added = post(&clerk, "/desk/books/new", &form).await;
        let page = "/desk/stock/small-rivers?notice=book_added";
        assert_eq!(location(&added), page, "a double click adds one book");
    }
    let page = shown(&shop, "/books/small-rivers").await;
    for part in ["Jane &lt;Doe&gt;", "ISBN 9780306406157", "$12.50"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Another book with this title gets another ID.
    let second = new_book(&[("key", "the-key-of-another")]);
    let added = post(&clerk, "/desk/books/new", &second).await;
    assert!(location(&added).starts_with("/desk/stock/small-rivers-2?"));
    let journal = owner.page("/desk/journal?subject=small-rivers").await;
    assert!(journal.contains(", with 4 copies."), "{journal}");

    // A scanned ISBN leads to its book, and one that is not known to the form.
    let scanned = clerk.get("/desk/stock?q=978-0-306-40615-7").await;
    assert_eq!(location(&scanned), "/desk/stock/small-rivers");
    let unknown = clerk.page("/desk/stock?q=9780804429573").await;
    assert!(unknown.contains("/desk/books/new?isbn=9780804429573"));
    let prefilled = clerk.page("/desk/books/new?isbn=9780804429573").await;
    for part in ["value=\"9780804429573\"", "Price (USD)"] {
        assert!(prefilled.contains(part), "{part}: {prefilled}");
    }
}

#[tokio::test]
async fn a_book_that_is_not_valid_is_not_added_and_what_was_typed_stays() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    for (field, text, status, sentence) in [
        ("title", " ", 422, "Title: this can’t be empty."),
        ("isbn", "9799999000147", 422, "ISBN: a digit is wrong"),
        ("price", "cheap", 422, "Enter a price"),
        ("copies", "many", 422, "Enter the number of copies"),
        ("slug", "Small Rivers", 422, "A book ID is 1 to 60"),
        ("slug", "small-hours", 409, "already a book with this ID"),
        ("title", "小河", 422, "can’t make an ID from this title"),
        (
            "isbn",
            "9799999000214",
            409,
            "href=\"/desk/stock/small-hours\"",
        ),
    ] {
        let form = new_book(&[("description", "Kept in <the> form"), (field, text)]);
        let refused = post(&clerk, "/desk/books/new", &form).await;
        assert_eq!(refused.status().as_u16(), status, "{field} {text}");
        let page = refused.text().await.unwrap();
        for part in [sentence, "Kept in &lt;the&gt; form", "the-key-of-the-form"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
    let unknown = shop.store.book(&slug("small-rivers")).await;
    assert!(unknown.is_err(), "{unknown:?}");
}

#[tokio::test]
async fn a_price_that_is_set_at_the_desk_is_the_shops_own() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let price = "/desk/stock/small-hours/price";
    clerk.send(price, &[("price", "21")]).await;
    let known = described(&shop, "small-hours").await;
    assert_eq!(known.sources.version, 0, "the description is the same");
    let written = r#"{"version":0,"fields":{"price":{"desk":{}}}}"#;
    assert_eq!(serde_json::to_string(&known.sources).unwrap(), written);
}

#[tokio::test]
async fn a_book_at_its_reorder_point_is_marked() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let reorder = "/desk/stock/small-hours/reorder";
    for wrong in ["many", "-1", "1.5", "1000001"] {
        let refused = owner.send(reorder, &[("copies", wrong)]).await;
        assert!(refused.ends_with("notice=wrong_reorder_point"), "{refused}");
    }
    let set = owner.send(reorder, &[("copies", "14")]).await;
    assert!(set.ends_with("notice=reorder_point_set"), "{set}");
    let mark = "<strong class=\"desk-low\">Reorder</strong>";
    for path in ["/desk/stock", "/desk/stock/small-hours"] {
        let page = owner.page(path).await;
        assert_eq!(page.matches(mark).count(), 1, "{path}: {page}");
    }
    let figures = owner.page("/desk/figures").await;
    assert!(figures.contains("To be reordered"), "{figures}");
    owner.send(reorder, &[("copies", " ")]).await;
    let page = owner.page("/desk/stock").await;
    assert!(!page.contains(mark), "{page}");
    let journal = owner.page("/desk/journal?subject=small-hours").await;
    assert!(journal.contains("Removed the reorder point"), "{journal}");
}

#[tokio::test]
async fn a_cover_is_what_its_content_says() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let mut png = Cursor::new(Vec::new());
    let picture = DynamicImage::new_rgb8(40, 60);
    picture.write_to(&mut png, ImageFormat::Png).unwrap();
    let send = async |picture: &[u8], name: &str| {
        let head = format!(
            "--boundary\r\ncontent-disposition: form-data; name=\"file\"; \
             filename=\"{name}\"\r\n\r\n"
        );
        let body = [head.as_bytes(), picture, b"\r\n--boundary--\r\n"].concat();
        let path = "/desk/stock/small-hours/cover";
        let request = clerk.client.post(format!("{}{path}", clerk.origin));
        let kind = "multipart/form-data; boundary=boundary";
        let request = request.header(header::CONTENT_TYPE, kind).body(body);
        let answer = location(&request.send().await.unwrap());
        answer.rsplit('=').next().unwrap().to_owned()
    };
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    assert_eq!(send(svg, "cover.png").await, "no_picture");
    assert_eq!(send(b"", "cover.png").await, "empty_file");
    assert_eq!(
        send(&vec![7; 8 * 1024 * 1024 + 1], "big.png").await,
        "large_file"
    );
    let before = shop.store.book(&slug("small-hours")).await.unwrap().level;
    assert_eq!(send(&png.into_inner(), "cover.svg").await, "cover_set");
    let now = shop.store.book(&slug("small-hours")).await.unwrap().level;
    assert_eq!(now.page, before.version + 1);
    let cover = clerk.get("/covers/small-hours.svg").await;
    assert_eq!(cover.headers()[header::CONTENT_TYPE], "image/webp");
}
