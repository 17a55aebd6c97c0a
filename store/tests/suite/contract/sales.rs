//! Sales that open at a set time.

use std::time::Duration;

use shop::{OrderCode, Refusal, Sale};

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
