//! The owner's settings: seen by every instance, and saved by one owner at a time.

use shop::{
    Act, Closing, Command, Currency, Movement, Price, PriceConversion, SettingField, ShopProfile,
};
use store::{CurrencyRefusal, JournalFilter, SettingsChange, SettingsDocument, SettingsOutcome};

use crate::contract::{
    harness::{ANN, DROP, HOLD, Kind, MINUTE, TestShop, sell, slug},
    news::staff,
};

/// The default profile with this name.
pub fn named(name: &str) -> ShopProfile {
    let mut profile = ShopProfile::default();
    profile.set(SettingField::Name, name).unwrap();
    profile
}

fn change(profile: ShopProfile, made_from: u64) -> SettingsChange {
    let by = staff("ann");
    SettingsChange {
        profile,
        made_from,
        prices: None,
        by,
    }
}

pub async fn save(shop: &TestShop, profile: ShopProfile, made_from: u64) -> SettingsOutcome {
    let settings = shop.store.owner_settings();
    settings.save(change(profile, made_from)).await.unwrap()
}

fn current(shop: &TestShop) -> SettingsDocument {
    (*shop.store.owner_settings().current()).clone()
}

async fn until_named(shop: &TestShop, name: &str) {
    let what = "the instance should see the change";
    shop.until(what, async |shop| current(shop).profile.name() == name)
        .await;
}

/// The acts in the journal, newest first.
async fn acts(shop: &TestShop) -> Vec<Act> {
    let filter = JournalFilter::default();
    let found = shop.store.journal().entries(&filter, None, 100).await;
    let found = found.unwrap().into_iter();
    found.map(|one| one.entry.act).collect()
}

pub async fn a_change_of_the_settings_is_seen_by_every_instance_and_kept(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    assert_eq!(current(&shop), SettingsDocument::default());
    let mut profile = named("Owl & Daughters");
    for (field, text) in [
        (SettingField::Address, "1 High Street\nLittle Hay"),
        (SettingField::named("monday").unwrap(), "09:00–18:00"),
        (SettingField::ClosedDays, "2026-12-25 “Christmas”"),
    ] {
        profile.set(field, text).unwrap();
    }
    let saved = save(&shop, profile.clone(), 0).await;
    let document = SettingsDocument {
        version: 1,
        profile,
    };
    assert_eq!(saved, SettingsOutcome::Saved(document.clone().into()));
    until_named(&shop, "Owl & Daughters").await;
    assert_eq!(current(&shop), document);

    let shop = shop.reopened().await;
    assert_eq!(current(&shop), document);
    shop
}

pub async fn of_two_owners_with_one_version_the_second_is_refused(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let settings = shop.store.owner_settings();
    let (first, second) = (change(named("Owl"), 0), change(named("Hare"), 0));
    let both = tokio::join!(settings.save(first), settings.save(second));
    let outcomes = [both.0.unwrap(), both.1.unwrap()];
    let is_saved = |outcome: &&SettingsOutcome| matches!(outcome, SettingsOutcome::Saved(_));
    assert_eq!(outcomes.iter().filter(is_saved).count(), 1, "{outcomes:?}");
    // The refused one is shown what the other has saved.
    assert_eq!(outcomes[0].document(), outcomes[1].document());
    assert_eq!(outcomes[0].document().version, 1);

    let again = settings.save(change(named("Heron"), 1)).await.unwrap();
    assert_eq!(again.document().profile.name(), "Heron");
    until_named(&shop, "Heron").await;
    assert_eq!(acts(&shop).await.len(), 2);
    shop
}

pub async fn a_change_of_the_settings_is_recorded_with_its_fields(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let mut profile = named("Owl");
    profile
        .set(SettingField::named("sunday").unwrap(), "10:00–12:00")
        .unwrap();
    save(&shop, profile.clone(), 0).await;
    // This changes nothing.
    let again = save(&shop, profile, 1).await;
    assert_eq!(again.document().version, 1);
    let fields = vec!["name".to_owned(), "sunday".to_owned()];
    assert_eq!(acts(&shop).await, [Act::SettingsChanged { fields }]);
    until_named(&shop, "Owl").await;
    shop
}

pub async fn settings_of_a_later_release_are_kept(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let later = r#"update shop_settings
        set document = '{"logo":{"file":"owl.svg"},"telephone":["+44 20 7946 0000"],"footer":"Hello"}'"#;
    shop.premises.run_sql(later).await.unwrap();
    let mut profile = named("Owl");
    profile.set(SettingField::Footer, "Hello").unwrap();
    let saved = save(&shop, profile, 0).await;
    assert!(matches!(saved, SettingsOutcome::Saved(_)), "{saved:?}");
    // The constraint refuses this version, if the document is another.
    let kept = r#"update shop_settings set version = -1
        where document not like '%{"file":"owl.svg"}%' or document not like '%["+44 20 7946 0000"]%'
           or document not like '%"name":"Owl"%'"#;
    shop.premises.run_sql(kept).await.unwrap();
    until_named(&shop, "Owl").await;
    shop
}

/// Saves another currency, in which prices keep their numbers.
pub async fn save_currency(shop: &TestShop, code: &str, made_from: u64) -> SettingsOutcome {
    convert(shop, code, made_from, PriceConversion::Keep).await
}

/// Saves another currency with this conversion of prices.
pub async fn convert(
    shop: &TestShop,
    code: &str,
    made_from: u64,
    conversion: PriceConversion,
) -> SettingsOutcome {
    let mut profile = ShopProfile::default();
    profile.set(SettingField::Currency, code).unwrap();
    let change = SettingsChange {
        prices: Some(conversion),
        ..change(profile, made_from)
    };
    shop.store.owner_settings().save(change).await.unwrap()
}

/// Why the currency is still the dollar.
pub fn refusal(outcome: SettingsOutcome) -> CurrencyRefusal {
    match outcome {
        SettingsOutcome::CurrencyRefused(why, document) => {
            assert_eq!(document.profile.currency(), Currency::USD);
            why
        }
        other => panic!("{other:?}"),
    }
}

pub async fn prices_keep_their_numbers_in_another_currency(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    let page = shop.watch(DROP);
    let before = shop.level(DROP).await;
    assert_eq!(before.price, Price::from_cents(2_000));
    let mut yen = ShopProfile::default();
    yen.set(SettingField::Currency, "JPY").unwrap();
    let unconfirmed = save(&shop, yen, 0).await;
    assert_eq!(refusal(unconfirmed), CurrencyRefusal::Unconfirmed);
    assert_eq!(shop.level(DROP).await, before);

    let saved = save_currency(&shop, "JPY", 0).await;
    assert!(matches!(saved, SettingsOutcome::Saved(_)), "{saved:?}");
    let after = shop.level(DROP).await;
    assert_eq!((after.price, after.available), (Price::from_cents(20), 3));
    assert_eq!(after.version, before.version + 1);
    let ledger = shop.premises.ledger(&slug(DROP)).await;
    let last = ledger.last().unwrap();
    assert_eq!(last.version, after.version);
    assert_eq!(last.reason.as_deref(), Some(Movement::PRICE));
    shop.until("the level is published", async |_| {
        page.levels().contains(&after)
    })
    .await;
    shop.until("the instance should see the change", async |shop| {
        current(shop).profile.currency().code() == "JPY"
    })
    .await;
    let (before, currency) = (Currency::USD, "JPY".parse().unwrap());
    let act = Act::CurrencyChanged {
        before,
        currency,
        books: 1,
        rounded: 0,
    };
    assert_eq!(acts(&shop).await, [act]);
    shop
}

pub async fn prices_are_rounded_to_the_decimals_of_another_currency(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    let set_price = async |cents| {
        let (book, price) = (slug(DROP), Price::from_cents(cents));
        let set_price = Command::SetPrice { book, price };
        shop.submit(set_price).await.unwrap();
    };
    set_price(u32::MAX).await;
    let refused = convert(&shop, "KWD", 0, PriceConversion::Round).await;
    assert_eq!(refusal(refused), CurrencyRefusal::TooHigh(slug(DROP)));

    set_price(1_650).await;
    let saved = convert(&shop, "JPY", 0, PriceConversion::Round).await;
    assert!(matches!(saved, SettingsOutcome::Saved(_)), "{saved:?}");
    assert_eq!(shop.level(DROP).await.price, Price::from_cents(17));
    let (before, currency) = (Currency::USD, "JPY".parse().unwrap());
    let act = Act::CurrencyChanged {
        before,
        currency,
        books: 1,
        rounded: 1,
    };
    assert_eq!(acts(&shop).await.first(), Some(&act));
    shop
}

pub async fn a_price_that_does_not_fit_keeps_the_currency(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    let (book, price) = (slug(DROP), Price::from_cents(1_995));
    shop.submit(Command::SetPrice { book, price })
        .await
        .unwrap();
    let refused = save_currency(&shop, "JPY", 0).await;
    assert_eq!(refusal(refused), CurrencyRefusal::DoesNotFit(slug(DROP)));
    assert_eq!(shop.level(DROP).await.price, price);
    // The dinar has more decimals than the dollar.
    save_currency(&shop, "KWD", 0).await;
    assert_eq!(shop.level(DROP).await.price, Price::from_cents(19_950));
    shop
}

pub async fn the_currency_stays_while_a_copy_is_in_a_cart(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    let refused = save_currency(&shop, "EUR", 0).await;
    assert_eq!(refusal(refused), CurrencyRefusal::InUse);
    // The cart shows the lapsed line, which can be ordered at its price.
    shop.pass(HOLD + MINUTE).await;
    shop.until("the hold should lapse", async |shop| {
        shop.available(DROP).await == 3
    })
    .await;
    let refused = save_currency(&shop, "EUR", 0).await;
    assert_eq!(refusal(refused), CurrencyRefusal::InUse);
    assert_eq!(current(&shop), SettingsDocument::default());
    shop
}

pub async fn the_currency_can_be_changed_after_a_cart_was_emptied(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.set(ANN, DROP, 0).await.unwrap();
    let saved = save_currency(&shop, "EUR", 0).await;
    assert!(matches!(saved, SettingsOutcome::Saved(_)), "{saved:?}");
    shop
}

pub async fn the_currency_stays_once_something_was_ordered(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.close_order(1, Closing::Cancelled).await.unwrap();
    let refused = save_currency(&shop, "EUR", 0).await;
    assert_eq!(refusal(refused), CurrencyRefusal::InUse);
    assert_eq!(current(&shop), SettingsDocument::default());
    shop
}

pub async fn the_currency_stays_once_something_was_sold_at_the_counter(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    shop.submit(sell(1, &[(DROP, 1)])).await.unwrap();
    let refused = save_currency(&shop, "EUR", 0).await;
    assert_eq!(refusal(refused), CurrencyRefusal::InUse);
    shop
}
