//! Applying imports: each line once, despite interruptions.

use super::*;

pub async fn every_line_is_applied_once(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    shop.add(ANN, DROP, 3).await.unwrap();
    let (id, claim) = applying(&imports, 1).await;
    let lines = || {
        vec![
            line(2, "new", Some(Copies::Counted(4))),
            line(3, DROP, change(5)),
            line(4, "sold-out", change(-1)),
        ]
    };
    let results = import_lines(&shop, id, 4, lines()).await.unwrap();
    let changed = Outcome::Changed(vec![Column::Title, Column::Price, Column::Stock]);
    let refused = Outcome::Refused(Column::Stock, LineProblem::Negative);
    assert_eq!(outcomes(&results), [&Outcome::Added, &changed, &refused]);
    // Another worker repeats the batch, or this one does because it got no answer.
    for _ in 0..2 {
        assert_eq!(import_lines(&shop, id, 4, lines()).await, Ok(Vec::new()));
    }
    assert_eq!(shop.available(DROP).await, 12);
    assert_eq!(shop.available("new").await, 4);
    assert_eq!(shop.history("new").await, ["opened"]);
    // The new title and price are recorded as an adjustment.
    let history = shop.history(DROP).await;
    assert_eq!(history, ["opened", "held", "restocked", "adjusted"]);
    let level = shop.level(DROP).await;
    assert_eq!((level.version, level.page), (4, 4));
    let new = shop.store.book(&slug("new")).await.unwrap().book;
    assert_eq!(
        (&*new.title, new.price),
        ("Title of new", Price::from_cents(1_250))
    );
    let prices = shop.premises.prices(&new.slug).await;
    assert_eq!(prices, [Price::from_cents(1_250)]);
    let found = imports.findings(id, Phase::Apply, FoundKind::Refused, 0, 9);
    let rows: Vec<u32> = found.await.unwrap().iter().map(|one| one.row).collect();
    assert_eq!(rows, [4]);
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    let import = import(&imports, id).await;
    let done = Tally {
        added: 1,
        changed: 1,
        unchanged: 0,
        refused: 1,
    };
    assert_eq!((import.state, import.done), (ImportState::Applied, done));
    assert!(
        imports.apply(id, &olive()).await.unwrap(),
        "confirming twice should be allowed"
    );
    assert_eq!(
        import_lines(&shop, id, 9, lines()).await,
        Err(Refusal::NotImporting)
    );

    shop
}

/// The check knows how many rows there are, so rows that are never reached are counted, too.
pub async fn rows_left_out_are_counted_at_the_end(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let id = uploaded(&imports, 1).await;
    let checking = claim(&imports).await.unwrap();
    let tally = Tally {
        added: 2,
        changed: 1,
        unchanged: 1,
        refused: 3,
    };
    assert!(
        imports
            .note(&checking, LEASE, 9, tally, Vec::new())
            .await
            .unwrap()
    );
    let last_row = 9;
    let checked = Verdict::Checked { last_row };
    assert!(imports.settle(&checking, checked).await.unwrap());
    assert!(imports.apply(id, &olive()).await.unwrap());
    let claim = claim(&imports).await.unwrap();
    let lines = vec![
        line(2, "one", change(1)),
        line(3, "two", change(1)),
        line(4, "three", change(-1)),
    ];
    import_lines(&shop, id, 4, lines).await.unwrap();
    let now = import(&imports, id).await;
    assert_eq!((now.upto, now.left_out()), (4, 1), "one should be left out");
    // An import of covers passes files that are set as covers already, or are not pictures.
    let passed = Tally {
        unchanged: 1,
        refused: 1,
        ..Tally::default()
    };
    assert!(imports.pass(&claim, 6, passed).await.unwrap());
    assert!(
        !imports.pass(&claim, 6, passed).await.unwrap(),
        "the same row should be passed only once"
    );
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    let finished = import(&imports, id).await;
    assert_eq!((finished.upto, finished.done.unchanged), (9, 1));
    assert_eq!(
        finished.left_out(),
        4,
        "four of seven rows should be left out"
    );
    assert!(!imports.pass(&claim, 9, passed).await.unwrap());
    shop
}

pub async fn a_cancelled_import_stops_between_two_batches(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (id, claim) = applying(&imports, 1).await;
    import_lines(&shop, id, 2, vec![line(2, "first", None)])
        .await
        .unwrap();
    assert!(imports.cancel(id, &olive()).await.unwrap());
    let second = import_lines(&shop, id, 3, vec![line(3, "second", None)]).await;
    assert_eq!(second, Err(Refusal::NotImporting));
    assert!(!imports.renew(&claim, LEASE).await.unwrap());
    assert!(shop.store.book(&slug("first")).await.is_ok());
    assert!(shop.store.book(&slug("second")).await.is_err());
    shop
}

/// A row that was applied before the shop closed is not applied again.
pub async fn an_import_continues_when_the_shop_opens_again(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (id, _) = applying(&imports, 1).await;
    let lines = || vec![line(2, DROP, change(5)), line(3, "new", change(1))];
    import_lines(&shop, id, 2, lines()[..1].to_vec())
        .await
        .unwrap();
    drop(imports);
    let shop = shop.reopened().await;
    let imports = shop.store.imports().unwrap();
    shop.pass(LEASE).await;
    let claim = claim(&imports).await.unwrap();
    assert_eq!((claim.import.id, claim.import.upto), (id, 2));
    let results = import_lines(&shop, id, 3, lines()).await.unwrap();
    assert_eq!(outcomes(&results), [&Outcome::Added]);
    assert_eq!(shop.available(DROP).await, 15);
    shop
}

/// Both imports name the same new books, and one book that the shop has.
pub async fn two_imports_at_the_same_time_add_each_book_once(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (one, _) = applying(&imports, 1).await;
    let other = uploaded_with(&imports, 2, [8; 32]).await;
    confirmed(&imports, other).await;
    let mut work = Vec::new();
    for import in [one, other] {
        let shop = &shop;
        work.push(Box::pin(async move {
            let mut added = 0;
            for row in 2..22 {
                let name = format!("book-{row}");
                let lines = vec![line(row, &name, change(1)), line(row, DROP, change(1))];
                let results = import_lines(shop, import, row, lines).await.unwrap();
                added += outcomes(&results)
                    .iter()
                    .filter(|outcome| ***outcome == Outcome::Added)
                    .count();
            }
            added
        }));
    }
    let added = join_all(work).await;
    assert_eq!(added.iter().sum::<usize>(), 20);
    for row in 2..22 {
        assert_eq!(
            shop.available(&format!("book-{row}")).await,
            2,
            "each import should add one copy to the same book"
        );
    }
    assert_eq!(shop.available(DROP).await, 10 + 40);
    let books: Vec<(u64, Slug)> = shop.store.numbered_slugs(1, 100).await.unwrap();
    assert_eq!(books.len(), 21);
    shop
}

/// The same batch adds a new book, for which nobody can be waiting.
pub async fn imported_copies_are_offered_to_waiting_shoppers(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    shop.add(ANN, DROP, 5).await.unwrap();
    shop.add(BEN, DROP, 5).await.unwrap();
    shop.wait(CAT, DROP).await.unwrap();
    let (import, _) = applying(&imports, 1).await;
    let lines = vec![line(2, DROP, change(2)), line(3, "new", change(3))];
    let results = import_lines(&shop, import, 3, lines).await.unwrap();
    assert_eq!(outcomes(&results)[1], &Outcome::Added);
    assert!(shop.is_offered(CAT).await);
    assert_eq!(shop.available(DROP).await, 1);
    assert_eq!(shop.available("new").await, 3);
    shop
}
