//! Imports without a guard: the sender's fence, the worker's lease, or the file's digest.

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use shop::{Movement, Price};
use store::StaffAccounts;

use super::*;
use crate::contract::{harness::Premises, sqlite::Directory};

/// A shop with a trigger that removes a guard.
struct Tampered {
    directory: Directory,
    trigger: &'static str,
}

#[async_trait(?Send)]
impl Premises for Tampered {
    async fn open(&self) -> Arc<dyn Store> {
        let store = self.directory.open().await;
        let pool = self.directory.unchecked();
        sqlx::raw_sql(self.trigger).execute(&pool).await.unwrap();
        pool.close().await;
        store
    }

    async fn pass(&self, time: Duration) {
        self.directory.pass(time).await;
    }

    async fn audit(&self) -> Vec<String> {
        self.directory.audit().await
    }

    async fn ledger(&self, book: &Slug) -> Vec<Movement> {
        self.directory.ledger(book).await
    }

    async fn staff_accounts(&self) -> Box<dyn StaffAccounts> {
        self.directory.staff_accounts().await
    }

    async fn set_price(&self, book: &Slug, price: Price) {
        self.directory.set_price(book, price).await;
    }

    async fn prices(&self, book: &Slug) -> Vec<Price> {
        self.directory.prices(book).await
    }

    async fn run_sql(&self, statement: &'static str) -> Result<(), sqlx::Error> {
        self.directory.run_sql(statement).await
    }
}

/// The guard is that a new sender replaces the first one, which may then send no more.
#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "right: TakenOver")]
async fn without_the_fence_two_connections_upload_at_the_same_time() {
    let open: Kind = |opening| {
        Box::new(Tampered {
            directory: Directory::new(opening),
            trigger: "create trigger no_fence after update of sender on import_job
                      when old.sender is not null and new.sender is not null
                      begin
                          update import_job set sender = old.sender where id = new.id;
                      end",
        })
    };
    one_connection_uploads_at_a_time(open).await;
}

/// The guard is the time for which a claim lasts. Here it ends at once.
#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "one worker of eight should get the claim")]
async fn without_a_lease_several_workers_have_one_import() {
    let open: Kind = |opening| {
        Box::new(Tampered {
            directory: Directory::new(opening),
            trigger: "create trigger no_lease after update of claimed_until on import_job
                      when new.claimed_until is not null
                      begin
                          update import_job set claimed_until = null where id = new.id;
                      end",
        })
    };
    an_import_belongs_to_one_worker_until_the_claim_ends(open).await;
}

/// The guard is the digest, by which a file is recognised. Here each digest is random.
#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "left: 6")]
async fn without_the_files_digest_its_copies_count_twice() {
    let open: Kind = |opening| {
        Box::new(Tampered {
            directory: Directory::new(opening),
            trigger: "create trigger no_digest after update of digest on import_job
                      when new.digest is not null
                      begin
                          update import_job set digest = randomblob(32) where id = new.id;
                      end",
        })
    };
    two_imports_of_one_file_at_the_same_time_count_each_row_once(open).await;
}

/// Uploads a damaged file, and returns the state of its import.
///
/// `compares` says whether the receiver compares the digests.
async fn received_damaged(compares: bool) -> ImportState {
    let (_shop, imports) = shop(crate::contract::sqlite::sqlite).await;
    let sent: Vec<u8> = Sha256::digest(b"slug,stock\ndrop,+5\n").to_vec();
    let id = imports.begin(new(1, 19)).await.unwrap().unwrap().id;
    imports.take_over(id, 1).await.unwrap().unwrap();
    for (start, piece) in [(0, b"slug,stock\n".to_vec()), (11, b"drop,+9\n".to_vec())] {
        let kept = imports.append(id, 1, start, piece).await.unwrap();
        assert!(matches!(kept, Appended::Kept(_)));
    }
    let mut arrived = Sha256::new();
    for start in [0, 11] {
        arrived.update(imports.piece(id, start).await.unwrap().unwrap());
    }
    let arrived: [u8; 32] = arrived.finalize().into();
    if compares && arrived.as_slice() != sent {
        assert!(imports.spoilt(id).await.unwrap());
    } else {
        assert!(imports.received(id, arrived).await.unwrap());
    }
    import(&imports, id).await.state
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_digest_a_damaged_file_is_accepted() {
    assert_eq!(received_damaged(true).await, ImportState::Failed);
    assert_eq!(received_damaged(false).await, ImportState::Checking);
}
