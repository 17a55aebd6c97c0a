//! The route table: which page an address shows, and the frame around every page.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    about::AboutPage,
    announcements::banner::AnnouncementsBanner,
    book::page::BookPage,
    browser::NoProps,
    buzz::{page::BuzzPage, provider_name},
    cart::page::CartPage,
    connection::{badge::connection_badge, page::ConnectionPage},
    desk::{
        account::AccountPage,
        activity::page::ActivityPage,
        announcements::AnnouncementsPage,
        book::DeskBookPage,
        books::{edit_page::EditBookPage, new_page::NewBookPage},
        buzz::DeskBuzzPage,
        counter::{page::CounterPage, receipt_page::CounterReceiptPage, return_page::ReturnPage},
        dashboard::page::OperationsPage,
        figures::page::FiguresPage,
        imports::{import_page::ImportPage, imports_page::ImportsPage},
        invitation::InvitationPage,
        journal::page::JournalPage,
        legal::page::DeskLegalPage,
        mail_settings::page::MailSettingsPage,
        masthead::DeskMasthead,
        order::{DeskOrderPage, receipt::ReceiptPage},
        orders::{DeskOrdersPage, pick_list::PickListPage},
        people::{page::PeoplePage, person::PersonPage},
        set_up::SetUpPage,
        settings::page::SettingsPage,
        sign_in::SignInPage,
        stock::DeskStockPage,
        today::page::TodayPage,
    },
    i18n::current_language,
    layout::{
        document::document, footer::Footer, masthead::Masthead, not_found::NotFoundPage,
        title::page_title,
    },
    legal::page::{ImprintPage, PrivacyPage, TermsPage},
    live::Live,
    order::{list::OrdersPage, page::OrderPage},
    server::{Files, current_settings, is_desk},
    shelf::page::ShelfPage,
    waitlist::offers::banner::OffersBanner,
};

/// The HTML document with the app in it, which loads `files`.
#[must_use]
pub fn shell(options: LeptosOptions, files: &Files) -> impl IntoView + use<> {
    document(options, files, || view! { <App/> })
}

/// The shop: the frame around every page, and the route table.
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // The islands expect this in their context. In the browser, `live::browser` provides it.
    provide_context(Live::new());
    let language = current_language();
    let masthead = match is_desk() {
        true => view! { <DeskMasthead/> }.into_any(),
        false => view! {
            <Masthead>{connection_badge(NoProps)}</Masthead>
            <div class="strip"><AnnouncementsBanner/> <OffersBanner/></div>
        }
        .into_any(),
    };

    let name = current_settings().profile.name().to_owned();
    view! {
        <Title formatter=move |words: String| page_title(&name, &words)/>
        <Router>
            <a class="skip" href="#main">{say!(language, page.skip)}</a>
            {masthead}
            <main id="main" tabindex="-1">
                // Async: a page is sent complete, and its status is known before its first byte.
                // InOrder: a page is sent at once, and the buzz provider's answer when it arrives.
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=ShelfPage ssr=SsrMode::Async/>
                    <Route path=path!("/books/:slug") view=BookPage ssr=SsrMode::Async/>
                    <Route path=path!("/cart") view=CartPage ssr=SsrMode::Async/>
                    <Route path=path!("/orders") view=OrdersPage ssr=SsrMode::Async/>
                    <Route path=path!("/orders/:code") view=OrderPage ssr=SsrMode::Async/>
                    <Route path=path!("/buzz") view=BuzzPage ssr=SsrMode::InOrder/>
                    <Route path=path!("/connection") view=ConnectionPage ssr=SsrMode::Async/>
                    <Route path=path!("/about") view=AboutPage ssr=SsrMode::Async/>
                    <Route path=path!("/imprint") view=ImprintPage ssr=SsrMode::Async/>
                    <Route path=path!("/privacy") view=PrivacyPage ssr=SsrMode::Async/>
                    <Route path=path!("/terms") view=TermsPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk") view=TodayPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/buzz") view=DeskBuzzPage ssr=SsrMode::InOrder/>
                    <Route path=path!("/desk/imports") view=ImportsPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/imports/:id") view=ImportPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/activity") view=ActivityPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/figures") view=FiguresPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/journal") view=JournalPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/orders") view=DeskOrdersPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/orders/pick-list") view=PickListPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/orders/:code/receipt") view=ReceiptPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/orders/:code") view=DeskOrderPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/counter") view=CounterPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/counter/return") view=ReturnPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/counter/receipts/:code") view=CounterReceiptPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/stock") view=DeskStockPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/stock/:book") view=DeskBookPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/stock/:book/edit") view=EditBookPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/books/new") view=NewBookPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/news") view=AnnouncementsPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/operations") view=OperationsPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/people") view=PeoplePage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/people/:name") view=PersonPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/account") view=AccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/invitation/:token") view=InvitationPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/set-up/:token") view=SetUpPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/settings") view=SettingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/settings/legal") view=DeskLegalPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/settings/mail") view=MailSettingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/sign-in") view=SignInPage ssr=SsrMode::Async/>
                </Routes>
            </main>
            <Footer has_buzz=provider_name().is_some()/>
        </Router>
    }
}
