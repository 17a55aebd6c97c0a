//! The static files: script, styles, covers, fonts.
//!
//! They are found beside the binary, where `make build` leaves them: in `site`
//! next to it, or one level up (`target/release` and `target/site`). cargo-leptos
//! names the directory in `LEPTOS_SITE_ROOT`.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use app::server::{Files, Pictures};
use axum::{
    Router,
    http::{HeaderValue, header},
    routing::MethodRouter,
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
/// Another one may be sent at any time; until then nobody has to ask again with each page.
pub(crate) const TEN_MINUTES: HeaderValue = HeaderValue::from_static("public, max-age=600");
/// These keep their names, so they are asked for again after a day.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// The scripts and the desk's styles keep their names: the browser asks each time whether they
/// have changed.
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// Where the site's files are, and whether their names tell their content.
#[derive(Debug, Clone)]
pub struct Site {
    root: PathBuf,
    /// Where the build says what it has added to their names, if it has.
    hashes: Option<PathBuf>,
    /// What it said when the shop was opened: no page waits for a file to be read.
    files: Arc<Files>,
    pictures: Pictures,
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
        let hashes = beside.join(HASH_FILE);
        let hashed = match std::env::var("LEPTOS_HASH_FILES") {
            Ok(said) => said == "true",
            Err(_) => hashes.exists(),
        };
        std::env::var_os("LEPTOS_SITE_ROOT")
            .map(PathBuf::from)
            .into_iter()
            .chain([beside.join("site"), beside.join("../site")])
            .find(|root| root.is_dir())
            .map(|root| Self::new(&root, hashed.then_some(hashes), reload_port()))
            .ok_or(SiteNotFound(binary))
    }

    /// Files in this directory, under their plain names.
    #[must_use]
    pub fn in_directory(root: &Path) -> Self {
        Self::new(root, None, None)
    }

    fn new(root: &Path, hashes: Option<PathBuf>, reload_port: Option<u32>) -> Self {
        Self {
            root: root.to_owned(),
            files: Arc::new(read_files(hashes.as_deref())),
            pictures: Pictures(Arc::new(pictures(&root.join("covers")))),
            hashes,
            reload_port,
        }
    }

    /// What a page loads. While cargo-leptos watches, the names change under a shop that is open.
    pub(crate) fn files(&self) -> Arc<Files> {
        match self.reload_port {
            Some(_) => Arc::new(read_files(self.hashes.as_deref())),
            None => Arc::clone(&self.files),
        }
    }

    /// For the pages of books.
    pub(crate) fn pictures(&self) -> Pictures {
        self.pictures.clone()
    }

    /// For what cargo-leptos needs of a page while it watches.
    pub(crate) fn leptos_options(&self) -> LeptosOptions {
        LeptosOptions::builder()
            .output_name(NAME)
            .site_root(self.root.to_string_lossy())
            .site_pkg_dir("pkg")
            .hash_file(Arc::from(HASH_FILE))
            .hash_files(self.hashes.is_some())
            .reload_port(self.reload_port.unwrap_or_default())
            .build()
    }

    /// The routes of the files. The build has left compressed copies beside them.
    /// Where there is no file of a cover, it is asked for elsewhere.
    pub(crate) fn routes<S: Clone + Send + Sync + 'static>(
        &self,
        other_covers: MethodRouter,
    ) -> Router<S> {
        let files = |name: &str| {
            ServeDir::new(self.root.join(name))
                .append_index_html_on_directories(false)
                .precompressed_br()
                .precompressed_gzip()
        };
        let cached = |caching: HeaderValue| {
            // What says so of itself is kept as it says.
            SetResponseHeaderLayer::if_not_present(
                header::CACHE_CONTROL,
                move |response: &axum::http::Response<_>| {
                    response.status().is_success().then(|| caching.clone())
                },
            )
        };
        let directory = |name: &str, caching| cached(caching).layer(files(name));
        let pkg = if self.hashes.is_some() {
            IMMUTABLE
        } else {
            NO_CACHE
        };
        Router::new()
            .nest_service("/pkg", directory("pkg", pkg))
            .nest_service(
                "/covers",
                cached(TEN_MINUTES).layer(files("covers").fallback(other_covers)),
            )
            .nest_service("/fonts", directory("fonts", A_DAY))
            .nest_service("/scripts", directory("scripts", NO_CACHE))
            .nest_service("/styles", directory("styles", NO_CACHE))
            .route_service("/favicon.svg", directory("", A_DAY))
    }
}

/// The names of the files, with what the build has added to them where it has.
fn read_files(hashes: Option<&Path>) -> Files {
    let hashes = hashes.and_then(|path| fs::read_to_string(path).ok());
    let hashes = hashes.unwrap_or_default();
    let named = |kind: &str, ending: &str| {
        let said = hashes.lines().find_map(|line| {
            let (of, hash) = line.split_once(':')?;
            (of.trim() == kind).then(|| format!(".{}", hash.trim()))
        });
        format!("/pkg/{NAME}{}.{ending}", said.unwrap_or_default())
    };
    Files {
        style: named("css", "css"),
        script: named("js", "js"),
        wasm: named("wasm", "wasm"),
    }
}

/// The books that have a PNG among the covers.
fn pictures(covers: &Path) -> HashSet<String> {
    let files = fs::read_dir(covers).into_iter().flatten().flatten();
    files
        .filter_map(|file| {
            let name = file.file_name().into_string().ok()?;
            name.strip_suffix(".png").map(ToOwned::to_owned)
        })
        .collect()
}

fn reload_port() -> Option<u32> {
    let watching = std::env::var("LEPTOS_WATCH").is_ok_and(|watching| watching == "true");
    let port = std::env::var("LEPTOS_RELOAD_PORT").ok()?;
    watching.then(|| port.parse().ok()).flatten()
}
