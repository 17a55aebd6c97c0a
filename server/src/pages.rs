//! Rendering: what surrounds every page on the server.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::{
    context::{provide_context, use_context},
    nonce::use_nonce,
};
use leptos_axum::ResponseOptions;
use shop::{Browse, Language};

use crate::{Shop, security};

/// Renders the page that the address names, whole; its status and headers are
/// known before its first byte.
pub(crate) async fn render(State(shop): State<Shop>, request: Request) -> Response {
    if let Some(honest) = honest_address(request.uri()) {
        return Redirect::to(&honest).into_response();
    }
    let options = shop.0.site.leptos_options();
    let language = request.extensions().get::<Language>().copied();
    let render = leptos_axum::render_app_async_with_context(
        context(&shop, language.unwrap_or_default()),
        move || app::shell(options.clone()),
    );
    render(request).await.into_response()
}

/// Provides a page, before it is rendered, with the store and its headers.
fn context(shop: &Shop, language: Language) -> impl Fn() + Clone + Send + Sync + 'static {
    let (store, url) = (shop.store_context(), shop.url_context());
    let reload_port = shop.0.site.reload_port;
    move || {
        provide_context(store.clone());
        provide_context(url.clone());
        provide_context(language);
        if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) {
            response.insert_header(
                header::CONTENT_SECURITY_POLICY,
                security::page_policy(&nonce, reload_port),
            );
            // A page shows this shopper's cart: it is nobody else's, and asked for anew each time.
            response.insert_header(
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-cache"),
            );
        }
    }
}

/// What an address says of a wish for a page of the catalogue.
const OF_A_WISH: [&str; 4] = ["q", "sort", "in_stock", "page"];

/// Where the catalogue's address says more or other than what is shown, the one that
/// says just that: a plain form sends all of its fields, the empty ones too. What is
/// none of the catalogue's business stays as it is.
fn honest_address(uri: &Uri) -> Option<String> {
    let query = uri.query().filter(|_| uri.path() == "/")?;
    let pairs = || form_urlencoded::parse(query.as_bytes());
    let said: Vec<_> = pairs()
        .filter(|(name, _)| OF_A_WISH.contains(&name.as_ref()))
        .collect();
    let part = |wanted: &str| {
        let found = said.iter().find(|(name, _)| name == wanted);
        found.map_or("", |(_, value)| value.as_ref())
    };
    let wish = Browse::read(part("q"), part("sort"), part("in_stock"), part("page"));
    let parts = wish.parts();
    let as_it_is = parts.len() == said.len()
        && parts
            .iter()
            .all(|(name, value)| part(name) == value.as_str());
    if as_it_is {
        return None;
    }
    let others = pairs().filter(|(name, _)| !OF_A_WISH.contains(&name.as_ref()));
    let honest = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parts)
        .extend_pairs(others)
        .finish();
    Some(match honest.is_empty() {
        true => "/".to_owned(),
        false => format!("/?{honest}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_brought_to_what_it_shows_and_then_stays() {
        let honest = |address: &str| honest_address(&address.parse().unwrap());
        for (said, shown) in [
            ("/?q=&sort=", "/"),
            ("/?q=+tea++rain+&sort=&page=1", "/?q=tea+rain"),
            ("/?q=tea&q=rain", "/?q=tea"),
            (
                "/?page=0&in_stock=yes&sort=best&utm_source=x",
                "/?utm_source=x",
            ),
            ("/?in_stock=1&sort=title&q=", "/?sort=title&in_stock=1"),
        ] {
            assert_eq!(honest(said).as_deref(), Some(shown), "{said}");
            assert_eq!(honest(shown), None, "{shown}");
        }
        for stays in [
            "/",
            "/?page=3&q=tea%20rain",
            "/?notice=sold_out",
            "/books/x?q=",
            "/?q=%FF%26",
        ] {
            assert_eq!(honest(stays), None, "{stays}");
        }
        let long = honest(&format!("/?q={}", "%C3%A9".repeat(2_000))).unwrap();
        assert_eq!(honest(&long), None);
    }
}
