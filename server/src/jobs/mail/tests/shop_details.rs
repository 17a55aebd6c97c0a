//! Mails name the shop as its owner has set it.

use shop::{SettingField, ShopProfile};
use store::SettingsChange;

use super::{
    FAST_RETRIES, Shop,
    smtp::{Behaviour, SmtpServer},
};

#[tokio::test]
async fn a_confirmation_names_the_shop_and_where_to_find_it() {
    let data = tempfile::tempdir().unwrap();
    let server = SmtpServer::start(Behaviour::Takes).await;
    let mut shop = Shop::open(data.path()).await;
    let mut profile = ShopProfile::default();
    for (field, text) in [
        (SettingField::Name, "Owl & Hare"),
        (SettingField::Address, "1 High Street\nLittle Hay"),
        (SettingField::Telephone, "+44 20 7946 0000"),
    ] {
        profile.set(field, text).unwrap();
    }
    let change = SettingsChange {
        profile,
        made_from: 0,
        prices: None,
        by: "ann".parse().unwrap(),
    };
    shop.store.owner_settings().save(change).await.unwrap();
    shop.order(1, "ann@example.org").await;
    shop.send_to(&server.url(), FAST_RETRIES);
    let mail = &server.until_taken(1).await[0];
    assert!(mail.header("Subject").ends_with("at Owl & Hare"));
    let text = mail.text.replace("=\n", "").replace("=3D", "=");
    for part in [
        "reserved at Owl & Hare.",
        "reserved at Owl &amp; Hare.",
        "1 High Street\nLittle Hay\n+44 20 7946 0000",
        "1 High Street<br>\nLittle Hay<br>\n+44 20 7946 0000",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    shop.close().await;
}
