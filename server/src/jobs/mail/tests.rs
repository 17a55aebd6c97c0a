//! The outbox and its sender, tested with mail servers that work and that misbehave.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use shop::{Closing, Command, Contact, OrderCode, Quantity, ShopperId, Slug, Terms};
use store::{
    Clock, Mail, NewBook, Options, Outbox, SendOutcome, SteadyClock, Store, StoreError,
    opening_catalogue, sqlite::SqliteStore,
};
use tempfile::TempDir;
use tokio::{task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{MailCounters, Mailer, RetryPolicy};
use crate::config::mail::MailSettings;

mod given_up;
mod offers;
mod orders;
mod server_trouble;
mod shop_details;
#[path = "../../../tests/suite/common/smtp.rs"]
mod smtp;

use smtp::{Behaviour, SmtpServer};

/// Far longer than anything here takes; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Retries within milliseconds, so that no test takes long.
const FAST_RETRIES: RetryPolicy = RetryPolicy {
    first: Duration::from_millis(10),
    longest: Duration::from_millis(20),
    longest_pause: Duration::from_millis(20),
    give_up_after: Duration::from_secs(60 * 60),
    most_a_day: 20,
    lease: Duration::from_secs(60),
    connect_within: Duration::from_millis(200),
    send_within: Duration::from_millis(400),
    look_every: Duration::from_millis(20),
    remind_every: Duration::from_millis(20),
};

/// How many mails a shop has finished with, by outcome.
#[derive(Debug, Default, PartialEq, Eq)]
struct MailCounts {
    sent: u64,
    given_up: u64,
    needless: u64,
}

/// A shop that sends mail.
struct Shop {
    store: Arc<dyn Store>,
    tally: Arc<MailCounters>,
    sending: Option<(CancellationToken, JoinHandle<()>)>,
}

impl Shop {
    async fn open(data: &Path) -> Self {
        Self::open_with_copies(data, 1_000).await
    }

    async fn open_with_copies(data: &Path, copies: u32) -> Self {
        Self::open_with(data, copies, true).await
    }

    async fn open_with(data: &Path, copies: u32, mail: bool) -> Self {
        Self::open_with_all(data, copies, mail, Arc::new(SteadyClock::start())).await
    }

    async fn open_with_clock(data: &Path, clock: Arc<dyn Clock>) -> Self {
        Self::open_with_all(data, 1_000, true, clock).await
    }

    async fn open_with_all(data: &Path, copies: u32, mail: bool, clock: Arc<dyn Clock>) -> Self {
        let book = NewBook {
            slug: "drop",
            title: "Mice & Men",
            copies,
            ..opening_catalogue()[0]
        };
        let options = Options {
            terms: Terms {
                mail,
                offer: Duration::from_secs(60 * 60),
                ..Terms::default()
            },
            ..Options::default()
        };
        let books = [book];
        let store = SqliteStore::open_with_clock(data, &books, options, clock);
        let store = store.await.unwrap();
        Self {
            store: Arc::new(store),
            tally: Arc::default(),
            sending: None,
        }
    }

    fn send_to(&mut self, url: &str, retry: RetryPolicy) {
        let from = Some("Burt’s Books <shop@books.example>");
        let settings = MailSettings::parse(Some(url), from).unwrap().unwrap();
        let mut mailer = Mailer::new(settings);
        mailer.tally = Arc::clone(&self.tally);
        let mut sender = mailer.sender(&self.store, "https://books.example").unwrap();
        sender.retry = retry;
        let stop = CancellationToken::new();
        let until = stop.clone();
        let sending = tokio::spawn(async move { sender.work(&until).await });
        self.sending = Some((stop, sending));
    }

    /// Places an order, and checks that no mail delays it.
    async fn order(&self, number: u8, reach: &str) -> OrderCode {
        let (shopper, code) = (
            ShopperId::from_bytes([number; 16]),
            OrderCode::from_bits(number.into()),
        );
        let add = Command::Add {
            shopper,
            book: Slug::parse("drop").unwrap(),
            quantity: Quantity::new(2).unwrap(),
            key: None,
        };
        let place = Command::PlaceOrder {
            shopper,
            code,
            // An earlier version accepted more addresses than a form does now.
            contact: Contact::stored("Eve <eve@example.org>, hello".into(), reach.into(), None),
            total: None,
            key: None,
        };
        for command in [add, place] {
            let done = timeout(PATIENCE / 4, self.store.submit(command)).await;
            done.expect("no order waits for mail").unwrap();
        }
        code
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.store.outbox().unwrap()
    }

    /// Waits until no mail is waiting to be sent.
    async fn until_the_outbox_is_empty(&self) {
        let outbox = self.outbox();
        let empty = async {
            while outbox.waiting().await.unwrap() > 0 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        timeout(PATIENCE, empty).await.expect("all are settled");
    }

    fn counted(&self) -> MailCounts {
        let count = |counter: &AtomicU64| counter.load(SeqCst);
        MailCounts {
            sent: count(&self.tally.sent),
            given_up: count(&self.tally.given_up),
            needless: count(&self.tally.needless),
        }
    }

    async fn close(mut self) {
        if let Some((stop, sending)) = self.sending.take() {
            stop.cancel();
            timeout(PATIENCE, sending).await.unwrap().unwrap();
        }
        self.store.close().await;
    }
}

async fn shop_and_server(behaviour: Behaviour) -> (Shop, SmtpServer, TempDir) {
    shop_and_server_with(behaviour, FAST_RETRIES).await
}

async fn shop_and_server_with(
    behaviour: Behaviour,
    retry: RetryPolicy,
) -> (Shop, SmtpServer, TempDir) {
    let data = tempfile::tempdir().unwrap();
    let server = SmtpServer::start(behaviour).await;
    let mut shop = Shop::open(data.path()).await;
    shop.send_to(&server.url(), retry);
    (shop, server, data)
}

#[tokio::test]
async fn every_order_with_an_address_is_confirmed_over_one_connection() {
    let (shop, server, _data) = shop_and_server(Behaviour::Takes).await;
    for number in 1..=5 {
        shop.order(number, &format!("ann{number}@example.org"))
            .await;
    }
    shop.order(6, "+44 20 7946 0000").await;
    shop.until_the_outbox_is_empty().await;
    let taken = server.taken();
    let mut to: Vec<&str> = taken.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    let expected: Vec<String> = (1..=5).map(|n| format!("ann{n}@example.org")).collect();
    assert_eq!(to, expected);
    assert!(server.sessions() <= 2, "{} connections", server.sessions());
    assert_eq!(
        shop.counted(),
        MailCounts {
            sent: 5,
            ..MailCounts::default()
        }
    );
    shop.close().await;
}

#[tokio::test]
async fn a_confirmation_contains_nothing_that_the_shopper_typed() {
    let (shop, server, _data) = shop_and_server(Behaviour::Takes).await;
    let code = shop.order(1, "ann@example.org").await.to_string();
    let mail = &server.until_taken(1).await[0];
    assert_eq!(mail.header("To"), "ann@example.org");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.header("Message-ID").ends_with("@books.example>"));
    // Undo the quoted-printable encoding.
    let text = mail.text.replace("=\n", "").replace("=3D", "=");
    for part in [
        &code,
        "Mice & Men, $20.00",
        "Mice &amp; Men, $20.00",
        "Total $40.00",
        "UTC",
        &format!("https://books.example/orders/{code}"),
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("eve@example.org") && !text.contains("hello"));
    shop.close().await;
}

#[tokio::test]
async fn a_cancelled_order_gets_no_confirmation() {
    let data = tempfile::tempdir().unwrap();
    let server = SmtpServer::start(Behaviour::Takes).await;
    let mut shop = Shop::open(data.path()).await;
    let code = shop.order(1, "ann@example.org").await;
    let closing = Closing::Cancelled;
    let cancel = Command::CloseOrder { code, closing };
    shop.store.submit(cancel).await.unwrap();
    shop.order(2, "ben@example.org").await;
    shop.send_to(&server.url(), FAST_RETRIES);
    shop.until_the_outbox_is_empty().await;
    assert_eq!(server.taken()[0].to, "ben@example.org");
    assert_eq!(server.taken().len(), 1);
    assert_eq!(
        shop.counted(),
        MailCounts {
            sent: 1,
            needless: 1,
            ..MailCounts::default()
        }
    );
    shop.close().await;
}

#[tokio::test]
async fn a_mail_in_the_outbox_is_sent_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let shop = Shop::open(data.path()).await;
    shop.order(1, "ann@example.org").await;
    // Another sender had claimed the mail when the shop stopped.
    let claimed: Option<Mail> = shop.outbox().claim(PATIENCE * 10).await.unwrap();
    assert!(claimed.is_some());
    shop.close().await;
    assert_eq!(mails_after_opening(data.path()).await, 1);
}

/// Control: a mail that is not written in the order's transaction is lost if the process ends
/// before it is sent.
#[tokio::test]
async fn without_the_transaction_a_mail_is_lost() {
    let data = tempfile::tempdir().unwrap();
    let shop = Shop::open_with(data.path(), 1_000, false).await;
    let code = shop.order(1, "ann@example.org").await;
    let remembered = vec![("ann@example.org", code)];
    // The process ends here, and loses what it had in memory.
    drop(remembered);
    shop.close().await;
    assert_eq!(mails_after_opening(data.path()).await, 0);
}

/// Opens the shop again and sends all mails. Returns how many there were.
async fn mails_after_opening(data: &Path) -> usize {
    let server = SmtpServer::start(Behaviour::Takes).await;
    let mut shop = Shop::open(data).await;
    let order = shop.store.order(OrderCode::from_bits(1)).await.unwrap();
    assert!(order.contact.is_some(), "the order itself was kept");
    shop.send_to(&server.url(), FAST_RETRIES);
    // This mail comes last, so that the test knows when all were sent.
    shop.order(9, "last@example.org").await;
    shop.until_the_outbox_is_empty().await;
    shop.close().await;
    server.taken().len() - 1
}

/// The row of a sent mail is kept, but without its recipient and its content.
#[tokio::test]
async fn the_outbox_deletes_addresses_after_sending() -> Result<(), StoreError> {
    let data = tempfile::tempdir().unwrap();
    let shop = Shop::open(data.path()).await;
    shop.order(1, "gone@example.org").await;
    let mail = shop.outbox().claim(PATIENCE).await?.unwrap();
    shop.outbox().settle(&mail, SendOutcome::Sent).await?;
    let pool = sqlx::SqlitePool::connect(&format!(
        "sqlite://{}",
        data.path().join("shop.sqlite").display()
    ))
    .await?;
    let kept: (String, Option<String>, Option<String>) =
        sqlx::query_as("select state, recipient, letter from mail")
            .fetch_one(&pool)
            .await?;
    assert_eq!(kept, ("sent".to_owned(), None, None));
    shop.close().await;
    Ok(())
}
