//! Staff accounts and sessions.

use std::sync::Arc;

use shop::{Role, StaffName};
use store::{Credential, SessionToken, StaffAccounts, StaffDirectory};

use crate::contract::harness::{DROP, HOUR, Kind, MINUTE, Opening, TestShop};

const HASHED: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA";
const ANOTHER: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$b3RoZXI";

fn name(text: &str) -> StaffName {
    text.parse().unwrap()
}

fn token(number: u8) -> SessionToken {
    SessionToken([number; 32])
}

async fn shop(kind: Kind) -> (TestShop, Arc<dyn StaffDirectory>, Box<dyn StaffAccounts>) {
    let shop = TestShop::open(kind, Opening::of(&[(DROP, 1)])).await;
    let directory = Arc::clone(shop.store.staff_directory());
    let accounts = shop.premises.staff_accounts().await;
    (shop, directory, accounts)
}

async fn sign_in(
    directory: &Arc<dyn StaffDirectory>,
    who: &str,
    number: u8,
    before: Option<u8>,
) -> bool {
    let credential = directory.credential(&name(who)).await.unwrap().unwrap();
    directory
        .sign_in(
            &name(who),
            &credential,
            token(number),
            before.map(token),
            HOUR,
        )
        .await
        .unwrap()
}

async fn signed_in(directory: &Arc<dyn StaffDirectory>, number: u8) -> Option<(String, Role)> {
    let session = directory.session(token(number)).await.unwrap();
    session.map(|session| (session.name.to_string(), session.role))
}

pub async fn the_first_account_is_the_owners_and_names_are_unique(kind: Kind) -> TestShop {
    let (shop, directory, mut accounts) = shop(kind).await;
    assert_eq!(directory.credential(&name("ann")).await.unwrap(), None);
    let first = accounts.add(&name("ann"), None, HASHED).await.unwrap();
    assert_eq!(first, Some(Role::Owner));
    let second = accounts.add(&name("ben"), None, HASHED).await.unwrap();
    assert_eq!(second, Some(Role::Clerk));
    let taken = accounts.add(&name("ann"), Some(Role::Clerk), ANOTHER).await;
    assert_eq!(taken.unwrap(), None);
    let credential = directory.credential(&name("ann")).await.unwrap().unwrap();
    assert_eq!(
        (&*credential.password, credential.role),
        (HASHED, Role::Owner)
    );
    let list = accounts.list().await.unwrap();
    let list: Vec<_> = list
        .iter()
        .map(|one| (one.name.as_str(), one.role))
        .collect();
    assert_eq!(list, [("ann", Role::Owner), ("ben", Role::Clerk)]);
    shop
}

pub async fn a_session_lasts_until_it_expires_or_is_signed_out(kind: Kind) -> TestShop {
    let (shop, directory, mut accounts) = shop(kind).await;
    accounts.add(&name("ann"), None, HASHED).await.unwrap();
    assert_eq!(signed_in(&directory, 1).await, None);
    for number in [1, 2] {
        assert!(sign_in(&directory, "ann", number, None).await);
        assert_eq!(
            signed_in(&directory, number).await,
            Some(("ann".to_owned(), Role::Owner))
        );
    }
    assert_eq!(accounts.list().await.unwrap()[0].sessions, 2);
    for _ in 0..2 {
        directory.sign_out(token(1)).await.unwrap();
        assert_eq!(
            signed_in(&directory, 1).await,
            None,
            "the session should be over"
        );
    }
    shop.premises.pass(HOUR - MINUTE).await;
    assert!(
        signed_in(&directory, 2).await.is_some(),
        "the session should last an hour"
    );
    shop.premises.pass(MINUTE).await;
    assert_eq!(
        signed_in(&directory, 2).await,
        None,
        "the session should be over"
    );
    shop
}

pub async fn signing_in_again_ends_the_old_session(kind: Kind) -> TestShop {
    let (shop, directory, mut accounts) = shop(kind).await;
    accounts.add(&name("ann"), None, HASHED).await.unwrap();
    assert!(sign_in(&directory, "ann", 1, None).await);
    assert!(sign_in(&directory, "ann", 2, Some(1)).await);
    assert_eq!(signed_in(&directory, 1).await, None);
    assert!(signed_in(&directory, 2).await.is_some());
    shop
}

pub async fn changing_a_password_or_removing_the_account_ends_all_sessions(kind: Kind) -> TestShop {
    let (shop, directory, mut accounts) = shop(kind).await;
    for who in ["ann", "ben"] {
        accounts.add(&name(who), None, HASHED).await.unwrap();
    }
    assert!(sign_in(&directory, "ann", 1, None).await);
    assert!(sign_in(&directory, "ben", 2, None).await);
    let old = directory.credential(&name("ann")).await.unwrap().unwrap();
    assert!(accounts.reset(&name("ann"), ANOTHER).await.unwrap());
    assert_eq!(signed_in(&directory, 1).await, None);
    // A sign-in that checked the password before the change is refused.
    let ann = name("ann");
    let late = directory.sign_in(&ann, &old, token(3), None, HOUR).await;
    assert!(!late.unwrap());
    assert!(accounts.remove(&name("ben")).await.unwrap());
    assert_eq!(signed_in(&directory, 2).await, None);
    assert_eq!(directory.credential(&name("ben")).await.unwrap(), None);
    let gone = Credential {
        password: HASHED.to_owned(),
        role: Role::Clerk,
    };
    let ben = name("ben");
    let late = directory.sign_in(&ben, &gone, token(4), None, HOUR).await;
    assert!(!late.unwrap());
    for none in [
        accounts.reset(&name("eve"), HASHED).await,
        accounts.remove(&name("eve")).await,
    ] {
        assert!(!none.unwrap());
    }
    shop
}
