//! What is decided about waits, offers, and sales that open at a time.

use super::*;

const CAT: ShopperId = ShopperId::from_bytes([3; 16]);
const OFFER: Duration = Duration::from_secs(5 * 60);
const SECOND: Duration = Duration::from_secs(1);

fn wait(shopper: ShopperId) -> Command {
    Command::Wait {
        shopper,
        book: drop(),
        live: true,
        email: None,
        key: None,
    }
}

fn leave(shopper: ShopperId) -> Command {
    Command::Leave {
        shopper,
        book: drop(),
    }
}

fn accept(shopper: ShopperId) -> Command {
    Command::Accept {
        shopper,
        book: drop(),
    }
}

fn sell(sale: Sale) -> Command {
    Command::SetSale { book: drop(), sale }
}

fn restock(copies: i32) -> Command {
    Command::Restock {
        book: drop(),
        change: copies.try_into().unwrap(),
        reason: "count".parse().unwrap(),
        submission: None,
    }
}

fn waiting(answer: Result<Done, Refusal>) -> Waiting {
    match answer {
        Ok(Done::Waiting(waiting)) => waiting,
        other => panic!("{other:?}"),
    }
}

impl Shop {
    /// Who has how many, and who is only offered one.
    fn has(&self, shopper: ShopperId) -> Option<(u32, bool)> {
        let hold = self.world.active_hold(shopper, &drop())?;
        Some((hold.quantity.get(), hold.offered))
    }

    fn wait_for_nothing(&self) -> bool {
        self.world.waits.values().all(BTreeMap::is_empty)
    }
}

#[test]
fn what_comes_back_is_the_first_waiters_before_the_next_command() {
    let mut shop = Shop::with_copies(1);
    let answers = shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT), set(ANN, 0), add(CAT, 1)]);
    let left = line(answers[3].clone());
    assert_eq!(
        left.level.available, 0,
        "nobody is told of a copy that is promised"
    );
    assert_eq!(answers[4], Err(Refusal::SoldOut { available: 0 }));
    assert_eq!(shop.has(BEN), Some((1, true)));
    assert_eq!(
        shop.movements[2].reason.as_deref(),
        Some(crate::Movement::OFFER)
    );
}

#[test]
fn an_offer_runs_out_for_one_and_is_the_next_ones() {
    let mut shop = Shop::with_copies(1);
    shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT)]);
    shop.one(set(ANN, 0)).unwrap();
    shop.after(OFFER - SECOND).batch(&[Command::Attend {
        shoppers: vec![CAT],
    }]);
    assert_eq!(shop.has(BEN), Some((1, true)));
    shop.after(SECOND).batch(&[]);
    assert_eq!(shop.has(BEN), None);
    assert_eq!(shop.has(CAT), Some((1, true)));
    assert!(shop.wait_for_nothing());
    // Ben's cart says nothing of it.
    let lapsed = shop
        .world
        .holds
        .values()
        .any(|hold| hold.state == HoldState::Lapsed);
    assert!(!lapsed);
}

#[test]
fn an_offer_that_is_accepted_is_a_line_like_any_other() {
    let mut shop = Shop::with_copies(1);
    shop.batch(&[add(ANN, 1), wait(BEN), set(ANN, 0)]);
    assert_eq!(
        shop.one(order(BEN)),
        Err(Refusal::EmptyCart),
        "not Ben's wish yet"
    );
    shop.after(SECOND);
    let accepted = line(shop.one(accept(BEN)));
    assert_eq!(accepted.expires_at, Some(shop.world.now + HOLD));
    assert_eq!(
        shop.one(accept(BEN)),
        Ok(Done::Line(accepted)),
        "again is fine"
    );
    assert_eq!(shop.has(BEN), Some((1, false)));
    assert!(shop.one(order(BEN)).is_ok());
    assert_eq!(shop.one(accept(CAT)), Err(Refusal::NoOffer));
}

#[test]
fn to_add_to_extend_or_to_set_is_to_accept() {
    for wish in [add(BEN, 1), set(BEN, 1), extend(BEN)] {
        let mut shop = Shop::with_copies(1);
        shop.batch(&[add(ANN, 1), wait(BEN), set(ANN, 0)]);
        assert_eq!(line(shop.one(wish)).quantity, 1);
        assert_eq!(shop.has(BEN), Some((1, false)));
    }
    let mut shop = Shop::with_copies(3);
    shop.batch(&[add(ANN, 3), wait(BEN), set(ANN, 1)]);
    assert_eq!(
        line(shop.one(add(BEN, 2))).quantity,
        2,
        "the offered one and another"
    );
    assert_eq!(shop.has(BEN), Some((2, false)));
}

#[test]
fn whoever_declines_leaves_it_to_the_next() {
    for no in [leave(BEN), set(BEN, 0)] {
        let mut shop = Shop::with_copies(1);
        shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT), set(ANN, 0)]);
        let answer = line(shop.one(no));
        assert_eq!((answer.quantity, answer.level.available), (0, 0));
        assert_eq!((shop.has(BEN), shop.has(CAT)), (None, Some((1, true))));
    }
}

#[test]
fn who_cannot_be_told_is_passed_over_and_keeps_the_place() {
    let mut shop = Shop::with_copies(1);
    shop.batch(&[add(ANN, 1), wait(BEN)]);
    shop.after(Wait::SEEN_FOR).batch(&[wait(CAT), set(ANN, 0)]);
    assert_eq!((shop.has(BEN), shop.has(CAT)), (None, Some((1, true))));
    let seen = Command::Attend {
        shoppers: vec![BEN],
    };
    shop.batch(&[wait(ANN), seen, leave(CAT)]);
    assert_eq!(
        shop.has(BEN),
        Some((1, true)),
        "who came first is first again"
    );
}

#[test]
fn where_nobody_can_be_told_copies_are_on_the_shelf_until_somebody_can() {
    let mut shop = Shop::with_copies(2);
    shop.batch(&[add(ANN, 2), wait(BEN)]);
    shop.after(Wait::SEEN_FOR).one(set(ANN, 0)).unwrap();
    assert_eq!(shop.stock().available(), 2);
    shop.one(Command::Attend {
        shoppers: vec![BEN],
    })
    .unwrap();
    assert_eq!(
        (shop.stock().available(), shop.has(BEN)),
        (1, Some((1, true)))
    );
}

#[test]
fn an_address_is_a_way_to_tell_only_where_mail_is_sent() {
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
            changes.letters.len(),
            usize::from(mail),
            "who is to be written to"
        );
        shop.one(set(ANN, 0)).unwrap();
        assert_eq!(shop.has(BEN), offered);
    }
}

#[test]
fn what_those_who_wait_leave_is_everybodys() {
    let mut shop = Shop::with_copies(1);
    shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT)]);
    let Ok(Done::Stocked(level)) = shop.one(restock(5)) else {
        panic!("it is restocked");
    };
    assert_eq!(level.available, 3);
    assert_eq!(shop.has(CAT), Some((1, true)));
    assert!(shop.wait_for_nothing());
}

#[test]
fn a_shopper_at_the_limit_is_passed_over() {
    let mut shop = Shop::with_copies(2);
    shop.world.terms.limit_per_shopper = 1;
    shop.batch(&[add(ANN, 1), add(CAT, 1), wait(BEN)]);
    shop.batch(&[order(ANN)]);
    assert_eq!(shop.one(wait(ANN)), Err(Refusal::OverLimit { limit: 1 }));
    assert_eq!(shop.one(wait(CAT)), Err(Refusal::InCart));
    // As after the owner has lowered the limit.
    shop.one(sell(Sale {
        limit: Some(2),
        ..Sale::default()
    }))
    .unwrap();
    shop.batch(&[leave(BEN), wait(ANN), wait(BEN)]);
    shop.one(sell(Sale::default())).unwrap();
    shop.one(set(CAT, 0)).unwrap();
    assert_eq!((shop.has(ANN), shop.has(BEN)), (None, Some((1, true))));
    assert!(!shop.wait_for_nothing(), "Ann still waits");
}

#[test]
fn waiting_twice_is_waiting_once_and_has_its_bounds() {
    let mut shop = Shop::with_copies(1);
    shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT)]);
    let first = waiting(shop.one(wait(BEN)));
    assert_eq!(first.until, shop.world.now + Wait::LASTS);
    assert_eq!(shop.world.waits[&drop()].len(), 2);
    shop.one(set(ANN, 0)).unwrap();
    shop.world.waits_of.insert(ANN, Wait::MOST);
    let many = Refusal::TooManyWaits { limit: Wait::MOST };
    assert_eq!(shop.one(wait(ANN)), Err(many));
    shop.after(Wait::LASTS).batch(&[]);
    assert!(shop.wait_for_nothing(), "nobody waits for ever");
}

#[test]
fn whoever_takes_a_copy_waits_no_more_and_who_asks_when_there_is_one_is_offered_it() {
    let mut shop = Shop::with_copies(1);
    assert!(waiting(shop.one(wait(ANN))).offered_until.is_some());
    shop.batch(&[leave(ANN)]);
    let mut absent = wait(BEN);
    if let Command::Wait { live, .. } = &mut absent {
        *live = false;
    }
    shop.one(absent).unwrap();
    assert_eq!(shop.stock().available(), 1);
    shop.one(add(BEN, 1)).unwrap();
    assert!(shop.wait_for_nothing());
}

#[test]
fn before_a_sale_opens_nothing_is_sold_and_at_its_time_everything_is() {
    let mut shop = Shop::with_copies(2);
    shop.one(add(CAT, 1)).unwrap();
    let opens_at = shop.world.now + SECOND;
    let sale = Sale {
        opens_at: Some(opens_at),
        limit: Some(1),
    };
    shop.one(sell(sale)).unwrap();
    for early in [add(ANN, 1), set(ANN, 1), wait(ANN), add(CAT, 1)] {
        assert_eq!(shop.one(early), Err(Refusal::NotYet { opens_at }));
    }
    assert!(
        shop.one(extend(CAT)).is_ok(),
        "what is in a cart stays there"
    );
    shop.after(SECOND);
    assert_eq!(shop.one(add(ANN, 2)), Err(Refusal::OverLimit { limit: 1 }));
    assert!(shop.one(add(ANN, 1)).is_ok());
    shop.one(sell(Sale::default())).unwrap();
    assert_eq!(
        shop.one(add(BEN, 1)),
        Err(Refusal::SoldOut { available: 0 })
    );
}

#[test]
fn offers_take_their_numbers_from_one_block_after_the_other() {
    let mut shop = Shop::with_copies(1);
    shop.world.next_hold = 10;
    shop.world.hold_blocks = [(12, 40)].into();
    shop.batch(&[add(ANN, 1), wait(BEN), wait(CAT)]);
    shop.world.next_hold = 11;
    let (_, changes) = decide(shop.world.clone(), &[restock(2)]);
    let numbers: Vec<u64> = changes.holds.keys().map(|id| id.0).collect();
    assert_eq!(numbers, [11, 40]);
}
