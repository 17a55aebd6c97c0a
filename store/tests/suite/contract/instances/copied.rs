//! A copied shop has what its owner has set and what its staff have done, and no open links.

use shop::{Command, LegalText, LegalTexts, Price, Role, SettingField, ShopProfile, StaffCommand};
use store::{
    JournalFilter, LegalChange, LinkPurpose, LinkToken, NewLink, Options, SettingsChange,
    StaffAccounts, Store,
    postgres::copy_shop,
    sqlite::{SqliteStaffAccounts, SqliteStore},
};

use crate::contract::{
    harness::{DROP, HOUR, Opening, Premises, slug},
    news::staff,
    postgres::Database,
};

const HASHED: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA";

/// A new price, as Ann sets it.
fn priced(cents: u32) -> Command {
    Command::ByStaff(Box::new(StaffCommand {
        by: Some(staff("ann")),
        reason: None,
        command: Command::SetPrice {
            book: slug(DROP),
            price: Price::from_cents(cents),
        },
    }))
}

async fn kinds(store: &dyn Store) -> Vec<String> {
    let all = JournalFilter::default();
    let found = store.journal().entries(&all, None, 100).await.unwrap();
    found.into_iter().rev().map(|one| one.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_and_the_settings_are_copied_and_links_are_not() {
    let directory = tempfile::tempdir().unwrap();
    let opening = Opening::of(&[(DROP, 3)]);
    let original = SqliteStore::open(directory.path(), &opening.books, Options::default());
    let original = original.await.unwrap();
    let mut accounts = SqliteStaffAccounts::open(directory.path()).await.unwrap();
    let added = accounts.add(&staff("ann"), None, HASHED).await.unwrap();
    assert_eq!(added, Some(Role::Owner));
    original.submit(priced(1_001)).await.unwrap();
    let mut profile = ShopProfile::default();
    profile.set(SettingField::Name, "Owl & Hare").unwrap();
    let change = SettingsChange {
        profile,
        made_from: 0,
        prices: None,
        by: staff("ann"),
    };
    original.owner_settings().save(change).await.unwrap();
    let mut texts = LegalTexts::default();
    texts.set(LegalText::ALL[0], "Run by Ann").unwrap();
    let change = LegalChange {
        texts: texts.clone(),
        made_from: 0,
        by: staff("ann"),
    };
    original.legal_pages().save(change).await.unwrap();
    let link = NewLink {
        token: LinkToken([1; 32]),
        name: staff("ben"),
        purpose: LinkPurpose::Invitation(Role::Clerk),
        by: staff("ann"),
        lasts: HOUR,
    };
    original.staff_directory().make_link(link).await.unwrap();
    original.close().await;
    drop((original, accounts));

    let database = Database::bare(opening).await;
    copy_shop(directory.path(), &database.url(), |_| {})
        .await
        .unwrap();
    let copy = database.open().await;
    let expected = [
        "account_added",
        "priced",
        "settings_changed",
        "legal_texts_changed",
        "invited",
    ];
    assert_eq!(kinds(&*copy).await, expected);
    assert_eq!(copy.owner_settings().current().profile.name(), "Owl & Hare");
    assert_eq!(copy.legal_pages().current().texts, texts);
    assert_eq!(copy.staff_directory().open_links().await.unwrap(), []);
    copy.submit(priced(1_002)).await.unwrap();
    assert_eq!(
        kinds(&*copy).await.len(),
        6,
        "a further entry can be written"
    );
    copy.close().await;
}
