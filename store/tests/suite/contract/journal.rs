//! The journal: what the staff did, in the transactions of what they did.

use std::sync::Arc;

use shop::{Act, ActGroup, Closing, Command, JournalEntry, Price, ReceiptCode, Role, StaffCommand};
use store::{Journal, JournalFilter, NumberedEntry, SessionToken};

use crate::contract::{
    harness::{ANN, DAY, DROP, HOUR, Kind, TestShop, code, sell, slug, take_return},
    imports, news,
    sqlite::sqlite,
};

const HASHED: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA";

/// A new price, as this member of staff sets it.
fn priced(by: Option<&str>, cents: u32) -> Command {
    let price = Price::from_cents(cents);
    by_staff(
        by,
        Command::SetPrice {
            book: slug(DROP),
            price,
        },
    )
}

fn by_staff(by: Option<&str>, command: Command) -> Command {
    Command::ByStaff(Box::new(StaffCommand {
        by: by.map(news::staff),
        reason: Some("as agreed".parse().unwrap()),
        command,
    }))
}

async fn numbered(shop: &TestShop, filter: &JournalFilter) -> Vec<NumberedEntry> {
    shop.store
        .journal()
        .entries(filter, None, 100)
        .await
        .unwrap()
}

/// The entries that match, newest first.
async fn entries(shop: &TestShop, filter: &JournalFilter) -> Vec<JournalEntry> {
    let found = numbered(shop, filter).await;
    found.into_iter().map(|one| one.entry).collect()
}

/// The kinds of all entries, oldest first.
async fn kinds(shop: &TestShop) -> Vec<&'static str> {
    let mut found = entries(shop, &JournalFilter::default()).await;
    found.reverse();
    found.iter().map(|entry| entry.act.kind()).collect()
}

pub async fn a_change_by_staff_is_recorded_with_its_author_and_reason(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    let before = shop.store.book(&slug(DROP)).await.unwrap().book.price;
    shop.submit(priced(Some("ann"), 1_995)).await.unwrap();
    shop.submit(priced(None, 1_999)).await.unwrap();
    // These change nothing, or are not for staff.
    shop.submit(priced(Some("ben"), 1_999)).await.unwrap();
    shop.add(ANN, DROP, 1).await.unwrap();

    let shop = shop.reopened().await;
    let found = entries(&shop, &JournalFilter::default()).await;
    let [second, first] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(first.by, Some(news::staff("ann")));
    assert_eq!(second.by, None);
    assert_eq!(first.reason.as_ref().unwrap().as_str(), "as agreed");
    let price = Price::from_cents(1_995);
    let book = slug(DROP);
    assert_eq!(
        first.act,
        Act::Priced {
            book,
            before,
            price
        }
    );
    assert!(first.at <= second.at);
    shop
}

pub async fn a_refused_change_is_not_recorded(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    let close = Command::CloseOrder {
        code: code(7),
        closing: Closing::Cancelled,
    };
    let refused = shop.submit(by_staff(Some("ann"), close.clone())).await;
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(kinds(&shop).await, Vec::<&str>::new());

    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 7).await.unwrap();
    shop.submit(by_staff(Some("ann"), close)).await.unwrap();
    assert_eq!(kinds(&shop).await, ["order_cancelled"]);
    shop
}

pub async fn sales_and_returns_at_the_counter_are_recorded(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    for command in [
        sell(7, &[(DROP, 2)]),
        take_return(8, DROP, 1, true),
        // This one is refused.
        sell(9, &[(DROP, 2)]),
    ] {
        let _ = shop.submit(by_staff(Some("ann"), command)).await;
    }
    assert_eq!(
        kinds(&shop).await,
        ["sold_at_counter", "returned_at_counter"]
    );
    let of_receipt = JournalFilter {
        subject: Some(ReceiptCode::from_bits(7).to_string()),
        ..JournalFilter::default()
    };
    let found = entries(&shop, &of_receipt).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].act.receipt(), Some(ReceiptCode::from_bits(7)));
    let group = Some(ActGroup::Stock);
    let of_stock = JournalFilter {
        group,
        ..JournalFilter::default()
    };
    assert_eq!(entries(&shop, &of_stock).await.len(), 2);
    shop
}

pub async fn entries_are_filtered_and_read_page_by_page(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    for cents in 1_001..=1_003 {
        shop.submit(priced(Some("ann"), cents)).await.unwrap();
    }
    shop.pass(HOUR).await;
    shop.submit(priced(Some("ben"), 1_004)).await.unwrap();
    let announcements = shop.store.announcements();
    announcements.announce(news::new("Signing")).await.unwrap();

    let count = async |filter: JournalFilter| entries(&shop, &filter).await.len();
    let all = JournalFilter::default;
    assert_eq!(count(all()).await, 5);
    let by = Some(news::staff("ben"));
    assert_eq!(count(JournalFilter { by, ..all() }).await, 1);
    let group = Some(ActGroup::Announcements);
    assert_eq!(count(JournalFilter { group, ..all() }).await, 1);
    let subject = Some(DROP.to_owned());
    assert_eq!(count(JournalFilter { subject, ..all() }).await, 4);
    let last = entries(&shop, &all()).await.remove(1);
    let from = Some(last.at);
    assert_eq!(count(JournalFilter { from, ..all() }).await, 2);
    let until = Some(last.at);
    assert_eq!(count(JournalFilter { until, ..all() }).await, 3);

    let journal: &Arc<dyn Journal> = shop.store.journal();
    let (mut numbers, mut before) = (Vec::new(), None);
    loop {
        let page = journal.entries(&all(), before, 2).await.unwrap();
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        before = Some(last.number);
        numbers.extend(page.iter().map(|one| one.number));
    }
    assert_eq!(numbers.len(), 5, "each entry is on one page");
    assert!(numbers.is_sorted_by(|one, next| one > next), "{numbers:?}");
    shop
}

pub async fn what_is_done_beside_the_stock_is_recorded_too(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    let mut accounts = shop.premises.staff_accounts().await;
    let (ann, ben) = (news::staff("ann"), news::staff("ben"));
    accounts.add(&ann, None, HASHED).await.unwrap();
    accounts.add(&ben, None, HASHED).await.unwrap();
    // The name is taken, and there is no such account.
    accounts.add(&ben, None, HASHED).await.unwrap();
    accounts.remove(&news::staff("zoe")).await.unwrap();
    let directory = shop.store.staff_directory();
    let credential = directory.credential(&ann).await.unwrap().unwrap();
    let session = SessionToken([1; 32]);
    let signed_in = directory.sign_in(&ann, &credential, session, None, HOUR);
    assert!(signed_in.await.unwrap());
    let announcements = shop.store.announcements();
    for _ in 0..2 {
        announcements.announce(news::new("Signing")).await.unwrap();
    }
    let made = announcements.active().await.unwrap().items.remove(0);
    for _ in 0..2 {
        let id = made.announcement.id;
        announcements.withdraw(id, &ann).await.unwrap();
    }
    let uploads = shop.store.imports().unwrap();
    for _ in 0..2 {
        // The second resumes the first.
        uploads.begin(imports::new(5, 4)).await.unwrap();
    }
    let import = imports::new(5, 4).id;
    for _ in 0..2 {
        uploads.cancel(import, &ann).await.unwrap();
    }
    shop.store.accept_clock(&ann).await.unwrap();
    // Ben signs in over Ann's session.
    let bens = directory.credential(&ben).await.unwrap().unwrap();
    let replacing = SessionToken([9; 32]);
    let signed_in = directory.sign_in(&ben, &bens, replacing, Some(session), HOUR);
    assert!(signed_in.await.unwrap());
    for _ in 0..2 {
        directory.sign_out(replacing).await.unwrap();
    }
    accounts.reset(&ben, HASHED).await.unwrap();
    accounts.remove(&ben).await.unwrap();

    let mut found = entries(&shop, &JournalFilter::default()).await;
    found.reverse();
    let found: Vec<_> = found
        .iter()
        .map(|entry| (entry.by.as_ref().map(|by| by.as_str()), entry.act.kind()))
        .collect();
    let ann = Some("ann");
    let expected = [
        (None, "account_added"),
        (None, "account_added"),
        (ann, "signed_in"),
        (ann, "announced"),
        (ann, "announcement_withdrawn"),
        (Some("olive"), "import_begun"),
        (ann, "import_cancelled"),
        (ann, "clock_accepted"),
        (ann, "signed_out"),
        (Some("ben"), "signed_in"),
        (Some("ben"), "signed_out"),
        (None, "password_reset"),
        (None, "account_removed"),
    ];
    assert_eq!(found, expected);
    let accounts = JournalFilter {
        subject: Some("ben".to_owned()),
        ..JournalFilter::default()
    };
    let found = entries(&shop, &accounts).await;
    let added = found.last().map(|entry| entry.act.clone());
    let role = Role::Clerk;
    assert_eq!(added, Some(Act::AccountAdded { name: ben, role }));
    shop
}

pub async fn an_import_that_is_applied_is_recorded_once(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    let uploads = shop.store.imports().unwrap();
    let import = imports::ready(&uploads, 5).await;
    for _ in 0..2 {
        assert!(uploads.apply(import, &news::staff("ann")).await.unwrap());
    }
    assert_eq!(kinds(&shop).await, ["import_begun", "import_applied"]);
    shop
}

pub async fn entries_cannot_be_changed_and_are_kept_for_two_years(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 3).await;
    shop.submit(priced(Some("ann"), 1_001)).await.unwrap();
    for statement in ["update journal set made_by = 'ben'", "delete from journal"] {
        let refused = shop.premises.run_sql(statement).await;
        let refused = refused.expect_err(statement).to_string();
        assert!(refused.contains("journal_is"), "{refused}");
    }
    shop.pass(729 * DAY).await;
    shop.submit(priced(Some("ann"), 1_002)).await.unwrap();
    assert_eq!(kinds(&shop).await, ["priced", "priced"]);
    shop.pass(2 * DAY).await;
    shop.until("old entries are deleted", async |shop| {
        // Tidying follows a batch.
        shop.add(ANN, DROP, 1).await.unwrap();
        shop.set(ANN, DROP, 0).await.unwrap();
        kinds(shop).await == ["priced"]
    })
    .await;
    shop
}

pub async fn an_entry_is_kept_until_it_is_thirty_days_older_than_the_newest(
    kind: Kind,
) -> TestShop {
    const OLDEST: &str = "delete from journal where id = (select min(id) from journal)";
    let shop = TestShop::with_copies(kind, 3).await;
    shop.submit(priced(Some("ann"), 1_001)).await.unwrap();
    shop.pass(29 * DAY).await;
    shop.submit(priced(Some("ann"), 1_002)).await.unwrap();
    shop.premises.run_sql(OLDEST).await.unwrap_err();
    shop.pass(2 * DAY).await;
    shop.submit(priced(Some("ann"), 1_003)).await.unwrap();
    shop.premises.run_sql(OLDEST).await.unwrap();
    assert_eq!(kinds(&shop).await, ["priced", "priced"]);
    shop
}

/// Control: only the triggers keep the entries.
#[tokio::test(flavor = "multi_thread")]
async fn without_its_triggers_the_journal_can_be_rewritten() {
    let shop = TestShop::with_copies(sqlite, 3).await;
    shop.submit(priced(Some("ann"), 1_001)).await.unwrap();
    for statement in [
        "drop trigger journal_is_never_changed",
        "drop trigger journal_is_kept",
        "update journal set made_by = 'ben'",
    ] {
        shop.premises.run_sql(statement).await.unwrap();
    }
    let found = entries(&shop, &JournalFilter::default()).await;
    assert_eq!(found[0].by, Some(news::staff("ben")));
    shop.premises.run_sql("delete from journal").await.unwrap();
    assert_eq!(kinds(&shop).await, Vec::<&str>::new());
    shop.store.close().await;
}
