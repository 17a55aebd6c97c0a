//! `/desk/settings/legal`: the form of the legal pages, for owners, and their preview.

use leptos::prelude::*;
use leptos_meta::Stylesheet;
use shop::{Language, LegalPage, LegalText, LegalTexts};

use super::{
    field::{ShownText, text_field},
    unsaved::{UnsavedTexts, WhyNotSaved},
    words::text_name,
};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{current_language, error_message},
    layout::legal_links::page_title,
    legal::markdown::to_html,
    server::{current_legal_texts, extension, http_status},
};

/// The form, with the current texts or with what was written and not saved.
#[component]
pub(crate) fn DeskLegalPage() -> impl IntoView {
    let unsaved = extension::<UnsavedTexts>();
    desk_page(Section::Settings, async move { Ok(unsaved) }, legal_content)
}

fn legal_content(unsaved: Option<UnsavedTexts>) -> AnyView {
    let language = current_language();
    let mut current = current_legal_texts();
    let mut version = current.version;
    let mut notice = None;
    if let Some(unsaved) = &unsaved {
        version = unsaved.made_from;
        // A form that is outdated continues from what the other owner has saved, beside which its
        // own texts are shown.
        if let WhyNotSaved::Outdated(saved) = &unsaved.why {
            version = saved.version;
            current = saved.clone();
        }
        notice = Some(what_happened(language, &unsaved.why));
    }
    let is_compared = unsaved.as_ref().is_some_and(UnsavedTexts::is_compared);
    // The comparison goes on until the form is saved, also if it is refused for another reason first.
    let comparing =
        is_compared.then(|| view! { <input type="hidden" name="compare" value="yes"/> });
    let pages: Vec<_> = LegalPage::ALL
        .into_iter()
        .map(|page| {
            let fields = fields(language, page, &current.texts, unsaved.as_ref());
            view! { <h2>{page_title(language, page)}</h2> {fields} }
        })
        .collect();
    let preview = unsaved
        .filter(|unsaved| matches!(unsaved.why, WhyNotSaved::Previewed))
        .map(|unsaved| preview(language, &unsaved));
    let content = view! {
        {notice}
        <p class="desk-more">{say!(language, legal.lead)}</p>
        <p class="desk-more">{say!(language, legal.markdown)}</p>
        <form method="post" action="/desk/settings/legal" class="desk-form">
            <input type="hidden" name="version" value=version.to_string()/>
            {comparing}
            {pages}
            <button class="button">{say!(language, legal.save)}</button>
            <button class="button button-quiet" name="preview" value="yes">
                {say!(language, legal.preview)}
            </button>
        </form>
        {preview}
    };
    desk_frame(
        Section::Settings,
        say!(language, legal.heading),
        content.into_any(),
    )
}

/// The fields of a page, one for each language.
fn fields(
    language: Language,
    page: LegalPage,
    current: &LegalTexts,
    unsaved: Option<&UnsavedTexts>,
) -> Vec<AnyView> {
    let texts = LegalText::ALL.into_iter().filter(|text| text.page == page);
    texts
        .map(|which| {
            let saved = current.text(which);
            let shown = match unsaved {
                None => ShownText {
                    which,
                    text: saved.to_owned(),
                    wrong: None,
                    saved: None,
                },
                Some(unsaved) => ShownText {
                    which,
                    text: unsaved.text(which).to_owned(),
                    wrong: unsaved.problem(which),
                    saved: (unsaved.is_compared() && !is_same(unsaved, current, which))
                        .then(|| saved.to_owned()),
                },
            };
            text_field(language, shown)
        })
        .collect()
}

/// Whether the text that was written is the one that was saved, apart from white space around it.
fn is_same(unsaved: &UnsavedTexts, current: &LegalTexts, which: LegalText) -> bool {
    let mut written = LegalTexts::default();
    let is_valid = written.set(which, unsaved.text(which)).is_ok();
    is_valid && written.text(which) == current.text(which)
}

/// The texts as the shop would show them.
fn preview(language: Language, unsaved: &UnsavedTexts) -> AnyView {
    let texts: Vec<_> = LegalText::ALL
        .into_iter()
        .map(|which| (which, unsaved.text(which)))
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(which, text)| {
            let heading = say!(
                language,
                legal.preview_of,
                text = text_name(language, which)
            );
            let html = to_html(text);
            view! {
                <h2>{heading}</h2>
                <div class="legal" lang=which.language.tag() inner_html=html></div>
            }
        })
        .collect();
    view! { <Stylesheet href="/styles/legal.css"/> {texts} }.into_any()
}

/// The sentence that says why nothing was saved. It also sets the page's status.
fn what_happened(language: Language, why: &WhyNotSaved) -> AnyView {
    let words = match why {
        WhyNotSaved::Previewed => {
            let words = say!(language, legal.previewed);
            return view! { <p class="desk-done" role="status">{words}</p> }.into_any();
        }
        WhyNotSaved::Invalid(_) => {
            http_status::set_unprocessable();
            say!(language, settings.not_saved).to_owned()
        }
        WhyNotSaved::Outdated(_) => {
            http_status::set_conflict();
            say!(language, legal.outdated).to_owned()
        }
        WhyNotSaved::Failed(error) => {
            http_status::set_busy();
            error_message(error, language)
        }
    };
    view! { <p class="desk-refused" role="alert">{words}</p> }.into_any()
}
