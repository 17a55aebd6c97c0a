//! The settings of several instances: saved by each in turn, and read from the first.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use async_trait::async_trait;
use store::{OwnerSettings, SettingsChange, SettingsDocument, SettingsOutcome, StoreError};

/// The instances. The first change goes to the second one.
pub(super) struct SettingsInTurn(
    pub(super) Vec<Arc<dyn OwnerSettings>>,
    pub(super) AtomicUsize,
);

#[async_trait]
impl OwnerSettings for SettingsInTurn {
    fn current(&self) -> Arc<SettingsDocument> {
        self.0[0].current()
    }

    async fn save(&self, change: SettingsChange) -> Result<SettingsOutcome, StoreError> {
        let turn = self.1.fetch_add(1, Relaxed) + 1;
        self.0[turn % self.0.len()].save(change).await
    }
}
