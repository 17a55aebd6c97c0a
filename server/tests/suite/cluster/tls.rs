//! The deployed server blocks: TLS, HTTP/2, and the redirect to https.

use std::process::Command;

use crate::cluster::{
    fake_instance::{Behaviour, Instance, header},
    nginx::{Nginx, repository},
};

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_redirects_to_https_with_http_2() {
    let instance = Instance::start(Behaviour::Echo).await;
    let deployed = repository().join("deploy/nginx/here/servers.conf");
    let certificates = tempfile::tempdir().unwrap();
    let certificate = |name: &str| certificates.path().join(name).display().to_string();
    let made = Command::new("openssl")
        .args("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=books.example".split(' '))
        .args(["-keyout", &certificate("privkey.pem")])
        .args(["-out", &certificate("fullchain.pem")])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");

    let servers = std::fs::read_to_string(deployed)
        .unwrap()
        .lines()
        .filter(|line| !line.contains("listen [::]"))
        .map(|line| {
            line.replace("listen 80 ", "listen ADDRESS:8080 ")
                .replace("listen 443 ", "listen ADDRESS:8443 ")
                .replace("/etc/letsencrypt/live/books.example/", &certificate(""))
                .replace("/srv/burts-books/site", "ROOT")
                + "\n"
        })
        .collect::<String>();
    let nginx = Nginx::with_servers(&[instance.address], &[], &servers).await;
    std::fs::create_dir(nginx.root.join("pkg")).unwrap();
    std::fs::write(nginx.root.join("pkg/x.js"), "x").unwrap();

    let ip = nginx.address.ip();
    let curl = |address: &str, format: &str| {
        let output = Command::new("curl")
            .args(["-sk", "--max-time", "10", "--http2", "-w", format, address])
            .args(["-D", "-"])
            .args(["--connect-to", &format!("books.example:80:{ip}:8080")])
            .args(["--connect-to", &format!("books.example:443:{ip}:8443")])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    // The fake instance answers on this thread, so curl runs on another.
    let (page, file, check, onward) = tokio::task::block_in_place(|| {
        (
            curl(
                "https://books.example/books/x",
                "\n%{http_version} %{http_code}",
            ),
            curl("https://books.example/pkg/x.js", ""),
            curl("https://books.example/connection", ""),
            curl("http://books.example/books/x?a=1", "%{redirect_url}"),
        )
    });
    assert!(page.ends_with("\n2 200"), "{page}");
    assert_eq!(header(&page, "host"), Some("books.example"));
    // The connection check shows these two.
    assert_eq!(header(&check, "x-client-protocol"), Some("HTTP/2.0"));
    assert_eq!(header(&check, "x-client-tls"), Some("TLSv1.3"));
    assert!(
        onward.ends_with("https://books.example/books/x?a=1"),
        "{onward}"
    );
    // Over TLS, browsers are told to use only TLS from then on.
    let hsts = "strict-transport-security: max-age=31536000\r\n";
    for answer in [&page, &file, &check] {
        assert_eq!(answer.matches(hsts).count(), 1, "{answer}");
    }
    assert!(
        !onward.to_lowercase().contains("strict-transport"),
        "{onward}"
    );
    // The instance sets the other headers on pages, nginx on files.
    for header in [
        "x-content-type-options: nosniff\r\n",
        "referrer-policy: same-origin\r\n",
        "cross-origin-resource-policy: same-origin\r\n",
        "permissions-policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n",
    ] {
        assert_eq!(file.matches(header).count(), 1, "{header} in {file}");
        assert!(!page.contains(header), "{header} in {page}");
    }
}
