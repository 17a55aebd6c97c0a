//! What happens to an order when its mail is given up.

use super::{shop_and_server, smtp::Manner};

/// The order is marked, and gets a new version, so that open pages show the failure.
#[tokio::test]
async fn an_order_knows_that_its_confirmation_was_given_up() {
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
    assert_eq!(failed[20..], [true, true], "the last ones");
    shop.close().await;
}
