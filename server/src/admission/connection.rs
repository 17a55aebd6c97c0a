//! The connection that a request came on, and the limits it counts against while it is open.

use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, request::Parts},
};
use ipnet::IpNet;
use tokio::sync::OwnedSemaphorePermit;

use super::{client::Client, concurrency::ConcurrencySlot};

/// What every request is told of the connection it came on.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    /// The other end.
    pub(crate) peer: IpAddr,
    /// The proxies that are believed when they name a client.
    pub(crate) trusted_proxies: Arc<[IpNet]>,
    /// Its place among all connections, kept by whoever keeps the connection.
    pub(crate) place: Option<Arc<OwnedSemaphorePermit>>,
    /// And among those of its peer, kept in the same way: a stream outlives the request that it
    /// began as, and counts as long as it is open.
    pub(crate) visit: Option<Arc<ConcurrencySlot>>,
}

impl Connection {
    /// The connection of a request.
    pub(crate) fn of(extensions: &Extensions) -> &Self {
        extensions
            .get()
            .expect("every connection tells its requests of itself")
    }

    /// Whose request this is.
    pub(crate) fn client(&self, headers: &HeaderMap) -> Client {
        Client::of(self.peer, headers, &self.trusted_proxies)
    }

    /// The client that a proxy has named; none where the peer is the client, which was counted
    /// when it connected.
    pub(crate) fn named_client(&self, headers: &HeaderMap) -> Option<Client> {
        let client = self.client(headers);
        let is_peer = client == Client::of(self.peer, &HeaderMap::new(), &[]);
        (!is_peer).then_some(client)
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Connection::of(&parts.extensions).client(&parts.headers))
    }
}
