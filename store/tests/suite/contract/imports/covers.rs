//! Covers, and how `copy_shop` copies them to PostgreSQL.

use super::*;

pub async fn a_book_has_the_cover_that_was_uploaded_last(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (id, claim) = applying(&imports, 1).await;
    assert_eq!(imports.cover(&slug(DROP), true).await.unwrap(), None);
    let names = ["drop", "9799999000078", "nobody"]
        .map(str::to_owned)
        .to_vec();
    let called = imports.books_called(names.clone()).await.unwrap();
    // The test shops' book has the ISBN of the first book of the opening catalogue.
    assert_eq!(
        called,
        [Some((slug(DROP), None)), Some((slug(DROP), None)), None]
    );
    let cover = |byte: u8| NewCover {
        source: [byte; 32],
        format: CoverFormat::Webp,
        small: vec![byte],
        large: vec![byte; 2],
    };
    let hang = |upto, byte| imports.hang(&claim, upto, slug(DROP), cover(byte));
    let (before, watch) = (shop.level(DROP).await, shop.watch(DROP));
    assert!(hang(1, 1).await.unwrap());
    assert!(!hang(1, 9).await.unwrap(), "no row should be applied twice");
    assert!(hang(3, 2).await.unwrap());
    // Each cover is a new revision of the page, and is published.
    let now = shop.level(DROP).await;
    assert_eq!((now.version, now.page), (before.version + 2, now.version));
    shop.until("the cover is published", async |_| {
        watch.levels() == [now.clone()]
    })
    .await;
    let small = imports.cover(&slug(DROP), true).await.unwrap().unwrap();
    let large = imports.cover(&slug(DROP), false).await.unwrap().unwrap();
    assert_eq!((small.source, small.bytes), ([2; 32], vec![2]));
    assert_eq!((large.format, large.bytes), (CoverFormat::Webp, vec![2; 2]));
    let called = imports.books_called(names).await.unwrap();
    let known = KnownCover {
        source: [2; 32],
        is_from_desk: false,
    };
    assert_eq!(called[0], Some((slug(DROP), Some(known))));
    let now = import(&imports, id).await;
    assert_eq!((now.upto, now.done.changed), (3, 2));
    assert!(imports.cancel(id, &olive()).await.unwrap());
    assert!(!hang(4, 3).await.unwrap());
    shop
}

pub async fn an_import_leaves_a_cover_of_the_desk_alone(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (id, claim) = applying(&imports, 1).await;
    let cover = |byte: u8| NewCover {
        source: [byte; 32],
        format: CoverFormat::Webp,
        small: vec![byte],
        large: vec![byte; 2],
    };
    let known = async || {
        let called = imports.books_called(vec![DROP.to_owned()]).await.unwrap();
        called[0].as_ref().unwrap().1
    };
    let known_as = |byte: u8, is_from_desk| {
        Some(KnownCover {
            source: [byte; 32],
            is_from_desk,
        })
    };
    let hang = |upto, byte| imports.hang(&claim, upto, slug(DROP), cover(byte));
    let (books, olive) = (shop.store.book_desk(), olive());
    assert!(hang(1, 1).await.unwrap());
    assert_eq!(known().await, known_as(1, false));
    // Staff choose the picture that was imported: from then on it is theirs.
    for byte in [1, 2] {
        books
            .set_cover(&slug(DROP), cover(byte), &olive)
            .await
            .unwrap();
        assert_eq!(known().await, known_as(byte, true));
    }
    let before = shop.level(DROP).await;
    assert!(hang(2, 3).await.unwrap());
    assert_eq!(known().await, known_as(2, true));
    assert_eq!(shop.level(DROP).await, before);
    let now = import(&imports, id).await;
    assert_eq!((now.upto, now.done.changed, now.done.unchanged), (2, 1, 1));
    let unknown = imports.hang(&claim, 3, slug("unknown"), cover(4)).await;
    assert!(
        matches!(unknown, Err(StoreError::Refused(Refusal::NoSuchBook(_)))),
        "{unknown:?}"
    );
    shop
}

#[tokio::test(flavor = "multi_thread")]
async fn covers_and_finished_imports_are_copied_with_the_shop() {
    let data = tempfile::tempdir().unwrap();
    let opening = Opening::of(&[(DROP, 10)]);
    let (place, books) = (data.path(), opening.books.clone());
    let before = SqliteStore::open(place, &books, Options::default());
    let shop = TestShop {
        store: Arc::new(before.await.unwrap()),
        premises: crate::contract::sqlite::sqlite(opening.clone()),
    };
    let imports = shop.store.imports().unwrap();
    let (finished, claim) = applying(&imports, 1).await;
    let lines = vec![line(2, "new", change(1)), line(3, "owed", change(-1))];
    import_lines(&shop, finished, 3, lines).await.unwrap();
    let picture = vec![0, 255, 7];
    let cover = NewCover {
        source: [3; 32],
        format: CoverFormat::Jpeg,
        small: picture.clone(),
        large: picture.clone(),
    };
    let hung = imports.hang(&claim, 4, slug(DROP), cover.clone());
    assert!(hung.await.unwrap());
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    let cancelled = imports.begin(new(2, 10)).await.unwrap().unwrap().id;
    assert!(imports.cancel(cancelled, &olive()).await.unwrap());
    let open = imports.begin(new(3, 10)).await.unwrap().unwrap().id;
    let expected = import(&imports, finished).await;
    let books = shop.store.book_desk();
    books
        .set_reorder_point(&slug(DROP), Some(3), &olive())
        .await
        .unwrap();
    books
        .set_cover(&slug("new"), cover, &olive())
        .await
        .unwrap();
    let described = books.described(&slug("new")).await.unwrap();
    let names = [DROP, "new"].map(str::to_owned).to_vec();
    let called = imports.books_called(names.clone()).await.unwrap();
    shop.store.close().await;
    // The directory's lock is released when the last reference to the store is dropped.
    drop((shop, imports));

    let database = Database::bare(opening).await;
    let url = database.url();
    copy_shop(place, &url, |_| {}).await.unwrap();
    let after = PostgresStore::open(&url, &[], Options::default());
    let after = after.await.unwrap();
    let imports = after.imports().unwrap();
    assert_eq!(import(&imports, finished).await, expected);
    assert_eq!(imports.books_called(names).await.unwrap(), called);
    let books = after.book_desk();
    assert_eq!(books.described(&slug("new")).await.unwrap(), described);
    let points = books.reorder_points(&[slug(DROP)]).await.unwrap();
    assert_eq!(points, [(slug(DROP), 3)]);
    let cancelled = import(&imports, cancelled).await;
    assert_eq!(
        (cancelled.state, cancelled.digest),
        (ImportState::Cancelled, None)
    );
    assert_eq!(
        imports.import(open).await.unwrap(),
        None,
        "an unfinished upload should not be copied"
    );
    let found = imports.findings(finished, Phase::Apply, FoundKind::Refused, 0, 9);
    assert_eq!(found.await.unwrap().len(), 1);
    let copied = imports.cover(&slug(DROP), false).await.unwrap().unwrap();
    assert_eq!((copied.source, copied.bytes), ([3; 32], picture));
    after.close().await;
}
