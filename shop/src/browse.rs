//! What somebody wants to see of the catalogue: which books, in which order, which page.
//!
//! Everything here is read from an address that anybody can write, so that nothing is
//! refused: what makes no sense is left out.

use serde::{Deserialize, Serialize};

/// One page of the catalogue, as it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Browse {
    /// What is looked for; all books where it is empty.
    pub query: Query,
    /// In which order. Without one: what fits best first, or the catalogue's own order
    /// where nothing is looked for.
    pub sort: Option<Sort>,
    /// Only what can be had at once.
    pub in_stock: bool,
    /// Which page of what is found.
    pub page: PageNumber,
}

/// Words to look for, of a sensible length.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Query(String);

/// An order of books. Those that are equal in it are in the order of their titles, and
/// then of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sort {
    /// By title, leaving out a “The”, “A” or “An” before it.
    Title,
    /// By the last name of its author.
    Author,
    /// The cheapest first.
    PriceUp,
    /// The dearest first.
    PriceDown,
    /// What came into the catalogue last first.
    Newest,
}

/// The number of a page, from 1 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "u32", into = "u32")]
pub struct PageNumber(u32);

impl Browse {
    /// Books on one page.
    pub const PAGE: u32 = 24;

    /// Reads it from what an address says, each part as the text that it is.
    #[must_use]
    pub fn read(query: &str, sort: &str, in_stock: &str, page: &str) -> Self {
        Self {
            query: Query::new(query),
            sort: Sort::from_word(sort.trim()),
            in_stock: in_stock.trim() == "1",
            page: page
                .trim()
                .parse()
                .map_or_else(|_| PageNumber::FIRST, PageNumber::new),
        }
    }

    /// How an address says it: what is not as it would be anyway, in one order.
    #[must_use]
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        let mut parts = Vec::new();
        if !self.query.is_empty() {
            parts.push(("q", self.query.as_str().to_owned()));
        }
        if let Some(sort) = self.sort {
            parts.push(("sort", sort.word().to_owned()));
        }
        if self.in_stock {
            parts.push(("in_stock", "1".to_owned()));
        }
        if self.page != PageNumber::FIRST {
            parts.push(("page", self.page.get().to_string()));
        }
        parts
    }

    /// The same, another page of it.
    #[must_use]
    pub fn on_page(&self, page: PageNumber) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }
}

impl Query {
    /// More characters than any title has that is looked for in full.
    pub const LONGEST: usize = 120;

    /// Takes what was typed: one space between words, nothing that cannot be seen, and
    /// no more of it than is sensible.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut query = String::new();
        // However much was sent, no more than a part of it is looked at.
        let seen = text.chars().take(8 * Self::LONGEST);
        let mut length = 0;
        let mut space = false;
        for c in seen {
            if c.is_whitespace() || c.is_control() {
                space = true;
                continue;
            }
            if length + 1 + usize::from(space) > Self::LONGEST {
                break;
            }
            if std::mem::take(&mut space) && length > 0 {
                query.push(' ');
                length += 1;
            }
            query.push(c);
            length += 1;
        }
        Self(query)
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is looked for.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Query {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<Query> for String {
    fn from(query: Query) -> Self {
        query.0
    }
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Title,
        Self::Author,
        Self::PriceUp,
        Self::PriceDown,
        Self::Newest,
    ];

    /// The word for it in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Author => "author",
            Self::PriceUp => "price_up",
            Self::PriceDown => "price_down",
            Self::Newest => "newest",
        }
    }

    /// What a word in an address stands for, if it stands for anything.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.word() == word)
    }
}

impl PageNumber {
    /// Where everybody begins.
    pub const FIRST: Self = Self(1);

    /// A page; the first for anything that is none.
    #[must_use]
    pub fn new(number: u32) -> Self {
        Self(number.max(1))
    }

    /// The number, from 1 on.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// The last page of so many books; the first where there are none.
    #[must_use]
    pub fn last_of(books: u32) -> Self {
        Self::new(books.div_ceil(Browse::PAGE))
    }

    /// The one before, if there is one.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        (self.0 > 1).then(|| Self(self.0 - 1))
    }

    /// The one after it, as far as there are books.
    #[must_use]
    pub fn after(self, books: u32) -> Option<Self> {
        (self < Self::last_of(books)).then(|| Self(self.0 + 1))
    }
}

impl Default for PageNumber {
    fn default() -> Self {
        Self::FIRST
    }
}

impl From<u32> for PageNumber {
    fn from(number: u32) -> Self {
        Self::new(number)
    }
}

impl From<PageNumber> for u32 {
    fn from(page: PageNumber) -> Self {
        page.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_says_only_what_is_not_as_it_would_be_anyway() {
        let said = |query, sort, in_stock, page| Browse::read(query, sort, in_stock, page).parts();
        assert!(said("", "", "", "").is_empty());
        assert!(said("  \t ", "best", "0", "1").is_empty());
        assert!(said("", "' or 1=1", "yes", "-3").is_empty());
        assert!(said("", "", "", "99999999999999999999").is_empty());
        let all = said(" the  night ", "price_down", "1", "3");
        let as_text: Vec<String> = all
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            as_text,
            ["q=the night", "sort=price_down", "in_stock=1", "page=3"]
        );
    }

    #[test]
    fn every_order_has_a_word_of_its_own() {
        for sort in Sort::ALL {
            assert_eq!(Sort::from_word(sort.word()), Some(sort));
        }
    }

    #[test]
    fn pages_end_where_the_books_do() {
        assert_eq!(PageNumber::last_of(0), PageNumber::FIRST);
        assert_eq!(PageNumber::last_of(24), PageNumber::FIRST);
        assert_eq!(PageNumber::last_of(25).get(), 2);
        assert_eq!(PageNumber::FIRST.after(24), None);
        assert_eq!(PageNumber::FIRST.after(25).map(PageNumber::get), Some(2));
        assert_eq!(PageNumber::FIRST.before(), None);
        assert_eq!(PageNumber::new(u32::MAX).after(u32::MAX), None);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_query_of_a_sensible_length(text in any::<String>()) {
            let query = Query::new(&text);
            prop_assert!(query.as_str().chars().count() <= Query::LONGEST);
            prop_assert!(!query.as_str().contains("  ") && query.as_str().trim() == query.as_str());
            prop_assert_eq!(&Query::new(query.as_str()), &query, "read again it is the same");
        }

        #[test]
        fn what_an_address_says_is_read_back(query in ".{0,200}", sort in 0_usize..6, in_stock in any::<bool>(), page in 1_u32..) {
            let wish = Browse {
                query: Query::new(&query),
                sort: Sort::ALL.get(sort).copied(),
                in_stock,
                page: PageNumber::new(page),
            };
            let parts = wish.parts();
            let part = |name| parts.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value);
            prop_assert_eq!(Browse::read(part("q"), part("sort"), part("in_stock"), part("page")), wish);
        }
    }

    #[test]
    fn ten_thousand_characters_are_cut() {
        let query = Query::new(&"é ".repeat(5_000));
        assert!(query.as_str().chars().count() <= Query::LONGEST);
        assert_eq!(Query::new(&" ".repeat(10_000)), Query::default());
    }
}
