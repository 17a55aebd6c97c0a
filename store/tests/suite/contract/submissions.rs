//! Submissions with a key have one effect, however often they are sent.

use std::sync::Arc;

use futures_util::future::join_all;
use shop::{Done, Refusal, ShopperId};

use crate::contract::harness::{
    ANN, BEN, DAY, DROP, HOLD, Kind, MINUTE, TestShop, add, keyed, place,
};

const CLICK: &str = "key-of-one-click";

pub async fn a_submission_sent_twice_has_one_effect(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 9).await;
    let click = keyed(add(ANN, DROP, 2), CLICK);
    let first = shop.submit(click.clone()).await;
    assert!(first.is_ok());
    shop.pass(MINUTE).await;
    let second = shop.submit(click).await;
    assert_eq!(first, second, "both should get the same answer");
    assert_eq!(shop.available(DROP).await, 7, "both should have one effect");
    shop
}

pub async fn an_order_sent_twice_is_one_order(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 9).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    let first = shop.submit(keyed(place(ANN, 1), CLICK)).await;
    // Meanwhile the cart has something to order again.
    shop.add(ANN, DROP, 1).await.unwrap();
    // The second attempt has its own code, but is answered with the first order.
    let second = shop.submit(keyed(place(ANN, 2), CLICK)).await;
    assert_eq!(first, second);
    let Ok(Done::Placed(placed)) = second else {
        panic!("{second:?}");
    };
    assert_eq!(placed.code, shop.order(1).await.code);
    assert_eq!(
        shop.cart(ANN).await.lines.len(),
        1,
        "the second cart should not be ordered"
    );
    shop
}

pub async fn a_submission_sent_many_times_at_once_has_one_effect(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 100).await;
    for round in 0..20 {
        let before = shop.available(DROP).await;
        let who = crate::contract::harness::shopper(round + 10);
        let click = keyed(add(who, DROP, 2), CLICK);
        let answers: Vec<Done> = if round % 2 == 0 {
            // Submitted from one task, the commands wait together and go into one batch.
            let submitted = (0..8).map(|_| shop.submit(click.clone()));
            let answers = join_all(submitted).await.into_iter();
            answers.map(Result::unwrap).collect()
        } else {
            let submitted = (0..8).map(|_| {
                let (store, click) = (Arc::clone(&shop.store), click.clone());
                tokio::spawn(async move { store.submit(click).await.unwrap() })
            });
            let answers = join_all(submitted).await.into_iter();
            answers.map(Result::unwrap).collect()
        };
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        assert_eq!(shop.available(DROP).await, before - 2, "in round {round}");
    }
    shop
}

pub async fn a_key_names_one_submission_of_one_shopper(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 9).await;
    shop.submit(keyed(add(ANN, DROP, 1), CLICK)).await.unwrap();
    let version = shop.level(DROP).await.version;
    let other = shop.submit(keyed(add(ANN, DROP, 2), CLICK)).await;
    assert_eq!(
        other,
        Err(Refusal::KeyReused),
        "another quantity should be refused"
    );
    let other = shop.submit(keyed(place(ANN, 1), CLICK)).await;
    assert_eq!(
        other,
        Err(Refusal::KeyReused),
        "another command should be refused"
    );
    assert_eq!(
        shop.level(DROP).await.version,
        version,
        "a reused key should have no effect"
    );
    let bens = shop.submit(keyed(add(BEN, DROP, 2), CLICK)).await;
    assert!(bens.is_ok(), "each shopper should have their own keys");
    shop
}

pub async fn a_submission_that_was_refused_may_be_tried_again(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    shop.add(BEN, DROP, 1).await.unwrap();
    let click = keyed(add(ANN, DROP, 1), CLICK);
    let refused = shop.submit(click.clone()).await;
    assert_eq!(refused, Err(Refusal::SoldOut { available: 0 }));
    shop.set(BEN, DROP, 0).await.unwrap();
    assert!(
        shop.submit(click).await.is_ok(),
        "a refused submission should be tried again"
    );
    shop
}

pub async fn an_answer_is_kept_for_a_day_at_least(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 9).await;
    let click = keyed(add(ANN, DROP, 2), CLICK);
    let first = shop.submit(click.clone()).await;
    shop.pass(DAY - HOLD).await;
    // Any command makes the store tidy up, which deletes the answers that are old enough.
    shop.add(BEN, DROP, 1).await.unwrap();
    let shop = shop.reopened().await;
    shop.pass(HOLD).await;
    shop.add(BEN, DROP, 1).await.unwrap();
    assert_eq!(shop.submit(click).await, first);
    assert!(
        shop.cart(ANN).await.lines.is_empty(),
        "a repeated submission should do nothing"
    );
    shop
}

pub async fn old_answers_are_deleted_even_if_they_exceed_one_slice(kind: Kind) -> TestShop {
    const MANY: u32 = 1_200;
    let shop = TestShop::with_copies(kind, MANY + 1).await;
    let who = |number: u32| {
        let mut bits = [7; 16];
        bits[..4].copy_from_slice(&number.to_be_bytes());
        ShopperId::from_bytes(bits)
    };
    let click = |number, copies| keyed(add(who(number), DROP, copies), CLICK);
    for some in (0..MANY).collect::<Vec<_>>().chunks(400) {
        let clicks = some.iter().map(|number| shop.submit(click(*number, 1)));
        for answer in join_all(clicks).await {
            answer.unwrap();
        }
    }
    let refused = shop.submit(click(0, 2)).await;
    assert_eq!(
        refused,
        Err(Refusal::KeyReused),
        "the answer should still be kept"
    );
    shop.pass(2 * DAY + HOLD).await;
    for number in (0..MANY).step_by(100).chain([MANY - 1]) {
        shop.until("the answer is deleted", async |shop| {
            shop.submit(click(number, 2)).await.is_ok()
        })
        .await;
        shop.set(who(number), DROP, 0).await.unwrap();
    }
    shop
}
