//! Holds end on time, by themselves, and once.

use std::time::{Duration, Instant};

use shop::{HoldState, Refusal};

use crate::contract::harness::{ANN, BEN, DAY, DROP, HOLD, HOUR, Kind, MINUTE, Opening, TestShop};

/// One millisecond, the resolution of the clock.
const MOMENT: Duration = Duration::from_millis(1);

pub async fn an_expired_hold_is_released_by_itself_within_a_second(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    shop.add(ANN, DROP, 2).await.unwrap();
    let mut watch = shop.watch(DROP);
    shop.pass(HOLD).await;
    // No command is sent, but a watcher is notified.
    let ended = Instant::now();
    let released =
        tokio::time::timeout(Duration::from_secs(1), shop.until_announced(&mut watch, 3));
    let level = released
        .await
        .expect("the copies should be available again within a second");
    assert!(ended.elapsed() < Duration::from_secs(1));
    assert_eq!((level.version, level.in_carts), (3, false));
    assert_eq!(level, shop.level(DROP).await);
    assert_eq!(shop.history(DROP).await, ["opened", "held", "expired"]);
    shop
}

pub async fn a_hold_ends_at_its_time_and_not_before(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.pass(HOLD - MOMENT).await;
    let refused = shop.add(BEN, DROP, 1).await;
    assert_eq!(refused, Err(Refusal::SoldOut { available: 0 }));
    assert_eq!(shop.cart(ANN).await.lines[0].state, HoldState::Active);
    shop.pass(MOMENT).await;
    // For the cart and for the next shopper, the hold is over before the database records its end.
    assert_eq!(shop.cart(ANN).await.lines[0].state, HoldState::Lapsed);
    assert!(shop.add(BEN, DROP, 1).await.is_ok());
    assert_eq!(shop.extend(ANN, DROP).await, Err(Refusal::NotInCart));
    let history = shop.history(DROP).await;
    assert_eq!(history, ["opened", "held", "expired", "held"]);
    shop
}

pub async fn a_hold_that_was_extended_ends_at_its_new_time(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.pass(HOLD - MINUTE).await;
    shop.extend(ANN, DROP).await.unwrap();
    shop.pass(HOLD - MOMENT).await;
    let refused = shop.add(BEN, DROP, 1).await;
    assert_eq!(refused, Err(Refusal::SoldOut { available: 0 }));
    shop.pass(MOMENT).await;
    assert!(shop.add(BEN, DROP, 1).await.is_ok());
    shop
}

pub async fn holds_that_ended_while_the_shop_was_closed_are_released_when_it_opens(
    kind: Kind,
) -> TestShop {
    let shop = TestShop::with_copies(kind, 2).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.add(BEN, DROP, 1).await.unwrap();
    let TestShop { store, premises } = shop;
    store.close().await;
    drop(store);
    premises.pass(DAY).await;
    let store = premises.open().await;
    let shop = TestShop { store, premises };
    shop.until("both copies are back", async |shop| {
        shop.available(DROP).await == 2
    })
    .await;
    assert!(
        shop.cart(ANN).await.lines.is_empty(),
        "the lapsed line should be gone"
    );
    shop
}

pub async fn a_cart_shows_lapsed_lines_for_an_hour(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.pass(HOLD + HOUR - MOMENT).await;
    let lines = shop.cart(ANN).await.lines;
    assert_eq!((lines.len(), lines[0].state), (1, HoldState::Lapsed));
    shop.pass(MOMENT).await;
    assert!(shop.cart(ANN).await.lines.is_empty());
    shop
}

pub async fn many_holds_end_at_once(kind: Kind) -> TestShop {
    let shop = TestShop::open(kind, Opening::of(&[(DROP, 5_000)])).await;
    let all = (0..2_500_u16).map(|number| {
        let [high, low] = number.to_be_bytes();
        let mut bits = [high; 16];
        bits[15] = low;
        let shopper = shop::ShopperId::from_bytes(bits);
        shop.add(shopper, DROP, 1)
    });
    for line in futures_util::future::join_all(all).await {
        line.unwrap();
    }
    let mut watch = shop.watch(DROP);
    shop.pass(HOLD).await;
    shop.until_announced(&mut watch, 5_000).await;
    assert_eq!(
        shop.level(DROP).await.version,
        5_001,
        "each hold should end once"
    );
    shop
}
