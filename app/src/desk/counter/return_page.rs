//! `/desk/counter/return`: the form that takes copies back.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{ADDRESS, return_form::ReturnForm};
use crate::{
    browser::NoProps,
    desk::{
        frame::{Section, desk_frame, desk_page},
        keyed_forms::keyed_forms,
    },
    i18n::current_language,
    server::new_key,
};

/// The form, with what was typed and refused.
#[component]
pub(crate) fn ReturnPage() -> impl IntoView {
    let query = use_query_map().read_untracked().clone();
    let form = ReturnForm::parse(query.into_iter().map(|(name, value)| (name, value.into())));
    desk_page(Section::Counter, async move { Ok(form) }, return_content)
}

fn return_content(form: ReturnForm) -> AnyView {
    let language = current_language();
    let key = form.key.unwrap_or_else(new_key);
    let copies = match form.copies.is_empty() {
        true => "1".to_owned(),
        false => form.copies,
    };
    let content = view! {
        <p class="desk-more">{say!(language, counter.return_lead)}</p>
        <form class="desk-form" method="post" action="/desk/counter/return">
            <input type="hidden" name="key" value=key.to_string()/>
            <label>
                <span>{say!(language, counter.scan)}</span>
                <input
                    name="book"
                    value=form.book
                    required=true
                    maxlength="60"
                    autofocus=true
                    autocomplete="off"
                    spellcheck="false"
                />
            </label>
            <label>
                <span>{say!(language, counter.copies)}</span>
                <input name="copies" value=copies inputmode="numeric" required=true maxlength="4" autocomplete="off"/>
            </label>
            <label>
                <span>{say!(language, counter.refund)}</span>
                <input name="refund" value=form.refund inputmode="decimal" maxlength="20" autocomplete="off"/>
            </label>
            <label>
                <span>{say!(language, desk.reason)}</span>
                <input name="reason" value=form.reason required=true maxlength="150" autocomplete="off"/>
            </label>
            <label class="counter-damaged">
                <input type="checkbox" name="damaged" value="yes" checked=form.damaged/>
                <span>{say!(language, counter.damaged)}</span>
            </label>
            <button class="button">{say!(language, counter.take_return)}</button>
        </form>
        {keyed_forms(NoProps)}
        <p><a href=ADDRESS>{say!(language, counter.back)}</a></p>
    };
    desk_frame(
        Section::Counter,
        say!(language, counter.return_title),
        content.into_any(),
    )
}
