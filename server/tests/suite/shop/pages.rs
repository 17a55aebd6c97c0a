//! Pages as they arrive, before any script runs.

use reqwest::{StatusCode, header};

use crate::shop::helpers::{GUIDE, spawn_shop};

#[tokio::test]
async fn a_books_page_arrives_complete() {
    let shop = spawn_shop().await;
    let page = shop.shopper().get(&format!("/books/{GUIDE}")).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()[header::CACHE_CONTROL], "private, no-cache");
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("'nonce-"),
        "{policy}"
    );
    let html = page.text().await.unwrap();
    for part in [
        "The Definitive Guide to the Internet",
        "Anonymous",
        "$20.00",
        ">10<",
        "Add to cart",
    ] {
        assert!(html.contains(part), "{part}");
    }
}

#[tokio::test]
async fn only_the_desks_pages_load_the_desks_styles() {
    let shop = spawn_shop().await;
    for (path, expected) in [("/", false), ("/cart", false), ("/desk/sign-in", true)] {
        let html = shop.shopper().get(path).await.text().await.unwrap();
        assert!(html.contains(r#"href="/pkg/burts-books.css""#), "{path}");
        assert_eq!(html.contains("/styles/desk.css"), expected, "{path}");
    }
}

#[tokio::test]
async fn the_shelf_has_every_book_in_the_catalogues_order() {
    let shop = spawn_shop().await;
    let html = shop.shopper().get("/").await.text().await.unwrap();
    let places: Vec<_> = store::opening_catalogue()
        .iter()
        .map(|book| {
            html.find(&format!("/books/{}", book.slug))
                .expect(book.slug)
        })
        .collect();
    assert!(places.is_sorted());
}

#[tokio::test]
async fn an_unknown_page_is_a_404_in_the_shops_design() {
    let shop = spawn_shop().await;
    for path in [
        "/books/no-such-book",
        "/books/NO%20SLUG",
        "/nowhere",
        "/pkg/x.js",
        "/books/",
        "/covers/../shop.sqlite",
    ] {
        let page = shop.shopper().get(path).await;
        assert_eq!(page.status(), StatusCode::NOT_FOUND, "{path}");
        if !path.starts_with("/pkg") {
            let html = page.text().await.unwrap();
            assert!(
                html.contains("Page not found") && html.contains("Burt’s Books"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn health_and_readiness_are_answered() {
    let shop = spawn_shop().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(
            shop.shopper().get(path).await.status(),
            StatusCode::OK,
            "{path}"
        );
    }
}
