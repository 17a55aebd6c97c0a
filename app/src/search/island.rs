//! The search field, with suggestions while typing.

use std::time::Duration;

use from_json::FromJson;
use futures::future::{AbortHandle, abortable};
use leptos::{ev::KeyboardEvent, prelude::*, task::spawn_local};
use serde::Serialize;

use super::{Suggestion, Suggestions};
use crate::{
    browser::{
        changing_text::{changing_html, changing_text, html_text},
        islands, page,
        platform::http,
    },
    i18n::{current_language, lang_attribute::lang_in_html, number},
};

islands! {
    /// The search field.
    search_field(SearchProps) => view,
}

/// Debounce: search when the typing pauses.
const AFTER_TYPING: Duration = Duration::from_millis(120);

/// The code of a key that an input method has taken.
/// <https://w3c.github.io/uievents/#determine-keydown-keyup-keyCode>
const IN_COMPOSITION: u32 = 229;

/// The props of the island.
#[derive(Debug, Clone, Serialize, FromJson)]
pub(crate) struct SearchProps {
    /// The query of the current page.
    pub(crate) query: String,
}

/// The suggestions, and which of them is marked.
#[derive(Clone, Copy)]
struct SuggestionList {
    found: RwSignal<Suggestions>,
    marked: RwSignal<Option<usize>>,
    /// Counts the changes of the text, so that late answers to earlier texts are not shown.
    typed: StoredValue<u32>,
    /// Aborts the request for an earlier text.
    request: StoredValue<Option<AbortHandle>>,
}

impl SuggestionList {
    fn new() -> Self {
        Self {
            found: RwSignal::new(Suggestions::default()),
            marked: RwSignal::new(None),
            typed: StoredValue::new(0),
            request: StoredValue::new(None),
        }
    }

    /// Searches for a text once the typing pauses.
    fn search(self, words: String) {
        let mine = self.typed.get_value() + 1;
        self.typed.set_value(mine);
        let newest = move || self.typed.try_get_value() == Some(mine);
        let ask = move || {
            if !newest() {
                return;
            }
            let (request, handle) = abortable(async move {
                let address = format!("/api/search?q={}", http::encode(&words));
                let answer = http::get(&address).await;
                // Without an answer there are no suggestions, but the form still works.
                let found = answer.ok().and_then(|words| Suggestions::from_text(&words));
                if newest() {
                    self.show(found.unwrap_or_default());
                }
            });
            self.abort_request(Some(handle));
            spawn_local(async move {
                // It fails only if it was aborted.
                let _ = request.await;
            });
        };
        set_timeout(ask, AFTER_TYPING);
    }

    /// Aborts the pending request, if any, and remembers the next.
    fn abort_request(self, next: Option<AbortHandle>) {
        let before = self
            .request
            .try_update_value(|request| std::mem::replace(request, next));
        if let Some(before) = before.flatten() {
            before.abort();
        }
    }

    fn show(self, found: Suggestions) {
        self.marked.set(None);
        self.found.set(found);
    }

    fn close(self) {
        self.typed.update_value(|typed| *typed += 1);
        self.abort_request(None);
        self.show(Suggestions::default());
    }

    /// Marks the next or the previous suggestion. Past either end, nothing is marked.
    fn step(self, forward: bool) {
        let last = self.found.read_untracked().books.len().checked_sub(1);
        let Some(last) = last else { return };
        self.marked.update(|marked| {
            *marked = match (*marked, forward) {
                (None, true) => Some(0),
                (None, false) => Some(last),
                (Some(at), true) => Some(at + 1).filter(|next| *next <= last),
                (Some(at), false) => at.checked_sub(1),
            };
        });
    }

    /// The address of the marked suggestion's book.
    fn marked_address(self) -> Option<String> {
        let marked = self.marked.get_untracked()?;
        let found = self.found.read_untracked();
        found.books.get(marked).map(address)
    }
}

fn address(book: &Suggestion) -> String {
    format!("/books/{}", book.slug)
}

/// The field, and the list of suggestions below it.
///
/// It is a combobox as in the WAI-ARIA Authoring Practices (list autocomplete with manual
/// selection), whose options are links, so that they also open in another tab. Without script, or
/// with no suggestion marked, Enter sends the form.
fn view(props: SearchProps) -> impl IntoView {
    let language = current_language();
    let suggestions = SuggestionList::new();
    let (found, marked) = (suggestions.found, suggestions.marked);
    let is_open = Memo::new(move |_| !found.read().books.is_empty());
    // While an input method composes a word, the text is not what the shopper means yet.
    let composing = StoredValue::new(false);
    let on_input = move |text: String| {
        if !composing.get_value() {
            suggestions.search(text);
        }
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        // These keys are the input method's. Safari ends the composition before its last key.
        _ if event.is_composing() || event.key_code() == IN_COMPOSITION => {}
        "ArrowDown" | "ArrowUp" if is_open.get_untracked() => {
            event.prevent_default();
            suggestions.step(event.key() == "ArrowDown");
        }
        "Enter" => {
            if let Some(address) = suggestions.marked_address() {
                event.prevent_default();
                page::navigate(&address);
            }
        }
        "Escape" if is_open.get_untracked() => {
            event.prevent_default();
            suggestions.close();
        }
        _ => {}
    };
    let books = move || {
        let (found, marked) = (found.read(), marked.get());
        let books = found.books.iter().enumerate();
        let books = books.map(|(at, book)| one_book(at, book, marked == Some(at)));
        books.collect::<String>()
    };
    let more = move || {
        let found = found.read();
        let more = found.total as usize > found.books.len();
        match more {
            true => say!(language, shelf.more, count = number(language, found.total)),
            false => String::new(),
        }
    };
    view! {
        <div class="search" on:focusout=move |_| suggestions.close()>
            <input
                id="search"
                type="search"
                name="q"
                value=props.query
                maxlength="120"
                autocomplete="off"
                spellcheck="false"
                role="combobox"
                aria-autocomplete="list"
                aria-controls="found-at-once"
                aria-expanded=move || is_open.get().to_string()
                aria-activedescendant=move || marked.get().map(|at| format!("found-{at}"))
                on:compositionstart=move |_| composing.set_value(true)
                on:compositionend=move |event| {
                    composing.set_value(false);
                    on_input(event_target_value(&event));
                }
                on:input=move |event| on_input(event_target_value(&event))
                on:keydown=on_key
            />
            <div class="search-found" hidden=move || !is_open.get()>
                // The field keeps the focus. Losing it would close the list before the click.
                <ul
                    id="found-at-once"
                    role="listbox"
                    aria-label=say!(language, shelf.suggestions)
                    on:mousedown=|event| event.prevent_default()
                    inner_html=changing_html(books)
                ></ul>
                <p class="search-more" inner_html=changing_text(more)></p>
            </div>
        </div>
    }
}

/// A suggestion, as HTML.
fn one_book(at: usize, book: &Suggestion, marked: bool) -> String {
    format!(
        "<li role=\"presentation\"><a id=\"found-{at}\" role=\"option\" href=\"{}\" tabindex=\"-1\" \
         aria-selected=\"{marked}\"><span class=\"search-title\" translate=\"no\"{}>{}</span> \
         <span class=\"author\" translate=\"no\">{}</span></a></li>",
        address(book),
        lang_in_html(&book.title),
        html_text(&book.title),
        html_text(&book.author)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_suggestions() -> SuggestionList {
        let suggestions = SuggestionList::new();
        let book = |slug: &str| Suggestion {
            slug: slug.parse().unwrap(),
            title: slug.to_owned(),
            author: "Ann".to_owned(),
        };
        let books = vec![book("first"), book("second")];
        suggestions.show(Suggestions { books, total: 9 });
        suggestions
    }

    #[test]
    fn arrow_keys_cycle_through_the_suggestions_and_the_field() {
        let owner = Owner::new();
        owner.set();
        let suggestions = two_suggestions();
        let marked_address = |forward| {
            suggestions.step(forward);
            suggestions.marked_address()
        };
        assert_eq!(suggestions.marked_address(), None);
        assert_eq!(marked_address(true).as_deref(), Some("/books/first"));
        assert_eq!(marked_address(true).as_deref(), Some("/books/second"));
        assert_eq!(marked_address(true), None);
        assert_eq!(marked_address(false).as_deref(), Some("/books/second"));
        assert_eq!(marked_address(false).as_deref(), Some("/books/first"));
        assert_eq!(marked_address(false), None);
    }

    #[test]
    fn nothing_is_marked_after_the_list_is_closed() {
        let owner = Owner::new();
        owner.set();
        let suggestions = two_suggestions();
        suggestions.step(true);
        suggestions.close();
        assert_eq!(suggestions.marked_address(), None);
        suggestions.step(true);
        assert_eq!(suggestions.marked_address(), None, "the list is empty");
    }
}
