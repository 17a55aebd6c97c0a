//! The top of the desk's pages: who is signed in, and the button to sign out.

use leptos::prelude::*;
use shop::Role;

use crate::{
    i18n::current_language,
    layout::language_switch::form::LanguageSwitch,
    server::{current_staff, is_invitation},
};

/// The desk's name, the signed-in person, the languages, and the links to sign out and to the shop.
#[component]
pub(crate) fn DeskMasthead() -> impl IntoView {
    let language = current_language();
    let staff = current_staff().map(|staff| {
        let name = staff.name.to_string();
        let signed_in = match staff.role {
            Role::Clerk => say!(language, desk.signed_in_clerk, name),
            Role::Owner => say!(language, desk.signed_in_owner, name),
        };
        view! {
            <a href="/desk/account">{signed_in}</a>
            <form method="post" action="/desk/sign-out" class="desk-out">
                <button>{say!(language, desk.sign_out)}</button>
            </form>
        }
    });
    // The switch leads back to the page in the `Referer`, which never has the path of an invitation.
    let languages = (!is_invitation()).then(|| view! { <LanguageSwitch/> });
    view! {
        <header class="masthead">
            <a class="masthead-name" href="/desk">{say!(language, desk.title)}</a>
            <div class="masthead-aside">
                {staff}
                {languages}
                <a href="/">{say!(language, desk.to_shop)}</a>
            </div>
        </header>
    }
}
