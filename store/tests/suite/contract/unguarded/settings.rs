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
