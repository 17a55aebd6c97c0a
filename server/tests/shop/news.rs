//! What the shop says to everybody, as those who follow it hear it: by poll, by stream, and
//! in every page.

use std::time::Duration;

use app::wire::LiveMessage;
use shop::{Announcement, End, News};
use store::{NewAnnouncement, Topic};
use tokio::time::timeout;

use crate::helpers::{GUIDE, PATIENCE, TestShop, spawn_shop};

const MINUTES: End = End::After(Duration::from_secs(600));

impl TestShop {
    /// Says something to everybody. Each text is a submission of its own.
    async fn announce(&self, text: &str, end: End) -> Announcement {
        let key: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        let new = NewAnnouncement {
            text: text.parse().unwrap(),
            end,
            by: "ann".parse().unwrap(),
            key: format!("{key:0>8.64}").parse().unwrap(),
        };
        self.store.bulletin().announce(new).await.unwrap()
    }

    async fn withdraw(&self, announcement: &Announcement) {
        let by = "ann".parse().unwrap();
        let withdrawn = self.store.bulletin().withdraw(announcement.id, &by).await;
        assert!(withdrawn.unwrap());
    }

    async fn until_news_is_watched_by(&self, watchers: usize) {
        let watched = async {
            while self.store.feed().watchers(Topic::News) != watchers {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, watched).await.expect("so many follow it");
    }
}

/// Nothing but these.
fn told(version: u64, items: &[&Announcement]) -> LiveMessage {
    LiveMessage {
        news: Some(News {
            version,
            items: items.iter().map(|item| (*item).clone()).collect(),
        }),
        ..LiveMessage::default()
    }
}

#[tokio::test]
async fn whoever_waits_is_told_of_an_announcement_and_of_its_withdrawal() {
    let shop = spawn_shop().await;
    let waits = |seen: &'static str| {
        let waiting = shop.shopper();
        tokio::spawn(async move { waiting.live(seen).await })
    };
    let (first, second) = (waits("@news:0"), waits("small-hours:1,@news:0"));
    shop.until_news_is_watched_by(2).await;
    let signing = shop
        .announce("Signing starts in ten minutes", MINUTES)
        .await;
    for wait in [first, second] {
        assert_eq!(wait.await.unwrap(), told(1, &[&signing]));
    }
    let wait = waits("@news:1");
    shop.until_news_is_watched_by(1).await;
    shop.withdraw(&signing).await;
    assert_eq!(wait.await.unwrap(), told(2, &[]));
}

#[tokio::test]
async fn a_stream_tells_of_each_change_and_a_late_one_of_what_is_in_force() {
    let shop = spawn_shop().await;
    let mut early = shop.stream("@news:0,small-hours:1").await;
    let mut elsewhere = shop.stream("@news:0").await;
    shop.until_news_is_watched_by(1).await;
    let signing = shop
        .announce("Signing starts in ten minutes", MINUTES)
        .await;
    for stream in [&mut early, &mut elsewhere] {
        assert_eq!(stream.next().await, told(1, &[&signing]));
    }
    let tea = shop.announce("Tea is served", MINUTES).await;
    assert_eq!(early.next().await, told(2, &[&signing, &tea]));

    let mut late = shop.stream("@news:0").await;
    assert_eq!(late.next().await, told(2, &[&signing, &tea]));
    let mut with_the_page = shop.stream("@news:2").await;
    shop.withdraw(&signing).await;
    for stream in [&mut early, &mut late, &mut with_the_page] {
        assert_eq!(stream.next().await, told(3, &[&tea]));
    }
}

/// Nobody does anything: its time has come.
#[tokio::test]
async fn an_announcement_that_is_over_is_told_to_nobody() {
    let shop = spawn_shop().await;
    let mut stream = shop.stream("@news:0").await;
    let brief = shop
        .announce("One more second", End::After(Duration::from_secs(1)))
        .await;
    assert_eq!(stream.next().await, told(1, &[&brief]));
    assert_eq!(stream.next().await, told(2, &[]));
    let late = shop.shopper().live(&format!("@news:0,{GUIDE}:0")).await;
    assert_eq!(late.news, told(2, &[]).news);
    assert_eq!(late.stock.len(), 1);
    let page = shop.shopper().get("/").await.text().await.unwrap();
    assert!(!page.contains("One more second"));
}

#[tokio::test]
async fn whoever_has_seen_more_than_there_is_goes_back() {
    let shop = spawn_shop().await;
    let signing = shop
        .announce("Signing starts in ten minutes", MINUTES)
        .await;
    let rewound = LiveMessage {
        rewound: true,
        ..told(1, &[&signing])
    };
    assert_eq!(shop.shopper().live("@news:7").await, rewound);
}

#[tokio::test]
async fn every_page_has_the_announcements_in_force_whoever_asks_for_it() {
    let shop = spawn_shop().await;
    let signing = shop.announce("Signing & <b>tea</b>", MINUTES).await;
    let (guide, missing) = (format!("/books/{GUIDE}"), "/no/such/page");
    let pages = ["/", &guide, "/cart", missing];
    for path in pages {
        let page = shop.shopper().get(path).await.text().await.unwrap();
        assert!(
            page.contains(">Signing &amp; &lt;b&gt;tea&lt;/b&gt;</p>"),
            "{path}: {page}"
        );
        assert!(
            !page.contains("<b>tea"),
            "{path}: as a text, not as it looks"
        );
        assert!(
            page.contains("&quot;version&quot;:1"),
            "{path}: and goes on from there"
        );
    }
    shop.withdraw(&signing).await;
    for path in pages {
        let page = shop.shopper().get(path).await.text().await.unwrap();
        assert!(!page.contains("Signing"), "{path}");
        assert!(
            page.contains("class=\"news\""),
            "{path}: where they will be"
        );
    }
}
