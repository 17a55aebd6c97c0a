//! Who may cache the answer of each route. Shared caches may store only what is the same for all.

use std::{collections::BTreeSet, fs};

use reqwest::{Client, Method, Response, header, redirect::Policy};

use crate::shop::helpers::{GUIDE, TestShop, open_store, spawn_shop_over};

/// Who may cache an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CachedBy {
    Nobody,
    /// The client's own browser, which revalidates it on each use.
    ItsBrowser,
    /// Everyone, with revalidation on each use.
    AllForNow,
    All,
}

use CachedBy::{All, AllForNow, ItsBrowser, Nobody};

/// Every route of the router's list, a path that it serves, and who may cache the answer.
const ROUTES: [(&str, &str, &str, CachedBy); 39] = [
    ("page", "GET", "/", ItsBrowser),
    (
        "page",
        "GET",
        "/books/definitive-guide-to-the-internet",
        ItsBrowser,
    ),
    ("page", "GET", "/cart", ItsBrowser),
    ("/orders", "GET", "/orders", Nobody),
    ("/orders/{code}", "GET", "/orders/ABCD-EFGH-JKMN", Nobody),
    ("page", "GET", "/imprint", ItsBrowser),
    ("page", "GET", "/privacy", ItsBrowser),
    ("page", "GET", "/terms", ItsBrowser),
    ("page", "GET", "/no/such/page", ItsBrowser),
    (
        "/orders/{code}/collect.ics",
        "GET",
        "/orders/ABCD-EFGH-JKMN/collect.ics",
        Nobody,
    ),
    (
        "/api/order",
        "GET",
        "/api/order?code=ABCD-EFGH-JKMN",
        Nobody,
    ),
    ("/api/cancel_order", "POST", "/api/cancel_order", Nobody),
    (
        "/api/book",
        "GET",
        "/api/book?book=definitive-guide-to-the-internet",
        Nobody,
    ),
    ("/api/shelf", "GET", "/api/shelf", Nobody),
    ("/api/cart", "GET", "/api/cart", Nobody),
    ("/api/add_to_cart", "POST", "/api/add_to_cart", Nobody),
    ("/api/set_quantity", "POST", "/api/set_quantity", Nobody),
    (
        "/api/remove_from_cart",
        "POST",
        "/api/remove_from_cart",
        Nobody,
    ),
    ("/api/offers", "GET", "/api/offers", Nobody),
    ("/api/extend_hold", "POST", "/api/extend_hold", Nobody),
    ("/api/wait_for_copy", "POST", "/api/wait_for_copy", Nobody),
    ("/api/stop_waiting", "POST", "/api/stop_waiting", Nobody),
    ("/api/accept_offer", "POST", "/api/accept_offer", Nobody),
    ("/api/place_order", "POST", "/api/place_order", Nobody),
    ("/api/set_language", "POST", "/api/set_language", Nobody),
    ("/api/{*unknown}", "GET", "/api/no_such_action", Nobody),
    ("/buzz", "GET", "/buzz", ItsBrowser),
    ("/api/buzz", "GET", "/api/buzz?book=small-hours", Nobody),
    ("/connection", "GET", "/connection", ItsBrowser),
    ("/connection/stream", "GET", "/connection/stream", Nobody),
    ("/connection/wait", "GET", "/connection/wait?ms=0", Nobody),
    ("/api/search", "GET", "/api/search?q=tea", All),
    ("/robots.txt", "GET", "/robots.txt", All),
    ("/sitemap.xml", "GET", "/sitemap.xml", All),
    ("/sitemaps/{part}", "GET", "/sitemaps/0.xml", All),
    ("/healthz", "GET", "/healthz", Nobody),
    ("/readyz", "GET", "/readyz", Nobody),
    ("/metrics", "GET", "/metrics", Nobody),
    ("/offline", "GET", "/offline", AllForNow),
];

/// Routes outside that list: the worker's script, the files, and `/live`.
const MORE: [(&str, CachedBy); 8] = [
    ("/offline.js", AllForNow),
    ("/covers/x.svg", All),
    ("/covers/none.svg", Nobody),
    ("/fonts/x.woff2", All),
    ("/favicon.svg", All),
    ("/styles/x.css", AllForNow),
    ("/pkg/x.css", AllForNow),
    ("/live?seen=definitive-guide-to-the-internet:0", Nobody),
];

async fn spawn() -> TestShop {
    let data = tempfile::tempdir().unwrap();
    for file in [
        "covers/x.svg",
        "fonts/x.woff2",
        "pkg/x.css",
        "favicon.svg",
        "styles/x.css",
    ] {
        let file = data.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "x").unwrap();
    }
    let store = open_store(data.path(), store::opening_catalogue()).await;
    spawn_shop_over(store, data).await
}

fn cached_by(answer: &Response) -> CachedBy {
    let said = answer.headers().get(header::CACHE_CONTROL);
    let said = said
        .expect("every answer has cache control")
        .to_str()
        .unwrap();
    let has = |word: &str| said.split(", ").any(|said| said == word);
    match (
        has("no-store"),
        has("private"),
        has("public"),
        has("no-cache"),
    ) {
        (true, ..) => Nobody,
        (false, true, false, true) => ItsBrowser,
        (false, false, true, false) => All,
        (false, false, false, true) => AllForNow,
        _ => panic!("unknown cache control: {said}"),
    }
}

#[tokio::test]
async fn every_answer_has_the_right_cache_control() {
    let shop = spawn().await;
    // The redirect after a form is checked, not the page it leads to.
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let more = MORE.map(|(path, by)| ("", "GET", path, by));
    for (_, method, path, by) in ROUTES.into_iter().chain(more) {
        for accept in ["*/*", "text/html"] {
            let method: Method = method.parse().unwrap();
            let asked = client
                .request(method, shop.url(path))
                .header(header::ACCEPT, accept);
            let answer = asked.send().await.unwrap();
            // A path that is answered with an error page is not cached.
            let refused = answer.status().is_client_error() && accept == "text/html";
            let by_whom = cached_by(&answer);
            assert!(
                by_whom == by || refused && by_whom == Nobody,
                "{path} ({accept}): {:?}",
                answer.headers()
            );
        }
        // Shared caches must not store the answer to a wrong method.
        let wrong = client.delete(shop.url(path)).send().await.unwrap();
        assert!(
            matches!(cached_by(&wrong), Nobody | ItsBrowser),
            "{path}: {}",
            wrong.status()
        );
    }
}

#[tokio::test]
async fn shared_answers_are_the_same_for_all_and_set_no_cookie() {
    let shop = spawn().await;
    let shopper = shop.shopper();
    assert!(shopper.add_to_cart(GUIDE).await.status().is_success());
    let stranger = Client::new();
    let routes = ROUTES.map(|(_, _, path, by)| (path, by));
    let by_all = |(_, by): &(&str, CachedBy)| matches!(by, All | AllForNow);
    for (path, _) in routes.into_iter().chain(MORE).filter(by_all) {
        let theirs = shopper.client.get(shop.url(path));
        let theirs = theirs.header(header::ACCEPT_LANGUAGE, "zh-CN,zh;q=0.9");
        let (theirs, strangers) = tokio::join!(theirs.send(), stranger.get(shop.url(path)).send());
        let (theirs, strangers) = (theirs.unwrap(), strangers.unwrap());
        for answer in [&theirs, &strangers] {
            assert!(answer.status().is_success(), "{path}");
            assert!(!answer.headers().contains_key(header::SET_COOKIE), "{path}");
        }
        let (theirs, strangers) = (
            theirs.bytes().await.unwrap(),
            strangers.bytes().await.unwrap(),
        );
        assert_eq!(theirs, strangers, "{path}");
    }
}

/// A new route must be added to [`ROUTES`].
#[test]
fn every_route_is_listed() {
    let router = concat!(
        include_str!("../../../src/router.rs"),
        include_str!("../../../src/router/counted.rs")
    );
    let routes = router.split(".route(").skip(1);
    let routes = routes.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    let routes: BTreeSet<&str> = routes.collect();
    assert!(routes.len() > 20, "{routes:?}");
    for route in routes {
        // The desk's routes are not listed: one layer makes them all `private, no-store`
        // (`desk/routes.rs`).
        let known = ROUTES.iter().any(|(named, ..)| *named == route)
            || MORE.iter().any(|(path, _)| *path == route);
        assert!(known, "{route}");
    }
}
