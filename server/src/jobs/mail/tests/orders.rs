//! Mails about orders after their confirmation, and what owners set about them.

use std::sync::Mutex;

use shop::{Act, Language, OrderMail, StaffCommand, Timestamp};
use store::{Clock, JournalFilter, MailFate, OrderMailChange, OrderMailSetting, WhyGivenUp};

use super::*;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A clock that stands still until it is moved.
struct TestClock(Mutex<Timestamp>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

fn by_staff(command: Command) -> Command {
    Command::ByStaff(Box::new(StaffCommand {
        by: Some("ann".parse().unwrap()),
        reason: Some("the last copy is <damaged>".parse().unwrap()),
        command,
    }))
}

/// A shop with one confirmed order, and its mail server.
async fn with_order(reach: &str, behaviour: Behaviour) -> (Shop, OrderCode, SmtpServer, TempDir) {
    let (shop, server, data) = shop_and_server(behaviour).await;
    let code = shop.order(1, reach).await;
    shop.until_the_outbox_is_empty().await;
    (shop, code, server, data)
}

/// The text of the last mail, without its quoted-printable encoding of line breaks.
fn last_text(server: &SmtpServer) -> String {
    let text = server.taken().pop().unwrap().text;
    text.replace("=\n", "").replace("=3D", "=")
}

async fn fates(shop: &Shop, code: OrderCode) -> Vec<(OrderMail, MailFate)> {
    let mails = shop.outbox().of_order(code).await.unwrap().into_iter();
    mails.map(|one| (one.mail, one.fate)).collect()
}

#[tokio::test]
async fn a_customer_is_told_that_the_books_are_ready_and_why_the_order_is_cancelled() {
    let (shop, code, server, _data) = with_order("ann@example.org", Behaviour::Takes).await;
    let ready = Command::ReadyOrder { code };
    shop.store.submit(by_staff(ready)).await.unwrap();
    let mail = &server.until_taken(2).await[1];
    assert_eq!(mail.to, "ann@example.org");
    let text = last_text(&server);
    for part in [
        "are ready to collect at",
        &format!("https://books.example/orders/{code}"),
        "Mice &amp; Men, $20.00",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let closing = Closing::Cancelled;
    let cancel = Command::CloseOrder { code, closing };
    shop.store.submit(by_staff(cancel)).await.unwrap();
    server.until_taken(3).await;
    let text = last_text(&server);
    for part in [
        "the last copy is <damaged>",
        "the last copy is &lt;damaged&gt;",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("eve@example.org"), "{text}");
    shop.close().await;
}

/// The order is no longer ready before its mail is sent.
#[tokio::test]
async fn a_mail_that_is_no_longer_true_is_not_sent() {
    let (shop, code, server, _data) = with_order("ann@example.org", Behaviour::Takes).await;
    server.behave(Behaviour::Refuses("@", "451 not now"));
    shop.store
        .submit(Command::ReadyOrder { code })
        .await
        .unwrap();
    shop.store
        .submit(Command::NotReadyOrder { code })
        .await
        .unwrap();
    shop.until_the_outbox_is_empty().await;
    server.behave(Behaviour::Takes);
    assert_eq!(server.taken().len(), 1);
    let fates = fates(&shop, code).await;
    assert_eq!(fates[1], (OrderMail::Ready, MailFate::NotNeeded));
    shop.close().await;
}

#[tokio::test]
async fn what_an_owner_has_switched_off_is_not_sent_and_what_they_wrote_comes_first() {
    let (shop, code, server, _data) = with_order("ann@example.org", Behaviour::Takes).await;
    let set = async |mail, enabled, words: Option<&str>| {
        let preface = words.map(|words| (Language::English, words.parse().unwrap()));
        let setting = OrderMailSetting {
            enabled,
            prefaces: preface.into_iter().collect(),
            ..OrderMailSetting::unset(mail)
        };
        let by = "olive".parse().unwrap();
        let change = OrderMailChange { setting, by };
        shop.outbox().set(change).await.unwrap();
    };
    set(OrderMail::Ready, false, None).await;
    set(
        OrderMail::Cancelled,
        true,
        Some("Dear reader,\nforgive <us>."),
    )
    .await;
    let ready = Command::ReadyOrder { code };
    shop.store.submit(by_staff(ready)).await.unwrap();
    shop.until_the_outbox_is_empty().await;
    assert_eq!(server.taken().len(), 1, "only the confirmation was sent");
    let closing = Closing::Cancelled;
    let cancel = Command::CloseOrder { code, closing };
    shop.store.submit(by_staff(cancel)).await.unwrap();
    server.until_taken(2).await;
    let text = last_text(&server);
    for part in [
        "Dear reader,\nforgive <us>.",
        "Dear reader,<br>\nforgive &lt;us&gt;.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    shop.close().await;
}

#[tokio::test]
async fn a_customer_is_reminded_once_a_day_before_the_order_ends_and_told_of_its_end() {
    let data = tempfile::tempdir().unwrap();
    let server = SmtpServer::start(Behaviour::Takes).await;
    let clock = Arc::new(TestClock(Mutex::new(Timestamp::from_millis(
        1_795_284_000_000,
    ))));
    let pass = |time: Duration| {
        let mut now = clock.0.lock().unwrap();
        *now = *now + time;
    };
    let mut shop = Shop::open_with_clock(data.path(), Arc::clone(&clock) as _).await;
    shop.send_to(&server.url(), FAST_RETRIES);
    let code = shop.order(1, "ann@example.org").await;
    server.until_taken(1).await;
    pass(6 * DAY);
    server.until_taken(2).await;
    let text = last_text(&server);
    assert!(text.contains("still waiting for you at"), "{text}");
    pass(DAY);
    server.until_taken(3).await;
    let text = last_text(&server);
    assert!(text.contains("back on sale"), "{text}");
    shop.until_the_outbox_is_empty().await;
    let mut mails = fates(&shop, code).await;
    // The confirmation is a week old, so its row may be gone.
    mails.retain(|(mail, _)| *mail != OrderMail::Placed);
    let mails: Vec<OrderMail> = mails.into_iter().map(|one| one.0).collect();
    let expected = [OrderMail::Reminder, OrderMail::Overdue];
    assert_eq!(mails, expected);
    shop.close().await;
}

#[tokio::test]
async fn what_the_mail_server_refuses_is_kept_without_the_address_and_can_be_sent_again() {
    let behaviour = Behaviour::Refuses("nobody@", "550 5.1.1 no such user");
    let (shop, code, server, _data) = with_order("nobody@example.org", behaviour).await;
    let found = fates(&shop, code).await;
    let [(OrderMail::Placed, MailFate::GivenUp { why: Some(why), .. })] = &found[..] else {
        panic!("{found:?}");
    };
    // The server repeats what it was told: `RCPT TO:<nobody@example.org>`.
    let answer = "550 5.1.1 no such user RCPT …".to_owned();
    assert_eq!(*why, WhyGivenUp::Refused { answer });
    server.behave(Behaviour::Takes);
    let mail = OrderMail::Placed;
    let again = Command::SendMailAgain { code, mail };
    shop.store.submit(by_staff(again)).await.unwrap();
    assert_eq!(server.until_taken(1).await[0].to, "nobody@example.org");
    shop.until_the_outbox_is_empty().await;
    assert!(!shop.store.order(code).await.unwrap().mail_failed);
    let journal = shop.store.journal();
    let entries = journal.entries(&JournalFilter::default(), None, 10).await;
    let order = code;
    let expected = Act::MailSentAgain { order, mail };
    assert_eq!(entries.unwrap()[0].entry.act, expected);
    shop.close().await;
}
