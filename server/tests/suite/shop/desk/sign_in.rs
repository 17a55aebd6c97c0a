//! Signing in: cookies, wrong passwords, and how many attempts are allowed.

use std::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::shop::helpers::spawn_shop_with_settings;

#[tokio::test]
async fn each_sign_in_sets_a_new_cookie_and_ends_the_old_session() {
    let shop = spawn_shop().await;
    add_account(&shop, "ann", Role::Clerk).await;
    let person = Person::new(&shop);
    let mut cookies = Vec::new();
    for _ in 0..2 {
        let answer = person.sign_in(" Ann ", PASSWORD).await;
        assert_eq!(location(&answer), "/desk");
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
        cookies.push(cookie.split(';').next().unwrap().to_owned());
    }
    assert_ne!(cookies[0], cookies[1]);
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let old = client
        .get(shop.url("/desk"))
        .header(header::COOKIE, &cookies[0]);
    assert_eq!(old.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let shop = spawn_shop().await;
    add_account(&shop, "ann", Role::Clerk).await;
    let person = Person::new(&shop);
    let wrong = location(&person.sign_in("ann", "not the right one").await);
    assert_eq!(wrong, "/desk/sign-in?notice=wrong_password&next=%2Fdesk");
    for name in [
        "eve",
        "",
        "<script>",
        "no such name at all, and a very long one at that",
    ] {
        assert_eq!(
            location(&person.sign_in(name, PASSWORD).await),
            wrong,
            "{name:?}"
        );
    }
}

/// Tries to sign in as Ann from this address. Returns where the answer redirects.
async fn try_from(shop: &TestShop, client: &Client, address: &str, password: &str) -> String {
    let form = [("name", "ann"), ("password", password)];
    let request = client.post(shop.url("/desk/sign-in")).form(&form);
    let request = request.header("x-real-ip", address);
    let answer = request.header(header::ACCEPT, "text/html").send().await;
    location(&answer.unwrap())
}

/// Many addresses try passwords for one name, until no unknown client may try any more.
#[tokio::test]
async fn strangers_cannot_keep_a_member_of_staff_out() {
    let shop = spawn_shop_with_settings(|settings| {
        settings.trusted_proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST).into()];
    })
    .await;
    add_account(&shop, "ann", Role::Clerk).await;
    let own = Person::new(&shop).client;
    let (home, elsewhere) = ("198.51.100.1", "198.51.100.2");
    assert_eq!(try_from(&shop, &own, home, PASSWORD).await, "/desk");

    let stranger = || Person::new(&shop).client;
    let mut tried = 0;
    while !try_from(
        &shop,
        &stranger(),
        &format!("203.0.113.{tried}"),
        "wrong password",
    )
    .await
    .contains("too_many_attempts")
    {
        tried += 1;
    }
    assert!((55..100).contains(&tried), "{tried}");

    let refused = try_from(&shop, &stranger(), elsewhere, PASSWORD).await;
    assert!(refused.contains("too_many_attempts"), "control: {refused}");
    let known_browser = try_from(&shop, &own, elsewhere, PASSWORD).await;
    assert_eq!(known_browser, "/desk");
    let known_address = try_from(&shop, &stranger(), home, PASSWORD).await;
    assert_eq!(known_address, "/desk");
}

#[tokio::test]
async fn sign_in_attempts_are_limited_even_for_unknown_names() {
    let shop = spawn_shop().await;
    add_account(&shop, "ann", Role::Clerk).await;
    let person = Person::new(&shop);
    for name in ["ann", "eve"] {
        for _ in 0..5 {
            let answer = person.sign_in(name, "not the right one").await;
            assert!(location(&answer).contains("wrong_password"));
        }
        // The right password, after too many attempts.
        let answer = person.sign_in(name, PASSWORD).await;
        assert!(location(&answer).contains("too_many_attempts"), "{name}");
        assert!(answer.headers().contains_key(header::RETRY_AFTER));
    }
    assert_eq!(person.get("/desk").await.status(), StatusCode::UNAUTHORIZED);
}
