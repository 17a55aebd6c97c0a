//! A page shows the newest version that it has received, and never an older one afterwards.

use std::slice;

use protocol::{LiveMessage, Seen};

use super::*;

fn level(available: u32, version: u64) -> Level {
    Level {
        book: Slug::parse("drop").unwrap(),
        available,
        in_carts: false,
        price: shop::Price::from_cents(2_000),
        page: 1,
        withdrawn: false,
        version,
    }
}

fn number_of(latest: LatestVersion) -> Option<u64> {
    latest.newest().map(|version| version.number)
}

fn message(levels: &[Level], rewound: bool) -> LiveMessage {
    LiveMessage {
        stock: levels.to_vec(),
        rewound,
        ..LiveMessage::default()
    }
}

/// Every order in which four messages can arrive, one of them a duplicate.
fn arrivals() -> Vec<Vec<Level>> {
    let messages = [level(9, 6), level(8, 7), level(8, 7), level(9, 8)];
    let mut orders = vec![Vec::new()];
    for message in messages {
        orders = orders
            .iter()
            .flat_map(|order: &Vec<Level>| {
                (0..=order.len()).map(|place| {
                    let mut order = order.clone();
                    order.insert(place, message.clone());
                    order
                })
            })
            .collect();
    }
    orders
}

/// Whether the versions shown never decrease, and the newest is shown last.
fn only_forward(shown: &[Level]) -> bool {
    shown.is_sorted_by_key(|level| level.version) && shown.last() == Some(&level(9, 8))
}

#[test]
fn a_page_never_shows_an_older_level_after_a_newer_one() {
    for arriving in arrivals() {
        Owner::new().with(|| {
            let live = Live::new();
            let page = live.follow(level(10, 5));
            let shown: Vec<Level> = arriving
                .iter()
                .map(|heard| {
                    live.take_in(&message(slice::from_ref(heard), false));
                    page.get_untracked()
                })
                .collect();
            assert!(only_forward(&shown), "{arriving:?}: {shown:?}");
            assert_eq!(live.seen().to_string(), "drop:8");
        });
    }
}

/// Positive control: a page that shows the level received last.
#[test]
fn without_the_version_check_reordered_messages_show_an_older_level() {
    let misled = arrivals()
        .into_iter()
        .filter(|arriving| {
            let page = ArcRwSignal::new(level(10, 5));
            let shown: Vec<Level> = arriving
                .iter()
                .map(|heard| {
                    page.set(heard.clone());
                    page.get_untracked()
                })
                .collect();
            !only_forward(&shown)
        })
        .count();
    // Every order but the order of sending, which occurs twice because of the duplicate.
    assert_eq!((misled, arrivals().len()), (22, 24));
}

#[test]
fn a_rewound_level_is_shown_although_it_is_older() {
    Owner::new().with(|| {
        let live = Live::new();
        let shown = live.follow(level(3, 40));
        live.take_in(&message(&[level(10, 7)], true));
        assert_eq!(shown.get_untracked(), level(10, 7));
    });
}

#[test]
fn a_book_that_is_unknown_or_no_longer_shown_is_not_asked_for() {
    let owner = Owner::new();
    owner.with(|| {
        let live = Live::new();
        live.follow(level(1, 1));
        live.take_in(&LiveMessage {
            unknown: vec!["drop".to_owned()],
            ..LiveMessage::default()
        });
        assert_eq!(live.seen(), Seen::default());
        let page = owner.child();
        page.with(|| live.follow(level(1, 1)));
        assert_eq!(live.seen().to_string(), "drop:1");
        page.cleanup();
        assert_eq!(live.seen(), Seen::default());
    });
}

#[test]
fn a_version_only_grows_unless_the_data_went_back() {
    Owner::new().with(|| {
        let live = Live::new();
        let mine = live.follow_number(Topic::Mine, 3);
        let said = |number, rewound| LiveMessage {
            mine: Some(number),
            rewound,
            ..LiveMessage::default()
        };
        live.take_in(&said(5, false));
        live.take_in(&said(4, false));
        assert_eq!(number_of(mine), Some(5));
        assert_eq!(live.seen().to_string(), "@mine:5");
        live.take_in(&said(2, true));
        assert_eq!(number_of(mine), Some(2));
    });
}

/// A page of the desk shows the numbers of many books as the server rendered them.
#[test]
fn a_book_can_be_followed_by_its_version_alone() {
    Owner::new().with(|| {
        let live = Live::new();
        let book = Topic::Book(Slug::parse("drop").unwrap());
        let newest = live.follow_number(book, 3);
        assert_eq!(live.seen().to_string(), "drop:3");
        live.take_in(&message(&[level(9, 6)], false));
        live.take_in(&message(&[level(8, 5)], false));
        assert_eq!(number_of(newest), Some(6));
        assert_eq!(live.seen().to_string(), "drop:6");
        live.take_in(&message(&[level(10, 2)], true));
        assert_eq!(number_of(newest), Some(2), "a restored backup");
    });
}

#[test]
fn announcements_can_be_followed_by_their_version_alone() {
    Owner::new().with(|| {
        let live = Live::new();
        let newest = live.follow_number(Topic::News, 3);
        live.take_in(&LiveMessage {
            news: Some(news(5)),
            ..LiveMessage::default()
        });
        assert_eq!(number_of(newest), Some(5));
        assert_eq!(live.seen().to_string(), "@news:5");
    });
}

/// This happens when a part of a page is replaced by a newer one.
#[test]
fn a_topic_that_is_followed_again_starts_with_the_version_on_the_page() {
    let owner = Owner::new();
    owner.with(|| {
        let live = Live::new();
        let code = "4KX9-QD2M-7HTB".parse().unwrap();
        let part = owner.child();
        part.with(|| live.follow_number(Topic::Order(code), 3));
        part.cleanup();
        let newest = part.with(|| live.follow_number(Topic::Order(code), 4));
        assert_eq!(number_of(newest), Some(4));
        assert_eq!(live.seen().to_string(), "@order.4KX9-QD2M-7HTB:4");
    });
}

#[test]
fn the_cart_and_orders_come_first_because_a_long_shelf_is_cut() {
    Owner::new().with(|| {
        let live = Live::new();
        live.follow(level(1, 1));
        live.follow_number(Topic::Mine, 0);
        assert_eq!(live.seen().to_string(), "@mine:0,drop:1");
    });
}

fn news(version: u64) -> News {
    let items = Vec::new();
    News { version, items }
}

#[test]
fn announcements_start_as_rendered_and_only_newer_ones_replace_them() {
    Owner::new().with(|| {
        let live = Live::new();
        let said = |version, rewound| LiveMessage {
            news: Some(news(version)),
            rewound,
            ..LiveMessage::default()
        };
        live.take_in(&said(9, false));
        assert_eq!(live.seen(), Seen::default(), "no announcements are shown");
        let shown = live.follow_news(news(3));
        live.follow(level(1, 1));
        assert_eq!(live.seen().to_string(), "@news:3,drop:1");
        live.take_in(&said(5, false));
        live.take_in(&said(4, false));
        assert_eq!(shown.get_untracked(), Some(news(5)));
        live.take_in(&said(2, true));
        assert_eq!(shown.get_untracked(), Some(news(2)), "a restored backup");
        assert_eq!(live.seen().to_string(), "@news:2,drop:1");
    });
}

/// A restored backup has reached the same versions again, with other content.
#[test]
fn in_another_history_the_same_version_is_new() {
    Owner::new().with(|| {
        let live = Live::new();
        let shown = live.follow(level(3, 10));
        let mine = live.follow_number(Topic::Mine, 10);
        let (before, history_before) = (mine.newest(), live.history());
        live.take_in(&LiveMessage {
            epoch: Some("q8".parse().unwrap()),
            mine: Some(10),
            ..message(&[level(7, 10)], true)
        });
        assert_eq!(shown.get_untracked(), level(7, 10));
        assert_eq!(number_of(mine), Some(10));
        assert_ne!(mine.newest(), before, "the cart is read again");
        live.hear(&level(2, 11), history_before);
        assert_eq!(shown.get_untracked(), level(7, 10), "an older answer");
        live.hear(&level(6, 11), live.history());
        assert_eq!(shown.get_untracked(), level(6, 11));
    });
}

/// The topic was added to the page after the connection had been opened.
#[test]
fn in_another_history_a_topic_missing_from_the_message_is_asked_for() {
    Owner::new().with(|| {
        let live = Live::new();
        let shown = live.follow(level(3, 10));
        live.follow_number(Topic::Mine, 10);
        live.follow_news(news(10));
        live.take_in(&LiveMessage {
            epoch: Some("q8".parse().unwrap()),
            mine: Some(10),
            rewound: true,
            ..LiveMessage::default()
        });
        assert_eq!(live.seen().to_string(), "@news:0,@mine:10,drop:0");
        live.take_in(&message(&[level(4, 8)], false));
        assert_eq!(shown.get_untracked(), level(4, 8));
    });
}
