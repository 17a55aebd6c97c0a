//! The frame around every page of the desk: its sections, its heading, and the notice of a form.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;
use protocol::ShopError;

use super::notice::Notice;
use crate::{
    i18n::{current_language, error_message},
    layout::{error_page::ErrorPage, page::load_page},
    server::current_staff,
};

/// The parts of the desk, in the order in which they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Dashboard,
    Orders,
    Stock,
    Buzz,
    Announcements,
    Activity,
    Imports,
}

impl Section {
    const ALL: [Self; 7] = [
        Self::Dashboard,
        Self::Orders,
        Self::Stock,
        Self::Buzz,
        Self::Announcements,
        Self::Activity,
        Self::Imports,
    ];

    const fn address(self) -> &'static str {
        match self {
            Self::Dashboard => "/desk",
            Self::Imports => "/desk/imports",
            Self::Orders => "/desk/orders",
            Self::Stock => "/desk/stock",
            Self::Buzz => "/desk/buzz",
            Self::Announcements => "/desk/news",
            Self::Activity => "/desk/activity",
        }
    }

    fn words(self) -> &'static str {
        let language = current_language();
        match self {
            Self::Dashboard => say!(language, desk.glance),
            Self::Imports => say!(language, desk.imports),
            Self::Orders => say!(language, desk.orders),
            Self::Stock => say!(language, desk.stock),
            Self::Buzz => say!(language, buzz.title),
            Self::Announcements => say!(language, desk.news),
            Self::Activity => say!(language, desk.activity),
        }
    }

    /// Whether whoever is at the desk may go there.
    pub(crate) fn is_open(self) -> bool {
        let needed = match self {
            Self::Dashboard | Self::Orders | Self::Stock | Self::Buzz => shop::Role::Clerk,
            Self::Announcements | Self::Activity | Self::Imports => shop::Role::Owner,
        };
        current_staff().is_some_and(|staff| staff.role.covers(needed))
    }
}

/// A page of the desk that is read from the shop. The server's gate says who is at the desk: for
/// nobody else is anything read, however they have come here.
pub(crate) fn desk_page<T: Send + 'static>(
    section: Section,
    read: impl Future<Output = Result<T, ShopError>> + Send + 'static,
    show: fn(T) -> AnyView,
) -> AnyView {
    if !section.is_open() {
        return not_found();
    }
    load_page(read, show)
}

/// What whoever is not at the desk sees of it.
pub(crate) fn not_found() -> AnyView {
    view! { <ErrorPage error=ShopError::NoSuchBook/> }.into_any()
}

/// The frame of a page of the desk: the list of its parts, a heading, what its form said, and what is in it.
pub(crate) fn desk_frame(section: Section, title: impl Into<String>, content: AnyView) -> AnyView {
    let title: String = title.into();
    let language = current_language();
    let parts: Vec<_> = Section::ALL
        .into_iter()
        .filter(|one| one.is_open())
        .map(|one| {
            let current = (one == section).then_some("page");
            view! { <li><a href=one.address() aria-current=current>{one.words()}</a></li> }
        })
        .collect();
    view! {
        <Title text=title.clone()/>
        <Meta name="robots" content="noindex"/>
        <nav class="desk-parts" aria-label=say!(language, desk.parts)><ul>{parts}</ul></nav>
        <section class="desk">
            <h1>{title}</h1>
            {desk_notice()}
            {content}
        </section>
    }
    .into_any()
}

/// What the form that was sent has come to, as the address has it.
pub(crate) fn desk_notice() -> Option<AnyView> {
    let code = use_query_map().read_untracked().get("notice")?;
    let language = current_language();
    let (good, words) = match Notice::from_code(&code) {
        Some(notice) => (notice.is_good(), notice.sentence(language).to_owned()),
        None => (
            false,
            error_message(&ShopError::from_code(&code)?, language),
        ),
    };
    let (role, class) = match good {
        true => ("status", "desk-done"),
        false => ("alert", "desk-refused"),
    };
    Some(view! { <p class=class role=role>{words}</p> }.into_any())
}
