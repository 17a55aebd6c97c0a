//! Following other topics, while the data changes and pages disconnect.

use std::collections::BTreeSet;

use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{Page, World, client_frame};
use crate::live::lookup::{LookupError, outcome_of};

const BOOKS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

#[test]
fn a_new_set_of_topics_replaces_the_old_one() {
    let mut world = World::new();
    let page = world.page(&[("a", 0), ("b", 0)]);
    let request = world.receive(&page, r#"{"seen":"b:0,c:0"}"#).unwrap();
    assert_eq!(world.complete_lookup(request), None);
    for book in ["a", "b", "c"] {
        world.change(book, 1);
        world.pass(50);
    }
    assert_eq!(page.versions("a"), [] as [u64; 0]);
    assert_eq!((page.versions("b"), page.versions("c")), (vec![1], vec![1]));
}

#[test]
fn of_several_quick_requests_the_last_one_wins() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    let first = world.receive(&page, r#"{"seen":"b:0"}"#).unwrap();
    for meanwhile in ["c", "d", "e"] {
        let request = world.receive(&page, &format!(r#"{{"seen":"{meanwhile}:0"}}"#));
        assert_eq!(request, None, "one lookup at a time");
    }
    let last = world.complete_lookup(first).unwrap();
    assert_eq!(world.complete_lookup(last), None);
    for book in BOOKS {
        world.change(book, 1);
        world.pass(50);
    }
    let told = BOOKS.map(|book| page.versions(book).len());
    assert_eq!(told, [0, 0, 0, 0, 1, 0]);
}

#[test]
fn a_lookup_for_a_closed_page_changes_nothing() {
    let mut world = World::new();
    let gone = world.page(&[("a", 0)]);
    let request = world.receive(&gone, r#"{"seen":"b:0"}"#).unwrap();
    gone.socket.breaks();
    world.change("a", 1);
    assert!(world.hub.is_empty());
    let other = world.page(&[("a", 1)]);
    assert_eq!(other.number, gone.number, "another page has its number");
    world.announce("b", 1);
    assert_eq!(world.complete_lookup(request), None);
    world.change("b", 2);
    world.change("a", 2);
    assert_eq!(other.versions("b"), [] as [u64; 0]);
    assert_eq!(other.versions("a"), [2]);
}

#[test]
fn a_change_during_the_lookup_is_not_missed() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    let other = world.page(&[("b", 0)]);
    world.change("b", 1);
    let request = world.receive(&page, r#"{"seen":"b:0"}"#).unwrap();
    let found = world.look_up(request.topics);
    world.change("b", 2);
    world
        .hub
        .topics_looked_up(request.follower, Ok(found), world.now);
    world.pass(50);
    assert_eq!(page.versions("b").last(), Some(&2));
    assert_eq!(other.versions("b"), [1, 2]);
}

/// Control: the client claims to have seen the change, as if nothing were compared. It gets only
/// the result of the lookup, and misses the change.
#[test]
fn without_the_comparison_a_change_during_the_lookup_is_missed() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    let other = world.page(&[("b", 0)]);
    world.change("b", 1);
    let request = world.receive(&page, r#"{"seen":"b:0"}"#).unwrap();
    let (mut follows, newer) = world.look_up(request.topics);
    world.change("b", 2);
    follows[0].1 = 2;
    world
        .hub
        .topics_looked_up(request.follower, Ok((follows, newer)), world.now);
    world.pass(50);
    assert_eq!(page.versions("b"), [1]);
    assert_eq!(other.versions("b"), [1, 2]);
}

async fn panicking() -> Result<(), LookupError> {
    panic!("in a test, on purpose")
}

#[tokio::test]
async fn a_page_whose_lookup_panics_is_asked_to_reconnect() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    let request = world.receive(&page, r#"{"seen":"b:0"}"#).unwrap();
    let outcome = tokio::spawn(outcome_of(panicking())).await.unwrap();
    let refusal = Err(outcome.unwrap_err());
    world
        .hub
        .topics_looked_up(request.follower, refusal, world.now);
    assert_eq!(page.close_code(), Some(1013));
}

/// Control: the panic ends the task of the lookup, so the hub never gets an outcome.
#[tokio::test]
async fn without_catching_the_panic_a_page_waits_for_ever() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    world.receive(&page, r#"{"seen":"b:0"}"#).unwrap();
    let outcome = tokio::spawn(panicking()).await;
    assert!(outcome.unwrap_err().is_panic());
    for other in ["c", "d"] {
        let request = world.receive(&page, &format!(r#"{{"seen":"{other}:0"}}"#));
        assert_eq!(request, None, "the first lookup is still running");
    }
    for book in BOOKS {
        world.change(book, 1);
        world.pass(50);
    }
    let told = ["b", "c", "d"].map(|book| page.versions(book).len());
    assert_eq!((told, page.close_code()), ([0; 3], None));
}

/// Pages connect, disconnect and change topics at random. After each step, a change of every book
/// must reach exactly the pages that follow it.
#[test]
fn every_page_gets_exactly_the_topics_it_follows() {
    for seed in 0..6 {
        let mut random = StdRng::seed_from_u64(seed);
        let mut world = World::new();
        let mut pages: Vec<(Page, BTreeSet<&str>)> = Vec::new();
        let mut version = 0;
        for step in 0..150 {
            let some: BTreeSet<_> = BOOKS
                .into_iter()
                .filter(|_| random.random_bool(0.4))
                .chain(["a"])
                .collect();
            let seen: Vec<_> = some.iter().map(|book| (*book, version)).collect();
            let chosen = random.random_range(0..=pages.len());
            match random.random_range(0..4) {
                0 if chosen < pages.len() => {
                    let (page, _) = pages.swap_remove(chosen);
                    world.receive_bytes(&page, &client_frame(true, 8, b""));
                    page.socket.breaks();
                    world.hub.readable(page.number, world.now);
                }
                1 | 2 if chosen < pages.len() => {
                    let (page, follows) = &mut pages[chosen];
                    let wanted = seen.iter().map(|(book, seen)| format!("{book}:{seen}"));
                    let wanted = wanted.collect::<Vec<_>>().join(",");
                    let request = world.receive(page, &format!(r#"{{"seen":"{wanted}"}}"#));
                    world.complete_lookup(request.unwrap());
                    *follows = some;
                }
                _ => pages.push((world.page(&seen), some)),
            }
            version += 1;
            for book in BOOKS {
                world.change(book, version);
            }
            world.pass(50);
            for (page, follows) in &pages {
                for book in BOOKS {
                    let told = page.versions(book).last() == Some(&version);
                    let follows = follows.contains(book);
                    assert_eq!(told, follows, "seed {seed}, step {step}, {book}");
                }
            }
            assert_eq!(world.hub.len(), pages.len());
        }
    }
}
