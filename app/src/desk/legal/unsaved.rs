//! Legal texts that were sent and not saved, so that the page shows again what was written.

use std::sync::Arc;

use protocol::ShopError;
use shop::{InvalidLegalText, LegalText};
use store::LegalDocument;

/// Legal texts that were not saved, as an extension of the request that shows the page again.
#[derive(Debug, Clone)]
pub struct UnsavedTexts {
    /// The version that was changed.
    pub made_from: u64,
    /// Whether the form was already shown beside what another owner had saved.
    pub compares: bool,
    /// Every text, as it was written.
    pub typed: Vec<(LegalText, String)>,
    /// Why nothing was saved.
    pub why: WhyNotSaved,
}

/// Why legal texts were not saved.
#[derive(Debug, Clone)]
pub enum WhyNotSaved {
    /// The owner wants to see them first.
    Previewed,
    /// These texts are invalid.
    Invalid(Vec<(LegalText, InvalidLegalText)>),
    /// Another owner has saved these texts meanwhile.
    Outdated(Arc<LegalDocument>),
    /// The store failed.
    Failed(ShopError),
}

impl UnsavedTexts {
    /// Whether the form is shown beside what another owner has saved.
    pub(super) fn is_compared(&self) -> bool {
        self.compares || matches!(self.why, WhyNotSaved::Outdated(_))
    }

    /// One text, as it was written.
    pub(super) fn text(&self, which: LegalText) -> &str {
        let typed = self.typed.iter().find(|(one, _)| *one == which);
        typed.map_or("", |(_, text)| text)
    }

    /// What is wrong with a text.
    pub(super) fn problem(&self, which: LegalText) -> Option<InvalidLegalText> {
        match &self.why {
            WhyNotSaved::Invalid(problems) => {
                let problem = problems.iter().find(|(one, _)| *one == which);
                problem.map(|(_, why)| *why)
            }
            WhyNotSaved::Previewed | WhyNotSaved::Outdated(_) | WhyNotSaved::Failed(_) => None,
        }
    }
}
