//! The connection of a request, and the limits it counts against while it is open.

use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, request::Parts},
};
use ipnet::IpNet;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    client::{Client, Prefixes},
    concurrency::ConcurrencySlot,
};

/// The connection of a request, as an extension of the request.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    /// The address of the peer.
    pub(crate) peer: IpAddr,
    /// Our own address, to which the peer has connected.
    pub(crate) local: IpAddr,
    /// The proxies that are trusted to name a client.
    pub(crate) trusted_proxies: Arc<[IpNet]>,
    pub(crate) prefixes: Prefixes,
    /// The connection's permit under the limit on all connections.
    pub(crate) place: Option<Arc<OwnedSemaphorePermit>>,
    /// The connection's place under the limit of its peer. A WebSocket outlives the request that
    /// opened it, and keeps both this place and the permit.
    pub(crate) visit: Option<Arc<ConcurrencySlot>>,
}

impl Connection {
    /// The connection of a request.
    pub(crate) fn of(extensions: &Extensions) -> &Self {
        extensions
            .get()
            .expect("the server adds its connection to every request")
    }

    /// A connection from this machine that counts against nothing.
    #[cfg(test)]
    pub(crate) fn for_test() -> Self {
        let here = IpAddr::from([127, 0, 0, 1]);
        Self {
            peer: here,
            local: here,
            trusted_proxies: Arc::default(),
            prefixes: Prefixes { ipv4: 32, ipv6: 64 },
            place: None,
            visit: None,
        }
    }

    /// The client of a request on this connection.
    pub(crate) fn client(&self, headers: &HeaderMap) -> Client {
        Client::of(self.peer, headers, &self.trusted_proxies, self.prefixes)
    }

    /// The client that a proxy names. `None` if the peer is the client, because the peer was
    /// counted when it connected.
    pub(crate) fn named_client(&self, headers: &HeaderMap) -> Option<Client> {
        let client = self.client(headers);
        let is_peer = client == Client::of(self.peer, &HeaderMap::new(), &[], self.prefixes);
        (!is_peer).then_some(client)
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Connection::of(&parts.extensions).client(&parts.headers))
    }
}
