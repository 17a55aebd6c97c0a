//! Expiry of holds and orders.

use super::*;

#[test]
fn a_hold_expires_exactly_at_its_end() {
    let mut shop = Shop::with_copies(1);
    shop.run(add(ANN, 1)).unwrap();
    shop.advance(HOLD - Duration::from_millis(1)).batch(&[]);
    assert_eq!(shop.stock().held, 1);
    shop.advance(Duration::from_millis(1));
    // No sweep is needed: the copy is available to the next shopper in the same batch.
    assert_eq!(line(shop.run(add(BEN, 1))).quantity, 1);
    assert_eq!(
        shop.movement_kinds(),
        [
            MovementKind::Held,
            MovementKind::Expired,
            MovementKind::Held
        ]
    );
    shop.advance(HOLD).batch(&[]);
    shop.batch(&[]);
    assert_eq!(
        shop.movement_kinds()
            .iter()
            .filter(|kind| **kind == MovementKind::Expired)
            .count(),
        2
    );
}

/// The stock lacks held and allocated copies, as after a manual edit of the database.
#[test]
fn a_claim_without_copies_ends_and_is_reported_once() {
    let mut shop = Shop::with_copies(9);
    shop.batch(&[add(ANN, 1), order(ANN), add(ANN, 2)]);
    let shelf = shop.world.books.get_mut(&book()).unwrap();
    (shelf.stock.held, shelf.stock.allocated) = (1, 0);
    let before = shop.stock();
    shop.advance(Terms::default().collect_within);
    let (_, changes) = decide(shop.world.clone(), &[]);
    assert_eq!(
        changes.inconsistencies,
        [
            Inconsistency::Hold {
                hold: crate::HoldId(1),
                book: book(),
                copies: Quantity::new(2).unwrap(),
            },
            Inconsistency::Order {
                order: crate::OrderId(0),
                book: book(),
                copies: Quantity::ONE,
            },
        ]
    );
    shop.batch(&[]);
    assert_eq!(shop.stock(), before, "no copy moves");
    let (_, changes) = decide(shop.world.clone(), &[]);
    assert!(changes.is_empty(), "{changes:?}");
}
