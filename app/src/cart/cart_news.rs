//! Announces changes in the cart to screen readers.

use leptos::prelude::*;
use shop::{Language, Slug};

use super::{CartView, LineView, line::SOON};
use crate::{
    browser::{effect::effect, shop_clock::ShopClock},
    i18n::current_language,
};

/// The stage of a line's hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Held,
    /// The hold ends soon.
    Soon,
    Over,
}

type Stages = Vec<(Slug, String, Stage)>;

/// The newest changes that are worth interrupting for: a line was removed, or its hold ends soon
/// or has ended. Passing minutes are not announced, and an offer announces its own end.
pub(super) fn cart_news(shown: RwSignal<CartView>, clock: ShopClock) -> RwSignal<String> {
    let language = current_language();
    let said = RwSignal::new(String::new());
    let mut before: Option<Stages> = None;
    effect(move || {
        let (cart, now) = (shown.read(), clock.now());
        let stage = |line: &LineView| match line.expires_at.since(now) {
            left if !line.held || left.is_zero() => Stage::Over,
            left if left < SOON => Stage::Soon,
            _ => Stage::Held,
        };
        let lines = cart.lines.iter().filter(|line| !line.offered);
        let now: Stages = lines
            .map(|line| (line.book.clone(), line.title.clone(), stage(line)))
            .collect();
        if let Some(news) = before
            .as_ref()
            .and_then(|before| news(language, before, &now))
        {
            said.set(news);
        }
        before = Some(now);
    });
    said
}

fn news(language: Language, before: &Stages, now: &Stages) -> Option<String> {
    let said = before.iter().filter_map(|(book, title, stage)| {
        let title = title.clone();
        match now.iter().find(|(known, ..)| known == book) {
            None => Some(say!(language, cart.removed, title)),
            Some((_, _, same)) if same == stage => None,
            Some((_, _, Stage::Soon)) => Some(say!(language, cart.soon_over, title)),
            Some((_, _, Stage::Over)) => Some(say!(language, cart.is_over, title)),
            Some((_, _, Stage::Held)) => None,
        }
    });
    said.reduce(|first, second| say!(language, format.sentences, first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(book: &str, stage: Stage) -> (Slug, String, Stage) {
        (book.parse().unwrap(), book.to_uppercase(), stage)
    }

    #[test]
    fn a_line_is_announced_when_it_is_removed_or_its_hold_ends_but_not_each_minute() {
        let said = |before, now| news(Language::English, &vec![before], &now);
        let held = || line("drop", Stage::Held);
        let soon = || line("drop", Stage::Soon);
        assert_eq!(said(held(), vec![held()]), None);
        let words = said(held(), vec![soon()]).unwrap();
        assert!(
            words.contains("DROP") && words.contains("expires soon"),
            "{words}"
        );
        let words = said(soon(), vec![line("drop", Stage::Over)]).unwrap();
        assert!(
            words.contains("DROP") && words.contains("has expired"),
            "{words}"
        );
        let words = said(held(), Vec::new()).unwrap();
        assert!(
            words.contains("DROP") && words.contains("no longer in your cart"),
            "{words}"
        );
        assert_eq!(said(soon(), vec![held()]), None, "the shopper extended it");
    }
}
