//! Mail to shoppers on a waitlist who have left an address.

use shop::{Command, Quantity, ShopperId, Slug};

use super::{
    FAST_RETRIES, MailCounts, Shop,
    smtp::{Behaviour, SmtpServer},
};

/// Adds a shopper with an address to the waitlist, and offers them a copy.
async fn offered(shop: &Shop, number: u8) -> ShopperId {
    offered_with(shop, number, false).await
}

/// The same; `live` says whether the shopper has a page open.
async fn offered_with(shop: &Shop, number: u8, live: bool) -> ShopperId {
    let book = || Slug::parse("drop").unwrap();
    let (holder, waiter) = (
        ShopperId::from_bytes([99; 16]),
        ShopperId::from_bytes([number; 16]),
    );
    let set = |copies| Command::SetQuantity {
        shopper: holder,
        book: book(),
        quantity: copies,
    };
    let wait = Command::Wait {
        shopper: waiter,
        book: book(),
        live,
        email: Some(format!("ann{number}@example.org").parse().unwrap()),
        key: None,
    };
    for command in [set(Quantity::new(1).ok()), wait, set(None)] {
        shop.store.submit(command).await.unwrap();
    }
    waiter
}

#[tokio::test]
async fn an_offer_is_mailed_to_a_shopper_who_left_an_address() {
    let data = tempfile::tempdir().unwrap();
    let server = SmtpServer::start(Behaviour::Takes).await;
    let mut shop = Shop::open_with_copies(data.path(), 1).await;
    offered(&shop, 1).await;
    shop.send_to(&server.url(), FAST_RETRIES);
    let mail = &server.until_taken(1).await[0];
    assert_eq!(mail.to, "ann1@example.org");
    let text = mail.text.replace("=\n", "").replace("=3D", "=");
    for part in [
        "Mice & Men",
        "Mice &amp; Men",
        "UTC",
        "https://books.example/books/drop",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
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

#[tokio::test]
async fn a_withdrawal_is_mailed_to_a_shopper_who_waited_unless_the_book_is_back_on_sale() {
    for back in [false, true] {
        let data = tempfile::tempdir().unwrap();
        let server = SmtpServer::start(Behaviour::Takes).await;
        let mut shop = Shop::open_with_copies(data.path(), 0).await;
        let book = || Slug::parse("drop").unwrap();
        let wait = Command::Wait {
            shopper: ShopperId::from_bytes([1; 16]),
            book: book(),
            live: false,
            email: Some("ann@example.org".parse().unwrap()),
            key: None,
        };
        let withdraw = |withdrawn| Command::Withdraw {
            book: book(),
            withdrawn,
            reason: "out of print".parse().unwrap(),
        };
        shop.store.submit(wait).await.unwrap();
        shop.store.submit(withdraw(true)).await.unwrap();
        if back {
            shop.store.submit(withdraw(false)).await.unwrap();
        }
        shop.send_to(&server.url(), FAST_RETRIES);
        shop.until_the_outbox_is_empty().await;
        let taken = server.taken();
        match back {
            true => assert_eq!(taken.len(), 0),
            false => {
                assert_eq!(taken[0].to, "ann@example.org");
                let text = taken[0].text.replace("=\n", "").replace("=3D", "=");
                assert!(text.contains("no longer sell"), "{text}");
                assert!(text.contains("Mice &amp; Men"), "{text}");
            }
        }
        shop.close().await;
    }
}

#[tokio::test]
async fn an_accepted_offer_is_not_mailed() {
    let data = tempfile::tempdir().unwrap();
    let server = SmtpServer::start(Behaviour::Takes).await;
    let mut shop = Shop::open_with_copies(data.path(), 1).await;
    let shopper = offered(&shop, 1).await;
    let book = Slug::parse("drop").unwrap();
    let accept = Command::Accept { shopper, book };
    shop.store.submit(accept).await.unwrap();
    shop.send_to(&server.url(), FAST_RETRIES);
    shop.until_the_outbox_is_empty().await;
    assert_eq!(server.taken().len(), 0);
    assert_eq!(
        shop.counted(),
        MailCounts {
            needless: 1,
            ..MailCounts::default()
        }
    );
    shop.close().await;
}

/// The next shopper in line does not wait until the offer expires.
#[tokio::test]
async fn an_offer_whose_mail_is_given_up_passes_to_the_next_shopper_at_once() {
    let data = tempfile::tempdir().unwrap();
    let server = SmtpServer::start(Behaviour::Refuses("ann1@", "550 no such user")).await;
    let mut shop = Shop::open_with_copies(data.path(), 1).await;
    let first = offered(&shop, 1).await;
    let next = ShopperId::from_bytes([2; 16]);
    let wait = Command::Wait {
        shopper: next,
        book: Slug::parse("drop").unwrap(),
        live: false,
        email: Some("ann2@example.org".parse().unwrap()),
        key: None,
    };
    shop.store.submit(wait).await.unwrap();
    shop.send_to(&server.url(), FAST_RETRIES);
    assert_eq!(server.until_taken(1).await[0].to, "ann2@example.org");
    shop.until_the_outbox_is_empty().await;
    let lines = async |shopper| shop.store.cart(shopper).await.unwrap().lines;
    assert!(lines(first).await.is_empty());
    assert!(lines(next).await[0].offered);
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

/// The shopper sees the offer on the page, so it stands.
#[tokio::test]
async fn an_offer_on_an_open_page_stands_when_its_mail_is_given_up() {
    let data = tempfile::tempdir().unwrap();
    let server = SmtpServer::start(Behaviour::Refuses("ann1@", "550 no such user")).await;
    let mut shop = Shop::open_with_copies(data.path(), 1).await;
    let shopper = offered_with(&shop, 1, true).await;
    shop.send_to(&server.url(), FAST_RETRIES);
    shop.until_the_outbox_is_empty().await;
    assert_eq!(
        shop.counted(),
        MailCounts {
            given_up: 1,
            ..MailCounts::default()
        }
    );
    let lines = shop.store.cart(shopper).await.unwrap().lines;
    assert!(lines[0].offered);
    shop.close().await;
}
