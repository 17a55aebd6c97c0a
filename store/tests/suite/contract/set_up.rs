//! The first owner of a new shop, who comes by a link.

use std::sync::Arc;

use shop::{Act, Role, StaffName};
use store::{AccountError, JournalFilter, LinkToken, SetUpLink, StaffDirectory};

use crate::contract::{
    harness::{HOUR, Kind, MINUTE, TestShop},
    people::name,
};

const HASHED: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA";

fn token(number: u8) -> LinkToken {
    LinkToken([number; 32])
}

async fn shop(kind: Kind) -> (TestShop, Arc<dyn StaffDirectory>) {
    let shop = TestShop::with_copies(kind, 1).await;
    let directory = Arc::clone(shop.store.staff_directory());
    (shop, directory)
}

async fn make(directory: &Arc<dyn StaffDirectory>, number: u8) -> SetUpLink {
    let made = directory.make_set_up_link(token(number), HOUR).await;
    made.unwrap()
}

async fn works(directory: &Arc<dyn StaffDirectory>, number: u8) -> bool {
    directory.is_set_up_link(token(number)).await.unwrap()
}

/// Uses a link. Whether it worked.
async fn set_up(directory: &Arc<dyn StaffDirectory>, number: u8, who: &StaffName) -> bool {
    match directory.set_up(token(number), who, HASHED).await {
        Ok(()) => true,
        Err(AccountError::NoSuchLink) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn accounts(directory: &Arc<dyn StaffDirectory>) -> Vec<(String, Role)> {
    let accounts = directory.accounts().await.unwrap().into_iter();
    accounts
        .map(|account| (account.name.to_string(), account.role))
        .collect()
}

pub async fn a_set_up_link_makes_the_first_owner_once(kind: Kind) -> TestShop {
    let (shop, directory) = shop(kind).await;
    assert!(!directory.has_staff().await.unwrap());
    assert_eq!(make(&directory, 1).await, SetUpLink::Made);
    let ann = name("ann");
    assert!(!works(&directory, 2).await && !set_up(&directory, 2, &ann).await);
    assert!(works(&directory, 1).await && set_up(&directory, 1, &ann).await);
    assert!(directory.has_staff().await.unwrap());
    assert!(!works(&directory, 1).await && !set_up(&directory, 1, &name("ben")).await);
    let owner = ("ann".to_owned(), Role::Owner);
    assert_eq!(accounts(&directory).await, [owner]);

    let all = JournalFilter::default();
    let entries = shop.store.journal().entries(&all, None, 10).await.unwrap();
    let entries: Vec<_> = entries.into_iter().map(|one| one.entry).collect();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].by, Some(ann.clone()));
    assert_eq!(entries[0].act, Act::FirstOwnerAdded { name: ann });
    shop
}

pub async fn only_the_newest_set_up_link_works_and_for_an_hour(kind: Kind) -> TestShop {
    let (shop, directory) = shop(kind).await;
    assert_eq!(make(&directory, 1).await, SetUpLink::Made);
    assert_eq!(make(&directory, 2).await, SetUpLink::Replaced);
    assert!(!works(&directory, 1).await && works(&directory, 2).await);
    assert!(!set_up(&directory, 1, &name("ann")).await);
    shop.pass(HOUR + MINUTE).await;
    assert!(!works(&directory, 2).await && !set_up(&directory, 2, &name("ann")).await);
    assert!(!directory.has_staff().await.unwrap());
    assert_eq!(make(&directory, 3).await, SetUpLink::Made, "after the end");
    shop
}

pub async fn once_there_is_an_account_no_set_up_link_works(kind: Kind) -> TestShop {
    let (shop, directory) = shop(kind).await;
    make(&directory, 1).await;
    let mut list = shop.premises.staff_accounts().await;
    let ben = name("ben");
    let added = list.add(&ben, None, HASHED).await.unwrap();
    assert_eq!(added, Some(Role::Owner));
    assert!(!works(&directory, 1).await && !set_up(&directory, 1, &name("ann")).await);
    assert_eq!(make(&directory, 2).await, SetUpLink::NotNeeded);
    // Nor does it come back if the account is removed.
    assert!(list.remove(&ben).await.unwrap());
    for number in [1, 2] {
        assert!(!works(&directory, number).await);
        assert!(!set_up(&directory, number, &name("ann")).await);
    }
    shop
}

pub async fn of_two_people_with_the_set_up_link_one_becomes_the_owner(kind: Kind) -> TestShop {
    let (shop, directory) = shop(kind).await;
    make(&directory, 1).await;
    let (ann, ben) = (name("ann"), name("ben"));
    let both = tokio::join!(set_up(&directory, 1, &ann), set_up(&directory, 1, &ben));
    assert!(both.0 != both.1, "{both:?}");
    assert_eq!(accounts(&directory).await.len(), 1);
    shop
}
