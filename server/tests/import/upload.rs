//! Uploads that go well, and those that do not.

use futures::TryStreamExt;
use reqwest::StatusCode;
use serde_json::json;
use store::sqlite::Inspection;

use crate::{
    common::Running,
    desk::{Desk, PIECE, audit, dismiss, hire, list},
};

struct Shop {
    running: Running,
    dir: tempfile::TempDir,
    desk: Desk,
}

async fn shop() -> Shop {
    let dir = tempfile::tempdir().unwrap();
    let running = Running::start(&dir.path().join("data"), &[]);
    hire(&dir.path().join("data"), "olive").await;
    let desk = Desk::sign_in(&running, "olive").await;
    Shop { running, dir, desk }
}

impl Shop {
    fn data(&self) -> std::path::PathBuf {
        self.dir.path().join("data")
    }

    async fn book(&self, slug: &str) -> String {
        self.desk.page(&format!("/books/{slug}")).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_sent_checked_and_taken_in() {
    let shop = shop().await;
    let desk = &shop.desk;
    let mut list = list(300);
    list.extend(b"imported-3,Twice,,,1,\n,No price at all,,,,\nimported-999,<b>Bold</b>,=HYPERLINK(),,1,+1\n");
    let id = desk.announce(&list).await;
    desk.send(&id, &list).await;
    let ready = desk.until_state(&id, "ready").await;
    let expected = json!({"added": 301, "changed": 0, "unchanged": 0, "refused": 2});
    assert_eq!(ready["expected"], expected);
    assert_eq!(ready["last_row"], 304);
    let page = desk.page(&format!("/desk/imports/{id}")).await;
    assert!(page.contains("Row 5 is about the same book."), "{page}");
    assert!(page.contains("A new book needs this."), "{page}");
    assert!(!shop.book("imported-7").await.contains("Title, 7"));

    desk.apply(&id).await;
    let applied = desk.until_state(&id, "applied").await;
    assert_eq!(applied["done"]["added"], 301);
    assert!(shop.book("imported-7").await.contains("Title, 7"));
    let bold = shop.book("imported-999").await;
    assert!(bold.contains("&lt;b&gt;Bold&lt;/b&gt;") && !bold.contains("<b>Bold"));
    audit(&shop.data());

    assert_eq!(applied["upto"], 304);
    assert_eq!(not_taken_in(desk, &id).await, 2);

    // The same bytes once more: nothing is new, whatever is pressed.
    let again = desk.announce(&list).await;
    desk.send(&again, &list).await;
    let ready = desk.until_state(&again, "ready").await;
    let expected = json!({"added": 0, "changed": 0, "unchanged": 301, "refused": 2});
    assert_eq!(ready["expected"], expected);
    let page = desk.page(&format!("/desk/imports/{again}")).await;
    assert!(page.contains("The same file was taken in on"), "{page}");
    desk.apply(&again).await;
    let applied = desk.until_state(&again, "applied").await;
    assert_eq!(applied["done"]["unchanged"], 301);
    assert_eq!(copies(&shop, "imported-7").await, 2);

    // They have come once more, and somebody says so.
    let again = desk.announce(&list).await;
    desk.send(&again, &list).await;
    desk.until_state(&again, "ready").await;
    let path = format!("/desk/imports/{again}/apply");
    let (status, said) = desk.post(&path, &[("again", "yes")]).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    let applied = desk.until_state(&again, "applied").await;
    assert_eq!(applied["done"]["changed"], 301);
    assert_eq!(copies(&shop, "imported-7").await, 4);
    audit(&shop.data());
}

/// What the page says was not taken in.
async fn not_taken_in(desk: &Desk, id: &str) -> u64 {
    let page = desk.page(&format!("/desk/imports/{id}")).await;
    let (_, rest) = page
        .split_once("Not taken in</dt><dd>")
        .expect("it is there");
    let digits = rest.chars().take_while(char::is_ascii_digit);
    digits.collect::<String>().parse().unwrap()
}

/// How many copies of a book there are, by its ledger.
async fn copies(shop: &Shop, book: &str) -> i64 {
    let mut inside = Inspection::open(&shop.data()).await.unwrap();
    let book = book.parse().unwrap();
    let rows: Vec<_> = inside.ledger(&book).try_collect().await.unwrap();
    rows.iter().map(|row| row.on_hand).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_called_off_and_is_sent_again_counts_once_in_sum() {
    let shop = shop().await;
    let desk = &shop.desk;
    let list = list(600);
    let first = desk.announce(&list).await;
    desk.send(&first, &list).await;
    desk.until_state(&first, "ready").await;
    desk.apply(&first).await;
    desk.until(&first, |now| now["upto"].as_u64().unwrap() >= 101)
        .await;
    let path = format!("/desk/imports/{first}/cancel");
    assert_eq!(desk.post(&path, &[]).await.0, StatusCode::OK);
    let stopped = desk.standing(&first).await["done"].clone();
    let added = stopped["added"].as_u64().unwrap();
    assert!((100..600).contains(&added), "{added}");
    assert_eq!(not_taken_in(desk, &first).await, 600 - added);
    let again = desk.announce(&list).await;
    desk.send(&again, &list).await;
    desk.until_state(&again, "ready").await;
    desk.apply(&again).await;
    let done = desk.until_state(&again, "applied").await["done"].clone();
    assert_eq!(done["unchanged"].as_u64(), Some(added), "{done}");
    for row in [0, 99, 598, 599] {
        let book = format!("imported-{row}");
        assert_eq!(copies(&shop, &book).await, 2, "{book}");
    }
    audit(&shop.data());
}

/// What stood in the way is gone, but whoever pressed the button has seen it refused.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_check_has_refused_is_not_taken_in_after_all() {
    let shop = shop().await;
    let desk = &shop.desk;
    let owed = b"slug,title,price,stock\none,One,1,+1\nowed,Owed,1,-1\n";
    let id = desk.announce(owed).await;
    desk.send(&id, owed).await;
    desk.until_state(&id, "ready").await;
    let there = b"slug,title,price,stock\nowed,Owed,1,+3\n";
    let other = desk.announce(there).await;
    desk.send(&other, there).await;
    desk.until_state(&other, "ready").await;
    desk.apply(&other).await;
    desk.until_state(&other, "applied").await;
    desk.apply(&id).await;
    desk.until_state(&id, "applied").await;
    assert_eq!(copies(&shop, "one").await, 1);
    assert_eq!(copies(&shop, "owed").await, 3);
    assert_eq!(not_taken_in(desk, &id).await, 1);
    // Sent again it is looked at anew.
    let again = desk.announce(owed).await;
    desk.send(&again, owed).await;
    desk.until_state(&again, "ready").await;
    desk.apply(&again).await;
    desk.until_state(&again, "applied").await;
    assert_eq!(copies(&shop, "one").await, 1);
    assert_eq!(copies(&shop, "owed").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_can_be_read() {
    let shop = shop().await;
    let desk = &shop.desk;
    let mut list = String::from("title\n");
    for row in 2..=1_202 {
        list.push_str(&format!("Book {row}\n"));
    }
    let id = desk.announce(list.as_bytes()).await;
    desk.send(&id, list.as_bytes()).await;
    let ready = desk.until_state(&id, "ready").await;
    assert_eq!(ready["expected"]["refused"], 1_201);
    let mut address = format!("/desk/imports/{id}");
    let mut read = Vec::new();
    loop {
        let page = desk.page(&address).await;
        let (_, table) = page.split_once("<tbody>").expect("rows");
        let rows = table.split("<tr><td>").skip(1);
        let rows = rows.map(|row| row.split('<').next().unwrap().parse::<u32>().unwrap());
        read.extend(rows);
        let Some((_, next)) = page.split_once("?from=") else {
            break;
        };
        let next: String = next.chars().take_while(char::is_ascii_digit).collect();
        address = format!("/desk/imports/{id}?from={next}");
        assert!(read.len() < 2_000, "it goes on");
    }
    assert!(read.into_iter().eq(2..=1_202));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_cut_off_goes_on_where_it_was() {
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
        // What was sent and not acknowledged was kept or was not.
        socket.cut();
        from = to;
    }
    // As a page does that was loaded again and is given the same file.
    assert_eq!(desk.announce(&list).await, id);
    desk.send(&id, &list).await;
    let ready = desk.until_state(&id, "ready").await;
    assert_eq!(ready["expected"]["added"], 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_in_the_wrong_place_and_nonsense_are_refused() {
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
        socket.say(nonsense).await;
        assert_eq!(socket.end().await, 4400, "{nonsense:?}");
    }
    let mut socket = desk.socket(&id).await.unwrap();
    socket.offset().await;
    socket.finish(&list).await;
    assert_eq!(socket.end().await, 4400, "it is not whole yet");
    let unknown = "0".repeat(32);
    for id in [unknown.as_str(), "nonsense"] {
        let refused = desk.socket(id).await.err();
        assert_eq!(refused, Some(StatusCode::NOT_FOUND), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_arrived_otherwise_than_it_was_sent_is_not_taken_in() {
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
async fn the_newer_of_two_connections_sends() {
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

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_dismissed_in_the_middle_sends_no_more() {
    let shop = shop().await;
    hire(&shop.data(), "mallory").await;
    let mallory = Desk::sign_in(&shop.running, "mallory").await;
    let list = list(100);
    let id = mallory.announce(&list).await;
    let mut socket = mallory.socket(&id).await.unwrap();
    socket.offset().await;
    socket.send(&list, 0, PIECE).await;
    dismiss(&shop.data(), "mallory").await;
    assert_eq!(socket.end().await, 4401);
    let refused = mallory.socket(&id).await.err();
    assert_eq!(refused, Some(StatusCode::UNAUTHORIZED));
    // What was sent is there for whoever may go on with it.
    let mut socket = shop.desk.socket(&id).await.unwrap();
    assert_eq!(socket.offset().await, PIECE);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_no_lists_fail_with_a_sentence() {
    let shop = shop().await;
    let desk = &shop.desk;
    for (file, sentence) in [
        (
            &b"PK\x03\x04 a workbook called list.csv"[..],
            "an archive or a workbook",
        ),
        (b"title\n\"never ends\n", "Is it whole?"),
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
async fn two_imports_at_once_and_one_that_is_called_off() {
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
    let taken_in = stopped["done"]["added"].as_u64().unwrap();
    assert_eq!(rows("changed"), taken_in, "of those two more copies came");
    assert!((100..600).contains(&taken_in), "{taken_in}");
    audit(&shop.data());
}
