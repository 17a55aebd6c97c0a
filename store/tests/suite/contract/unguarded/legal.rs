//! Legal texts that are saved without regard to the version they were made from.

use store::{LegalChange, LegalDocument, LegalOutcome, LegalPages};

use super::*;
use crate::contract::{legal, sqlite::sqlite};

struct IgnoresVersions;

impl Alteration for IgnoresVersions {
    fn legal_pages(&self, store: &dyn Store) -> Arc<dyn LegalPages> {
        Arc::new(Overwriting(store.legal_pages()))
    }
}

/// Takes every change as one of the current version.
struct Overwriting(Arc<dyn LegalPages>);

#[async_trait]
impl LegalPages for Overwriting {
    fn current(&self) -> Arc<LegalDocument> {
        self.0.current()
    }

    async fn save(&self, mut change: LegalChange) -> Result<LegalOutcome, StoreError> {
        change.made_from = self.0.current().version;
        self.0.save(change).await
    }
}

/// Whether the second of two owners is refused who change the same version.
async fn is_second_refused(kind: Kind) -> bool {
    let shop = TestShop::with_copies(kind, 1).await;
    legal::save(&shop, legal::terms("Owl"), 0).await;
    let second = legal::save(&shop, legal::terms("Hare"), 0).await;
    matches!(second, LegalOutcome::Outdated(_))
}

#[tokio::test]
async fn without_the_version_an_owner_overwrites_anothers_legal_texts() {
    assert!(is_second_refused(sqlite).await);
    let overwriting: Kind = |opening| altered(opening, |_| IgnoresVersions);
    assert!(!is_second_refused(overwriting).await);
}
