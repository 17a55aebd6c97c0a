//! The race for the last copies, and the same race with the guard taken away.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use async_trait::async_trait;
use futures::future::join_all;
use reqwest::{Client, StatusCode};
use shop::{Level, ShopperId, Slug};
use store::{Feed, Held, Released, ShelfBook, Store, StoreError, opening_catalogue};
use tokio::task::yield_now;

use crate::helpers::{TestShop, open_store, slug, spawn_shop_over, spawn_shop_with};

/// Two hundred shoppers, each with a cookie of their own, at the same time.
async fn two_hundred_want_one(shop: &TestShop) -> Vec<StatusCode> {
    let client = Client::new();
    let wishes = (0..200).map(|_| {
        let request = client
            .post(shop.url("/api/add_to_cart"))
            .form(&[("book", "drop")]);
        async { request.send().await.unwrap().status() }
    });
    join_all(wishes).await
}

fn count(verdicts: &[StatusCode], status: StatusCode) -> usize {
    verdicts
        .iter()
        .filter(|&&verdict| verdict == status)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_copies_go_to_exactly_ten_of_two_hundred_shoppers() {
    let shop = spawn_shop_with(10).await;
    let verdicts = two_hundred_want_one(&shop).await;
    assert_eq!(count(&verdicts, StatusCode::OK), 10);
    assert_eq!(count(&verdicts, StatusCode::CONFLICT), 190);
    let level = shop.store.book(&slug("drop")).await.unwrap().level;
    assert_eq!((level.available, level.version), (0, 11));
}

/// The positive control: the race above can be lost.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_guard_the_same_race_oversells() {
    let data = tempfile::tempdir().unwrap();
    let book = store::NewBook {
        slug: "drop",
        copies: 10,
        ..opening_catalogue()[0]
    };
    let careful = open_store(data.path(), &[book]).await;
    let careless = Careless {
        careful,
        left: AtomicU32::new(10),
    };
    let shop = spawn_shop_over(Arc::new(careless), data).await;
    let verdicts = two_hundred_want_one(&shop).await;
    let held = count(&verdicts, StatusCode::OK);
    assert!(held > 10, "{held} shoppers were promised one of ten copies");
}

/// A store as the exercise has it: looks, thinks, and only then takes.
struct Careless {
    careful: Arc<dyn Store>,
    left: AtomicU32,
}

#[async_trait]
impl Store for Careless {
    async fn hold(&self, _: ShopperId, book: Slug) -> Result<Held, StoreError> {
        let left = self.left.load(SeqCst);
        let level = |available| Level {
            book,
            available,
            in_carts: true,
            version: 2,
        };
        // Whatever it awaits in between: a log, a price, a database.
        for _ in 0..100 {
            yield_now().await;
        }
        if left == 0 {
            return Err(StoreError::SoldOut(level(0)));
        }
        self.left.store(left - 1, SeqCst);
        Ok(Held {
            level: level(left - 1),
            changed: true,
        })
    }

    async fn shelf(&self) -> Result<Vec<ShelfBook>, StoreError> {
        self.careful.shelf().await
    }

    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError> {
        self.careful.book(book).await
    }

    async fn levels(&self, books: &[Slug]) -> Result<Vec<Level>, StoreError> {
        self.careful.levels(books).await
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Vec<Slug>, StoreError> {
        self.careful.cart(shopper).await
    }

    async fn release(&self, shopper: ShopperId, book: Slug) -> Result<Released, StoreError> {
        self.careful.release(shopper, book).await
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        self.careful.cookie_secret().await
    }

    fn feed(&self) -> &Arc<Feed> {
        self.careful.feed()
    }

    async fn close(&self) {
        self.careful.close().await;
    }
}
