//! What owners do with accounts, and people with their own.

use std::sync::Arc;

use shop::{Role, StaffName};
use store::{
    AccountError, JournalFilter, LinkPurpose, LinkToken, NewLink, SessionToken, StaffDirectory,
};

use crate::contract::harness::{DAY, DROP, HOUR, Kind, MINUTE, Opening, TestShop};

const HASHED: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA";
const CHOSEN: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$b3RoZXI";

pub fn name(text: &str) -> StaffName {
    text.parse().unwrap()
}

fn token(number: u8) -> LinkToken {
    LinkToken([number; 32])
}

/// A link by Ann that works for two days.
fn link(number: u8, who: &str, purpose: LinkPurpose) -> NewLink {
    NewLink {
        token: token(number),
        name: name(who),
        purpose,
        by: name("ann"),
        lasts: 2 * DAY,
    }
}

/// A shop with Ann, an owner, and Ben, a clerk.
async fn shop(kind: Kind) -> (TestShop, Arc<dyn StaffDirectory>) {
    let shop = TestShop::open(kind, Opening::of(&[(DROP, 1)])).await;
    let mut accounts = shop.premises.staff_accounts().await;
    for (who, role) in [("ann", Role::Owner), ("ben", Role::Clerk)] {
        let added = accounts.add(&name(who), Some(role), HASHED).await;
        assert_eq!(added.unwrap(), Some(role));
    }
    let directory = Arc::clone(shop.store.staff_directory());
    (shop, directory)
}

async fn sign_in(directory: &Arc<dyn StaffDirectory>, who: &str, number: u8) {
    let credential = directory.credential(&name(who)).await.unwrap().unwrap();
    let session = SessionToken([number; 32]);
    let who = name(who);
    let signed_in = directory.sign_in(&who, &credential, session, None, HOUR);
    assert!(signed_in.await.unwrap());
}

async fn is_open(directory: &Arc<dyn StaffDirectory>, number: u8) -> bool {
    let session = directory.session(SessionToken([number; 32])).await;
    session.unwrap().is_some()
}

async fn role(directory: &Arc<dyn StaffDirectory>, who: &str) -> Option<Role> {
    let credential = directory.credential(&name(who)).await.unwrap();
    credential.map(|credential| credential.role)
}

/// The authors and kinds of the entries since the accounts were added, oldest first.
async fn journal(shop: &TestShop) -> Vec<(String, &'static str)> {
    let all = JournalFilter::default();
    let entries = shop.store.journal().entries(&all, None, 100).await;
    let entries = entries.unwrap().into_iter().rev().skip(2);
    entries
        .map(|one| {
            let by = one.entry.by.map(|by| by.to_string());
            (by.unwrap_or_default(), one.entry.act.kind())
        })
        .collect()
}

pub async fn an_invitation_makes_one_account_within_two_days(kind: Kind) -> TestShop {
    let (shop, directory) = shop(kind).await;
    let invitation = LinkPurpose::Invitation(Role::Clerk);
    for (number, who) in [(1, "cleo"), (2, "dan")] {
        let made = directory.make_link(link(number, who, invitation)).await;
        made.unwrap();
    }
    shop.pass(2 * DAY - MINUTE).await;
    let open = directory.open_link(token(1)).await.unwrap().unwrap();
    assert_eq!((open.name, open.purpose), (name("cleo"), invitation));
    let used = directory.use_link(token(1), CHOSEN).await.unwrap();
    assert_eq!((used.name, used.ended), (name("cleo"), vec![]));
    assert_eq!(role(&directory, "cleo").await, Some(Role::Clerk));
    assert_eq!(directory.open_link(token(1)).await.unwrap(), None);
    let again = directory.use_link(token(1), HASHED).await;
    assert!(matches!(again, Err(AccountError::NoSuchLink)), "{again:?}");
    let credential = directory.credential(&name("cleo")).await.unwrap();
    assert_eq!(credential.unwrap().password, CHOSEN);

    shop.pass(MINUTE).await;
    assert_eq!(directory.open_links().await.unwrap(), vec![]);
    let late = directory.use_link(token(2), CHOSEN).await;
    assert!(matches!(late, Err(AccountError::NoSuchLink)), "{late:?}");
    assert_eq!(role(&directory, "dan").await, None);

    let taken = directory.make_link(link(3, "ben", invitation)).await;
    assert!(matches!(taken, Err(AccountError::NameTaken)), "{taken:?}");
    let (ann, cleo) = ("ann".to_owned(), "cleo".to_owned());
    let expected = [
        (ann.clone(), "invited"),
        (ann, "invited"),
        (cleo, "invitation_accepted"),
    ];
    assert_eq!(journal(&shop).await, expected);
    shop
}

pub async fn a_link_for_a_new_password_ends_all_sessions_and_works_once(kind: Kind) -> TestShop {
    let (shop, directory) = shop(kind).await;
    sign_in(&directory, "ben", 1).await;
    let reset = LinkPurpose::NewPassword;
    directory.make_link(link(1, "ben", reset)).await.unwrap();
    assert!(
        is_open(&directory, 1).await,
        "it ends with the new password"
    );
    let used = directory.use_link(token(1), CHOSEN).await.unwrap();
    assert_eq!(used.ended, [SessionToken([1; 32])]);
    assert!(!is_open(&directory, 1).await);
    let again = directory.use_link(token(1), HASHED).await;
    assert!(matches!(again, Err(AccountError::NoSuchLink)), "{again:?}");
    let credential = directory.credential(&name("ben")).await.unwrap();
    assert_eq!(credential.unwrap().password, CHOSEN);

    let nobody = directory.make_link(link(2, "zoe", reset)).await;
    assert!(matches!(nobody, Err(AccountError::NoSuchAccount)));
    let kinds: Vec<_> = journal(&shop).await.into_iter().map(|one| one.1).collect();
    let expected = ["signed_in", "password_link_made", "password_chosen"];
    assert_eq!(kinds, expected);
    shop
}

pub async fn a_link_that_is_replaced_or_withdrawn_does_not_work(kind: Kind) -> TestShop {
    let (shop, directory) = shop(kind).await;
    let fails = async |number: u8| {
        let used = directory.use_link(token(number), CHOSEN).await;
        matches!(used, Err(AccountError::NoSuchLink))
    };
    let invitation = LinkPurpose::Invitation(Role::Clerk);
    for number in [1, 2] {
        let made = directory.make_link(link(number, "cleo", invitation)).await;
        made.unwrap();
    }
    assert!(fails(1).await, "it was replaced");
    for withdrawn in [true, false] {
        let (cleo, ann) = (name("cleo"), name("ann"));
        let done = directory.withdraw_link(&cleo, &ann).await;
        assert_eq!(done.unwrap(), withdrawn);
    }
    assert!(fails(2).await, "it was withdrawn");

    // A link ends when its maker becomes a clerk, and when its account is changed in another way.
    let ann = name("ann");
    directory
        .set_role(&name("ben"), Role::Owner, &ann)
        .await
        .unwrap();
    directory
        .make_link(link(3, "cleo", invitation))
        .await
        .unwrap();
    directory
        .set_role(&ann, Role::Clerk, &name("ben"))
        .await
        .unwrap();
    assert!(fails(3).await, "its maker is no owner");
    let by_ben = |number, who| NewLink {
        by: name("ben"),
        ..link(number, who, LinkPurpose::NewPassword)
    };
    directory.make_link(by_ben(4, "ann")).await.unwrap();
    let mut accounts = shop.premises.staff_accounts().await;
    let by_ben_to_erin = NewLink {
        by: name("ben"),
        ..link(8, "erin", LinkPurpose::Invitation(Role::Clerk))
    };
    directory.make_link(by_ben_to_erin).await.unwrap();
    assert!(accounts.reset(&ann, CHOSEN).await.unwrap());
    assert!(fails(4).await, "the password was set on the command line");
    assert!(accounts.reset(&name("ben"), CHOSEN).await.unwrap());
    assert!(
        fails(8).await,
        "its maker's password was set on the command line"
    );
    directory.make_link(by_ben(5, "ann")).await.unwrap();
    directory.remove_account(&ann, &name("ben")).await.unwrap();
    assert!(fails(5).await, "the account is gone");
    assert_eq!(role(&directory, "ann").await, None);

    // An owner who is removed at the desk or on the command line takes their invitations along.
    let olga = name("olga");
    for (number, at_desk) in [(6, true), (7, false)] {
        let added = accounts.add(&olga, Some(Role::Owner), CHOSEN).await;
        assert_eq!(added.unwrap(), Some(Role::Owner));
        let invited = NewLink {
            by: olga.clone(),
            ..link(number, "dora", LinkPurpose::Invitation(Role::Owner))
        };
        directory.make_link(invited).await.unwrap();
        if at_desk {
            directory.remove_account(&olga, &name("ben")).await.unwrap();
        } else {
            assert!(accounts.remove(&olga).await.unwrap());
        }
        assert!(fails(number).await, "its maker is gone");
    }
    shop
}

pub async fn the_last_owner_is_neither_removed_nor_made_a_clerk(kind: Kind) -> TestShop {
    let (shop, directory) = shop(kind).await;
    let (ann, ben) = (name("ann"), name("ben"));
    let refused = directory.set_role(&ann, Role::Clerk, &ann).await;
    assert!(matches!(refused, Err(AccountError::LastOwner)));
    directory.set_role(&ben, Role::Owner, &ann).await.unwrap();
    directory.set_role(&ann, Role::Clerk, &ben).await.unwrap();
    directory.set_role(&ann, Role::Clerk, &ben).await.unwrap();
    let refused = directory.remove_account(&ben, &ben).await;
    assert!(matches!(refused, Err(AccountError::Oneself)));
    let refused = directory.set_role(&ben, Role::Clerk, &ben).await;
    assert!(matches!(refused, Err(AccountError::LastOwner)));
    assert_eq!(role(&directory, "ben").await, Some(Role::Owner));
    // What changes nothing is not recorded.
    let (ann, ben) = ("ann".to_owned(), "ben".to_owned());
    let expected = [(ann, "role_changed"), (ben, "role_changed")];
    assert_eq!(journal(&shop).await, expected);
    shop
}

pub async fn only_an_owner_changes_the_accounts_of_others(kind: Kind) -> TestShop {
    let (shop, directory) = shop(kind).await;
    let (ann, ben) = (name("ann"), name("ben"));
    sign_in(&directory, "ann", 1).await;
    let by_ben = NewLink {
        by: ben.clone(),
        ..link(1, "ann", LinkPurpose::NewPassword)
    };
    for refused in [
        directory.set_role(&ben, Role::Owner, &ben).await,
        directory.remove_account(&ann, &ben).await.map(drop),
        directory.end_sessions(&ann, None, &ben).await.map(drop),
        directory.make_link(by_ben).await,
        directory.withdraw_link(&ann, &ben).await.map(drop),
        directory.set_role(&ben, Role::Owner, &name("zoe")).await,
    ] {
        let is_refused = matches!(refused, Err(AccountError::NotAnOwner));
        assert!(is_refused, "{refused:?}");
    }
    assert!(is_open(&directory, 1).await);
    for nobody in [
        directory.set_role(&name("zoe"), Role::Owner, &ann).await,
        directory.remove_account(&name("zoe"), &ann).await.map(drop),
        directory
            .end_sessions(&name("zoe"), None, &ann)
            .await
            .map(drop),
    ] {
        assert!(matches!(nobody, Err(AccountError::NoSuchAccount)));
    }
    shop
}

pub async fn sessions_are_listed_and_ended(kind: Kind) -> TestShop {
    let (shop, directory) = shop(kind).await;
    let (ann, ben) = (name("ann"), name("ben"));
    for number in [1, 2, 3] {
        sign_in(&directory, "ben", number).await;
        shop.pass(MINUTE).await;
    }
    let sessions = directory.sessions_of(&ben).await.unwrap();
    let numbers: Vec<u8> = sessions.iter().map(|one| one.token.0[0]).collect();
    assert_eq!(numbers, [3, 2, 1], "the latest first");
    let accounts = directory.accounts().await.unwrap();
    let seen: Vec<_> = accounts
        .iter()
        .map(|one| (one.sessions, one.last_sign_in))
        .collect();
    assert_eq!(seen, [(0, None), (3, Some(sessions[0].since))]);

    let keep = Some(SessionToken([2; 32]));
    let ended = directory.end_sessions(&ben, keep, &ben).await.unwrap();
    assert_eq!(ended.len(), 2);
    assert!(is_open(&directory, 2).await && !is_open(&directory, 3).await);
    for open in [1, 0] {
        let ended = directory.end_sessions(&ben, None, &ann).await.unwrap();
        assert_eq!(ended.len(), open);
    }
    assert!(!is_open(&directory, 2).await);
    let entries = journal(&shop).await;
    let (ann, ben) = ("ann".to_owned(), "ben".to_owned());
    let expected = [(ben, "sessions_ended"), (ann, "sessions_ended")];
    assert_eq!(entries[3..], expected);
    shop
}

pub async fn ones_own_new_password_ends_the_other_sessions(kind: Kind) -> TestShop {
    let (shop, directory) = shop(kind).await;
    let (ben, keep) = (name("ben"), SessionToken([1; 32]));
    for number in [1, 2] {
        sign_in(&directory, "ben", number).await;
    }
    let reset = LinkPurpose::NewPassword;
    directory.make_link(link(1, "ben", reset)).await.unwrap();
    let before = directory.credential(&ben).await.unwrap().unwrap();
    let changed = directory.change_password(&ben, &before, CHOSEN, keep).await;
    assert_eq!(changed.unwrap(), Some(vec![SessionToken([2; 32])]));
    assert!(is_open(&directory, 1).await && !is_open(&directory, 2).await);
    assert_eq!(directory.open_link(token(1)).await.unwrap(), None);
    // A change whose password was compared before comes too late.
    let late = directory.change_password(&ben, &before, HASHED, keep).await;
    assert_eq!(late.unwrap(), None);
    let credential = directory.credential(&ben).await.unwrap();
    assert_eq!(credential.unwrap().password, CHOSEN);
    let last = journal(&shop).await.pop();
    assert_eq!(last, Some(("ben".to_owned(), "password_changed")));
    shop
}
