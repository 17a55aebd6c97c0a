//! Prices that are set without a movement, returns decided without the withdrawal, and sales at the
//! counter that take what is on hand.

use shop::{Closing, Level};
use store::Topic;

use super::*;
use crate::contract::{
    books,
    harness::{sell, slug},
    sales,
    sqlite::sqlite,
};

/// Sets a price without a movement, so that the level keeps its version.
struct SetsPriceAlone(SqlitePool);

#[async_trait]
impl Alteration for SetsPriceAlone {
    async fn submit(&self, store: &dyn Store, command: Command) -> Result<Done, StoreError> {
        let Command::SetPrice { book, price } = &command else {
            return store.submit(command).await;
        };
        sqlx::query("update book set price_cents = ?2 where slug = ?1")
            .bind(book.as_str())
            .bind(price.cents())
            .execute(&self.0)
            .await?;
        Ok(Done::StockChanged(store.book(book).await?.level))
    }
}

/// Sets another price, and returns how open pages of the book learn of it.
///
/// First, whether the feed publishes it; second, whether the level has a higher version, so that a
/// page that reconnects sees that its level is old.
async fn is_price_published(kind: Kind) -> (bool, bool) {
    let shop = TestShop::with_copies(kind, 2).await;
    let newest = async || -> Level {
        let changes = shop.store.newest(&[Topic::Book(slug(DROP))]).await.unwrap();
        match &changes[..] {
            [Change::Level(level)] => level.clone(),
            other => panic!("{other:?}"),
        }
    };
    // As a page does when it opens.
    let page = shop.watch(DROP);
    let shown = newest().await;
    shop.store.feed().publish(Change::Level(shown.clone()));

    let price = Price::from_cents(2_500);
    let book = slug(DROP);
    shop.submit(Command::SetPrice { book, price })
        .await
        .unwrap();
    assert_eq!(newest().await.price, price, "the price should be set");
    let is_newer = newest().await.version > shown.version;
    (page.levels()[0].price == price, is_newer)
}

#[tokio::test]
async fn without_a_movement_no_page_is_told_of_another_price() {
    assert_eq!(is_price_published(sqlite).await, (true, true));
    let alone: Kind = |opening| altered(opening, |directory| SetsPriceAlone(directory.unchecked()));
    assert_eq!(is_price_published(alone).await, (false, false));
}

/// Closes an order as if no book were withdrawn.
struct ForgetsWithdrawal(SqlitePool);

#[async_trait]
impl Alteration for ForgetsWithdrawal {
    async fn submit(&self, store: &dyn Store, command: Command) -> Result<Done, StoreError> {
        let Command::CloseOrder { .. } = &command else {
            return store.submit(command).await;
        };
        let run = async |statement| sqlx::raw_sql(statement).execute(&self.0).await;
        run("update book set withdrawn = 0").await?;
        let done = store.submit(command).await?;
        run("update book set withdrawn = 1").await?;
        Ok(done)
    }
}

/// Cancels an order after its book was withdrawn.
///
/// Returns the available copies, whether one can be bought, and the findings of the audit.
async fn after_a_late_return(kind: Kind) -> (u32, bool, Vec<String>) {
    let shop = TestShop::with_copies(kind, 2).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    let withdraw = Command::Withdraw {
        book: slug(DROP),
        withdrawn: true,
        reason: "recalled".parse().unwrap(),
    };
    shop.submit(withdraw).await.unwrap();
    shop.close_order(1, Closing::Cancelled).await.unwrap();
    let (available, findings) = (shop.available(DROP).await, shop.premises.audit().await);
    let bought = shop.add(BEN, DROP, 1).await.is_ok();
    (available, bought, findings)
}

#[tokio::test]
async fn without_the_withdrawal_in_the_decision_a_returned_copy_is_for_sale() {
    assert_eq!(after_a_late_return(sqlite).await, (0, false, vec![]));
    let forgets: Kind = |opening| {
        altered(opening, |directory| {
            ForgetsWithdrawal(directory.unchecked())
        })
    };
    let (available, bought, findings) = after_a_late_return(forgets).await;
    assert_eq!((available, bought), (1, true));
    assert!(
        findings[0].starts_with("drop: it is withdrawn, but"),
        "{findings:?}"
    );
}

/// Sets terms of sale whatever the sender has seen.
struct IgnoresSeenTerms;

#[async_trait]
impl Alteration for IgnoresSeenTerms {
    async fn submit(&self, store: &dyn Store, mut command: Command) -> Result<Done, StoreError> {
        if let Command::SetSale { seen, .. } = &mut command {
            *seen = None;
        }
        store.submit(command).await
    }
}

#[tokio::test]
#[should_panic(expected = "the terms of the first are kept")]
async fn without_the_terms_it_has_seen_the_second_form_overwrites_the_first() {
    let blind: Kind = |opening| altered(opening, |_| IgnoresSeenTerms);
    sales::terms_set_by_somebody_else_meanwhile_are_kept(blind).await;
}

/// Sells what is on hand at the counter, whether it is promised or not, past the constraint that
/// refuses it.
struct SellsWhatIsOnHand(SqlitePool);

#[async_trait]
impl Alteration for SellsWhatIsOnHand {
    async fn submit(&self, store: &dyn Store, command: Command) -> Result<Done, StoreError> {
        let answer = store.submit(command.clone()).await;
        let promised = matches!(answer, Err(StoreError::Refused(Refusal::Promised { .. })));
        let Command::SellAtCounter {
            receipt, basket, ..
        } = &command
        else {
            return answer;
        };
        if !promised {
            return answer;
        }
        let mut transaction = self.0.begin_with("begin immediate").await?;
        for statement in [
            "insert into receipt (id, kind, at) select ?2, 'sale', 0 where ?1 <> '' and ?3 > 0",
            "insert into receipt_line (receipt_id, book_id, quantity, price_cents)
             select ?2, id, ?3, price_cents from book where slug = ?1",
            "update stock set on_hand = on_hand - ?3, version = version + 1
             where book_id = (select id from book where slug = ?1) and ?2 is not null",
            "insert into movement (book_id, version, kind, on_hand, held, allocated, receipt_id, at)
             select book_id, version, 'sold', - ?3, 0, 0, ?2, 0
             from stock join book on book.id = book_id where slug = ?1",
        ] {
            let line = &basket.lines()[0];
            sqlx::query(statement)
                .bind(line.book.as_str())
                .bind(receipt.bits().cast_signed())
                .bind(line.quantity.get())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(Done::Receipt(*receipt))
    }
}

/// Sells two of two copies at the counter, of which one is in a cart.
///
/// Returns whether they were sold, and the findings of the audit.
async fn after_a_sale_of_promised_copies(kind: Kind) -> (bool, Vec<String>) {
    let shop = TestShop::with_copies(kind, 2).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    let sold = shop.submit(sell(7, &[(DROP, 2)])).await.is_ok();
    (sold, shop.premises.audit().await)
}

#[tokio::test]
async fn without_the_promised_copies_in_the_decision_the_counter_sells_what_is_in_a_cart() {
    assert_eq!(
        after_a_sale_of_promised_copies(sqlite).await,
        (false, vec![])
    );
    let forgets: Kind = |opening| {
        altered(opening, |directory| {
            SellsWhatIsOnHand(directory.unchecked())
        })
    };
    let (sold, findings) = after_a_sale_of_promised_copies(forgets).await;
    assert!(sold);
    assert_eq!(findings, ["drop: at version 3, -1 copies were available"]);
}

/// Saves an edit as one of the description's current version.
struct IgnoresDescribedVersion;

#[async_trait]
impl Alteration for IgnoresDescribedVersion {
    async fn submit(&self, store: &dyn Store, mut command: Command) -> Result<Done, StoreError> {
        if let Command::ByStaff(signed) = &mut command
            && let Command::EditBook(edit) = &mut signed.command
        {
            let known = store.book_desk().described(&edit.book.slug).await?;
            edit.made_from = known.sources.version;
        }
        store.submit(command).await
    }
}

#[tokio::test]
#[should_panic(expected = "the first edit is kept")]
async fn without_the_version_an_edit_overwrites_another_persons() {
    let blind: Kind = |opening| altered(opening, |_| IgnoresDescribedVersion);
    books::of_two_who_edit_a_book_the_second_is_refused(blind).await;
}
