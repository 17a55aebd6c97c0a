//! Where a provider may send those who ask it: not to what is open to this machine alone.
//!
//! The provider's own address is whatever the owner says, a private one too. Where it redirects
//! to is looked at twice: here as it is written ([`redirects`]), and as the addresses that a name
//! stands for ([`Names`]) when it is connected to, so that a name that means another address the
//! second time is no way in.

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

/// A provider that moves to another address says so once or twice.
const MOST_REDIRECTS: usize = 3;

/// Addresses that are nobody's on the open network (IANA's registries of special purposes).
const OF_ONES_OWN: [&str; 22] = [
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

/// It is not followed.
#[derive(Debug, Error)]
#[error("a redirect to {0} is not followed")]
pub(crate) struct NotFollowed(String);

/// Whether anybody could connect to it.
fn is_public(address: IpAddr) -> bool {
    let own = |address: IpAddr| {
        let mut networks = OF_ONES_OWN.iter();
        networks.any(|network| {
            let network: IpNet = network.parse().expect("a network");
            network.contains(&address)
        })
    };
    match address {
        IpAddr::V4(_) => !own(address),
        IpAddr::V6(six) => {
            let multicast_or_link = six.is_multicast() || six.is_unicast_link_local();
            !multicast_or_link && !own(address) && inner(six).is_none_or(|four| !own(four.into()))
        }
    }
}

/// The address of four bytes that one of sixteen leads to: mapped, translated, or by 6to4.
fn inner(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let bytes = address.octets();
    let four = |from: usize| {
        let part = bytes.get(from..from + 4)?;
        Some(Ipv4Addr::new(part[0], part[1], part[2], part[3]))
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => four(12),
        [0x2002, ..] => four(2),
        _ => None,
    }
}

/// Follows redirects that may be followed.
pub(crate) fn redirects(base: Url) -> Policy {
    Policy::custom(move |attempt| {
        let often = attempt.previous().len() > MOST_REDIRECTS;
        if often || !may_follow(&base, attempt.url()) {
            let target = attempt.url().origin().ascii_serialization();
            return attempt.error(NotFollowed(target));
        }
        attempt.follow()
    })
}

/// As it is written: a name is looked at again when its addresses are known.
fn may_follow(base: &Url, target: &Url) -> bool {
    if target.origin() == base.origin() {
        return true;
    }
    let is_encrypted = target.scheme() == "https";
    // Nobody is led from where nobody listens to where anybody may.
    let is_as_plain = target.scheme() == "http" && base.scheme() == "http";
    if !is_encrypted && !is_as_plain {
        return false;
    }
    match target.host() {
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        // The base's name may mean a private address: only from one scheme to the other.
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

/// Finds the addresses of names: any for the provider's own, public ones for all others.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    own: Option<Arc<str>>,
}

impl Names {
    pub(crate) fn of(base: &Url) -> Self {
        Self {
            own: base.host_str().map(Into::into),
        }
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let own = self.own.as_deref() == Some(name.as_str());
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found
                .filter(|address| own || is_public(address.ip()))
                .collect();
            if found.is_empty() {
                return Err(NotFollowed(name.as_str().to_owned()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_ones_own_is_not_public() {
        for own in [
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
            assert!(!is_public(own.parse().unwrap()), "{own}");
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
    fn a_redirect_is_followed_where_anybody_could_go() {
        let may =
            |base: &str, target: &str| may_follow(&base.parse().unwrap(), &target.parse().unwrap());
        let public = "https://search.example/api/v1/";
        for target in [
            "https://search.example/other",
            "https://elsewhere.example:8443/",
            "https://1.1.1.1/",
        ] {
            assert!(may(public, target), "{target}");
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
            assert!(!may(public, target), "{target}");
        }
        let own = "http://127.0.0.1:9000/";
        assert!(may(own, "http://127.0.0.1:9000/moved"));
        for target in [
            "http://127.0.0.1:9001/",
            "http://10.0.0.1/",
            "http://localhost:9000/",
        ] {
            assert_eq!(may(own, target), target.contains("localhost"), "{target}");
        }
        assert!(may("http://search.example/", "https://search.example/"));
        assert!(!may("http://localhost:9000/", "http://localhost:22/"));
    }

    #[tokio::test]
    async fn a_name_that_means_this_machine_is_found_for_the_base_alone() {
        let find = async |base: &str| {
            let names = Names::of(&base.parse().unwrap());
            names.resolve("localhost".parse().unwrap()).await.is_ok()
        };
        assert!(find("http://localhost:9000/").await);
        assert!(!find("http://127.0.0.1:9000/").await);
    }
}
