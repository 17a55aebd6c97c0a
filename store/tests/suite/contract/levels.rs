//! Stock: levels, versions, the ledger, prices.

use shop::{Closing, Level, Price, Refusal};
use store::OpenCounts;

use crate::contract::harness::{ANN, BEN, DROP, HOLD, Kind, MINUTE, Opening, TestShop, slug};

pub async fn a_change_is_published_and_a_refusal_is_not(kind: Kind) -> TestShop {
    let shop = TestShop::open(kind, Opening::of(&[(DROP, 1), ("rest", 1)])).await;
    let (mut watch, elsewhere) = (shop.watch(DROP), shop.watch("rest"));
    let held = shop.add(ANN, DROP, 1).await.unwrap().level;
    assert_eq!(shop.until_announced(&mut watch, 0).await, held);
    shop.add(BEN, DROP, 1).await.unwrap_err();
    shop.restock(DROP, -1, "count").await.unwrap_err();
    shop.extend(BEN, DROP).await.unwrap_err();
    // Anything that the refused commands published would come before this change.
    shop.set(ANN, DROP, 0).await.unwrap();
    let level = shop.until_announced(&mut watch, 1).await;
    assert_eq!(level.version, held.version + 1);
    let news = elsewhere.levels().into_iter();
    let mut news = news.filter(|level| level.version > 1);
    assert_eq!(news.next(), None, "a watch should only see its own book");
    shop
}

pub async fn each_change_is_one_version_and_every_version_is_published(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 5).await;
    assert_eq!(
        shop.level(DROP).await.version,
        1,
        "versions should start at one"
    );
    let mut watch = shop.watch(DROP);
    let mut published: Vec<Level> = Vec::new();
    for step in 0..8 {
        match step {
            0 => drop(shop.add(ANN, DROP, 2).await.unwrap()),
            1 => drop(shop.add(BEN, DROP, 2).await.unwrap()),
            2 => drop(shop.set(BEN, DROP, 1).await.unwrap()),
            3 => drop(shop.place(ANN, 1).await.unwrap()),
            4 => drop(shop.restock(DROP, 4, "delivery").await.unwrap()),
            5 => shop.close_order(1, Closing::Collected).await.unwrap(),
            6 => drop(shop.restock(DROP, -1, "damaged").await.unwrap()),
            // No command causes the last change: a hold ends.
            _ => shop.pass(HOLD).await,
        }
        let next = async {
            loop {
                let level = watch.levels().pop();
                match level
                    .filter(|level| level.version > published.last().map_or(1, |l| l.version))
                {
                    Some(level) => return level,
                    None => watch.changed().await,
                }
            }
        };
        let level = tokio::time::timeout(MINUTE / 3, next)
            .await
            .expect("the level should be published");
        // A published level is durable already: no read returns an older one.
        assert_eq!(shop.level(DROP).await, level);
        published.push(level);
    }
    let versions: Vec<u64> = published.iter().map(|level| level.version).collect();
    assert_eq!(
        versions,
        (2..=9).collect::<Vec<u64>>(),
        "versions should have no gaps"
    );
    let available: Vec<u32> = published.iter().map(|level| level.available).collect();
    assert_eq!(available, [3, 1, 2, 2, 6, 6, 5, 6]);

    // The ledger agrees, version by version.
    let movements = shop.premises.ledger(&slug(DROP)).await;
    let mut left = 0;
    for (movement, version) in movements.iter().zip(1..) {
        assert_eq!(movement.version, version);
        left += movement.on_hand - movement.held - movement.allocated;
        if let Some(level) = published.iter().find(|level| level.version == version) {
            assert_eq!(i64::from(level.available), left, "at version {version}");
        }
    }
    assert_eq!(movements.len(), 9);
    shop
}

pub async fn levels_are_returned_in_the_requested_order(kind: Kind) -> TestShop {
    let books = [("one", 1), ("two", 2), ("three", 3)];
    let shop = TestShop::open(kind, Opening::of(&books)).await;
    let topics = ["three", "one", "two"].map(|book| slug(book).into());
    let levels = shop.store.newest(&topics).await.unwrap();
    let available: Vec<_> = levels
        .into_iter()
        .map(|change| match change {
            store::Change::Level(level) => level.available,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(available, [3, 1, 2]);
    shop
}

pub async fn stock_never_falls_below_held_and_allocated_copies(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 5).await;
    shop.add(ANN, DROP, 2).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.add(BEN, DROP, 1).await.unwrap();
    let promised = Err(Refusal::Promised { promised: 3 });
    assert_eq!(shop.restock(DROP, -3, "stolen").await, promised);
    assert_eq!(shop.restock(DROP, i32::MIN, "slip").await, promised);
    assert_eq!(shop.restock(DROP, -2, "stolen").await.unwrap().available, 0);
    let refused = shop.add(BEN, DROP, 1).await;
    assert_eq!(refused, Err(Refusal::SoldOut { available: 0 }));
    let level = shop.restock(DROP, 10, "delivery").await.unwrap();
    assert_eq!(level.available, 10);
    assert_eq!(shop.level(DROP).await, level);
    let unknown = shop.restock("nowhere", 1, "delivery").await;
    assert_eq!(unknown, Err(Refusal::NoSuchBook(slug("nowhere"))));

    let movements = shop.premises.ledger(&slug(DROP)).await;
    let adjustments: Vec<_> = movements
        .iter()
        .filter_map(|row| Some((row.kind.as_str(), row.on_hand, row.reason.as_deref()?)))
        .collect();
    let (down, up) = (("adjusted", -2, "stolen"), ("restocked", 10, "delivery"));
    assert_eq!(adjustments, [down, up]);
    shop
}

pub async fn every_price_of_a_book_is_recorded(kind: Kind) -> TestShop {
    let shop = TestShop::open(kind, Opening::of(&[(DROP, 1), ("rest", 1)])).await;
    let prices = [2_000, 2_500].map(Price::from_cents);
    assert_eq!(shop.premises.prices(&slug(DROP)).await, prices[..1]);
    shop.pass(MINUTE).await;
    shop.premises.set_price(&slug(DROP), prices[1]).await;
    let shop = shop.reopened().await;
    assert_eq!(shop.premises.prices(&slug(DROP)).await, prices);
    assert_eq!(shop.premises.prices(&slug("rest")).await, prices[..1]);
    let now = shop.store.book(&slug(DROP)).await.unwrap().book.price;
    assert_eq!(now, prices[1]);
    shop
}

/// A hold that is over does not count, even before the database records its end.
pub async fn open_holds_and_orders_are_counted(kind: Kind) -> TestShop {
    let shop = TestShop::open(kind, Opening::of(&[(DROP, 5), ("rest", 5)])).await;
    let counts = async || {
        let OpenCounts { holds, orders } = shop.store.open_counts().await.unwrap();
        (holds, orders)
    };
    assert_eq!(counts().await, (0, 0));
    shop.add(ANN, DROP, 2).await.unwrap();
    shop.add(ANN, "rest", 1).await.unwrap();
    shop.add(BEN, DROP, 1).await.unwrap();
    assert_eq!(counts().await, (3, 0), "lines should count, not copies");
    shop.place(ANN, 1).await.unwrap();
    assert_eq!(counts().await, (1, 1));
    shop.pass(HOLD).await;
    assert_eq!(counts().await, (0, 1));
    shop.close_order(1, Closing::Collected).await.unwrap();
    assert_eq!(counts().await, (0, 0));
    shop
}

pub async fn falling_stock_is_listed_by_when_it_sells_out(kind: Kind) -> TestShop {
    // Most books of a catalogue have a copy or two, which nobody takes.
    let tail = (0..1_200).map(|n| (&*format!("one-copy-{n}").leak(), 1));
    let books = [(DROP, 10), ("rest", 10), ("still", 10), ("gone", 2)];
    let books: Vec<_> = tail.chain(books).collect();
    let shop = TestShop::open(kind, Opening::of(&books)).await;
    let falling = async |since, most| {
        let falling = shop.store.desk_reads().falling(since, most).await.unwrap();
        let rows = falling.into_iter();
        let rows = rows.map(|one| (one.book.to_string(), one.available, one.fewer));
        rows.collect::<Vec<_>>()
    };
    let row = |book: &str, available, fewer| (book.to_owned(), available, fewer);
    let opened = shop.store.desk_reads().now().await.unwrap();
    shop.pass(MINUTE).await;
    shop.add(ANN, DROP, 2).await.unwrap();
    shop.add(BEN, "rest", 4).await.unwrap();
    shop.add(ANN, "gone", 2).await.unwrap();
    // Ordering held copies does not reduce the available ones any further.
    shop.place(ANN, 1).await.unwrap();
    let all = [row("gone", 0, 2), row("rest", 6, 4), row(DROP, 8, 2)];
    assert_eq!(falling(opened, 10).await, all);
    assert_eq!(falling(opened, 1).await, all[..1]);

    shop.pass(MINUTE).await;
    let later = shop.store.desk_reads().now().await.unwrap();
    assert_eq!(falling(later, 10).await, []);
    shop.restock("rest", 5, "delivery").await.unwrap();
    let withdraw = shop::Command::Withdraw {
        book: slug("gone"),
        withdrawn: true,
        reason: "misprinted".parse().unwrap(),
    };
    shop.submit(withdraw).await.unwrap();
    assert_eq!(falling(opened, 10).await, all[2..]);
    shop
}
