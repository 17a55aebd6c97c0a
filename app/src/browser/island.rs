//! Islands: all code that depends on the internals of Leptos, except
//! `server/src/storefront/html.rs`, which corrects the rendered page.

pub(crate) use half::islands;

/// The browser's half of an island: hydrates the elements that the server rendered.
#[cfg(feature = "browser")]
pub(crate) mod half {
    use from_json::FromJson;
    use leptos::{
        prelude::*,
        tachys::{html::islands::Island, reactive_graph::OwnedView, view::Position},
        web_sys::HtmlElement,
    };

    /// Hydrates the elements that the server rendered.
    pub(crate) fn hydrate_island<T: FromJson, V: IntoView>(
        element: &HtmlElement,
        show: impl FnOnce(T) -> V,
    ) {
        let json = element.dataset().get("props").unwrap_or_default();
        // If the props cannot be read, the page works as it does without JavaScript.
        let Some(props) = T::from_text(&json) else {
            return;
        };
        let view = Owner::new().with(|| OwnedView::new(untrack(|| show(props).into_view())));
        let state = Island::new("", view).hydrate_from_position::<true>(element, Position::Current);
        // Keep it for as long as the page is open.
        std::mem::forget(state);
    }

    /// Declares the islands of a feature: for each its name, its props and its view.
    macro_rules! islands {
        ($($(#[$doc:meta])* $name:ident($Props:ty) => $view:path,)+) => {$(
            $(#[$doc])*
            #[wasm_bindgen::prelude::wasm_bindgen]
            pub fn $name(element: leptos::web_sys::HtmlElement) {
                $crate::browser::island::half::hydrate_island::<$Props, _>(&element, $view);
            }
        )+};
    }
    pub(crate) use islands;
}

/// The server's half of an island: renders it as a part of its page.
#[cfg(not(feature = "browser"))]
pub(crate) mod half {
    use leptos::{
        prelude::*,
        tachys::{html::islands::Island, reactive_graph::OwnedView},
    };
    use serde::Serialize;

    /// Renders an island as a part of its page.
    pub(crate) fn render_island<T: Serialize, V: IntoView + 'static>(
        name: &'static str,
        props: T,
        show: impl FnOnce(T) -> V,
    ) -> AnyView {
        let json = serde_json::to_string(&props).expect("plain values can be written as JSON");
        let view = Owner::new().with(|| OwnedView::new(show(props).into_view()));
        Island::new(name, view).with_props(json).into_any()
    }

    /// Declares the islands of a feature: for each its name, its props and its view.
    macro_rules! islands {
        ($($(#[$doc:meta])* $name:ident($Props:ty) => $view:path,)+) => {$(
            $(#[$doc])*
            pub(crate) fn $name(props: $Props) -> leptos::prelude::AnyView {
                $crate::browser::island::half::render_island(stringify!($name), props, $view)
            }
        )+};
    }
    pub(crate) use islands;
}

/// What islands rely on in Leptos: the element `<leptos-island>` with the island's name and props,
/// the way its content is rendered, and the way it is hydrated. These tests, and every browser
/// test, fail if a release of Leptos changes any of this.
#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::prelude::*;
    use serde::Serialize;

    use super::half::render_island;

    #[derive(Serialize)]
    struct Props {
        title: &'static str,
    }

    fn html() -> String {
        let props = Props {
            title: "Small “Hours” & <more>",
        };
        Owner::new().with(|| {
            let show = |props: Props| {
                let shown = RwSignal::new(props.title);
                view! { <p>{move || shown.get()}</p> }
            };
            render_island("some_island", props, show).to_html()
        })
    }

    /// The script in `layout::document` finds islands by this element, and their names and props by
    /// these attributes.
    #[test]
    fn an_island_is_an_element_with_its_name_and_props() {
        let html = html();
        let head = "<leptos-island data-component=\"some_island\" data-props=\"";
        assert!(
            html.starts_with(head) && html.ends_with("</leptos-island>"),
            "this release of Leptos renders islands differently: change `browser::island` and \
             `layout::document`\n{html}"
        );
        let props = html[head.len()..].split('"').next().unwrap();
        assert_eq!(
            props, "{&quot;title&quot;:&quot;Small “Hours” &amp; &lt;more&gt;&quot;}",
            "this release of Leptos writes attributes differently"
        );
    }

    /// Hydration expects exactly these elements and texts, in this order.
    #[test]
    fn the_content_of_an_island_is_rendered_as_hydration_expects() {
        let html = html();
        let content = html.split_once('>').unwrap().1;
        assert_eq!(
            content, "<p>Small “Hours” &amp; &lt;more&gt;</p></leptos-island>",
            "this release of Leptos renders views differently: see whether they still hydrate"
        );
    }
}
