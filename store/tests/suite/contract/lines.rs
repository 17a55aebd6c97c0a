//! The order of the waitlist.

use shop::{Command, Refusal, Wait};
use store::Topic;
use tokio::join;

use crate::contract::{harness::*, waits::*};

pub async fn an_unreachable_shopper_is_passed_over_and_keeps_their_place(kind: Kind) -> TestShop {
    let shop = with_a_waitlist(kind).await;
    shop.pass(Wait::PRESENCE_TTL).await;
    let cats = shop.store.feed().watch([Topic::Mine(CAT)]);
    shop.store.attend().await.unwrap();
    shop.set(ANN, DROP, 0).await.unwrap();
    assert!(shop.is_offered(CAT).await);
    assert!(!shop.is_offered(BEN).await);
    drop(cats);
    shop.wait(DAN, DROP).await.unwrap();
    let _bens = shop.store.feed().watch([Topic::Mine(BEN)]);
    shop.store.attend().await.unwrap();
    shop.leave(CAT, DROP).await;
    assert!(shop.is_offered(BEN).await, "Ben should come before Dan");
    shop
}

pub async fn copies_are_available_if_no_waiting_shopper_can_be_reached(kind: Kind) -> TestShop {
    let shop = with_a_waitlist(kind).await;
    shop.pass(Wait::PRESENCE_TTL).await;
    shop.set(ANN, DROP, 0).await.unwrap();
    assert_eq!(shop.available(DROP).await, 1);
    // As soon as a waiting shopper's page is open again, the copy is offered to them.
    let _page = shop.store.feed().watch([Topic::Mine(CAT)]);
    shop.store.attend().await.unwrap();
    assert_eq!(shop.available(DROP).await, 0);
    assert!(shop.is_offered(CAT).await);
    shop
}

pub async fn a_shopper_waits_once_for_each_of_a_limited_number_of_books(kind: Kind) -> TestShop {
    const BOOKS: [&str; 22] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
        "s", "t", "u", "v",
    ];
    let shop = TestShop::open(kind, Opening::of(&BOOKS.map(|book| (book, 0)))).await;
    let mut keyed = keyed(wait(ANN, "a"), "key-of-one-click");
    let first = shop.submit(keyed.clone()).await;
    assert_eq!(shop.submit(keyed.clone()).await, first);
    if let Command::Wait { book, .. } = &mut keyed {
        *book = slug("b");
    }
    assert_eq!(shop.submit(keyed).await, Err(Refusal::KeyReused));
    for book in &BOOKS[..20] {
        shop.wait(ANN, book).await.unwrap();
        shop.wait(ANN, book).await.unwrap();
    }
    assert_eq!(shop.cart(ANN).await.waits.len(), 20);
    let many = Refusal::TooManyWaits {
        limit: Wait::MAX_PER_SHOPPER,
    };
    assert_eq!(shop.wait(ANN, "u").await, Err(many));
    shop.leave(ANN, "c").await;
    shop.wait(ANN, "u").await.unwrap();
    assert_eq!(
        shop.wait(BEN, "x").await,
        Err(Refusal::NoSuchBook(slug("x")))
    );
    shop.pass(Wait::DURATION).await;
    assert!(shop.cart(ANN).await.waits.is_empty(), "waits should expire");
    shop.wait(ANN, "v").await.unwrap();
    shop.wait(ANN, "a").await.unwrap();
    assert_eq!(shop.cart(ANN).await.waits.len(), 2);
    shop
}

pub async fn a_shopper_who_rejoins_the_waitlist_goes_to_the_end(kind: Kind) -> TestShop {
    let shop = with_a_waitlist(kind).await;
    let (shopper, book) = (BEN, slug(DROP));
    // One instance takes both commands into one batch.
    let (left, back) = join!(
        shop.submit(Command::Leave { shopper, book }),
        shop.submit(wait(BEN, DROP))
    );
    assert!(left.is_ok() && back.is_ok());
    shop.set(ANN, DROP, 0).await.unwrap();
    assert!(shop.is_offered(CAT).await);
    shop.leave(CAT, DROP).await;
    assert!(shop.is_offered(BEN).await);
    shop
}
