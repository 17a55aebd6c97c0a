//! What the pages show of the shop, and how it gets there and stays new.
//!
//! Every page is read once, whole, and shown. From then on the live feed says when
//! what was read has changed (a number that grows), and the page reads it again, with
//! its own cookie. What is on the screen stays there until the new is here, so that
//! nothing flickers and nobody loses the focus or what they have typed.
//!
//! All pages are one type to the compiler: what reads and shows one is shipped once.

use std::{pin::Pin, sync::Arc, time::Duration};

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
    task::spawn_local,
};
use serde::{Deserialize, Serialize};

use crate::{
    ShopError,
    cart::CartView,
    catalogue::{BookView, ShelfView},
    components::Trouble,
    live::{Live, Number},
    orders::OrderView,
    passing,
    wire::Topic,
};

/// After this long a page asks again for what it could not get.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// What one page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum View {
    Shelf(ShelfView),
    Book(BookView),
    Cart(CartView),
    Order(OrderView),
}

impl View {
    /// What says that this has changed, and the number at which it was read.
    fn number(&self) -> Option<(Topic, u64)> {
        match self {
            // The counts on the shelf are followed one by one.
            Self::Shelf(_) => None,
            Self::Book(view) => Some((Topic::Mine, view.number)),
            Self::Cart(view) => Some((Topic::Mine, view.number)),
            Self::Order(view) => Some((Topic::Order(view.code), view.version)),
        }
    }
}

/// The reading of a page, under way.
pub(super) type Reading = Pin<Box<dyn Future<Output = Result<View, ShopError>> + Send>>;

/// A page that is `read` from the shop for an address, and shown.
pub(super) fn page(
    address: impl Fn() -> String + Send + Sync + 'static,
    read: impl Fn(String) -> Reading + Send + Sync + 'static,
    show: fn(RwSignal<View>) -> AnyView,
) -> AnyView {
    let address = Signal::derive(address);
    one_page(address, Arc::new(read), show)
}

fn one_page(
    address: Signal<String>,
    read: Arc<dyn Fn(String) -> Reading + Send + Sync>,
    show: fn(RwSignal<View>) -> AnyView,
) -> AnyView {
    let first = {
        let read = read.clone();
        Resource::<_, Json>::new_with_options(move || address.get(), move |at| read(at), true)
    };
    view! {
        <Suspense>
            {move || {
                let read = read.clone();
                Suspend::new(async move {
                    match first.await {
                        Ok(view) => {
                            let at = address.get_untracked();
                            show(kept_new(view, Arc::new(move || read(at.clone()))))
                        }
                        Err(error) => view! { <Trouble error/> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}

/// Keeps what a page shows as new as the live feed says that it should be.
fn kept_new(first: View, read: Arc<dyn Fn() -> Reading + Send + Sync>) -> RwSignal<View> {
    let number = first.number();
    let shown = RwSignal::new(first);
    if let Some((topic, number)) = number {
        let kept = Kept {
            shown,
            number: expect_context::<Live>().follow_number(topic, number),
            read_at: StoredValue::new(number),
            reading: StoredValue::new(false),
            read: StoredValue::new(read),
        };
        Effect::new(move |_| {
            kept.number.track();
            kept.catch_up();
        });
        if matches!(*shown.read_untracked(), View::Cart(_)) {
            // What it says of the time that is left is as old as its last reading.
            Effect::new(move |_| passing::on_return(move || kept.look_again()));
        }
    }
    shown
}

/// What is kept new. It is gone when the page is, and then nothing here does anything.
#[derive(Clone, Copy)]
struct Kept {
    shown: RwSignal<View>,
    number: Number,
    /// The number that the last reading was made for.
    read_at: StoredValue<u64>,
    reading: StoredValue<bool>,
    read: StoredValue<Arc<dyn Fn() -> Reading + Send + Sync>>,
}

impl Kept {
    /// Reads again if there is news, one reading at a time.
    fn catch_up(self) {
        let news = self
            .number
            .newest()
            .filter(|newest| self.read_at.try_get_value() != Some(*newest));
        if let Some(wanted) = news {
            self.read_for(wanted);
        }
    }

    /// Reads again, news or none.
    fn look_again(self) {
        if let Some(wanted) = self.read_at.try_get_value() {
            self.read_for(wanted);
        }
    }

    fn read_for(self, wanted: u64) {
        let Some(read) = self.read.try_get_value() else {
            return;
        };
        if self
            .reading
            .try_update_value(|busy| std::mem::replace(busy, true))
            != Some(false)
        {
            return;
        }
        spawn_local(async move {
            let answer = read().await;
            self.reading.try_set_value(false);
            match answer {
                Ok(view) => self.take_in(view, wanted),
                // It is gone for good, and the page says how it last was.
                Err(ShopError::NoSuchBook | ShopError::NoSuchOrder) => {}
                Err(_) => set_timeout(move || self.catch_up(), AGAIN_AFTER),
            }
        });
    }

    fn take_in(self, view: View, wanted: u64) {
        let number = view.number().map_or(wanted, |(_, number)| number);
        self.read_at.try_set_value(number.max(wanted));
        // What it says already need not be read again when the feed says it too.
        self.number.hear(number);
        self.shown.try_set(view);
        self.catch_up();
    }
}

/// How a page's first reading travels inside the page: the same JSON reader as for
/// what server functions answer, so that it is shipped once.
struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: for<'de> Deserialize<'de>> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}
