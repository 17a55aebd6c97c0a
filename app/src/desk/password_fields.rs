//! The fields for a new password, typed twice, and the field that says whose it is.

use leptos::prelude::*;
use shop::{Language, StaffName};

/// A hidden field that tells password managers whose passwords the form has, to be put before them. It
/// has no name, so it is not sent.
pub(super) fn username_field(username: &StaffName) -> AnyView {
    let username = username.to_string();
    view! { <input type="text" autocomplete="username" value=username readonly=true hidden=true/> }
        .into_any()
}

/// The fields. The server checks the length again.
pub(super) fn password_fields(language: Language) -> AnyView {
    view! {
        <label>
            <span>{say!(language, people.new_password)}</span>
            <input type="password" name="password" autocomplete="new-password" required=true minlength="12" maxlength="200" aria-describedby="password-hint"/>
        </label>
        <p id="password-hint" class="desk-more">{say!(language, people.password_hint)}</p>
        <label>
            <span>{say!(language, people.repeat_password)}</span>
            <input type="password" name="again" autocomplete="new-password" required=true maxlength="200"/>
        </label>
    }
    .into_any()
}
