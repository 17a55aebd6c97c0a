//! What a page or a server function finds around it on the server: the store
//! and the shopper. The one place where the app meets the store.

use std::{collections::HashSet, sync::Arc, time::Duration};

use http::request::Parts;
use leptos::context::use_context;
use shop::{
    Command, Done, HoldState, Key, OrderCode, Placed, Price, Quantity, Refusal, Role, ShopperId,
    Slug, StaffName, Waiting,
};
use store::{Cart, ShelfBook, Store, StoreError, Topic};

use crate::{
    ShopError,
    cart::{CartView, LineAnswer, LineView},
    catalogue::BookView,
    connection::Arrival,
    glance::Glance,
    orders::PlacedNow,
    waits::WaitAnswer,
};

/// The store, as the server provides it to every request's context.
#[derive(Clone)]
pub struct StoreContext(pub Arc<dyn Store>);

/// What the world calls this shop, and what its owner has set that pages say.
#[derive(Clone)]
pub struct ThisShop {
    /// Scheme and authority, nothing behind.
    pub url: Arc<str>,
    /// The most copies of a book that one shopper may have, where the book says nothing else.
    pub limit_per_shopper: u32,
    /// The longest wait of a long poll.
    pub longest_wait: Duration,
}

/// The addresses of the files that every page loads.
#[derive(Debug, Clone)]
pub struct Files {
    /// The styles of every page; the desk's pages load one sheet more.
    pub style: String,
    /// The module that brings the islands to life.
    pub script: String,
    /// What that module loads.
    pub wasm: String,
}

/// The books whose covers there are as PNG too, for readers that show no SVG.
#[derive(Debug, Clone, Default)]
pub struct Pictures(pub Arc<HashSet<String>>);

/// Whether a book's cover is there as PNG.
pub(crate) fn has_picture(book: &Slug) -> bool {
    use_context::<Pictures>().is_some_and(|pictures| pictures.0.contains(book.as_str()))
}

/// What the world calls this shop.
pub(crate) fn shop_url() -> String {
    use_context::<ThisShop>().map_or_else(String::new, |shop| shop.url.as_ref().to_owned())
}

/// The longest wait of a long poll.
pub(crate) fn longest_wait() -> Duration {
    use_context::<ThisShop>().map_or(Duration::ZERO, |shop| shop.longest_wait)
}

/// What the server sees of this request, where it has looked.
pub(crate) fn arrival() -> Option<Arrival> {
    use_context::<Parts>()?.extensions.get().cloned()
}

/// What the server has counted for the desk's first page.
pub(crate) fn glance() -> Option<Glance> {
    use_context::<Parts>()?.extensions.get().cloned()
}

/// The most copies that one shopper may have of a book that says nothing else.
fn limit_per_shopper() -> u32 {
    use_context::<ThisShop>().map_or(Quantity::MOST, |shop| shop.limit_per_shopper)
}

/// Marks a request that a browser has sent by a plain form, without script.
#[derive(Clone, Copy)]
pub struct ByForm;

/// The shop's data.
///
/// # Panics
/// When the server did not provide a [`StoreContext`]: then no page would work at all.
#[must_use]
pub fn current_store() -> Arc<dyn Store> {
    use_context::<StoreContext>()
        .expect("the server provides the store to every request")
        .0
}

/// Whose request this is.
///
/// # Errors
/// [`ShopError::UnknownShopper`] when the request has no valid cookie; the
/// server gives one to every new browser before a request gets here.
pub fn current_shopper() -> Result<ShopperId, ShopError> {
    use_context::<Parts>()
        .and_then(|request| request.extensions.get::<ShopperId>().copied())
        .ok_or(ShopError::UnknownShopper)
}

/// Who is at the desk, as the server tells the desk's pages.
#[derive(Debug, Clone)]
pub struct AtDesk {
    /// Who it is.
    pub name: StaffName,
    /// What they may do.
    pub role: Role,
}

/// Who is at the desk; nobody on the shop's own pages.
pub(crate) fn at_desk() -> Option<AtDesk> {
    let request = use_context::<Parts>()?;
    request.extensions.get::<AtDesk>().cloned()
}

/// Whether the page that is being made is one of the desk's.
pub(crate) fn is_desk() -> bool {
    use_context::<Parts>().is_some_and(|request| {
        let path = request.uri.path();
        path == "/desk" || path.starts_with("/desk/")
    })
}

/// A key for one submission, drawn at random.
pub(crate) fn new_key() -> Key {
    format!("{:016x}{:016x}", random(), random())
        .parse()
        .expect("hexadecimal digits make a key")
}

pub(crate) fn new_order_code() -> OrderCode {
    OrderCode::from_bits(random())
}

fn random() -> u64 {
    getrandom::u64().expect("the system has random numbers")
}

/// Carries out a command about a line of a cart.
pub(crate) async fn line(command: Command) -> Result<LineAnswer, ShopError> {
    match current_store().submit(command).await? {
        Done::Line(line) => Ok(LineAnswer {
            line,
            next_key: new_key(),
        }),
        _ => Err(ShopError::Busy),
    }
}

/// Carries out a command that puts somebody in a line.
pub(crate) async fn wait(command: Command) -> Result<WaitAnswer, ShopError> {
    match current_store().submit(command).await? {
        Done::Waiting(Waiting {
            until,
            offered_until,
            level,
        }) => Ok(WaitAnswer {
            until,
            offered_until,
            level,
            next_key: new_key(),
        }),
        _ => Err(ShopError::Busy),
    }
}

/// Whether this shopper has a page open on which an offer would be seen: whoever asks by
/// script has, and others if a page of theirs is connected here.
pub(crate) fn has_open_page(shopper: ShopperId) -> bool {
    let request = use_context::<Parts>();
    let by_form = request.is_some_and(|request| request.extensions.get::<ByForm>().is_some());
    !by_form || current_store().feed().watchers(Topic::Mine(shopper)) > 0
}

/// Carries out a command that places an order.
pub(crate) async fn place(command: Command) -> Result<Placed, ShopError> {
    match current_store().submit(command).await? {
        Done::Placed(placed) => Ok(placed),
        _ => Err(ShopError::Busy),
    }
}

/// Sends a browser on to the order's page.
pub(crate) fn show_order(placed: &Placed) {
    let placed = PlacedNow {
        code: placed.code,
        gone: placed.gone.clone(),
    };
    leptos_axum::redirect(&placed.address());
}

impl BookView {
    /// A book as this cart's owner sees it.
    pub(crate) fn new(on_shelf: ShelfBook, cart: &Cart) -> Self {
        let line = cart
            .lines
            .iter()
            .find(|line| line.state == HoldState::Active && line.book.slug == on_shelf.book.slug);
        let (offered, in_cart) = match line {
            Some(line) if line.offered => (Some(line), None),
            line => (None, line),
        };
        Self {
            withdrawn: on_shelf.withdrawn,
            opens_at: on_shelf.sale.opens_at,
            limit: on_shelf.sale.limit,
            most: on_shelf.sale.limit.unwrap_or_else(limit_per_shopper),
            now: cart.now,
            waiting: cart.waits.contains(&on_shelf.book.slug),
            offered_until: offered.map(|line| line.expires_at),
            in_cart: in_cart.map_or(0, |line| line.quantity.get()),
            number: cart.number,
            book: on_shelf.book,
            level: on_shelf.level,
            key: new_key(),
            shop_url: String::new(),
            mails: false,
        }
    }
}

pub(crate) fn cart_view(cart: Cart) -> CartView {
    let lines: Vec<LineView> = cart
        .lines
        .into_iter()
        .map(|line| LineView {
            price_now: (line.book.price != line.price).then_some(line.book.price),
            book: line.book.slug,
            title: line.book.title,
            quantity: line.quantity,
            price: line.price,
            expires_at: line.expires_at,
            held: line.state == HoldState::Active,
            offered: line.offered,
            taken_back: line.taken_back,
        })
        .collect();
    let held = lines.iter().filter(|line| line.held && !line.offered);
    CartView {
        total: Price::total(held.map(|line| (line.price, line.quantity))),
        lines,
        now: cart.now,
        number: cart.number,
        order_key: new_key(),
    }
}

impl From<StoreError> for ShopError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::Busy => Self::Busy,
            // The store tells the owner once; it need not be said for every shopper.
            StoreError::DiskFull => Self::CannotWrite,
            StoreError::Failed(_) | StoreError::Inconsistent(_) => {
                // The boundary: the log gets the cause, the shopper a sentence.
                tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
                Self::Busy
            }
        }
    }
}

impl From<Refusal> for ShopError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSuchBook(_) => Self::NoSuchBook,
            Refusal::SoldOut { available: 0 } => Self::SoldOut,
            Refusal::SoldOut { .. } | Refusal::Promised { .. } => Self::TooFew,
            Refusal::Withdrawn => Self::Withdrawn,
            Refusal::TooManyCopies => Self::OverLimit { limit: None },
            Refusal::OverLimit { limit } => Self::OverLimit { limit: Some(limit) },
            Refusal::NotInCart => Self::NotInCart,
            Refusal::HeldLongEnough => Self::HeldLongEnough,
            Refusal::EmptyCart => Self::EmptyCart,
            Refusal::NothingToOrder { gone } => Self::NothingToOrder { gone },
            Refusal::NoSuchOrder(_) => Self::NoSuchOrder,
            Refusal::OrderClosed => Self::OrderClosed,
            Refusal::NotYet { opens_at } => Self::NotYet {
                opens_at: Some(opens_at),
            },
            Refusal::InCart => Self::InCart,
            Refusal::TooManyWaits { .. } => Self::TooManyWaits,
            Refusal::NoOffer => Self::NoOffer,
            // No shopper is ever told so.
            Refusal::NotImporting => Self::OrderClosed,
            Refusal::KeyReused => Self::KeyReused,
        }
    }
}
