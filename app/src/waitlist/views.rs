//! The parts of a book's page for the waitlist and for an offer. The button itself is in
//! `book/buy_button.rs`, because the same button serves every state.

use std::time::Duration;

use leptos::{prelude::*, server_fn::ServerFn};
use shop::Language;

use super::StopWaiting;
use crate::layout::form::{button, post_form};

/// The field for the optional e-mail address when joining the waitlist.
pub(crate) fn email_field(language: Language) -> impl IntoView {
    view! {
        <label class="buy-address">
            <span>{say!(language, book.email)}</span>
            <input type="email" name="email" autocomplete="email" maxlength="100"/>
        </label>
    }
}

/// The button to decline an offered copy.
pub(crate) fn decline_button(language: Language, book: String) -> impl IntoView {
    post_form(
        StopWaiting::url(),
        vec![("book", book)],
        button(say!(language, book.leave), "button button-quiet"),
    )
}

/// The sentence that says how long an offered copy is kept.
pub(crate) fn time_to_take(language: Language, left: Duration) -> String {
    match left.as_secs() {
        0 => say!(language, book.offer_over).to_owned(),
        1..60 => say!(language, book.offer_last_minute).to_owned(),
        more => say!(language, book.offer, count = more / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_says_how_long_it_lasts() {
        for (seconds, words) in [
            (300, "for 5 minutes"),
            (299, "for 4 minutes"),
            (61, "for 1 minute"),
            (59, "less than a minute"),
            (0, "the next person"),
        ] {
            let said = time_to_take(Language::English, Duration::from_secs(seconds));
            assert!(said.contains(words), "{seconds}: {said}");
        }
    }
}
