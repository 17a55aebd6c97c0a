//! The waitlist: who is offered a returned copy, and for how long.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use shop::{
    ChangedLine, Closing, Command, Done, Epoch, HoldState, Level, Refusal, Sale, ShopperId,
    WaitState,
};
use store::{Change, FeedSink, Subscription, Topic};
use tokio::join;

use crate::contract::harness::*;

/// The length of an offer under the default terms.
pub const OFFER: Duration = Duration::from_secs(5 * 60);
pub const CAT: ShopperId = shopper(3);
pub const DAN: ShopperId = shopper(4);

pub fn wait(shopper: ShopperId, book: &str) -> Command {
    Command::Wait {
        shopper,
        book: slug(book),
        live: true,
        email: None,
        key: None,
    }
}

impl TestShop {
    /// Joins the waitlist from an open page.
    pub async fn wait(&self, who: ShopperId, book: &str) -> Result<WaitState, Refusal> {
        match self.submit(wait(who, book)).await? {
            Done::Waiting(waiting) => Ok(waiting),
            other => panic!("{other:?}"),
        }
    }

    pub async fn leave(&self, shopper: ShopperId, book: &str) -> ChangedLine {
        let book = slug(book);
        match self.submit(Command::Leave { shopper, book }).await {
            Ok(Done::Line(line)) => line,
            other => panic!("{other:?}"),
        }
    }

    pub async fn accept(&self, shopper: ShopperId, book: &str) -> Result<ChangedLine, Refusal> {
        let book = slug(book);
        match self.submit(Command::Accept { shopper, book }).await? {
            Done::Line(line) => Ok(line),
            other => panic!("{other:?}"),
        }
    }

    pub async fn sell(&self, book: &str, sale: Sale) {
        let set_sale = Command::SetSale {
            book: slug(book),
            sale,
            seen: None,
        };
        let done = self.submit(set_sale).await;
        assert!(matches!(done, Ok(Done::StockChanged(_))), "{done:?}");
    }

    /// Whether a copy is offered to a shopper now.
    pub async fn is_offered(&self, who: ShopperId) -> bool {
        let cart = self.cart(who).await;
        cart.lines
            .iter()
            .any(|line| line.offered && line.state == HoldState::Active)
    }
}

/// A shop whose only copy is in Ann's cart, with Ben and Cat waiting for it.
pub async fn with_a_waitlist(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.wait(BEN, DROP).await.unwrap();
    shop.wait(CAT, DROP).await.unwrap();
    assert_eq!(shop.cart(BEN).await.waits, [slug(DROP)]);
    shop
}

/// Every published level of a book, in order.
#[derive(Debug, Default)]
struct PublishedLevels(Mutex<Vec<Level>>);

impl FeedSink for PublishedLevels {
    fn publish(&self, change: &Arc<Change>) {
        if let Change::Level(level) = &**change {
            self.0.lock().unwrap().push(level.clone());
        }
    }

    fn set_stale(&self, _: bool) {}

    fn begin_epoch(&self, _: &Epoch) {}
}

impl PublishedLevels {
    fn of(shop: &TestShop, book: &str) -> (Arc<Self>, Subscription) {
        let published = Arc::new(Self::default());
        let sink = Arc::clone(&published) as Arc<dyn FeedSink>;
        let topic = Topic::Book(slug(book));
        (published, shop.store.feed().subscribe(topic, sink))
    }

    fn most_available(&self) -> u32 {
        let levels = self.0.lock().unwrap();
        levels.iter().map(|level| level.available).max().unwrap()
    }
}

pub async fn a_returned_copy_is_offered_only_to_the_first_waiting_shopper(kind: Kind) -> TestShop {
    let shop = with_a_waitlist(kind).await;
    let (published, _subscription) = PublishedLevels::of(&shop, DROP);
    let before = shop.cart(BEN).await.number;
    let back = std::sync::atomic::AtomicBool::new(false);
    let give_back = async {
        let line = shop.set(ANN, DROP, 0).await.unwrap();
        back.store(true, std::sync::atomic::Ordering::SeqCst);
        line
    };
    // Dan keeps trying until the copy has been given back, and then tries once more.
    let snatch = async {
        loop {
            let last = back.load(std::sync::atomic::Ordering::SeqCst);
            let taken = shop.add(DAN, DROP, 1).await;
            let sold_out = Err(Refusal::SoldOut { available: 0 });
            assert_eq!(taken, sold_out, "another shopper has the copy");
            if last {
                return;
            }
        }
    };
    let (line, ()) = join!(give_back, snatch);
    assert_eq!(
        line.level.available, 0,
        "not even the shopper who gave it back should see it"
    );
    assert!(shop.is_offered(BEN).await);
    assert!(!shop.is_offered(CAT).await);
    let cart = shop.cart(BEN).await;
    assert!(cart.number > before, "the open page should be notified");
    assert_eq!(cart.lines[0].expires_at, cart.now + OFFER);
    assert!(cart.waits.is_empty());
    assert_eq!(
        shop.history(DROP).await,
        ["opened", "held", "released", "held"]
    );
    shop.until("the new level is published", async |_| {
        !published.0.lock().unwrap().is_empty()
    })
    .await;
    assert_eq!(published.most_available(), 0);
    shop
}

pub async fn an_expired_offer_goes_to_the_next_shopper_by_itself(kind: Kind) -> TestShop {
    let shop = with_a_waitlist(kind).await;
    shop.set(ANN, DROP, 0).await.unwrap();
    shop.pass(OFFER - MINUTE).await;
    // Cat's page is still open.
    let _page = shop.store.feed().watch([Topic::Mine(CAT)]);
    shop.store.attend().await.unwrap();
    assert!(shop.is_offered(BEN).await);
    let (published, _subscription) = PublishedLevels::of(&shop, DROP);
    shop.pass(MINUTE - Duration::from_secs(1)).await;
    shop.store.attend().await.unwrap();
    shop.pass(Duration::from_secs(1)).await;
    shop.until("the copy is offered to Cat", async |shop| {
        shop.is_offered(CAT).await
    })
    .await;
    assert!(shop.cart(BEN).await.lines.is_empty());
    shop.until("the new level is published", async |_| {
        !published.0.lock().unwrap().is_empty()
    })
    .await;
    assert_eq!(published.most_available(), 0);
    assert_eq!(shop.accept(BEN, DROP).await, Err(Refusal::NoOffer));
    shop
}

pub async fn an_offer_that_expired_while_the_shop_was_closed_goes_to_the_next_shopper(
    kind: Kind,
) -> TestShop {
    let mut opening = Opening::of(&[(DROP, 1)]);
    opening.terms.offer = MINUTE / 2;
    let shop = TestShop::open(kind, opening).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.wait(BEN, DROP).await.unwrap();
    shop.wait(CAT, DROP).await.unwrap();
    shop.set(ANN, DROP, 0).await.unwrap();
    shop.pass(MINUTE / 2).await;
    // No command is sent: the store makes the offer by itself.
    let shop = shop.reopened().await;
    shop.until("the copy is offered to Cat", async |shop| {
        shop.is_offered(CAT).await
    })
    .await;
    shop
}

pub async fn a_declined_offer_goes_to_the_next_shopper(kind: Kind) -> TestShop {
    let shop = with_a_waitlist(kind).await;
    shop.set(ANN, DROP, 0).await.unwrap();
    let line = shop.leave(BEN, DROP).await;
    assert_eq!((line.quantity, line.level.available), (0, 0));
    assert!(shop.is_offered(CAT).await);
    assert_eq!(
        shop.leave(CAT, DROP).await.level.available,
        1,
        "the copy should be available once nobody waits"
    );
    shop
}

pub async fn an_accepted_offer_becomes_a_line_of_the_cart(kind: Kind) -> TestShop {
    let shop = with_a_waitlist(kind).await;
    shop.set(ANN, DROP, 0).await.unwrap();
    assert_eq!(shop.place(BEN, 7).await, Err(Refusal::EmptyCart));
    shop.pass(MINUTE).await;
    let line = shop.accept(BEN, DROP).await.unwrap();
    let cart = shop.cart(BEN).await;
    assert_eq!(line.expires_at, Some(cart.now + HOLD));
    assert!(!cart.lines[0].offered);
    let shop = shop.reopened().await;
    assert!(!shop.cart(BEN).await.lines[0].offered);
    assert_eq!(shop.place(BEN, 7).await.unwrap().lines.len(), 1);
    shop
}

pub async fn copies_that_come_back_in_any_way_are_offered(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 2).await;
    for (code, who) in [(1, ANN), (2, BEN)] {
        shop.add(who, DROP, 1).await.unwrap();
        shop.place(who, code).await.unwrap();
    }
    for who in [CAT, DAN, shopper(5), shopper(6)] {
        shop.wait(who, DROP).await.unwrap();
    }
    shop.close_order(1, Closing::Cancelled).await.unwrap();
    assert!(
        shop.is_offered(CAT).await,
        "the copy of the cancelled order should be offered"
    );
    let level = shop.restock(DROP, 2, "delivery").await.unwrap();
    assert_eq!(level.available, 0);
    assert!(shop.is_offered(DAN).await, "a delivery should be offered");
    assert!(
        shop.is_offered(shopper(5)).await,
        "the delivery's second copy should be offered"
    );
    // The offers expire, and only the last shopper on the waitlist has a page open.
    let week = 7 * DAY;
    shop.pass(week - MINUTE).await;
    let _page = shop.store.feed().watch([Topic::Mine(shopper(6))]);
    shop.store.attend().await.unwrap();
    shop.until("the expired offers go to the last shopper", async |shop| {
        shop.is_offered(shopper(6)).await
    })
    .await;
    shop.restock(DROP, 1, "delivery").await.unwrap();
    // Copies that no one on the waitlist takes are available to everyone.
    assert_eq!(shop.available(DROP).await, 3);
    shop
}

pub async fn many_are_offered_many_copies_at_once(kind: Kind) -> TestShop {
    // More than one block of hold numbers.
    const MANY: u32 = 2_500;
    let shop = TestShop::with_copies(kind, 0).await;
    let who = |number: u32| {
        let mut bits = [7; 16];
        bits[..4].copy_from_slice(&number.to_be_bytes());
        ShopperId::from_bytes(bits)
    };
    for some in (0..MANY).collect::<Vec<_>>().chunks(500) {
        let waits = some.iter().map(|number| shop.wait(who(*number), DROP));
        for waiting in futures_util::future::join_all(waits).await {
            waiting.unwrap();
        }
    }
    let copies = i32::try_from(MANY).unwrap() + 3;
    let level = shop.restock(DROP, copies, "delivery").await.unwrap();
    assert_eq!(level.available, 3);
    assert!(shop.is_offered(who(0)).await && shop.is_offered(who(MANY - 1)).await);
    shop.add(ANN, DROP, 1).await.unwrap();
    shop
}
