//! Options of a socket: how much the system buffers for a client that does not read, and how long.

use std::{
    io::{self, Read, Write},
    net::Shutdown,
    time::Duration,
};

use mio::net::TcpStream;
use socket2::SockRef;

use super::follower::Socket;

/// The kernel's send buffer (Linux doubles the value for its own bookkeeping). By default it would
/// grow to megabytes, and a client that does not read would not be noticed.
const SEND_BUFFER: usize = 16 * 1024;

/// The kernel drops a connection that acknowledges nothing for this long. The hub waits as long for
/// a client that does not read.
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// Sets the options that the event loops expect. Options that the system does not support are
/// skipped.
pub(super) fn prepare(stream: &std::net::TcpStream) {
    let socket = SockRef::from(stream);
    // A system may pace its senders (BBR), which costs a timer for each send. Messages of a few
    // hundred bytes need no pacing.
    let _ = socket.set_tcp_congestion(b"reno");
    let _ = socket.set_send_buffer_size(SEND_BUFFER);
    let _ = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
}

impl Socket for TcpStream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Read::read(self, into)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(self, bytes)
    }

    fn finish(&mut self) {
        // The client may already be gone.
        let _ = self.shutdown(Shutdown::Write);
    }

    fn abandon(&mut self) {
        // With a linger time of zero, unsent data is discarded.
        let _ = SockRef::from(&*self).set_linger(Some(Duration::ZERO));
    }
}
