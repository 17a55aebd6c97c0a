//! The list of a shopper's orders.

use shop::{Closing, OrderCode, OrderState};
use store::OrderSummary;

use crate::contract::harness::{ANN, BEN, DROP, Kind, MINUTE, TestShop, code};

async fn listed(shop: &TestShop, skip: u32, most: u32) -> Vec<OrderSummary> {
    shop.store.orders_of(ANN, skip, most).await.unwrap()
}

fn codes(orders: &[OrderSummary]) -> Vec<OrderCode> {
    orders.iter().map(|order| order.code).collect()
}

pub async fn a_shoppers_orders_are_listed_newest_first_and_page_by_page(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 10).await;
    assert_eq!(listed(&shop, 0, 10).await, []);
    for (number, copies) in [(1, 1), (2, 2), (3, 1)] {
        shop.add(ANN, DROP, copies).await.unwrap();
        shop.place(ANN, number).await.unwrap();
        shop.pass(MINUTE).await;
    }
    shop.add(BEN, DROP, 1).await.unwrap();
    shop.place(BEN, 4).await.unwrap();
    shop.close_order(1, Closing::Collected).await.unwrap();

    let all = listed(&shop, 0, 10).await;
    assert_eq!(codes(&all), [code(3), code(2), code(1)]);
    assert_eq!([all[0].copies, all[1].copies], [1, 2]);
    assert_eq!(all[0].state, OrderState::Placed);
    assert_eq!(all[2].state, OrderState::Collected);
    assert!(all[0].placed_at > all[1].placed_at && all[0].collect_by > all[0].placed_at);
    assert!(!all[0].ready);
    assert_eq!(codes(&listed(&shop, 0, 2).await), [code(3), code(2)]);
    assert_eq!(codes(&listed(&shop, 2, 2).await), [code(1)]);
    shop
}
