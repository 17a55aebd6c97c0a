//! Accounts are changed through two instances at the same time.

use std::{sync::Arc, time::Duration};

use shop::Role;
use sqlx::{PgPool, Postgres, Transaction};
use store::{AccountError, SessionToken, StaffDirectory, Store};
use tokio::time::{sleep, timeout};

use super::open;
use crate::contract::{
    harness::{HOUR, PATIENCE, Premises},
    people::name,
    postgres::Database,
};

const HASHED: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA";

/// A shop with two owners, Ann and Ben.
async fn with_two_owners() -> (Database, [Arc<dyn Store>; 3]) {
    let (database, stores) = open(1).await;
    let mut accounts = database.staff_accounts().await;
    for owner in ["ann", "ben"] {
        let added = accounts.add(&name(owner), Some(Role::Owner), HASHED).await;
        assert_eq!(added.unwrap(), Some(Role::Owner));
    }
    (database, stores)
}

async fn owners(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from staff where role = 'owner'")
        .fetch_one(pool)
        .await
        .unwrap()
}

/// Waits until this many statements wait for a lock.
pub async fn until_waiting(pool: &PgPool, number: i64) {
    let waiting = async || -> i64 {
        sqlx::query_scalar(
            "select count(*) from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock'",
        )
        .fetch_one(pool)
        .await
        .unwrap()
    };
    let soon = async {
        while waiting().await < number {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, soon).await.expect("both should wait");
}

/// Each owner changes the other's account while neither can go on. Returns the two answers and the
/// number of owners that are left.
async fn at_the_same_time<F>(
    change: impl Fn(Arc<dyn StaffDirectory>, &'static str, &'static str) -> F,
) -> ([Result<(), AccountError>; 2], i64)
where
    F: Future<Output = Result<(), AccountError>> + Send + 'static,
{
    let (database, stores) = with_two_owners().await;
    let pool = database.pool().await;
    let mut lock = pool.begin().await.unwrap();
    sqlx::query("lock table staff in share row exclusive mode")
        .execute(&mut *lock)
        .await
        .unwrap();
    let of = |instance: usize| Arc::clone(stores[instance].staff_directory());
    let by_ann = tokio::spawn(change(of(0), "ben", "ann"));
    let by_ben = tokio::spawn(change(of(1), "ann", "ben"));
    until_waiting(pool, 2).await;
    lock.commit().await.unwrap();
    let answers = [by_ann.await.unwrap(), by_ben.await.unwrap()];
    let left = owners(pool).await;
    (answers, left)
}

/// One of the owners was first, and the other is no longer an owner.
fn assert_one_was_first((answers, left): ([Result<(), AccountError>; 2], i64)) {
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!((done, left), (1, 1), "{answers:?}");
    let refused = answers.iter().find_map(|answer| answer.as_ref().err());
    assert!(matches!(refused, Some(AccountError::NotAnOwner)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_cannot_remove_each_other() {
    let remove = |directory: Arc<dyn StaffDirectory>, who: &'static str, by: &'static str| async move {
        let removed = directory.remove_account(&name(who), &name(by)).await;
        removed.map(drop)
    };
    assert_one_was_first(at_the_same_time(remove).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_cannot_make_each_other_clerks() {
    let demote = |directory: Arc<dyn StaffDirectory>, who: &'static str, by: &'static str| async move {
        directory.set_role(&name(who), Role::Clerk, &name(by)).await
    };
    assert_one_was_first(at_the_same_time(demote).await);
}

/// Two owners who give up their own role at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_who_become_clerks_one_remains() {
    let resign = |directory: Arc<dyn StaffDirectory>, _: &'static str, by: &'static str| async move {
        directory.set_role(&name(by), Role::Clerk, &name(by)).await
    };
    let (answers, left) = at_the_same_time(resign).await;
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!((done, left), (1, 1), "{answers:?}");
    let refused = answers.iter().find_map(|answer| answer.as_ref().err());
    assert!(matches!(refused, Some(AccountError::LastOwner)));
}

/// Begins to set a password, and ends the sessions that it sees.
async fn begin_reset(pool: &PgPool, locks: bool) -> Transaction<'static, Postgres> {
    let mut transaction = pool.begin().await.unwrap();
    if locks {
        sqlx::query("lock table staff in share row exclusive mode")
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    sqlx::raw_sql(
        "update staff set password = replace(password, 'aGFzaA', 'b3RoZXI') where name = 'ann';
         delete from staff_session",
    )
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction
}

async fn sessions(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from staff_session")
        .fetch_one(pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_in_with_a_password_that_is_being_changed() {
    let (database, [store, ..]) = with_two_owners().await;
    let pool = database.pool().await;
    let directory = Arc::clone(store.staff_directory());
    let ann = name("ann");
    let old = directory.credential(&ann).await.unwrap().unwrap();
    let reset = begin_reset(pool, true).await;
    let session = SessionToken([1; 32]);
    let signing_in =
        tokio::spawn(async move { directory.sign_in(&ann, &old, session, None, HOUR).await });
    until_waiting(pool, 1).await;
    reset.commit().await.unwrap();
    assert!(!signing_in.await.unwrap().unwrap());
    assert_eq!(sessions(pool).await, 0);
}

/// What changes a password waits for sign-ins that have begun, and ends their sessions.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_password_waits_for_sign_ins_that_have_begun() {
    let (database, [store, ..]) = with_two_owners().await;
    let pool = database.pool().await;
    let directory = Arc::clone(store.staff_directory());
    let mut accounts = database.staff_accounts().await;
    let old = directory.credential(&name("ann")).await.unwrap().unwrap();
    let mut signing_in = pool.begin().await.unwrap();
    sqlx::raw_sql(
        "lock table staff in row exclusive mode;
         insert into staff_session (token, staff_id, created_at, expires_at)
         select decode(repeat(lpad(id::text, 2, '0'), 32), 'hex'), id, 0, 9000000000000 from staff",
    )
    .execute(&mut *signing_in)
    .await
    .unwrap();
    let changing = tokio::spawn(async move {
        let (ann, none) = (name("ann"), SessionToken([0; 32]));
        let changed = directory.change_password(&ann, &old, HASHED, none);
        changed.await.unwrap().is_some()
    });
    let resetting = tokio::spawn(async move { accounts.reset(&name("ben"), HASHED).await });
    until_waiting(pool, 2).await;
    signing_in.commit().await.unwrap();
    assert!(changing.await.unwrap());
    assert!(resetting.await.unwrap().unwrap());
    assert_eq!(sessions(pool).await, 0);
}

/// Control: without the two locks, a session that began with the old password outlives it.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_lock_a_session_of_the_old_password_survives() {
    let (database, _stores) = with_two_owners().await;
    let pool = database.pool().await;
    let mut signing_in = pool.begin().await.unwrap();
    let begun = sqlx::query(
        "insert into staff_session (token, staff_id, created_at, expires_at)
         select decode(repeat('01', 32), 'hex'), id, 0, 9000000000000 from staff
         where name = 'ann' and password = $1",
    )
    .bind(HASHED)
    .execute(&mut *signing_in)
    .await
    .unwrap();
    assert_eq!(begun.rows_affected(), 1);
    begin_reset(pool, false).await.commit().await.unwrap();
    signing_in.commit().await.unwrap();
    assert_eq!(sessions(pool).await, 1);
}

/// Begins to make an owner a clerk as the store does, but without its lock.
async fn demote_without_lock(pool: &PgPool, who: &str) -> Transaction<'static, Postgres> {
    let mut transaction = pool.begin().await.unwrap();
    let has_others: bool = sqlx::query_scalar(
        "select exists (select 1 from staff where role = 'owner' and name <> $1)",
    )
    .bind(who)
    .fetch_one(&mut *transaction)
    .await
    .unwrap();
    assert!(has_others, "as each of them sees it");
    sqlx::query("update staff set role = 'clerk' where name = $1")
        .bind(who)
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction
}

/// Control: two transactions that do the same without the lock.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_lock_two_owners_leave_the_shop_without_one() {
    let (database, _stores) = with_two_owners().await;
    let pool = database.pool().await;
    let by_ben = demote_without_lock(pool, "ann").await;
    let by_ann = demote_without_lock(pool, "ben").await;
    by_ben.commit().await.unwrap();
    by_ann.commit().await.unwrap();
    assert_eq!(owners(pool).await, 0);
}
