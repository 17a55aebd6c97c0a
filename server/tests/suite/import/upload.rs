//! How a file is uploaded, and how an upload fails.

use reqwest::StatusCode;
use serde_json::json;
use store::imports::LARGEST_PIECE;

use crate::import::{
    desk::{Desk, PIECE, add_account, audit, list, remove_account},
    shop::shop,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_upload_continues_where_it_stopped() {
    let shop = shop().await;
    let desk = &shop.desk;
    let list = list(400);
    let id = desk.announce(&list).await;
    let mut from = 0;
    for part in 1..=4 {
        let mut socket = desk.socket(&id).await.unwrap();
        assert_eq!(socket.offset().await, from, "cut {part}");
        let to = part * 2 * PIECE;
        socket.send(&list, from, to).await;
        // Pieces that were not acknowledged may or may not be stored.
        socket.cut();
        from = to;
    }
    // A page that was reloaded announces the same file again.
    assert_eq!(desk.announce(&list).await, id);
    desk.send(&id, &list).await;
    let ready = desk.until_state(&id, "ready").await;
    assert_eq!(ready["expected"]["added"], 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_offsets_and_malformed_messages_are_refused() {
    let shop = shop().await;
    let desk = &shop.desk;
    let list = list(100);
    let id = desk.announce(&list).await;
    let mut socket = desk.socket(&id).await.unwrap();
    socket.offset().await;
    socket.send(&list, 0, PIECE).await;
    socket.piece(7, b"elsewhere").await;
    assert_eq!(socket.next().await, json!({"offset": PIECE}));
    assert_eq!(socket.end().await, 4400);
    for nonsense in ["", "{}", "[1", r#"{"sha256":7}"#] {
        let mut socket = desk.socket(&id).await.unwrap();
        assert_eq!(socket.offset().await, PIECE);
        socket.send_text(nonsense).await;
        assert_eq!(socket.end().await, 4400, "{nonsense:?}");
    }
    let mut socket = desk.socket(&id).await.unwrap();
    socket.offset().await;
    socket.finish(&list).await;
    assert_eq!(socket.end().await, 4400, "the file is incomplete");
    let unknown = "0".repeat(32);
    for id in [unknown.as_str(), "nonsense"] {
        let refused = desk.socket(id).await.err();
        assert_eq!(refused, Some(StatusCode::NOT_FOUND), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_close_reason_says_how_the_protocol_was_violated() {
    let shop = shop().await;
    let desk = &shop.desk;
    let id = desk.announce(&list(100)).await;
    let mut socket = desk.socket(&id).await.unwrap();
    socket.offset().await;
    socket.piece(0, &vec![0; LARGEST_PIECE + 1]).await;
    let (code, reason) = socket.end_and_reason().await;
    assert_eq!((code, reason.as_str()), (1009, "the message is too large"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_wrong_checksum_is_not_applied() {
    let shop = shop().await;
    let desk = &shop.desk;
    let sent = list(50);
    let mut meant = sent.clone();
    meant[70] ^= 1;
    let id = desk.announce(&sent).await;
    let mut socket = desk.socket(&id).await.unwrap();
    socket.offset().await;
    socket.send(&sent, 0, sent.len()).await;
    socket.finish(&meant).await;
    assert_eq!(socket.end().await, 4422);
    assert_eq!(desk.standing(&id).await["state"], "failed");
    let (status, _) = desk.post(&format!("/desk/imports/{id}/apply"), &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newer_of_two_connections_takes_over() {
    let shop = shop().await;
    let desk = &shop.desk;
    let list = list(100);
    let id = desk.announce(&list).await;
    let mut older = desk.socket(&id).await.unwrap();
    older.offset().await;
    older.send(&list, 0, PIECE).await;
    let mut newer = desk.socket(&id).await.unwrap();
    assert_eq!(newer.offset().await, PIECE);
    older.piece(PIECE, &list[PIECE..2 * PIECE]).await;
    assert_eq!(older.end().await, 4409);
    newer.send(&list, PIECE, list.len()).await;
    newer.finish(&list).await;
    assert_eq!(newer.next().await["state"], "checking");
}

/// Browsers hide pings from the page. Without heartbeats, the page would treat a paused upload as
/// lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_paused_upload_gets_heartbeats() {
    let shop = shop().await;
    let desk = &shop.desk;
    let list = list(100);
    let id = desk.announce(&list).await;
    let mut socket = desk.socket(&id).await.unwrap();
    socket.offset().await;
    socket.heartbeat().await;
    socket.send(&list, 0, list.len()).await;
    socket.finish(&list).await;
    assert_eq!(socket.next().await["state"], "checking");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_ends_when_its_account_is_removed() {
    let shop = shop().await;
    add_account(&shop.data(), "mallory").await;
    let mallory = Desk::sign_in(&shop.running, "mallory").await;
    let list = list(100);
    let id = mallory.announce(&list).await;
    let mut socket = mallory.socket(&id).await.unwrap();
    socket.offset().await;
    socket.send(&list, 0, PIECE).await;
    remove_account(&shop.data(), "mallory").await;
    assert_eq!(socket.end().await, 4401);
    let refused = mallory.socket(&id).await.err();
    assert_eq!(refused, Some(StatusCode::UNAUTHORIZED));
    // The uploaded part stays, so another owner can continue.
    let mut socket = shop.desk.socket(&id).await.unwrap();
    assert_eq!(socket.offset().await, PIECE);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_not_lists_fail_with_a_message() {
    let shop = shop().await;
    let desk = &shop.desk;
    for (file, sentence) in [
        (
            &b"PK\x03\x04 a workbook called list.csv"[..],
            "an archive or a spreadsheet, not a CSV file",
        ),
        (b"title\n\"never ends\n", "It may be incomplete."),
        (b"title,stok\nA,1\n", "“stok”"),
    ] {
        let id = desk.announce(file).await;
        desk.send(&id, file).await;
        desk.until_state(&id, "failed").await;
        let page = desk.page(&format!("/desk/imports/{id}")).await;
        assert!(page.contains(sentence), "{page}");
    }
    let gigabyte = [("name", "list.csv"), ("size", "1073741824")];
    let (status, said) = desk.post("/desk/imports", &gigabyte).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_one_of_two_imports_does_not_disturb_the_other() {
    let shop = shop().await;
    let desk = &shop.desk;
    let (one, other) = (list(600), list(700));
    let (first, second) = (desk.announce(&one).await, desk.announce(&other).await);
    tokio::join!(desk.send(&first, &one), desk.send(&second, &other));
    tokio::join!(
        desk.until_state(&first, "ready"),
        desk.until_state(&second, "ready")
    );
    desk.apply(&first).await;
    desk.until(&first, |now| now["upto"].as_u64().unwrap() >= 101)
        .await;
    let path = format!("/desk/imports/{first}/cancel");
    assert_eq!(desk.post(&path, &[]).await.0, StatusCode::OK);
    let stopped = desk.standing(&first).await;
    assert_eq!(stopped["state"], "cancelled");
    desk.apply(&second).await;
    let done = desk.until_state(&second, "applied").await["done"].clone();
    let rows = |what: &str| done[what].as_u64().unwrap();
    assert_eq!(rows("added") + rows("changed"), 700, "{done}");
    let added = stopped["done"]["added"].as_u64().unwrap();
    assert_eq!(rows("changed"), added, "they get two more copies each");
    assert!((100..600).contains(&added), "{added}");
    audit(&shop.data());
}
