//! The links to the legal pages at the bottom of every page.

use leptos::prelude::*;
use shop::{Language, LegalPage, LegalTexts};

/// The links to the pages that have a text; nothing if there are none.
pub(crate) fn legal_links(language: Language, texts: &LegalTexts) -> Option<AnyView> {
    let links: Vec<_> = LegalPage::ALL
        .into_iter()
        .filter(|page| texts.shown(*page, language).is_some())
        .map(|page| {
            let address = format!("/{}", page.as_str());
            view! { <a href=address>{page_title(language, page)}</a> " " }
        })
        .collect();
    (!links.is_empty()).then(|| view! { <p>{links}</p> }.into_any())
}

/// The title of a legal page.
pub(crate) fn page_title(language: Language, page: LegalPage) -> &'static str {
    match page {
        LegalPage::Imprint => say!(language, legal.imprint),
        LegalPage::Privacy => say!(language, legal.privacy),
        LegalPage::Terms => say!(language, legal.terms),
    }
}
