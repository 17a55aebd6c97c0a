//! The catalogue over HTTP: search, result pages, and what search engines read.

use std::fs;

use futures::StreamExt;
use reqwest::{StatusCode, header};
use serde_json::Value;
use shop::Slug;
use store::{NewBook, opening_catalogue};

use crate::shop::helpers::{
    GUIDE, Shopper, TestShop, open_store, spawn_shop, spawn_shop_over, spawn_shop_with_settings,
};

/// Starts a shop with sixty books, every tenth of them sold out.
async fn spawn_shop_with_sixty_books() -> TestShop {
    let data = tempfile::tempdir().unwrap();
    let like = opening_catalogue()[0];
    let books: Vec<NewBook> = (0..60_u32)
        .map(|number| NewBook {
            slug: format!("book-{number}").leak(),
            title: format!("Night {number}").leak(),
            copies: u32::from(!number.is_multiple_of(10)),
            price_cents: 1_000 + number,
            ..like
        })
        .collect();
    let store = open_store(data.path(), &books).await;
    spawn_shop_over(store, data).await
}

/// The page, and the path after redirects.
async fn page(shopper: &Shopper, path: &str) -> (String, String) {
    let page = shopper.get(path).await;
    assert_eq!(page.status(), StatusCode::OK, "{path}");
    let url = page.url().clone();
    let address = url.query().map_or(url.path().to_owned(), |query| {
        format!("{}?{query}", url.path())
    });
    (page.text().await.unwrap(), address)
}

/// The books on a page, in the order of the page.
fn shown(html: &str) -> Vec<Slug> {
    let links = html.split("<li class=\"on-shelf\">").skip(1);
    let slugs = links.map(|item| {
        let (_, rest) = item.split_once("href=\"/books/").unwrap();
        rest.split_once('"').unwrap().0.parse().unwrap()
    });
    slugs.collect()
}

fn slugs(numbers: impl Iterator<Item = u32>) -> Vec<Slug> {
    numbers
        .map(|number| format!("book-{number}").parse().unwrap())
        .collect()
}

#[tokio::test]
async fn an_address_is_redirected_to_its_canonical_form() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    for (asked, shown) in [
        ("/?q=&sort=", "/"),
        ("/?q=%20night%20&sort=&page=1", "/?q=night"),
        ("/?sort=title&q=&in_stock=1", "/?sort=title&in_stock=1"),
        ("/?page=two&sort=upwards", "/"),
        ("/?q=night&sort=title", "/?q=night&sort=title"),
        ("/?notice=sold_out", "/?notice=sold_out"),
    ] {
        assert_eq!(page(&shopper, asked).await.1, shown, "{asked}");
    }
}

#[tokio::test]
async fn result_pages_link_to_each_other_and_a_page_beyond_the_last_links_back() {
    let shop = spawn_shop_with_sixty_books().await;
    let shopper = shop.shopper();
    let (first, _) = page(&shopper, "/").await;
    assert_eq!(shown(&first), slugs(0..24));
    assert!(first.contains("60 books.") && first.contains("Page 1 of 3"));
    assert!(first.contains("href=\"/?page=2\"") && !first.contains("rel=\"prev\""));
    let (last, _) = page(&shopper, "/?page=3&sort=price_down").await;
    assert_eq!(shown(&last), slugs((0..12).rev()));
    assert!(last.contains("rel=\"prev\"") && !last.contains("rel=\"next\""));
    let beyond = shopper.get("/?page=9").await;
    assert_eq!(beyond.status(), StatusCode::NOT_FOUND);
    assert_eq!(beyond.url().query(), Some("page=9"));
    let beyond = beyond.text().await.unwrap();
    assert!(shown(&beyond).is_empty());
    assert!(beyond.contains("There is no page 9.") && beyond.contains("href=\"/?page=3\""));
    let (in_stock, _) = page(&shopper, "/?in_stock=1").await;
    assert!(in_stock.contains("54 books in stock."));
    assert_eq!(shown(&in_stock)[..10], slugs((1..10).chain([11])));
}

#[tokio::test]
async fn a_search_shows_its_query_its_results_and_links() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    let (html, _) = page(&shopper, "/?q=lihgthouse+KEEPERS").await;
    assert_eq!(shown(&html).len(), 1);
    assert!(html.contains("1 book matches “lihgthouse KEEPERS”."));
    assert!(html.contains("value=\"lihgthouse KEEPERS\"") && html.contains("noindex"));
    let (none, _) = page(&shopper, "/?q=%3Cscript%3Ealert(1)&in_stock=1").await;
    assert!(
        none.contains("No books in stock match “&lt;script&gt;alert(1)”."),
        "{none}"
    );
    assert!(!none.contains("<script>alert") && none.contains("See all books"));
    let (html, _) = page(&shopper, "/?q=%3C/title%3E%3Cimg+src%3Dx%3E").await;
    assert!(!html.contains("<img src=x"), "the title is escaped");
    assert!(none.contains("Include sold-out books"));
}

#[tokio::test]
async fn any_search_text_is_accepted() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    let long = "a%20".repeat(2_500);
    let letters = "x".repeat(10_000);
    for query in [
        letters.as_str(),
        &long,
        &"%C3%A9".repeat(2_000),
        "%22%27%28%29*%3B--",
        "%F0%9F%A6%8A",
        "%FF%00%0A",
        "%E7%BA%A2%E6%A5%BC",
        "AND+OR+NOT+NEAR(",
        "%D8%A8%D8%AD%D8%AB",
        "%",
        "&q=x&q[]=y&page=-1",
    ] {
        page(&shopper, &format!("/?q={query}")).await;
        let found = shopper.get(&format!("/api/search?q={query}")).await;
        assert_eq!(found.status(), StatusCode::OK, "{query}");
        let _: Value = found.json().await.unwrap();
    }
}

#[tokio::test]
async fn suggestions_are_the_best_eight_and_public() {
    let shop = spawn_shop_with_sixty_books().await;
    let answer = shop.shopper().get("/api/search?q=nig").await;
    assert!(!answer.headers().contains_key(header::SET_COOKIE));
    assert_eq!(
        answer.headers()[header::CACHE_CONTROL],
        "public, max-age=30"
    );
    let found: Value = answer.json().await.unwrap();
    assert_eq!(found["total"], 60);
    assert_eq!(found["books"].as_array().unwrap().len(), 8);
    assert_eq!(
        found["books"][0],
        serde_json::json!({"slug": "book-0", "title": "Night 0", "author": "Anonymous"})
    );
    let nothing: Value = shop
        .shopper()
        .get("/api/search")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(nothing, serde_json::json!({"books": [], "total": 0}));
}

#[tokio::test]
async fn search_engines_find_every_book_once() {
    let shop = spawn_shop_with_settings(|settings| {
        settings.public_url = Some("https://books.example".parse().unwrap())
    })
    .await;
    let get = async |path| {
        let answer = shop.shopper().get(path).await;
        assert!(!answer.headers().contains_key(header::SET_COOKIE));
        (answer.status(), answer.text().await.unwrap())
    };
    let (_, robots) = get("/robots.txt").await;
    for nobodys in ["/orders/", "/buzz"] {
        assert!(
            robots.contains(&format!("Disallow: {nobodys}\n")),
            "{robots}"
        );
    }
    assert!(
        robots.ends_with("Sitemap: https://books.example/sitemap.xml\n"),
        "{robots}"
    );
    let (_, index) = get("/sitemap.xml").await;
    let parts: Vec<&str> = index.split("<loc>https://books.example").skip(1).collect();
    let parts = parts
        .iter()
        .map(|part| part.split_once("</loc>").unwrap().0);
    let mut addresses = Vec::new();
    for part in parts {
        let (status, xml) = get(part).await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            xml.starts_with("<?xml") && xml.ends_with("</urlset>\n"),
            "{xml}"
        );
        let found = xml.split("<loc>").skip(1);
        addresses.extend(found.map(|rest| rest.split_once("</loc>").unwrap().0.to_owned()));
    }
    let books = opening_catalogue().iter();
    let books = books.map(|book| format!("https://books.example/books/{}", book.slug));
    let all: Vec<String> = ["https://books.example/".to_owned()]
        .into_iter()
        .chain(books)
        .collect();
    assert_eq!(addresses, all);
    for nowhere in [
        "/sitemaps/1.xml",
        "/sitemaps/x.xml",
        "/sitemaps/0",
        "/sitemaps/-1.xml",
    ] {
        assert_eq!(get(nowhere).await.0, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

/// The linked data of a book's page.
fn linked_data(html: &str) -> Value {
    let (_, rest) = html
        .split_once("application/ld+json\"")
        .expect("the page has linked data");
    let (_, json) = rest.split_once('>').unwrap();
    serde_json::from_str(json.split_once("</script>").unwrap().0).unwrap()
}

/// Rendering one page must not affect the head of another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_pages_have_their_own_heads() {
    let shop = spawn_shop().await;
    let books = opening_catalogue();
    let asked = (0..400).map(|number| {
        let (shop, slug) = (&shop, books[number % books.len()].slug);
        async move {
            let path = format!("/books/{slug}");
            let (html, _) = page(&shop.shopper(), &path).await;
            let (head, _) = html.split_once("</head>").unwrap();
            for part in ["name=\"description\"", "og:title", "ld+json"] {
                assert_eq!(head.matches(part).count(), 1, "{part} of {path}");
            }
            assert!(head.contains(&format!("{path}\"")), "the head has {path}");
        }
    });
    futures::stream::iter(asked)
        .buffer_unordered(16)
        .collect::<()>()
        .await;
}

#[tokio::test]
async fn a_books_page_has_correct_linked_data() {
    let data = tempfile::tempdir().unwrap();
    let title = "</script><script>alert(1)</script> & “so on”";
    let book = NewBook {
        title,
        copies: 1,
        isbn: Some("9780306406157"),
        ..opening_catalogue()[0]
    };
    // A PNG, because link previews do not support SVG.
    let covers = data.path().join("covers");
    fs::create_dir(&covers).unwrap();
    fs::write(covers.join(format!("{GUIDE}.png")), "a picture").unwrap();
    let store = open_store(data.path(), &[book]).await;
    let shop = spawn_shop_over(store, data).await;
    let (shopper, path) = (shop.shopper(), format!("/books/{GUIDE}"));
    let (html, _) = page(&shopper, &path).await;
    assert!(!html.contains("<script>alert"));
    let (_, head) = html.split_once("<head").unwrap();
    let (head, _) = head.split_once("</head>").unwrap();
    for part in [
        "rel=\"canonical\"",
        &format!("href=\"{}\"", shop.url(&path)),
        "property=\"og:title\"",
        &format!(
            "property=\"og:image\" content=\"{}\"",
            shop.url(&format!("/covers/{GUIDE}.png"))
        ),
        "property=\"og:image:type\" content=\"image/png\"",
        "application/ld+json",
    ] {
        assert!(head.contains(part), "{part}: {head}");
    }
    let about = linked_data(&html);
    let picture = about["image"].as_str().unwrap();
    let picture = reqwest::get(picture).await.unwrap();
    assert_eq!(picture.headers()[header::CONTENT_TYPE], "image/png");
    assert_eq!(picture.text().await.unwrap(), "a picture");
    assert_eq!(about["name"], title);
    assert_eq!(about["isbn"], "9780306406157");
    assert_eq!(about["offers"]["price"], "20.00");
    assert_eq!(
        about["offers"]["availability"],
        "https://schema.org/InStock"
    );
    assert_eq!(shopper.add_to_cart(GUIDE).await.status(), StatusCode::OK);
    let (html, _) = page(&shopper, &path).await;
    assert_eq!(
        linked_data(&html)["offers"]["availability"],
        "https://schema.org/OutOfStock"
    );
}
