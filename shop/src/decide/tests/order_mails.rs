//! Mails about orders, and contacts that are erased.

use super::*;
use crate::{OrderMail, StaffCommand};

/// A shop with one order.
fn shop_with_order() -> Shop {
    let mut shop = Shop::with_copies(3);
    shop.batch(&[add(ANN, 1), order(ANN)]);
    shop
}

fn by_staff(command: Command) -> Command {
    Command::ByStaff(Box::new(StaffCommand {
        by: Some("ann".parse().unwrap()),
        reason: Some("the last copy is damaged".parse().unwrap()),
        command,
    }))
}

/// What a command would change, without changing it.
fn changes(shop: &Shop, command: Command) -> Changes {
    let (results, changes) = decide(shop.world.clone(), &[command]);
    assert!(results[0].is_ok(), "{results:?}");
    changes
}

fn mails(changes: &Changes) -> Vec<OrderMail> {
    changes.order_mails.iter().map(|(_, mail)| *mail).collect()
}

fn close(closing: Closing) -> Command {
    Command::CloseOrder {
        code: CODE,
        closing,
    }
}

#[test]
fn an_order_that_becomes_ready_has_a_mail_each_time() {
    let mut shop = shop_with_order();
    let ready = Command::ReadyOrder { code: CODE };
    let not_ready = Command::NotReadyOrder { code: CODE };
    assert_eq!(mails(&changes(&shop, ready.clone())), [OrderMail::Ready]);
    shop.run(ready.clone()).unwrap();
    assert_eq!(mails(&changes(&shop, ready.clone())), []);
    for _ in 0..2 {
        assert_eq!(shop.run(not_ready.clone()), Ok(Done::NotReady));
        let order = &shop.world.orders[&CODE];
        assert_eq!((order.ready_at, order.version), (None, 3));
    }
    assert_eq!(mails(&changes(&shop, ready)), [OrderMail::Ready]);
    shop.run(close(Closing::Collected)).unwrap();
    assert_eq!(shop.run(not_ready), Err(Refusal::OrderClosed));
}

#[test]
fn a_customer_is_told_of_a_cancellation_by_the_shop_and_not_of_their_own() {
    let shop = shop_with_order();
    let theirs = changes(&shop, close(Closing::Cancelled));
    assert_eq!(mails(&theirs), []);
    let ours = changes(&shop, by_staff(close(Closing::Cancelled)));
    assert_eq!(mails(&ours), [OrderMail::Cancelled]);
    let collected = changes(&shop, by_staff(close(Closing::Collected)));
    assert_eq!(mails(&collected), []);
}

#[test]
fn a_customer_is_told_once_that_an_order_was_not_collected_in_time() {
    let mut shop = shop_with_order();
    shop.advance(Terms::default().collect_within);
    let (_, changes) = decide(shop.world.clone(), &[]);
    assert_eq!(mails(&changes), [OrderMail::Overdue]);
    shop.batch(&[]);
    let (_, changes) = decide(shop.world.clone(), &[]);
    assert_eq!(mails(&changes), []);
}

#[test]
fn only_a_mail_that_could_not_be_sent_is_sent_again_and_that_once() {
    let mut shop = shop_with_order();
    let again = |mail| by_staff(Command::SendMailAgain { code: CODE, mail });
    let (placed, ready) = (again(OrderMail::Placed), again(OrderMail::Ready));
    assert_eq!(shop.run(placed.clone()), Ok(Done::NothingToSend));
    shop.run(Command::ConfirmationFailed { code: CODE })
        .unwrap();
    shop.world.failed_mails = [(CODE, OrderMail::Placed)].into();
    let (results, changes) = decide(shop.world.clone(), &[ready, placed.clone(), placed.clone()]);
    let expected = [
        Ok(Done::NothingToSend),
        Ok(Done::MailSentAgain),
        Ok(Done::NothingToSend),
    ];
    assert_eq!(results, expected);
    assert_eq!(mails(&changes), [OrderMail::Placed]);
    assert_eq!(changes.journal.len(), 1);
    let order = &changes.orders[&CODE];
    assert_eq!((order.mail_failed, order.version), (false, 3));

    shop.run(Command::EraseContact { code: CODE }).unwrap();
    assert_eq!(shop.run(placed), Ok(Done::NothingToSend));
}

#[test]
fn a_contact_is_erased_once_whatever_the_state_of_the_order() {
    for closing in [None, Some(Closing::Collected)] {
        let mut shop = shop_with_order();
        if let Some(closing) = closing {
            shop.run(close(closing)).unwrap();
        }
        let erase = by_staff(Command::EraseContact { code: CODE });
        let changed = changes(&shop, erase.clone());
        assert!(changed.erased_contacts.contains(&CODE));
        assert_eq!(changed.orders[&CODE].contact, None);
        assert_eq!(shop.run(erase.clone()), Ok(Done::ContactErased));
        let changed = changes(&shop, erase);
        assert!(changed.is_empty(), "{changed:?}");
    }
}

#[test]
fn a_mail_applies_while_what_it_says_is_true() {
    let applies = |shop: &Shop| {
        let order = &shop.world.orders[&CODE];
        let mails = OrderMail::ALL.into_iter();
        mails
            .filter(|mail| mail.applies_to(order))
            .collect::<Vec<_>>()
    };
    let mut shop = shop_with_order();
    assert_eq!(applies(&shop), [OrderMail::Placed, OrderMail::Reminder]);
    shop.run(Command::ReadyOrder { code: CODE }).unwrap();
    let open = [OrderMail::Placed, OrderMail::Ready, OrderMail::Reminder];
    assert_eq!(applies(&shop), open);
    shop.run(close(Closing::Cancelled)).unwrap();
    assert_eq!(applies(&shop), [OrderMail::Cancelled]);
    let mut erased = shop_with_order();
    erased.run(Command::EraseContact { code: CODE }).unwrap();
    assert_eq!(applies(&erased), []);
}
