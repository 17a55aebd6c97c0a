//! Sets when a book goes on sale, and its limit per shopper.

use std::str::FromStr;

use app::{desk::notice::Notice, server::shop_error};
use axum::{Extension, extract::State, response::Response};
use serde::Deserialize;
use shop::{Command, Refusal, Sale, SaleForm, Timestamp};
use store::StoreError;

use super::{
    forms::{DeskForm, back, refused},
    gate::StaffSession,
    stock::Named,
    submit::submit,
};
use crate::state::Shop;

/// A form, as typed. The one that sells a book at once has neither a date nor a time.
#[derive(Deserialize)]
pub(super) struct TypedSale {
    #[serde(default)]
    date: String,
    #[serde(default)]
    time: String,
    limit: String,
    /// The start that the form showed, in milliseconds since 1970; empty for none.
    seen_opens_at: String,
    /// The limit that the form showed; empty for none.
    seen_limit: String,
}

/// Sets a book's terms of sale, unless somebody else has set others than the form showed.
pub(super) async fn set(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Named { book, page }: Named,
    DeskForm(typed): DeskForm<TypedSale>,
) -> Response {
    let Some(seen) = typed.seen() else {
        return back(&page, Notice::SaleChanged);
    };
    let now = match shop.0.store.desk_reads().now().await {
        Ok(now) => now,
        Err(error) => return refused(&page, &shop_error(error)),
    };
    let settings = shop.0.store.owner_settings().current();
    let sale = match typed.form().read(now, settings.profile.zone()) {
        Ok(sale) => sale,
        Err(why) => return back(&page, why.into()),
    };
    let command = Command::SetSale {
        book,
        sale,
        seen: Some(seen),
    };
    let was_on_sale = seen.not_before(now).is_none();
    match submit(&shop, &staff, None, command).await {
        Ok(_) if was_on_sale && sale.opens_at.is_some() => back(&page, Notice::SaleStopped),
        Ok(_) => back(&page, Notice::SaleSaved),
        Err(StoreError::Refused(Refusal::SaleChanged)) => back(&page, Notice::SaleChanged),
        Err(error) => refused(&page, &shop_error(error)),
    }
}

impl TypedSale {
    /// The terms that the form showed. `None` if its hidden fields are not those of a form.
    fn seen(&self) -> Option<Sale> {
        Some(Sale {
            opens_at: optional(&self.seen_opens_at)?.map(Timestamp::from_millis),
            limit: optional(&self.seen_limit)?,
        })
    }

    fn form(self) -> SaleForm {
        SaleForm {
            date: self.date,
            time: self.time,
            limit: self.limit,
        }
    }
}

/// A number, or nothing. `None` if the text is neither.
fn optional<T: FromStr>(text: &str) -> Option<Option<T>> {
    match text {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    }
}
