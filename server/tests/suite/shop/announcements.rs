//! Announcements, as clients receive them: by poll, by stream, and in every page.

use std::time::Duration;

use protocol::LiveMessage;
use reqwest::{Client, Response, StatusCode, header, redirect::Policy};
use sha2::{Digest, Sha256};
use shop::{Announcement, AnnouncementEnd, News, Role};
use store::{
    MAX_ANNOUNCEMENTS, NewAnnouncement, SessionToken, StaffAccounts, Topic,
    sqlite::SqliteStaffAccounts,
};
use tokio::time::timeout;

use crate::shop::helpers::{GUIDE, PATIENCE, TestShop, spawn_shop};

const MINUTES: AnnouncementEnd = AnnouncementEnd::After(Duration::from_secs(600));

impl TestShop {
    /// Makes an announcement. Each text has its own submission key.
    async fn announce(&self, text: &str, end: AnnouncementEnd) -> Announcement {
        let key: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        let new = NewAnnouncement {
            text: text.parse().unwrap(),
            end,
            by: "ann".parse().unwrap(),
            key: format!("{key:0>8.64}").parse().unwrap(),
        };
        self.store.announcements().announce(new).await.unwrap()
    }

    async fn withdraw(&self, announcement: &Announcement) {
        let by = "ann".parse().unwrap();
        let withdrawn = self
            .store
            .announcements()
            .withdraw(announcement.id, &by)
            .await;
        assert!(withdrawn.unwrap());
    }

    async fn until_news_is_watched_by(&self, watchers: usize) {
        let watched = async {
            while self.store.feed().watchers(Topic::News) != watchers {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, watched)
            .await
            .expect("enough clients follow the announcements");
    }
}

/// The message with exactly these announcements.
fn message(version: u64, items: &[&Announcement]) -> LiveMessage {
    LiveMessage {
        news: Some(News {
            version,
            items: items.iter().map(|item| (*item).clone()).collect(),
        }),
        ..LiveMessage::default()
    }
}

#[tokio::test]
async fn waits_are_answered_by_an_announcement_and_its_withdrawal() {
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
        assert_eq!(wait.await.unwrap(), message(1, &[&signing]));
    }
    let wait = waits("@news:1");
    shop.until_news_is_watched_by(1).await;
    shop.withdraw(&signing).await;
    assert_eq!(wait.await.unwrap(), message(2, &[]));
}

#[tokio::test]
async fn a_stream_sends_the_current_announcements_and_then_each_change() {
    let shop = spawn_shop().await;
    let mut early = shop.stream("@news:0,small-hours:1").await;
    let mut elsewhere = shop.stream("@news:0").await;
    let signing = shop
        .announce("Signing starts in ten minutes", MINUTES)
        .await;
    for stream in [&mut early, &mut elsewhere] {
        assert_eq!(stream.next().await, message(1, &[&signing]));
    }
    let tea = shop.announce("Tea is served", MINUTES).await;
    assert_eq!(early.next().await, message(2, &[&signing, &tea]));

    let mut late = shop.stream("@news:0").await;
    assert_eq!(late.next().await, message(2, &[&signing, &tea]));
    let mut with_the_page = shop.stream("@news:2").await;
    shop.withdraw(&signing).await;
    for stream in [&mut early, &mut late, &mut with_the_page] {
        assert_eq!(stream.next().await, message(3, &[&tea]));
    }
}

/// Nobody withdraws the announcement; it ends at its time.
#[tokio::test]
async fn an_ended_announcement_is_not_sent() {
    let shop = spawn_shop().await;
    let mut stream = shop.stream("@news:0").await;
    let brief = shop
        .announce(
            "One more second",
            AnnouncementEnd::After(Duration::from_secs(1)),
        )
        .await;
    assert_eq!(stream.next().await, message(1, &[&brief]));
    assert_eq!(stream.next().await, message(2, &[]));
    let late = shop.shopper().live(&format!("@news:0,{GUIDE}:0")).await;
    assert_eq!(late.news, message(2, &[]).news);
    assert_eq!(late.stock.len(), 1);
    let page = shop.shopper().get("/").await.text().await.unwrap();
    assert!(!page.contains("One more second"));
}

#[tokio::test]
async fn a_client_ahead_of_the_announcements_is_rewound() {
    let shop = spawn_shop().await;
    let signing = shop
        .announce("Signing starts in ten minutes", MINUTES)
        .await;
    let rewound = LiveMessage {
        rewound: true,
        ..message(1, &[&signing])
    };
    assert_eq!(shop.shopper().live("@news:7").await, rewound);
}

#[tokio::test]
async fn every_page_has_the_current_announcements() {
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
        assert!(!page.contains("<b>tea"), "{path}: markup is escaped");
        assert!(
            page.contains("&quot;version&quot;:1"),
            "{path}: the page continues from this version"
        );
    }
    shop.withdraw(&signing).await;
    for path in pages {
        let page = shop.shopper().get(path).await.text().await.unwrap();
        assert!(!page.contains("Signing"), "{path}");
        assert!(
            page.contains("class=\"news\""),
            "{path}: there is a place for later announcements"
        );
    }
}

/// A hash that the store accepts and that no password matches.
const NO_PASSWORD: &str = "$argon2id$none";

/// A signed-in owner, whose client follows no redirects.
struct Owner {
    client: Client,
    origin: String,
}

impl Owner {
    /// Signs in by writing the session directly to the store.
    async fn of(shop: &TestShop) -> Self {
        let value = "ab".repeat(32);
        let name = "ann".parse().unwrap();
        let mut register = SqliteStaffAccounts::open(shop.data.path()).await.unwrap();
        let added = register.add(&name, Some(Role::Owner), NO_PASSWORD).await;
        added.unwrap();
        let staff = shop.store.staff_directory();
        let credential = staff.credential(&name).await.unwrap().unwrap();
        let token = SessionToken(Sha256::digest(&value).into());
        let hour = Duration::from_secs(60 * 60);
        let signed_in = staff.sign_in(&name, &credential, token, None, hour).await;
        assert!(signed_in.unwrap());
        let mut headers = header::HeaderMap::new();
        headers.insert(header::COOKIE, format!("staff={value}").parse().unwrap());
        headers.insert(header::ACCEPT, "text/html".parse().unwrap());
        let client = Client::builder().default_headers(headers);
        Self {
            client: client.redirect(Policy::none()).build().unwrap(),
            origin: shop.url(""),
        }
    }

    async fn page(&self) -> String {
        let page = self
            .client
            .get(format!("{}/desk/news", self.origin))
            .send()
            .await
            .unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        page.text().await.unwrap()
    }

    /// Sends a form, and returns the notice in the redirect.
    async fn send(&self, path: &str, form: &[(&str, &str)]) -> String {
        let sent = self
            .client
            .post(format!("{}{path}", self.origin))
            .form(form)
            .send()
            .await;
        notice(&sent.unwrap())
    }
}

fn notice(response: &Response) -> String {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let location = response.headers()[header::LOCATION].to_str().unwrap();
    location
        .strip_prefix("/desk/news?notice=")
        .expect(location)
        .to_owned()
}

/// The value of a field with this name.
fn value_of<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, field) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .expect(name);
    field.split_once('"').unwrap().0
}

#[tokio::test]
async fn an_announcement_from_the_desk_is_shown_once_and_withdrawn() {
    let shop = spawn_shop().await;
    let clerk = Owner::of(&shop).await;
    let mut stream = shop.stream("@news:0").await;
    let page = clerk.page().await;
    assert!(page.contains("No announcements are showing."));
    let form = [
        ("text", "Signing starts <now>"),
        ("end", "10"),
        ("key", value_of(&page, "key")),
    ];
    for _ in 0..2 {
        assert_eq!(clerk.send("/desk/news", &form).await, "announced");
    }
    let news = stream.next().await.news.unwrap();
    assert_eq!((news.version, news.items.len()), (1, 1), "once");
    assert_eq!(news.items[0].text.as_str(), "Signing starts <now>");

    let page = clerk.page().await;
    assert!(
        page.contains("Signing starts &lt;now&gt;</p>") && page.contains("by ann"),
        "{page}"
    );
    let named = [("id", value_of(&page, "id"))];
    assert_eq!(clerk.send("/desk/news/withdraw", &named).await, "withdrawn");
    assert_eq!(stream.next().await, message(2, &[]));
    assert_eq!(
        clerk.send("/desk/news/withdraw", &named).await,
        "withdrawn_before"
    );
}

#[tokio::test]
async fn an_invalid_announcement_is_refused_and_changes_nothing() {
    let shop = spawn_shop().await;
    let clerk = Owner::of(&shop).await;
    let long = "x".repeat(201);
    let key = ("key", "0123456789abcdef");
    for form in [
        vec![("text", ""), ("end", "10"), key],
        vec![("text", &long), ("end", "10"), key],
        vec![("text", "two\nlines"), ("end", "10"), key],
        vec![("text", "\u{202e}turned"), ("end", "10"), key],
        vec![("text", "Tea"), ("end", "0"), key],
        vec![("text", "Tea"), ("end", "1441"), key],
        vec![("text", "Tea"), ("end", "never"), key],
        vec![("text", "Tea"), key],
        vec![("text", "Tea"), ("end", "10")],
        vec![("text", "Tea"), ("end", "10"), ("key", "short")],
    ] {
        assert_eq!(
            clerk.send("/desk/news", &form).await,
            "no_announcement",
            "{form:?}"
        );
    }
    for id in [
        "",
        "1",
        "k",
        "k0",
        "k99999999999999999999",
        "k18446744073709551615",
    ] {
        let notice = clerk.send("/desk/news/withdraw", &[("id", id)]).await;
        assert_eq!(notice, "withdrawn_before", "{id:?}");
    }
    let active = shop.store.announcements().active().await.unwrap();
    assert_eq!((active.version, active.items), (0, vec![]));
}

#[tokio::test]
async fn too_many_announcements_are_refused() {
    let shop = spawn_shop().await;
    let clerk = Owner::of(&shop).await;
    for number in 0..MAX_ANNOUNCEMENTS {
        shop.announce(&format!("no. {number}"), MINUTES).await;
    }
    let form = [
        ("text", "One more"),
        ("end", "day"),
        ("key", "0123456789abcdef"),
    ];
    assert_eq!(
        clerk.send("/desk/news", &form).await,
        "too_many_announcements"
    );
}

#[tokio::test]
async fn only_staff_can_announce() {
    let shop = spawn_shop().await;
    let form = [("text", "Tea"), ("end", "10"), ("key", "0123456789abcdef")];
    let sent = shop.shopper().post("/desk/news", &form).await;
    assert_eq!(sent.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        shop.store.announcements().active().await.unwrap().version,
        0
    );
}
