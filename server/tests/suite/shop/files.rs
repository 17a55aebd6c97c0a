//! Addresses of files that do not exist.

use reqwest::{Method, StatusCode};

use crate::shop::helpers::{open_store, sentence, spawn_shop_over};

#[tokio::test]
async fn any_address_without_a_file_is_a_404() {
    let data = tempfile::tempdir().unwrap();
    for directory in ["pkg", "covers", "fonts", "styles"] {
        std::fs::create_dir(data.path().join(directory)).unwrap();
    }
    let store = open_store(data.path(), store::opening_catalogue()).await;
    let shop = spawn_shop_over(store, data).await;
    let client = &shop.shopper().client;
    let (long, deep) = ("x".repeat(300), "x/".repeat(3_000));
    for path in [
        "/pkg/none.js",
        "/pkg/%00",
        "/pkg/x%00y.js",
        "/pkg/%ff",
        "/fonts/x%00y",
        "/styles/%00.css",
        "/covers/none.svg",
        "/covers/%00.svg",
        "/covers/x%00y.png",
        &format!("/pkg/{long}"),
        &format!("/covers/{long}.svg"),
        &format!("/covers/{long}.png"),
        &format!("/fonts/{deep}x"),
        "/orders/%00/collect.ics",
        "/sitemaps/%00.xml",
        "/api/%00",
    ] {
        for method in [Method::GET, Method::HEAD] {
            let answer = client.request(method.clone(), shop.url(path)).send();
            let answer = answer.await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{method} {path}");
            if method == Method::GET {
                assert!(sentence(answer).await.contains("here is no"), "{path}");
            }
        }
    }
}
