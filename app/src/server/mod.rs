//! The context of a page or a server function on the server: the store, the request, the response.
//! The app gets the store only here, from one context value.

mod commands;
mod context;
mod failure;
pub(crate) mod http_status;
mod keys;
mod language_cookie;
mod profile;
mod request;

pub(crate) use commands::change_line;
pub use context::{Files, Pictures, ShopSettings, StoreContext, current_store};
pub(crate) use context::{
    data_epoch, has_picture, limit_per_shopper, longest_hold, longest_wait, shop_url,
};
pub use failure::shop_error;
pub use keys::new_receipt_code;
pub(crate) use keys::{new_key, new_order_code};
pub use language_cookie::LANGUAGE_COOKIE;
pub(crate) use language_cookie::set_language_cookie;
pub(crate) use profile::{current_legal_texts, current_settings, wall_clock};
pub use request::{OrderGrant, PlainForm, StaffMember, WithoutCookie, current_shopper};
pub(crate) use request::{
    current_staff, extension, has_desk_islands, is_desk, is_invitation, is_plain_form,
    may_see_contact,
};
