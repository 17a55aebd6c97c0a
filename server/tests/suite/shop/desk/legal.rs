//! The legal pages: written by an owner, previewed, shown to shoppers, and refused with a sentence.

use std::collections::BTreeMap;

use super::*;

const TEXTS: [&str; 6] = [
    "imprint.en",
    "imprint.zh-Hans",
    "privacy.en",
    "privacy.zh-Hans",
    "terms.en",
    "terms.zh-Hans",
];

type Form = BTreeMap<String, String>;

/// The form as a browser sends it, with these texts.
fn form(version: u64, texts: &[(&str, &str)]) -> Form {
    let empty = TEXTS.map(|name| (name.to_owned(), String::new()));
    let mut form: Form = empty.into_iter().collect();
    form.insert("version".to_owned(), version.to_string());
    for (name, text) in texts {
        form.insert((*name).to_owned(), (*text).to_owned());
    }
    form
}

async fn send(owner: &Person, form: &Form) -> Response {
    let path = format!("{}/desk/settings/legal", owner.origin);
    let request = owner.client.post(path);
    let request = request.header(header::ACCEPT, "text/html").form(form);
    request.send().await.unwrap()
}

async fn save(owner: &Person, form: &Form) {
    let saved = location(&send(owner, form).await);
    assert_eq!(saved, "/desk/settings/legal?notice=legal_pages_saved");
}

async fn shown(shop: &TestShop, path: &str, language: &str) -> (StatusCode, String) {
    let request = shop.shopper().client.get(shop.url(path));
    let request = request.header(header::ACCEPT, "text/html");
    let request = request.header(header::ACCEPT_LANGUAGE, language);
    let answer = request.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_text_is_shown_and_linked_once_it_is_written() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let (_, front) = shown(&shop, "/", "en").await;
    for page in ["/imprint", "/privacy", "/terms"] {
        assert_eq!(shown(&shop, page, "en").await.0, StatusCode::NOT_FOUND);
        assert!(!front.contains(page), "{front}");
    }
    let terms = "# Paying\r\n\r\nPay <b>when</b> you *collect*. [Us](https://owl.example) [x](javascript:x)";
    save(
        &owner,
        &form(0, &[("terms.en", terms), ("imprint.zh-Hans", "猫头鹰书店")]),
    )
    .await;

    let (status, html) = shown(&shop, "/terms", "en").await;
    assert_eq!(status, StatusCode::OK);
    for part in [
        "<h1>Terms and conditions</h1>",
        "<h2>Paying</h2>",
        "Pay &lt;b&gt;when&lt;/b&gt; you <em>collect</em>.",
        "<a href=\"https://owl.example\">Us</a> x",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!html.contains("javascript:x"), "{html}");
    // A reader of the other language is told in which one the text is.
    let (status, html) = shown(&shop, "/terms", "zh-CN").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("<div lang=\"en\"><h2>Paying</h2>"), "{html}");
    let (_, html) = shown(&shop, "/imprint", "zh-CN").await;
    assert!(html.contains("<div><p>猫头鹰书店</p>"), "{html}");

    let (_, front) = shown(&shop, "/", "en").await;
    assert!(front.contains("href=\"/terms\"") && front.contains("href=\"/imprint\""));
    assert!(!front.contains("href=\"/privacy\""), "{front}");
    let status = shown(&shop, "/privacy", "en").await.0;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let journal = owner.page("/desk/journal?group=settings").await;
    let words = "Changed the legal pages: Imprint (简体中文), Terms and conditions (English).";
    assert!(journal.contains(words), "{journal}");
}

#[tokio::test]
async fn a_preview_saves_nothing_and_keeps_what_was_written() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let mut preview = form(0, &[("privacy.en", "## Cookies\n\nOne </textarea>.")]);
    preview.insert("preview".to_owned(), "yes".to_owned());
    let answer = send(&owner, &preview).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let html = answer.text().await.unwrap();
    for part in [
        "nothing has been saved",
        "Preview: Privacy policy (English)",
        "<h3>Cookies</h3>",
        "\n## Cookies\n\nOne &lt;/textarea&gt;.</textarea>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert_eq!(shop.store.legal_pages().current().version, 0);
}

#[tokio::test]
async fn an_invalid_text_is_named_and_nothing_is_saved() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let long = "字".repeat(50_001);
    for (text, sentence) in [
        (long.as_str(), "use at most 50,000 characters"),
        ("a\u{202e}b", "remove the control characters"),
    ] {
        let refused = send(&owner, &form(0, &[("terms.en", text)])).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let html = refused.text().await.unwrap();
        let words = format!("Terms and conditions (English): {sentence}");
        assert!(html.contains(&words) && html.contains(text), "{words}");
    }
    let mut without = form(0, &[("terms.en", "x")]);
    without.remove("privacy.en");
    let refused = send(&owner, &without).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(shop.store.legal_pages().current().version, 0);
}

#[tokio::test]
async fn the_longest_texts_are_accepted() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let longest = "字".repeat(50_000);
    save(
        &owner,
        &form(0, &TEXTS.map(|name| (name, longest.as_str()))),
    )
    .await;
    assert_eq!(shop.store.legal_pages().current().version, 1);
}

#[tokio::test]
async fn what_another_owner_has_saved_is_not_overwritten() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    save(&owner, &form(0, &[("terms.en", "Owl")])).await;
    let refused = send(&owner, &form(0, &[("terms.en", "Hare")])).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let html = refused.text().await.unwrap();
    for part in [
        "Another owner has saved the legal pages",
        "name=\"version\" value=\"1\"",
        "\nHare</textarea>",
        "\nOwl</textarea>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    save(&owner, &form(1, &[("terms.en", "Hare")])).await;
    let (_, html) = shown(&shop, "/terms", "en").await;
    assert!(html.contains("<p>Hare</p>"), "{html}");
}
