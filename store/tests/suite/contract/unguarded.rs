//! Positive controls: with a guard removed, the behaviour that depends on it fails.
//!
//! Each store here is the real one with an [`Alteration`].

/// Prices and withdrawals, which staff set.
mod desk;
/// The texts of the legal pages.
mod legal;
/// What owners set.
mod settings;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{
    Announcement, AnnouncementId, ChangedLine, Command, Done, Movement, Price, Quantity, Refusal,
    ShopperId, Slug, StaffName, Timestamp,
};
use sqlx::SqlitePool;
use store::{
    ActiveAnnouncements, AnnounceError, Announcements, Change, NewAnnouncement, ShelfBook, Store,
    StoreError,
};

use crate::contract::{
    altered::{Alteration, Altered},
    carts, ends,
    harness::{ANN, BEN, DROP, Kind, Opening, PATIENCE, Premises, TestShop},
    model, news,
    sqlite::Directory,
    submissions, waits,
};

/// Adds copies to a cart although they are sold out, past the constraint that refuses it.
struct Oversells(SqlitePool);

#[async_trait]
impl Alteration for Oversells {
    async fn submit(&self, store: &dyn Store, command: Command) -> Result<Done, StoreError> {
        let answer = store.submit(command.clone()).await;
        let sold_out = matches!(answer, Err(StoreError::Refused(Refusal::SoldOut { .. })));
        let Some((shopper, book, quantity)) = claim(&command).filter(|_| sold_out) else {
            return answer;
        };
        self.take(shopper, book, quantity).await?;
        Ok(line(store.book(book).await?, quantity))
    }
}

impl Oversells {
    async fn take(&self, who: ShopperId, book: &Slug, n: Quantity) -> Result<(), sqlx::Error> {
        let mut transaction = self.0.begin_with("begin immediate").await?;
        for statement in [
            "insert into hold (id, shopper, book_id, quantity, price_cents, created_at, expires_at, state)
             select (select coalesce(max(id), 0) + 1 from hold), ?2, id, ?3, price_cents, 0, 9000000000000, 'active'
             from book where slug = ?1
             on conflict (shopper, book_id) where state = 'active' do update set quantity = quantity + ?3",
            "update stock set held = held + ?3, version = version + 1
             where book_id = (select id from book where slug = ?1) and ?2 is not null",
            "insert into movement (book_id, version, kind, on_hand, held, allocated, hold_id, at)
             select book.id, version, 'held', 0, ?3, 0, hold.id, 0
             from book join stock on stock.book_id = book.id
             join hold on hold.book_id = book.id and hold.shopper = ?2 and state = 'active'
             where slug = ?1",
        ] {
            sqlx::query(statement)
                .bind(book.as_str())
                .bind(who.as_bytes().as_slice())
                .bind(n.get())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await
    }
}

#[tokio::test]
async fn without_the_guard_the_model_finds_the_oversell() {
    let outcome = model::compare(overselling, 4_000, 1, 7).await;
    let Err(model::Divergence(what)) = outcome else {
        panic!("the model missed the oversell");
    };
    assert!(
        what.starts_with("executed, but should have been refused"),
        "{what}"
    );
}

#[tokio::test]
async fn without_the_guard_the_audit_finds_the_oversell() {
    let shop = TestShop::with_copies(overselling, 1).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    assert_eq!(shop.premises.audit().await, Vec::<String>::new());
    shop.add(BEN, DROP, 1).await.unwrap();
    let findings = shop.premises.audit().await;
    assert_eq!(findings, ["drop: at version 3, -1 copies were available"]);
}

#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "(10, 190)")]
async fn without_the_guard_more_than_ten_get_one_of_ten_copies() {
    carts::ten_copies_go_to_exactly_ten_of_two_hundred_shoppers(overselling).await;
}

/// Answers and publishes a change that is never committed, as if the commit failed afterwards.
struct AnswersEarly;

#[async_trait]
impl Alteration for AnswersEarly {
    async fn submit(&self, store: &dyn Store, command: Command) -> Result<Done, StoreError> {
        let Some((_, book, quantity)) = claim(&command) else {
            return store.submit(command).await;
        };
        let mut on_shelf = store.book(book).await?;
        on_shelf.level.available -= quantity.get();
        on_shelf.level.in_carts = true;
        on_shelf.level.version += 1;
        store.feed().publish(Change::Level(on_shelf.level.clone()));
        Ok(line(on_shelf, quantity))
    }
}

#[tokio::test]
#[should_panic(expected = "answered and published changes should be kept")]
async fn answering_before_the_commit_can_lose_an_answered_change() {
    let early: Kind = |opening| altered(opening, |_| AnswersEarly);
    carts::answered_changes_survive_reopening(early).await;
}

/// Returns a copy as if nobody waited, and restores the waitlist once another shopper has taken it.
struct OffersLater(SqlitePool);

#[async_trait]
impl Alteration for OffersLater {
    async fn submit(&self, store: &dyn Store, command: Command) -> Result<Done, StoreError> {
        let Command::SetQuantity {
            book,
            quantity: None,
            ..
        } = command.clone()
        else {
            return store.submit(command).await;
        };
        let run = async |statement| sqlx::raw_sql(statement).execute(&self.0).await;
        run("create table line as select * from wait; delete from wait").await?;
        let done = store.submit(command).await?;
        let snatched = async {
            while store
                .book(&book)
                .await
                .is_ok_and(|book| book.level.available > 0)
            {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, snatched).await.unwrap();
        run("insert into wait select * from line; drop table line").await?;
        Ok(done)
    }
}

#[tokio::test]
#[should_panic(expected = "another shopper has the copy")]
async fn a_copy_offered_in_a_later_transaction_goes_to_another_shopper() {
    let later: Kind = |opening| altered(opening, |directory| OffersLater(directory.unchecked()));
    waits::a_returned_copy_is_offered_only_to_the_first_waiting_shopper(later).await;
}

/// Ignores the keys of submissions.
struct IgnoresKeys;

#[async_trait]
impl Alteration for IgnoresKeys {
    async fn submit(&self, store: &dyn Store, mut command: Command) -> Result<Done, StoreError> {
        if let Command::Add { key, .. } | Command::PlaceOrder { key, .. } = &mut command {
            *key = None;
        }
        store.submit(command).await
    }
}

#[tokio::test]
#[should_panic(expected = "the same answer")]
async fn without_keys_a_double_click_takes_twice() {
    let without_keys: Kind = |opening| altered(opening, |_| IgnoresKeys);
    submissions::a_submission_sent_twice_has_one_effect(without_keys).await;
}

/// Ignores the keys of announcements.
struct IgnoresAnnouncementKeys(Arc<dyn Announcements>);

impl Alteration for AnnouncementsWithoutKeys {
    fn announcements(&self, store: &dyn Store) -> Arc<dyn Announcements> {
        Arc::new(IgnoresAnnouncementKeys(store.announcements()))
    }
}

struct AnnouncementsWithoutKeys;

#[async_trait]
impl Announcements for IgnoresAnnouncementKeys {
    async fn announce(&self, mut new: NewAnnouncement) -> Result<Announcement, AnnounceError> {
        new.key = format!("{:016x}", rand::random::<u64>()).parse().unwrap();
        // Over the limit, a placeholder is returned: the test counts the announcements.
        self.0.announce(new).await.or_else(|_| Ok(placeholder()))
    }

    async fn withdraw(&self, id: AnnouncementId, by: &StaffName) -> Result<bool, StoreError> {
        self.0.withdraw(id, by).await
    }

    async fn active(&self) -> Result<ActiveAnnouncements, StoreError> {
        self.0.active().await
    }
}

fn placeholder() -> Announcement {
    Announcement {
        id: AnnouncementId::from_number(0),
        text: "nothing".parse().unwrap(),
        until: Timestamp::default(),
    }
}

#[tokio::test]
#[should_panic(expected = "one announcement")]
async fn without_keys_a_double_click_announces_twice() {
    let without_keys: Kind = |opening| altered(opening, |_| AnnouncementsWithoutKeys);
    news::an_announcement_that_is_sent_twice_is_made_once(without_keys).await;
}

/// Alters nothing: only the clock is stopped.
struct Unaltered;

impl Alteration for Unaltered {}

#[tokio::test]
#[should_panic(expected = "(2, [])")]
async fn with_a_stopped_clock_an_announcement_never_ends() {
    let stopped: Kind = |opening| {
        Box::new(AlteredPremises {
            directory: Directory::new(opening),
            alter: |_| Unaltered,
            clock_runs: false,
        })
    };
    news::an_announcement_ends_at_its_time_and_not_before(stopped).await;
}

#[tokio::test]
#[should_panic(expected = "the copies should be available again within a second")]
async fn with_a_stopped_clock_a_hold_never_ends() {
    let stopped: Kind = |opening| {
        Box::new(AlteredPremises {
            directory: Directory::new(opening),
            alter: |_| Unaltered,
            clock_runs: false,
        })
    };
    ends::an_expired_hold_is_released_by_itself_within_a_second(stopped).await;
}

fn overselling(opening: Opening) -> Box<dyn Premises> {
    altered(opening, |directory| Oversells(directory.unchecked()))
}

/// The copies that a command adds to a cart.
fn claim(command: &Command) -> Option<(ShopperId, &Slug, Quantity)> {
    match command {
        Command::Add {
            shopper,
            book,
            quantity,
            ..
        } => Some((*shopper, book, *quantity)),
        _ => None,
    }
}

/// The answer of a store that has put the copies into the cart.
fn line(on_shelf: ShelfBook, quantity: Quantity) -> Done {
    Done::Line(ChangedLine {
        quantity: quantity.get(),
        price: on_shelf.book.price,
        expires_at: None,
        level: on_shelf.level,
    })
}

fn altered<A: Alteration>(opening: Opening, alter: fn(&Directory) -> A) -> Box<dyn Premises> {
    Box::new(AlteredPremises {
        directory: Directory::new(opening),
        alter,
        clock_runs: true,
    })
}

/// Premises whose store is altered, and whose clock may be stopped.
struct AlteredPremises<A> {
    directory: Directory,
    alter: fn(&Directory) -> A,
    clock_runs: bool,
}

#[async_trait(?Send)]
impl<A: Alteration> Premises for AlteredPremises<A> {
    async fn open(&self) -> Arc<dyn Store> {
        let inner = self.directory.open().await;
        let by = (self.alter)(&self.directory);
        Arc::new(Altered { inner, by })
    }

    async fn pass(&self, time: Duration) {
        if self.clock_runs {
            self.directory.pass(time).await;
        }
    }

    async fn audit(&self) -> Vec<String> {
        self.directory.audit().await
    }

    async fn ledger(&self, book: &Slug) -> Vec<Movement> {
        self.directory.ledger(book).await
    }

    async fn staff_accounts(&self) -> Box<dyn store::StaffAccounts> {
        self.directory.staff_accounts().await
    }

    async fn set_price(&self, book: &Slug, price: Price) {
        self.directory.set_price(book, price).await;
    }

    async fn prices(&self, book: &Slug) -> Vec<Price> {
        self.directory.prices(book).await
    }

    async fn run_sql(&self, statement: &'static str) -> Result<(), sqlx::Error> {
        self.directory.run_sql(statement).await
    }
}
