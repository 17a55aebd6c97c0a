//! The set-up link, with which the first owner of a new shop makes an account.

use sha2::{Digest, Sha256};
use store::LinkToken;

use super::*;

const CHOSEN: &str = "a password of my own";
const HOUR: std::time::Duration = std::time::Duration::from_secs(60 * 60);

/// Makes a set-up link, as the shop does when it starts. Returns its path.
async fn link(shop: &TestShop) -> String {
    let secret = "0123456789abcdef".repeat(4);
    let token = LinkToken(Sha256::digest(&secret).into());
    let directory = shop.store.staff_directory();
    directory.make_set_up_link(token, HOUR).await.unwrap();
    format!("/desk/set-up/{secret}")
}

async fn send(person: &Person, path: &str, form: [(&str, &str); 3]) -> Response {
    let request = person.client.post(format!("{}{path}", person.origin));
    let request = request.header(header::ACCEPT, "text/html").form(&form);
    request.send().await.unwrap()
}

fn account<'a>(name: &'a str, password: &'a str, again: &'a str) -> [(&'a str, &'a str); 3] {
    [("name", name), ("password", password), ("again", again)]
}

#[tokio::test]
async fn the_first_owner_makes_an_account_and_is_signed_in() {
    let shop = spawn_shop().await;
    let link = link(&shop).await;
    let ann = Person::new(&shop);
    let page = ann.get(&link).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()[header::REFERRER_POLICY], "strict-origin");
    assert_eq!(page.headers()[header::CACHE_CONTROL], "private, no-store");
    let page = page.text().await.unwrap();
    assert!(page.contains("Set up the shop"), "{page}");
    assert!(!page.contains(&link), "the secret is in the address only");
    for (form, words) in [
        (account("Ann Lee", CHOSEN, CHOSEN), "A username is 2 to 40"),
        (account("ann", "short", "short"), "12 to 200 characters"),
        (account("ann", CHOSEN, PASSWORD), "are different"),
    ] {
        let refused = send(&ann, &link, form).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text().await.unwrap();
        let name = format!("value=\"{}\"", form[0].1);
        assert!(page.contains(words) && page.contains(&name), "{page}");
        assert!(!shop.store.staff_directory().has_staff().await.unwrap());
    }
    let done = send(&ann, &link, account("ann", CHOSEN, CHOSEN)).await;
    assert_eq!(location(&done), "/desk");
    let journal = ann.page("/desk/journal").await;
    assert!(journal.contains("Set up the shop as its first owner."));
    let list = ann.page("/desk/people").await;
    assert!(list.contains("ann (you)"), "{list}");

    let other = Person::new(&shop);
    for again in [
        other.get(&link).await,
        send(&other, &link, account("ben", CHOSEN, CHOSEN)).await,
    ] {
        assert_eq!(again.status(), StatusCode::NOT_FOUND);
        let page = again.text().await.unwrap();
        assert!(page.contains("This link doesn’t work"), "{page}");
    }
    let signed_in = other.sign_in("ann", CHOSEN).await;
    assert_eq!(location(&signed_in), "/desk");
}

#[tokio::test]
async fn the_sign_in_page_of_a_shop_without_staff_says_where_the_link_is() {
    let shop = spawn_shop().await;
    let stranger = Person::new(&shop);
    let page = stranger.page("/desk/sign-in").await;
    assert!(page.contains("It printed a set-up link when it started"));
    add_account(&shop, "ann", Role::Owner).await;
    let page = stranger.page("/desk/sign-in").await;
    assert!(!page.contains("set-up link"), "{page}");
}

#[tokio::test]
async fn a_set_up_link_does_not_work_beside_an_account() {
    let shop = spawn_shop().await;
    let link = link(&shop).await;
    add_account(&shop, "ann", Role::Clerk).await;
    let stranger = Person::new(&shop);
    let gone = send(&stranger, &link, account("ben", CHOSEN, CHOSEN)).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    let accounts = shop.store.staff_directory().accounts().await.unwrap();
    assert_eq!(accounts.len(), 1);
}

/// A mistyped address may have most of the secret in it.
#[tokio::test]
async fn no_redirect_repeats_the_address_of_a_set_up_link() {
    let shop = spawn_shop().await;
    let request = Person::new(&shop)
        .client
        .get(shop.url("/desk/set-up/abc/d"));
    let request = request.header(header::ACCEPT, "text/html");
    let answer = request.send().await.unwrap();
    assert_eq!(location(&answer), "/desk/sign-in?next=%2Fdesk");
}
