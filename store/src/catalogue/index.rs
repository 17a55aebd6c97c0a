//! The in-memory index of the catalogue: an inverted index of words, and the sort orders. It does
//! no I/O: `mod.rs` reads the books.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
};

use shop::Sort;

use super::fold::{author_key, index_terms, title_key};

/// The indexed fields of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IndexedBook {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) author: String,
    /// The subtitle, the other contributors and the publisher.
    pub(crate) more: String,
    pub(crate) isbn: Option<String>,
    pub(crate) price_cents: i64,
    /// A withdrawn book has no words and no place in the sort orders.
    pub(crate) withdrawn: bool,
}

/// A book's position in the index. It never changes, because books are withdrawn, not removed.
pub(super) type Slot = u32;

/// A word of the catalogue and the books that contain it.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// The word's length and letters, to rule out words too different to be within the edit
    /// distance.
    pub(super) letters: usize,
    pub(super) signature: u32,
    pub(super) postings: Vec<Posting>,
}

/// A book that contains a word: slot × 2, plus 1 if the title does not contain it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Posting(u32);

impl Posting {
    fn new(slot: Slot, in_title: bool) -> Self {
        Self(slot * 2 + u32::from(!in_title))
    }

    pub(super) fn slot(self) -> usize {
        (self.0 / 2) as usize
    }

    pub(super) fn not_in_title(self) -> bool {
        self.0 % 2 == 1
    }
}

#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) id: i64,
    /// The title's length in words: a shorter title ranks higher.
    pub(super) title_words: u16,
    title_key: Box<str>,
    author_key: Box<str>,
    price_cents: i64,
    /// The book as it was indexed, needed to remove its words.
    line: IndexedBook,
}

/// The catalogue's words and sort orders.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    pub(super) entries: Vec<Entry>,
    slots: HashMap<i64, Slot>,
    pub(super) words: BTreeMap<Box<str>, Word>,
    pub(super) isbns: BTreeMap<Box<str>, Vec<Slot>>,
    /// By id, title, author, ascending price and descending price, one order for each.
    orders: [Vec<Slot>; 5],
}

/// The most changes for which moving books one by one is cheaper than sorting again.
const INCREMENTAL_LIMIT: usize = 64;

impl Index {
    /// Adds new books and updates changed ones.
    pub(crate) fn upsert(&mut self, lines: Vec<IndexedBook>) {
        let incremental = lines.len() <= INCREMENTAL_LIMIT;
        for line in lines {
            let slot = self.slots.get(&line.id).copied();
            if let Some(slot) = slot {
                if self.entries[slot as usize].line == line {
                    continue;
                }
                if incremental {
                    self.remove_from_orders(slot);
                }
                self.remove_words(slot);
            }
            let slot = self.insert(slot, line);
            if incremental {
                self.insert_into_orders(slot);
            }
        }
        if !incremental {
            self.sort();
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn slot(&self, id: i64) -> Option<Slot> {
        self.slots.get(&id).copied()
    }

    /// The books in a sort order, and whether to read it in reverse.
    pub(super) fn order(&self, sort: Option<Sort>) -> (&[Slot], bool) {
        match sort {
            None => (&self.orders[0], false),
            Some(Sort::Newest) => (&self.orders[0], true),
            Some(Sort::Title) => (&self.orders[1], false),
            Some(Sort::Author) => (&self.orders[2], false),
            Some(Sort::PriceUp) => (&self.orders[3], false),
            Some(Sort::PriceDown) => (&self.orders[4], false),
        }
    }

    fn insert(&mut self, slot: Option<Slot>, line: IndexedBook) -> Slot {
        let slot = slot.unwrap_or_else(|| {
            Slot::try_from(self.entries.len()).expect("no shop has four billion titles")
        });
        let title = index_terms(&line.title);
        let sold = !line.withdrawn;
        let (author, more) = (index_terms(&line.author), index_terms(&line.more));
        for (words, in_title) in [(&title, true), (&author, false), (&more, false)] {
            for word in words.iter().filter(|_| sold) {
                self.add_word(word, slot, in_title);
            }
        }
        if let Some(isbn) = line.isbn.as_ref().filter(|_| sold) {
            self.isbns
                .entry(isbn.as_str().into())
                .or_default()
                .push(slot);
        }
        let entry = Entry {
            id: line.id,
            title_words: u16::try_from(title.len()).unwrap_or(u16::MAX),
            title_key: title_key(&line.title).into(),
            author_key: author_key(&line.author).into(),
            price_cents: line.price_cents,
            line,
        };
        self.slots.insert(entry.id, slot);
        match self.entries.get_mut(slot as usize) {
            Some(known) => *known = entry,
            None => self.entries.push(entry),
        }
        slot
    }

    fn add_word(&mut self, word: &str, slot: Slot, in_title: bool) {
        let new = Posting::new(slot, in_title);
        let Some(known) = self.words.get_mut(word) else {
            let new_word = Word {
                letters: word.chars().count(),
                signature: signature(word),
                postings: vec![new],
            };
            self.words.insert(word.into(), new_word);
            return;
        };
        let postings = &mut known.postings;
        // Books are mostly indexed in the order of their slots.
        if postings.last().is_none_or(|last| last.slot() < new.slot()) {
            postings.push(new);
            return;
        }
        let at = postings.partition_point(|posting| posting.slot() < new.slot());
        match postings.get_mut(at) {
            // A match in the title outranks one elsewhere.
            Some(posting) if posting.slot() == new.slot() => *posting = (*posting).min(new),
            _ => postings.insert(at, new),
        }
    }

    fn remove_words(&mut self, slot: Slot) {
        let line = self.entries[slot as usize].line.clone();
        for word in index_terms(&line.title)
            .iter()
            .chain(&index_terms(&line.author))
            .chain(&index_terms(&line.more))
        {
            let Some(known) = self.words.get_mut(word.as_str()) else {
                continue;
            };
            known
                .postings
                .retain(|posting| posting.slot() != slot as usize);
            if known.postings.is_empty() {
                self.words.remove(word.as_str());
            }
        }
        if let Some(isbn) = &line.isbn
            && let Some(slots) = self.isbns.get_mut(isbn.as_str())
        {
            slots.retain(|other| *other != slot);
            if slots.is_empty() {
                self.isbns.remove(isbn.as_str());
            }
        }
    }

    fn sort(&mut self) {
        let entries = &self.entries;
        let sold = |slot: &Slot| !entries[*slot as usize].line.withdrawn;
        let all: Vec<Slot> = (0..).take(entries.len()).filter(sold).collect();
        let mut by_title = all.clone();
        by_title.sort_unstable_by(|a, b| compare(entries, 1, *a, *b));
        // Ties are broken by title. Comparing positions in the title order is faster than comparing
        // titles.
        let mut rank = vec![0; entries.len()];
        for (at, slot) in (0_u32..).zip(&by_title) {
            rank[*slot as usize] = at;
        }
        let sorted = |by: &dyn Fn(&Entry, &Entry) -> Ordering| {
            let mut order = all.clone();
            order.sort_unstable_by(|a, b| {
                let equal = rank[*a as usize].cmp(&rank[*b as usize]);
                by(&entries[*a as usize], &entries[*b as usize]).then(equal)
            });
            order
        };
        self.orders = [
            sorted(&|a, b| a.id.cmp(&b.id)),
            by_title,
            sorted(&|a, b| a.author_key.cmp(&b.author_key)),
            sorted(&|a, b| a.price_cents.cmp(&b.price_cents)),
            sorted(&|a, b| b.price_cents.cmp(&a.price_cents)),
        ];
    }

    fn insert_into_orders(&mut self, slot: Slot) {
        let entries = &self.entries;
        if entries[slot as usize].line.withdrawn {
            return;
        }
        for (which, order) in self.orders.iter_mut().enumerate() {
            let at = order.partition_point(|other| compare(entries, which, *other, slot).is_lt());
            order.insert(at, slot);
        }
    }

    fn remove_from_orders(&mut self, slot: Slot) {
        let entries = &self.entries;
        if entries[slot as usize].line.withdrawn {
            return;
        }
        for (which, order) in self.orders.iter_mut().enumerate() {
            let at = order.partition_point(|other| compare(entries, which, *other, slot).is_lt());
            order.remove(at);
        }
    }
}

/// Compares two books in one of the sort orders. No two are equal.
fn compare(entries: &[Entry], which: usize, a: Slot, b: Slot) -> Ordering {
    let (a, b) = (&entries[a as usize], &entries[b as usize]);
    let by = match which {
        1 => Ordering::Equal,
        2 => a.author_key.cmp(&b.author_key),
        3 => a.price_cents.cmp(&b.price_cents),
        4 => b.price_cents.cmp(&a.price_cents),
        _ => return a.id.cmp(&b.id),
    };
    by.then_with(|| a.title_key.cmp(&b.title_key))
        .then(a.id.cmp(&b.id))
}

/// A bit for each letter of a word; letters may share a bit.
pub(super) fn signature(word: &str) -> u32 {
    word.chars()
        .fold(0, |bits, c| bits | 1 << (u32::from(c) % 32))
}

#[cfg(test)]
mod tests;
