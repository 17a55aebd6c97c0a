//! Copies in import files, and manual counts. An import's counts are as of the announcement of the
//! file, and each of its rows is applied once.

use super::*;
use crate::{Column, Copies, LineProblem, Reason, StockChangeSince};

fn counted(copies: u32) -> Entry {
    Entry {
        copies: Some(Copies::Counted(copies)),
        ..line(2, "drop")
    }
}

/// Ten copies were counted. A row has the stock before the import, the movements since the
/// announcement, and the stock after the import.
#[test]
fn a_count_is_adjusted_by_the_movements_since_the_announcement() {
    let since = |moved, counted| StockChangeSince { moved, counted };
    for (before, since, after) in [
        (7, since(-3, false), 7),
        (9, since(-3, false), 7),
        (10, since(0, false), 10),
        (17, since(5, false), 15),
        // A later count takes precedence.
        (9, since(-3, true), 9),
    ] {
        let mut shop = shop(before);
        let import = shop.world.imports.get_mut(&IMPORT).unwrap();
        import.since.insert(book(), since);
        let changed = Outcome::Changed(vec![Column::Counted]);
        let expected = if after == before {
            Outcome::Unchanged
        } else {
            changed
        };
        assert_eq!(
            outcome(&mut shop, counted(10)),
            expected,
            "{before} {since:?}"
        );
        assert_eq!(shop.world.books["drop"].stock.on_hand, after);
    }
    let mut empty = shop(0);
    let import = empty.world.imports.get_mut(&IMPORT).unwrap();
    import.since.insert(book(), since(-3, false));
    let negative = Outcome::Refused(Column::Counted, LineProblem::Negative);
    assert_eq!(outcome(&mut empty, counted(2)), negative);
}

/// Earlier movements of the same batch are newer than the announcement.
#[test]
fn a_count_includes_earlier_movements_of_its_own_batch() {
    let reason: Reason = "stolen".parse().unwrap();
    let batch = |first| {
        let delivery = Command::ImportLines(ImportBatch {
            import: IMPORT,
            upto: 2,
            entries: vec![counted(10)],
        });
        let (answers, changes) = decide(shop(8).world, &[first, delivery]);
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        changes.stocks["drop"].stock.on_hand
    };
    let stolen = Command::Restock {
        book: book(),
        change: (-3).try_into().unwrap(),
        reason: reason.clone(),
        submission: None,
    };
    assert_eq!(batch(stolen), 7);
    let recounted = Command::Count {
        book: book(),
        on_hand: 6,
        reason,
    };
    assert_eq!(batch(recounted), 6);
}

#[test]
fn a_movement_has_the_time_of_its_count() {
    let mut shop = shop(8);
    let announced = Timestamp::from_millis(999_000);
    shop.world.imports.get_mut(&IMPORT).unwrap().announced = announced;
    let new = Entry {
        copies: Some(Copies::Counted(3)),
        ..new_book(3, "new")
    };
    let arrived = Entry {
        copies: Some(Copies::Change(3.try_into().unwrap())),
        ..new_book(4, "arrived")
    };
    deliver(&mut shop, vec![counted(10), new, arrived]);
    let reason: Reason = "counted".parse().unwrap();
    let on_hand = 4;
    let count = Command::Count {
        book: book(),
        on_hand,
        reason,
    };
    shop.run(count).unwrap();
    let counted_at: Vec<_> = shop.movements.iter().map(|row| row.counted_at).collect();
    let now = shop.world.now;
    assert_eq!(
        counted_at,
        [Some(announced), Some(announced), None, Some(now)]
    );
}

/// A second import of the same file applies the other columns, but not the copies again.
#[test]
fn copies_applied_by_another_import_of_the_file_are_not_applied_again() {
    let more = Entry {
        copies: Some(Copies::Change(2.try_into().unwrap())),
        ..line(2, "drop")
    };
    let mut shop = shop(5);
    let import = shop.world.imports.get_mut(&IMPORT).unwrap();
    import.repeated = [2].into();
    assert_eq!(outcome(&mut shop, more.clone()), Outcome::Unchanged);
    assert_eq!(outcome(&mut shop, counted(9)), Outcome::Unchanged);
    let renamed = Entry {
        title: Some("Renamed".to_owned()),
        ..more.clone()
    };
    let changed = Outcome::Changed(vec![Column::Title]);
    assert_eq!(outcome(&mut shop, renamed), changed);
    let later = Entry {
        row: 3,
        ..more.clone()
    };
    let changed = Outcome::Changed(vec![Column::Stock]);
    assert_eq!(
        outcome(&mut shop, later),
        changed,
        "a row that the other import did not reach is applied"
    );
    let import = shop.world.imports.get_mut(&IMPORT).unwrap();
    import.counts_again = true;
    assert_eq!(outcome(&mut shop, more), changed);
    assert_eq!(shop.world.books["drop"].stock.on_hand, 9);
}

#[test]
fn two_imports_of_one_file_in_one_batch_count_each_row_once() {
    let mut world = shop(5).world;
    let other = ImportId::from_bits(8);
    for import in [IMPORT, other] {
        let content = Some([1; 32]);
        world.imports.entry(import).or_default().content = content;
    }
    let more = |import, row| {
        let entry = Entry {
            copies: Some(Copies::Change(2.try_into().unwrap())),
            ..line(row, "drop")
        };
        let (upto, entries) = (row, vec![entry]);
        Command::ImportLines(ImportBatch {
            import,
            upto,
            entries,
        })
    };
    let batch = [more(IMPORT, 2), more(other, 2), more(other, 3)];
    let (_, changes) = decide(world, &batch);
    assert_eq!(changes.stocks["drop"].stock.on_hand, 9);
}

#[test]
fn a_line_with_a_count_below_the_held_copies_is_refused_as_a_whole() {
    let mut shop = shop(5);
    shop.run(add(ANN, 3)).unwrap();
    shop.movements.clear();
    let counted = |copies| Entry {
        title: Some("Renamed".to_owned()),
        copies: Some(Copies::Counted(copies)),
        ..line(2, "drop")
    };
    let promised = LineProblem::Promised { promised: 3 };
    assert_eq!(
        outcome(&mut shop, counted(2)),
        Outcome::Refused(Column::Counted, promised)
    );
    assert_eq!(shop.world.catalogue["drop"].title, "The Drop");
    assert_eq!(shop.movements, []);
    let both = Outcome::Changed(vec![Column::Title, Column::Counted]);
    assert_eq!(outcome(&mut shop, counted(3)), both);
    let stock = shop.world.books["drop"].stock;
    assert_eq!((stock.on_hand, stock.held, stock.available()), (3, 3, 0));
    assert_eq!(outcome(&mut shop, counted(3)), Outcome::Unchanged);
}

#[test]
fn a_manual_count_is_recorded_even_if_it_changes_nothing() {
    let mut shop = shop(5);
    shop.run(add(ANN, 3)).unwrap();
    let reason: Reason = "counted".parse().unwrap();
    let count = |on_hand| Command::Count {
        book: book(),
        on_hand,
        reason: reason.clone(),
    };
    assert_eq!(shop.run(count(2)), Err(Refusal::Promised { promised: 3 }));
    for on_hand in [5, 3, 9] {
        assert!(shop.run(count(on_hand)).is_ok());
        assert_eq!(shop.world.books["drop"].stock.on_hand, on_hand);
    }
    let kinds: Vec<_> = shop.movements.iter().map(|row| row.kind).collect();
    use MovementKind::{Adjusted, Held};
    assert_eq!(kinds, [Held, Adjusted, Adjusted, Adjusted]);
    let changes: Vec<_> = shop.movements[1..].iter().map(|row| row.on_hand).collect();
    assert_eq!(changes, [0, -2, 6]);
    assert!(
        shop.movements[1..]
            .iter()
            .all(|row| row.counted_at.is_some())
    );
}
