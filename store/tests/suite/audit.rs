//! The ledger cannot be rewritten, and each rule of the audit finds its violation.

use shop::{
    Basket, BasketLine, Closing, Command, Contact, OrderCode, Quantity, ReceiptCode, ShopperId,
    Slug,
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{
    Options, Store, opening_catalogue,
    sqlite::{Inspection, SqliteStore},
};
use tempfile::TempDir;

/// Creates the data of a closed shop with two books.
///
/// The first open order has one copy of the first book and two of the second; the second order has
/// two and one. A third order is cancelled. Two more shoppers hold one and two copies of the first
/// book. One copy of the second book was sold at the counter.
async fn data() -> TempDir {
    let data = tempfile::tempdir().unwrap();
    let shop = SqliteStore::open(data.path(), &opening_catalogue()[..2], Options::default())
        .await
        .unwrap();
    for (shopper, code, copies) in [(1, 11, [1, 2]), (2, 12, [2, 1]), (3, 13, [1, 1])] {
        for (book, copies) in copies.into_iter().enumerate() {
            shop.submit(add(shopper, book, copies)).await.unwrap();
        }
        let order = Command::PlaceOrder {
            shopper: ShopperId::from_bytes([shopper; 16]),
            code: OrderCode::from_bits(code),
            contact: Contact::parse("Ann", "ann@example.org").unwrap(),
            total: None,
            key: None,
        };
        shop.submit(order).await.unwrap();
    }
    let cancel = Command::CloseOrder {
        code: OrderCode::from_bits(13),
        closing: Closing::Cancelled,
    };
    for command in [cancel, add(4, 0, 1), add(5, 0, 2), sell(1)] {
        shop.submit(command).await.unwrap();
    }
    shop.close().await;
    assert_eq!(audit(&data).await, Vec::<String>::new());
    data
}

fn add(shopper: u8, book: usize, copies: u32) -> Command {
    let book: Slug = opening_catalogue()[book].slug.parse().unwrap();
    Command::Add {
        shopper: ShopperId::from_bytes([shopper; 16]),
        book,
        quantity: Quantity::new(copies).unwrap(),
        key: None,
    }
}

fn sell(book: usize) -> Command {
    let mut basket = Basket::default();
    let line = BasketLine {
        book: opening_catalogue()[book].slug.parse().unwrap(),
        quantity: Quantity::ONE,
        shown: None,
    };
    basket.add(line).unwrap();
    Command::SellAtCounter {
        receipt: ReceiptCode::from_bits(21),
        basket,
        submission: None,
    }
}

async fn audit(data: &TempDir) -> Vec<String> {
    let findings = Inspection::open(data.path()).await.unwrap().audit().await;
    findings
        .unwrap()
        .into_iter()
        .map(|finding| format!("{}: {}", finding.subject, finding.what))
        .collect()
}

/// Changes the file directly, in a way that the shop never does.
async fn change_file(data: &TempDir, statement: &'static str) -> Result<(), sqlx::Error> {
    let file = SqliteConnectOptions::new()
        .filename(data.path().join("shop.sqlite"))
        .foreign_keys(false)
        .pragma("ignore_check_constraints", "on");
    let mut db = SqliteConnection::connect_with(&file).await.unwrap();
    let outcome = sqlx::raw_sql(statement).execute(&mut db).await;
    db.close().await.unwrap();
    outcome.map(drop)
}

/// For each rule of the audit: a change that violates only this rule, and the finding.
const VIOLATIONS: [(&str, &str); 26] = [
    ("delete from stock where book_id = 2", "it has no stock"),
    ("update stock set on_hand = on_hand + 1", "its movements say"),
    ("update stock set version = version + 1", "movements go from"),
    (
        "insert into book (id, slug, title, author, description, cover_alt, price_cents) values (3, 'new', 'New', '', '', '', 0);
         insert into stock values (3, 0, 0, 0, 7, 1)",
        "version is 7; its 0 movements go from 0 to 0",
    ),
    (
        "drop trigger movement_is_never_changed;
         update movement set kind = 'opened' where book_id = 1 and version = 2",
        "its movement 2 is called opened",
    ),
    (
        "insert into movement (book_id, version, kind, on_hand, held, allocated, at)
         select book_id, version + 1, 'held', 0, 1, 0, 0 from stock where book_id = 1;
         update stock set held = held + 1, version = version + 1 where book_id = 1",
        "4 held, but active holds have 3",
    ),
    (
        "insert into movement (book_id, version, kind, on_hand, held, allocated, at)
         select book_id, version + 1, 'ordered', 0, 0, 1, 0 from stock where book_id = 1;
         update stock set allocated = allocated + 1, version = version + 1 where book_id = 1",
        "4 allocated, but open orders have 3",
    ),
    (
        "insert into movement (book_id, version, kind, on_hand, held, allocated, at)
         select book_id, version + 1, 'adjusted', -50, 0, 0, 0 from stock where book_id = 1
         union all
         select book_id, version + 2, 'restocked', 50, 0, 0, 0 from stock where book_id = 1;
         update stock set version = version + 2 where book_id = 1",
        "copies were available",
    ),
    (
        "update book set withdrawn = 1 where id = 1",
        "it is withdrawn, but",
    ),
    (
        "update hold set quantity = 3 - quantity where state = 'active'",
        "its movements hold",
    ),
    (
        "update hold set book_id = 3 - book_id where state = 'ordered' and shopper = x'01010101010101010101010101010101'",
        "which does not exist for this book",
    ),
    (
        "delete from hold where state = 'ordered'",
        "which does not exist for this book",
    ),
    (
        // Each order and each book keeps its total.
        "update order_line set quantity = 3 - quantity
         where order_id in (select id from shop_order where state = 'placed')",
        "its movements allocate",
    ),
    (
        "update shop_order set state = 'collected' where state = 'cancelled'",
        "it is collected, but its movements take 0 of 1 copies",
    ),
    (
        "insert into movement (book_id, version, kind, on_hand, held, allocated, order_id, at)
         select book_id, version + 1, 'adjusted', 0, 0, 0, 99, 0 from stock where book_id = 1;
         update stock set version = version + 1 where book_id = 1",
        "names order 99",
    ),
    (
        "insert into shop_order (id, code, shopper, name, reach, placed_at, collect_by, state, version)
         select 99, 99, shopper, name, reach, placed_at, collect_by, 'placed', 1
         from shop_order limit 1",
        "order 99: it has no lines",
    ),
    (
        "insert into order_line values (99, 1, 1, 0)",
        "order 99: it has lines, but does not exist",
    ),
    (
        "update receipt_line set quantity = quantity + 1",
        "it is a sale, but its movements bring -1 of 2 copies",
    ),
    (
        "update receipt set kind = 'damaged_return'",
        "it is a damaged_return, but its movements bring -1 of 1 copies",
    ),
    (
        "insert into movement (book_id, version, kind, on_hand, held, allocated, at)
         select book_id, version + 1, 'returned', 0, 0, 0, 0 from stock where book_id = 1;
         update stock set version = version + 1 where book_id = 1",
        "is returned, but no receipt has a line for it",
    ),
    (
        "insert into receipt (id, kind, at) values (99, 'sale', 0)",
        "receipt 99: it has no lines",
    ),
    (
        "insert into receipt_line values (99, 1, 1, 0)",
        "receipt 99: it has lines, but does not exist",
    ),
    (
        "insert into wait
         select book_id, 1, shopper, 0, 0, 0, null, null from hold where state = 'active' limit 1",
        "its shopper also waits for",
    ),
    (
        "update hold set offered = 1 where state = 'active' and quantity = 1",
        "but no movement made the offer",
    ),
    (
        "insert into wait values (99, 1, x'00000000000000000000000000000000', 0, 0, 0, null, null)",
        "book 99: it does not exist",
    ),
    (
        "insert into stock values (99, 0, 0, 0, 1, 1)",
        "book 99: it does not exist",
    ),
];

/// Positive control: each violation is found by one query of the audit, and by no other.
#[tokio::test]
async fn each_rule_of_the_audit_finds_its_own_violation_only() {
    for (violation, found) in VIOLATIONS {
        let data = data().await;
        change_file(&data, violation).await.unwrap();
        let findings = audit(&data).await;
        assert!(!findings.is_empty(), "{violation}");
        assert!(
            findings.iter().all(|finding| finding.contains(found)),
            "{violation}: {findings:?}"
        );
    }
}

/// A change that rewrites the ledger, the trigger that refuses it, and the statement that removes
/// the trigger.
const REWRITES: [(&str, &str, &str); 4] = [
    (
        "update movement set held = 0 where kind = 'held'",
        "movement_is_never_changed",
        "drop trigger movement_is_never_changed",
    ),
    (
        "delete from movement where version = 2",
        "movement_is_never_deleted",
        "drop trigger movement_is_never_deleted",
    ),
    (
        "insert or replace into movement (id, book_id, version, kind, on_hand, held, allocated, at)
         select id, book_id, 1, 'opened', 1, 0, 0, 0 from movement where book_id = 1 and version = 1",
        "movement_is_never_replaced",
        "drop trigger movement_is_never_replaced",
    ),
    (
        "replace into movement (book_id, version, kind, on_hand, held, allocated, at)
         values (1, 1, 'opened', 1, 0, 0, 0)",
        "movement_is_never_replaced",
        "drop trigger movement_is_never_replaced",
    ),
];

#[tokio::test]
async fn the_ledger_can_only_grow() {
    let data = data().await;
    for (rewrite, guard, _) in REWRITES {
        let refused = change_file(&data, rewrite).await.unwrap_err().to_string();
        assert!(refused.contains(guard), "{refused}");
    }
    assert_eq!(audit(&data).await, Vec::<String>::new());
}

#[tokio::test]
async fn without_its_triggers_the_ledger_can_be_rewritten_and_the_audit_finds_it() {
    for (rewrite, _, without_the_guard) in REWRITES {
        let data = data().await;
        change_file(&data, without_the_guard).await.unwrap();
        change_file(&data, rewrite).await.unwrap();
        assert_ne!(audit(&data).await, Vec::<String>::new(), "{rewrite}");
    }
}
