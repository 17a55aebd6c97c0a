//! The desk's pages: a file for each, and the frame around all of them.

mod import;
mod import_words;
mod imports;
mod sign_in;
mod start;

use leptos::{html::ElementChild, prelude::*};
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

pub(crate) use import::ImportPage;
pub(crate) use imports::ImportsPage;
pub(crate) use sign_in::SignInPage;
pub(crate) use start::DeskPage;

use crate::{desk::Notice, language::spoken, ssr::at_desk};

/// The parts of the desk, in the order in which they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Glance,
    Imports,
}

impl Tab {
    const ALL: [Self; 2] = [Self::Glance, Self::Imports];

    const fn address(self) -> &'static str {
        match self {
            Self::Glance => "/desk",
            Self::Imports => "/desk/imports",
        }
    }

    fn words(self) -> &'static str {
        let here = spoken();
        match self {
            Self::Glance => say!(here, desk.glance),
            Self::Imports => say!(here, desk.imports),
        }
    }

    /// Whether whoever is at the desk may go there.
    fn is_open(self) -> bool {
        let needed = match self {
            Self::Glance => shop::Role::Clerk,
            Self::Imports => shop::Role::Owner,
        };
        at_desk().is_some_and(|staff| staff.role.covers(needed))
    }
}

/// A page of the desk: the list of its parts, a heading, what its form said, and what is in it.
pub(crate) fn desk_frame(tab: Tab, title: &'static str, content: AnyView) -> AnyView {
    let here = spoken();
    let parts: Vec<_> = Tab::ALL
        .into_iter()
        .filter(|one| one.is_open())
        .map(|one| {
            let current = (one == tab).then_some("page");
            view! { <li><a href=one.address() aria-current=current>{one.words()}</a></li> }
        })
        .collect();
    view! {
        <Title text=title/>
        <Meta name="robots" content="noindex"/>
        <nav class="desk-parts" aria-label=say!(here, desk.parts)><ul>{parts}</ul></nav>
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
    let query = use_query_map()
        .read_untracked()
        .get_str("notice")
        .and_then(Notice::from_code);
    query.map(|notice| {
        let (role, class) = match notice.is_good() {
            true => ("status", "desk-done"),
            false => ("alert", "desk-refused"),
        };
        view! { <p class=class role=role>{notice.sentence(spoken())}</p> }.into_any()
    })
}
