//! What happens to an order when its mail is given up.

use shop::Contact;

use super::{IMPATIENT, RetryPolicy, shop_and_server, shop_and_server_with, smtp::Manner};

/// The order is marked, and gets a new version, so that open pages show the failure.
#[tokio::test]
async fn an_order_shows_that_its_confirmation_was_given_up() {
    let manner = Manner::Refuses("nobody@", "550 no such user");
    let (shop, _server, _data) = shop_and_server(manner).await;
    let failed = shop.order(1, "nobody@example.org").await;
    let sent = shop.order(2, "ann@example.org").await;
    shop.until_nothing_waits().await;
    let order = shop.store.order(failed).await.unwrap();
    assert_eq!((order.mail_failed, order.version), (true, 2));
    let order = shop.store.order(sent).await.unwrap();
    assert_eq!((order.mail_failed, order.version), (false, 1));
    shop.close().await;
}

/// Anybody can order with the address of another person, but cannot fill that person's mailbox.
#[tokio::test]
async fn at_most_twenty_mails_a_day_go_to_one_address() {
    let (shop, server, _data) = shop_and_server(Manner::Takes).await;
    let mut codes = Vec::new();
    for number in 1..=22 {
        let spelling = match number % 2 {
            0 => format!("ann+{number}@example.org"),
            _ => "Ann@example.org".to_owned(),
        };
        codes.push(shop.order(number, &spelling).await);
    }
    shop.order(23, "ben@example.org").await;
    shop.until_nothing_waits().await;
    let taken = server.taken();
    let others = taken.iter().filter(|mail| mail.to == "ben@example.org");
    assert_eq!((taken.len(), others.count()), (21, 1));
    assert_eq!(shop.counted(), [21, 2, 0]);
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
        ..IMPATIENT
    };
    let (shop, server, _data) = shop_and_server_with(Manner::Takes, unlimited).await;
    for number in 1..=22 {
        shop.order(number, "ann@example.org").await;
    }
    shop.until_nothing_waits().await;
    assert_eq!((server.taken().len(), shop.counted()), (22, [22, 0, 0]));
    shop.close().await;
}

/// Control: a contact that was stored without the check of the form.
#[tokio::test]
async fn without_the_check_of_the_form_a_mail_cannot_be_written_to_an_address() {
    let address = "jo..lane@example.org";
    assert!(Contact::parse("Jo", address).is_err(), "a form refuses it");
    let (shop, server, _data) = shop_and_server(Manner::Takes).await;
    let code = shop.order(1, address).await;
    shop.until_nothing_waits().await;
    assert_eq!((server.taken().len(), shop.counted()), (0, [0, 1, 0]));
    assert!(shop.store.order(code).await.unwrap().mail_failed);
    shop.close().await;
}
