//! The pages with the texts that a shop must publish: imprint, privacy policy and terms.

pub(crate) mod footer;
pub(crate) mod markdown;
pub(crate) mod page;

use shop::{Language, LegalPage};

/// The title of a page.
pub(crate) fn page_title(language: Language, page: LegalPage) -> &'static str {
    match page {
        LegalPage::Imprint => say!(language, legal.imprint),
        LegalPage::Privacy => say!(language, legal.privacy),
        LegalPage::Terms => say!(language, legal.terms),
    }
}
