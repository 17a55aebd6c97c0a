//! The owner's settings: seen by every instance, and saved by one owner at a time.

use shop::{Act, SettingField, ShopProfile};
use store::{JournalFilter, SettingsChange, SettingsDocument, SettingsOutcome};

use crate::contract::{
    harness::{Kind, TestShop},
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
