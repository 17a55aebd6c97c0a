//! The first account of a shop is made by a link and on the command line at the same time.

use std::sync::Arc;

use shop::Role;
use sqlx::{PgPool, Postgres, Transaction};
use store::{AccountError, LinkToken, SetUpLink, StaffDirectory, Store};

use super::{open, people::until_waiting};
use crate::contract::{harness::HOUR, people::name, postgres::Database};

const HASHED: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA";
const TOKEN: LinkToken = LinkToken([1; 32]);

/// A shop without staff that has a set-up link.
async fn with_link() -> (Database, [Arc<dyn Store>; 3]) {
    let (database, stores) = open(1).await;
    let made = stores[0].staff_directory().make_set_up_link(TOKEN, HOUR);
    assert_eq!(made.await.unwrap(), SetUpLink::Made);
    (database, stores)
}

fn directory(store: &Arc<dyn Store>) -> Arc<dyn StaffDirectory> {
    Arc::clone(store.staff_directory())
}

/// Adds the first account, as `staff add` does, without ending the transaction.
async fn begin_to_add(pool: &PgPool, locks: bool) -> Transaction<'static, Postgres> {
    let mut transaction = pool.begin().await.unwrap();
    if locks {
        sqlx::query("lock table staff in share row exclusive mode")
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    sqlx::query(
        "insert into staff (name, role, password, created_at) values ('ben', 'owner', $1, 0)",
    )
    .bind(HASHED)
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction
}

async fn accounts(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from staff")
        .fetch_one(pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_account_is_either_of_the_link_or_of_the_command_line() {
    let (database, stores) = with_link().await;
    let pool = database.pool().await;
    let adding = begin_to_add(pool, true).await;
    let (directory, ann) = (directory(&stores[1]), name("ann"));
    let setting_up = tokio::spawn(async move { directory.set_up(TOKEN, &ann, HASHED).await });
    until_waiting(pool, 1).await;
    adding.commit().await.unwrap();
    let refused = setting_up.await.unwrap();
    assert!(
        matches!(refused, Err(AccountError::NoSuchLink)),
        "{refused:?}"
    );
    assert_eq!(accounts(pool).await, 1);
}

/// Two instances take the same link while neither can go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_link_works_once_on_all_instances() {
    let (database, stores) = with_link().await;
    let pool = database.pool().await;
    let mut lock = pool.begin().await.unwrap();
    sqlx::query("lock table staff in share row exclusive mode")
        .execute(&mut *lock)
        .await
        .unwrap();
    let set_up = |instance: usize, who: &'static str| {
        let directory = directory(&stores[instance]);
        tokio::spawn(async move { directory.set_up(TOKEN, &name(who), HASHED).await })
    };
    let (ann, ben) = (set_up(0, "ann"), set_up(1, "ben"));
    until_waiting(pool, 2).await;
    lock.commit().await.unwrap();
    let answers = [ann.await.unwrap(), ben.await.unwrap()];
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!((done, accounts(pool).await), (1, 1), "{answers:?}");
}

/// Control: without the lock, the link's owner is made beside the first account.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_lock_a_set_up_link_adds_an_owner_to_a_shop_that_has_one() {
    let (database, stores) = with_link().await;
    let pool = database.pool().await;
    let adding = begin_to_add(pool, false).await;
    // What `set_up` does, without its lock.
    let mut setting_up = pool.begin().await.unwrap();
    let is_empty: bool = sqlx::query_scalar("select not exists (select 1 from staff)")
        .fetch_one(&mut *setting_up)
        .await
        .unwrap();
    assert!(is_empty, "as the transaction sees it");
    sqlx::query(
        "insert into staff (name, role, password, created_at) values ('ann', 'owner', $1, 0)",
    )
    .bind(HASHED)
    .execute(&mut *setting_up)
    .await
    .unwrap();
    adding.commit().await.unwrap();
    setting_up.commit().await.unwrap();
    let owners = directory(&stores[0]).accounts().await.unwrap();
    let owners = owners.iter().filter(|account| account.role == Role::Owner);
    assert_eq!(owners.count(), 2);
}
