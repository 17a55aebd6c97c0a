//! Deliveries that are repeated or come after the import was cancelled.

use super::*;
use crate::Copies;

#[test]
fn a_repeated_delivery_has_no_effect() {
    let mut shop = shop(5);
    let more = Entry {
        copies: Some(Copies::Change(2.try_into().unwrap())),
        ..line(2, "drop")
    };
    assert_eq!(deliver(&mut shop, vec![more.clone()]).len(), 1);
    assert_eq!(deliver(&mut shop, vec![more.clone()]).len(), 0);
    let later = Entry {
        row: 3,
        ..more.clone()
    };
    assert_eq!(
        deliver(&mut shop, vec![more, later]).len(),
        1,
        "only the new line is imported"
    );
    assert_eq!(shop.world.books["drop"].stock.on_hand, 9);
}

/// Positive control for the test above: the store forgets the progress of the import.
#[test]
fn a_line_is_imported_twice_if_the_progress_is_forgotten() {
    let mut shop = shop(5);
    let more = Entry {
        copies: Some(Copies::Change(2.try_into().unwrap())),
        ..line(2, "drop")
    };
    for _ in 0..2 {
        shop.world.imports.get_mut(&IMPORT).unwrap().upto = 0;
        deliver(&mut shop, vec![more.clone()]);
    }
    assert_eq!(shop.world.books["drop"].stock.on_hand, 9);
}

#[test]
fn a_cancelled_import_is_refused() {
    let mut shop = shop(5);
    shop.world.imports.clear();
    let delivery = ImportBatch {
        import: IMPORT,
        upto: 2,
        entries: vec![new_book(2, "new")],
    };
    assert_eq!(
        shop.run(Command::ImportLines(delivery)),
        Err(Refusal::NotImporting)
    );
}
