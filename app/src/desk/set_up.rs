//! `/desk/set-up/{token}`: the page behind the set-up link, where the first owner makes an account.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use shop::Language;

use super::{frame::desk_notice, password_fields::password_fields};
use crate::{
    i18n::current_language,
    server::{extension, http_status},
};

/// The form behind a set-up link that works, as an extension of the request.
#[derive(Debug, Clone, Default)]
pub struct SetUpForm {
    /// The name, as it was typed.
    pub name: String,
}

/// The form for a name and a password, or a sentence if the link does not work.
#[component]
pub(crate) fn SetUpPage() -> impl IntoView {
    let language = current_language();
    let (title, content) = match extension::<SetUpForm>() {
        Some(form) => (
            say!(language, people.set_up),
            account_form(language, form.name),
        ),
        None => {
            http_status::set_not_found();
            let more = say!(language, people.set_up_gone_more);
            (
                say!(language, people.link_gone),
                view! { <p class="desk-more">{more}</p> }.into_any(),
            )
        }
    };
    view! {
        <Title text=title/>
        <Meta name="robots" content="noindex"/>
        <section class="desk desk-sign-in">
            <h1>{title}</h1>
            {desk_notice()}
            {content}
        </section>
    }
}

/// The form. It has no action, so that it is sent to the address that is open, and the secret is in
/// no other place.
fn account_form(language: Language, name: String) -> AnyView {
    view! {
        <p class="desk-more">{say!(language, people.set_up_more)}</p>
        <form method="post" class="desk-form">
            <label>
                <span>{say!(language, desk.name)}</span>
                <input
                    name="name"
                    value=name
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    required=true
                    maxlength="40"
                    aria-describedby="name-hint"
                />
            </label>
            <p id="name-hint" class="desk-more">{say!(language, journal.bad_by)}</p>
            {password_fields(language)}
            <button class="button">{say!(language, people.set_up_save)}</button>
        </form>
    }
    .into_any()
}
