//! The shop's time zone, its currency and what is said beside prices: on every page, in forms and in
//! files.

use std::{sync::Arc, time::Duration};

use shop::{Contact, OrderCode, Quantity, ShopperId, Timestamp};
use store::{Clock, Options, Store, opening_catalogue, sqlite::SqliteStore};

use super::{
    book_edits::{EDIT, edited},
    books::post,
    settings::{form, save, send, shown},
    *,
};
use crate::shop::helpers::spawn_shop_over;

/// A clock that shows a time which a test sets.
struct SetClock(Timestamp);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// A shop in which it is this time, with an order placed so long before.
async fn shop_at(now: &str, ordered_before: Duration) -> TestShop {
    let data = tempfile::tempdir().unwrap();
    let now: Timestamp = now.parse().unwrap();
    let open = async |at| {
        let (catalogue, options) = (opening_catalogue(), Options::default());
        let clock = Arc::new(SetClock(at));
        SqliteStore::open_with_clock(data.path(), catalogue, options, clock)
            .await
            .unwrap()
    };
    let before = open(now - ordered_before).await;
    let shopper = ShopperId::from_bytes([1; 16]);
    let add = Command::Add {
        shopper,
        book: slug(GUIDE),
        quantity: Quantity::ONE,
        key: None,
    };
    let place = Command::PlaceOrder {
        shopper,
        code: CODE,
        contact: Contact::parse("Ann", "ann@example.org").unwrap(),
        total: None,
        key: None,
    };
    for command in [add, place] {
        before.submit(command).await.unwrap();
    }
    before.close().await;
    drop(before);
    let store = open(now).await;
    spawn_shop_over(Arc::new(store), data).await
}

const CODE: OrderCode = OrderCode::from_bits(77);
const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn an_order_of_half_past_midnight_is_one_of_that_day() {
    // In Shanghai it is 10:30 on 22 November; the order was placed at 00:30.
    let shop = shop_at("2030-11-22T02:30:00Z", 10 * HOUR).await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let code = CODE.to_string();
    let in_utc = owner.page("/desk/orders?of=today").await;
    assert!(!in_utc.contains(&code), "it is of yesterday in UTC");
    save(&owner, &form(0, &[("time_zone", "Asia/Shanghai")])).await;
    let in_shanghai = owner.page("/desk/orders?of=today").await;
    assert!(in_shanghai.contains(&code), "{in_shanghai}");
    assert!(in_shanghai.contains("Placed today (Asia/Shanghai)"));
    let page = owner.page(&format!("/desk/orders/{code}")).await;
    assert!(
        page.contains("Friday, 22 November 2030, 00:30 CST"),
        "{page}"
    );

    // The calendar has the moment itself.
    let calendar = owner.page(&format!("/orders/{code}/collect.ics")).await;
    assert!(calendar.contains("DTSTART:20301121T163000Z"), "{calendar}");
}

#[tokio::test]
async fn filters_ask_for_days_of_the_shop() {
    let shop = shop_at("2030-11-22T02:30:00Z", 10 * HOUR).await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let found = async |day: &str| {
        let query = format!("from={day}&until={day}");
        let address = format!("/desk/activity?kind=ordered&{query}");
        owner.page(&address).await.contains("data-place=")
    };
    assert!(found("2030-11-21").await && !found("2030-11-22").await);
    save(&owner, &form(0, &[("time_zone", "Asia/Shanghai")])).await;
    assert!(!found("2030-11-21").await && found("2030-11-22").await);
    let figures = owner.page("/desk/figures?period=week").await;
    // Monday and today, as the fields of the form have them.
    for date in ["value=\"2030-11-18\"", "value=\"2030-11-22\""] {
        assert!(figures.contains(date), "{date}: {figures}");
    }
}

#[tokio::test]
async fn collection_times_and_sales_are_said_in_the_shops_zone() {
    let shop = shop_at("2030-03-30T12:00:00Z", HOUR).await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let order = format!("/orders/{CODE}");
    let before = shown(&shop, &order).await;
    assert!(
        before.contains("Saturday, 6 April 2030, 11:00 UTC"),
        "{before}"
    );
    save(&owner, &form(0, &[("time_zone", "Europe/Berlin")])).await;
    // Clocks were set forward on 31 March.
    let after = shown(&shop, &order).await;
    assert!(
        after.contains("Saturday, 6 April 2030, 13:00 CEST"),
        "{after}"
    );

    let sale = [
        ("date", "2030-07-01"),
        ("time", "10:00"),
        ("limit", ""),
        ("seen_opens_at", ""),
        ("seen_limit", ""),
    ];
    owner
        .send(&format!("/desk/stock/{GUIDE}/sale"), &sale)
        .await;
    let stored = shop.store.book(&slug(GUIDE)).await.unwrap().sale;
    let opens_at = stored.opens_at.unwrap().to_string();
    assert_eq!(opens_at, "2030-07-01T08:00:00Z");
    let page = shown(&shop, &format!("/books/{GUIDE}")).await;
    assert!(page.contains("Monday, 1 July 2030, 10:00 CEST"), "{page}");
    let desk = owner.page(&format!("/desk/stock/{GUIDE}")).await;
    for part in [
        "Time (Europe/Berlin)",
        "value=\"10:00\"",
        "data-zone=\"Europe/Berlin\"",
    ] {
        assert!(desk.contains(part), "{part}: {desk}");
    }
}

#[tokio::test]
async fn an_owner_chooses_that_prices_keep_their_numbers() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let dinar = [("currency", "kwd"), ("price_label", "incl. <7%> VAT")];
    let asked = send(&owner, &form(0, &dinar)).await;
    assert_eq!(asked.status(), StatusCode::CONFLICT);
    let asked = asked.text().await.unwrap();
    for part in [
        "There are prices already",
        "20.00 USD becomes 20.000 KWD.",
        "type=\"radio\" name=\"prices\" value=\"keep\"",
        "value=\"kwd\"",
        "incl. &lt;7%&gt; VAT",
    ] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    // The dinar has more decimals than the dollar.
    assert!(!asked.contains("value=\"round\""), "{asked}");
    assert_eq!(shop.store.owner_settings().current().version, 0);

    let mut chosen = form(0, &dinar);
    chosen.insert("prices".to_owned(), "keep".to_owned());
    save(&owner, &chosen).await;
    let page = shown(&shop, &format!("/books/{GUIDE}")).await;
    for part in [
        "KWD\u{a0}20.000",
        "data-currency=\"KWD3\"",
        "\"price\":\"20.000\"",
        "\"priceCurrency\":\"KWD\"",
        "Price incl. &lt;7%&gt; VAT",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let new = owner.page("/desk/books/new").await;
    assert!(new.contains("Price (KWD)"), "{new}");
    let journal = owner.page("/desk/journal?group=settings").await;
    assert!(
        journal.contains("from USD to KWD. The prices of 8 books kept their numbers."),
        "{journal}"
    );

    let price = format!("/desk/stock/{GUIDE}/price");
    for (typed, notice) in [
        ("1.2505", "wrong_price"),
        ("1.5", "wrong_price"),
        ("$20", "wrong_price"),
        ("1.250", "price_set"),
    ] {
        let answer = owner.send(&price, &[("price", typed)]).await;
        assert!(answer.ends_with(notice), "{typed}: {answer}");
    }
    let journal = owner.page("/desk/journal?group=stock").await;
    assert!(
        journal.contains("from KWD\u{a0}20.000 to KWD\u{a0}1.250"),
        "{journal}"
    );
}

#[tokio::test]
async fn yen_have_no_decimals_and_older_entries_of_the_journal_keep_their_dollars() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    for book in opening_catalogue() {
        let price = format!("/desk/stock/{}/price", book.slug);
        owner.send(&price, &[("price", "19.50")]).await;
        owner.send(&price, &[("price", "18")]).await;
    }
    owner
        .send(&format!("/desk/stock/{GUIDE}/price"), &[("price", "19.50")])
        .await;
    let mut yen = form(0, &[("currency", "JPY")]);
    yen.insert("prices".to_owned(), "keep".to_owned());
    let refused = send(&owner, &yen).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("has more decimals than the new currency") && refused.contains(GUIDE));

    owner
        .send(&format!("/desk/stock/{GUIDE}/price"), &[("price", "18")])
        .await;
    save(&owner, &yen).await;
    let page = shown(&shop, &format!("/books/{GUIDE}")).await;
    assert!(
        page.contains("¥18<") && page.contains("data-currency=\"JPY0\""),
        "{page}"
    );
    let journal = owner.page("/desk/journal?group=stock").await;
    assert!(journal.contains("from $19.50 to $18.00"), "{journal}");

    // What an order may cost is told in yen.
    let shopper = shop.shopper();
    shopper.add_to_cart(GUIDE).await;
    let order = [
        ("name", "Ann"),
        ("reach", "ann@example.org"),
        ("total", "1800"),
    ];
    let refused = shopper.post("/api/place_order", &order).await;
    let refused: serde_json::Value = refused.json().await.unwrap();
    let words = refused["error"].as_str().unwrap();
    assert!(words.contains("¥18"), "{words}");
}

#[tokio::test]
async fn a_fresh_shop_chooses_yen_and_rounds_its_prices() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let yen = form(0, &[("currency", "JPY")]);
    let with = |choice: &str| {
        let mut form = yen.clone();
        form.insert("prices".to_owned(), choice.to_owned());
        form
    };
    let asked = send(&owner, &yen).await;
    assert_eq!(asked.status(), StatusCode::CONFLICT);
    let asked = asked.text().await.unwrap();
    for part in [
        "What becomes of the prices?",
        "20.00 USD becomes 20 JPY.",
        "value=\"keep\"",
        "16.50 USD becomes 17 JPY.",
        "value=\"round\"",
    ] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    // Small Hours costs 16.50.
    let refused = send(&owner, &with("keep")).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let refused = refused.text().await.unwrap();
    for part in ["“small-hours” has more decimals", "value=\"round\""] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    let unknown = send(&owner, &with("convert")).await;
    assert_eq!(unknown.status(), StatusCode::CONFLICT);

    save(&owner, &with("round")).await;
    for (book, price) in [("small-hours", "¥17<"), (GUIDE, "¥20<")] {
        let page = shown(&shop, &format!("/books/{book}")).await;
        assert!(page.contains(price), "{price}: {page}");
    }
    let journal = owner.page("/desk/journal?group=settings").await;
    assert!(
        journal.contains("from USD to JPY. Prices rewritten: 8, of which rounded: 1."),
        "{journal}"
    );
}

#[tokio::test]
async fn a_publishing_date_is_the_same_day_in_every_time_zone() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    save(&owner, &form(0, &[("time_zone", "America/New_York")])).await;
    let published = edited(&shop, &[("published", "2026-05-12")]).await;
    let saved = location(&post(&owner, EDIT, &published).await);
    assert_eq!(saved, "/desk/stock/small-hours?notice=book_saved");
    let page = shown(&shop, "/books/small-hours").await;
    assert!(page.contains("Published: 12 May 2026"), "{page}");
}

#[tokio::test]
async fn the_currency_stays_while_a_copy_is_in_a_cart_and_once_one_was_ordered() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let shopper = shop.shopper();
    shopper.add_to_cart(GUIDE).await;
    let mut euro = form(0, &[("currency", "EUR"), ("footer", "Kept in the form")]);
    euro.insert("prices".to_owned(), "keep".to_owned());
    let refused = send(&owner, &euro).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let refused = refused.text().await.unwrap();
    for part in ["so the currency stays USD", "Kept in the form"] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    let page = shown(&shop, &format!("/books/{GUIDE}")).await;
    assert!(
        page.contains("$20.00") && !page.contains("data-currency"),
        "{page}"
    );

    shopper.remove_from_cart(GUIDE).await;
    save(&owner, &euro).await;
    shopper.add_to_cart(GUIDE).await;
    let order = [("name", "Ann"), ("reach", "ann@example.org")];
    let placed = shopper.post("/api/place_order", &order).await;
    assert!(placed.status().is_success(), "{}", placed.status());
    let mut dollars = form(1, &[("currency", "USD")]);
    dollars.insert("prices".to_owned(), "keep".to_owned());
    let refused = send(&owner, &dollars).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("so the currency stays EUR"), "{refused}");
}

#[tokio::test]
async fn a_shop_that_sets_nothing_says_nothing_of_zones_and_currencies() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    for page in [shown(&shop, "/").await, owner.page("/desk/stock").await] {
        assert!(
            !page.contains("data-currency") && !page.contains("data-zone"),
            "{page}"
        );
    }
    let settings = owner.page("/desk/settings").await;
    for part in [
        "value=\"UTC\"",
        "value=\"USD\"",
        "<option>Europe/Berlin</option>",
    ] {
        assert!(settings.contains(part), "{part}: {settings}");
    }
    let book = shown(&shop, &format!("/books/{GUIDE}")).await;
    assert!(book.contains("$20.00"), "{book}");
}
