//! Options of a socket: how much the system buffers for a client that does not read, and how long.

use std::{
    io::{self, Read, Write},
    net::Shutdown,
    time::Duration,
};

use mio::net::TcpStream;
use socket2::SockRef;

use super::follower::Socket;

/// So much is written ahead of a client that does not read (the system allows twice
/// that, for its own bookkeeping). Left to itself it would take megabytes, and
/// nobody would find out that they are not read.
const SEND_BUFFER: usize = 16 * 1024;

/// Whoever acknowledges nothing for so long is gone, says the system then: the same
/// as our own patience with a client that does not read.
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// Makes a socket what the event loops expect. A system that knows one of these
/// not is left as it is.
pub(super) fn prepare(stream: &std::net::TcpStream) {
    let socket = SockRef::from(stream);
    // A system may pace its senders (BBR), which costs a timer for each send.
    // A few hundred bytes need no pacing; where Reno is not to be had, it stays.
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
        // Whoever has gone already need not be told.
        let _ = self.shutdown(Shutdown::Write);
    }

    fn abandon(&mut self) {
        // Closed so, a socket takes what is unsent along.
        let _ = SockRef::from(&*self).set_linger(Some(Duration::ZERO));
    }
}
