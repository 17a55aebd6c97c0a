//! Renders pages with Leptos, with their context and headers.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::{
    context::{provide_context, use_context},
    nonce::use_nonce,
    prelude::{AnyView, IntoAny},
};
use leptos_axum::ResponseOptions;
use shop::{Browse, Language};

use super::html;
use crate::{http::security, state::Shop};

/// Renders a page completely, so that its status and headers are known before its first byte.
pub(crate) async fn render(State(shop): State<Shop>, request: Request) -> Response {
    if let Some(canonical) = canonical_address(request.uri()) {
        return Redirect::to(&canonical).into_response();
    }
    let (context, page, request) = page_parts(&shop, request);
    leptos_axum::handle_response_inner(context, page, request, html::whole).await
}

/// Renders a page that waits for a part of its content. Everything before that part is sent at
/// once, and no proxy may buffer the page.
pub(crate) async fn render_streamed(State(shop): State<Shop>, request: Request) -> Response {
    let (context, page, request) = page_parts(&shop, request);
    let mut answer = leptos_axum::handle_response_inner(context, page, request, html::pieces).await;
    let headers = answer.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    answer.extensions_mut().insert(Streamed);
    answer
}

/// Marks an answer whose pieces are sent as they come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Streamed;

/// The context, the page and the request to render.
fn page_parts(
    shop: &Shop,
    request: Request,
) -> (
    impl Fn() + Clone + Send + Sync + 'static,
    impl Fn() -> AnyView + Clone + Send + Sync + 'static,
    Request,
) {
    let (options, files) = (shop.0.site.leptos_options(), shop.0.site.files());
    let language = request.extensions().get::<Language>().copied();
    let page = move || app::routes::shell(options.clone(), &files).into_any();
    (context(shop, language.unwrap_or_default()), page, request)
}

/// The context in which a page is rendered.
fn context(shop: &Shop, language: Language) -> impl Fn() + Clone + Send + Sync + 'static {
    let (store, settings) = (shop.store_context(), shop.settings());
    let (pictures, buzz) = (shop.0.site.pictures(), shop.0.buzz.clone());
    let reload_port = shop.0.site.reload_port;
    move || {
        provide_context(store.clone());
        provide_context(settings.clone());
        provide_context(language);
        provide_context(buzz.clone());
        provide_context(pictures.clone());
        if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) {
            response.insert_header(
                header::CONTENT_SECURITY_POLICY,
                security::content_security_policy(&nonce, reload_port),
            );
            // A page shows this shopper's cart, so it is private and revalidated each time.
            response.insert_header(
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-cache"),
            );
        }
    }
}

/// The query parameters of the catalogue.
const CATALOGUE_PARAMETERS: [&str; 4] = ["q", "sort", "in_stock", "page"];

/// The catalogue's shorter address, if the query has empty or default parameters, as a plain form
/// sends them. Parameters that are not the catalogue's are kept.
fn canonical_address(uri: &Uri) -> Option<String> {
    let query = uri.query().filter(|_| uri.path() == "/")?;
    let pairs = || form_urlencoded::parse(query.as_bytes());
    let said: Vec<_> = pairs()
        .filter(|(name, _)| CATALOGUE_PARAMETERS.contains(&name.as_ref()))
        .collect();
    let part = |wanted: &str| {
        let found = said.iter().find(|(name, _)| name == wanted);
        found.map_or("", |(_, value)| value.as_ref())
    };
    let wish = Browse::from_query(part("q"), part("sort"), part("in_stock"), part("page"));
    let parts = wish.parts();
    let as_it_is = parts.len() == said.len()
        && parts
            .iter()
            .all(|(name, value)| part(name) == value.as_str());
    if as_it_is {
        return None;
    }
    let others = pairs().filter(|(name, _)| !CATALOGUE_PARAMETERS.contains(&name.as_ref()));
    let canonical = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parts)
        .extend_pairs(others)
        .finish();
    Some(match canonical.is_empty() {
        true => "/".to_owned(),
        false => format!("/?{canonical}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shortened_once() {
        let canonical = |address: &str| canonical_address(&address.parse().unwrap());
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
            assert_eq!(canonical(said).as_deref(), Some(shown), "{said}");
            assert_eq!(canonical(shown), None, "{shown}");
        }
        for stays in [
            "/",
            "/?page=3&q=tea%20rain",
            "/?notice=sold_out",
            "/books/x?q=",
            "/?q=%FF%26",
        ] {
            assert_eq!(canonical(stays), None, "{stays}");
        }
        let long = canonical(&format!("/?q={}", "%C3%A9".repeat(2_000))).unwrap();
        assert_eq!(canonical(&long), None);
    }
}
