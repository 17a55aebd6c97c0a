//! Announcements: everyone sees each one until it ends or is withdrawn, and versions only grow.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use shop::{AnnouncementEnd, AnnouncementId, News, SettingField, ShopProfile, StaffName};
use store::{
    AnnounceError, Announcements, Change, MAX_ANNOUNCEMENTS, NewAnnouncement, Store, Topic, Watch,
};
use tokio::time::timeout;

use crate::contract::{
    harness::{DAY, Kind, MINUTE, PATIENCE, TestShop},
    settings::save,
};

const MOMENT: Duration = Duration::from_millis(1);

pub fn staff(name: &str) -> StaffName {
    name.parse().unwrap()
}

/// An announcement for ten minutes, whose submission key is made from its text.
pub fn new(text: &str) -> NewAnnouncement {
    let key = format!("announcement-{text}").replace([' ', ','], "-");
    NewAnnouncement {
        text: text.parse().unwrap(),
        end: AnnouncementEnd::After(10 * MINUTE),
        by: staff("ann"),
        key: key.parse().unwrap(),
    }
}

async fn shop(kind: Kind) -> (TestShop, Arc<dyn Announcements>) {
    let shop = TestShop::with_copies(kind, 1).await;
    let announcements = shop.store.announcements();
    (shop, announcements)
}

/// The announcements as read from the store.
async fn read_news(store: &dyn Store) -> News {
    let newest = store.newest(&[Topic::News]).await.unwrap();
    let [Change::News(news)] = newest.as_slice() else {
        panic!("{newest:?}");
    };
    news.clone()
}

/// The version and the texts.
fn version_and_texts(news: &News) -> (u64, Vec<&str>) {
    let items = news.items.iter().map(|item| item.text.as_str());
    (news.version, items.collect())
}

/// Waits until the feed publishes this version.
pub async fn until_published(watch: &mut Watch, version: u64) -> News {
    let published = async {
        loop {
            if let [change] = watch.newest().as_slice()
                && let Change::News(news) = &**change
                && news.version >= version
            {
                return news.clone();
            }
            watch.changed().await;
        }
    };
    timeout(PATIENCE, published)
        .await
        .expect("the feed should publish the version")
}

pub async fn an_announcement_is_shown_until_it_is_withdrawn(kind: Kind) -> TestShop {
    let (shop, announcements) = shop(kind).await;
    let mut watch = shop.store.feed().watch([Topic::News]);
    assert_eq!(read_news(&*shop.store).await, News::default());

    let signing = announcements.announce(new("Signing")).await.unwrap();
    let tea = announcements.announce(new("Tea")).await.unwrap();
    let published = until_published(&mut watch, 2).await;
    assert_eq!(published.items, [signing.clone(), tea.clone()]);
    assert_eq!(read_news(&*shop.store).await, published);

    assert!(
        announcements
            .withdraw(signing.id, &staff("ben"))
            .await
            .unwrap()
    );
    let published = until_published(&mut watch, 3).await;
    assert_eq!((published.version, published.items), (3, vec![tea]));
    let active = announcements.active().await.unwrap();
    assert_eq!(active.items[0].by, staff("ann"));
    assert_eq!(
        active.items[0].made_at, active.now,
        "the clock should stand still"
    );

    let unknown = AnnouncementId::from_number(77);
    for id in [signing.id, unknown] {
        assert!(!announcements.withdraw(id, &staff("ben")).await.unwrap());
    }
    assert_eq!(
        version_and_texts(&read_news(&*shop.store).await),
        (3, vec!["Tea"])
    );
    shop
}

/// The end is published with a version of its own.
pub async fn an_announcement_ends_at_its_time_and_not_before(kind: Kind) -> TestShop {
    let (shop, announcements) = shop(kind).await;
    let mut watch = shop.store.feed().watch([Topic::News]);
    let signing = announcements.announce(new("Signing")).await.unwrap();
    let now = announcements.active().await.unwrap().now;
    assert!(signing.until >= now + 10 * MINUTE && signing.until < now + 11 * MINUTE);

    shop.pass(signing.until.since(now) - MOMENT).await;
    assert_eq!(
        version_and_texts(&read_news(&*shop.store).await),
        (1, vec!["Signing"])
    );
    shop.pass(MOMENT).await;
    assert_eq!(
        version_and_texts(&read_news(&*shop.store).await),
        (2, vec![])
    );
    assert_eq!(
        version_and_texts(&until_published(&mut watch, 2).await),
        (2, vec![])
    );
    assert!(
        !announcements
            .withdraw(signing.id, &staff("ann"))
            .await
            .unwrap()
    );
    assert_eq!(
        version_and_texts(&read_news(&*shop.store).await),
        (2, vec![])
    );
    shop
}

pub async fn an_announcement_that_is_sent_twice_is_made_once(kind: Kind) -> TestShop {
    let (shop, announcements) = shop(kind).await;
    let sent = (0..8).map(|_| announcements.announce(new("Signing")));
    let made: Vec<_> = join_all(sent)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        version_and_texts(&read_news(&*shop.store).await),
        (1, vec!["Signing"]),
        "there should be one announcement"
    );
    assert!(made.iter().all(|one| *one == made[0]));
    // Repeating the submission does not bring back a withdrawn announcement.
    assert!(
        announcements
            .withdraw(made[0].id, &staff("ann"))
            .await
            .unwrap()
    );
    assert_eq!(
        announcements.announce(new("Signing")).await.unwrap(),
        made[0]
    );
    assert_eq!(
        version_and_texts(&read_news(&*shop.store).await),
        (2, vec![])
    );
    shop
}

pub async fn the_number_of_active_announcements_is_limited(kind: Kind) -> TestShop {
    let (shop, announcements) = shop(kind).await;
    let texts: Vec<String> = (0..MAX_ANNOUNCEMENTS + 3)
        .map(|one| one.to_string())
        .collect();
    let made = join_all(texts.iter().map(|text| announcements.announce(new(text)))).await;
    let refused = made
        .iter()
        .filter(|one| matches!(one, Err(AnnounceError::TooMany)));
    assert_eq!(refused.count(), 3);
    let news = read_news(&*shop.store).await;
    assert_eq!(news.items.len(), MAX_ANNOUNCEMENTS);
    assert!(news.items.is_sorted_by_key(|item| item.id));

    assert!(
        announcements
            .withdraw(news.items[0].id, &staff("ann"))
            .await
            .unwrap()
    );
    announcements.announce(new("in its place")).await.unwrap();
    shop.pass(11 * MINUTE).await;
    for text in ["a", "b", "c"] {
        announcements.announce(new(text)).await.unwrap();
    }
    shop
}

pub async fn an_announcement_survives_reopening_until_its_end(kind: Kind) -> TestShop {
    let (shop, announcements) = shop(kind).await;
    announcements.announce(new("Signing")).await.unwrap();
    let long = NewAnnouncement {
        end: AnnouncementEnd::After(DAY),
        ..new("Open until eight")
    };
    announcements.announce(long).await.unwrap();
    drop(announcements);
    let before = read_news(&*shop.store).await;
    let shop = shop.reopened().await;
    assert_eq!(read_news(&*shop.store).await, before);

    let TestShop { store, premises } = shop;
    store.close().await;
    drop(store);
    premises.pass(11 * MINUTE).await;
    let store = premises.open().await;
    assert_eq!(
        version_and_texts(&read_news(&*store).await),
        (3, vec!["Open until eight"])
    );
    TestShop { store, premises }
}

/// The version never goes back.
pub async fn old_announcements_are_deleted_and_still_count_in_the_version(kind: Kind) -> TestShop {
    let (shop, announcements) = shop(kind).await;
    let withdrawn = announcements.announce(new("withdrawn")).await.unwrap();
    announcements
        .withdraw(withdrawn.id, &staff("ann"))
        .await
        .unwrap();
    announcements.announce(new("ended")).await.unwrap();
    announcements.announce(new("ended, too")).await.unwrap();
    shop.pass(11 * MINUTE).await;
    assert_eq!(
        version_and_texts(&read_news(&*shop.store).await),
        (6, vec![])
    );
    shop.pass(91 * DAY).await;
    announcements.announce(new("new")).await.unwrap();
    assert_eq!(
        version_and_texts(&read_news(&*shop.store).await),
        (7, vec!["new"])
    );
    // The key of the deleted announcement is no longer known.
    announcements.announce(new("ended")).await.unwrap();
    assert_eq!(
        version_and_texts(&read_news(&*shop.store).await),
        (8, vec!["new", "ended"])
    );
    shop
}

pub async fn an_announcement_of_the_day_ends_at_midnight_in_the_shop(kind: Kind) -> TestShop {
    let (shop, announcements) = shop(kind).await;
    let mut profile = ShopProfile::default();
    profile.set(SettingField::TimeZone, "Asia/Kolkata").unwrap();
    let zone = profile.zone().clone();
    save(&shop, profile, 0).await;
    shop.until("the instance should see the zone", async |shop| {
        !shop
            .store
            .owner_settings()
            .current()
            .profile
            .zone()
            .is_utc()
    })
    .await;
    let now = shop.store.desk_reads().now().await.unwrap();
    // Another instance may make it, which has not seen the zone yet.
    let mut ends = Vec::new();
    shop.until("the announcement ends at midnight", async |_| {
        let text = format!("We close at {}", ends.len());
        let of_day = NewAnnouncement {
            end: AnnouncementEnd::OfDay,
            ..new(&text)
        };
        let made = announcements.announce(of_day).await.unwrap();
        announcements
            .withdraw(made.id, &staff("ann"))
            .await
            .unwrap();
        ends.push(made.until);
        made.until == zone.next_day(now)
    })
    .await;
    shop
}
