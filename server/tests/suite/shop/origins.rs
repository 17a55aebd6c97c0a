//! Which pages a request may come from, by the origin and the host that a browser names.

use reqwest::{Method, StatusCode, header};

use crate::shop::helpers::{GUIDE, TestShop, spawn_shop, spawn_shop_with_settings};

/// The statuses of requests that only our own pages may make.
async fn statuses(shop: &TestShop, origin: &str, host: &str) -> Vec<StatusCode> {
    let stream = format!("/live?seen={GUIDE}:0");
    let mut statuses = Vec::new();
    for (method, path) in [
        (Method::POST, "/api/set_language"),
        (Method::POST, "/desk/sign-in"),
        (Method::GET, "/desk/orders"),
        (Method::GET, stream.as_str()),
        (Method::GET, "/connection/wait?ms=0"),
    ] {
        let request = shop.shopper().client.request(method, shop.url(path));
        let request = request
            .header(header::ORIGIN, origin)
            .header(header::HOST, host)
            // Browsers send this too: if a foreign name resolves to this shop, its pages are
            // same-origin.
            .header("sec-fetch-site", "same-origin")
            .form(&[("book", GUIDE)]);
        statuses.push(request.send().await.unwrap().status());
    }
    statuses
}

#[tokio::test]
async fn a_foreign_name_that_leads_to_the_shop_is_refused() {
    let shop = spawn_shop().await;
    let port = shop.address.port();
    for foreign in ["evil.example", "10.1.2.3", "127.0.0.1.evil.example"] {
        let host = format!("{foreign}:{port}");
        let statuses = statuses(&shop, &format!("http://{host}"), &host).await;
        assert_eq!(statuses, [StatusCode::FORBIDDEN; 5], "{foreign}");
    }
    for here in ["localhost", "127.0.0.1", "[::1]"] {
        let host = format!("{here}:{port}");
        let statuses = statuses(&shop, &format!("http://{host}"), &host).await;
        assert!(
            !statuses.contains(&StatusCode::FORBIDDEN),
            "{here}: {statuses:?}"
        );
    }
}

#[tokio::test]
async fn a_page_over_plain_http_is_foreign_to_a_shop_over_https() {
    let shop = spawn_shop_with_settings(|settings| {
        settings.public_url = Some("https://books.example".parse().unwrap());
    })
    .await;
    let plain = statuses(&shop, "http://books.example", "books.example").await;
    assert_eq!(plain, [StatusCode::FORBIDDEN; 5]);
    let own = statuses(&shop, "https://books.example", "books.example").await;
    assert!(!own.contains(&StatusCode::FORBIDDEN), "{own:?}");
}
