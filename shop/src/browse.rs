//! A search of the catalogue: query, sort order, filter and page, read from a URL.
//!
//! Invalid parts of the URL are ignored, never refused.

use serde::{Deserialize, Serialize};

/// A request for one page of the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Browse {
    /// The words to search for. An empty query finds all books.
    pub query: Query,
    /// The sort order. `None` sorts by relevance, or in catalogue order without a query.
    pub sort: Option<Sort>,
    /// Whether to show only books with copies available.
    pub in_stock: bool,
    /// The page of the results.
    pub page: PageNumber,
}

/// Search words: at most 120 characters, with single spaces between words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Query(String);

/// A sort order of books. Ties are sorted by title, and then in catalogue order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sort {
    /// By title, without a leading “The”, “A” or “An”.
    Title,
    /// By the author's last name.
    Author,
    /// Cheapest first.
    PriceUp,
    /// Most expensive first.
    PriceDown,
    /// Latest addition to the catalogue first.
    Newest,
}

/// A page number, starting at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "u32", into = "u32")]
pub struct PageNumber(u32);

impl Browse {
    /// The number of books on a page.
    pub const PAGE_SIZE: u32 = 24;

    /// Reads the values of a URL's parameters. Invalid values become the defaults.
    #[must_use]
    pub fn from_query(query: &str, sort: &str, in_stock: &str, page: &str) -> Self {
        Self {
            query: Query::new(query),
            sort: Sort::parse(sort.trim()),
            in_stock: in_stock.trim() == "1",
            page: page
                .trim()
                .parse()
                .map_or_else(|_| PageNumber::FIRST, PageNumber::new),
        }
    }

    /// The URL parameters, without those that have the default value, in a fixed order.
    #[must_use]
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        let mut parts = Vec::new();
        if !self.query.is_empty() {
            parts.push(("q", self.query.as_str().to_owned()));
        }
        if let Some(sort) = self.sort {
            parts.push(("sort", sort.as_str().to_owned()));
        }
        if self.in_stock {
            parts.push(("in_stock", "1".to_owned()));
        }
        if self.page != PageNumber::FIRST {
            parts.push(("page", self.page.get().to_string()));
        }
        parts
    }

    /// The same search, on another page.
    #[must_use]
    pub fn on_page(&self, page: PageNumber) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }
}

impl Query {
    /// The most characters of a query: longer than almost any title.
    pub const MAX_CHARS: usize = 120;

    /// Normalises typed text: single spaces, no control characters, cut to the limit.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut query = String::new();
        // Bounds the work for huge input.
        let chars = text.chars().take(8 * Self::MAX_CHARS);
        let mut length = 0;
        let mut space = false;
        for c in chars {
            if c.is_whitespace() || c.is_control() {
                space = true;
                continue;
            }
            if length + 1 + usize::from(space) > Self::MAX_CHARS {
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

    /// Whether the query is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The query as text.
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
    /// Every sort order.
    pub const ALL: [Self; 5] = [
        Self::Title,
        Self::Author,
        Self::PriceUp,
        Self::PriceDown,
        Self::Newest,
    ];

    /// The order's name in URLs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Author => "author",
            Self::PriceUp => "price_up",
            Self::PriceDown => "price_down",
            Self::Newest => "newest",
        }
    }

    /// The order with this name in URLs.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == word)
    }
}

impl PageNumber {
    /// The first page.
    pub const FIRST: Self = Self(1);

    /// A page number; 0 becomes the first page.
    #[must_use]
    pub fn new(number: u32) -> Self {
        Self(number.max(1))
    }

    /// The number, starting at 1.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// The last page of this many books; the first page if there are none.
    #[must_use]
    pub fn last_of(books: u32) -> Self {
        Self::new(books.div_ceil(Browse::PAGE_SIZE))
    }

    /// The previous page, if there is one.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        (self.0 > 1).then(|| Self(self.0 - 1))
    }

    /// The next page, if there are enough books.
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
    fn url_parameters_with_default_values_are_left_out() {
        let parts =
            |query, sort, in_stock, page| Browse::from_query(query, sort, in_stock, page).parts();
        assert!(parts("", "", "", "").is_empty());
        assert!(parts("  \t ", "best", "0", "1").is_empty());
        assert!(parts("", "' or 1=1", "yes", "-3").is_empty());
        assert!(parts("", "", "", "99999999999999999999").is_empty());
        let all = parts(" the  night ", "price_down", "1", "3");
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
    fn every_sort_order_is_read_back_from_its_name() {
        for sort in Sort::ALL {
            assert_eq!(Sort::parse(sort.as_str()), Some(sort));
        }
    }

    #[test]
    fn the_last_page_depends_on_the_number_of_books() {
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
        fn a_query_is_normalised_and_bounded(text in any::<String>()) {
            let query = Query::new(&text);
            prop_assert!(query.as_str().chars().count() <= Query::MAX_CHARS);
            prop_assert!(!query.as_str().contains("  ") && query.as_str().trim() == query.as_str());
            prop_assert_eq!(&Query::new(query.as_str()), &query, "normalising is idempotent");
        }

        #[test]
        fn url_parameters_are_read_back(query in ".{0,200}", sort in 0_usize..6, in_stock in any::<bool>(), page in 1_u32..) {
            let browse = Browse {
                query: Query::new(&query),
                sort: Sort::ALL.get(sort).copied(),
                in_stock,
                page: PageNumber::new(page),
            };
            let parts = browse.parts();
            let part = |name| parts.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value);
            prop_assert_eq!(Browse::from_query(part("q"), part("sort"), part("in_stock"), part("page")), browse);
        }
    }

    #[test]
    fn a_huge_query_is_cut() {
        let query = Query::new(&"é ".repeat(5_000));
        assert!(query.as_str().chars().count() <= Query::MAX_CHARS);
        assert_eq!(Query::new(&" ".repeat(10_000)), Query::default());
    }
}
