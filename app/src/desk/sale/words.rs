//! What terms of sale mean, and why some are refused, as sentences for staff.

use shop::{InvalidSale, Language, Sale, Timestamp, Zone};

use crate::i18n::{moment_in, number};

/// When shoppers can buy the book under these terms, and how many copies.
pub(super) fn sale_words(
    language: Language,
    sale: Sale,
    withdrawn: bool,
    now: Timestamp,
    zone: &Zone,
) -> String {
    let opens_at = sale.not_before(now);
    let opens_at = opens_at.map(|at| moment_in(language, zone, at));
    let start = match (opens_at, withdrawn) {
        (None, false) => say!(language, sale.on_sale).to_owned(),
        (None, true) => say!(language, sale.withdrawn).to_owned(),
        (Some(at), false) => say!(language, sale.opens, at = at),
        (Some(at), true) => say!(language, sale.withdrawn_opens, at = at),
    };
    match sale.limit {
        Some(limit) => {
            let limit = say!(language, sale.limit, count = number(language, limit));
            say!(language, format.sentences, first = start, second = limit)
        }
        None => start,
    }
}

/// Why staff may not set what they have typed.
pub(super) fn refusal_words(language: Language, why: InvalidSale) -> &'static str {
    match why {
        InvalidSale::NoStart => say!(language, sale.no_start),
        InvalidSale::Past => say!(language, sale.past),
        InvalidSale::TooFar => say!(language, sale.too_far),
        InvalidSale::Limit => say!(language, sale.wrong_limit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_of_sale_are_said_in_words() {
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        let start: Timestamp = "2026-12-05T10:00:00Z".parse().unwrap();
        let english = |opens_at, limit, withdrawn| {
            let sale = Sale { opens_at, limit };
            sale_words(Language::English, sale, withdrawn, now, &Zone::default())
        };
        assert_eq!(english(None, None, false), "On sale now.");
        assert_eq!(english(Some(now), None, false), "On sale now.");
        assert_eq!(
            english(None, Some(1), false),
            "On sale now. At most 1 copy per shopper."
        );
        assert_eq!(
            english(Some(start), Some(2), false),
            "Shoppers can buy this book from Saturday, 5 December 2026, 10:00 UTC. Until then they \
             see a countdown. At most 2 copies per shopper."
        );
        assert_eq!(
            english(None, None, true),
            "This book is withdrawn, so shoppers can’t buy it."
        );
        let sale = Sale {
            opens_at: Some(start),
            limit: Some(2),
        };
        assert_eq!(
            sale_words(Language::Chinese, sale, false, now, &Zone::default()),
            "2026年12月5日（星期六）10:00（UTC）开售，此前顾客会看到倒计时。每位顾客限购 2 册。"
        );
    }
}
