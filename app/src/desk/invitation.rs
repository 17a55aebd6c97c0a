//! `/desk/invitation/{token}`: the page behind a link, where somebody chooses a password.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use shop::Language;
use store::{LinkPurpose, OpenLink};

use super::{
    frame::desk_notice,
    password_fields::{password_fields, username_field},
};
use crate::{
    i18n::current_language,
    server::{extension, http_status},
};

/// The form for the password, or a sentence if the link does not work. The server attaches the link
/// to the request.
#[component]
pub(crate) fn InvitationPage() -> impl IntoView {
    let language = current_language();
    let (title, content) = match extension::<OpenLink>() {
        Some(link) => (
            say!(language, people.choose_password),
            password_form(language, &link),
        ),
        None => {
            http_status::set_not_found();
            let more = say!(language, people.link_gone_more);
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
fn password_form(language: Language, link: &OpenLink) -> AnyView {
    let more = match link.purpose {
        LinkPurpose::Invitation(_) => say!(language, people.invitation_more, name = &link.name),
        LinkPurpose::NewPassword => say!(language, people.new_password_more, name = &link.name),
    };
    view! {
        <p class="desk-more">{more}</p>
        <form method="post" class="desk-form">
            {username_field(&link.name)}
            {password_fields(language)}
            <button class="button">{say!(language, people.save_password)}</button>
        </form>
    }
    .into_any()
}
