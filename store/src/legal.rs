//! The texts of the legal pages, kept in memory, because the bottom of every page links to those
//! that there are.

mod sql;

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use shop::{Epoch, LegalTexts, StaffName};

pub(crate) use self::sql::{SqlLegalPages, read, read_if_changed};
use crate::StoreError;

/// The texts as of a version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LegalDocument {
    /// Grows by one with each change; 0 if nothing was ever written.
    pub version: u64,
    /// The texts.
    pub texts: LegalTexts,
}

/// New texts, as an owner has written them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalChange {
    /// The texts.
    pub texts: LegalTexts,
    /// The version that the owner has changed.
    pub made_from: u64,
    /// The owner.
    pub by: StaffName,
}

/// What became of a [`LegalChange`], with the texts now in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegalOutcome {
    /// They are the owner's.
    Saved(Arc<LegalDocument>),
    /// Nothing was saved: another owner has changed that version meanwhile.
    Outdated(Arc<LegalDocument>),
}

impl LegalOutcome {
    /// The texts now in force.
    #[must_use]
    pub fn document(&self) -> &Arc<LegalDocument> {
        match self {
            Self::Saved(document) | Self::Outdated(document) => document,
        }
    }
}

/// Reads and changes the texts of the legal pages.
#[async_trait]
pub trait LegalPages: Send + Sync + 'static {
    /// The current texts, from memory. A change that another instance has made is seen within two
    /// seconds.
    fn current(&self) -> Arc<LegalDocument>;

    /// Saves the texts and records the change in the journal, in one transaction. Texts in the data
    /// that this release does not know are kept.
    async fn save(&self, change: LegalChange) -> Result<LegalOutcome, StoreError>;
}

impl fmt::Debug for dyn LegalPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LegalPages")
    }
}

/// The texts in memory, with the epoch of the data they were read from. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct LegalCache(Arc<RwLock<(Epoch, Arc<LegalDocument>)>>);

impl LegalCache {
    pub(crate) fn new(epoch: Epoch, document: LegalDocument) -> Self {
        Self(Arc::new(RwLock::new((epoch, Arc::new(document)))))
    }

    pub(crate) fn current(&self) -> Arc<LegalDocument> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known.1)
    }

    /// The version that is known of this epoch.
    pub(crate) fn version_in(&self, epoch: &Epoch) -> Option<u64> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        (known.0 == *epoch).then_some(known.1.version)
    }

    /// Replaces the texts with newer ones, or with those of another epoch, in which versions may be
    /// lower. A read that has begun before a change and ends after it is ignored.
    pub(crate) fn update(&self, epoch: &Epoch, document: &Arc<LegalDocument>) {
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
            Arc::new(LegalDocument {
                version,
                ..LegalDocument::default()
            })
        };
        let (first, restored) = (Epoch::from_random(&[1; 6]), Epoch::from_random(&[2; 6]));
        let cache = LegalCache::new(first.clone(), LegalDocument::default());
        for (epoch, read, shown) in [(&first, 2, 2), (&first, 1, 2), (&restored, 1, 1)] {
            cache.update(epoch, &of(read));
            assert_eq!(cache.current().version, shown);
            assert_eq!(cache.version_in(epoch), Some(shown));
        }
        assert_eq!(cache.version_in(&first), None);
    }
}
