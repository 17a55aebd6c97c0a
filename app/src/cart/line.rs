//! A line of the cart: its text and its forms.

use std::time::Duration;

use leptos::{either::Either, html::Input, prelude::*, server_fn::ServerFn};
use shop::{Language, Level, Quantity, Slug};

use super::{CartView, ExtendHold, LineView, RemoveFromCart, SetQuantity};
use crate::{
    browser::{
        changing_text::{changing_html, changing_text, html_text},
        effect::effect,
        shop_clock::ShopClock,
    },
    i18n::{current_language, lang_attribute::lang_attribute, price as in_words},
    layout::form::{link, named_button, post_form},
    live::Live,
    waitlist::{AcceptOffer, StopWaiting, views::time_to_take},
};

/// The page warns when a hold has less time left than this.
pub(super) const SOON: Duration = Duration::from_secs(3 * 60);

const QUIET: &str = "button button-small button-quiet";

/// A book's position in the cart; empty if the book is no longer in it.
pub(super) fn line_at(
    book: Slug,
    shown: RwSignal<CartView>,
    outdated: Trigger,
    clock: ShopClock,
) -> Option<impl IntoView> {
    let line = Memo::new(move |_| {
        let cart = shown.read();
        cart.lines.iter().find(|line| line.book == book).cloned()
    });
    let copies = NodeRef::<Input>::new();
    let rendered = line.get_untracked()?;
    let level = expect_context::<Live>().follow(rendered.level);
    let mut before: Option<Quantity> = None;
    effect(move || {
        let (line, level) = (line.read(), level.read());
        let Some(line) = line.as_ref() else {
            before = None;
            return;
        };
        // The typed number stays, unless the quantity was changed elsewhere.
        if before.is_some_and(|before| before != line.quantity)
            && let Some(field) = copies.get_untracked()
        {
            field.set_value(&line.quantity.get().to_string());
        }
        before = Some(line.quantity);
        // An expired line can be ordered while enough copies are left. The cart is read again
        // when that changes.
        let enough = |level: &Level| line.quantity.get() <= level.available;
        let is_newer = line.level.version < level.version;
        if !line.held && !line.offered && is_newer && enough(&line.level) != enough(&level) {
            outdated.notify();
        }
    });
    Some(move || line.get().map(|line| one_line(line, copies, level, clock)))
}

fn one_line(
    line: LineView,
    copies: NodeRef<Input>,
    level: Signal<Level>,
    clock: ShopClock,
) -> impl IntoView {
    let LineView {
        book,
        title,
        quantity,
        price,
        level: _,
        price_now: _,
        expires_at,
        held,
        orderable,
        extendable,
        most,
        offered,
        taken_back,
    } = line;
    let language = current_language();
    let left = move || {
        if held {
            expires_at.since(clock.now())
        } else {
            Duration::ZERO
        }
    };
    let words = move || match (offered, held) {
        (true, _) => time_to_take(language, left()),
        (_, true) => time_left(language, left()),
        (_, false) => over(language, taken_back, orderable),
    };
    let count = quantity.get();
    let each = move || match (level.read().price, in_words(language, price)) {
        (now, price_then) if now == price => say!(language, cart.line, count, price = price_then),
        (now, price_then) => say!(
            language,
            cart.line_changed,
            count,
            price = price_then,
            price_now = in_words(language, now)
        ),
    };
    let no_longer_sold = move || match level.read().withdrawn {
        true => html_text(say!(language, cart.withdrawn)),
        false => String::new(),
    };
    // Each button's name includes the title, because a screen reader reads one button at a time.
    let about_title = |action| say!(language, cart.of_book, action, title = title.clone());
    let about = || vec![("book", book.to_string())];
    let cover = format!("/covers/{book}.svg");
    let quiet_button = |words| named_button(words, about_title(words), QUIET);
    let forms = if offered {
        Either::Left((
            post_form(
                AcceptOffer::url(),
                about(),
                named_button(
                    say!(language, book.take),
                    about_title(say!(language, book.take)),
                    "button button-small",
                ),
            ),
            post_form(
                StopWaiting::url(),
                about(),
                quiet_button(say!(language, book.leave)),
            ),
        ))
    } else {
        Either::Right((
            post_form(
                SetQuantity::url(),
                about(),
                (
                    view! {
                        <label>
                            {say!(language, cart.copies)} " "
                            <input
                                node_ref=copies
                                type="number"
                                name="quantity"
                                min="1"
                                max=most
                                aria-label=about_title(say!(language, cart.copies))
                                value=quantity.get().to_string()
                                required=true
                            />
                        </label>
                    },
                    quiet_button(say!(language, cart.change)),
                ),
            ),
            // Hidden once the hold cannot be extended any further.
            view! {
                <div hidden=!extendable>
                    {post_form(
                        ExtendHold::url(),
                        about(),
                        quiet_button(say!(language, cart.longer)),
                    )}
                </div>
            },
            post_form(
                RemoveFromCart::url(),
                about(),
                quiet_button(say!(language, cart.remove)),
            ),
        ))
    };
    let lang = lang_attribute(language, &title);
    view! {
        <li class="cart-line">
            // No alternative text: the title is beside it.
            <img class="cart-cover" src=cover alt="" width="600" height="900" decoding="async"/>
            <div>
                <h2 translate="no" lang=lang>{link(format!("/books/{book}"), title)}</h2>
                <p class="price" inner_html=changing_text(each)></p>
                <p class="limit" inner_html=changing_html(no_longer_sold)></p>
                <p
                    class="cart-time"
                    class:soon=move || left() < SOON
                    inner_html=changing_text(words)
                ></p>
                <div class="cart-actions">{forms}</div>
            </div>
        </li>
    }
}

/// The sentence about the time left, in whole minutes, rounded down. A number that changes every
/// second distracts, above all with a screen reader.
fn time_left(language: Language, left: Duration) -> String {
    match left.as_secs() {
        0 => say!(language, cart.over).to_owned(),
        1..60 => say!(language, cart.last_minute).to_owned(),
        60..180 => say!(language, cart.soon, count = left.as_secs() / 60),
        more => say!(language, cart.held, count = more / 60),
    }
}

/// The sentences about a hold that has ended.
fn over(language: Language, taken_back: bool, orderable: bool) -> String {
    let first = match taken_back {
        true => say!(language, cart.taken_back),
        false => say!(language, cart.over),
    };
    let second = match orderable {
        true => say!(language, cart.still_left),
        false => say!(language, cart.none_left),
    };
    say!(language, format.sentences, first, second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_in_whole_minutes_with_a_warning_near_the_end() {
        assert_eq!(
            time_left(Language::English, Duration::from_secs(15 * 60)),
            "Held for you for 15 more minutes."
        );
        assert!(
            time_left(Language::English, SOON - Duration::from_secs(1))
                .contains("Place your order")
        );
        assert!(
            time_left(Language::English, Duration::from_secs(59)).contains("less than a minute")
        );
        assert!(time_left(Language::English, Duration::ZERO).contains("has expired"));
    }
}
