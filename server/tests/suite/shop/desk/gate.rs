//! Every route of the desk refuses requests without the right session.

use super::*;

/// A path of a route, with a value for each parameter.
fn address(route: &DeskRoute) -> String {
    let parts = route.path.split('/').map(|part| match part {
        "{code}" => "4KX9-QD2M-7HTB",
        "{book}" => GUIDE,
        name if name.starts_with('{') => "1",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_route_refuses_requests_without_a_session_or_from_another_site() {
    let shop = spawn_shop().await;
    let (stranger, owner) = (
        Person::new(&shop),
        signed_in(&shop, "ann", Role::Owner).await,
    );
    let routes = routes();
    assert!(routes.len() > 10, "{routes:?}");
    for route in &routes {
        let (path, method) = (address(route), route.method.clone());
        let refused = stranger.ask(method.clone(), &path).await;
        assert_eq!(
            refused.status(),
            StatusCode::UNAUTHORIZED,
            "{method} {path}"
        );
        assert!(sentence(refused).await.contains("sign in"));

        for forged in ["staff=", "staff=0", &format!("staff={}", "0".repeat(64))] {
            let request = stranger.client.request(method.clone(), shop.url(&path));
            let refused = request.header(header::COOKIE, forged).send().await.unwrap();
            assert_eq!(
                refused.status(),
                StatusCode::UNAUTHORIZED,
                "{forged} {path}"
            );
        }

        let request = owner.client.request(method.clone(), shop.url(&path));
        let foreign = request
            .header(header::ORIGIN, "https://evil.example")
            .send();
        assert_eq!(
            foreign.await.unwrap().status(),
            StatusCode::FORBIDDEN,
            "{method} {path}"
        );
    }
    // A person is redirected to the sign-in page, which leads back to this page.
    let request = stranger.client.get(shop.url("/desk/orders?of=today"));
    let shown = request
        .header(header::ACCEPT, "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(
        location(&shown),
        "/desk/sign-in?next=%2Fdesk%2Forders%3Fof%3Dtoday"
    );
}

/// The router matches a path as it is written; the pages normalize it.
#[tokio::test]
async fn no_other_spelling_of_a_path_bypasses_the_gate() {
    let shop = spawn_shop().await;
    for route in routes().iter().filter(|route| route.method == Method::GET) {
        let path = address(route);
        let inside = path.trim_start_matches('/');
        for written in [
            format!("/x/../{inside}"),
            format!("/./{inside}"),
            format!("/%2e/{inside}"),
            format!("/x/%2E%2e/{inside}"),
            format!("//{inside}"),
            format!("//x/{inside}"),
            format!("/x\\..\\{inside}"),
            format!("/%64{}", &inside[1..]),
            format!("/{inside}/"),
            format!("/{inside}/."),
            format!("/{inside}/x/.."),
            format!("/{}", inside.to_uppercase()),
        ] {
            let (status, body) = raw_socket::answer(shop.address, &written).await;
            assert!([400, 401, 404].contains(&status), "{written}: {status}");
            assert!(!body.contains("desk-parts"), "{written}: {body}");
        }
    }
    // Other spellings do not bypass the limit on guessing order codes either.
    let (status, _) = raw_socket::answer(shop.address, "/x/../orders/4KX9-QD2M-7HTB").await;
    assert_eq!(status, 404);
}

/// Asserts that no cache may store the answer.
fn assert_not_cached(answer: &reqwest::Response, path: &str) {
    let caching = answer.headers().get(header::CACHE_CONTROL);
    assert_eq!(caching.unwrap(), "private, no-store", "{path}");
}

#[tokio::test]
async fn every_route_refuses_the_wrong_role() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    for route in routes()
        .iter()
        .filter(|route| !Role::Clerk.covers(route.role))
    {
        let (path, method) = (address(route), route.method.clone());
        let refused = clerk.ask(method.clone(), &path).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{method} {path}");
        assert_not_cached(&refused, &path);
    }
    for route in routes()
        .iter()
        .filter(|route| Role::Clerk.covers(route.role))
    {
        if route.path != "/desk/sign-out" {
            let (path, method) = (address(route), route.method.clone());
            let answer = clerk.ask(method.clone(), &path).await;
            assert_ne!(answer.status(), StatusCode::FORBIDDEN, "{method} {path}");
            assert_ne!(answer.status(), StatusCode::UNAUTHORIZED, "{method} {path}");
            assert_not_cached(&answer, &path);
        }
    }
}

#[tokio::test]
async fn every_route_refuses_an_ended_session() {
    let shop = spawn_shop().await;
    let (signed_out, dismissed) = (
        signed_in(&shop, "ann", Role::Owner).await,
        signed_in(&shop, "ben", Role::Owner).await,
    );
    // A cookie that was copied before its session ended.
    let kept = Person::new(&shop);
    let answer = kept.sign_in("ann", PASSWORD).await;
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert!(
        kept.send("/desk/sign-out", &[])
            .await
            .contains("signed_out")
    );
    signed_out.send("/desk/sign-out", &[]).await;
    let mut list = SqliteStaffAccounts::open(shop.data.path()).await.unwrap();
    assert!(list.remove(&"ben".parse().unwrap()).await.unwrap());
    for route in routes() {
        let (path, method) = (address(&route), route.method.clone());
        for person in [&signed_out, &dismissed] {
            let refused = person.ask(method.clone(), &path).await;
            assert_eq!(
                refused.status(),
                StatusCode::UNAUTHORIZED,
                "{method} {path}"
            );
        }
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let request = client.request(method.clone(), shop.url(&path));
        let refused = request
            .header(header::COOKIE, &cookie)
            .send()
            .await
            .unwrap();
        assert_eq!(
            refused.status(),
            StatusCode::UNAUTHORIZED,
            "{method} {path}"
        );
    }
}
