//! Security headers, which every answer has.

use reqwest::{Method, Response};

use crate::shop::helpers::{TestShop, spawn_shop, spawn_shop_for, spawn_shop_with_settings};

const HEADERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("cross-origin-opener-policy", "same-origin"),
];

async fn ask(shop: &TestShop, method: Method, path: &str) -> Response {
    let request = reqwest::Client::new().request(method, shop.url(path));
    request.send().await.unwrap()
}

fn assert_secure(answer: &Response, about: &str) {
    for (name, expected) in HEADERS {
        let values: Vec<_> = answer.headers().get_all(name).iter().collect();
        assert_eq!(values, [expected], "{name} of {about}");
    }
}

#[tokio::test]
async fn every_answer_has_the_security_headers_once() {
    let shop = spawn_shop().await;
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/no/such/page"),
        (Method::GET, "/cart/"),
        (Method::GET, "/desk/orders"),
        (Method::GET, "/desk/sign-in"),
        (Method::GET, "/connection"),
        (Method::GET, "/connection/stream"),
        (Method::GET, "/live?seen=small-hours:0"),
        (Method::GET, "/live?seen=nonsense"),
        (Method::GET, "/pkg/none.js"),
        (Method::GET, "/covers/small-hours.svg"),
        (Method::GET, "/offline.js"),
        (Method::GET, "/api/cart"),
        (Method::GET, "/healthz"),
        (Method::PUT, "/cart"),
        (Method::POST, "/api/add_to_cart"),
    ] {
        let answer = ask(&shop, method.clone(), path).await;
        assert_secure(&answer, &format!("{method} {path}: {}", answer.status()));
    }
    let full = spawn_shop_for(1).await;
    let _inside = tokio::net::TcpStream::connect(full.address).await.unwrap();
    let refused = async {
        loop {
            let answer = ask(&full, Method::GET, "/").await;
            if answer.status() == 503 {
                return answer;
            }
        }
    };
    let refused = tokio::time::timeout(crate::shop::helpers::PATIENCE, refused).await;
    assert_secure(&refused.unwrap(), "a refused connection");
}

/// On such an address, browsers ignore the policy and complain in their console.
#[tokio::test]
async fn an_address_that_browsers_do_not_trust_has_no_opener_policy() {
    let shop = spawn_shop_with_settings(|settings| {
        settings.public_url = Some("http://books.example".parse().unwrap());
    })
    .await;
    let page = ask(&shop, Method::GET, "/").await;
    assert!(!page.headers().contains_key("cross-origin-opener-policy"));
    assert!(page.headers().contains_key("cross-origin-resource-policy"));
}
