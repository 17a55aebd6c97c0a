//! No page gets an older version after a newer one, whatever arrives late or twice.

use std::sync::Arc;

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use shop::Level;
use store::Change;

use super::{Page, World};

const BOOKS: [&str; 3] = ["a", "b", "c"];

/// The true versions of a book that a page was sent. In these tests the number of available copies
/// is the true version, whatever version a message claims.
fn true_versions(page: &Page, book: &str) -> Vec<u32> {
    let levels = page.socket.messages().into_iter().flat_map(|m| m.1.stock);
    let levels = levels.filter(|level| level.book.as_str() == book);
    levels.map(|level| level.available).collect()
}

/// Whether any page was sent an older version than it had.
fn any_went_backward(pages: &[Page]) -> bool {
    let told = |page| BOOKS.map(|book| true_versions(page, book));
    let mut all = pages.iter().flat_map(told);
    all.any(|true_versions| !true_versions.is_sorted())
}

/// Pages connect, stop reading and read again, while changes arrive late, twice and in any order.
/// `alter` can change what is delivered to the hub.
fn random_run(seed: u64, mut alter: impl FnMut(&Change) -> Change) -> (World, Vec<Page>, [u64; 3]) {
    let mut random = StdRng::seed_from_u64(seed);
    let (mut world, mut pages, mut versions) = (World::new(), Vec::new(), [0; 3]);
    for _ in 0..400 {
        match random.random_range(0..10) {
            0 => pages.push(world.page(&BOOKS.map(|book| (book, 0)))),
            1 => with_random_page(&mut random, &pages, |page: &Page| {
                page.socket.blocks_after(30)
            }),
            2 => with_random_page(&mut random, &pages, |page: &Page| world.read_all(page)),
            3 => world.pass(random.random_range(1..100)),
            4 | 5 => {
                let mut inbox = world.inbox.0.lock().unwrap();
                let late = random.random_range(0..=inbox.len());
                let change = match random.random_bool(0.3) {
                    true => inbox.get(late).cloned(),
                    false => (late < inbox.len()).then(|| inbox.swap_remove(late)),
                };
                drop(inbox);
                if let Some(change) = change {
                    world.deliver(&Arc::new(alter(&change)));
                }
            }
            _ => {
                let book = random.random_range(0..BOOKS.len());
                versions[book] += 1;
                world.announce(BOOKS[book], versions[book]);
            }
        }
    }
    let late = std::mem::take(&mut *world.inbox.0.lock().unwrap());
    for change in late {
        world.deliver(&Arc::new(alter(&change)));
    }
    pages.iter().for_each(|page| world.read_all(page));
    world.pass(100);
    (world, pages, versions)
}

fn with_random_page(random: &mut impl Rng, pages: &[Page], mut act: impl FnMut(&Page)) {
    if !pages.is_empty() {
        act(&pages[random.random_range(0..pages.len())]);
    }
}

#[test]
fn late_duplicate_and_reordered_changes_never_move_a_page_backward() {
    for seed in 0..300 {
        let (_, pages, versions) = random_run(seed, Change::clone);
        assert!(!any_went_backward(&pages), "seed {seed}");
        for page in &pages {
            for (book, version) in BOOKS.into_iter().zip(versions) {
                let last = true_versions(page, book)
                    .last()
                    .copied()
                    .unwrap_or_default();
                assert_eq!(u64::from(last), version, "seed {seed}, {book}");
            }
        }
    }
}

/// Control: every change claims to be newer than all before it. So the version comparison holds
/// nothing back, and late changes are sent after newer ones.
#[test]
fn without_the_version_comparison_pages_go_backward() {
    let mut claimed = 1_000_000;
    let seen = (0..300).filter(|seed| {
        let (_, pages, _) = random_run(*seed, |change| {
            let Change::Level(level) = change else {
                unreachable!("there are only books here");
            };
            claimed += 1;
            Change::Level(Level {
                version: claimed,
                ..level.clone()
            })
        });
        any_went_backward(&pages)
    });
    let seen = seen.count();
    assert!(seen > 200, "in {seen} of 300 runs");
}

/// A lookup takes time, and its result may be older than what the page was sent meanwhile.
#[test]
fn an_outdated_lookup_does_not_overwrite_a_newer_version() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    world.change("a", 5);
    world.pass(50);
    let request = world.receive(&page, r#"{"seen":"a:4,b:0"}"#).unwrap();
    let found = world.look_up(request.topics);
    assert_eq!(found.1.stock[0].version, 5);
    world.change("a", 6);
    world.pass(50);
    world
        .hub
        .topics_looked_up(request.follower, Ok(found), world.now);
    world.change("b", 1);
    world.pass(50);
    let versions = page.versions("a");
    assert!(versions.is_sorted(), "{versions:?}");
    assert_eq!(versions.last(), Some(&6));
    assert_eq!(page.versions("b"), [1]);
}
