//! How often one client may use the connection check.

use super::*;

/// Repeats a request until it is refused. Returns the number of requests before the refusal.
///
/// The limit allows one more request each half second.
async fn until_refused(
    shop: &TestShop,
    path: &str,
    headers: &[(&'static str, &str)],
) -> (usize, Response) {
    let asking = async {
        for asked in 0.. {
            let answer = get(shop, path, headers).await;
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                return (asked, answer);
            }
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
        }
        unreachable!("the limit refuses a request")
    };
    timeout(PATIENCE, asking).await.expect("a limit applies")
}

#[tokio::test]
async fn the_checks_of_one_client_are_rate_limited() {
    let shop = spawn_shop_behind_proxy().await;
    let named = [("x-real-ip", "203.0.113.7")];
    let at_once = "/connection/wait?ms=0";
    let began = Instant::now();
    let (asked, _) = until_refused(&shop, at_once, &named).await;
    let refilled = began.elapsed().as_millis() as usize / 500 + 1;
    assert!((A_MINUTE..=A_MINUTE + refilled).contains(&asked), "{asked}");
    for path in [at_once, "/connection/stream", "/connection"] {
        let (_, refused) = until_refused(&shop, path, &named).await;
        let wait = refused.headers()[header::RETRY_AFTER].to_str().unwrap();
        assert!((1..=2).contains(&wait.parse::<u32>().unwrap()), "{wait}");
        assert!(
            sentence(refused).await.contains("try again in a minute"),
            "{path}"
        );
    }
    let as_person = [named[0], ("accept", "text/html")];
    let (_, refused) = until_refused(&shop, "/connection", &as_person).await;
    let page = refused.text().await.unwrap();
    assert!(page.contains("<h1>One moment, please</h1>"), "{page}");
    let sockets = async {
        loop {
            if let Err(status) = socket(&shop, "/connection", &named).await {
                return status;
            }
        }
    };
    assert_eq!(timeout(PATIENCE, sockets).await.unwrap(), 429);
    let neighbour = get(&shop, at_once, &[("x-real-ip", "203.0.113.8")]).await;
    assert_eq!(neighbour.status(), StatusCode::OK);
    let refused = "burts_checks_refused_total{reason=\"too_often\"}";
    assert!(counted(&shop, refused).await >= 6);
}

/// Control: if the proxy is not trusted, its header is ignored, and this machine is exempt.
#[tokio::test]
async fn without_a_trusted_proxy_this_machine_has_no_rate_limit() {
    let shop = spawn_shop().await;
    for _ in 0..2 * A_MINUTE {
        let headers = [("x-real-ip", "203.0.113.7")];
        let answer = get(&shop, "/connection/wait?ms=0", &headers).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn the_simultaneous_checks_of_one_client_are_limited() {
    let shop = spawn_shop_behind_proxy().await;
    let open = async |from: &str| socket(&shop, "/connection", &[("x-real-ip", from)]).await;
    let mut sockets = Vec::new();
    for _ in 0..AT_ONCE {
        sockets.push(open("203.0.113.7").await.unwrap());
    }
    assert_eq!(open("203.0.113.7").await.err(), Some(503));
    let named = [("x-real-ip", "203.0.113.7")];
    let refused = get(&shop, "/connection/stream", &named).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()[header::RETRY_AFTER], "5");
    sentence(refused).await;
    assert!(open("203.0.113.8").await.is_ok());
    assert_eq!(
        get(&shop, "/connection", &named).await.status(),
        StatusCode::OK,
        "the page is open"
    );

    // A place is freed however its socket ends.
    drop(sockets.pop());
    let again = async { while open("203.0.113.7").await.is_err() {} };
    timeout(PATIENCE, again)
        .await
        .expect("there is a place again");
}

#[tokio::test]
async fn the_simultaneous_checks_are_limited_in_total() {
    let shop = spawn_shop_behind_proxy().await;
    let mut sockets = Vec::new();
    for address in 1..=8 {
        for _ in 0..AT_ONCE {
            let from = format!("203.0.113.{address}");
            let opened = socket(&shop, "/connection", &[("x-real-ip", &from)]).await;
            sockets.push(opened.unwrap());
        }
    }
    let stranger = [("x-real-ip", "198.51.100.1")];
    assert_eq!(
        socket(&shop, "/connection", &stranger).await.err(),
        Some(503)
    );
    let refused = "burts_checks_refused_total{reason=\"no_place\"}";
    assert_eq!(counted(&shop, refused).await, 1);
    let page = get(&shop, "/", &stranger).await;
    assert_eq!(
        page.status(),
        StatusCode::OK,
        "other requests are not limited"
    );
}
