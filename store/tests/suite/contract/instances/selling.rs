//! Several instances sell one stock: races, fairness, locks.

use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use shop::{Command, Quantity, Refusal};
use store::StoreError;
use tokio::time::{Instant, sleep, timeout};

use super::{insist, open, shopper};
use crate::contract::{
    harness::{DROP, PATIENCE, Premises, add, place, slug},
    waits::wait,
};

#[tokio::test(flavor = "multi_thread")]
async fn copies_returned_through_any_instance_are_offered_and_never_taken_by_others() {
    const COPIES: usize = 6;
    let (database, stores) = open(6).await;
    let (holder, waiter) = (|n| shopper(0, n), |n| shopper(1, n));
    for n in 0..COPIES {
        let store = &*stores[n % 3];
        insist(store, add(holder(n), DROP, 1)).await.unwrap();
    }
    for n in 0..2 * COPIES {
        insist(&*stores[n % 3], wait(waiter(n), DROP))
            .await
            .unwrap();
    }
    let back = (0..COPIES).map(|n| {
        let give_back = Command::SetQuantity {
            shopper: holder(n),
            book: slug(DROP),
            quantity: None,
        };
        insist(&*stores[(n + 1) % 3], give_back)
    });
    let snatch = (0..150).map(|n| insist(&*stores[n % 3], add(shopper(2, n), DROP, 1)));
    let (back, snatched) = tokio::join!(join_all(back), join_all(snatch));
    assert!(back.iter().all(Result::is_ok));
    assert!(
        snatched.iter().all(Result::is_err),
        "every returned copy should be offered, not available"
    );
    for n in 0..2 * COPIES {
        let cart = stores[0].cart(waiter(n)).await.unwrap();
        let offered = cart.lines.iter().any(|line| line.offered);
        assert_eq!(offered, n < COPIES, "first come, first served: {n}");
    }
    assert_eq!(database.audit().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_copies_go_to_exactly_ten_of_three_hundred_shoppers_of_three_instances() {
    let (database, stores) = open(10).await;
    let rush = (0..300).map(|number| {
        let store = &stores[number % 3];
        insist(&**store, add(shopper(number % 3, number), DROP, 1))
    });
    let answers = join_all(rush).await;
    let held = answers.iter().filter(|answer| answer.is_ok()).count();
    let sold_out = answers
        .iter()
        .filter(|answer| matches!(answer, Err(Refusal::SoldOut { .. })));
    assert_eq!((held, sold_out.count()), (10, 290));
    assert_eq!(database.audit().await, Vec::<String>::new());
}

/// Runs three writers that read, decide and write as the store does, with or without its lock.
///
/// The constraint that backs up the lock is removed in either case. Returns the audit's findings.
async fn sold_by_three_writers(locks: bool) -> Vec<String> {
    let (database, _stores) = open(60).await;
    let pool = database.pool().await;
    database
        .prepare("alter table movement drop constraint movement_one_per_version")
        .await;
    let lock = if locks {
        "for no key update of stock"
    } else {
        ""
    };
    let writer = async |number: i64| {
        let mut transaction = pool.begin().await?;
        let (held, version): (i64, i64) = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "select held, version from stock join book on book.id = book_id where slug = $1 {lock}"
        )))
        .bind(DROP)
        .fetch_one(&mut *transaction)
        .await?;
        sqlx::query(
            "with s as (
                update stock set held = $1 + 1, version = $2 + 1
                where book_id = (select id from book where slug = $3) returning book_id
             ), h as (
                insert into hold (id, shopper, book_id, quantity, price_cents, created_at, expires_at, state)
                select $4, decode(lpad(to_hex($4), 32, '0'), 'hex'), book_id, 1, 100, shop_now(),
                       shop_now() + 900000, 'active' from s
             )
             insert into movement (book_id, version, kind, on_hand, held, allocated, hold_id, at)
             select book_id, $2 + 1, 'held', 0, 1, 0, $4, shop_now() from s",
        )
        .bind(held)
        .bind(version)
        .bind(DROP)
        .bind(number)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await
    };
    for round in 0..20 {
        let three = [1, 2, 3].map(|instance| writer(1_000_000 + 3 * round + instance));
        for done in join_all(three).await {
            let done: Result<(), sqlx::Error> = done;
            done.unwrap();
        }
    }
    database.audit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_lock_three_writers_oversell_and_the_audit_sees_it() {
    assert_eq!(sold_by_three_writers(true).await, Vec::<String>::new());
    let found = sold_by_three_writers(false).await;
    // Sixty copies are held, but the stock says fewer.
    assert!(
        found
            .iter()
            .any(|what| what.contains("active holds have 60")),
        "{found:?}"
    );
}

/// The commit succeeds, but too slowly for the store to learn of it.
#[tokio::test(flavor = "multi_thread")]
async fn after_an_unanswered_commit_no_hold_number_is_used_twice() {
    let (database, stores) = open(10).await;
    database
        .prepare(
            "create table slow (once boolean);
             insert into slow values (true);
             create function be_slow() returns trigger language plpgsql as $$
             begin
                 if (select once from slow) then
                     update slow set once = false;
                     perform pg_sleep(6);
                 end if;
                 return null;
             end $$;
             create constraint trigger be_slow after insert on hold
                 deferrable initially deferred for each row execute function be_slow()",
        )
        .await;
    let (ann, ben) = (shopper(0, 1), shopper(0, 2));
    let lost = stores[0].submit(add(ann, DROP, 1)).await;
    assert!(matches!(lost, Err(StoreError::Failed(_))), "{lost:?}");
    let committed = async {
        while stores[1].cart(ann).await.unwrap().lines.is_empty() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, committed)
        .await
        .expect("the commit should succeed");
    insist(&*stores[0], add(ben, DROP, 2)).await.unwrap();
    let cart = async |who| stores[2].cart(who).await.unwrap().lines[0].quantity.get();
    assert_eq!((cart(ann).await, cart(ben).await), (1, 2));
    assert_eq!(database.audit().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_many_commands_at_three_instances_the_audit_finds_nothing() {
    let (database, stores) = open(40).await;
    let shoppers = (0..48).map(|person| {
        let stores = stores.clone();
        tokio::spawn(async move {
            let me = shopper(person % 3, person);
            for round in 0..20_u64 {
                // Without sticky sessions, each command of a shopper may reach another instance.
                let store = &stores[(person + round as usize) % 3];
                let book = if round % 3 == 0 { "rest" } else { DROP };
                let copies = Quantity::new(u32::try_from(round % 4).unwrap()).ok();
                let _ = insist(&**store, add(me, book, 1)).await;
                let _ = insist(
                    &**store,
                    Command::SetQuantity {
                        shopper: me,
                        book: slug(book),
                        quantity: copies,
                    },
                )
                .await;
                if round % 5 == 0 {
                    let bits = u64::try_from(person).unwrap() << 32 | round;
                    let _ = insist(&**store, place(me, bits)).await;
                }
            }
        })
    });
    try_join_all(shoppers).await.unwrap();
    assert_eq!(database.audit().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_through_every_instance_at_once_has_one_effect() {
    let (database, stores) = open(40).await;
    for round in 0..10 {
        let me = shopper(0, round);
        let command =
            crate::contract::harness::keyed(add(me, DROP, 1), &format!("key-{round}-of-mine"));
        let same = stores.iter().map(|store| insist(&**store, command.clone()));
        let answers = join_all(same).await;
        assert!(
            answers.iter().all(|answer| *answer == answers[0]),
            "{answers:?}"
        );
        assert!(answers[0].is_ok(), "{answers:?}");
        let cart = stores[1].cart(me).await.unwrap();
        assert_eq!(cart.lines[0].quantity, Quantity::new(1).unwrap());
    }
    assert_eq!(database.audit().await, Vec::<String>::new());
}

/// A row lock's queue serves the waiting instances in turn.
#[tokio::test(flavor = "multi_thread")]
async fn instances_share_a_busy_book_fairly() {
    let (database, stores) = open(1_000_000).await;
    let until = Instant::now() + Duration::from_secs(2);
    let shares = stores.iter().enumerate().map(async |(instance, store)| {
        let people = (0..16).map(async |person| {
            let mut held = 0_u32;
            while Instant::now() < until {
                let me = shopper(instance, person * 1_000_000 + held as usize);
                insist(&**store, add(me, DROP, 1)).await.unwrap();
                held += 1;
            }
            held
        });
        join_all(people).await.into_iter().sum::<u32>()
    });
    let shares = join_all(shares).await;
    let all: u32 = shares.iter().sum();
    assert!(shares.iter().all(|share| share * 5 > all), "{shares:?}");
    assert_eq!(database.audit().await, Vec::<String>::new());
}

/// If a lock is held too long, the store answers `Busy` and rolls the batch back.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_book_is_busy_and_others_are_sold() {
    let (database, stores) = open(10).await;
    let mut lock = database.pool().await.begin().await.unwrap();
    sqlx::query(
        "select 1 from stock where book_id = (select id from book where slug = $1) for update",
    )
    .bind(DROP)
    .execute(&mut *lock)
    .await
    .unwrap();
    let began = Instant::now();
    let answer = stores[0].submit(add(shopper(0, 0), DROP, 1)).await;
    assert!(matches!(answer, Err(StoreError::Busy)), "{answer:?}");
    assert!(began.elapsed() < Duration::from_secs(10));
    insist(&*stores[1], add(shopper(1, 0), "rest", 1))
        .await
        .unwrap();
    lock.rollback().await.unwrap();
    let sold = async {
        while stores[0].submit(add(shopper(0, 0), DROP, 1)).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, sold)
        .await
        .expect("the book should be sold again");
    assert_eq!(database.audit().await, Vec::<String>::new());
}
