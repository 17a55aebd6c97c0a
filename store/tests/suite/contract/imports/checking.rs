//! Claims to imports, and the findings of a check.

use super::*;

pub async fn an_import_belongs_to_one_worker_until_the_claim_ends(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    assert_eq!(claim(&imports).await, None);
    let id = uploaded(&imports, 1).await;
    imports.work_available().await;
    let claims = join_all((0..8).map(|_| claim(&imports))).await;
    let mut claims = claims.into_iter().flatten();
    let (first, second) = (claims.next().unwrap(), claims.next());
    assert_eq!(
        (first.import.id, second),
        (id, None),
        "one worker of eight should get the claim"
    );
    shop.pass(LEASE / 2).await;
    assert!(imports.renew(&first, LEASE).await.unwrap());
    shop.pass(LEASE / 2 + MINUTE / 6).await;
    assert_eq!(claim(&imports).await, None, "the claim should still hold");
    shop.pass(LEASE).await;
    let again = claim(&imports).await.unwrap();
    let tally = Tally::default();
    let late = imports.note(&first, LEASE, 5, tally, Vec::new()).await;
    assert!(!late.unwrap(), "an expired claim should record nothing");
    let late = imports
        .settle(&first, Verdict::Checked { last_row: 5 })
        .await;
    assert!(!late.unwrap());
    let trouble = ImportTrouble::NoList(store::catalogue_file::NoList::Archive);
    let failed = Verdict::Failed(trouble.clone());
    assert!(imports.settle(&again, failed).await.unwrap());
    let import = import(&imports, id).await;
    assert_eq!(import.state, ImportState::Failed);
    assert_eq!(import.trouble, Some(trouble));
    assert!(
        !imports.apply(id, &olive()).await.unwrap(),
        "failure should be final"
    );
    shop
}

/// An import that crashes every worker is not retried for ever.
pub async fn an_import_without_progress_is_given_up(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let none = Tally::default();
    let note = async |claim: &Claim, upto| {
        let noted = imports.note(claim, LEASE, upto, none, Vec::new()).await;
        assert!(noted.unwrap());
    };
    let id = uploaded(&imports, 1).await;
    // Each worker starts from the first row, and the fourth gets further than the three before it.
    for upto in [4, 4, 3, 5, 5, 4, 5, 5] {
        let claim = claim(&imports).await.unwrap();
        note(&claim, 0).await;
        note(&claim, upto).await;
        shop.pass(LEASE + MINUTE).await;
    }
    // A start whose worker gives the import back does not count as a try.
    for _ in 0..2 * MOST_TRIES {
        let claim = claim(&imports).await.unwrap();
        assert!(imports.settle(&claim, Verdict::Unfinished).await.unwrap());
    }
    assert!(claim(&imports).await.is_some(), "one try should be left");
    shop.pass(LEASE + MINUTE).await;
    assert_eq!(claim(&imports).await, None);
    let given_up = import(&imports, id).await;
    assert_eq!(given_up.state, ImportState::Failed);
    assert_eq!(given_up.trouble, Some(ImportTrouble::GivenUp));

    let id = uploaded(&imports, 2).await;
    let mut last = confirmed(&imports, id).await;
    for row in 2..2 * MOST_TRIES {
        let lines = vec![line(row, &format!("book-{row}"), None)];
        import_lines(&shop, id, row, lines).await.unwrap();
        shop.pass(LEASE + MINUTE).await;
        last = claim(&imports).await.unwrap();
    }
    for _ in 1..MOST_TRIES {
        shop.pass(LEASE + MINUTE).await;
        last = claim(&imports).await.unwrap();
    }
    shop.pass(LEASE + MINUTE).await;
    assert_eq!(claim(&imports).await, None);
    assert!(!imports.renew(&last, LEASE).await.unwrap());
    let given_up = import(&imports, id).await;
    assert_eq!(given_up.state, ImportState::Failed);
    assert!(given_up.done.added > 0, "applied rows should stay applied");
    shop
}

/// Many other imports have ended since this one became ready.
pub async fn an_import_that_was_ready_long_ago_is_claimed_like_any_other(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let id = uploaded(&imports, 1).await;
    let checked = Verdict::Checked { last_row: 9 };
    let claimed = claim(&imports).await.unwrap();
    assert!(imports.settle(&claimed, checked).await.unwrap());
    for bits in 2..62 {
        shop.pass(MINUTE / 60).await;
        imports.begin(new(bits, 10)).await.unwrap().unwrap();
        assert!(
            imports
                .cancel(ImportId::from_bits(bits), &olive())
                .await
                .unwrap()
        );
    }
    assert!(imports.apply(id, &olive()).await.unwrap());
    assert_eq!(claim(&imports).await.unwrap().import.id, id);
    shop
}

pub async fn the_findings_of_a_check_can_be_read(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let id = uploaded(&imports, 1).await;
    let claim = claim(&imports).await.unwrap();
    let refused = |row| RowFinding {
        row,
        found: RowFound::Refused {
            column: Column::Isbn,
            why: LineProblem::Twice { row: 2 },
            said: "<b>\"quoted\"</b> \\ 漢".to_owned(),
        },
    };
    let added = RowFinding {
        row: 2,
        found: RowFound::Added(slug("new")),
    };
    let tally = Tally {
        added: 1,
        refused: 2,
        ..Tally::default()
    };
    // Findings of a worker that died are deleted when the next one starts.
    for _ in 0..2 {
        let none = Tally::default();
        let begun = imports.note(&claim, LEASE, 0, none, vec![refused(1)]);
        assert!(begun.await.unwrap());
    }
    let none = Tally::default();
    assert!(
        imports
            .note(&claim, LEASE, 0, none, Vec::new())
            .await
            .unwrap()
    );
    let findings = vec![added.clone(), refused(3), refused(700)];
    assert!(
        imports
            .note(&claim, LEASE, 900, tally, findings)
            .await
            .unwrap()
    );
    let last_row = 900;
    assert!(
        imports
            .settle(&claim, Verdict::Checked { last_row })
            .await
            .unwrap()
    );
    let found = |kind, from, most| imports.findings(id, Phase::Check, kind, from, most);
    assert_eq!(found(FoundKind::Added, 0, 9).await.unwrap(), [added]);
    let all = found(FoundKind::Refused, 0, 9).await.unwrap();
    assert_eq!(all, [refused(3), refused(700)]);
    assert_eq!(
        found(FoundKind::Refused, 4, 9).await.unwrap(),
        [refused(700)]
    );
    assert_eq!(found(FoundKind::Refused, 0, 1).await.unwrap(), [refused(3)]);
    let import = import(&imports, id).await;
    assert_eq!((import.state, import.upto), (ImportState::Ready, 900));
    assert_eq!((import.last_row, import.expected), (Some(900), tally));
    shop
}

pub async fn a_rehearsal_returns_the_outcomes_and_changes_nothing(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    shop.add(ANN, DROP, 3).await.unwrap();
    let batch = ImportBatch {
        import: ImportId::from_bits(1),
        upto: 4,
        entries: vec![
            line(2, "new", Some(Copies::Counted(4))),
            line(3, DROP, Some(Copies::Counted(2))),
            line(4, DROP, change(2)),
        ],
    };
    let results = imports.rehearse(batch).await.unwrap();
    let promised = Outcome::Refused(Column::Counted, LineProblem::Promised { promised: 3 });
    let changed = Outcome::Changed(vec![Column::Title, Column::Price, Column::Stock]);
    assert_eq!(outcomes(&results), [&Outcome::Added, &promised, &changed]);
    assert_eq!(shop.available(DROP).await, 7);
    assert!(shop.store.book(&slug("new")).await.is_err());
    shop
}
