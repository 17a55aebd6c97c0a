//! Search results on handmade and random catalogues.

use proptest::prelude::*;
use shop::{Browse, Query, Sort};

use super::index::{Index, IndexedBook};

fn index(books: &[(&str, &str)]) -> Index {
    let mut index = Index::default();
    let lines = (1..).zip(books).map(|(id, (title, author))| IndexedBook {
        id,
        title: (*title).to_owned(),
        author: (*author).to_owned(),
        more: String::new(),
        isbn: None,
        price_cents: 1_000 - id,
        withdrawn: false,
    });
    index.upsert(lines.collect());
    index
}

fn request(query: &str) -> Browse {
    Browse {
        query: Query::new(query),
        ..Browse::default()
    }
}

/// The titles found, best first.
fn found<'a>(books: &[(&'a str, &str)], query: &str) -> Vec<&'a str> {
    let ids = index(books).page(&request(query), None).ids;
    ids.iter()
        .map(|id| books[usize::try_from(*id).unwrap() - 1].0)
        .collect()
}

const SHELF: [(&str, &str); 8] = [
    ("The Night Train to Anywhere", "Hana Kobayashi"),
    ("Knights and Nightingales", "Ørjan Müller"),
    ("Nightfall", "Élodie Strauß"),
    ("Light", "Thomas Night"),
    ("红楼梦", "曹雪芹"),
    ("梦的解析", "弗洛伊德"),
    ("The Lighthouse Keeper’s Almanac", "Ines Calloway"),
    ("1984", "George Orwell"),
];

#[test]
fn exact_matches_rank_first_then_prefixes_then_typos_and_titles_before_authors() {
    assert_eq!(
        found(&SHELF, "night"),
        [
            "The Night Train to Anywhere",
            "Light",
            "Nightfall",
            "Knights and Nightingales",
        ],
        "exact, in an author’s name, a prefix, a typo; “Light” also matches with a typo"
    );
    assert_eq!(found(&SHELF, "lihgt")[0], "Light");
}

#[test]
fn accents_and_case_make_no_difference() {
    for query in ["orjan muller", "ØRJAN MÜLLER", "müller ørjan"] {
        assert_eq!(
            found(&SHELF, query),
            ["Knights and Nightingales"],
            "{query}"
        );
    }
    for query in ["elodie", "strauss", "Strauß", "STRAUSS", "É"] {
        assert_eq!(found(&SHELF, query), ["Nightfall"], "{query}");
    }
    assert_eq!(found(&SHELF, "keepers almanac").len(), 1);
    assert_eq!(found(&SHELF, "keeper's").len(), 1);
}

#[test]
fn words_of_four_letters_allow_one_typo_and_words_of_eight_allow_two() {
    for query in ["trian", "trin", "traain", "trein", "train"] {
        assert_eq!(
            found(&SHELF, query),
            ["The Night Train to Anywhere"],
            "{query}"
        );
    }
    for query in [
        "lighthouse",
        "lihgthouse",
        "lihgtouse",
        "lightthouss",
        "calowway",
    ] {
        assert_eq!(
            found(&SHELF, query),
            ["The Lighthouse Keeper’s Almanac"],
            "{query}"
        );
    }
    assert!(
        found(&SHELF, "tqain tq").is_empty(),
        "every word has to match"
    );
    assert!(
        found(&SHELF, "toe").is_empty(),
        "three letters allow no typo"
    );
    assert!(found(&SHELF, "1985").is_empty(), "a number allows no typo");
    assert_eq!(found(&SHELF, "1984"), ["1984"]);
}

#[test]
fn only_the_last_word_may_be_a_prefix() {
    for query in ["night t", "night tr", "the night train to any", "hana k"] {
        assert_eq!(
            found(&SHELF, query)[0],
            "The Night Train to Anywhere",
            "{query}"
        );
    }
    assert!(found(&SHELF, "nig train").is_empty());
}

#[test]
fn chinese_titles_are_found_by_any_part_of_them() {
    assert_eq!(found(&SHELF, "红楼梦"), ["红楼梦"]);
    assert_eq!(found(&SHELF, "楼梦"), ["红楼梦"]);
    assert_eq!(found(&SHELF, "梦"), ["红楼梦", "梦的解析"]);
    assert_eq!(found(&SHELF, "曹雪芹 红楼"), ["红楼梦"]);
    assert_eq!(
        found(&SHELF, "解析梦"),
        Vec::<&str>::new(),
        "the order of characters matters"
    );
}

#[test]
fn queries_without_words_find_nothing() {
    for query in [
        "🦊",
        "\"'()*",
        "-- ;",
        "AND OR NOT",
        "بحث",
        "%",
        "_",
        "\\",
        "\u{202e}x",
    ] {
        assert!(found(&SHELF, query).is_empty(), "{query}");
    }
}

#[test]
fn typos_are_tried_only_if_the_first_page_is_not_full() {
    let mut books = vec![("Night", "Ann"); 24];
    books.push(("Light", "Ann"));
    assert_eq!(index(&books).page(&request("night"), None).total, 24);
    assert_eq!(
        index(&books[1..]).page(&request("night"), None).total,
        24,
        "23 exact matches and one typo"
    );
}

#[test]
fn an_isbn_is_found_by_its_digits() {
    let mut lines: Vec<IndexedBook> = Vec::new();
    for (id, isbn) in [
        (1, "9780306406157"),
        (2, "9780306406249"),
        (3, "9791234567896"),
    ] {
        lines.push(IndexedBook {
            id,
            title: format!("Title {id}"),
            author: "Ann".to_owned(),
            more: String::new(),
            isbn: Some(isbn.to_owned()),
            price_cents: 1,
            withdrawn: false,
        });
    }
    lines[2].title = "97803 Miles".to_owned();
    let mut index = Index::default();
    index.upsert(lines);
    let ids = |query| index.page(&request(query), None).ids;
    for query in [
        "9780306406157",
        "978-0-306-40615-7",
        "0-306-40615-2",
        "978 0 306 40615",
    ] {
        assert_eq!(ids(query), [1], "{query}");
    }
    assert_eq!(ids("978-03"), [1, 2]);
    assert_eq!(ids("97803"), [3, 1, 2], "a number in a title matches too");
    assert!(ids("9780306406158").is_empty());
    assert_eq!(ids("9780"), [3], "four digits are too few for an ISBN");
}

#[test]
fn every_sort_order_is_correct() {
    let books = [
        ("The Zebra", "Ann Young"),
        ("Älter", "Zoe Adams"),
        ("an Apple", "Bo Adams"),
        ("Zebra 2", "X"),
    ];
    let index = index(&books);
    let ids = |sort, query: &str| {
        index
            .page(
                &Browse {
                    sort,
                    query: Query::new(query),
                    ..Browse::default()
                },
                None,
            )
            .ids
    };
    assert_eq!(ids(None, ""), [1, 2, 3, 4]);
    assert_eq!(ids(Some(Sort::Newest), ""), [4, 3, 2, 1]);
    assert_eq!(
        ids(Some(Sort::Title), ""),
        [2, 3, 1, 4],
        "alter, apple, zebra, zebra 2"
    );
    assert_eq!(ids(Some(Sort::Author), ""), [3, 2, 4, 1]);
    assert_eq!(ids(Some(Sort::PriceUp), ""), [4, 3, 2, 1]);
    assert_eq!(ids(Some(Sort::PriceDown), ""), [1, 2, 3, 4]);
    assert_eq!(ids(Some(Sort::Newest), "zebra"), [4, 1]);
    assert_eq!(ids(None, "zebra"), [1, 4]);
    let in_stock = index.page(&request("zebra"), Some(&[4, 3, 77]));
    assert_eq!((in_stock.ids, in_stock.total), (vec![4], 1));
}

#[test]
fn pages_contain_every_book_once() {
    let books = vec![("Night", "Ann"); 60];
    let index = index(&books);
    for (query, sort) in [
        ("", None),
        ("", Some(Sort::Newest)),
        ("night", None),
        ("nihgt", Some(Sort::Title)),
    ] {
        let mut all = Vec::new();
        for page in 1..5 {
            let request = Browse {
                sort,
                query: Query::new(query),
                page: page.into(),
                ..Browse::default()
            };
            let page = index.page(&request, None);
            assert_eq!(page.total, 60);
            all.extend(page.ids);
        }
        all.sort_unstable();
        assert_eq!(all, (1..=60).collect::<Vec<_>>(), "{query} {sort:?}");
        let beyond = Browse {
            page: u32::MAX.into(),
            ..request(query)
        };
        assert!(index.page(&beyond, None).ids.is_empty());
    }
}

/// Optimal string alignment, the textbook version.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            d[i][j] = match (i, j) {
                (0, n) | (n, 0) => n,
                _ => {
                    let wrong = usize::from(a[i - 1] != b[j - 1]);
                    let mut least = (d[i - 1][j] + 1)
                        .min(d[i][j - 1] + 1)
                        .min(d[i - 1][j - 1] + wrong);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        least = least.min(d[i - 2][j - 2] + 1);
                    }
                    least
                }
            };
        }
    }
    d[a.len()][b.len()]
}

proptest! {
    #[test]
    fn a_search_finds_prefix_matches_and_typos_and_nothing_else(
        titles in prop::collection::vec("[abcé]{1,10}", 1..20),
        query in "[abcé]{1,10}",
    ) {
        let books: Vec<_> = titles.iter().map(|title| (title.as_str(), "-")).collect();
        let mut got = index(&books).page(&request(&query), None).ids;
        got.sort_unstable();
        let plain = |text: &str| text.replace('é', "e");
        let query: Vec<char> = plain(&query).chars().collect();
        let most = match query.len() { 0..4 => 0, 4..8 => 1, _ => 2 };
        let fits = |title: &String| {
            let title: Vec<char> = plain(title).chars().collect();
            title.starts_with(&query) || distance(&title, &query) <= most
        };
        let wanted: Vec<i64> = (1..).zip(&titles).filter(|(_, title)| fits(title)).map(|(id, _)| id).collect();
        prop_assert_eq!(got, wanted);
    }

    #[test]
    fn any_query_is_answered(query in any::<String>(), titles in prop::collection::vec(any::<String>(), 0..6)) {
        let books: Vec<_> = titles.iter().map(|title| (title.as_str(), query.as_str())).collect();
        let page = index(&books).page(&request(&query), None);
        prop_assert_eq!(page.ids.len(), page.total as usize);
    }

    #[test]
    fn a_title_is_found_by_searching_for_it(title in any::<String>()) {
        prop_assume!(!Query::new(&title).is_empty());
        let words = super::fold::query_terms(Query::new(&title).as_str(), 100);
        // A title longer than the longest query is cut, and its last word is then a prefix.
        let found = index(&[(title.as_str(), "")]).page(&request(&title), None).ids;
        prop_assert_eq!(found.is_empty(), words.is_empty());
    }
}
