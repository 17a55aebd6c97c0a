//! What staff write about a book: on its page, refused with a sentence, and lost by nobody.

use shop::BookField;

use super::{
    books::{Form, described, post, shown},
    *,
};

pub(super) const EDIT: &str = "/desk/stock/small-hours/edit";

/// The form for a book's description as its page shows it, with these values.
pub(super) async fn edited(shop: &TestShop, values: &[(&str, &str)]) -> Form {
    let known = described(shop, "small-hours").await;
    let texts = BookField::DESCRIBED.into_iter().flat_map(|field| {
        let (name, text) = (field.name(), known.book.text(field));
        [
            (name.to_owned(), text.clone()),
            (format!("was-{name}"), text),
        ]
    });
    let mut form: Form = texts.collect();
    form.insert("version".to_owned(), known.sources.version.to_string());
    for (name, text) in values {
        form.insert((*name).to_owned(), (*text).to_owned());
    }
    form
}

#[tokio::test]
async fn what_is_edited_is_on_the_books_page_and_in_its_metadata() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let before = shown(&shop, "/books/small-hours").await;
    assert!(!before.contains("Publisher") && !before.contains("datePublished"));
    let form = edited(
        &shop,
        &[
            ("subtitle", "A Night in <One> City"),
            ("translator", "Jane Doe; John Roe"),
            ("publisher", "Owl & Sons"),
            ("published", "2026-05-12"),
            ("format", "paperback"),
            ("language", "EN"),
            ("pages", "320"),
            ("subjects", "Cities; Nights"),
        ],
    )
    .await;
    let saved = location(&post(&owner, EDIT, &form).await);
    assert_eq!(saved, "/desk/stock/small-hours?notice=book_saved");
    let page = shown(&shop, "/books/small-hours").await;
    for part in [
        "A Night in &lt;One&gt; City",
        "Translator: Jane Doe, John Roe",
        "Publisher: Owl &amp; Sons",
        "Published: 12 May 2026",
        "Format: Paperback",
        "Language: English",
        "Pages: 320",
        "Subjects: Cities, Nights",
        "\"datePublished\":\"2026-05-12\"",
        "\"bookFormat\":\"https://schema.org/Paperback\"",
        "\"inLanguage\":\"en\"",
        "\"numberOfPages\":320",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let found = shown(&shop, "/?q=roe").await;
    assert!(found.contains("Small Hours"), "{found}");
    let journal = owner.page("/desk/journal?subject=small-hours").await;
    assert!(journal.contains("Subtitle, Translator, Publisher, Published, Format"));
    // The form once more changes nothing.
    let again = location(&post(&owner, EDIT, &form).await);
    assert_eq!(again, saved);
    assert_eq!(described(&shop, "small-hours").await.sources.version, 1);
}

#[tokio::test]
async fn an_invalid_field_is_named_and_nothing_is_saved() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    for (field, text, status, sentence) in [
        ("title", "", 422, "Title: this can’t be empty."),
        (
            "author",
            "a\u{202e}b",
            422,
            "Author: remove the control characters",
        ),
        (
            "published",
            "soon",
            422,
            "Published: enter a year, a month or a day",
        ),
        (
            "language",
            "English",
            422,
            "Language: enter a language code",
        ),
        ("pages", "many", 422, "Pages: enter a whole number."),
        ("format", "scroll", 422, "Format: choose one"),
        ("isbn", "9799999000078", 409, GUIDE),
    ] {
        let form = edited(&shop, &[("publisher", "Kept & typed"), (field, text)]).await;
        let refused = post(&clerk, EDIT, &form).await;
        assert_eq!(refused.status().as_u16(), status, "{field} {text}");
        let page = refused.text().await.unwrap();
        for part in [sentence, "Kept &amp; typed"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
    assert_eq!(described(&shop, "small-hours").await.sources.version, 0);
    // A field that is missing is not taken as empty.
    let mut partial = edited(&shop, &[]).await;
    partial.remove("subjects");
    let refused = post(&clerk, EDIT, &partial).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = post(
        &clerk,
        "/desk/stock/unknown/edit",
        &edited(&shop, &[]).await,
    )
    .await;
    assert!(location(&unknown).starts_with("/desk/stock?notice="));
}

#[tokio::test]
async fn the_second_of_two_clerks_sees_what_the_first_has_saved() {
    let shop = spawn_shop().await;
    let (ann, ben) = (
        signed_in(&shop, "ann", Role::Clerk).await,
        signed_in(&shop, "ben", Role::Clerk).await,
    );
    let before = edited(&shop, &[("publisher", "Owl")]).await;
    location(&post(&ann, EDIT, &before).await);
    let texts = [
        ("title", "Smaller Hours"),
        ("pages", "320"),
        ("publisher", "Owl & Sons"),
    ];
    let first = edited(&shop, &texts).await;
    let second = edited(&shop, &[("title", "Larger Hours"), ("publisher", "")]).await;
    location(&post(&ann, EDIT, &first).await);
    let refused = post(&ben, EDIT, &second).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let page = refused.text().await.unwrap();
    for part in [
        "Somebody else has changed this book",
        "value=\"Larger Hours\"",
        "Saved in the meantime: Smaller Hours",
        "Saved in the meantime: Owl &amp; Sons",
        // Ben has not touched the pages, so Ann's number is shown and stays.
        "name=\"pages\" value=\"320\"",
        "name=\"was-pages\" value=\"320\"",
        "name=\"was-title\" value=\"Smaller Hours\"",
        "name=\"version\" value=\"2\"",
        "name=\"compare\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Saved in the meantime: 320"), "{page}");
    let kept = described(&shop, "small-hours").await;
    assert_eq!(kept.book.title, "Smaller Hours");
    // The form as the page shows it now.
    let third = edited(&shop, &[("title", "Larger Hours"), ("publisher", "")]).await;
    location(&post(&ben, EDIT, &third).await);
    let kept = described(&shop, "small-hours").await.book;
    assert_eq!(kept.title, "Larger Hours");
    assert_eq!(kept.text(BookField::Pages), "320");
    assert_eq!(kept.text(BookField::Publisher), "");
}

#[tokio::test]
async fn after_a_mistake_the_form_still_knows_what_was_typed_over() {
    let shop = spawn_shop().await;
    let (ann, ben) = (
        signed_in(&shop, "ann", Role::Clerk).await,
        signed_in(&shop, "ben", Role::Clerk).await,
    );
    let mut second = edited(&shop, &[("subtitle", "A Night"), ("pages", "many")]).await;
    let refused = post(&ben, EDIT, &second).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text().await.unwrap();
    for part in [
        "name=\"subtitle\" value=\"A Night\"",
        "name=\"was-subtitle\" value=\"\"",
        "name=\"version\" value=\"0\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let first = edited(&shop, &[("subjects", "Cities")]).await;
    location(&post(&ann, EDIT, &first).await);
    second.insert("pages".to_owned(), "320".to_owned());
    let refused = post(&ben, EDIT, &second).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let page = refused.text().await.unwrap();
    for part in [
        "name=\"subtitle\" value=\"A Night\"",
        "name=\"pages\" value=\"320\"",
        "name=\"subjects\" value=\"Cities\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn the_longest_description_is_saved() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let text = "书".repeat(10_000);
    for title in ["Small Hours", "Smaller Hours"] {
        let form = edited(&shop, &[("title", title), ("description", &text)]).await;
        let saved = location(&post(&clerk, EDIT, &form).await);
        assert!(saved.ends_with("notice=book_saved"), "{saved}");
    }
    let kept = described(&shop, "small-hours").await.book;
    assert_eq!(kept.description, text);
}

#[tokio::test]
async fn the_files_text_and_price_are_shown_and_can_be_taken_again() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    // As after an import, and an edit at the desk.
    let sources = r#"{"version":1,"fields":{"author":"file","title":{"desk":{"file":"Hours"}},
        "price":{"desk":{"file":"900"}}}}"#;
    let data = shop.data.path().join(store::sqlite::FILE_NAME);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("update book set sources = ? where slug = 'small-hours'")
        .bind(sources)
        .execute(&pool)
        .await
        .unwrap();
    let page = clerk.page(EDIT).await;
    for part in ["From your catalogue file.", "Take the file’s again: Hours"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let mut form = edited(&shop, &[]).await;
    form.insert("take-title".to_owned(), "yes".to_owned());
    location(&post(&clerk, EDIT, &form).await);
    let known = described(&shop, "small-hours").await;
    assert_eq!(known.book.title, "Hours");
    assert!(known.sources.is_from_file(BookField::Title));

    let page = clerk.page("/desk/stock/small-hours").await;
    assert!(
        page.contains("Take the file’s price again: $9.00"),
        "{page}"
    );
    let taken = clerk.send("/desk/stock/small-hours/file-price", &[]).await;
    assert_eq!(taken, "/desk/stock/small-hours?notice=price_set");
    let known = described(&shop, "small-hours").await;
    assert_eq!(known.book.price.cents(), 900);
}
