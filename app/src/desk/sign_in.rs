//! `/desk/sign-in`: the form to sign in.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

use super::frame::desk_notice;
use crate::{i18n::current_language, layout::page::load_page, server::current_store};

/// The form for name and password. It also sends the address to open after signing in.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    // If the store cannot be read, the form says so once it is sent.
    let has_staff = async {
        Ok(current_store()
            .staff_directory()
            .has_staff()
            .await
            .unwrap_or(true))
    };
    load_page(has_staff, sign_in_section)
}

fn sign_in_section(has_staff: bool) -> AnyView {
    let language = current_language();
    let next = use_query_map().read_untracked().get("next");
    let more = match has_staff {
        true => say!(language, desk.sign_in_more),
        false => say!(language, desk.no_staff_yet),
    };
    view! {
        <Title text=say!(language, desk.sign_in)/>
        <Meta name="robots" content="noindex"/>
        <section class="desk desk-sign-in">
            <h1>{say!(language, desk.sign_in)}</h1>
            {desk_notice()}
            <form method="post" action="/desk/sign-in" class="desk-form">
                <input type="hidden" name="next" value=next.unwrap_or_default()/>
                <label>
                    <span>{say!(language, desk.name)}</span>
                    <input name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required=true maxlength="40" autofocus=true/>
                </label>
                <label>
                    <span>{say!(language, desk.password)}</span>
                    <input type="password" name="password" autocomplete="current-password" required=true maxlength="200"/>
                </label>
                <button class="button">{say!(language, desk.sign_in)}</button>
            </form>
            <p class="desk-more">{more}</p>
        </section>
    }
    .into_any()
}
