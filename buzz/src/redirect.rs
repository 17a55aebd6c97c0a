//! Keeps a provider from redirecting requests into a private network.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use ipnet::IpNet;
use reqwest::{
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use thiserror::Error;
use tokio::net::lookup_host;
use url::{Host, Url};

/// The most redirects that are followed for one request.
const MAX_REDIRECTS: usize = 3;

/// Networks that are not on the public internet (IANA's special-purpose address registries).
const PRIVATE_NETWORKS: [&str; 22] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "3fff::/20",
    "5f00::/16",
    "fc00::/6",
];

/// A redirect that is not followed, or a host name without a public address.
#[derive(Debug, Error)]
#[error("a redirect to {0} is not allowed")]
pub(crate) struct ForbiddenTarget(String);

/// Whether an address is on the public internet.
fn is_public(address: IpAddr) -> bool {
    let is_private = |address: IpAddr| {
        let mut networks = PRIVATE_NETWORKS.iter();
        networks.any(|network| {
            let network: IpNet = network.parse().expect("PRIVATE_NETWORKS holds CIDR blocks");
            network.contains(&address)
        })
    };
    match address {
        IpAddr::V4(_) => !is_private(address),
        IpAddr::V6(v6) => {
            !v6.is_multicast()
                && !v6.is_unicast_link_local()
                && !is_private(address)
                && embedded_ipv4(v6).is_none_or(|v4| !is_private(v4.into()))
        }
    }
}

/// The IPv4 address in an IPv6 address that is IPv4-mapped, NAT64 or 6to4.
fn embedded_ipv4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let bytes = address.octets();
    let v4_at = |start: usize| {
        let part = bytes.get(start..start + 4)?;
        Some(Ipv4Addr::new(part[0], part[1], part[2], part[3]))
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => v4_at(12),
        [0x2002, ..] => v4_at(2),
        _ => None,
    }
}

/// A policy that follows a few redirects, if their URLs are allowed.
///
/// The provider's own address is configured and may be private. [`PublicResolver`] checks the
/// addresses of host names when a connection is made, so that DNS rebinding cannot evade the check.
pub(crate) fn redirect_policy(base: Url) -> Policy {
    Policy::custom(move |attempt| {
        let too_many = attempt.previous().len() > MAX_REDIRECTS;
        if too_many || !is_allowed(&base, attempt.url()) {
            let target = attempt.url().origin().ascii_serialization();
            return attempt.error(ForbiddenTarget(target));
        }
        attempt.follow()
    })
}

/// Whether a redirect's URL is allowed. [`PublicResolver`] checks host names later.
fn is_allowed(base: &Url, target: &Url) -> bool {
    if target.origin() == base.origin() {
        return true;
    }
    let is_encrypted = target.scheme() == "https";
    // No downgrade from https to http.
    let both_plain = target.scheme() == "http" && base.scheme() == "http";
    if !is_encrypted && !both_plain {
        return false;
    }
    match target.host() {
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        // The provider's own host may be private, so only an upgrade to https is allowed there.
        Some(Host::Domain(name)) if base.host_str() == Some(name) => {
            is_encrypted
                && base.scheme() == "http"
                && target.port().is_none()
                && base.port().is_none()
        }
        Some(Host::Domain(_)) => true,
        None => false,
    }
}

/// A DNS resolver that finds only public addresses, except for the provider's own host.
#[derive(Debug, Clone)]
pub(crate) struct PublicResolver {
    provider_host: Option<Arc<str>>,
}

impl PublicResolver {
    pub(crate) fn new(base: &Url) -> Self {
        Self {
            provider_host: base.host_str().map(Into::into),
        }
    }
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let is_provider = self.provider_host.as_deref() == Some(name.as_str());
        Box::pin(async move {
            let addresses = lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = addresses
                .filter(|address| is_provider || is_public(address.ip()))
                .collect();
            if allowed.is_empty() {
                return Err(ForbiddenTarget(name.as_str().to_owned()).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_not_public() {
        for private in [
            "127.0.0.1",
            "127.255.0.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fe80::1",
            "fd00::1",
            "fc00::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "93.184.215.14",
            "2606:4700::1111",
            "64:ff9b::101:101",
            "::ffff:1.1.1.1",
            "2002:101:101::",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn a_redirect_may_reach_public_addresses_but_not_downgrade_to_http() {
        let allowed =
            |base: &str, target: &str| is_allowed(&base.parse().unwrap(), &target.parse().unwrap());
        let public = "https://search.example/api/v1/";
        for target in [
            "https://search.example/other",
            "https://elsewhere.example:8443/",
            "https://1.1.1.1/",
        ] {
            assert!(allowed(public, target), "{target}");
        }
        for target in [
            "http://search.example/",
            "http://elsewhere.example/",
            "https://search.example:9200/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://0x7f.1/",
            "https://2130706433/",
            "ftp://elsewhere.example/",
            "file:///etc/passwd",
        ] {
            assert!(!allowed(public, target), "{target}");
        }
        let private = "http://127.0.0.1:9000/";
        assert!(allowed(private, "http://127.0.0.1:9000/moved"));
        assert!(!allowed(private, "http://127.0.0.1:9001/"));
        assert!(!allowed(private, "http://10.0.0.1/"));
        // Host names are checked later, by the resolver.
        assert!(allowed(private, "http://localhost:9000/"));
        assert!(allowed("http://search.example/", "https://search.example/"));
        assert!(!allowed("http://localhost:9000/", "http://localhost:22/"));
    }

    #[tokio::test]
    async fn a_name_with_a_private_address_resolves_only_for_the_provider_itself() {
        let resolves = async |base: &str| {
            let resolver = PublicResolver::new(&base.parse().unwrap());
            resolver.resolve("localhost".parse().unwrap()).await.is_ok()
        };
        assert!(resolves("http://localhost:9000/").await);
        assert!(!resolves("http://127.0.0.1:9000/").await);
    }
}
