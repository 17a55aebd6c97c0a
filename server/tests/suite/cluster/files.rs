//! The site's files, served by nginx itself.

use std::{fs, path::Path, process::Command};

use reqwest::{Client, Response, StatusCode};

use crate::cluster::{
    fake_instance::{Behaviour, Instance},
    nginx::{Nginx, repository},
};

async fn get(nginx: &Nginx, path: &str, accepting: &str) -> Response {
    let request = Client::new().get(nginx.url(path));
    let request = request.header("accept-encoding", accepting);
    request.send().await.unwrap()
}

/// Creates a release: a font, and a script with this hash in its name.
fn release(at: &Path, hash: &str) {
    let script = at.join(format!("pkg/burts-books.{hash}.js"));
    fs::create_dir_all(at.join("pkg")).unwrap();
    fs::create_dir_all(at.join("fonts")).unwrap();
    fs::write(&script, format!("script {hash}")).unwrap();
    for (extension, encoding) in [("js.br", "br"), ("js.gz", "gzip")] {
        // Only which file is sent matters, not its content.
        fs::write(script.with_extension(extension), encoding).unwrap();
    }
    fs::write(at.join("fonts/x.woff2"), format!("font {hash}")).unwrap();
}

fn add_assets(from: &Path, to: &Path) {
    let script = repository().join("deploy/add-assets");
    let done = Command::new(script).arg(from).arg(to).status().unwrap();
    assert!(done.success());
}

#[tokio::test]
async fn a_file_is_sent_compressed_and_cached_for_ever() {
    let instance = Instance::start(Behaviour::Echo).await;
    let nginx = Nginx::in_front_of(&[instance.address]).await;
    release(&nginx.root, "OLD");
    for (accepting, sent) in [
        ("gzip, deflate, br", Some("br")),
        ("gzip", Some("gzip")),
        ("identity", None),
    ] {
        let file = get(&nginx, "/pkg/burts-books.OLD.js", accepting).await;
        assert_eq!(file.status(), StatusCode::OK);
        let header = |name: &str| Some(file.headers().get(name)?.to_str().unwrap().to_owned());
        assert_eq!(header("content-encoding").as_deref(), sent);
        let kind = header("content-type").unwrap();
        assert!(kind.starts_with("application/javascript"), "{kind}");
        assert_eq!(header("vary").as_deref(), Some("Accept-Encoding"));
        let caching = header("cache-control").unwrap();
        assert_eq!(caching, "public, max-age=31536000, immutable");
        let body = file.text().await.unwrap();
        assert_eq!(body, sent.unwrap_or("script OLD"));
    }
    let font = get(&nginx, "/fonts/x.woff2", "identity").await;
    assert_eq!(font.headers()["cache-control"], "public, max-age=86400");
    assert_eq!(instance.received(), [""; 0], "no instance was asked");
}

#[tokio::test]
async fn a_missing_file_is_requested_from_an_instance() {
    let instance = Instance::start(Behaviour::Echo).await;
    let nginx = Nginx::in_front_of(&[instance.address]).await;
    let answer = get(&nginx, "/pkg/burts-books.NEW.js", "br").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(
        !answer.headers().contains_key("cache-control"),
        "the instance sets it"
    );
    assert_eq!(instance.received().len(), 1);
}

#[tokio::test]
async fn a_page_of_the_previous_release_finds_its_script_after_an_upgrade() {
    let instance = Instance::start(Behaviour::Echo).await;
    let nginx = Nginx::in_front_of(&[instance.address]).await;
    let [old, new] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    release(old.path(), "OLD");
    release(new.path(), "NEW");

    add_assets(old.path(), &nginx.root);
    add_assets(new.path(), &nginx.root);

    for hash in ["OLD", "NEW"] {
        let script = get(&nginx, &format!("/pkg/burts-books.{hash}.js"), "identity").await;
        assert_eq!(script.text().await.unwrap(), format!("script {hash}"));
    }
    let font = get(&nginx, "/fonts/x.woff2", "identity").await;
    assert_eq!(font.text().await.unwrap(), "font NEW");
    assert_eq!(instance.received(), [""; 0]);
}
