//! Closing a store of which a reader is stuck.

use super::{store::CLOSE_WITHIN, *};
use tokio::time::timeout;

use crate::{Store, opening_catalogue};

#[tokio::test]
async fn a_reader_that_is_stuck_does_not_keep_the_store_from_closing() {
    let data = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(data.path(), opening_catalogue(), Options::default());
    let store = store.await.unwrap();
    let _stuck = store.backend.reads.acquire().await.unwrap();
    timeout(5 * CLOSE_WITHIN, store.close())
        .await
        .expect("the store should close");
}
