//! A mail server that refuses, is silent or cannot be reached.

use super::*;

#[tokio::test]
async fn a_mail_refused_for_now_is_sent_later_without_delaying_others() {
    let behaviour = Behaviour::Refuses("slow@", "451 not now");
    let (shop, server, _data) = shop_and_server(behaviour).await;
    shop.order(1, "slow@example.org").await;
    shop.order(2, "ann@example.org").await;
    assert_eq!(server.until_taken(1).await[0].to, "ann@example.org");
    server.behave(Behaviour::Takes);
    assert_eq!(server.until_taken(2).await[1].to, "slow@example.org");
    shop.until_the_outbox_is_empty().await;
    assert_eq!(
        shop.counted(),
        MailCounts {
            sent: 2,
            ..MailCounts::default()
        }
    );
    shop.close().await;
}

#[tokio::test]
async fn a_mail_refused_for_good_is_given_up_at_once() {
    let behaviour = Behaviour::Refuses("nobody@", "550 no such user");
    let (shop, server, _data) = shop_and_server(behaviour).await;
    shop.order(1, "nobody@example.org").await;
    shop.order(2, "ann@example.org").await;
    shop.until_the_outbox_is_empty().await;
    assert_eq!(server.taken().len(), 1);
    assert_eq!(
        shop.counted(),
        MailCounts {
            sent: 1,
            given_up: 1,
            ..MailCounts::default()
        }
    );
    shop.close().await;
}

/// One address is not ASCII, which the server does not support; the other is invalid.
#[tokio::test]
async fn a_mail_that_cannot_be_addressed_is_given_up() {
    let (shop, server, _data) = shop_and_server(Behaviour::Takes).await;
    shop.order(1, "李@例子.中国").await;
    shop.order(2, "(ann@example.org").await;
    shop.until_the_outbox_is_empty().await;
    assert_eq!(server.taken().len(), 0);
    assert_eq!(
        shop.counted(),
        MailCounts {
            given_up: 2,
            ..MailCounts::default()
        }
    );
    shop.close().await;
}

#[tokio::test]
async fn a_rejected_login_loses_no_mail() {
    let (shop, server, _data) = shop_and_server(Behaviour::Forbids).await;
    shop.order(1, "ann@example.org").await;
    server.until_visited(3).await;
    server.behave(Behaviour::Takes);
    server.until_taken(1).await;
    shop.until_the_outbox_is_empty().await;
    assert_eq!(
        shop.counted(),
        MailCounts {
            sent: 1,
            ..MailCounts::default()
        }
    );
    shop.close().await;
}

/// A mail is sent at least once. The Message-ID shows that repeated mails are the same.
#[tokio::test]
async fn a_mail_with_unknown_outcome_is_sent_again_with_the_same_message_id() {
    let (shop, server, _data) = shop_and_server(Behaviour::HangsUp).await;
    shop.order(1, "ann@example.org").await;
    server.until_taken(2).await;
    server.behave(Behaviour::Takes);
    shop.until_the_outbox_is_empty().await;
    let taken = server.taken();
    let name = taken[0].header("Message-ID");
    assert!(taken.iter().all(|mail| mail.header("Message-ID") == name));
    assert_eq!(
        shop.counted(),
        MailCounts {
            sent: 1,
            ..MailCounts::default()
        }
    );
    shop.close().await;
}

#[tokio::test]
async fn a_silent_server_delays_no_shopper() {
    let (shop, server, _data) = shop_and_server(Behaviour::Silent).await;
    for number in 1..=20 {
        shop.order(number, &format!("ann{number}@example.org"))
            .await;
    }
    server.until_visited(2).await;
    assert_eq!(shop.outbox().waiting().await.unwrap(), 20);
    server.behave(Behaviour::Takes);
    shop.until_the_outbox_is_empty().await;
    assert_eq!(server.taken().len(), 20, "each mail is sent once");
    shop.close().await;
}

#[tokio::test]
async fn an_unreachable_server_is_retried_until_it_answers() {
    let data = tempfile::tempdir().unwrap();
    let server = SmtpServer::start(Behaviour::Takes).await;
    let address = server.address;
    drop(server);
    let mut shop = Shop::open(data.path()).await;
    shop.send_to(&format!("smtp://{address}"), FAST_RETRIES);
    shop.order(1, "ann@example.org").await;
    let put_off = async {
        while shop.tally.put_off.load(SeqCst) < 3 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, put_off).await.unwrap();
    let server = SmtpServer::start_at(address, Behaviour::Takes).await;
    server.until_taken(1).await;
    shop.until_the_outbox_is_empty().await;
    shop.close().await;
}

#[tokio::test]
async fn a_mail_is_given_up_after_some_time() {
    let data = tempfile::tempdir().unwrap();
    let server = SmtpServer::start(Behaviour::Refuses("@", "451 not now")).await;
    let mut shop = Shop::open(data.path()).await;
    let retry = RetryPolicy {
        give_up_after: Duration::from_millis(100),
        ..FAST_RETRIES
    };
    shop.send_to(&server.url(), retry);
    shop.order(1, "ann@example.org").await;
    shop.until_the_outbox_is_empty().await;
    assert_eq!(server.taken().len(), 0);
    assert_eq!(
        shop.counted(),
        MailCounts {
            given_up: 1,
            ..MailCounts::default()
        }
    );
    shop.close().await;
}
