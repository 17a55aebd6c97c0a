//! Mails about orders at the desk: what became of each, sent again, switched off, and erased.

use std::time::Duration;

use burts_books::config::data_source::SecretUrl;
use shop::{OrderMail, Terms};
use store::{Options, opening_catalogue, sqlite::SqliteStore};
use tokio::time::{sleep, timeout};

use super::*;
use crate::{
    common::smtp::{Behaviour, SmtpServer},
    shop::helpers::{PATIENCE, spawn_shop_with_settings_over},
};

/// A shop that sends its mail to this server.
async fn shop_with(server: &SmtpServer) -> TestShop {
    let data = tempfile::tempdir().unwrap();
    let options = Options {
        terms: Terms {
            mail: true,
            ..Terms::default()
        },
        ..Options::default()
    };
    let store = SqliteStore::open(data.path(), opening_catalogue(), options);
    let store = std::sync::Arc::new(store.await.unwrap());
    let url = server.url();
    spawn_shop_with_settings_over(store, data, |settings| {
        settings.smtp_url = Some(SecretUrl::new(&url));
        settings.mail_from = Some("shop@books.example".to_owned());
    })
    .await
}

/// Places an order with this address, and returns its code.
async fn order(shop: &TestShop, reach: &str) -> String {
    let shopper = shop.shopper();
    shopper.add_to_cart(GUIDE).await;
    let form = [("name", "Ann O’Neil"), ("reach", reach)];
    let placed = shopper.post("/api/place_order", &form).await;
    let placed: serde_json::Value = placed.json().await.unwrap();
    placed["code"].as_str().unwrap().to_owned()
}

/// Reads a page until it contains a text.
async fn until_shown(person: &Person, path: &str, text: &str) -> String {
    let shown = async {
        loop {
            let page = person.page(path).await;
            if page.contains(text) {
                break page;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, shown).await.expect(text)
}

#[tokio::test]
async fn an_order_is_marked_as_ready_in_the_list_and_that_is_taken_back() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let code = order(&shop, "ann@example.org").await;
    let ready = format!("/desk/orders/{code}/ready");
    let list = clerk.page("/desk/orders").await;
    assert!(list.contains(&ready), "{list}");
    clerk.send(&ready, &[]).await;
    assert!(!clerk.page("/desk/orders").await.contains(&ready));

    let desk = format!("/desk/orders/{code}");
    let taken_back = clerk.send(&format!("{desk}/not-ready"), &[]).await;
    assert_eq!(taken_back, format!("{desk}?notice=order_not_ready"));
    let shown = shop.shopper().get(&format!("/orders/{code}")).await;
    assert!(!shown.text().await.unwrap().contains("Ready to collect"));
}

#[tokio::test]
async fn a_mail_that_is_refused_is_shown_with_the_answer_and_sent_again() {
    let refuses = Behaviour::Refuses("nobody@", "550 5.1.1 no <such> user");
    let server = SmtpServer::start(refuses).await;
    let shop = shop_with(&server).await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let code = order(&shop, "nobody@example.org").await;
    let desk = format!("/desk/orders/{code}");
    let answer = "Not reached: 550 5.1.1 no &lt;such&gt; user RCPT …";
    let page = until_shown(&clerk, &desk, answer).await;
    assert!(page.contains("couldn’t be sent to this address"), "{page}");
    let send = format!("{desk}/send-mail");
    for wrong in ["ready", "invoice"] {
        let nothing = clerk.send(&send, &[("mail", wrong)]).await;
        assert_eq!(nothing, format!("{desk}?notice=nothing_to_send"));
    }
    server.behave(Behaviour::Takes);
    let again = clerk.send(&send, &[("mail", "placed")]).await;
    assert_eq!(again, format!("{desk}?notice=mail_sent_again"));
    assert_eq!(server.until_taken(1).await[0].to, "nobody@example.org");
    let page = until_shown(&clerk, &desk, "Sent on").await;
    assert!(!page.contains("couldn’t be sent"), "{page}");
    let nothing = clerk.send(&send, &[("mail", "placed")]).await;
    assert_eq!(nothing, format!("{desk}?notice=nothing_to_send"));
    let owner = signed_in(&shop, "olive", Role::Owner).await;
    let journal = owner.page("/desk/journal?group=orders").await;
    assert!(journal.contains("Sent the e-mail “Confirmation” about order"));
}

#[tokio::test]
async fn a_contact_is_erased_for_a_reason_and_the_journal_does_not_name_it() {
    let server = SmtpServer::start(Behaviour::Refuses("@", "451 not now")).await;
    let shop = shop_with(&server).await;
    let owner = signed_in(&shop, "olive", Role::Owner).await;
    let code = order(&shop, "ann@example.org").await;
    let desk = format!("/desk/orders/{code}");
    let erase = format!("{desk}/erase");
    let refused = owner.send(&erase, &[("reason", " ")]).await;
    assert_eq!(refused, format!("{desk}?notice=wrong_reason"));
    assert!(owner.page(&desk).await.contains("ann@example.org"));
    for _ in 0..2 {
        let form = [("reason", "asked for by telephone")];
        let erased = owner.send(&erase, &form).await;
        assert_eq!(erased, format!("{desk}?notice=contact_erased"));
    }
    let page = owner.page(&desk).await;
    assert!(!page.contains("ann@example.org") && !page.contains("O’Neil"));
    assert!(!page.contains("Erase contact"), "{page}");
    let journal = owner.page("/desk/journal?group=orders").await;
    assert!(journal.contains("asked for by telephone"), "{journal}");
    assert_eq!(journal.matches("Erased the contact of order").count(), 1);
    let outbox = shop.store.outbox().unwrap();
    assert_eq!(outbox.waiting().await.unwrap(), 0, "no mail waits any more");
}

/// The page of the mails' settings.
const PAGE: &str = "/desk/settings/mail";

/// Sends a form of that page.
async fn send(owner: &Person, form: &[(&str, &str)]) -> Response {
    let request = owner.client.post(format!("{}{PAGE}", owner.origin));
    let request = request.header(header::ACCEPT, "text/html").form(form);
    request.send().await.unwrap()
}

#[tokio::test]
async fn an_owner_switches_a_mail_off_and_writes_its_beginning() {
    let server = SmtpServer::start(Behaviour::Takes).await;
    let shop = shop_with(&server).await;
    let owner = signed_in(&shop, "olive", Role::Owner).await;
    let form = |version: &'static str, english: &'static str| {
        [
            ("mail", "placed"),
            ("version", version),
            ("preface-en", english),
            ("preface-zh-Hans", ""),
        ]
    };
    let page = owner.page(PAGE).await;
    assert_eq!(
        page.matches("name=\"enabled\"").count(),
        OrderMail::ALL.len()
    );

    let wrong = send(&owner, &form("0", "a\u{202e}b <kept>")).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = wrong.text().await.unwrap();
    for part in [
        "Nothing was saved.",
        "&lt;kept&gt;",
        "aria-invalid=\"true\"",
    ] {
        assert!(wrong.contains(part), "{part}: {wrong}");
    }
    // A field that is missing is not taken as empty.
    let partial = send(&owner, &form("0", "")[..3]).await;
    assert_eq!(partial.status(), StatusCode::UNPROCESSABLE_ENTITY);

    let saved = format!("{PAGE}?notice=mail_saved");
    assert_eq!(
        location(&send(&owner, &form("0", "Dear <reader>,\r\nhello.")).await),
        saved
    );
    let outdated = send(&owner, &form("0", "Hello.")).await;
    assert_eq!(outdated.status(), StatusCode::CONFLICT);
    let outdated = outdated.text().await.unwrap();
    for part in [
        "Saved in the meantime: Dear &lt;reader&gt;,",
        "\nHello.</textarea>",
    ] {
        assert!(outdated.contains(part), "{part}: {outdated}");
    }
    let page = owner.page(PAGE).await;
    assert!(
        page.contains("Dear &lt;reader&gt;,\nhello.</textarea>"),
        "{page}"
    );

    // The box was not ticked, so no order is confirmed any more, and its page says so.
    let code = order(&shop, "ann@example.org").await;
    let shown = shop.shopper().get(&format!("/orders/{code}")).await;
    let shown = shown.text().await.unwrap();
    assert!(shown.contains("We won’t send an e-mail."), "{shown}");
    until_shown(&owner, &format!("/desk/orders/{code}"), "is switched off").await;
    assert!(server.taken().is_empty());
    let journal = owner.page("/desk/journal?group=settings").await;
    let words = "Changed the e-mail “Confirmation”: it is not sent.";
    assert_eq!(journal.matches(words).count(), 1, "{journal}");
}

#[tokio::test]
async fn a_shop_without_a_mail_server_says_that_it_sends_no_mail() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "olive", Role::Owner).await;
    let page = owner.page(PAGE).await;
    assert!(page.contains("it has no mail server"), "{page}");
    assert!(!page.contains("name=\"enabled\""), "{page}");
}
