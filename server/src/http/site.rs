//! The static files: scripts, styles, covers and fonts.

use std::{
    collections::HashSet,
    convert::Infallible,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use app::{
    say,
    server::{Files, Pictures},
};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, any},
};
use leptos::config::LeptosOptions;
use tower::{Layer, service_fn};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use super::{error_pages::internal_error, refusal::refuse};

/// The name of the built script, WASM and style sheet.
const NAME: &str = "burts-books";
/// The name of the desk's script and WASM.
const DESK: &str = "desk";
/// The file with the content hashes in the names of these files. It is beside the binary.
const HASH_FILE: &str = "hash.txt";

/// Caching for a year without revalidation, because the file name changes with the content.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Caching for ten minutes, because a cover may be replaced at any time.
pub(crate) const TEN_MINUTES: HeaderValue = HeaderValue::from_static("public, max-age=600");
/// Caching for a day, because these files keep their names.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// Revalidation on each use, for files that change under the same name.
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// Where the site's files are, and whether their names contain a hash.
///
/// The files are in the directory `site` beside the binary or one level above it (`target/release`
/// and `target/site`), where `make build` puts them. cargo-leptos names the directory in
/// `LEPTOS_SITE_ROOT`.
#[derive(Debug, Clone)]
pub struct Site {
    root: PathBuf,
    /// The file with the hashes, if the names have them.
    hashes: Option<PathBuf>,
    /// The file names, read at the start so that no page waits for a file.
    files: Arc<Files>,
    pictures: Pictures,
    /// The port of cargo-leptos' reload signal, while it watches.
    pub(crate) reload_port: Option<u32>,
}

/// The site's files are missing.
#[derive(Debug, thiserror::Error)]
#[error("the site's files are missing: there is no directory `site` beside {} or above it; run `make build`", .0.display())]
pub struct SiteNotFound(PathBuf);

impl Site {
    /// Finds the files.
    ///
    /// # Errors
    /// [`SiteNotFound`] if no directory has them.
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

    /// Uses the files in this directory, without hashes in their names.
    #[must_use]
    pub fn in_directory(root: &Path) -> Self {
        Self::new(root, None, None)
    }

    fn new(root: &Path, hashes: Option<PathBuf>, reload_port: Option<u32>) -> Self {
        Self {
            root: root.to_owned(),
            files: Arc::new(read_files(root, hashes.as_deref())),
            pictures: Pictures(Arc::new(pictures(&root.join("covers")))),
            hashes,
            reload_port,
        }
    }

    /// The files that a page loads. While cargo-leptos watches, their names change.
    pub(crate) fn files(&self) -> Arc<Files> {
        match self.reload_port {
            Some(_) => Arc::new(read_files(&self.root, self.hashes.as_deref())),
            None => Arc::clone(&self.files),
        }
    }

    /// The books that have a cover as a PNG, for link previews.
    pub(crate) fn pictures(&self) -> Pictures {
        self.pictures.clone()
    }

    /// The options that Leptos needs to reload pages while cargo-leptos watches.
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

    /// The routes of the files, which the build has also compressed. `other_covers` answers for
    /// covers without a file.
    pub(crate) fn routes<S: Clone + Send + Sync + 'static>(
        &self,
        other_covers: MethodRouter,
    ) -> Router<S> {
        let files = |name: &str, otherwise: MethodRouter| {
            let files = ServeDir::new(self.root.join(name))
                .append_index_html_on_directories(false)
                .precompressed_br()
                .precompressed_gzip()
                .fallback(otherwise);
            service_fn(move |request| serve_file(files.clone(), request))
        };
        let cached = |caching: HeaderValue| {
            // Answers that set a caching header keep it.
            SetResponseHeaderLayer::if_not_present(
                header::CACHE_CONTROL,
                move |response: &axum::http::Response<_>| {
                    response.status().is_success().then(|| caching.clone())
                },
            )
        };
        let directory =
            |name: &str, caching| cached(caching).layer(files(name, any(async || no_such_file())));
        let pkg = if self.hashes.is_some() {
            IMMUTABLE
        } else {
            NO_CACHE
        };
        Router::new()
            .nest_service("/pkg", directory("pkg", pkg))
            .nest_service(
                "/covers",
                cached(TEN_MINUTES).layer(files("covers", other_covers)),
            )
            .nest_service("/fonts", directory("fonts", A_DAY))
            .nest_service("/styles", directory("styles", NO_CACHE))
            .route_service("/favicon.svg", directory("", A_DAY))
    }
}

/// Answers with a file, or with the fallback of `files` if there is none.
async fn serve_file(
    mut files: ServeDir<MethodRouter>,
    request: Request,
) -> Result<Response, Infallible> {
    // The errors for names that the system refuses: too long, or with a NUL.
    const IMPOSSIBLE: [ErrorKind; 2] = [ErrorKind::InvalidInput, ErrorKind::InvalidFilename];
    Ok(match files.try_call(request).await {
        Ok(answer) => answer.map(Body::new),
        Err(error) if IMPOSSIBLE.contains(&error.kind()) => no_such_file(),
        Err(error) => {
            tracing::error!(%error, "cannot read a file of the site");
            internal_error()
        }
    })
}

/// Refuses a path to which no file belongs.
pub(crate) fn no_such_file() -> Response {
    refuse(StatusCode::NOT_FOUND, |language| {
        say!(language, page.not_found_more)
    })
    .into_response()
}

/// The names of the files, with the hashes that the build added.
fn read_files(root: &Path, hashes: Option<&Path>) -> Files {
    let hashes = hashes.map_or(Ok(String::new()), fs::read_to_string);
    let hashes = hashes.unwrap_or_else(|error| {
        tracing::error!(%error, "cannot read {HASH_FILE}: pages will not find their scripts");
        String::new()
    });
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
        desk_script: desk_file(root, ".js"),
        desk_wasm: desk_file(root, ".wasm"),
    }
}

/// The desk's file with this ending. cargo-leptos adds a hash to its name too, but does not put it
/// into the hash file, so the newest file is used.
fn desk_file(root: &Path, ending: &str) -> String {
    let plain = format!("{DESK}{ending}");
    let files = fs::read_dir(root.join("pkg"))
        .into_iter()
        .flatten()
        .flatten();
    let newest = files
        .filter_map(|file| {
            let name = file.file_name().into_string().ok()?;
            let (stem, rest) = name.split_once('.')?;
            let is_desk_file = stem == DESK && (name == plain || rest.ends_with(ending));
            is_desk_file.then_some((file.metadata().ok()?.modified().ok()?, name))
        })
        .max();
    let name = newest.map_or(plain, |(_, name)| name);
    format!("/pkg/{name}")
}

/// The books that have a cover as a PNG.
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
