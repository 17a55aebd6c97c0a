//! `/imprint`, `/privacy` and `/terms`. There is no such page until an owner has written its text.

use leptos::prelude::*;
use leptos_meta::{Link, Stylesheet, Title};
use shop::LegalPage;

use super::markdown::to_html;
use crate::{
    i18n::current_language,
    layout::{legal_links::page_title, not_found::NotFoundPage},
    server::{current_legal_texts, shop_url},
};

/// Who runs the shop.
#[component]
pub(crate) fn ImprintPage() -> impl IntoView {
    legal_page(LegalPage::Imprint)
}

/// What becomes of a shopper's data.
#[component]
pub(crate) fn PrivacyPage() -> impl IntoView {
    legal_page(LegalPage::Privacy)
}

/// The terms of sale.
#[component]
pub(crate) fn TermsPage() -> impl IntoView {
    legal_page(LegalPage::Terms)
}

/// The text in the reader's language, or else in another, which the page says.
fn legal_page(page: LegalPage) -> AnyView {
    let language = current_language();
    let document = current_legal_texts();
    let Some((written_in, text)) = document.texts.shown(page, language) else {
        return view! { <NotFoundPage/> }.into_any();
    };
    let lang = (written_in != language).then(|| written_in.tag());
    let title = page_title(language, page);
    let address = format!("{}/{}", shop_url(), page.as_str());
    view! {
        <Title text=title/>
        <Link rel="canonical" href=address/>
        <Stylesheet href="/styles/legal.css"/>
        <article class="legal">
            <h1>{title}</h1>
            <div lang=lang inner_html=to_html(text)></div>
        </article>
    }
    .into_any()
}
