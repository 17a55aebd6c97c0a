//! The files beside the pages: script, styles, covers, fonts.
//!
//! They are found beside the binary, where `make build` leaves them: in `site`
//! next to it, or one level up (`target/release` and `target/site`). cargo-leptos
//! says where they are in `LEPTOS_SITE_ROOT`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    http::{HeaderValue, header},
};
use leptos::config::LeptosOptions;
use tower::Layer;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

/// The name that the build gives to script, WASM and styles.
const NAME: &str = "burts-books";
/// Written beside the binary by the build: what it added to their names.
const HASH_FILE: &str = "hash.txt";

/// A year, and never asked for again: such a file has a new name when it changes.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// These keep their names, so they are asked for again after a day.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// Where the site's files are, and whether their names tell their content.
#[derive(Debug, Clone)]
pub struct Site {
    root: PathBuf,
    hashed: bool,
    /// Where pages learn of a new build, while cargo-leptos watches.
    pub(crate) reload_port: Option<u32>,
}

/// There are no files to serve beside the pages.
#[derive(Debug, thiserror::Error)]
#[error("the site's files are missing: no directory `site` beside {} or above it; `make build` makes them", .0.display())]
pub struct SiteNotFound(PathBuf);

impl Site {
    /// Finds the files.
    ///
    /// # Errors
    /// [`SiteNotFound`] when they are in none of their places.
    pub fn find() -> Result<Self, SiteNotFound> {
        let binary = std::env::current_exe().unwrap_or_default();
        let beside = binary.parent().unwrap_or(Path::new("."));
        let hashed = match std::env::var("LEPTOS_HASH_FILES") {
            Ok(said) => said == "true",
            Err(_) => beside.join(HASH_FILE).exists(),
        };
        std::env::var_os("LEPTOS_SITE_ROOT")
            .map(PathBuf::from)
            .into_iter()
            .chain([beside.join("site"), beside.join("../site")])
            .find(|root| root.is_dir())
            .map(|root| Self {
                root,
                hashed,
                reload_port: reload_port(),
            })
            .ok_or(SiteNotFound(binary))
    }

    /// Files in this directory, under their plain names.
    #[must_use]
    pub fn in_directory(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            hashed: false,
            reload_port: None,
        }
    }

    /// For the components that write the names of these files into a page.
    pub(crate) fn leptos_options(&self) -> LeptosOptions {
        LeptosOptions::builder()
            .output_name(NAME)
            .site_root(self.root.to_string_lossy())
            .site_pkg_dir("pkg")
            .hash_file(Arc::from(HASH_FILE))
            .hash_files(self.hashed)
            .reload_port(self.reload_port.unwrap_or_default())
            .build()
    }

    /// The routes of the files. The build has left compressed copies beside them.
    pub(crate) fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let directory = |name: &str, caching: HeaderValue| {
            let files = ServeDir::new(self.root.join(name))
                .append_index_html_on_directories(false)
                .precompressed_br()
                .precompressed_gzip();
            SetResponseHeaderLayer::overriding(
                header::CACHE_CONTROL,
                move |response: &axum::http::Response<_>| {
                    response.status().is_success().then(|| caching.clone())
                },
            )
            .layer(files)
        };
        let pkg = if self.hashed {
            IMMUTABLE
        } else {
            HeaderValue::from_static("no-cache")
        };
        Router::new()
            .nest_service("/pkg", directory("pkg", pkg))
            .nest_service("/covers", directory("covers", A_DAY))
            .nest_service("/fonts", directory("fonts", A_DAY))
            .route_service("/favicon.svg", directory("", A_DAY))
    }
}

fn reload_port() -> Option<u32> {
    let watching = std::env::var("LEPTOS_WATCH").is_ok_and(|watching| watching == "true");
    let port = std::env::var("LEPTOS_RELOAD_PORT").ok()?;
    watching.then(|| port.parse().ok()).flatten()
}
