//! `/desk/people`: everyone who can sign in, the unused links, and the form to invite someone.

use leptos::prelude::*;
use protocol::ShopError;
use shop::{Language, Role};
use store::{OpenLink, StaffMember};

use super::{
    link::{new_link, open_links},
    role_name,
};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{current_language, moment, number},
    server::{current_staff, current_store, shop_error},
};

/// All accounts, by name, and the unused links.
#[component]
pub(crate) fn PeoplePage() -> impl IntoView {
    desk_page(Section::People, read(), people_content)
}

async fn read() -> Result<(Vec<StaffMember>, Vec<OpenLink>), ShopError> {
    let store = current_store();
    let directory = store.staff_directory();
    let accounts = directory.accounts().await.map_err(shop_error)?;
    let links = directory.open_links().await.map_err(shop_error)?;
    Ok((accounts, links))
}

fn people_content((accounts, links): (Vec<StaffMember>, Vec<OpenLink>)) -> AnyView {
    let language = current_language();
    let rows: Vec<_> = accounts
        .iter()
        .map(|member| row(language, member))
        .collect();
    let content = view! {
        {new_link(language)}
        <p class="desk-more">{say!(language, people.lead)}</p>
        <section class="desk-wide" tabindex="0" aria-label=say!(language, people.title)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{say!(language, desk.name)}</th>
                        <th scope="col">{say!(language, people.role)}</th>
                        <th scope="col" class="desk-number">{say!(language, people.sessions)}</th>
                        <th scope="col">{say!(language, people.last_sign_in)}</th>
                        <th scope="col">{say!(language, people.since)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
        {open_links(language, links)}
        {invitation_form(language)}
    };
    desk_frame(
        Section::People,
        say!(language, people.title),
        content.into_any(),
    )
}

fn row(language: Language, member: &StaffMember) -> AnyView {
    let address = format!("/desk/people/{}", member.name);
    let is_oneself = current_staff().is_some_and(|staff| staff.name == member.name);
    let name = match is_oneself {
        true => say!(language, people.oneself, name = &member.name),
        false => member.name.to_string(),
    };
    view! {
        <tr>
            <th scope="row"><a href=address>{name}</a></th>
            <td>{role_name(language, member.role)}</td>
            <td class="desk-number">{number(language, member.sessions).to_string()}</td>
            <td>{last_sign_in(language, member)}</td>
            <td>{moment(language, member.since)}</td>
        </tr>
    }
    .into_any()
}

/// When somebody last signed in.
pub(super) fn last_sign_in(language: Language, member: &StaffMember) -> String {
    match member.last_sign_in {
        Some(at) => moment(language, at),
        None => say!(language, people.never).to_owned(),
    }
}

fn invitation_form(language: Language) -> AnyView {
    view! {
        <h2>{say!(language, people.invite_heading)}</h2>
        <p class="desk-more">{say!(language, people.invite_more)}</p>
        <form method="post" action="/desk/people" class="desk-form">
            <label>
                <span>{say!(language, desk.name)}</span>
                <input name="name" required=true minlength="2" maxlength="40" autocapitalize="none" autocomplete="off" spellcheck="false"/>
            </label>
            <label>
                <span>{say!(language, people.role)}</span>
                <select name="role">
                    <option value=Role::Clerk.as_str()>{say!(language, people.clerk)}</option>
                    <option value=Role::Owner.as_str()>{say!(language, people.owner)}</option>
                </select>
            </label>
            <button class="button">{say!(language, people.invite)}</button>
        </form>
    }
    .into_any()
}
