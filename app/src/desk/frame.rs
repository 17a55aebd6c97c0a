//! The frame of every desk page: the navigation, the heading, and the notice after a form.

use leptos::prelude::*;
use leptos_meta::{Meta, Stylesheet, Title};
use leptos_router::hooks::use_query_map;
use protocol::ShopError;

use super::{clock::clock_alert, notice::Notice};
use crate::{
    i18n::{current_language, error_message},
    layout::{error_page::ErrorPage, page::load_page},
    server::{current_staff, extension},
};

/// The sections of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Today,
    Orders,
    Counter,
    Stock,
    Buzz,
    Announcements,
    Activity,
    Imports,
    Figures,
    Journal,
    People,
    Settings,
    /// For whoever operates the shop.
    Operations,
    /// One's own account, which the masthead links to.
    Account,
}

impl Section {
    /// The sections in the navigation, in its order.
    const LISTED: [Self; 13] = [
        Self::Today,
        Self::Orders,
        Self::Counter,
        Self::Stock,
        Self::Buzz,
        Self::Announcements,
        Self::Activity,
        Self::Imports,
        Self::Figures,
        Self::Journal,
        Self::People,
        Self::Settings,
        Self::Operations,
    ];

    const fn address(self) -> &'static str {
        match self {
            Self::Today => "/desk",
            Self::Operations => "/desk/operations",
            Self::Imports => "/desk/imports",
            Self::Orders => "/desk/orders",
            Self::Counter => "/desk/counter",
            Self::Stock => "/desk/stock",
            Self::Buzz => "/desk/buzz",
            Self::Announcements => "/desk/news",
            Self::Activity => "/desk/activity",
            Self::Figures => "/desk/figures",
            Self::Journal => "/desk/journal",
            Self::People => "/desk/people",
            Self::Settings => "/desk/settings",
            Self::Account => "/desk/account",
        }
    }

    fn name(self) -> &'static str {
        let language = current_language();
        match self {
            Self::Today => say!(language, today.title),
            Self::Operations => say!(language, dashboard.title),
            Self::Imports => say!(language, desk.imports),
            Self::Orders => say!(language, desk.orders),
            Self::Counter => say!(language, counter.title),
            Self::Stock => say!(language, desk.stock),
            Self::Buzz => say!(language, buzz.title),
            Self::Announcements => say!(language, desk.news),
            Self::Activity => say!(language, desk.activity),
            Self::Figures => say!(language, figures.title),
            Self::Journal => say!(language, journal.title),
            Self::People => say!(language, people.title),
            Self::Settings => say!(language, settings.title),
            Self::Account => say!(language, people.account),
        }
    }

    /// The style sheet of the section, if it has its own.
    const fn style(self) -> Option<&'static str> {
        match self {
            Self::Today => Some("/styles/desk/today.css"),
            Self::Operations => Some("/styles/desk/dashboard.css"),
            Self::Activity | Self::Journal => Some("/styles/desk/activity.css"),
            Self::Imports => Some("/styles/desk/imports.css"),
            Self::Figures => Some("/styles/desk/figures.css"),
            Self::Counter => Some("/styles/desk/counter.css"),
            Self::Orders => Some("/styles/desk/orders.css"),
            Self::Stock
            | Self::Buzz
            | Self::Announcements
            | Self::People
            | Self::Settings
            | Self::Account => None,
        }
    }

    /// Whether the role of the signed-in member of staff allows the section.
    pub(crate) fn is_open(self) -> bool {
        let needed = match self {
            Self::Today
            | Self::Orders
            | Self::Counter
            | Self::Stock
            | Self::Buzz
            | Self::Account => shop::Role::Clerk,
            Self::Announcements
            | Self::Activity
            | Self::Imports
            | Self::Figures
            | Self::Journal
            | Self::People
            | Self::Settings
            | Self::Operations => shop::Role::Owner,
        };
        current_staff().is_some_and(|staff| staff.role.covers(needed))
    }
}

/// Reads the data of a desk page, and shows the page.
///
/// If the role of the signed-in member of staff does not allow the section, nothing is read and the
/// page is “not found”. The server has already refused requests without a session.
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

/// The page for a member of staff whose role does not allow the section.
pub(crate) fn not_found() -> AnyView {
    view! { <ErrorPage error=ShopError::NoSuchBook/> }.into_any()
}

/// The frame of a desk page: navigation, heading, notice, and the page's content.
pub(crate) fn desk_frame(section: Section, title: impl Into<String>, content: AnyView) -> AnyView {
    let title: String = title.into();
    let language = current_language();
    let parts: Vec<_> = Section::LISTED
        .into_iter()
        .filter(|one| one.is_open())
        .map(|one| {
            let current = (one == section).then_some("page");
            view! { <li><a href=one.address() aria-current=current>{one.name()}</a></li> }
        })
        .collect();
    let style = section.style().map(|href| view! { <Stylesheet href/> });
    view! {
        <Title text=title.clone()/>
        <Meta name="robots" content="noindex"/>
        {style}
        <nav class="desk-parts" aria-label=say!(language, desk.parts)><ul>{parts}</ul></nav>
        <section class="desk">
            <h1>{title}</h1>
            {desk_notice()}
            {clock_alert()}
            {content}
        </section>
    }
    .into_any()
}

/// The result of the form that was sent. The address names it, or else the server has attached it to
/// the request.
pub(crate) fn desk_notice() -> Option<AnyView> {
    let code = use_query_map().read_untracked().get("notice");
    let notice = code.as_deref().and_then(Notice::from_code);
    let language = current_language();
    let (good, words) = match notice.or_else(extension) {
        Some(notice) => (notice.is_good(), notice.sentence(language).to_owned()),
        None => (
            false,
            error_message(&ShopError::from_code(&code?)?, language),
        ),
    };
    let (role, class) = match good {
        true => ("status", "desk-done"),
        false => ("alert", "desk-refused"),
    };
    Some(view! { <p class=class role=role>{words}</p> }.into_any())
}
