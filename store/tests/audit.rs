//! The ledger and its audit: what tampers with the data is refused, and what gets
//! past the refusal is found.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use shop::{Command, Contact, OrderCode, Quantity, ShopperId, Slug};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{
    Options, Store, opening_catalogue,
    sqlite::{Inspection, SqliteStore},
};
use tempfile::TempDir;

/// A shop with an order and a line in a cart, closed.
async fn data() -> TempDir {
    let data = tempfile::tempdir().unwrap();
    let shop = SqliteStore::open(data.path(), &opening_catalogue()[..1], Options::default())
        .await
        .unwrap();
    let [ann, ben] = [1, 2].map(|number| ShopperId::from_bytes([number; 16]));
    let book: Slug = opening_catalogue()[0].slug.parse().unwrap();
    let add = |shopper| Command::Add {
        shopper,
        book: book.clone(),
        quantity: Quantity::ONE,
        key: None,
    };
    let order = Command::PlaceOrder {
        shopper: ann,
        code: OrderCode::from_bits(5),
        contact: Contact::parse("Ann", "ann@example.org").unwrap(),
        key: None,
    };
    for command in [add(ann), order, add(ben)] {
        shop.submit(command).await.unwrap();
    }
    shop.close().await;
    assert_eq!(audit(&data).await, Vec::<String>::new());
    data
}

async fn audit(data: &TempDir) -> Vec<String> {
    let findings = Inspection::open(data.path()).await.unwrap().audit().await;
    findings
        .unwrap()
        .into_iter()
        .map(|finding| format!("{}: {}", finding.subject, finding.what))
        .collect()
}

/// Does something to the file that the shop itself never does.
async fn tamper(data: &TempDir, statement: &'static str) -> Result<(), sqlx::Error> {
    let file = SqliteConnectOptions::new()
        .filename(data.path().join("shop.sqlite"))
        .pragma("ignore_check_constraints", "on");
    let mut db = SqliteConnection::connect_with(&file).await.unwrap();
    let outcome = sqlx::raw_sql(statement).execute(&mut db).await;
    db.close().await.unwrap();
    outcome.map(drop)
}

/// The positive control: every rule of the audit finds its own breach.
#[tokio::test]
async fn the_audit_finds_what_is_wrong() {
    for (breach, found) in [
        ("update stock set held = held + 1", "held"),
        (
            "update stock set on_hand = on_hand + 1",
            "its movements say",
        ),
        (
            "update stock set version = version + 1",
            "movements go from",
        ),
        ("update hold set quantity = 5", "active holds have"),
        ("update hold set state = 'released'", "its movements hold"),
        (
            "update shop_order set state = 'cancelled', closed_at = 1",
            "open orders have",
        ),
        (
            "insert into movement (book_id, version, kind, on_hand, held, allocated, at) values (1, 99, 'held', 0, 50, 0, 0)",
            "were available",
        ),
    ] {
        let data = data().await;
        tamper(&data, breach).await.unwrap();
        let findings = audit(&data).await;
        assert!(
            findings.iter().any(|finding| finding.contains(found)),
            "{breach}: {findings:?}"
        );
    }
}

/// What would rewrite history, the trigger that refuses it, and how that is taken away.
const TAMPERINGS: [(&str, &str, &str); 2] = [
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
];

#[tokio::test]
async fn the_ledger_can_only_grow() {
    let data = data().await;
    for (tampering, guard, _) in TAMPERINGS {
        let refused = tamper(&data, tampering).await.unwrap_err().to_string();
        assert!(refused.contains(guard), "{refused}");
    }
    assert_eq!(audit(&data).await, Vec::<String>::new());
}

#[tokio::test]
async fn without_its_triggers_the_ledger_can_be_rewritten_and_the_audit_tells() {
    for (tampering, _, without_the_guard) in TAMPERINGS {
        let data = data().await;
        tamper(&data, without_the_guard).await.unwrap();
        tamper(&data, tampering).await.unwrap();
        assert_ne!(audit(&data).await, Vec::<String>::new(), "{tampering}");
    }
}
