//! The response of a server function, and the one table from error to status.

use app::i18n::error_message;
use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::{context::provide_context, reactive::owner::Owner};
use leptos_axum::ResponseParts;
use protocol::{ErrorBody, ShopError};
use serde::Serialize;
use shop::Language;

use super::{language_of, plain_form::FormPage};
use crate::{
    admission::{code_guessing::NoSuchOrder, rate_limits::RateLimited},
    state::Shop,
};

/// The `Retry-After` while the shop is busy, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");
/// The `Retry-After` while the disk is full, in seconds.
const RETRY_WHEN_DISK_FULL: HeaderValue = HeaderValue::from_static("30");

/// Why an action was not carried out.
pub(super) struct Failure {
    error: ShopError,
    /// The `Retry-After` in seconds, if a rate limit sets it.
    retry_after: Option<HeaderValue>,
}

impl From<ShopError> for Failure {
    fn from(error: ShopError) -> Self {
        Self {
            error,
            retry_after: None,
        }
    }
}

impl From<RateLimited> for Failure {
    fn from(RateLimited(wait): RateLimited) -> Self {
        Self {
            error: ShopError::TooOften,
            retry_after: Some(HeaderValue::from(wait.as_secs() + 1)),
        }
    }
}

/// How to answer a request: with a redirect or JSON, and in which language.
pub(super) struct Caller {
    /// The page to return to, if a plain form was sent.
    page: Option<FormPage>,
    language: Language,
}

impl Caller {
    pub(super) fn of(request: &Request) -> Self {
        Self {
            // Only requests that change something are sent as a form.
            page: FormPage::of(request.headers()).filter(|_| !request.method().is_safe()),
            language: language_of(request.extensions()),
        }
    }

    /// The response to an outcome.
    pub(super) fn answer<T: Serialize>(
        self,
        shop: &Shop,
        outcome: Result<(T, ResponseParts), Failure>,
    ) -> Response {
        match outcome {
            Ok((output, set)) => match self.page {
                Some(page) => page.onward(&set.headers),
                None => success(&output, set),
            },
            Err(failure) => {
                shop.0.refusals.note(&failure.error);
                self.refuse(shop, failure)
            }
        }
    }

    fn refuse(self, shop: &Shop, failure: Failure) -> Response {
        let Failure { error, retry_after } = failure;
        let mut response = match self.page {
            Some(page) => page.back(Some(&error)),
            None => refusal(shop, &error, self.language),
        };
        if error == ShopError::NoSuchOrder {
            response.extensions_mut().insert(NoSuchOrder);
        }
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

fn success(output: &impl Serialize, set: ResponseParts) -> Response {
    let mut response = Json(output).into_response();
    if let Some(status) = set.status {
        *response.status_mut() = status;
    }
    response.headers_mut().extend(set.headers);
    response
}

/// The status, and the message in the language of the request.
fn refusal(shop: &Shop, error: &ShopError, language: Language) -> Response {
    let status = status(error);
    // A total is in the shop's currency, which the message finds in its context.
    let message = Owner::new().with(|| {
        provide_context(shop.store_context());
        error_message(error, language)
    });
    let body = ErrorBody::new(error.clone(), message);
    let mut response = (status, Json(body)).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let after = match error {
            ShopError::CannotWrite => RETRY_WHEN_DISK_FULL,
            _ => RETRY_AFTER,
        };
        response.headers_mut().insert(header::RETRY_AFTER, after);
    }
    response
}

/// The one table from error to status.
fn status(error: &ShopError) -> StatusCode {
    match error {
        ShopError::SoldOut
        | ShopError::TooFew
        | ShopError::Withdrawn
        | ShopError::OverLimit { .. }
        | ShopError::NotYet { .. }
        | ShopError::InCart
        | ShopError::TooManyWaits
        | ShopError::NoOffer
        | ShopError::NotInCart
        | ShopError::HeldLongEnough
        | ShopError::EmptyCart
        | ShopError::NothingToOrder { .. }
        | ShopError::PriceChanged { .. }
        | ShopError::OrderClosed => StatusCode::CONFLICT,
        ShopError::NoSuchBook | ShopError::NoSuchOrder => StatusCode::NOT_FOUND,
        ShopError::BadInput(_)
        | ShopError::KeyReused
        | ShopError::NoName
        | ShopError::LongName
        | ShopError::OddName
        | ShopError::NoEmailOrPhone
        | ShopError::LongNote
        | ShopError::NoEmail => StatusCode::UNPROCESSABLE_ENTITY,
        ShopError::UnknownShopper | ShopError::NoCookie => StatusCode::FORBIDDEN,
        ShopError::TooOften => StatusCode::TOO_MANY_REQUESTS,
        ShopError::Busy | ShopError::CannotWrite | ShopError::Unreachable => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
