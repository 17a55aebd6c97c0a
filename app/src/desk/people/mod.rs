//! The accounts at the desk, for owners: the list with its links, and one account.

mod link;
pub(crate) mod page;
pub(crate) mod person;

use shop::{Language, Role};

pub use self::link::ShownLink;

/// A role's name.
fn role_name(language: Language, role: Role) -> &'static str {
    match role {
        Role::Clerk => say!(language, people.clerk),
        Role::Owner => say!(language, people.owner),
    }
}
