//! The legal pages of several instances: saved by each in turn, and read from the first.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use async_trait::async_trait;
use store::{LegalChange, LegalDocument, LegalOutcome, LegalPages, StoreError};

/// The instances. The first change goes to the second one.
pub(super) struct LegalPagesInTurn(pub(super) Vec<Arc<dyn LegalPages>>, pub(super) AtomicUsize);

#[async_trait]
impl LegalPages for LegalPagesInTurn {
    fn current(&self) -> Arc<LegalDocument> {
        self.0[0].current()
    }

    async fn save(&self, change: LegalChange) -> Result<LegalOutcome, StoreError> {
        let turn = self.1.fetch_add(1, Relaxed) + 1;
        self.0[turn % self.0.len()].save(change).await
    }
}
