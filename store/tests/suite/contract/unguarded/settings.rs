//! Settings that are saved without regard to the version they were made from.

use store::{OwnerSettings, SettingsChange, SettingsDocument, SettingsOutcome};

use super::*;
use crate::contract::{settings, sqlite::sqlite};

struct IgnoresVersions;

impl Alteration for IgnoresVersions {
    fn owner_settings(&self, store: &dyn Store) -> Arc<dyn OwnerSettings> {
        Arc::new(Overwriting(store.owner_settings()))
    }
}

/// Takes every change as one of the current version.
struct Overwriting(Arc<dyn OwnerSettings>);

#[async_trait]
impl OwnerSettings for Overwriting {
    fn current(&self) -> Arc<SettingsDocument> {
        self.0.current()
    }

    async fn save(&self, mut change: SettingsChange) -> Result<SettingsOutcome, StoreError> {
        change.made_from = self.0.current().version;
        self.0.save(change).await
    }
}

/// Whether the second of two owners is refused who change the same version.
async fn is_second_refused(kind: Kind) -> bool {
    let shop = TestShop::with_copies(kind, 1).await;
    settings::save(&shop, settings::named("Owl"), 0).await;
    let second = settings::save(&shop, settings::named("Hare"), 0).await;
    matches!(second, SettingsOutcome::Outdated(_))
}

#[tokio::test]
async fn without_the_version_an_owner_overwrites_anothers_settings() {
    assert!(is_second_refused(sqlite).await);
    let overwriting: Kind = |opening| altered(opening, |_| IgnoresVersions);
    assert!(!is_second_refused(overwriting).await);
}

/// Saves another currency also after sales.
struct ForgetsSales(SqlitePool);

impl Alteration for ForgetsSales {
    fn owner_settings(&self, store: &dyn Store) -> Arc<dyn OwnerSettings> {
        Arc::new(Unchecked(store.owner_settings(), self.0.clone()))
    }
}

/// Writes a change into the data, without its checks.
struct Unchecked(Arc<dyn OwnerSettings>, SqlitePool);

#[async_trait]
impl OwnerSettings for Unchecked {
    fn current(&self) -> Arc<SettingsDocument> {
        self.0.current()
    }

    async fn save(&self, change: SettingsChange) -> Result<SettingsOutcome, StoreError> {
        let code = change.profile.currency().code();
        sqlx::query(
            "update shop_settings set version = version + 1,
                    document = json_set(document, '$.currency', ?)",
        )
        .bind(code)
        .execute(&self.1)
        .await?;
        let document = SettingsDocument {
            version: change.made_from + 1,
            profile: change.profile,
        };
        Ok(SettingsOutcome::Saved(document.into()))
    }
}

/// What an order cost before and after another currency was saved, as numbers.
async fn cost_of_an_order(kind: Kind) -> [String; 2] {
    let shop = TestShop::with_copies(kind, 1).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    let before = shop.store.owner_settings().current();
    let after = settings::save_currency(&shop, "JPY", 0).await;
    let price = shop.order(1).await.lines[0].price.cents();
    [&before, after.document()].map(|document| document.profile.currency().plain(price))
}

#[tokio::test]
async fn without_the_check_for_sales_another_currency_changes_what_an_order_costs() {
    assert_eq!(cost_of_an_order(sqlite).await, ["20.00", "20.00"]);
    let forgets: Kind = |opening| altered(opening, |directory| ForgetsSales(directory.unchecked()));
    assert_eq!(cost_of_an_order(forgets).await, ["20.00", "2000"]);
}
