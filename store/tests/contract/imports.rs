//! What every kind of store does with imports: keeps what it has acknowledged, gives each
//! to one worker at a time, and takes every line in once.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use shop::{
    Column, Command, Copies, Delivery, Done, Entry, ImportId, Landing, Outcome, Price, Refusal,
    Slug, Trouble,
};
use store::imports::{
    Appended, Claim, CoverFormat, FoundKind, Import, ImportKind, ImportState, ImportTrouble,
    Imports, LARGEST_PIECE, MOST_IMPORTS, NewCover, NewImport, Phase, RowFinding, RowFound,
    STALE_AFTER, Tally, Verdict,
};
use store::{
    Options, Store,
    postgres::{PostgresStore, copy_shop},
    sqlite::SqliteStore,
};

use crate::{
    harness::{ANN, DAY, DROP, Kind, MINUTE, Opening, TestShop, slug},
    postgres::Database,
};

const LEASE: Duration = MINUTE;
const DIGEST: [u8; 32] = [7; 32];

async fn shop(kind: Kind) -> (TestShop, Arc<dyn Imports>) {
    let shop = TestShop::with_copies(kind, 10).await;
    let imports = shop.store.imports().unwrap();
    (shop, imports)
}

fn new(bits: u128, size: u64) -> NewImport {
    NewImport {
        id: ImportId::from_bits(bits),
        kind: ImportKind::Books,
        name: format!("list-{bits}.csv"),
        size,
        who: "olive".to_owned(),
    }
}

/// An import with its file, to be checked.
async fn sent(imports: &Arc<dyn Imports>, bits: u128) -> ImportId {
    let id = imports.begin(new(bits, 4)).await.unwrap().unwrap().id;
    imports.take_over(id, 1).await.unwrap().unwrap();
    let kept = imports.append(id, 1, 0, b"list".to_vec()).await.unwrap();
    assert_eq!(kept, Appended::Kept(4));
    assert!(imports.received(id, DIGEST).await.unwrap());
    id
}

/// The same, checked and wanted, with a worker who has it.
async fn applying(imports: &Arc<dyn Imports>, bits: u128) -> (ImportId, Claim) {
    let id = sent(imports, bits).await;
    let claim = claim(imports).await.unwrap();
    let checked = Verdict::Checked { last_row: 9 };
    assert!(imports.settle(&claim, checked).await.unwrap());
    assert!(imports.apply(id).await.unwrap());
    let claim = self::claim(imports).await.unwrap();
    assert_eq!(claim.import.state, ImportState::Applying);
    (id, claim)
}

async fn claim(imports: &Arc<dyn Imports>) -> Option<Claim> {
    imports.claim(LEASE).await.unwrap()
}

async fn import(imports: &Arc<dyn Imports>, id: ImportId) -> Import {
    imports.import(id).await.unwrap().unwrap()
}

fn line(row: u32, book: &str, copies: Option<Copies>) -> Entry {
    Entry {
        row,
        slug: Some(slug(book)),
        made: slug(book),
        isbn: None,
        title: Some(format!("Title of {book}")),
        author: None,
        description: None,
        cover_alt: None,
        price: Some(Price::from_cents(1_250)),
        copies,
    }
}

fn change(copies: i32) -> Option<Copies> {
    Some(Copies::Change(copies.try_into().unwrap()))
}

async fn deliver(
    shop: &TestShop,
    import: ImportId,
    upto: u32,
    entries: Vec<Entry>,
) -> Result<Vec<Landing>, Refusal> {
    let delivery = Delivery {
        import,
        upto,
        entries,
    };
    match shop.submit(Command::Deliver(delivery)).await? {
        Done::Delivered(landings) => Ok(landings),
        other => panic!("{other:?}"),
    }
}

fn outcomes(landings: &[Landing]) -> Vec<&Outcome> {
    landings.iter().map(|landing| &landing.outcome).collect()
}

pub async fn an_upload_goes_on_from_the_last_byte_that_was_kept(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let piece = |byte: u8, size: usize| vec![byte; size];
    let id = imports.begin(new(1, 300_000)).await.unwrap().unwrap().id;
    assert_eq!(imports.take_over(id, 1).await.unwrap(), Some(0));
    let first = imports.append(id, 1, 0, piece(1, LARGEST_PIECE));
    let end = LARGEST_PIECE as u64;
    assert_eq!(first.await.unwrap(), Appended::Kept(end));
    drop(imports);

    let shop = shop.reopened().await;
    let imports = shop.store.imports().unwrap();
    let again = imports.begin(new(2, 300_000)).await.unwrap().unwrap();
    assert_ne!(again.id, id, "of another name");
    let same = NewImport {
        id: ImportId::from_bits(3),
        ..new(1, 300_000)
    };
    assert_eq!(imports.begin(same).await.unwrap().unwrap().id, id);
    assert_eq!(imports.take_over(id, 2).await.unwrap(), Some(end));
    for (start, size) in [(0, 10), (end - 1, 10), (end + 1, 10)] {
        let lost = imports.append(id, 2, start, piece(9, size)).await.unwrap();
        assert_eq!(lost, Appended::Elsewhere(end), "at {start}");
    }
    let too_much = imports.append(id, 2, end, piece(9, 40_000)).await.unwrap();
    assert_eq!(too_much, Appended::Elsewhere(end), "beyond the end");
    assert!(
        !imports.received(id, DIGEST).await.unwrap(),
        "not whole yet"
    );
    let rest = usize::try_from(300_000 - end).unwrap();
    let kept = imports.append(id, 2, end, piece(2, rest)).await.unwrap();
    assert_eq!(kept, Appended::Kept(300_000));
    assert!(imports.received(id, DIGEST).await.unwrap());

    let first = imports.piece(id, 0).await.unwrap().unwrap();
    let second = imports.piece(id, end).await.unwrap().unwrap();
    assert_eq!(first, piece(1, LARGEST_PIECE));
    assert_eq!(second, piece(2, rest));
    assert_eq!(imports.piece(id, 300_000).await.unwrap(), None);
    let after = imports.append(id, 2, 300_000, piece(9, 1)).await.unwrap();
    assert_eq!(after, Appended::Over);
    shop
}

/// Of two connections the newer sends; what the other still sends is not kept.
pub async fn one_connection_sends_at_a_time(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let id = imports.begin(new(1, 100)).await.unwrap().unwrap().id;
    assert_eq!(imports.take_over(id, 1).await.unwrap(), Some(0));
    let kept = imports.append(id, 1, 0, vec![1; 10]).await.unwrap();
    assert_eq!(kept, Appended::Kept(10));
    assert_eq!(imports.take_over(id, 2).await.unwrap(), Some(10));
    let late = imports.append(id, 1, 10, vec![1; 10]).await.unwrap();
    assert_eq!(late, Appended::TakenOver);
    let kept = imports.append(id, 2, 10, vec![2; 10]).await.unwrap();
    assert_eq!(kept, Appended::Kept(20));
    // Many at once: every byte is kept once.
    let sends = (0..8).map(|_| imports.append(id, 2, 20, vec![2; 10]));
    let sent = join_all(sends).await.into_iter().map(Result::unwrap);
    let kept = sent.filter(|sent| *sent == Appended::Kept(30)).count();
    assert_eq!(kept, 1);
    assert!(imports.cancel(id).await.unwrap());
    let over = imports.append(id, 2, 30, vec![2; 10]).await.unwrap();
    assert_eq!(over, Appended::Over);
    assert_eq!(imports.take_over(id, 3).await.unwrap(), None);
    shop
}

pub async fn so_many_imports_are_open_and_no_more(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    for bits in 0..u128::from(MOST_IMPORTS) {
        assert!(imports.begin(new(bits, 10)).await.unwrap().is_some());
    }
    assert_eq!(imports.begin(new(99, 10)).await.unwrap(), None);
    assert!(imports.cancel(ImportId::from_bits(0)).await.unwrap());
    assert!(!imports.cancel(ImportId::from_bits(0)).await.unwrap());
    assert!(imports.begin(new(99, 10)).await.unwrap().is_some());
    shop
}

pub async fn an_import_that_nobody_goes_on_with_is_called_off_and_forgotten(
    kind: Kind,
) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let id = imports.begin(new(1, 100)).await.unwrap().unwrap().id;
    imports.take_over(id, 1).await.unwrap();
    imports.append(id, 1, 0, vec![1; 10]).await.unwrap();
    while imports.tidy().await.unwrap() {}
    assert_eq!(import(&imports, id).await.state, ImportState::Uploading);
    shop.pass(STALE_AFTER + MINUTE).await;
    while imports.tidy().await.unwrap() {}
    assert_eq!(import(&imports, id).await.state, ImportState::Cancelled);
    assert_eq!(
        imports.piece(id, 0).await.unwrap(),
        None,
        "its file is gone"
    );
    shop.pass(31 * DAY).await;
    while imports.tidy().await.unwrap() {}
    assert_eq!(imports.import(id).await.unwrap(), None);
    shop
}

pub async fn an_import_is_one_workers_until_the_claim_ends(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    assert_eq!(claim(&imports).await, None);
    let id = sent(&imports, 1).await;
    imports.rung().await;
    let claims = join_all((0..8).map(|_| claim(&imports))).await;
    let mut claims = claims.into_iter().flatten();
    let (first, second) = (claims.next().unwrap(), claims.next());
    assert_eq!((first.import.id, second), (id, None), "one of eight has it");
    shop.pass(LEASE / 2).await;
    assert!(imports.renew(&first, LEASE).await.unwrap());
    shop.pass(LEASE / 2 + MINUTE / 6).await;
    assert_eq!(claim(&imports).await, None, "it was renewed");
    shop.pass(LEASE).await;
    let again = claim(&imports).await.unwrap();
    let tally = Tally::default();
    let late = imports.note(&first, LEASE, 5, tally, Vec::new()).await;
    assert!(!late.unwrap(), "whose claim has ended notes nothing");
    let late = imports
        .settle(&first, Verdict::Checked { last_row: 5 })
        .await;
    assert!(!late.unwrap());
    let trouble = ImportTrouble::NoList(store::list::NoList::Archive);
    let failed = Verdict::Failed(trouble.clone());
    assert!(imports.settle(&again, failed).await.unwrap());
    let import = import(&imports, id).await;
    assert_eq!(import.state, ImportState::Failed);
    assert_eq!(import.trouble, Some(trouble));
    assert!(!imports.apply(id).await.unwrap(), "it is never taken in");
    shop
}

pub async fn what_a_check_finds_is_there_to_be_read(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let id = sent(&imports, 1).await;
    let claim = claim(&imports).await.unwrap();
    let refused = |row| RowFinding {
        row,
        found: RowFound::Refused {
            column: Column::Isbn,
            why: Trouble::Twice { row: 2 },
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
    // What a worker has noted that died is forgotten when the next one begins.
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

pub async fn a_rehearsal_says_what_would_be_and_changes_nothing(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    shop.add(ANN, DROP, 3).await.unwrap();
    let delivery = Delivery {
        import: ImportId::from_bits(1),
        upto: 4,
        entries: vec![
            line(2, "new", Some(Copies::Counted(4))),
            line(3, DROP, Some(Copies::Counted(2))),
            line(4, DROP, change(2)),
        ],
    };
    let landings = imports.rehearse(delivery).await.unwrap();
    let promised = Outcome::Refused(Column::Counted, Trouble::Promised { promised: 3 });
    let changed = Outcome::Changed(vec![Column::Title, Column::Price, Column::Stock]);
    assert_eq!(outcomes(&landings), [&Outcome::Added, &promised, &changed]);
    assert_eq!(shop.available(DROP).await, 7);
    assert!(shop.store.book(&slug("new")).await.is_err());
    shop
}

pub async fn every_line_is_taken_in_once(kind: Kind) -> TestShop {
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
    let landings = deliver(&shop, id, 4, lines()).await.unwrap();
    let changed = Outcome::Changed(vec![Column::Title, Column::Price, Column::Stock]);
    let refused = Outcome::Refused(Column::Stock, Trouble::Negative);
    assert_eq!(outcomes(&landings), [&Outcome::Added, &changed, &refused]);
    // Another worker comes, or this one was not told that it was done.
    for _ in 0..2 {
        assert_eq!(deliver(&shop, id, 4, lines()).await, Ok(Vec::new()));
    }
    assert_eq!(shop.available(DROP).await, 12);
    assert_eq!(shop.available("new").await, 4);
    assert_eq!(shop.history("new").await, ["opened"]);
    assert_eq!(shop.history(DROP).await, ["opened", "held", "restocked"]);
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
    assert!(imports.apply(id).await.unwrap(), "a second click is fine");
    assert_eq!(
        deliver(&shop, id, 9, lines()).await,
        Err(Refusal::NotImporting)
    );

    // The same file again says nothing new, but for what came and went.
    let (again, _) = applying(&imports, 2).await;
    let before = imports
        .applied_before(&self::import(&imports, again).await)
        .await;
    assert!(before.unwrap().is_some(), "of the same content");
    let landings = deliver(&shop, again, 4, lines()).await.unwrap();
    assert_eq!(outcomes(&landings)[0], &Outcome::Unchanged);
    shop
}

pub async fn an_import_that_is_called_off_stops_between_two_deliveries(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (id, claim) = applying(&imports, 1).await;
    deliver(&shop, id, 2, vec![line(2, "first", None)])
        .await
        .unwrap();
    assert!(imports.cancel(id).await.unwrap());
    let second = deliver(&shop, id, 3, vec![line(3, "second", None)]).await;
    assert_eq!(second, Err(Refusal::NotImporting));
    assert!(!imports.renew(&claim, LEASE).await.unwrap());
    assert!(shop.store.book(&slug("first")).await.is_ok());
    assert!(shop.store.book(&slug("second")).await.is_err());
    shop
}

/// What came while nobody was told of it is not taken in twice when the shop opens again.
pub async fn an_import_goes_on_when_the_shop_opens_again(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (id, _) = applying(&imports, 1).await;
    let lines = || vec![line(2, DROP, change(5)), line(3, "new", change(1))];
    deliver(&shop, id, 2, lines()[..1].to_vec()).await.unwrap();
    drop(imports);
    let shop = shop.reopened().await;
    let imports = shop.store.imports().unwrap();
    shop.pass(LEASE).await;
    let claim = claim(&imports).await.unwrap();
    assert_eq!((claim.import.id, claim.import.upto), (id, 2));
    let landings = deliver(&shop, id, 3, lines()).await.unwrap();
    assert_eq!(outcomes(&landings), [&Outcome::Added]);
    assert_eq!(shop.available(DROP).await, 15);
    shop
}

/// Two imports that name the same new books, at once, and shoppers meanwhile.
pub async fn two_imports_at_once_make_each_book_once(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (one, _) = applying(&imports, 1).await;
    let (other, _) = applying(&imports, 2).await;
    let mut work = Vec::new();
    for import in [one, other] {
        let shop = &shop;
        work.push(Box::pin(async move {
            let mut added = 0;
            for row in 2..22 {
                let name = format!("book-{row}");
                let lines = vec![line(row, &name, change(1)), line(row, DROP, change(1))];
                let landings = deliver(shop, import, row, lines).await.unwrap();
                added += outcomes(&landings)
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
            "one of each"
        );
    }
    assert_eq!(shop.available(DROP).await, 10 + 40);
    let names: Vec<(u64, Slug)> = shop.store.names(1, 100).await.unwrap();
    assert_eq!(names.len(), 21);
    shop
}

pub async fn a_book_has_the_cover_that_was_sent_last(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    let (id, claim) = applying(&imports, 1).await;
    assert_eq!(imports.cover(&slug(DROP), true).await.unwrap(), None);
    let names = ["drop", "9799999000078", "nobody"]
        .map(str::to_owned)
        .to_vec();
    let called = imports.books_called(names.clone()).await.unwrap();
    // The books of these shops have the number of the first of the opening catalogue.
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
    assert!(hang(1, 1).await.unwrap());
    assert!(!hang(1, 9).await.unwrap(), "no row is taken in twice");
    assert!(hang(3, 2).await.unwrap());
    let small = imports.cover(&slug(DROP), true).await.unwrap().unwrap();
    let large = imports.cover(&slug(DROP), false).await.unwrap().unwrap();
    assert_eq!((small.source, small.bytes), ([2; 32], vec![2]));
    assert_eq!((large.format, large.bytes), (CoverFormat::Webp, vec![2; 2]));
    let called = imports.books_called(names).await.unwrap();
    assert_eq!(called[0], Some((slug(DROP), Some([2; 32]))));
    let now = import(&imports, id).await;
    assert_eq!((now.upto, now.done.changed), (3, 2));
    assert!(imports.cancel(id).await.unwrap());
    assert!(!hang(4, 3).await.unwrap());
    shop
}

/// What is over is remembered in the new place; covers hang there.
#[tokio::test(flavor = "multi_thread")]
async fn covers_and_imports_that_are_over_move_with_the_shop() {
    let data = tempfile::tempdir().unwrap();
    let opening = Opening::of(&[(DROP, 10)]);
    let (place, books) = (data.path(), opening.books.clone());
    let before = SqliteStore::open(place, &books, Options::default());
    let shop = TestShop {
        store: Arc::new(before.await.unwrap()),
        premises: crate::sqlite::sqlite(opening.clone()),
    };
    let imports = shop.store.imports().unwrap();
    let (over, claim) = applying(&imports, 1).await;
    let lines = vec![line(2, "new", change(1)), line(3, "owed", change(-1))];
    deliver(&shop, over, 3, lines).await.unwrap();
    let picture = vec![0, 255, 7];
    let cover = NewCover {
        source: [3; 32],
        format: CoverFormat::Jpeg,
        small: picture.clone(),
        large: picture.clone(),
    };
    assert!(imports.hang(&claim, 4, slug(DROP), cover).await.unwrap());
    assert!(imports.settle(&claim, Verdict::Applied).await.unwrap());
    let called_off = imports.begin(new(2, 10)).await.unwrap().unwrap().id;
    assert!(imports.cancel(called_off).await.unwrap());
    let open = imports.begin(new(3, 10)).await.unwrap().unwrap().id;
    let told = import(&imports, over).await;
    shop.store.close().await;
    // The lock on its directory goes with the last who has it.
    drop((shop, imports));

    let database = Database::bare(opening).await;
    let url = database.url();
    copy_shop(place, &url, |_| {}).await.unwrap();
    let after = PostgresStore::open(&url, &[], Options::default());
    let after = after.await.unwrap();
    let imports = after.imports().unwrap();
    assert_eq!(import(&imports, over).await, told);
    let called_off = import(&imports, called_off).await;
    assert_eq!(
        (called_off.state, called_off.digest),
        (ImportState::Cancelled, None)
    );
    assert_eq!(
        imports.import(open).await.unwrap(),
        None,
        "it is sent again"
    );
    let found = imports.findings(over, Phase::Apply, FoundKind::Refused, 0, 9);
    assert_eq!(found.await.unwrap().len(), 1);
    let hangs = imports.cover(&slug(DROP), false).await.unwrap().unwrap();
    assert_eq!((hangs.source, hangs.bytes), ([3; 32], picture));
    after.close().await;
}
