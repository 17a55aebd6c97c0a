//! `/desk/people/{name}`: one account, and the forms to change it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::ShopError;
use shop::{Language, Role};
use store::StaffMember;

use super::{link::new_link, page::last_sign_in, role_name};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{current_language, moment, number},
    server::{current_staff, current_store, shop_error},
};

/// The account that the address names.
#[component]
pub(crate) fn PersonPage() -> impl IntoView {
    let name = use_params_map()
        .read_untracked()
        .get("name")
        .unwrap_or_default();
    desk_page(Section::People, read(name), person_content)
}

async fn read(name: String) -> Result<StaffMember, ShopError> {
    let store = current_store();
    let accounts = store.staff_directory().accounts().await;
    let mut accounts = accounts.map_err(shop_error)?.into_iter();
    // The page of what does not exist, whatever it is.
    accounts
        .find(|member| member.name.as_str() == name)
        .ok_or(ShopError::NoSuchBook)
}

fn person_content(member: StaffMember) -> AnyView {
    let language = current_language();
    let name = member.name.to_string();
    let is_oneself = current_staff().is_some_and(|staff| staff.name == member.name);
    let fact = |name: &'static str, value: String| {
        view! { <div><dt>{name}</dt><dd>{value}</dd></div> }
    };
    let of_others = (!is_oneself).then(|| {
        view! {
            {action(language, &member, "sign-out")}
            {action(language, &member, "remove")}
        }
    });
    let own = is_oneself.then(|| {
        view! { <p><a href="/desk/account">{say!(language, people.account)}</a></p> }
    });
    let content = view! {
        {new_link(language)}
        <dl class="desk-facts">
            {fact(say!(language, people.role), role_name(language, member.role).to_owned())}
            {fact(say!(language, people.since), moment(language, member.since))}
            {fact(say!(language, people.sessions), number(language, member.sessions).to_string())}
            {fact(say!(language, people.last_sign_in), last_sign_in(language, &member))}
        </dl>
        {own}
        {role_form(language, &member)}
        <h2>{say!(language, people.forgotten)}</h2>
        <p class="desk-more">{say!(language, people.forgotten_more, name = &member.name)}</p>
        <form method="post" action=format!("/desk/people/{name}")>
            <button class="button button-quiet">{say!(language, people.make_link)}</button>
        </form>
        {of_others}
    };
    desk_frame(Section::People, name, content.into_any())
}

fn role_form(language: Language, member: &StaffMember) -> AnyView {
    let (other, words) = match member.role {
        Role::Clerk => (Role::Owner, say!(language, people.make_owner)),
        Role::Owner => (Role::Clerk, say!(language, people.make_clerk)),
    };
    view! {
        <h2>{say!(language, people.role)}</h2>
        <p class="desk-more">{say!(language, people.roles_more)}</p>
        <form method="post" action=format!("/desk/people/{}/role", member.name)>
            <input type="hidden" name="role" value=other.as_str()/>
            <button class="button button-quiet">{words}</button>
        </form>
    }
    .into_any()
}

/// A heading, an explanation and a button.
fn action(language: Language, member: &StaffMember, action: &str) -> AnyView {
    let name = &member.name;
    let (heading, more) = match action {
        "remove" => (
            say!(language, people.remove),
            say!(language, people.remove_more, name = name),
        ),
        _ => (
            say!(language, people.sign_out),
            say!(language, people.sign_out_more, name = name),
        ),
    };
    view! {
        <h2>{heading}</h2>
        <p class="desk-more">{more}</p>
        <form method="post" action=format!("/desk/people/{name}/{action}")>
            <button class="button button-quiet">{heading}</button>
        </form>
    }
    .into_any()
}
