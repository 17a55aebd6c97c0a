//! Uploads: files are sent in pieces, resumed, and deleted.

use super::*;

pub async fn an_upload_resumes_after_the_last_stored_byte(kind: Kind) -> TestShop {
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
    assert_ne!(again.id, id, "another name should mean another upload");
    let same = NewImport {
        id: ImportId::from_bits(3),
        ..new(1, 300_000)
    };
    assert_eq!(imports.begin(same).await.unwrap().unwrap().id, id);
    assert_eq!(imports.take_over(id, 2).await.unwrap(), Some(end));
    for (start, size) in [(0, 10), (end - 1, 10), (end + 1, 10)] {
        let misplaced = imports.append(id, 2, start, piece(9, size)).await.unwrap();
        assert_eq!(misplaced, Appended::Elsewhere(end), "at {start}");
    }
    let too_much = imports.append(id, 2, end, piece(9, 40_000)).await.unwrap();
    assert_eq!(
        too_much,
        Appended::Elsewhere(end),
        "a piece should not go beyond the file's size"
    );
    assert!(
        !imports.received(id, DIGEST).await.unwrap(),
        "the upload should not be complete yet"
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

/// Only the newer of two connections uploads; pieces from the older one are refused.
pub async fn one_connection_uploads_at_a_time(kind: Kind) -> TestShop {
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
    // Of eight pieces sent at once for the same place, one is stored.
    let sends = (0..8).map(|_| imports.append(id, 2, 20, vec![2; 10]));
    let sent = join_all(sends).await.into_iter().map(Result::unwrap);
    let kept = sent.filter(|sent| *sent == Appended::Kept(30)).count();
    assert_eq!(kept, 1);
    assert!(imports.cancel(id, &olive()).await.unwrap());
    let over = imports.append(id, 2, 30, vec![2; 10]).await.unwrap();
    assert_eq!(over, Appended::Over);
    assert_eq!(imports.take_over(id, 3).await.unwrap(), None);
    shop
}

pub async fn the_number_of_open_imports_is_limited(kind: Kind) -> TestShop {
    let (shop, imports) = shop(kind).await;
    for bits in 0..u128::from(MOST_IMPORTS) {
        assert!(imports.begin(new(bits, 10)).await.unwrap().is_some());
    }
    assert_eq!(imports.begin(new(99, 10)).await.unwrap(), None);
    assert!(
        imports
            .cancel(ImportId::from_bits(0), &olive())
            .await
            .unwrap()
    );
    assert!(
        !imports
            .cancel(ImportId::from_bits(0), &olive())
            .await
            .unwrap()
    );
    assert!(imports.begin(new(99, 10)).await.unwrap().is_some());
    shop
}

pub async fn an_abandoned_import_is_cancelled_and_deleted(kind: Kind) -> TestShop {
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
        "the file of a cancelled import should be deleted"
    );
    shop.pass(31 * DAY).await;
    while imports.tidy().await.unwrap() {}
    assert_eq!(imports.import(id).await.unwrap(), None);
    shop
}
