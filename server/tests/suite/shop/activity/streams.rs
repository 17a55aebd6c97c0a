//! What a reader is sent, and when its stream ends.

use shop::{Role, StaffName};

use super::{Owner, all_places, move_copies};
use crate::shop::helpers::{GUIDE, spawn_shop, spawn_shop_with};

#[tokio::test]
async fn a_movement_is_sent_at_once_with_all_its_fields() {
    let shop = spawn_shop().await;
    let ann = Owner::of(&shop, "ann").await;
    let books = all_places(&shop.store).await.len();
    let mut reader = ann.read("").await;
    reader.read(books).await;
    shop.shopper().add_to_cart(GUIDE).await;
    let (told, _) = reader.receive().await;
    let row = &told["rows"][0];
    assert_eq!(row["book"], GUIDE);
    assert_eq!(row["kind"], "held");
    assert_eq!(row["version"], 2);
    assert_eq!((&row["on_hand"], &row["held"]), (&0.into(), &1.into()));
    assert!(row["hold"].is_u64() && row.get("order").is_none());
    assert_eq!(row["place"], told["next"]);
    assert_eq!(told["behind"], 0);
    let at = row["at"].as_str().unwrap();
    assert!(
        at.starts_with("20") && at.ends_with('Z') && at.len() == 24,
        "{at}"
    );
}

#[tokio::test]
async fn a_filtered_stream_still_advances_its_position() {
    let shop = spawn_shop().await;
    let ann = Owner::of(&shop, "ann").await;
    let mut reader = ann
        .read(&format!("book={GUIDE}&kind=held&kind=released"))
        .await;
    let (first, rows) = reader.receive().await;
    assert_eq!((rows, &first["behind"]), (0, &0.into()));
    let shopper = shop.shopper();
    shopper.add_to_cart("small-hours").await;
    shopper.add_to_cart(GUIDE).await;
    shopper.remove_from_cart(GUIDE).await;
    reader.read(2).await;
    assert_eq!(reader.kinds, ["held", "released"]);
    let all = all_places(&shop.store).await;
    assert_eq!(reader.places, all[all.len() - 2..]);
}

#[tokio::test]
async fn a_lost_connection_leaves_no_gap_and_no_duplicates() {
    let shop = spawn_shop_with(10).await;
    let ann = Owner::of(&shop, "ann").await;
    move_copies(&shop.store, "drop", 1_200).await;
    let (mut places, mut after) = (Vec::new(), "0-0".to_owned());
    while places.len() < 1_201 {
        let mut reader = ann.read(&format!("after={after}")).await;
        reader.receive().await;
        after.clone_from(&reader.next);
        places.append(&mut reader.places);
    }
    assert_eq!(places, all_places(&shop.store).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_own_session() {
    let shop = spawn_shop_with(10).await;
    let (ann, ben) = (Owner::of(&shop, "ann").await, Owner::of(&shop, "ben").await);
    let (mut of_ann, mut of_ben) = (ann.read("").await, ben.read("").await);
    of_ann.read(1).await;
    of_ben.read(1).await;
    // Sign out directly in the store, as another instance would.
    shop.store
        .staff_directory()
        .sign_out(ann.session)
        .await
        .unwrap();
    assert_eq!(of_ann.closed_with().await, 4401);
    assert_eq!(ann.try_read("").await.err(), Some(401));
    move_copies(&shop.store, "drop", 1).await;
    of_ben.read(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_its_reader_is_no_longer_an_owner() {
    let shop = spawn_shop_with(10).await;
    let (ann, ben) = (Owner::of(&shop, "ann").await, Owner::of(&shop, "ben").await);
    let mut of_ann = ann.read("").await;
    of_ann.read(1).await;
    let [name, by]: [StaffName; 2] = ["ann", "ben"].map(|name| name.parse().unwrap());
    let directory = shop.store.staff_directory();
    let changed = directory.set_role(&name, Role::Clerk, &by).await;
    changed.unwrap();
    assert_eq!(of_ann.closed_with().await, 4401);
    assert_eq!(ann.try_read("").await.err(), Some(403));
    ben.read("").await.read(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_an_owner_ends_its_session() {
    let shop = spawn_shop_with(10).await;
    let (ann, ben) = (Owner::of(&shop, "ann").await, Owner::of(&shop, "ben").await);
    let mut of_ann = ann.read("").await;
    of_ann.read(1).await;
    let form = reqwest::Client::new().post(shop.url("/desk/people/ann/sign-out"));
    let form = form.header("cookie", &ben.cookie).send().await.unwrap();
    assert!(form.url().as_str().contains("notice=sessions_ended"));
    assert_eq!(of_ann.closed_with().await, 4401);
    assert_eq!(ann.try_read("").await.err(), Some(401));
}

/// A backup was restored, and the ledger has reached the same place again with other movements.
#[tokio::test]
async fn a_reader_with_a_place_of_another_epoch_is_told_and_continues_from_the_end() {
    let shop = spawn_shop_with(10).await;
    let ann = Owner::of(&shop, "ann").await;
    move_copies(&shop.store, "drop", 4).await;
    let all = all_places(&shop.store).await;
    let epoch = shop.store.feed().epoch();
    for (named, rewound) in [("0therh1st0ry", true), (epoch.as_str(), false)] {
        let after = &all[1];
        let mut reader = ann.read(&format!("after={after}&epoch={named}")).await;
        let (told, rows) = reader.receive().await;
        assert_eq!(told["rewound"] == true, rewound, "{told}");
        let expected = if rewound { 0 } else { all.len() - 2 };
        assert_eq!(rows, expected, "{told}");
        assert_eq!(&told["next"], all.last().unwrap());
    }
}

#[tokio::test]
async fn a_stream_ends_when_the_epoch_changes() {
    let shop = spawn_shop_with(10).await;
    let ann = Owner::of(&shop, "ann").await;
    let mut reader = ann.read("").await;
    reader.read(1).await;
    shop.store
        .feed()
        .begin_epoch("0therh1st0ry".parse().unwrap());
    assert_eq!(reader.closed_with().await, 1012);
}

#[tokio::test]
async fn a_closing_shop_ends_the_stream_with_code_1012() {
    let shop = spawn_shop_with(10).await;
    let ann = Owner::of(&shop, "ann").await;
    let mut reader = ann.read("").await;
    reader.read(1).await;
    shop.stop.cancel();
    assert_eq!(reader.closed_with().await, 1012);
    drop(reader);
    shop.running.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_malformed_message_ends_the_stream() {
    let shop = spawn_shop_with(10).await;
    let ann = Owner::of(&shop, "ann").await;
    for nonsense in [
        "",
        "next",
        r#"{"next":7}"#,
        r#"{"next":"7"}"#,
        r#"{"next":"0-1","more":1}"#,
        // Nothing was sent up to that position.
        r#"{"next":"0-99"}"#,
    ] {
        let mut reader = ann.read("").await;
        reader.receive().await;
        reader.send_text(nonsense).await;
        assert_eq!(reader.closed_with().await, 1008, "{nonsense}");
    }
    // An acknowledgement may be repeated.
    let mut reader = ann.read("").await;
    reader.receive().await;
    reader.acknowledge().await;
    reader.acknowledge().await;
    reader.send_text(r#"{"next":"0-0"}"#).await;
    move_copies(&shop.store, "drop", 1).await;
    reader.read(2).await;
}

#[tokio::test]
async fn an_invalid_query_is_refused() {
    let shop = spawn_shop_with(10).await;
    let ann = Owner::of(&shop, "ann").await;
    for (query, status) in [
        ("after=7", 400),
        ("after=0-01", 400),
        ("after=-1", 400),
        ("book=No+Book", 400),
        ("book=no-such-book", 404),
        ("kind=stolen", 400),
        ("order=4KX9", 400),
        ("from=yesterday", 400),
        ("epoch=Not+One", 400),
        ("epoch=", 400),
        ("afetr=0-1", 400),
        ("after=0-1&after=0-2", 400),
        ("format=csv&format=ndjson", 400),
    ] {
        assert_eq!(ann.try_read(query).await.err(), Some(status), "{query}");
        let export = ann.get(&format!("/desk/activity/export?{query}")).await;
        assert_eq!(export.status(), status, "{query}");
        let answer: serde_json::Value = export.json().await.unwrap();
        assert!(answer["error"].is_string());
    }
    let plain = ann.get("/desk/activity/stream").await;
    assert_eq!(plain.status(), 426);
}

#[tokio::test]
async fn the_streams_of_a_session_are_limited() {
    let shop = spawn_shop_with(10).await;
    let (ann, ben) = (Owner::of(&shop, "ann").await, Owner::of(&shop, "ben").await);
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(ann.read("").await);
    }
    assert_eq!(ann.try_read("").await.err(), Some(429));
    assert!(
        ben.try_read("").await.is_ok(),
        "each session has its own limit"
    );
    open.pop();
    let again = async {
        while ann.try_read("").await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::shop::helpers::PATIENCE, again)
        .await
        .expect("a closed stream makes room");
}

/// A backup was restored, so the reader has seen more than the ledger has.
#[tokio::test]
async fn a_reader_ahead_of_the_ledger_is_told_so() {
    let shop = spawn_shop_with(10).await;
    let ann = Owner::of(&shop, "ann").await;
    let mut reader = ann.read("after=0-999999").await;
    let (told, rows) = reader.receive().await;
    assert_eq!((rows, &told["rewound"]), (0, &true.into()));
    assert_eq!(told["next"], "0-1");
    move_copies(&shop.store, "drop", 1).await;
    let (told, rows) = reader.receive().await;
    assert_eq!((rows, told.get("rewound")), (1, None));
}
