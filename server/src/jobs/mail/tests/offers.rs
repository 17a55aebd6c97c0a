//! Mail to shoppers on a waitlist who have left an address.

use shop::{Command, Quantity, ShopperId, Slug};

use super::{
    IMPATIENT, Shop,
    smtp::{Manner, SmtpServer},
};

/// Adds a shopper with an address to the waitlist, and offers them a copy.
async fn offered(shop: &Shop, number: u8) -> ShopperId {
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
        live: false,
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
    let server = SmtpServer::start(Manner::Takes).await;
    let mut shop = Shop::open_with_copies(data.path(), 1).await;
    offered(&shop, 1).await;
    shop.send_to(&server.url(), IMPATIENT);
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
    shop.until_nothing_waits().await;
    assert_eq!(shop.counted(), [1, 0, 0]);
    shop.close().await;
}

#[tokio::test]
async fn an_expired_offer_is_not_mailed() {
    let data = tempfile::tempdir().unwrap();
    let server = SmtpServer::start(Manner::Takes).await;
    let mut shop = Shop::open_with_copies(data.path(), 1).await;
    let shopper = offered(&shop, 1).await;
    let book = Slug::parse("drop").unwrap();
    let taken = Command::Accept { shopper, book };
    shop.store.submit(taken).await.unwrap();
    shop.send_to(&server.url(), IMPATIENT);
    shop.until_nothing_waits().await;
    assert_eq!((server.taken().len(), shop.counted()), (0, [0, 0, 1]));
    shop.close().await;
}
