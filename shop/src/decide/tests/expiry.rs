//! What is decided when a time has come.

use super::*;

#[test]
fn a_hold_runs_out_at_its_time_and_not_before() {
    let mut shop = Shop::with_copies(1);
    shop.one(add(ANN, 1)).unwrap();
    shop.after(HOLD - Duration::from_millis(1)).batch(&[]);
    assert_eq!(shop.stock().held, 1);
    shop.after(Duration::from_millis(1));
    // Swept or not, it is over: the copy goes to the next shopper in this very batch.
    assert_eq!(line(shop.one(add(BEN, 1))).quantity, 1);
    assert_eq!(
        shop.kinds(),
        [
            MovementKind::Held,
            MovementKind::Expired,
            MovementKind::Held
        ]
    );
    shop.after(HOLD).batch(&[]);
    shop.batch(&[]);
    assert_eq!(
        shop.kinds()
            .iter()
            .filter(|kind| **kind == MovementKind::Expired)
            .count(),
        2
    );
}

/// As when somebody has edited the database: the stock does not have what is held.
#[test]
fn what_cannot_come_back_ends_all_the_same_and_is_reported_once() {
    let mut shop = Shop::with_copies(9);
    shop.batch(&[add(ANN, 1), order(ANN), add(ANN, 2)]);
    let shelf = shop.world.books.get_mut(&drop()).unwrap();
    (shelf.stock.held, shelf.stock.allocated) = (1, 0);
    let before = shop.stock();
    shop.after(Terms::default().collect_within);
    let (_, changes) = decide(shop.world.clone(), &[]);
    assert_eq!(
        changes.inconsistencies,
        [
            Inconsistency::Hold {
                hold: crate::HoldId(1),
                book: drop(),
                copies: Quantity::new(2).unwrap(),
            },
            Inconsistency::Order {
                order: crate::OrderId(0),
                book: drop(),
                copies: Quantity::ONE,
            },
        ]
    );
    shop.batch(&[]);
    assert_eq!(shop.stock(), before, "no copy moves");
    let (_, changes) = decide(shop.world.clone(), &[]);
    assert!(changes.is_empty(), "{changes:?}");
}
