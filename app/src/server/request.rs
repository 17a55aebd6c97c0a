//! What the server knows about a request: who sent it, and how.

use http::request::Parts;
use leptos::context::use_context;
use protocol::ShopError;
use shop::{OrderCode, Role, ShopperId, StaffName};

/// Marks a request that a browser sent from a plain form, without JavaScript.
#[derive(Clone, Copy)]
pub struct PlainForm;

/// Whether the request was sent from a plain form.
pub(crate) fn is_plain_form() -> bool {
    extension::<PlainForm>().is_some()
}

/// Marks an action of a browser that did not send the shop's cookie.
#[derive(Clone, Copy)]
pub struct WithoutCookie;

/// The shopper who sent the request.
///
/// # Errors
/// [`ShopError::NoCookie`] when a browser did not send the shop's cookie, and
/// [`ShopError::UnknownShopper`] when its signature is invalid.
pub fn current_shopper() -> Result<ShopperId, ShopError> {
    extension::<ShopperId>().ok_or_else(|| match extension::<WithoutCookie>() {
        Some(WithoutCookie) => ShopError::NoCookie,
        None => ShopError::UnknownShopper,
    })
}

/// The order whose contact this browser may see, because it has said whose order it is. The server
/// attaches it to requests for orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderGrant(pub OrderCode);

/// Whether this browser may see the contact of an order that it has not placed.
pub(crate) fn may_see_contact(code: OrderCode) -> bool {
    extension::<OrderGrant>() == Some(OrderGrant(code))
}

/// The member of staff who is signed in.
#[derive(Debug, Clone)]
pub struct StaffMember {
    /// Their name.
    pub name: StaffName,
    /// Their role.
    pub role: Role,
}

/// The member of staff who is signed in, on a page of the desk.
pub(crate) fn current_staff() -> Option<StaffMember> {
    extension()
}

/// Whether the page that is being rendered is one of the desk's.
pub(crate) fn is_desk() -> bool {
    use_context::<Parts>().is_some_and(|request| {
        let path = request.uri.path();
        path == "/desk" || path.starts_with("/desk/")
    })
}

/// Whether the page that is being rendered is behind a link with a secret in its address.
pub(crate) fn is_invitation() -> bool {
    use_context::<Parts>().is_some_and(|request| {
        let path = request.uri.path();
        path.starts_with("/desk/invitation/") || path.starts_with("/desk/set-up/")
    })
}

/// Whether the requested page needs the desk's module: a desk page, or the connection check, whose
/// island is in it because few shoppers ever open that page.
pub(crate) fn has_desk_islands() -> bool {
    let check = |request: Parts| request.uri.path() == "/connection";
    is_desk() || use_context::<Parts>().is_some_and(check)
}

/// A value that the server has attached to the request.
pub(crate) fn extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    use_context::<Parts>()?.extensions.get().cloned()
}
