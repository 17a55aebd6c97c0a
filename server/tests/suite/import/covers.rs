//! A folder of covers, packed as the page's script packs it.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use reqwest::StatusCode;
use serde_json::json;

use crate::{
    common::Running,
    import::desk::{Desk, add_account, audit},
};

const GUIDE: &str = "/covers/definitive-guide-to-the-internet.svg";

fn pack(pictures: &[(&str, &[u8])]) -> Vec<u8> {
    let mut pack = b"BURTS COVERS 1\n".to_vec();
    for part in pictures
        .iter()
        .flat_map(|(name, bytes)| [name.as_bytes(), bytes])
    {
        pack.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
        pack.extend(part);
    }
    pack
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::new_rgb8(width, height);
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn covers_are_uploaded_checked_and_shown_in_two_sizes() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let shop = Running::start(&data, &[]);
    add_account(&data, "olive").await;
    let desk = Desk::sign_in(&shop, "olive").await;
    let plain = desk.get(GUIDE, ("accept", "image/*")).await;
    assert_eq!(plain.headers()["content-type"], "image/svg+xml");
    assert!(plain.text().await.unwrap().contains("Definitive"));
    let nobodys = desk.get("/covers/nobody.svg", ("accept", "image/*")).await;
    assert_eq!(nobodys.status(), StatusCode::NOT_FOUND);

    let picture = png(900, 1_350);
    let pack = pack(&[
        ("covers/Definitive-Guide-to-the-Internet.PNG", &picture),
        ("covers/nobody.png", &picture),
        ("covers/small-hours.jpg", b"<svg onload=alert(1)>"),
        ("979-9-999-00014-6.png", &picture),
    ]);
    let id = desk.announce_as("covers", &pack).await;
    desk.send(&id, &pack).await;
    let ready = desk.until_state(&id, "ready").await;
    let expected = json!({"added": 0, "changed": 2, "unchanged": 0, "refused": 2});
    assert_eq!(ready["expected"], expected);
    let page = desk.page(&format!("/desk/imports/{id}")).await;
    assert!(page.contains("There is no book with this ID or ISBN."));
    assert!(page.contains("We can’t read this picture."));
    desk.apply(&id).await;
    let applied = desk.until_state(&id, "applied").await;
    assert_eq!(applied["done"]["changed"], 2);

    for (address, size) in [
        (GUIDE.to_owned(), (640, 960)),
        (format!("{GUIDE}?w=320"), (320, 480)),
    ] {
        let shown = desk.get(&address, ("accept", "image/*")).await;
        assert_eq!(shown.headers()["content-type"], "image/webp");
        let tag = shown.headers()["etag"].to_str().unwrap().to_owned();
        let shown = image::load_from_memory(&shown.bytes().await.unwrap()).unwrap();
        assert_eq!((shown.width(), shown.height()), size);
        let again = desk.get(&address, ("if-none-match", &tag)).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }
    // The same folder once more changes nothing.
    let id = desk.announce_as("covers", &pack).await;
    desk.send(&id, &pack).await;
    let again = desk.until_state(&id, "ready").await;
    assert_eq!(again["expected"]["unchanged"], 2);
    desk.apply(&id).await;
    let applied = desk.until_state(&id, "applied").await;
    assert_eq!(applied["upto"], 4);
    let done = json!({"added": 0, "changed": 0, "unchanged": 2, "refused": 2});
    assert_eq!(applied["done"], done);
    let shown = desk.page(&format!("/desk/imports/{id}")).await;
    assert!(shown.contains("Rejected</dt><dd>2<"), "{shown}");
    let broken = &pack[..pack.len() - 1];
    let id = desk.announce_as("covers", broken).await;
    desk.send(&id, broken).await;
    desk.until_state(&id, "failed").await;
    audit(&data);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_leaves_a_cover_of_the_desk_in_place() {
    const COVER: &str = "/covers/small-hours.svg";
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let shop = Running::start(&data, &[]);
    add_account(&data, "olive").await;
    let desk = Desk::sign_in(&shop, "olive").await;
    desk.set_cover("small-hours", &png(40, 60)).await;
    let set = desk.get(COVER, ("accept", "image/*")).await;
    assert_eq!(set.headers()["content-type"], "image/webp");

    let picture = png(90, 135);
    let pack = pack(&[("small-hours.png", &picture)]);
    let id = desk.announce_as("covers", &pack).await;
    desk.send(&id, &pack).await;
    let ready = desk.until_state(&id, "ready").await;
    let unchanged = json!({"added": 0, "changed": 0, "unchanged": 1, "refused": 0});
    assert_eq!(ready["expected"], unchanged);
    desk.apply(&id).await;
    let applied = desk.until_state(&id, "applied").await;
    assert_eq!(applied["done"], unchanged);
    let now = desk.get(COVER, ("accept", "image/*")).await;
    assert_eq!(now.headers()["etag"], set.headers()["etag"]);
    audit(&data);
}
