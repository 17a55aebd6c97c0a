//! Withdrawn books: their waits end, and the waiting shoppers are told.

use shop::{Command, ShopperId, Wait};
use store::MailContent;

use crate::contract::{
    harness::{ANN, BEN, DROP, Kind, TestShop, shopper, slug},
    mail::{claim, shop},
    waits::wait,
};

fn withdraw() -> Command {
    Command::Withdraw {
        book: slug(DROP),
        withdrawn: true,
        reason: "out of print".parse().unwrap(),
    }
}

/// Joins the waitlist without an open page, with an e-mail address or without.
fn wait_without_a_page(who: ShopperId, address: Option<&str>) -> Command {
    let mut command = wait(who, DROP);
    if let Command::Wait { live, email, .. } = &mut command {
        (*live, *email) = (false, address.map(|address| address.parse().unwrap()));
    }
    command
}

/// A shopper with an open page is told there.
pub async fn a_withdrawn_book_has_a_mail_to_each_address_that_waited(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    shop.add(ANN, DROP, 5).await.unwrap();
    shop.add(BEN, DROP, 5).await.unwrap();
    let [eve, on_a_page] = [9, 8].map(shopper);
    let by_mail = wait_without_a_page(eve, Some("eve@example.org"));
    for command in [by_mail, wait(on_a_page, DROP)] {
        shop.submit(command).await.unwrap();
    }
    let before = shop.cart(on_a_page).await.number;
    shop.submit(withdraw()).await.unwrap();
    let mail = claim(&outbox).await.unwrap();
    let book = slug(DROP);
    assert_eq!(
        (mail.content, &*mail.recipient),
        (MailContent::BookWithdrawn { book }, "eve@example.org")
    );
    assert_eq!(claim(&outbox).await, None, "there should be only one mail");
    for shopper in [eve, on_a_page] {
        assert!(shop.cart(shopper).await.waits.is_empty());
    }
    assert_eq!(shop.cart(on_a_page).await.number, before + 1);
    shop
}

/// A third of the shoppers have a page open, a third left an address, and a third have neither.
pub async fn the_waits_for_a_withdrawn_book_end_a_limited_number_at_a_time(kind: Kind) -> TestShop {
    const THIRD: u8 = 100;
    let (shop, outbox) = shop(kind).await;
    shop.add(ANN, DROP, 5).await.unwrap();
    shop.add(BEN, DROP, 5).await.unwrap();
    let who = |third: u8, number: u8| {
        let mut bits = [third + 3; 16];
        bits[0] = number;
        ShopperId::from_bytes(bits)
    };
    for number in 0..THIRD {
        let address = format!("reader-{number}@example.org");
        let waits = [
            wait(who(0, number), DROP),
            wait_without_a_page(who(1, number), Some(&address)),
            wait_without_a_page(who(2, number), None),
        ];
        for command in waits {
            shop.submit(command).await.unwrap();
        }
    }
    let count = async |shop: &TestShop| {
        let mut waits = 0;
        for third in 0..3 {
            for number in 0..THIRD {
                waits += shop.cart(who(third, number)).await.waits.len();
            }
        }
        waits
    };
    assert_eq!(count(&shop).await, 300);
    shop.submit(withdraw()).await.unwrap();
    assert_eq!(count(&shop).await, 300 - usize::from(Wait::MAX_ENDED));
    shop.store.attend().await.unwrap();
    assert_eq!(count(&shop).await, 0);
    assert_eq!(
        outbox.waiting().await.unwrap(),
        u64::from(THIRD),
        "each address should have a mail"
    );
    shop
}
