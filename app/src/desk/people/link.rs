//! Links with which somebody chooses a password: a new one, and those that are unused.

use leptos::prelude::*;
use shop::{Language, Role, StaffName};
use store::{LinkPurpose, OpenLink};

use crate::{
    i18n::moment,
    server::{extension, shop_url},
};

/// A link that has just been made, as an extension of the request. It is shown once.
#[derive(Clone)]
pub struct ShownLink {
    /// The account's name.
    pub name: StaffName,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The secret in its address.
    pub secret: String,
}

/// The link that has just been made, if any.
pub(super) fn new_link(language: Language) -> Option<AnyView> {
    let ShownLink {
        name,
        purpose,
        secret,
    } = extension()?;
    let words = match purpose {
        LinkPurpose::Invitation(_) => say!(language, people.invited, name = &name),
        LinkPurpose::NewPassword => say!(language, people.password_link, name = &name),
    };
    let address = format!("{}/desk/invitation/{secret}", shop_url());
    let view = view! {
        <div class="desk-link" role="status">
            <p>{words}</p>
            <p class="desk-address" translate="no">{address}</p>
            <p class="desk-more">{say!(language, people.copy_now)}</p>
        </div>
    };
    Some(view.into_any())
}

/// The unused links, each with a button to withdraw it.
pub(super) fn open_links(language: Language, links: Vec<OpenLink>) -> Option<AnyView> {
    if links.is_empty() {
        return None;
    }
    let links: Vec<_> = links
        .into_iter()
        .map(|link| open_link(language, &link))
        .collect();
    let view = view! {
        <h2>{say!(language, people.links)}</h2>
        <ul class="desk-news">{links}</ul>
    };
    Some(view.into_any())
}

fn open_link(language: Language, link: &OpenLink) -> AnyView {
    let name = &link.name;
    let words = match link.purpose {
        LinkPurpose::Invitation(Role::Clerk) => {
            say!(language, people.clerk_invited, name = name)
        }
        LinkPurpose::Invitation(Role::Owner) => {
            say!(language, people.owner_invited, name = name)
        }
        LinkPurpose::NewPassword => say!(language, people.password_link, name = name),
    };
    let until = moment(language, link.expires_at);
    let withdraw = format!("/desk/people/{name}/withdraw-link");
    let which = say!(language, people.withdraw_this, name = name);
    view! {
        <li>
            <p>{words}</p>
            <p class="desk-more">
                {say!(language, people.until_by, until = until, name = &link.by)}
            </p>
            <form method="post" action=withdraw>
                <button class="button button-small button-quiet" aria-label=which>
                    {say!(language, people.withdraw)}
                </button>
            </form>
        </li>
    }
    .into_any()
}
