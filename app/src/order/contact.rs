//! Whose order it is: shown to the browser that placed it, and to one that says so.

use leptos::prelude::*;
use leptos_meta::Stylesheet;
use shop::Language;

use super::ContactView;
use crate::{i18n::current_language, layout::notice::alert, server::extension};

/// An answer that did not show the contact, as an extension of the request that shows the page again.
#[derive(Debug, Clone)]
pub struct ContactRefused {
    /// What was typed.
    pub typed: String,
    /// Why the contact is not shown.
    pub why: ContactRefusal,
}

/// Why the contact is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactRefusal {
    /// It is another name, address or number.
    Wrong,
    /// There were too many answers.
    TooOften,
}

/// Who collects the order, so that a mistyped address is noticed.
pub(super) fn contact_lines(contact: ContactView) -> AnyView {
    let language = current_language();
    let note = (!contact.note.is_empty()).then(|| {
        view! {
            <dt>{say!(language, order.note)}</dt>
            <dd class="order-note" translate="no">{contact.note}</dd>
        }
    });
    view! {
        <dl class="order-contact">
            <dt>{say!(language, cart.name)}</dt>
            <dd translate="no">{contact.name}</dd>
            <dt>{say!(language, cart.reach)}</dt>
            <dd translate="no">{contact.reach}</dd>
            {note}
        </dl>
    }
    .into_any()
}

/// The form in another browser than the one that placed the order.
pub(super) fn contact_question(language: Language, code: &str) -> AnyView {
    let refused = extension::<ContactRefused>();
    let is_wrong = refused.is_some().then_some("true");
    let problem = refused.as_ref().map(|refused| {
        let words = match refused.why {
            ContactRefusal::Wrong => say!(language, order.wrong_contact),
            ContactRefusal::TooOften => say!(language, order.too_many_contacts),
        };
        alert(words.to_owned())
    });
    let typed = refused.map_or_else(String::new, |refused| refused.typed);
    view! {
        <Stylesheet href="/styles/orders.css"/>
        <form method="post" class="order-ask" action=format!("/orders/{code}")>
            <h2>{say!(language, order.whose)}</h2>
            {problem}
            <p id="who-hint">{say!(language, order.whose_more)}</p>
            <label>
                {say!(language, order.who)} " "
                <input
                    name="who"
                    value=typed
                    required=true
                    maxlength="100"
                    autocomplete="off"
                    spellcheck="false"
                    aria-describedby="who-hint"
                    aria-invalid=is_wrong
                />
            </label>
            <button class="button button-small button-quiet">{say!(language, order.show_contact)}</button>
        </form>
    }
    .into_any()
}
