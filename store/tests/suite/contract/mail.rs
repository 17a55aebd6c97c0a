//! The outbox: a mail is written with its order, sent by one sender at a time, and deleted.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use shop::{Closing, Command, Contact, Language, ShopperId, Terms};
use store::{Mail, MailContent, Outbox, SendOutcome, WhyGivenUp};

use crate::contract::{
    harness::{ANN, BEN, DAY, DROP, Kind, MINUTE, Opening, TestShop, code, keyed, place},
    waits::wait,
};

const LEASE: Duration = MINUTE;

pub async fn shop(kind: Kind) -> (TestShop, Arc<dyn Outbox>) {
    let opening = Opening {
        terms: Terms {
            mail: true,
            ..Terms::default()
        },
        ..Opening::of(&[(DROP, 10)])
    };
    let shop = TestShop::open(kind, opening).await;
    let outbox = shop.store.outbox().unwrap();
    (shop, outbox)
}

pub async fn claim(outbox: &Arc<dyn Outbox>) -> Option<Mail> {
    outbox.claim(LEASE).await.unwrap()
}

pub async fn settle(outbox: &Arc<dyn Outbox>, mail: &Mail, settled: SendOutcome) {
    outbox.settle(mail, settled).await.unwrap();
}

pub fn by_telephone(bits: u64) -> Command {
    Command::PlaceOrder {
        shopper: BEN,
        code: code(bits),
        contact: Contact::parse("Ben", "+44 20 7946 0000").unwrap(),
        total: None,
        key: None,
    }
}

pub async fn a_placed_order_has_one_mail_and_a_refused_one_none(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    assert!(
        shop.place(ANN, 1).await.is_err(),
        "an empty cart should not be ordered"
    );
    shop.add(ANN, DROP, 1).await.unwrap();
    let mut submission = keyed(place(ANN, 1), "order-of-today");
    if let Command::PlaceOrder { contact, .. } = &mut submission {
        *contact = contact.clone().in_language(Language::Chinese);
    }
    for _ in 0..2 {
        shop.submit(submission.clone()).await.unwrap();
    }
    shop.add(BEN, DROP, 1).await.unwrap();
    shop.submit(by_telephone(2)).await.unwrap();
    outbox.mail_written().await;
    assert_eq!(outbox.waiting().await.unwrap(), 1);
    let mail = claim(&outbox).await.unwrap();
    let content = MailContent::OrderPlaced { order: code(1) };
    assert_eq!(
        (mail.content, &*mail.recipient),
        (content, "ann@example.org")
    );
    assert_eq!(mail.language, "zh-Hans", "the mail should be in Chinese");
    shop
}

/// Each offer to a shopper with an address has one mail, written together with the offer.
pub async fn an_offer_to_an_address_has_one_mail(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    shop.add(ANN, DROP, 5).await.unwrap();
    shop.add(BEN, DROP, 5).await.unwrap();
    let eve = ShopperId::from_bytes([9; 16]);
    let mut by_mail = wait(eve, DROP);
    if let Command::Wait { live, email, .. } = &mut by_mail {
        (*live, *email) = (false, Some("eve@example.org".parse().unwrap()));
    }
    shop.submit(by_mail).await.unwrap();
    assert_eq!(outbox.waiting().await.unwrap(), 0);
    shop.set(ANN, DROP, 3).await.unwrap();
    outbox.mail_written().await;
    assert_eq!(
        outbox.waiting().await.unwrap(),
        1,
        "the offer should have one mail"
    );
    let mail = claim(&outbox).await.unwrap();
    let line = shop.store.cart(eve).await.unwrap().lines.remove(0);
    assert!(line.offered);
    let content = MailContent::CopyOffered {
        shopper: eve,
        book: line.book.slug,
        until: line.expires_at,
        page_open: false,
    };
    assert_eq!(
        (mail.content, &*mail.recipient),
        (content, "eve@example.org")
    );
    shop
}

/// All orders but the fifth have the same address, in two spellings.
pub async fn a_mail_knows_how_many_went_to_its_address_within_a_day(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    let order = async |bits: u64, reach: &str| {
        shop.add(ANN, DROP, 1).await.unwrap();
        let theirs = Contact::parse("Ann", reach).unwrap();
        let mut command = place(ANN, bits);
        if let Command::PlaceOrder { contact, .. } = &mut command {
            *contact = theirs;
        }
        shop.submit(command).await.unwrap();
        let mail = claim(&outbox).await.unwrap();
        (mail.earlier, mail)
    };
    let (earlier, sent) = order(1, "ann@example.org").await;
    assert_eq!(earlier, 0);
    settle(&outbox, &sent, SendOutcome::Sent).await;
    let (earlier, put_off) = order(2, "Ann+books@example.org").await;
    assert_eq!(
        earlier, 1,
        "a sent mail should count although its address is erased"
    );
    settle(&outbox, &put_off, SendOutcome::RetryAfter(3 * DAY)).await;
    let (earlier, given_up) = order(3, "ann@example.org").await;
    assert_eq!(earlier, 2, "a mail that waits should count");
    settle(
        &outbox,
        &given_up,
        SendOutcome::GivenUp(WhyGivenUp::TooLate),
    )
    .await;
    let (earlier, _) = order(4, "ann@example.org").await;
    assert_eq!(earlier, 2, "a mail that was given up should not count");
    assert_eq!(order(5, "ben@example.org").await.0, 0);
    shop.pass(DAY).await;
    shop.close_order(1, Closing::Cancelled).await.unwrap();
    shop.close_order(2, Closing::Cancelled).await.unwrap();
    while let Some(mail) = claim(&outbox).await {
        settle(&outbox, &mail, SendOutcome::Obsolete).await;
    }
    assert_eq!(
        order(6, "ann@example.org").await.0,
        0,
        "no mail from before should count"
    );
    shop
}

/// The order gets a new version, so that its open page shows the failure.
pub async fn an_order_records_that_its_confirmation_failed(kind: Kind) -> TestShop {
    let (shop, _) = shop(kind).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    assert!(!shop.store.order(code(1)).await.unwrap().mail_failed);
    let failed = Command::ConfirmationFailed { code: code(1) };
    shop.submit(failed).await.unwrap();
    let order = shop.store.order(code(1)).await.unwrap();
    assert_eq!((order.mail_failed, order.version), (true, 2));
    let shop = shop.reopened().await;
    shop.submit(Command::ReadyOrder { code: code(1) })
        .await
        .unwrap();
    let order = shop.store.order(code(1)).await.unwrap();
    assert_eq!((order.mail_failed, order.version), (true, 3));
    shop
}

pub async fn an_offer_whose_mail_fails_goes_to_the_next_shopper(kind: Kind) -> TestShop {
    let (shop, _) = shop(kind).await;
    shop.add(ANN, DROP, 5).await.unwrap();
    shop.add(BEN, DROP, 5).await.unwrap();
    let [eve, next] = [9, 10].map(|number| ShopperId::from_bytes([number; 16]));
    let mut by_mail = wait(eve, DROP);
    if let Command::Wait { live, email, .. } = &mut by_mail {
        (*live, *email) = (false, Some("eve@example.org".parse().unwrap()));
    }
    shop.submit(by_mail).await.unwrap();
    shop.submit(wait(next, DROP)).await.unwrap();
    shop.set(ANN, DROP, 4).await.unwrap();
    let line = shop.store.cart(eve).await.unwrap().lines.remove(0);
    let failed = Command::OfferFailed {
        shopper: eve,
        book: line.book.slug,
        until: line.expires_at,
    };
    shop.submit(failed).await.unwrap();
    assert!(shop.store.cart(eve).await.unwrap().lines.is_empty());
    assert!(shop.store.cart(next).await.unwrap().lines[0].offered);
    assert_eq!(
        shop.available(DROP).await,
        0,
        "the copy should not be available"
    );
    shop
}

pub async fn a_shop_that_sends_no_mail_writes_none(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    assert!(shop.store.outbox().is_none());
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop
}

pub async fn a_mail_belongs_to_one_sender_until_the_claim_ends(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    let claims = join_all((0..8).map(|_| claim(&outbox))).await;
    let mut claims = claims.into_iter().flatten();
    let (first, second) = (claims.next().unwrap(), claims.next());
    assert_eq!(second, None, "one sender of eight should get the claim");

    shop.pass(LEASE).await;
    let again = claim(&outbox).await.unwrap();
    assert_eq!((&again.token, again.tries), (&first.token, 2));
    settle(&outbox, &first, SendOutcome::GivenUp(WhyGivenUp::TooLate)).await;
    let waiting = outbox.waiting().await.unwrap();
    assert_eq!(waiting, 1, "an expired claim should settle nothing");
    settle(&outbox, &again, SendOutcome::Sent).await;
    assert_eq!(outbox.waiting().await.unwrap(), 0);
    shop.pass(DAY).await;
    assert_eq!(claim(&outbox).await, None);
    shop
}

pub async fn a_mail_that_is_put_off_comes_back_at_its_time(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    let mail = claim(&outbox).await.unwrap();
    settle(&outbox, &mail, SendOutcome::NotTried).await;
    let mail = claim(&outbox).await.unwrap();
    assert_eq!(mail.tries, 1, "an untried claim should not count as a try");
    settle(&outbox, &mail, SendOutcome::RetryAfter(MINUTE)).await;
    assert_eq!(claim(&outbox).await, None);
    shop.pass(MINUTE).await;
    let mail = claim(&outbox).await.unwrap();
    assert_eq!((mail.tries, mail.age), (2, MINUTE));
    shop
}

pub async fn a_mail_waits_for_the_shop_to_open_again(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    let mail = claim(&outbox).await.unwrap();
    drop(outbox);
    let shop = shop.reopened().await;
    let outbox = shop.store.outbox().unwrap();
    // Where several instances may send mail, the claim of the closed one must expire first.
    shop.pass(LEASE).await;
    let again = claim(&outbox).await.unwrap();
    assert_eq!(again.token, mail.token);
    shop
}

/// A mail that is never sent is deleted after a week. Closing the order does not delete it, because
/// the sender decides whether to send it.
pub async fn a_mail_that_is_never_sent_is_deleted(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.close_order(1, Closing::Cancelled).await.unwrap();
    shop.pass(7 * DAY - MINUTE).await;
    assert_eq!(outbox.waiting().await.unwrap(), 1);
    shop.pass(3 * MINUTE).await;
    shop.until("the mail is deleted", async |shop| {
        let _ = shop.set(ANN, DROP, 0).await;
        outbox.waiting().await.unwrap() == 0
    })
    .await;
    shop
}
