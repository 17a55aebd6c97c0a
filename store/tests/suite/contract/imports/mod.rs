//! Imports: acknowledged data is kept, one worker handles an import, and each line is applied once.

mod again;
mod checking;
mod counted;
mod covers;
mod sending;
mod sources;
mod taking_in;
mod unguarded;

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use shop::{
    Column, Command, Copies, Done, Entry, ImportBatch, ImportId, LineProblem, LineResult, Outcome,
    Price, Refusal, Slug, StaffName,
};
use store::imports::{
    Appended, Claim, CoverFormat, FoundKind, Import, ImportKind, ImportState, ImportTrouble,
    Imports, KnownCover, LARGEST_PIECE, MOST_IMPORTS, MOST_TRIES, NewCover, NewImport, Phase,
    RowFinding, RowFound, STALE_AFTER, Tally, Verdict,
};
use store::{
    Options, Store, StoreError,
    postgres::{PostgresStore, copy_shop},
    sqlite::SqliteStore,
};

use crate::contract::{
    harness::{ANN, BEN, DAY, DROP, Kind, MINUTE, Opening, TestShop, slug},
    postgres::Database,
    waits::CAT,
};

pub use self::{
    again::*, checking::*, counted::*, covers::*, sending::*, sources::*, taking_in::*,
};

const LEASE: Duration = MINUTE;
const DIGEST: [u8; 32] = [7; 32];

async fn shop(kind: Kind) -> (TestShop, Arc<dyn Imports>) {
    let shop = TestShop::with_copies(kind, 10).await;
    let imports = shop.store.imports().unwrap();
    (shop, imports)
}

/// The member of staff who imports.
pub fn olive() -> StaffName {
    "olive".parse().unwrap()
}

pub fn new(bits: u128, size: u64) -> NewImport {
    NewImport {
        id: ImportId::from_bits(bits),
        kind: ImportKind::Books,
        name: format!("list-{bits}.csv"),
        size,
        who: olive(),
    }
}

/// Uploads an import, without checking it.
async fn uploaded(imports: &Arc<dyn Imports>, bits: u128) -> ImportId {
    uploaded_with(imports, bits, DIGEST).await
}

/// Uploads an import whose file has this digest.
async fn uploaded_with(imports: &Arc<dyn Imports>, bits: u128, digest: [u8; 32]) -> ImportId {
    let id = imports.begin(new(bits, 4)).await.unwrap().unwrap().id;
    imports.take_over(id, 1).await.unwrap().unwrap();
    let kept = imports.append(id, 1, 0, b"list".to_vec()).await.unwrap();
    assert_eq!(kept, Appended::Kept(4));
    assert!(imports.received(id, digest).await.unwrap());
    id
}

/// Uploads and checks an import, which is then ready to be confirmed.
pub async fn ready(imports: &Arc<dyn Imports>, bits: u128) -> ImportId {
    let id = uploaded(imports, bits).await;
    checked(imports).await;
    id
}

/// Uploads, checks, confirms and claims an import.
async fn applying(imports: &Arc<dyn Imports>, bits: u128) -> (ImportId, Claim) {
    let id = uploaded(imports, bits).await;
    let claim = confirmed(imports, id).await;
    (id, claim)
}

/// Checks, confirms and claims an uploaded import.
async fn confirmed(imports: &Arc<dyn Imports>, id: ImportId) -> Claim {
    checked(imports).await;
    assert!(imports.apply(id, &olive()).await.unwrap());
    let claim = self::claim(imports).await.unwrap();
    let found = (claim.import.id, claim.import.state);
    assert_eq!(found, (id, ImportState::Applying));
    claim
}

/// Checks the uploaded import.
async fn checked(imports: &Arc<dyn Imports>) {
    let claim = claim(imports).await.unwrap();
    let checked = Verdict::Checked { last_row: 9 };
    assert!(imports.settle(&claim, checked).await.unwrap());
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

async fn import_lines(
    shop: &TestShop,
    import: ImportId,
    upto: u32,
    entries: Vec<Entry>,
) -> Result<Vec<LineResult>, Refusal> {
    let batch = ImportBatch {
        import,
        upto,
        entries,
    };
    match shop.submit(Command::ImportLines(batch)).await? {
        Done::Imported(results) => Ok(results),
        other => panic!("{other:?}"),
    }
}

fn outcomes(results: &[LineResult]) -> Vec<&Outcome> {
    results.iter().map(|result| &result.outcome).collect()
}
