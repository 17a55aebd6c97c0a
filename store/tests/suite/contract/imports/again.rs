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
    let before = async |id| {
        let import = import(&imports, id).await;
        imports.applied_before(&import).await.unwrap().is_some()
    };
    let refused = Outcome::Refused(Column::Stock, LineProblem::Negative);
    // The first import is cancelled after the second line, which was refused.
    let (first, _) = applying(&imports, 1).await;
    assert!(!before(first).await);
    let landings = deliver(&shop, first, 3, lines()[..2].to_vec()).await;
    assert_eq!(outcomes(&landings.unwrap())[1], &refused);
    assert!(imports.cancel(first).await.unwrap());
    // By now there are enough copies for the refused line.
    let another = sent_as(&imports, 2, [8; 32]).await;
    wanted(&imports, another).await;
    assert!(!before(another).await, "another file should count as new");
    let owed = vec![line(2, "owed", change(1))];
    deliver(&shop, another, 2, owed).await.unwrap();

    let (second, claim) = applying(&imports, 3).await;
    assert!(before(second).await);
    let gone = Outcome::Changed(vec![Column::Stock]);
    let expected = [&Outcome::Unchanged, &gone, &Outcome::Added];
    let landings = imports.rehearse(all(second)).await.unwrap();
    assert_eq!(outcomes(&landings), expected);
    let landings = deliver(&shop, second, 4, lines()).await.unwrap();
    assert_eq!(outcomes(&landings), expected);
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    let available = async || {
        let books = [DROP, "owed", "new"];
        join_all(books.map(|book| shop.available(book))).await
    };
    assert_eq!(available().await, [15, 0, 2], "each line should count once");

    let (third, claim) = applying(&imports, 4).await;
    let nothing = [&Outcome::Unchanged; 3];
    let landings = imports.rehearse(all(third)).await.unwrap();
    assert_eq!(outcomes(&landings), nothing);
    let landings = deliver(&shop, third, 4, lines()).await.unwrap();
    assert_eq!(outcomes(&landings), nothing);
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    assert_eq!(available().await, [15, 0, 2]);

    // As many copies arrived once more, and staff confirm that they count again.
    let fourth = sent(&imports, 5).await;
    assert!(!imports.check_again(fourth, true).await.unwrap());
    checked(&imports).await;
    let rehearsed = async || imports.rehearse(all(fourth)).await.unwrap();
    assert_eq!(outcomes(&rehearsed().await), nothing);
    assert!(imports.check_again(fourth, true).await.unwrap());
    assert!(
        !imports.apply(fourth).await.unwrap(),
        "it should have to be checked first"
    );
    assert!(import(&imports, fourth).await.counts_again);
    let changed = Outcome::Changed(vec![Column::Stock]);
    let promised = Outcome::Refused(Column::Stock, LineProblem::Negative);
    let expected = [&changed, &promised, &changed];
    assert_eq!(outcomes(&rehearsed().await), expected);
    wanted(&imports, fourth).await;
    let landings = deliver(&shop, fourth, 4, lines()).await.unwrap();
    assert_eq!(outcomes(&landings), expected);
    assert_eq!(available().await, [20, 0, 4]);
    shop
}

/// Once an import's refusals begin to be deleted, nothing tells which of its rows were applied.
pub async fn an_import_being_deleted_no_longer_tells_which_rows_were_applied(
    kind: Kind,
) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (first, claim) = applying(&imports, 1).await;
    let lines = vec![line(2, "owed", change(-1)), line(3, DROP, change(5))];
    let landings = deliver(&shop, first, 3, lines.clone()).await.unwrap();
    let refused = Outcome::Refused(Column::Stock, LineProblem::Negative);
    let changed = Outcome::Changed(vec![Column::Title, Column::Price, Column::Stock]);
    assert_eq!(outcomes(&landings), [&refused, &changed]);
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    let again = async |bits| {
        let id = sent(&imports, bits).await;
        let delivery = ImportBatch {
            import: id,
            upto: 3,
            entries: lines[1..].to_vec(),
        };
        let landings = imports.rehearse(delivery).await.unwrap();
        assert!(imports.cancel(id).await.unwrap());
        outcomes(&landings) == [&Outcome::Unchanged]
    };
    assert!(again(2).await, "the row should count as applied");
    shop.pass(31 * DAY).await;
    assert!(again(3).await, "the row should still count as applied");
    // Tidying takes the first of many steps.
    assert!(imports.tidy().await.unwrap());
    assert!(!again(4).await);
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
                deliver(shop, import, row, lines).await.unwrap();
            }
        }
    });
    join_all(work).await;
    for row in 2..22 {
        assert_eq!(shop.available(&format!("book-{row}")).await, 3);
    }
    shop
}

pub async fn a_file_of_which_every_line_was_refused_is_not_said_to_have_been_imported(
    kind: Kind,
) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (first, claim) = applying(&imports, 1).await;
    let short = vec![line(2, "owed", change(-9))];
    let landings = deliver(&shop, first, 2, short).await.unwrap();
    let refused = Outcome::Refused(Column::Stock, LineProblem::Negative);
    assert_eq!(outcomes(&landings), [&refused]);
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    let (second, _) = applying(&imports, 2).await;
    let second = import(&imports, second).await;
    assert_eq!(imports.applied_before(&second).await.unwrap(), None);
    shop
}
