//! Signing in: cookies, wrong passwords, and how many attempts are allowed.

use super::*;

#[tokio::test]
async fn the_cookie_is_new_with_each_sign_in_and_for_this_host_alone() {
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
