//! The fields for a new password, typed twice.

use leptos::prelude::*;
use shop::Language;

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
