//! Finds and ranks the books that match a query.

use std::{collections::BTreeMap, ops::Bound};

use rapidfuzz::distance::osa;
use shop::{Browse, Isbn, Query, Sort};

use super::{
    fold::query_terms,
    index::{Index, Posting, Slot, signature},
};

/// The most words of a query that are searched for; the rest are ignored.
const MAX_QUERY_WORDS: usize = 16;

/// The cost of a match in the author's name or elsewhere, but not in the title. Added up for all words
/// of a query, it is still less than any other cost.
const NOT_IN_TITLE: u16 = 1;
/// The cost of a prefix match of the last word.
const PREFIX: u16 = 32;
/// The cost of each wrong, missing, extra or swapped letter.
const TYPO: u16 = 64;
/// The cost that marks a book which does not match.
const NO_MATCH: u16 = u16::MAX;

/// The fewest digits that are looked up as the beginning of an ISBN.
const MIN_ISBN_DIGITS: usize = 5;

/// One page of the results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageOfIds {
    pub(crate) ids: Vec<i64>,
    pub(crate) total: u32,
}

impl Index {
    /// A page of the matching books. If `available` is given, only those books are on it.
    pub(crate) fn page(&self, request: &Browse, available: Option<&[i64]>) -> PageOfIds {
        let costs = (!request.query.is_empty()).then(|| self.costs(&request.query));
        let in_stock = available.map(|ids| {
            let mut in_stock = vec![false; self.len()];
            for slot in ids.iter().filter_map(|id| self.slot(*id)) {
                in_stock[slot as usize] = true;
            }
            in_stock
        });
        let wanted = |slot: Slot| {
            let fits = costs
                .as_ref()
                .is_none_or(|costs| costs[slot as usize] != NO_MATCH);
            fits && in_stock
                .as_ref()
                .is_none_or(|in_stock| in_stock[slot as usize])
        };
        match (&costs, request.sort) {
            (Some(costs), None) => {
                let fitting = (0..).take(self.len()).filter(|slot| wanted(*slot));
                let mut fitting: Vec<_> = fitting
                    .map(|slot| {
                        let entry = &self.entries[slot as usize];
                        (costs[slot as usize], entry.title_words, entry.id)
                    })
                    .collect();
                fitting.sort_unstable();
                page_of(fitting.into_iter().map(|(.., id)| id), request)
            }
            (_, sort) => {
                let (order, reversed) = self.order(sort);
                let id = |slot: &Slot| self.entries[*slot as usize].id;
                if costs.is_none() && in_stock.is_none() {
                    return self.slice(order, reversed, request);
                }
                let fitting = order.iter().filter(|slot| wanted(**slot));
                if reversed {
                    page_of(fitting.rev().map(id), request)
                } else {
                    page_of(fitting.map(id), request)
                }
            }
        }
    }

    /// A page of those of these books that match, in the order given.
    pub(super) fn page_among(&self, request: &Browse, ids: &[i64]) -> PageOfIds {
        let costs = (!request.query.is_empty()).then(|| self.costs(&request.query));
        let fits = |id: &i64| {
            self.slot(*id).is_some_and(|slot| {
                let costs = costs.as_ref();
                costs.is_none_or(|costs| costs[slot as usize] != NO_MATCH)
            })
        };
        page_of(ids.iter().copied().filter(fits), request)
    }

    /// The books on sale in a sort order, or in its reverse.
    pub(super) fn ids_by(&self, sort: Sort, is_reversed: bool) -> Vec<i64> {
        let (order, backwards) = self.order(Some(sort));
        let id = |slot: &Slot| self.entries[*slot as usize].id;
        if backwards == is_reversed {
            order.iter().map(id).collect()
        } else {
            order.iter().rev().map(id).collect()
        }
    }

    /// A page of all books, without a filter.
    fn slice(&self, order: &[Slot], reversed: bool, request: &Browse) -> PageOfIds {
        let id = |slot: &Slot| self.entries[*slot as usize].id;
        let (skip, take) = (offset(request), Browse::PAGE_SIZE as usize);
        let ids = if reversed {
            order.iter().rev().skip(skip).take(take).map(id).collect()
        } else {
            order.iter().skip(skip).take(take).map(id).collect()
        };
        let total = u32::try_from(order.len()).unwrap_or(u32::MAX);
        PageOfIds { ids, total }
    }

    /// The cost of each book, by slot.
    ///
    /// Every word of the query must match a word in the book's title or author. A match is exact;
    /// the last word may also be a prefix, because it may be incomplete. If the matches do not fill
    /// a page, long words may also match with a typo. Each kind of match has a cost; the book with
    /// the lowest total ranks first.
    fn costs(&self, query: &Query) -> Vec<u16> {
        let words = query_terms(query.as_str(), MAX_QUERY_WORDS);
        let mut costs = self.costs_of(&words, false);
        let fitting = costs.iter().filter(|cost| **cost != NO_MATCH);
        let full = fitting.take(Browse::PAGE_SIZE as usize).count() == Browse::PAGE_SIZE as usize;
        if !full && words.iter().any(|word| allowed_typos(word) > 0) {
            costs = self.costs_of(&words, true);
        }
        self.add_isbns(query.as_str(), &mut costs);
        costs
    }

    fn costs_of(&self, words: &[String], fuzzy: bool) -> Vec<u16> {
        let Some((last, before)) = words.split_last() else {
            return vec![NO_MATCH; self.len()];
        };
        let mut costs = self.costs_of_word(last, true, fuzzy);
        for word in before {
            // No book can match any more.
            if costs.iter().all(|cost| *cost == NO_MATCH) {
                break;
            }
            let word = self.costs_of_word(word, false, fuzzy);
            for (cost, of_word) in costs.iter_mut().zip(word) {
                // This cannot overflow: a query has at most sixteen words.
                *cost = match (*cost, of_word) {
                    (NO_MATCH, _) | (_, NO_MATCH) => NO_MATCH,
                    (cost, of_word) => cost + of_word,
                };
            }
        }
        costs
    }

    fn costs_of_word(&self, word: &str, last: bool, fuzzy: bool) -> Vec<u16> {
        let mut costs = vec![NO_MATCH; self.len()];
        let mut found = |postings: &[Posting], cost: u16| {
            for posting in postings {
                let of_book = &mut costs[posting.slot()];
                *of_book = (*of_book).min(cost + u16::from(posting.not_in_title()) * NOT_IN_TITLE);
            }
        };
        if let Some(known) = self.words.get(word) {
            found(&known.postings, 0);
        }
        if last {
            let with_prefix = beginning_with(&self.words, word);
            for (_, known) in with_prefix.skip_while(|(same, _)| *same == word) {
                found(&known.postings, PREFIX);
            }
        }
        let most = allowed_typos(word);
        if fuzzy && most > 0 {
            let (letters, bits) = (word.chars().count(), signature(word));
            let near = osa::BatchComparator::new(word.chars());
            let near_enough = osa::Args::default().score_cutoff(most);
            for (other, known) in &self.words {
                // A wrong letter changes at most two bits.
                if known.letters.abs_diff(letters) <= most
                    && (known.signature ^ bits).count_ones() as usize <= 2 * most
                    && let Some(distance @ 1..) =
                        near.distance_with_args(other.chars(), &near_enough)
                {
                    found(&known.postings, TYPO * u16::try_from(distance).unwrap_or(1));
                }
            }
        }
        costs
    }

    /// Adds the books whose ISBN is the query or begins with it.
    fn add_isbns(&self, query: &str, costs: &mut [u16]) {
        let bare: String = query.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let whole = Isbn::parse(query).ok();
        if whole.is_none()
            && !(bare.len() >= MIN_ISBN_DIGITS && bare.bytes().all(|b| b.is_ascii_digit()))
        {
            return;
        }
        let number = whole.as_ref().map_or(bare.as_str(), Isbn::as_str);
        for (isbn, slots) in beginning_with(&self.isbns, number) {
            let cost = if isbn == number { 0 } else { PREFIX };
            for slot in slots {
                let of_book = &mut costs[*slot as usize];
                *of_book = (*of_book).min(cost);
            }
        }
    }
}

/// The entries whose key starts with a text, in order; an equal key comes first.
fn beginning_with<'a, T>(
    map: &'a BTreeMap<Box<str>, T>,
    text: &'a str,
) -> impl Iterator<Item = (&'a str, &'a T)> {
    map.range::<str, _>((Bound::Included(text), Bound::Unbounded))
        .map(|(key, value)| (&**key, value))
        .take_while(move |(key, _)| key.starts_with(text))
}

/// How many typos a word may have: none if it is short or contains a digit.
fn allowed_typos(word: &str) -> usize {
    if word.chars().any(char::is_numeric) {
        return 0;
    }
    match word.chars().count() {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

fn offset(request: &Browse) -> usize {
    (request.page.get() as usize - 1).saturating_mul(Browse::PAGE_SIZE as usize)
}

/// The requested page of these books, and the total.
fn page_of(ids: impl Iterator<Item = i64>, request: &Browse) -> PageOfIds {
    let (skip, take) = (offset(request), Browse::PAGE_SIZE as usize);
    let mut page = Vec::new();
    let mut total: u32 = 0;
    for (at, id) in ids.enumerate() {
        if at >= skip && page.len() < take {
            page.push(id);
        }
        total = total.saturating_add(1);
    }
    PageOfIds { ids: page, total }
}
