//! `kill -9` during an upload, a check and an import: nothing is lost and nothing is applied twice.
//!
//! The result is the same as without the kills.

use std::{path::Path, time::Duration};

use futures::TryStreamExt;
use shop::Slug;
use store::sqlite::Inspection;

use crate::{
    common::Running,
    import::desk::{Desk, PIECE, add_account, audit, list},
};

const ROWS: usize = 1_500;

#[tokio::test(flavor = "multi_thread")]
async fn an_import_survives_repeated_kills() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut shop = Running::start(&data, &[]);
    add_account(&data, "olive").await;
    let signed_in = Desk::sign_in(&shop, "olive").await;
    let list = list(ROWS);
    let id = signed_in.announce(&list).await;

    let mut kept = 0;
    for kill in 1..=4 {
        let desk = signed_in.at(&shop);
        let mut socket = desk.socket(&id).await.unwrap();
        let offset = socket.offset().await;
        assert!(
            offset >= kept,
            "kill {kill}: what was acknowledged is there"
        );
        kept = (offset + 10 * PIECE).min(list.len());
        socket.send(&list, offset, kept).await;
        // Sends another piece, and kills the shop without waiting for the acknowledgement.
        let end = list.len().min(kept + PIECE);
        socket.piece(kept, &list[kept..end]).await;
        shop = restart(shop, &data);
    }
    let desk = signed_in.at(&shop);
    desk.send(&id, &list).await;
    shop = restart(shop, &data);
    let desk = signed_in.at(&shop);
    let ready = desk.until_state(&id, "ready").await;
    assert_eq!(ready["expected"]["added"], ROWS);

    desk.apply(&id).await;
    for part in 1..=3 {
        let upto = u64::try_from(part * ROWS / 5).unwrap();
        let desk = signed_in.at(&shop);
        desk.until(&id, |now| now["upto"].as_u64().unwrap() >= upto)
            .await;
        tokio::time::sleep(Duration::from_micros(rand::random_range(0..5_000))).await;
        shop = restart(shop, &data);
    }
    let desk = signed_in.at(&shop);
    let applied = desk.until_state(&id, "applied").await;
    assert_eq!(applied["done"]["added"], ROWS, "{applied}");
    audit(&data);
    drop(shop);
    let mut inside = Inspection::open(&data).await.unwrap();
    for row in [0, 1, 99, 100, 101, 299, 300, ROWS / 2, ROWS - 1] {
        let book: Slug = format!("imported-{row}").parse().unwrap();
        let movements: Vec<_> = inside.ledger(&book).try_collect().await.unwrap();
        let opened: Vec<_> = movements
            .iter()
            .map(|one| (one.version, one.on_hand))
            .collect();
        assert_eq!(
            opened,
            [(1, 2)],
            "{book}: its two copies should be added exactly once"
        );
    }
}

/// Kills the shop with `kill -9`, and starts it again on the same data.
fn restart(mut shop: Running, data: &Path) -> Running {
    shop.child.kill().unwrap();
    shop.child.wait().unwrap();
    Running::start(data, &[])
}
