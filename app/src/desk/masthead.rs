//! The top of the desk's pages: who is signed in, and the button to sign out.

use leptos::prelude::*;
use shop::Role;

use crate::{
    i18n::current_language, layout::language_switch::form::LanguageSwitch, server::current_staff,
};

/// The desk's name, who is signed in, the choice of a language, and the ways out.
#[component]
pub(crate) fn DeskMasthead() -> impl IntoView {
    let language = current_language();
    let staff = current_staff().map(|staff| {
        let role = match staff.role {
            Role::Clerk => say!(language, desk.clerk),
            Role::Owner => say!(language, desk.owner),
        };
        view! {
            <span>{say!(language, desk.signed_in_as, name = staff.name.to_string(), role = role)}</span>
            <form method="post" action="/desk/sign-out" class="desk-out">
                <button>{say!(language, desk.sign_out)}</button>
            </form>
        }
    });
    view! {
        <header class="masthead">
            <a class="masthead-name" href="/desk">{say!(language, desk.title)}</a>
            <div class="masthead-aside">
                {staff}
                <LanguageSwitch/>
                <a href="/">{say!(language, desk.to_shop)}</a>
            </div>
        </header>
    }
}
