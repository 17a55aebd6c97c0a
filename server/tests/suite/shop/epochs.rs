//! Data of another epoch: a client that has seen an earlier epoch is sent everything.

use std::time::Duration;

use protocol::LiveMessage;
use reqwest::StatusCode;
use shop::{Command, Epoch, Quantity, ShopperId};
use store::{
    Store, opening_catalogue,
    sqlite::{Inspection, restore},
};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::Message;

use crate::shop::helpers::{
    GUIDE, TestShop, open_store, sentence, slug, spawn_shop, spawn_shop_with_settings_over,
};

const OTHER: &str = "0therh1st0ry";

fn versions(message: &LiveMessage) -> Vec<(&str, u64)> {
    let levels = message.stock.iter();
    levels
        .map(|level| (level.book.as_str(), level.version))
        .collect()
}

fn epoch(shop: &TestShop) -> Epoch {
    shop.store.feed().epoch()
}

#[tokio::test]
async fn a_client_that_does_not_name_the_epoch_is_told_it_first() {
    let shop = spawn_shop().await;
    let (person, epoch) = (shop.shopper(), epoch(&shop));
    let told = person.live_and_epoch(&format!("{GUIDE}:0")).await;
    assert_eq!(told.epoch, Some(epoch.clone()));
    assert!(!told.rewound);
    let told = person
        .live_and_epoch(&format!("{GUIDE}:0&epoch={epoch}"))
        .await;
    assert_eq!((told.epoch, told.rewound), (None, false));

    let mut stream = shop.stream_of(&format!("{GUIDE}:1")).await;
    assert_eq!(stream.next().await.epoch, Some(epoch.clone()));
    let mut knows = shop.stream_of(&format!("{GUIDE}:1&epoch={epoch}")).await;
    // Nothing is newer, so the first message is the answer to the ping.
    knows.send_text(r#"{"ping":1}"#).await;
    assert!(knows.next().await.pong.is_some());
    person.add_to_cart(GUIDE).await;
    for stream in [&mut stream, &mut knows] {
        let message = stream.next().await;
        assert_eq!(
            (versions(&message), &message.epoch),
            (vec![(GUIDE, 2)], &None)
        );
    }
}

#[tokio::test]
async fn a_page_carries_the_epoch_of_its_data() {
    let shop = spawn_shop().await;
    let attribute = format!("<body data-epoch=\"{}\">", epoch(&shop));
    for path in ["/", "/cart", &format!("/books/{GUIDE}")] {
        let page = shop.shopper().get(path).await.text().await.unwrap();
        assert!(page.contains(&attribute), "{path}");
    }
}

#[tokio::test]
async fn a_client_of_another_epoch_is_sent_everything_at_once_and_then_each_change() {
    let shop = spawn_shop().await;
    let (person, epoch) = (shop.shopper(), epoch(&shop));
    let seen = format!("{GUIDE}:1,small-hours:7&epoch={OTHER}");
    let mut stream = shop.stream_of(&seen).await;
    for message in [person.live_and_epoch(&seen).await, stream.next().await] {
        assert!(message.rewound);
        assert_eq!(message.epoch.as_ref(), Some(&epoch));
        assert_eq!(versions(&message), [(GUIDE, 1), ("small-hours", 1)]);
    }
    // What was sent on this connection counts as seen.
    person.add_to_cart("small-hours").await;
    let message = stream.next().await;
    assert_eq!(
        (versions(&message), message.rewound),
        (vec![("small-hours", 2)], false)
    );
    stream
        .send_text(&format!(r#"{{"seen":"{GUIDE}:0,small-hours:2"}}"#))
        .await;
    let message = stream.next().await;
    assert_eq!(
        (versions(&message), message.rewound),
        (vec![(GUIDE, 1)], false)
    );
}

#[tokio::test]
async fn a_malformed_epoch_is_refused_with_a_sentence() {
    let shop = spawn_shop().await;
    for bad in ["", "Q7", "q%207", &"q".repeat(33)] {
        let refused = shop
            .shopper()
            .get(&format!("/live?seen={GUIDE}:1&epoch={bad}"))
            .await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{bad:?}");
        assert!(sentence(refused).await.contains("`epoch`"));
    }
}

/// This happens when PostgreSQL fails over under a running instance.
#[tokio::test]
async fn a_new_epoch_in_a_running_shop_ends_all_waits_and_streams() {
    let shop = spawn_shop().await;
    let before = epoch(&shop);
    let seen = format!("{GUIDE}:1&epoch={before}");
    let (waiting, asked) = (shop.shopper(), seen.clone());
    let wait = tokio::spawn(async move { waiting.live_and_epoch(&asked).await });
    let (waiting, asked) = (shop.shopper(), format!("{GUIDE}:1"));
    let without = tokio::spawn(async move { waiting.live_and_epoch(&asked).await });
    let mut stream = shop.stream_of(&seen).await;
    shop.until_watched_by(3, GUIDE).await;

    shop.store.feed().begin_epoch(OTHER.parse().unwrap());
    assert_eq!(wait.await.unwrap(), LiveMessage::default());
    let told = without.await.unwrap();
    assert_eq!(
        (told.epoch, told.stock.len()),
        (Some(before), 0),
        "the client learns which epoch it has seen"
    );
    assert!(stream.next().await.retry_ms.is_some());
    assert!(matches!(stream.next_frame().await, Message::Close(_)));
    let mut again = shop.stream_of(&seen).await;
    for message in [
        shop.shopper().live_and_epoch(&seen).await,
        again.next().await,
    ] {
        assert_eq!(
            (versions(&message), message.rewound),
            (vec![(GUIDE, 1)], true)
        );
    }
}

/// A shop whose book was at version 10 when a backup of version 7 was restored, and whose next
/// three sales brought the book to version 10 again. Also returns the epoch before the restore.
async fn restored_to_the_same_version() -> (TestShop, Epoch) {
    let data = TempDir::new().unwrap();
    let backup = data.path().join("backup.sqlite");
    let store = open_store(data.path(), opening_catalogue()).await;
    let add = async |store: &dyn Store, number: u8, copies: u32| {
        let command = Command::Add {
            shopper: ShopperId::from_bytes([number; 16]),
            book: slug(GUIDE),
            quantity: Quantity::new(copies).unwrap(),
            key: None,
        };
        store.submit(command).await.unwrap();
    };
    for number in 0..6 {
        add(&*store, number, 1).await;
    }
    let mut inspection = Inspection::open(data.path()).await.unwrap();
    inspection.backup(&backup).await.unwrap();
    for number in 6..9 {
        add(&*store, number, 1).await;
    }
    let (before, level) = (
        store.feed().epoch(),
        store.book(&slug(GUIDE)).await.unwrap().level,
    );
    assert_eq!((level.version, level.available), (10, 1));
    store.close().await;
    drop((store, inspection));

    restore(data.path(), &backup).await.unwrap();
    let store = open_store(data.path(), opening_catalogue()).await;
    for number in 6..8 {
        add(&*store, number, 1).await;
    }
    add(&*store, 8, 2).await;
    let level = store.book(&slug(GUIDE)).await.unwrap().level;
    assert_eq!((level.version, level.available), (10, 0));
    let wait = |settings: &mut burts_books::config::Settings| {
        settings.wait_seconds = Duration::from_secs(1);
    };
    (
        spawn_shop_with_settings_over(store, data, wait).await,
        before,
    )
}

#[tokio::test]
async fn a_shop_restored_to_the_same_version_with_other_content_is_noticed() {
    let (shop, before) = restored_to_the_same_version().await;
    let seen = format!("{GUIDE}:10&epoch={before}");
    let mut stream = shop.stream_of(&seen).await;
    for message in [
        shop.shopper().live_and_epoch(&seen).await,
        stream.next().await,
    ] {
        assert!(message.rewound);
        let level = &message.stock[0];
        assert_eq!((level.version, level.available), (10, 0));
    }
}

/// Control: the client does not say to which epoch its versions belong.
#[tokio::test]
async fn without_its_epoch_a_client_is_not_told_of_other_content_at_the_same_version() {
    let (shop, _) = restored_to_the_same_version().await;
    let told = shop.shopper().live_and_epoch(&format!("{GUIDE}:10")).await;
    assert!(told.stock.is_empty(), "{told:?}");
}
