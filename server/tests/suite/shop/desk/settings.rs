//! The shop's settings: saved by an owner, shown everywhere, and refused with a sentence.

use std::collections::BTreeMap;

use super::*;

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

pub(super) type Form = BTreeMap<String, String>;

/// The form as a browser sends it before anything was set, with these values.
pub(super) fn form(version: u64, values: &[(&str, &str)]) -> Form {
    let empty = [
        "address",
        "telephone",
        "email",
        "website",
        "time_zone",
        "currency",
        "price_label",
        "closed_days",
        "footer",
    ];
    let names = empty.into_iter().chain(DAYS);
    let mut form: Form = names.map(|name| (name.to_owned(), String::new())).collect();
    form.insert("version".to_owned(), version.to_string());
    for (name, value) in [&("name", "Burt’s Books")].into_iter().chain(values) {
        form.insert((*name).to_owned(), (*value).to_owned());
    }
    form
}

pub(super) async fn send(owner: &Person, form: &Form) -> Response {
    let request = owner.client.post(format!("{}/desk/settings", owner.origin));
    let request = request.header(header::ACCEPT, "text/html").form(form);
    request.send().await.unwrap()
}

pub(super) async fn save(owner: &Person, form: &Form) {
    let saved = location(&send(owner, form).await);
    assert_eq!(saved, "/desk/settings?notice=settings_saved");
}

pub(super) async fn shown(shop: &TestShop, path: &str) -> String {
    let request = shop.shopper().client.get(shop.url(path));
    let request = request.header(header::ACCEPT, "text/html");
    request.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn what_the_owner_sets_is_on_the_next_page() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let mut values = vec![
        ("name", "Owl & </script><b>Hare"),
        ("address", "1 <i>High</i> Street\r\nLittle Hay"),
        ("telephone", "+44 20 7946 0000"),
        ("email", "shop@books.example"),
        ("website", "https://owl.example/"),
        ("closed_days", "2999-12-25 Christmas <Day>"),
        ("footer", "Come in & read."),
    ];
    values.extend(DAYS.map(|day| (day, "09:00-12:30, 13:30-18:00")));
    save(&owner, &form(0, &values)).await;

    let front = shown(&shop, "/").await;
    for part in [
        "<title>Owl &amp; &lt;/script&gt;&lt;b&gt;Hare</title>",
        "1 &lt;i&gt;High&lt;/i&gt; Street, Little Hay",
        "href=\"tel:+442079460000\"",
        "href=\"mailto:shop@books.example\"",
        "href=\"https://owl.example/\"",
        "day: 09:00–12:30, 13:30–18:00",
        "Come in &amp; read.",
        "href=\"/about\"",
        "\"@type\":\"BookStore\"",
        "\"name\":\"Owl \\u0026 \\u003c/script\\u003e\\u003cb\\u003eHare\"",
        "\"telephone\":\"+44 20 7946 0000\"",
        "\"dayOfWeek\":\"https://schema.org/Sunday\"",
    ] {
        assert!(front.contains(part), "{part}: {front}");
    }
    assert!(!front.contains("Burt’s Books"), "{front}");
    let about = shown(&shop, "/about").await;
    for part in [
        "Monday: 09:00–12:30",
        "25 December 2999",
        "Christmas &lt;Day&gt;",
    ] {
        assert!(about.contains(part), "{part}: {about}");
    }
    let book = shown(&shop, &format!("/books/{GUIDE}")).await;
    assert!(book.contains("content=\"Owl &amp; &lt;/script"), "{book}");
    assert!(!book.contains("Burt’s Books"), "{book}");
    for refusal in ["/offline", "/api/no_such_action"] {
        let page = shown(&shop, refusal).await;
        assert!(page.contains(" · Owl &amp; &lt;/script&gt;"), "{page}");
    }
    let journal = owner.page("/desk/journal?group=settings").await;
    assert!(journal.contains("Changed the shop’s settings: Shop name, Postal address,"));
    // The form shows what was saved.
    let page = owner.page("/desk/settings").await;
    assert!(page.contains("name=\"version\" value=\"1\""), "{page}");
    assert!(page.contains("\n1 &lt;i&gt;High&lt;/i&gt; Street\nLittle Hay</textarea>"));
}

#[tokio::test]
async fn a_shop_without_settings_has_its_own_name_and_says_nothing_more() {
    let shop = spawn_shop().await;
    let front = shown(&shop, "/").await;
    assert!(front.contains("<title>Burt’s Books</title>"), "{front}");
    assert!(!front.contains("BookStore") && !front.contains("/about"));
    let about = shop.shopper().get("/about").await;
    assert_eq!(about.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_invalid_field_is_named_and_nothing_is_saved() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    for (field, text, sentence) in [
        ("name", "", "Shop name: this can’t be empty."),
        (
            "name",
            "a\u{202e}b",
            "Shop name: remove the control characters",
        ),
        (
            "address",
            "a\nb\nc\nd\ne\nf",
            "Postal address: use at most 5 lines.",
        ),
        ("telephone", "soon", "Telephone: enter a telephone number"),
        ("email", "shop", "E-mail: enter an e-mail address"),
        (
            "website",
            "javascript:alert(1)",
            "Main site: enter a web address",
        ),
        (
            "time_zone",
            "Berlin",
            "Time zone: enter the name of a time zone",
        ),
        (
            "currency",
            "Euro",
            "Currency: enter the three letters of a currency",
        ),
        ("monday", "9 to 5", "Monday: enter the hours"),
        (
            "tuesday",
            "18:00–09:00",
            "Tuesday: a span of time must end after",
        ),
        (
            "friday",
            "09:00–13:00, 12:00–18:00",
            "Friday: the two spans of time overlap.",
        ),
        (
            "closed_days",
            "2026-12-25\nsoon",
            "Closed days: line 2 doesn’t begin with a date",
        ),
    ] {
        let mut typed = form(0, &[("footer", "Kept in <the> form")]);
        typed.insert(field.to_owned(), text.to_owned());
        let refused = send(&owner, &typed).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{text}");
        let page = refused.text().await.unwrap();
        for part in [
            sentence,
            "aria-invalid=\"true\"",
            "Kept in &lt;the&gt; form",
            "Nothing was saved.",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
    assert_eq!(shop.store.owner_settings().current().version, 0);
    // A field that is missing is not taken as empty.
    let mut partial = form(0, &[]);
    partial.remove("address");
    let refused = send(&owner, &partial).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .text()
            .await
            .unwrap()
            .contains("couldn’t read that form")
    );
}

#[tokio::test]
async fn the_second_of_two_owners_sees_what_the_first_has_saved() {
    let shop = spawn_shop().await;
    let (ann, ben) = (
        signed_in(&shop, "ann", Role::Owner).await,
        signed_in(&shop, "ben", Role::Owner).await,
    );
    save(
        &ann,
        &form(0, &[("name", "Owl"), ("telephone", "020 7946 0000")]),
    )
    .await;
    let refused = send(&ben, &form(0, &[("name", "Hare")])).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let page = refused.text().await.unwrap();
    for part in [
        "Another owner has saved the settings",
        "value=\"Hare\"",
        "Saved in the meantime: Owl",
        "Saved in the meantime: 020 7946 0000",
        "name=\"version\" value=\"1\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(shop.store.owner_settings().current().profile.name(), "Owl");

    // A mistake in the second attempt does not hide what the first owner has saved.
    let mut again = form(1, &[("name", "Hare"), ("website", "javascript:alert(1)")]);
    let wrong = send(&ben, &again).await.text().await.unwrap();
    assert!(!wrong.contains("Saved in the meantime"), "{wrong}");
    again.insert("compare".to_owned(), "yes".to_owned());
    let wrong = send(&ben, &again).await.text().await.unwrap();
    for part in ["name=\"compare\"", "Saved in the meantime: 020 7946 0000"] {
        assert!(wrong.contains(part), "{part}: {wrong}");
    }
    save(&ben, &form(1, &[("name", "Hare")])).await;
    assert_eq!(shop.store.owner_settings().current().profile.name(), "Hare");
}

#[tokio::test]
async fn a_chinese_name_is_not_marked_as_english() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    save(&owner, &form(0, &[("name", "猫头鹰书店")])).await;
    let request = shop.shopper().client.get(shop.url("/"));
    let request = request.header(header::ACCEPT_LANGUAGE, "zh-CN");
    let page = request.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("<span>猫头鹰书店</span>"), "{page}");
    let english = shown(&shop, "/").await;
    assert!(
        english.contains("<span lang=\"zh-Hans\">猫头鹰书店</span>"),
        "{english}"
    );
}
