//! The same file imported again: its copies count once.

use super::*;

pub async fn the_same_file_imported_again_counts_no_copies_twice(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let lines = || {
        vec![
            line(2, DROP, change(5)),
            line(3, "owed", change(-1)),
            line(4, "new", change(2)),
        ]
    };
    let all = |import| ImportBatch {
        import,
        upto: 4,
        entries: lines(),
    };
    let imported_before = async |id| {
        let import = import(&imports, id).await;
        imports.applied_before(&import).await.unwrap().is_some()
    };
    let refused = Outcome::Refused(Column::Stock, LineProblem::Negative);
    // The first import is cancelled after the second line, which was refused.
    let (first, _) = applying(&imports, 1).await;
    assert!(!imported_before(first).await);
    let results = import_lines(&shop, first, 3, lines()[..2].to_vec()).await;
    assert_eq!(outcomes(&results.unwrap())[1], &refused);
    assert!(imports.cancel(first, &olive()).await.unwrap());
    // Another import adds enough copies for the refused line.
    let another = uploaded_with(&imports, 2, [8; 32]).await;
    confirmed(&imports, another).await;
    assert!(
        !imported_before(another).await,
        "another file should count as new"
    );
    let owed = vec![line(2, "owed", change(1))];
    import_lines(&shop, another, 2, owed).await.unwrap();

    let (second, claim) = applying(&imports, 3).await;
    assert!(imported_before(second).await);
    let changed = Outcome::Changed(vec![Column::Stock]);
    let expected = [&Outcome::Unchanged, &changed, &Outcome::Added];
    let results = imports.rehearse(all(second)).await.unwrap();
    assert_eq!(outcomes(&results), expected);
    let results = import_lines(&shop, second, 4, lines()).await.unwrap();
    assert_eq!(outcomes(&results), expected);
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    let available = async || {
        let books = [DROP, "owed", "new"];
        join_all(books.map(|book| shop.available(book))).await
    };
    assert_eq!(available().await, [15, 0, 2], "each line should count once");

    let (third, claim) = applying(&imports, 4).await;
    let nothing = [&Outcome::Unchanged; 3];
    let results = imports.rehearse(all(third)).await.unwrap();
    assert_eq!(outcomes(&results), nothing);
    let results = import_lines(&shop, third, 4, lines()).await.unwrap();
    assert_eq!(outcomes(&results), nothing);
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    assert_eq!(available().await, [15, 0, 2]);

    // The same copies arrive once more, and staff confirm that the file counts again.
    let fourth = uploaded(&imports, 5).await;
    assert!(!imports.check_again(fourth, true).await.unwrap());
    checked(&imports).await;
    let rehearsed = async || imports.rehearse(all(fourth)).await.unwrap();
    assert_eq!(outcomes(&rehearsed().await), nothing);
    assert!(imports.check_again(fourth, true).await.unwrap());
    assert!(
        !imports.apply(fourth, &olive()).await.unwrap(),
        "an import should be checked before it is applied"
    );
    assert!(import(&imports, fourth).await.counts_again);
    let expected = [&changed, &refused, &changed];
    assert_eq!(outcomes(&rehearsed().await), expected);
    confirmed(&imports, fourth).await;
    let results = import_lines(&shop, fourth, 4, lines()).await.unwrap();
    assert_eq!(outcomes(&results), expected);
    assert_eq!(available().await, [20, 0, 4]);
    shop
}

/// Once some of an import's refusals are deleted, it is not known which of its rows were applied.
pub async fn an_import_being_deleted_no_longer_tells_which_rows_were_applied(
    kind: Kind,
) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (first, claim) = applying(&imports, 1).await;
    let lines = vec![line(2, "owed", change(-1)), line(3, DROP, change(5))];
    let results = import_lines(&shop, first, 3, lines.clone()).await.unwrap();
    let refused = Outcome::Refused(Column::Stock, LineProblem::Negative);
    let changed = Outcome::Changed(vec![Column::Title, Column::Price, Column::Stock]);
    assert_eq!(outcomes(&results), [&refused, &changed]);
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    let counts_as_applied = async |bits| {
        let id = uploaded(&imports, bits).await;
        let batch = ImportBatch {
            import: id,
            upto: 3,
            entries: lines[1..].to_vec(),
        };
        let results = imports.rehearse(batch).await.unwrap();
        assert!(imports.cancel(id, &olive()).await.unwrap());
        outcomes(&results) == [&Outcome::Unchanged]
    };
    assert!(
        counts_as_applied(2).await,
        "the row should count as applied"
    );
    shop.pass(31 * DAY).await;
    assert!(
        counts_as_applied(3).await,
        "the row should still count as applied"
    );
    // This is the first of many steps of tidying.
    assert!(imports.tidy().await.unwrap());
    assert!(!counts_as_applied(4).await);
    shop
}

/// The first of two imports to reach a row applies it.
pub async fn two_imports_of_one_file_at_the_same_time_count_each_row_once(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (one, _) = applying(&imports, 1).await;
    let (other, _) = applying(&imports, 2).await;
    let work = [one, other].map(|import| {
        let shop = &shop;
        async move {
            for row in 2..22 {
                let lines = vec![line(row, &format!("book-{row}"), change(3))];
                import_lines(shop, import, row, lines).await.unwrap();
            }
        }
    });
    join_all(work).await;
    for row in 2..22 {
        assert_eq!(shop.available(&format!("book-{row}")).await, 3);
    }
    shop
}

pub async fn a_file_whose_lines_were_all_refused_does_not_count_as_imported(
    kind: Kind,
) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (first, claim) = applying(&imports, 1).await;
    let short = vec![line(2, "owed", change(-9))];
    let results = import_lines(&shop, first, 2, short).await.unwrap();
    let refused = Outcome::Refused(Column::Stock, LineProblem::Negative);
    assert_eq!(outcomes(&results), [&refused]);
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    let (second, _) = applying(&imports, 2).await;
    let second = import(&imports, second).await;
    assert_eq!(imports.applied_before(&second).await.unwrap(), None);
    shop
}
