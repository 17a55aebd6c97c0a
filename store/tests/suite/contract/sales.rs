//! Sales that open at a set time.

use std::time::Duration;

use shop::{Command, Done, OrderCode, Refusal, Sale, Timestamp};

use crate::contract::harness::*;

pub async fn a_sale_opens_at_its_time_and_not_before(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 2).await;
    let now = shop.cart(ANN).await.now;
    let opens_at = now + HOUR;
    let sale = Sale {
        opens_at: Some(opens_at),
        limit: Some(1),
    };
    shop.sell(DROP, sale).await;
    let shop = shop.reopened().await;
    assert_eq!(shop.store.book(&slug(DROP)).await.unwrap().sale, sale);
    shop.pass(HOUR - Duration::from_millis(1)).await;
    let not_yet = Refusal::NotYet { opens_at };
    assert_eq!(shop.add(ANN, DROP, 1).await, Err(not_yet.clone()));
    assert_eq!(shop.wait(ANN, DROP).await, Err(not_yet));
    shop.pass(Duration::from_millis(1)).await;
    let over = Refusal::OverLimit { limit: 1 };
    assert_eq!(shop.add(ANN, DROP, 2).await, Err(over.clone()));
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    assert_eq!(shop.add(ANN, DROP, 1).await, Err(over));
    shop.sell(DROP, Sale::default()).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    assert_eq!(shop.order(1).await.code, OrderCode::from_bits(1));
    shop
}

pub async fn terms_set_by_somebody_else_meanwhile_are_kept(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 2).await;
    let limited = |limit| Sale {
        limit: Some(limit),
        ..Sale::default()
    };
    // Both have a page open that shows no terms.
    let set = async |sale| {
        let command = Command::SetSale {
            book: slug(DROP),
            sale,
            seen: Some(Sale::default()),
        };
        shop.submit(command).await
    };
    let first = set(limited(1)).await;
    assert!(matches!(first, Ok(Done::StockChanged(_))), "{first:?}");
    let second = set(limited(2)).await;
    assert_eq!(
        second,
        Err(Refusal::SaleChanged),
        "the terms of the first are kept"
    );
    assert_eq!(
        set(limited(1)).await,
        first,
        "the same form sent twice is no conflict"
    );
    let stored = shop.store.book(&slug(DROP)).await.unwrap().sale;
    assert_eq!(stored, limited(1));
    shop
}

pub async fn the_next_sale_to_open_is_listed_first(kind: Kind) -> TestShop {
    let books = [("a", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 1)];
    let shop = TestShop::open(kind, Opening::of(&books)).await;
    let now = shop.cart(ANN).await.now;
    let from = |opens_at: Timestamp| Sale {
        opens_at: Some(opens_at),
        limit: None,
    };
    shop.sell("a", from(now + DAY)).await;
    shop.sell("b", from(now + HOUR)).await;
    shop.sell("c", from(now + 2 * HOUR)).await;
    shop.sell("d", from(now)).await;
    let listed = async |shop: &TestShop, limit| {
        let sales = shop.store.desk_reads().upcoming_sales(limit).await.unwrap();
        let books = sales.iter().map(|sale| sale.book.to_string());
        books.collect::<Vec<_>>()
    };
    assert_eq!(listed(&shop, 9).await, ["b", "c", "a"]);
    assert_eq!(listed(&shop, 2).await, ["b", "c"]);
    let withdraw = Command::Withdraw {
        book: slug("c"),
        withdrawn: true,
        reason: "recalled".parse().unwrap(),
    };
    shop.submit(withdraw).await.unwrap();
    shop.pass(HOUR).await;
    let shop = shop.reopened().await;
    let next = shop.store.desk_reads().upcoming_sales(9).await.unwrap();
    assert_eq!(listed(&shop, 9).await, ["a"]);
    assert_eq!(next[0].opens_at, now + DAY);
    shop
}
