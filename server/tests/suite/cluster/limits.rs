//! Limits on one network across all instances.

use burts_books::config::Settings;
use futures::future::{join_all, select_all};
use reqwest::{Client, StatusCode};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::{
    cluster::{
        fake_instance::{Behaviour, Instance},
        harness::from,
        nginx::{Alteration, Nginx},
    },
    shop::helpers::{GUIDE, TestShop, open_store, spawn_on},
};

/// New holds that the shop allows one network per minute. All may come at once.
const HOLDS: u32 = 5;

/// Three instances of one shop, and nginx in front of them.
struct Cluster {
    nginx: Nginx,
    _instances: [TestShop; 3],
    _data: TempDir,
}

impl Cluster {
    async fn open(alterations: &[Alteration]) -> Self {
        Self::open_with(alterations, |_| {}).await
    }

    async fn open_with(alterations: &[Alteration], set_more: fn(&mut Settings)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let store = open_store(data.path(), store::opening_catalogue()).await;
        let instance = async || {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let files = tempfile::tempdir().unwrap();
            let set = |settings: &mut Settings| {
                settings.trusted_proxies = vec![std::net::IpAddr::from([127, 0, 0, 1]).into()];
                settings.holds_per_minute = HOLDS.try_into().unwrap();
                settings.limit_per_shopper = 1_000;
                set_more(settings);
            };
            spawn_on(listener, store.clone(), files, 1_024, set).await
        };
        let instances = [instance().await, instance().await, instance().await];
        let addresses = instances.each_ref().map(|one| one.address);
        // A test cannot have an IPv6 network of its own, so a header names the client's address.
        let servers = "server {
            listen ADDRESS:8080;
            set_real_ip_from 127.0.0.0/8;
            real_ip_header X-Test-Client;
            root ROOT;
            include shop.conf;
        }";
        let nginx = Nginx::with_servers(&addresses, alterations, servers).await;
        Self {
            nginx,
            _instances: instances,
            _data: data,
        }
    }

    /// A browser that keeps cookies, at this address.
    fn browser(&self, address: &'static str) -> Browser<'_> {
        let client = Client::builder().cookie_store(true).build().unwrap();
        Browser {
            cluster: self,
            client,
            address,
        }
    }
}

struct Browser<'a> {
    cluster: &'a Cluster,
    client: Client,
    address: &'static str,
}

impl Browser<'_> {
    async fn post(&self, path: &str, form: &[(&str, &str)]) -> StatusCode {
        let post = self.client.post(self.cluster.nginx.url(path));
        let post = post.header("x-test-client", self.address).form(form);
        post.send().await.unwrap().status()
    }

    /// Takes one copy more, as with a new click.
    async fn take(&self) -> StatusCode {
        self.post("/api/add_to_cart", &[("book", GUIDE)]).await
    }

    /// Takes copies until it is refused. Returns how many it got, at most twice the limit.
    async fn take_all(&self) -> u32 {
        for taken in 0..2 * HOLDS {
            if self.take().await == StatusCode::TOO_MANY_REQUESTS {
                return taken;
            }
        }
        2 * HOLDS
    }
}

#[tokio::test]
async fn an_address_takes_no_more_copies_through_three_instances_than_through_one() {
    let cluster = Cluster::open(&[]).await;
    assert_eq!(cluster.browser("203.0.113.7").take_all().await, HOLDS);
    let other = cluster.browser("203.0.113.8");
    assert_eq!(other.take().await, StatusCode::OK, "others are not limited");
    let page = other.client.get(cluster.nginx.url("/cart"));
    let page = page.header("x-test-client", "203.0.113.7").send().await;
    assert_eq!(page.unwrap().status(), StatusCode::OK, "nor are pages");
}

/// Control: if requests go to any instance, each instance counts separately.
#[tokio::test]
async fn without_an_instance_of_its_own_an_address_takes_more_copies() {
    let any = ("nginx.conf", "burts_books_by_network;", "burts_books;");
    let cluster = Cluster::open(&[any]).await;
    let taken = cluster.browser("203.0.113.7").take_all().await;
    assert!(taken > HOLDS, "{taken}");
}

/// Only requests that take more copies count towards the hold limit.
#[tokio::test]
async fn repeated_clicks_and_smaller_quantities_are_not_limited() {
    let cluster = Cluster::open(&[]).await;
    let browser = cluster.browser("203.0.113.7");
    let click = [
        ("book", GUIDE),
        ("quantity", "4"),
        ("key", "key-of-one-click"),
    ];
    for sending in 0..100 {
        let status = browser.post("/api/add_to_cart", &click).await;
        assert_eq!(status, StatusCode::OK, "sending {sending} of one click");
    }
    for copies in ["4", "3", "2", "1"].into_iter().chain(["1"; 96]) {
        let line = [("book", GUIDE), ("quantity", copies)];
        let status = browser.post("/api/set_quantity", &line).await;
        assert_eq!(status, StatusCode::OK, "{copies} copies are allowed");
    }
    // All of that counted as one hold.
    assert_eq!(browser.take_all().await, HOLDS - 1);
}

/// How many of three instances receive twelve requests for this path from one network.
async fn instances_for(path: &str) -> usize {
    let instances = [
        Instance::start(Behaviour::Echo).await,
        Instance::start(Behaviour::Echo).await,
        Instance::start(Behaviour::Echo).await,
    ];
    let nginx = Nginx::in_front_of(&instances.each_ref().map(|one| one.address)).await;
    let client = from("127.0.0.5");
    for _ in 0..12 {
        let answer = client.get(nginx.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
    let asked = instances.iter().filter(|one| !one.received().is_empty());
    asked.count()
}

#[tokio::test]
async fn each_path_that_the_shop_counts_goes_to_one_instance() {
    let paths = burts_books::counted_paths();
    for known in ["/api/place_order", "/orders/{code}", "/desk/sign-in"] {
        assert!(paths.iter().any(|path| path == known), "{known}: {paths:?}");
    }
    for path in paths {
        let asked = path.replace("{code}", "4KX9-QD2M-7HTB");
        let asked = asked.replace("{token}", "0123456789abcdef");
        assert!(!asked.contains('{'), "{path} has no other parameter");
        assert_eq!(instances_for(&asked).await, 1, "instances for {path}");
    }
}

/// Control: other paths go to any instance.
#[tokio::test]
async fn a_path_that_the_shop_does_not_count_goes_to_every_instance() {
    assert_eq!(instances_for("/cart").await, 3);
}

#[tokio::test]
async fn an_ipv6_64_is_one_client_for_nginx_and_for_the_shop() {
    let cluster = Cluster::open(&[]).await;
    // Byte 8 of the network is 0x0a, a line break, which `.` in a pattern may not match.
    let household = [
        "2001:db8:1:a0a::1",
        "2001:db8:1:a0a::2",
        "2001:db8:1:a0a:ffff::3",
    ];
    let mut taken = 0;
    for address in household {
        taken += cluster.browser(address).take_all().await;
    }
    assert_eq!(taken, HOLDS, "they share one limit");
    let neighbour = cluster.browser("2001:db8:1:a0b::1");
    assert_eq!(neighbour.take().await, StatusCode::OK);
}

#[tokio::test]
async fn an_ipv4_24_can_be_configured_as_one_client() {
    let line = "#\"~(?s)^(?<ipv4_network>";
    let uncommented = [("networks.conf", line, &line[1..])];
    let cluster = Cluster::open_with(&uncommented, |settings| settings.ipv4_prefix = 24).await;
    // The last byte of the second address is 10, a line break.
    let mut taken = 0;
    for address in ["203.0.113.7", "203.0.113.10", "203.0.113.255"] {
        taken += cluster.browser(address).take_all().await;
    }
    assert_eq!(taken, HOLDS, "they share one limit");
    let neighbour = cluster.browser("203.0.114.7");
    assert_eq!(neighbour.take().await, StatusCode::OK);
}

#[tokio::test]
async fn an_ipv6_56_can_be_configured_as_one_client() {
    let lengths = [("networks.conf", ".{8}).{8}$", ".{7}).{9}$")];
    let cluster = Cluster::open_with(&lengths, |settings| settings.ipv6_prefix = 56).await;
    let mut taken = 0;
    for address in [
        "2001:db8:1:a00::1",
        "2001:db8:1:a0a::1",
        "2001:db8:1:aff::1",
    ] {
        taken += cluster.browser(address).take_all().await;
    }
    assert_eq!(taken, HOLDS, "they share one limit");
    let neighbour = cluster.browser("2001:db8:1:b00::1");
    assert_eq!(neighbour.take().await, StatusCode::OK);
}

#[tokio::test]
async fn the_open_waits_of_an_address_are_limited() {
    let instance = Instance::start(Behaviour::Silent).await;
    let nginx = Nginx::in_front_of(&[instance.address]).await;
    let client = from("127.0.0.5");
    let wait = |client: &Client| {
        let request = client.get(nginx.url("/live?seen=x:1"));
        tokio::spawn(request.send())
    };
    let mut waits: Vec<_> = (0..500).map(|_| wait(&client)).collect();
    // No wait is answered. If one ends, the test fails with its answer instead of hanging.
    tokio::select! {
        () = instance.until_received(500) => {}
        (ended, ..) = select_all(&mut waits) => panic!("{ended:?}"),
    }
    let one_more = wait(&client).await.unwrap().unwrap();
    assert_eq!(one_more.status(), StatusCode::TOO_MANY_REQUESTS);
    let other = wait(&from("127.0.0.6"));
    instance.until_received(501).await;
    for waiting in waits.iter().chain([&other]) {
        waiting.abort();
    }
    join_all(waits).await;
}
