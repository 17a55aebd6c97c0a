//! Mails about offers, and offers whose mail fails.

use super::{
    waitlist::{CAT, SECOND, accept, wait},
    *,
};

/// Reports that the mail about a shopper's offer cannot be sent.
fn offer_failed(shop: &Shop, shopper: ShopperId) -> Command {
    let offer = shop.world.active_hold(shopper, &book()).unwrap();
    Command::OfferFailed {
        shopper,
        book: book(),
        until: offer.expires_at,
    }
}

#[test]
fn an_offer_whose_mail_fails_goes_to_the_next_in_line() {
    let mut shop = Shop::with_copies(1);
    shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT), set(ANN, 0)]);
    let failed = offer_failed(&shop, BEN);
    shop.run(failed.clone()).unwrap();
    assert_eq!(shop.held_by(BEN), None);
    assert_eq!(shop.held_by(CAT), Some((1, true)));
    shop.run(failed).unwrap();
    assert_eq!(
        shop.held_by(CAT),
        Some((1, true)),
        "a repeated report has no effect"
    );
}

#[test]
fn a_failed_mail_ends_neither_an_accepted_offer_nor_a_later_one() {
    let mut shop = Shop::with_copies(1);
    shop.batch(&[add(ANN, 1), wait(BEN), set(ANN, 0)]);
    let failed = offer_failed(&shop, BEN);
    shop.run(accept(BEN)).unwrap();
    shop.run(failed.clone()).unwrap();
    assert_eq!(shop.held_by(BEN), Some((1, false)));
    shop.advance(SECOND);
    shop.batch(&[set(BEN, 0), add(ANN, 1), wait(BEN), set(ANN, 0)]);
    shop.run(failed).unwrap();
    assert_eq!(shop.held_by(BEN), Some((1, true)), "the later offer stands");
}

#[test]
fn a_mail_about_an_offer_records_whether_a_page_is_open() {
    for page_open in [true, false] {
        let mut shop = Shop::with_copies(1);
        shop.world.terms.mail = true;
        let mut by_mail = wait(BEN);
        if let Command::Wait { live, email, .. } = &mut by_mail {
            (*live, *email) = (page_open, Some("ben@example.org".parse().unwrap()));
        }
        shop.batch(&[add(ANN, 1), by_mail]);
        let (_, changes) = decide(shop.world.clone(), &[set(ANN, 0)]);
        let mut mails = changes.offer_mails.into_values();
        assert_eq!(mails.next().unwrap().page_open, page_open);
    }
}
