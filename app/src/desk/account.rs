//! `/desk/account`: one's own password and sessions.

use leptos::prelude::*;
use protocol::ShopError;
use shop::{Language, StaffName};
use store::{SessionEntry, SessionToken};

use super::{
    frame::{Section, desk_frame, desk_page},
    password_fields::{password_fields, username_field},
};
use crate::{
    i18n::{current_language, moment},
    server::{current_staff, current_store, extension, shop_error},
};

/// The form for a new password, and the signed-in person's sessions.
#[component]
pub(crate) fn AccountPage() -> impl IntoView {
    let name = current_staff().map(|staff| staff.name);
    desk_page(Section::Account, read(name), account_content)
}

async fn read(name: Option<StaffName>) -> Result<Vec<SessionEntry>, ShopError> {
    let name = name.ok_or(ShopError::Busy)?;
    let store = current_store();
    let sessions = store.staff_directory().sessions_of(&name).await;
    sessions.map_err(shop_error)
}

fn account_content(sessions: Vec<SessionEntry>) -> AnyView {
    let language = current_language();
    let current = extension::<SessionToken>();
    let has_others = sessions.iter().any(|one| Some(one.token) != current);
    let rows: Vec<_> = sessions
        .iter()
        .map(|one| row(language, one, Some(one.token) == current))
        .collect();
    let end_others = has_others.then(|| {
        view! {
            <form method="post" action="/desk/account/sign-out-others">
                <button class="button button-quiet">{say!(language, people.end_others)}</button>
            </form>
        }
    });
    let form = current_staff().map(|staff| password_form(language, &staff.name));
    let content = view! {
        <h2>{say!(language, people.signed_in_where)}</h2>
        <section class="desk-wide" tabindex="0" aria-label=say!(language, people.signed_in_where)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{say!(language, people.session)}</th>
                        <th scope="col">{say!(language, people.began)}</th>
                        <th scope="col">{say!(language, people.ends)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
        {end_others}
        {form}
    };
    desk_frame(
        Section::Account,
        say!(language, people.account),
        content.into_any(),
    )
}

fn row(language: Language, session: &SessionEntry, is_current: bool) -> AnyView {
    let which = match is_current {
        true => say!(language, people.this_browser),
        false => say!(language, people.other_browser),
    };
    view! {
        <tr>
            <th scope="row">{which}</th>
            <td>{moment(language, session.since)}</td>
            <td>{moment(language, session.expires_at)}</td>
        </tr>
    }
    .into_any()
}

fn password_form(language: Language, username: &StaffName) -> AnyView {
    view! {
        <h2>{say!(language, people.change_password)}</h2>
        <p class="desk-more">{say!(language, people.change_password_more)}</p>
        <form method="post" action="/desk/account/password" class="desk-form">
            {username_field(username)}
            <label>
                <span>{say!(language, people.current_password)}</span>
                <input type="password" name="current" autocomplete="current-password" required=true maxlength="200"/>
            </label>
            {password_fields(language)}
            <button class="button">{say!(language, people.save_password)}</button>
        </form>
    }
    .into_any()
}
