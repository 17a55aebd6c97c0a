//! What happens to an order when its mail is given up.

use shop::Contact;

use super::{
    FAST_RETRIES, MailCounts, RetryPolicy, shop_and_server, shop_and_server_with, smtp::Behaviour,
};

/// The order is marked, and gets a new version, so that open pages show the failure.
#[tokio::test]
async fn an_order_shows_that_its_confirmation_was_given_up() {
    let behaviour = Behaviour::Refuses("nobody@", "550 no such user");
    let (shop, _server, _data) = shop_and_server(behaviour).await;
    let failed = shop.order(1, "nobody@example.org").await;
    let sent = shop.order(2, "ann@example.org").await;
    shop.until_the_outbox_is_empty().await;
    let order = shop.store.order(failed).await.unwrap();
    assert_eq!((order.mail_failed, order.version), (true, 2));
    let order = shop.store.order(sent).await.unwrap();
    assert_eq!((order.mail_failed, order.version), (false, 1));
    shop.close().await;
}

/// Anybody can order with the address of another person, but cannot fill that person's mailbox.
#[tokio::test]
async fn at_most_twenty_mails_a_day_go_to_one_address() {
    let (shop, server, _data) = shop_and_server(Behaviour::Takes).await;
    let mut codes = Vec::new();
    for number in 1..=22 {
        let spelling = match number % 2 {
            0 => format!("ann+{number}@example.org"),
            _ => "Ann@example.org".to_owned(),
        };
        codes.push(shop.order(number, &spelling).await);
    }
    shop.order(23, "ben@example.org").await;
    shop.until_the_outbox_is_empty().await;
    let taken = server.taken();
    let others = taken.iter().filter(|mail| mail.to == "ben@example.org");
    assert_eq!((taken.len(), others.count()), (21, 1));
    assert_eq!(
        shop.counted(),
        MailCounts {
            sent: 21,
            given_up: 2,
            ..MailCounts::default()
        }
    );
    let mut failed = Vec::new();
    for code in codes {
        failed.push(shop.store.order(code).await.unwrap().mail_failed);
    }
    assert_eq!(failed.iter().filter(|failed| **failed).count(), 2);
    assert_eq!(failed[20..], [true, true], "the last two were given up");
    shop.close().await;
}

/// Control: the same orders without the limit.
#[tokio::test]
async fn without_a_limit_all_mails_go_to_one_address() {
    let unlimited = RetryPolicy {
        most_a_day: u32::MAX,
        ..FAST_RETRIES
    };
    let (shop, server, _data) = shop_and_server_with(Behaviour::Takes, unlimited).await;
    for number in 1..=22 {
        shop.order(number, "ann@example.org").await;
    }
    shop.until_the_outbox_is_empty().await;
    assert_eq!(server.taken().len(), 22);
    assert_eq!(
        shop.counted(),
        MailCounts {
            sent: 22,
            ..MailCounts::default()
        }
    );
    shop.close().await;
}

/// Control: the order has an address that no form accepts.
#[tokio::test]
async fn without_the_address_check_of_the_form_a_mail_is_given_up() {
    let address = "jo..lane@example.org";
    assert!(Contact::parse("Jo", address).is_err(), "a form refuses it");
    let (shop, server, _data) = shop_and_server(Behaviour::Takes).await;
    let code = shop.order(1, address).await;
    shop.until_the_outbox_is_empty().await;
    assert_eq!(server.taken().len(), 0);
    assert_eq!(
        shop.counted(),
        MailCounts {
            given_up: 1,
            ..MailCounts::default()
        }
    );
    assert!(shop.store.order(code).await.unwrap().mail_failed);
    shop.close().await;
}
