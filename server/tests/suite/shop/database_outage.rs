//! The database is unreachable for a while: counts are kept and marked as possibly out of date.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use async_trait::async_trait;
use reqwest::{Response, StatusCode, header};
use shop::{Browse, Command, Done, Order, OrderCode, ShopperId, Slug};
use store::{
    Announcements, BookDesk, Cart, CataloguePage, Change, DeskReads, Feed, Journal, Ledger,
    LegalPages, OpenCounts, OrderSummary, OwnerSettings, SalesFigures, ShelfBook, StaffDirectory,
    StockOrder, Store, StoreError, Topic, opening_catalogue,
};

use tokio::{sync::Notify, time::timeout};

use crate::shop::helpers::{
    GUIDE, PATIENCE, TestShop, open_store, sentence, slug, spawn_shop_over,
};

/// A store that can be unreachable, or fail for good.
struct OutageStore {
    inner: Arc<dyn Store>,
    away: AtomicBool,
    breaks: Notify,
}

impl OutageStore {
    fn begin_outage(&self) {
        self.away.store(true, SeqCst);
        self.inner.feed().set_stale(true);
    }

    fn end_outage(&self) {
        self.away.store(false, SeqCst);
        self.inner.feed().set_stale(false);
    }

    fn reachable(&self) -> Result<&dyn Store, StoreError> {
        match self.away.load(SeqCst) {
            true => Err(sqlx::Error::PoolTimedOut.into()),
            false => Ok(&*self.inner),
        }
    }
}

#[async_trait]
impl Store for OutageStore {
    async fn submit(&self, command: Command) -> Result<Done, StoreError> {
        self.reachable()?.submit(command).await
    }

    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        self.reachable()?.newest(topics).await
    }

    async fn browse(&self, wish: &Browse) -> Result<CataloguePage, StoreError> {
        self.reachable()?.browse(wish).await
    }

    async fn browse_stock(
        &self,
        request: &Browse,
        order: StockOrder,
    ) -> Result<CataloguePage, StoreError> {
        self.reachable()?.browse_stock(request, order).await
    }

    async fn numbered_slugs(&self, from: u64, most: u32) -> Result<Vec<(u64, Slug)>, StoreError> {
        self.reachable()?.numbered_slugs(from, most).await
    }

    async fn last_book_number(&self) -> Result<u64, StoreError> {
        self.reachable()?.last_book_number().await
    }

    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError> {
        self.reachable()?.book(book).await
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError> {
        self.reachable()?.cart(shopper).await
    }

    async fn order(&self, code: OrderCode) -> Result<Order, StoreError> {
        self.reachable()?.order(code).await
    }

    async fn orders_of(
        &self,
        shopper: ShopperId,
        skip: u32,
        most: u32,
    ) -> Result<Vec<OrderSummary>, StoreError> {
        self.reachable()?.orders_of(shopper, skip, most).await
    }

    async fn open_counts(&self) -> Result<OpenCounts, StoreError> {
        self.reachable()?.open_counts().await
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        self.reachable()?.cookie_secret().await
    }

    async fn attend(&self) -> Result<(), StoreError> {
        self.reachable()?.attend().await
    }

    fn desk_reads(&self) -> &Arc<dyn DeskReads> {
        self.inner.desk_reads()
    }

    fn book_desk(&self) -> &Arc<dyn BookDesk> {
        self.inner.book_desk()
    }

    fn journal(&self) -> &Arc<dyn Journal> {
        self.inner.journal()
    }

    fn sales_figures(&self) -> &Arc<dyn SalesFigures> {
        self.inner.sales_figures()
    }

    fn ledger(&self) -> &Arc<dyn Ledger> {
        self.inner.ledger()
    }

    fn announcements(&self) -> Arc<dyn Announcements> {
        self.inner.announcements()
    }

    fn owner_settings(&self) -> Arc<dyn OwnerSettings> {
        self.inner.owner_settings()
    }

    fn legal_pages(&self) -> Arc<dyn LegalPages> {
        self.inner.legal_pages()
    }

    fn staff_directory(&self) -> &Arc<dyn StaffDirectory> {
        self.inner.staff_directory()
    }

    fn feed(&self) -> &Arc<Feed> {
        self.inner.feed()
    }

    async fn failed(&self) {
        self.breaks.notified().await;
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

async fn spawn_shop_with_outages() -> (TestShop, Arc<OutageStore>) {
    let data = tempfile::tempdir().unwrap();
    let store = Arc::new(OutageStore {
        inner: open_store(data.path(), opening_catalogue()).await,
        away: AtomicBool::new(false),
        breaks: Notify::new(),
    });
    (spawn_shop_over(store.clone(), data).await, store)
}

/// Asserts that the answer is a refusal that says when to try again.
fn assert_busy(answer: &Response) {
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let after = answer.headers()[header::RETRY_AFTER].to_str().unwrap();
    assert!((1..=5).contains(&after.parse::<u32>().unwrap()), "{after}");
}

#[tokio::test]
async fn waits_are_answered_when_an_outage_begins_and_ends() {
    let (shop, store) = spawn_shop_with_outages().await;
    let seen = format!("{GUIDE}:1");
    let (waiting, asked) = (shop.shopper(), seen.clone());
    let wait = tokio::spawn(async move { waiting.live(&asked).await });
    shop.until_watched_by(1, GUIDE).await;
    store.begin_outage();
    let answer = wait.await.unwrap();
    assert_eq!((answer.stale, answer.stock.len()), (Some(true), 0));

    let (waiting, asked) = (shop.shopper(), format!("{seen}&stale=true"));
    let wait = tokio::spawn(async move { waiting.live(&asked).await });
    shop.until_watched_by(1, GUIDE).await;
    assert!(!wait.is_finished(), "the poll waits");
    store.end_outage();
    assert_eq!(wait.await.unwrap().stale, Some(false));
}

#[tokio::test]
async fn polls_during_an_outage_get_the_last_count_and_a_pace() {
    let (shop, store) = spawn_shop_with_outages().await;
    let _watched = shop.store.feed().watch([slug(GUIDE)]);
    shop.shopper().live(&format!("{GUIDE}:0")).await;
    store.begin_outage();
    for seen in [0, 1] {
        let answer = shop.shopper().live(&format!("{GUIDE}:{seen}")).await;
        assert_eq!(answer.stale, Some(true));
        assert_eq!(answer.stock.len(), 1 - seen, "the last count is kept");
        assert!(answer.pace_ms.unwrap() >= 1_000);
    }
    store.end_outage();
    let answer = shop.shopper().live(&format!("{GUIDE}:1&stale=true")).await;
    assert_eq!((answer.stale, answer.pace_ms), (Some(false), None));
}

#[tokio::test]
async fn an_unknown_topic_is_a_503_during_an_outage() {
    let (shop, store) = spawn_shop_with_outages().await;
    store.begin_outage();
    let answer = shop.shopper().get("/live?seen=small-hours:1").await;
    assert_busy(&answer);
    assert!(sentence(answer).await.contains("try again"));
}

#[tokio::test]
async fn open_streams_are_told_of_an_outage_once_and_new_streams_at_once() {
    let (shop, store) = spawn_shop_with_outages().await;
    let mut stream = shop.stream(&format!("{GUIDE}:1")).await;
    shop.until_watched_by(1, GUIDE).await;
    store.begin_outage();
    assert_eq!(stream.next().await.stale, Some(true));
    let mut late = shop.stream(&format!("{GUIDE}:0")).await;
    let first = late.next().await;
    assert_eq!((first.stale, first.stock.len()), (Some(true), 1));
    let mut knows = shop.stream(&format!("{GUIDE}:1&stale=true")).await;
    store.end_outage();
    for stream in [&mut stream, &mut late, &mut knows] {
        assert_eq!(stream.next().await.stale, Some(false));
    }
}

#[tokio::test]
async fn a_failed_lookup_closes_the_stream_with_a_retry_time() {
    let (shop, store) = spawn_shop_with_outages().await;
    let mut stream = shop.stream(&format!("{GUIDE}:1")).await;
    shop.until_watched_by(1, GUIDE).await;
    store.begin_outage();
    assert_eq!(stream.next().await.stale, Some(true));
    stream
        .send_text(r#"{"seen":"small-hours:0","stale":true}"#)
        .await;
    let farewell = stream.next().await;
    assert!(farewell.error.is_some() && farewell.retry_ms.is_some());
}

#[tokio::test]
async fn a_value_of_stale_other_than_true_or_false_is_refused() {
    let (shop, _) = spawn_shop_with_outages().await;
    let refused = shop
        .shopper()
        .get(&format!("/live?seen={GUIDE}:1&stale=maybe"))
        .await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    assert!(sentence(refused).await.contains("`stale`"));
}

#[tokio::test]
async fn a_page_is_a_503_with_a_link_during_an_outage() {
    let (shop, store) = spawn_shop_with_outages().await;
    store.begin_outage();
    for path in ["/", "/books/small-hours", "/cart"] {
        let page = shop.shopper().get(path).await;
        assert_busy(&page);
        let html = page.text().await.unwrap();
        assert!(html.contains("One moment, please"), "{html}");
        assert!(html.contains(">Try again</a>"), "{html}");
    }
    store.end_outage();
    assert_eq!(shop.shopper().get("/cart").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_action_is_a_503_with_a_sentence_and_changes_nothing() {
    let (shop, store) = spawn_shop_with_outages().await;
    let person = shop.shopper();
    store.begin_outage();
    let refused = person.add_to_cart(GUIDE).await;
    assert_busy(&refused);
    assert!(sentence(refused).await.contains("try again"));
    store.end_outage();
    assert_eq!(shop.version(GUIDE).await, 1);
    assert_eq!(person.add_to_cart(GUIDE).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_instance_that_cannot_read_is_alive_and_not_ready() {
    let (shop, store) = spawn_shop_with_outages().await;
    let person = shop.shopper();
    store.begin_outage();
    let refused = person.get("/readyz").await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.text().await.unwrap().contains("cannot be read"));
    assert_eq!(person.get("/healthz").await.status(), StatusCode::OK);
    store.end_outage();
    assert_eq!(person.get("/readyz").await.status(), StatusCode::OK);
}

/// The supervisor sees the error, and restarts the process.
#[tokio::test]
async fn a_store_that_cannot_write_any_more_closes_the_shop_with_an_error() {
    let (shop, store) = spawn_shop_with_outages().await;
    let mut stream = shop.stream(&format!("{GUIDE}:1")).await;
    shop.until_watched_by(1, GUIDE).await;
    store.breaks.notify_one();
    assert!(stream.next().await.retry_ms.is_some());
    let ended = timeout(PATIENCE, shop.running).await.unwrap().unwrap();
    assert!(
        ended
            .unwrap_err()
            .to_string()
            .contains("a task of the store has failed")
    );
}
