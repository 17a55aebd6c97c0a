//! A reorder point is set while another instance changes the same book.

use std::sync::Arc;

use super::{open, people::until_waiting};
use crate::contract::{
    harness::{DROP, slug},
    news::staff,
};

/// If the book were locked before the catalogue, the two changes would wait for each other.
#[tokio::test(flavor = "multi_thread")]
async fn a_reorder_point_waits_for_the_catalogue_before_it_locks_the_book() {
    let (database, stores) = open(1).await;
    let pool = database.pool().await;
    let mut other = pool.begin().await.unwrap();
    sqlx::query("select revision from catalogue for update")
        .execute(&mut *other)
        .await
        .unwrap();
    let books = Arc::clone(stores[0].book_desk());
    let setting = tokio::spawn(async move {
        books
            .set_reorder_point(&slug(DROP), Some(2), &staff("ann"))
            .await
    });
    until_waiting(pool, 1).await;
    sqlx::query("update book set cover_alt = 'A drop' where slug = $1")
        .bind(DROP)
        .execute(&mut *other)
        .await
        .unwrap();
    other.commit().await.unwrap();
    setting.await.unwrap().unwrap();
    let described = stores[1].book_desk().described(&slug(DROP)).await.unwrap();
    let now = (&*described.book.cover_alt, described.reorder_point);
    assert_eq!(now, ("A drop", Some(2)));
}
