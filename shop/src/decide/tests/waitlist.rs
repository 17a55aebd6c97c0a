//! Waitlists, offers, and sales with a start time.

use super::*;

pub(super) const CAT: ShopperId = ShopperId::from_bytes([3; 16]);
const OFFER: Duration = Duration::from_secs(5 * 60);
pub(super) const SECOND: Duration = Duration::from_secs(1);

pub(super) fn wait(shopper: ShopperId) -> Command {
    Command::Wait {
        shopper,
        book: book(),
        live: true,
        email: None,
        key: None,
    }
}

fn leave(shopper: ShopperId) -> Command {
    Command::Leave {
        shopper,
        book: book(),
    }
}

pub(super) fn accept(shopper: ShopperId) -> Command {
    Command::Accept {
        shopper,
        book: book(),
    }
}

fn set_sale(sale: Sale) -> Command {
    Command::SetSale {
        book: book(),
        sale,
        seen: None,
    }
}

fn restock(copies: i32) -> Command {
    Command::Restock {
        book: book(),
        change: copies.try_into().unwrap(),
        reason: "count".parse().unwrap(),
        submission: None,
    }
}

fn waiting(answer: Result<Done, Refusal>) -> WaitState {
    match answer {
        Ok(Done::Waiting(waiting)) => waiting,
        other => panic!("{other:?}"),
    }
}

impl Shop {
    /// The copies that a shopper holds, and whether they are an offer.
    pub(super) fn held_by(&self, shopper: ShopperId) -> Option<(u32, bool)> {
        let hold = self.world.active_hold(shopper, &book())?;
        Some((hold.quantity.get(), hold.offered))
    }

    fn are_waitlists_empty(&self) -> bool {
        self.world.waits.values().all(BTreeMap::is_empty)
    }
}

#[test]
fn a_copy_that_comes_back_is_offered_before_the_next_command() {
    let mut shop = Shop::with_copies(1);
    let answers = shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT), set(ANN, 0), add(CAT, 1)]);
    let left = line(answers[3].clone());
    assert_eq!(
        left.level.available, 0,
        "an offered copy is not shown as available"
    );
    assert_eq!(answers[4], Err(Refusal::SoldOut { available: 0 }));
    assert_eq!(shop.held_by(BEN), Some((1, true)));
    assert_eq!(
        shop.movements[2].reason.as_deref(),
        Some(crate::Movement::OFFER)
    );
}

#[test]
fn an_expired_offer_goes_to_the_next_shopper() {
    let mut shop = Shop::with_copies(1);
    shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT)]);
    shop.run(set(ANN, 0)).unwrap();
    shop.advance(OFFER - SECOND).record_presence(CAT);
    assert_eq!(shop.held_by(BEN), Some((1, true)));
    shop.advance(SECOND).batch(&[]);
    assert_eq!(shop.held_by(BEN), None);
    assert_eq!(shop.held_by(CAT), Some((1, true)));
    assert!(shop.are_waitlists_empty());
    // Ben's cart does not show the expired offer.
    let lapsed = shop
        .world
        .holds
        .values()
        .any(|hold| hold.state == HoldState::Lapsed);
    assert!(!lapsed);
}

#[test]
fn an_accepted_offer_is_a_normal_cart_line() {
    let mut shop = Shop::with_copies(1);
    shop.batch(&[add(ANN, 1), wait(BEN), set(ANN, 0)]);
    assert_eq!(
        shop.run(order(BEN)),
        Err(Refusal::EmptyCart),
        "an offer that is not accepted is not in the cart"
    );
    shop.advance(SECOND);
    let accepted = line(shop.run(accept(BEN)));
    assert_eq!(accepted.expires_at, Some(shop.world.now + HOLD));
    assert_eq!(
        shop.run(accept(BEN)),
        Ok(Done::Line(accepted)),
        "repeating succeeds"
    );
    assert_eq!(shop.held_by(BEN), Some((1, false)));
    assert!(shop.run(order(BEN)).is_ok());
    assert_eq!(shop.run(accept(CAT)), Err(Refusal::NoOffer));
}

#[test]
fn adding_setting_or_extending_accepts_an_offer() {
    for command in [add(BEN, 1), set(BEN, 1), extend(BEN)] {
        let mut shop = Shop::with_copies(1);
        shop.batch(&[add(ANN, 1), wait(BEN), set(ANN, 0)]);
        assert_eq!(line(shop.run(command)).quantity, 1);
        assert_eq!(shop.held_by(BEN), Some((1, false)));
    }
    let mut shop = Shop::with_copies(3);
    shop.batch(&[add(ANN, 3), wait(BEN), set(ANN, 1)]);
    assert_eq!(
        line(shop.run(add(BEN, 2))).quantity,
        2,
        "the offered copy and one more are in the cart"
    );
    assert_eq!(shop.held_by(BEN), Some((2, false)));
}

#[test]
fn a_declined_offer_goes_to_the_next_shopper() {
    for decline in [leave(BEN), set(BEN, 0)] {
        let mut shop = Shop::with_copies(1);
        shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT), set(ANN, 0)]);
        let answer = line(shop.run(decline));
        assert_eq!((answer.quantity, answer.level.available), (0, 0));
        assert_eq!(
            (shop.held_by(BEN), shop.held_by(CAT)),
            (None, Some((1, true)))
        );
    }
}

#[test]
fn an_unreachable_shopper_is_skipped_and_keeps_the_place() {
    let mut shop = Shop::with_copies(1);
    shop.batch(&[add(ANN, 1), wait(BEN)]);
    shop.advance(Wait::PRESENCE_TTL)
        .batch(&[wait(CAT), set(ANN, 0)]);
    assert_eq!(
        (shop.held_by(BEN), shop.held_by(CAT)),
        (None, Some((1, true)))
    );
    shop.record_presence(BEN);
    shop.batch(&[wait(ANN), leave(CAT)]);
    assert_eq!(shop.held_by(BEN), Some((1, true)), "Ben kept his place");
}

#[test]
fn copies_stay_available_until_a_waiting_shopper_is_reachable() {
    let mut shop = Shop::with_copies(2);
    shop.batch(&[add(ANN, 2), wait(BEN)]);
    shop.advance(Wait::PRESENCE_TTL).run(set(ANN, 0)).unwrap();
    assert_eq!(shop.stock().available(), 2);
    shop.record_presence(BEN);
    let offer = Command::OfferAvailable {
        books: vec![book()],
    };
    assert_eq!(shop.run(offer), Ok(Done::Offered));
    assert_eq!(
        (shop.stock().available(), shop.held_by(BEN)),
        (1, Some((1, true)))
    );
}

#[test]
fn an_email_address_makes_a_shopper_reachable_only_if_the_shop_sends_mail() {
    for (mail, offered) in [(true, Some((1, true))), (false, None)] {
        let mut shop = Shop::with_copies(1);
        shop.world.terms.mail = mail;
        let mut by_mail = wait(BEN);
        if let Command::Wait { live, email, .. } = &mut by_mail {
            (*live, *email) = (false, Some("ben@example.org".parse().unwrap()));
        }
        shop.batch(&[add(ANN, 1), by_mail]);
        let (_, changes) = decide(shop.world.clone(), &[set(ANN, 0)]);
        assert_eq!(
            changes.offer_mails.len(),
            usize::from(mail),
            "a mail is sent only if the shop sends mail"
        );
        shop.run(set(ANN, 0)).unwrap();
        assert_eq!(shop.held_by(BEN), offered);
    }
}

#[test]
fn copies_beyond_the_waitlist_are_available_to_everybody() {
    let mut shop = Shop::with_copies(1);
    shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT)]);
    let Ok(Done::StockChanged(level)) = shop.run(restock(5)) else {
        panic!("restocking is not refused");
    };
    assert_eq!(level.available, 3);
    assert_eq!(shop.held_by(CAT), Some((1, true)));
    assert!(shop.are_waitlists_empty());
}

#[test]
fn a_shopper_at_the_limit_is_skipped() {
    let mut shop = Shop::with_copies(2);
    shop.world.terms.limit_per_shopper = 1;
    shop.batch(&[add(ANN, 1), add(CAT, 1), wait(BEN)]);
    shop.batch(&[order(ANN)]);
    assert_eq!(shop.run(wait(ANN)), Err(Refusal::OverLimit { limit: 1 }));
    assert_eq!(shop.run(wait(CAT)), Err(Refusal::InCart));
    // Raises the limit for a moment, so that Ann waits although she is at the limit.
    shop.run(set_sale(Sale {
        limit: Some(2),
        ..Sale::default()
    }))
    .unwrap();
    shop.batch(&[leave(BEN), wait(ANN), wait(BEN)]);
    shop.run(set_sale(Sale::default())).unwrap();
    shop.run(set(CAT, 0)).unwrap();
    assert_eq!(
        (shop.held_by(ANN), shop.held_by(BEN)),
        (None, Some((1, true)))
    );
    assert!(!shop.are_waitlists_empty(), "Ann still waits");
}

#[test]
fn a_repeated_wait_changes_nothing_and_waits_are_bounded() {
    let mut shop = Shop::with_copies(1);
    shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT)]);
    let first = waiting(shop.run(wait(BEN)));
    assert_eq!(first.until, shop.world.now + Wait::DURATION);
    assert_eq!(shop.world.waits[&book()].len(), 2);
    shop.run(set(ANN, 0)).unwrap();
    shop.world.waits_of.insert(ANN, Wait::MAX_PER_SHOPPER);
    let many = Refusal::TooManyWaits {
        limit: Wait::MAX_PER_SHOPPER,
    };
    assert_eq!(shop.run(wait(ANN)), Err(many));
    shop.advance(Wait::DURATION).batch(&[]);
    assert!(
        shop.are_waitlists_empty(),
        "a wait ends after its full time"
    );
}

#[test]
fn taking_a_copy_ends_the_wait_and_an_available_copy_is_offered_at_once() {
    let mut shop = Shop::with_copies(1);
    assert!(waiting(shop.run(wait(ANN))).offered_until.is_some());
    shop.batch(&[leave(ANN)]);
    let mut absent = wait(BEN);
    if let Command::Wait { live, .. } = &mut absent {
        *live = false;
    }
    shop.run(absent).unwrap();
    assert_eq!(shop.stock().available(), 1);
    shop.run(add(BEN, 1)).unwrap();
    assert!(shop.are_waitlists_empty());
}

#[test]
fn nothing_is_sold_before_the_sale_starts() {
    let mut shop = Shop::with_copies(2);
    shop.run(add(CAT, 1)).unwrap();
    let opens_at = shop.world.now + SECOND;
    let sale = Sale {
        opens_at: Some(opens_at),
        limit: Some(1),
    };
    shop.run(set_sale(sale)).unwrap();
    for early in [add(ANN, 1), set(ANN, 1), wait(ANN), add(CAT, 1)] {
        assert_eq!(shop.run(early), Err(Refusal::NotYet { opens_at }));
    }
    assert!(shop.run(extend(CAT)).is_ok(), "copies in a cart stay there");
    shop.advance(SECOND);
    assert_eq!(shop.run(add(ANN, 2)), Err(Refusal::OverLimit { limit: 1 }));
    assert!(shop.run(add(ANN, 1)).is_ok());
    shop.run(set_sale(Sale::default())).unwrap();
    assert_eq!(
        shop.run(add(BEN, 1)),
        Err(Refusal::SoldOut { available: 0 })
    );
}

#[test]
fn offers_take_hold_numbers_from_successive_blocks() {
    let mut shop = Shop::with_copies(1);
    shop.world.next_hold = 10;
    shop.world.hold_blocks = [(12, 40)].into();
    shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT)]);
    shop.world.next_hold = 11;
    let (_, changes) = decide(shop.world.clone(), &[restock(2)]);
    let numbers: Vec<u64> = changes.holds.keys().map(|id| id.0).collect();
    assert_eq!(numbers, [11, 40]);
}
