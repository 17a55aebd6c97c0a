//! The owner's settings, kept in memory, because every page shows some of them.

mod currency;
mod sql;

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use shop::{Epoch, PriceConversion, ShopProfile, Slug, StaffName};

pub(crate) use self::sql::{SqlSettings, read};
use crate::StoreError;

/// The settings as of a version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsDocument {
    /// Grows by one with each change; 0 if nothing was ever set.
    pub version: u64,
    /// Who the shop is.
    pub profile: ShopProfile,
}

/// New settings, as an owner has typed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsChange {
    /// Who the shop is.
    pub profile: ShopProfile,
    /// The version that the owner has changed.
    pub made_from: u64,
    /// What becomes of prices in another currency, if the owner has chosen it.
    pub prices: Option<PriceConversion>,
    /// The owner.
    pub by: StaffName,
}

/// Why another currency was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CurrencyRefusal {
    /// Copies are in carts, or have been ordered or sold, for prices in the old currency.
    InUse,
    /// An import of books has read prices in the old currency, and is not finished.
    Importing,
    /// There are prices, and the owner has not chosen what becomes of them.
    Unconfirmed,
    /// This book's price is to keep its number, which has more decimals than the new currency.
    DoesNotFit(Slug),
    /// This book's price is too high in the new currency.
    TooHigh(Slug),
}

/// What became of a [`SettingsChange`], with the settings now in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingsOutcome {
    /// They are the owner's.
    Saved(Arc<SettingsDocument>),
    /// Nothing was saved: another owner has changed that version meanwhile.
    Outdated(Arc<SettingsDocument>),
    /// Nothing was saved: the currency cannot be changed, or not yet.
    CurrencyRefused(CurrencyRefusal, Arc<SettingsDocument>),
}

impl SettingsOutcome {
    /// The settings now in force.
    #[must_use]
    pub fn document(&self) -> &Arc<SettingsDocument> {
        match self {
            Self::Saved(document)
            | Self::Outdated(document)
            | Self::CurrencyRefused(_, document) => document,
        }
    }
}

/// Reads and changes the owner's settings.
#[async_trait]
pub trait OwnerSettings: Send + Sync + 'static {
    /// The current settings, from memory. A change that another instance has made is seen within
    /// two seconds.
    fn current(&self) -> Arc<SettingsDocument>;

    /// Saves the settings and records the change in the journal, in one transaction. With another
    /// currency, all prices keep their numbers or are rounded, and every book's level is published
    /// anew. Fields in the data that this release does not know are kept.
    async fn save(&self, change: SettingsChange) -> Result<SettingsOutcome, StoreError>;
}

impl fmt::Debug for dyn OwnerSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnerSettings")
    }
}

/// The settings in memory, with the epoch of the data they were read from. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct SettingsCache(Arc<RwLock<(Epoch, Arc<SettingsDocument>)>>);

impl SettingsCache {
    pub(crate) fn new(epoch: Epoch, document: SettingsDocument) -> Self {
        Self(Arc::new(RwLock::new((epoch, Arc::new(document)))))
    }

    pub(crate) fn current(&self) -> Arc<SettingsDocument> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known.1)
    }

    /// Replaces the settings with newer ones, or with those of another epoch, in which versions
    /// may be lower. A read that has begun before a change and ends after it is ignored.
    pub(crate) fn update(&self, epoch: &Epoch, document: &Arc<SettingsDocument>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.0 != *epoch || known.1.version < document.version {
            *known = (epoch.clone(), Arc::clone(document));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_version_replaces_a_newer_one_only_in_another_epoch() {
        let of = |version| {
            Arc::new(SettingsDocument {
                version,
                ..SettingsDocument::default()
            })
        };
        let (first, restored) = (Epoch::from_random(&[1; 6]), Epoch::from_random(&[2; 6]));
        let cache = SettingsCache::new(first.clone(), SettingsDocument::default());
        for (epoch, read, shown) in [(&first, 2, 2), (&first, 1, 2), (&restored, 1, 1)] {
            cache.update(epoch, &of(read));
            assert_eq!(cache.current().version, shown);
        }
    }
}
