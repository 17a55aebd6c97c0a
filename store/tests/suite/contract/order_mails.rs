//! Mails about orders: ready, soon over, not collected, cancelled by the shop; what became of each,
//! and what owners set about them.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use shop::{
    Act, Closing, Command, Contact, Done, Language, OrderMail, Refusal, StaffCommand, Terms,
};
use store::{
    JournalFilter, Mail, MailContent, MailFate, OrderMailChange, OrderMailOutcome,
    OrderMailSetting, Outbox, SendOutcome, WhyGivenUp,
};

use crate::contract::{
    harness::{ANN, BEN, DAY, DROP, HOUR, Kind, MINUTE, Opening, TestShop, code, place},
    mail::{by_telephone, claim, settle, shop},
    news::staff,
};

fn by_staff(command: Command) -> Command {
    Command::ByStaff(Box::new(StaffCommand {
        by: Some(staff("ann")),
        reason: Some("the last copy is damaged".parse().unwrap()),
        command,
    }))
}

/// Ann's order, in Chinese.
async fn order(shop: &TestShop, bits: u64) {
    shop.add(ANN, DROP, 1).await.unwrap();
    let mut command = place(ANN, bits);
    if let Command::PlaceOrder { contact, .. } = &mut command {
        *contact = contact.clone().in_language(Language::Chinese);
    }
    shop.submit(command).await.unwrap();
}

/// Claims a mail, and settles it as sent.
async fn sent(outbox: &Arc<dyn Outbox>) -> Option<Mail> {
    let mail = claim(outbox).await?;
    settle(outbox, &mail, SendOutcome::Sent).await;
    Some(mail)
}

async fn acts(shop: &TestShop) -> Vec<Act> {
    let filter = JournalFilter::default();
    let found = shop.store.journal().entries(&filter, None, 100).await;
    found
        .unwrap()
        .into_iter()
        .rev()
        .map(|one| one.entry.act)
        .collect()
}

pub async fn an_order_that_becomes_ready_or_is_cancelled_has_a_mail_in_its_language(
    kind: Kind,
) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    order(&shop, 1).await;
    sent(&outbox).await.unwrap();
    // The second press changes nothing.
    for _ in 0..2 {
        let ready = Command::ReadyOrder { code: code(1) };
        shop.submit(by_staff(ready)).await.unwrap();
    }
    outbox.mail_written().await;
    let mail = claim(&outbox).await.unwrap();
    let content = MailContent::OrderReady { order: code(1) };
    assert_eq!(
        (mail.content.clone(), &*mail.recipient),
        (content, "ann@example.org")
    );
    assert_eq!(mail.language, "zh-Hans");
    // While the mail is being sent, the order becomes ready again.
    for command in [
        Command::NotReadyOrder { code: code(1) },
        Command::ReadyOrder { code: code(1) },
    ] {
        shop.submit(by_staff(command)).await.unwrap();
    }
    assert_eq!(outbox.waiting().await.unwrap(), 1, "the mail waits once");
    settle(&outbox, &mail, SendOutcome::Sent).await;

    let closing = Closing::Cancelled;
    let cancel = Command::CloseOrder {
        code: code(1),
        closing,
    };
    shop.submit(by_staff(cancel)).await.unwrap();
    let mail = sent(&outbox).await.unwrap();
    assert_eq!(mail.content, MailContent::OrderCancelled { order: code(1) });
    assert_eq!(mail.language, "zh-Hans");
    let expected = [
        Act::OrderReady { order: code(1) },
        Act::OrderNotReady { order: code(1) },
        Act::OrderReady { order: code(1) },
        Act::OrderCancelled { order: code(1) },
    ];
    assert_eq!(acts(&shop).await, expected);

    order(&shop, 2).await;
    sent(&outbox).await.unwrap();
    shop.close_order(2, closing).await.unwrap();
    assert_eq!(claim(&outbox).await, None, "the shopper has cancelled it");
    shop
}

pub async fn an_order_that_is_not_collected_in_time_has_a_mail(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    order(&shop, 1).await;
    sent(&outbox).await.unwrap();
    shop.pass(Terms::default().collect_within).await;
    shop.until("the order should have a mail", async |_| {
        outbox.waiting().await.unwrap() == 1
    })
    .await;
    let mail = sent(&outbox).await.unwrap();
    assert_eq!(mail.content, MailContent::OrderOverdue { order: code(1) });
    assert_eq!(outbox.write_reminders().await.unwrap(), 0, "it is over");
    shop
}

pub async fn an_order_has_one_reminder_a_day_before_it_ends(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    order(&shop, 1).await;
    sent(&outbox).await.unwrap();
    shop.pass(Terms::default().collect_within - DAY - MINUTE)
        .await;
    assert_eq!(
        outbox.write_reminders().await.unwrap(),
        0,
        "it is too early"
    );
    shop.pass(2 * MINUTE).await;
    let written = join_all((0..6).map(|_| outbox.write_reminders())).await;
    let written: u64 = written.into_iter().map(Result::unwrap).sum();
    assert_eq!(written, 1, "the order should have one reminder");
    let mail = sent(&outbox).await.unwrap();
    assert_eq!(mail.content, MailContent::OrderReminder { order: code(1) });
    assert_eq!(mail.language, "zh-Hans");
    shop.pass(HOUR).await;
    assert_eq!(outbox.write_reminders().await.unwrap(), 0, "it was sent");
    assert_eq!(claim(&outbox).await, None);
    drop(outbox);
    let shop = shop.reopened().await;
    let outbox = shop.store.outbox().unwrap();
    assert_eq!(outbox.write_reminders().await.unwrap(), 0, "it was sent");
    shop
}

pub async fn only_open_orders_with_an_address_have_a_reminder(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    order(&shop, 1).await;
    order(&shop, 2).await;
    shop.add(BEN, DROP, 1).await.unwrap();
    shop.submit(by_telephone(3)).await.unwrap();
    shop.close_order(1, Closing::Cancelled).await.unwrap();
    shop.close_order(2, Closing::Collected).await.unwrap();
    shop.pass(Terms::default().collect_within - HOUR).await;
    assert_eq!(outbox.write_reminders().await.unwrap(), 0);
    shop
}

pub async fn an_order_that_is_kept_for_less_than_two_days_has_no_reminder(kind: Kind) -> TestShop {
    let opening = Opening {
        terms: Terms {
            mail: true,
            collect_within: 2 * DAY - MINUTE,
            ..Terms::default()
        },
        ..Opening::of(&[(DROP, 3)])
    };
    let shop = TestShop::open(kind, opening).await;
    let outbox = shop.store.outbox().unwrap();
    order(&shop, 1).await;
    shop.pass(DAY + HOUR).await;
    assert_eq!(outbox.write_reminders().await.unwrap(), 0);
    shop
}

pub async fn a_mail_that_was_given_up_is_listed_and_sent_again_once(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    order(&shop, 1).await;
    let fates = async || {
        let mails = outbox.of_order(code(1)).await.unwrap().into_iter();
        mails.map(|one| (one.mail, one.fate)).collect::<Vec<_>>()
    };
    assert_eq!(fates().await, [(OrderMail::Placed, MailFate::Waiting)]);
    let mail = claim(&outbox).await.unwrap();
    let failed = Command::ConfirmationFailed { code: code(1) };
    shop.submit(failed).await.unwrap();
    let refused = WhyGivenUp::Refused {
        answer: "550 no such user".to_owned(),
    };
    settle(&outbox, &mail, SendOutcome::GivenUp(refused.clone())).await;
    let found = fates().await;
    let [(OrderMail::Placed, MailFate::GivenUp { why, .. })] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(*why, Some(refused));

    let again = |mail| {
        by_staff(Command::SendMailAgain {
            code: code(1),
            mail,
        })
    };
    let placed = || again(OrderMail::Placed);
    let ready = shop.submit(again(OrderMail::Ready)).await;
    assert_eq!(ready, Ok(Done::NothingToSend));
    let both = join_all([shop.submit(placed()), shop.submit(placed())]).await;
    let is_sent = |done: &&Result<Done, Refusal>| **done == Ok(Done::MailSentAgain);
    assert_eq!(both.iter().filter(is_sent).count(), 1, "{both:?}");
    let order = shop.order(1).await;
    assert_eq!((order.mail_failed, order.version), (false, 3));
    let mail = claim(&outbox).await.unwrap();
    assert_eq!(mail.content, MailContent::OrderPlaced { order: code(1) });
    assert_eq!((&*mail.recipient, mail.tries), ("ann@example.org", 1));
    assert_eq!(claim(&outbox).await, None, "it is sent once");
    settle(&outbox, &mail, SendOutcome::Sent).await;
    let found = fates().await;
    let [(OrderMail::Placed, MailFate::Sent { .. })] = &found[..] else {
        panic!("{found:?}");
    };
    let sent_again = Act::MailSentAgain {
        order: code(1),
        mail: OrderMail::Placed,
    };
    assert_eq!(acts(&shop).await, [sent_again]);
    shop
}

pub async fn an_erased_contact_is_gone_from_the_order_and_its_mails(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    order(&shop, 1).await;
    order(&shop, 2).await;
    let claimed = claim(&outbox).await.unwrap();
    let erase = || by_staff(Command::EraseContact { code: code(1) });
    for _ in 0..2 {
        assert_eq!(shop.submit(erase()).await, Ok(Done::ContactErased));
    }
    let order = shop.order(1).await;
    assert_eq!((order.contact, order.version), (None, 2));
    // A sender that has the mail settles nothing any more.
    settle(&outbox, &claimed, SendOutcome::RetryAfter(Duration::ZERO)).await;
    let mail = sent(&outbox).await.unwrap();
    assert_eq!(mail.content, MailContent::OrderPlaced { order: code(2) });
    assert_eq!(claim(&outbox).await, None);
    let fate = outbox.of_order(code(1)).await.unwrap().remove(0).fate;
    assert_eq!(fate, MailFate::NotNeeded);
    // The constraint refuses this row if anything of the address is left.
    let nothing = "update mail set tries = -1
                   where recipient_hash is not null and state = 'needless'";
    shop.premises.run_sql(nothing).await.unwrap();
    // What happens to the order later does not bring the contact back, nor a mail.
    let ready = Command::ReadyOrder { code: code(1) };
    shop.submit(by_staff(ready)).await.unwrap();
    assert_eq!(claim(&outbox).await, None);
    drop(outbox);
    let shop = shop.reopened().await;
    assert_eq!(shop.order(1).await.contact, None);
    let contact: Option<Contact> = shop.order(2).await.contact;
    assert!(contact.is_some(), "the other order keeps its contact");
    let expected = [
        Act::ContactErased { order: code(1) },
        Act::OrderReady { order: code(1) },
    ];
    assert_eq!(acts(&shop).await, expected);
    shop
}

pub async fn a_setting_is_saved_by_one_of_two_owners_and_recorded(kind: Kind) -> TestShop {
    let (shop, outbox) = shop(kind).await;
    let unset = OrderMailSetting::unset(OrderMail::Ready);
    assert_eq!(outbox.setting(OrderMail::Ready).await.unwrap(), unset);
    let change = |version, enabled, words: &str| OrderMailChange {
        setting: OrderMailSetting {
            mail: OrderMail::Ready,
            version,
            enabled,
            prefaces: vec![(Language::Chinese, words.parse().unwrap())],
        },
        by: staff("ann"),
    };
    let (first, second) = (change(0, true, "亲爱的读者："), change(0, false, "您好："));
    let both = join_all([outbox.set(first.clone()), outbox.set(second)]).await;
    let both: Vec<_> = both.into_iter().map(Result::unwrap).collect();
    let saved = both.iter().filter(|one| **one == OrderMailOutcome::Saved);
    assert_eq!(saved.count(), 1, "{both:?}");
    let kept = outbox.setting(OrderMail::Ready).await.unwrap();
    assert_eq!(kept.version, 1);
    assert!(both.contains(&OrderMailOutcome::Outdated(kept.clone())));

    // Words of a language that only a later release knows are kept.
    let later = r#"update mail_setting set prefaces = '{"fr":"Bonjour","zh-Hans":"您好："}'"#;
    shop.premises.run_sql(later).await.unwrap();
    let third = change(1, false, "欢迎光临");
    for _ in 0..2 {
        // The same form sent twice is saved once.
        let saved = outbox.set(third.clone()).await.unwrap();
        assert_eq!(saved, OrderMailOutcome::Saved);
    }
    drop(outbox);
    let shop = shop.reopened().await;
    let outbox = shop.store.outbox().unwrap();
    let kept = outbox.setting(OrderMail::Ready).await.unwrap();
    assert_eq!((kept.version, kept.enabled), (2, false));
    assert_eq!(kept.preface(Language::Chinese), Some("欢迎光临"));
    assert_eq!(kept.preface(Language::English), None);
    // The constraint refuses this version, if the French words are gone.
    let kept = "update mail_setting set version = -1 where prefaces not like '%Bonjour%'";
    shop.premises.run_sql(kept).await.unwrap();
    let others = outbox.settings().await.unwrap().into_iter();
    assert_eq!(others.filter(|one| one.version == 0).count(), 4);
    let found = acts(&shop).await;
    assert_eq!(found.len(), 2, "{found:?}");
    let last = Act::MailSet {
        mail: OrderMail::Ready,
        enabled: false,
    };
    assert_eq!(found[1], last);
    shop
}
