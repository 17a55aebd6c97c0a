//! `burts-books`: reads the settings, opens the shop, serves it, and closes it in order.

use std::{
    io::{self, Write},
    mem,
    net::SocketAddr,
    process::ExitCode,
};

use anyhow::Context;
use burts_books::{
    Server, Site, THREADS_WITHIN,
    config::{Settings, command_line::Task},
    ops::{commands::carry_out, log::Log},
    run,
};
use store::opening_catalogue;
use tokio::{
    net::TcpSocket,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

/// The accept queue. It has room for all pages that reconnect at once after a restart, up to the
/// system's limit (`net.core.somaxconn`).
const BACKLOG: u32 = 65_535;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match Task::from_command_line() {
        Task::Serve(mut settings) => match Log::start(mem::take(&mut settings.log)) {
            Ok(log) => {
                let code = report(serve(*settings), log.clone());
                log.finish();
                code
            }
            Err(error) => report(Err(error).context("cannot start the log"), io::stderr()),
        },
        task => report(in_runtime(1, carry_out(task)), io::stderr()),
    }
}

/// Tells the person at the terminal what went wrong.
fn report(outcome: anyhow::Result<()>, mut to: impl Write) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    if !is_output_closed(&error) {
        let line = format!("burts-books: {}\n", sentence(&error));
        // A failure is ignored, because the terminal may be closed.
        let _ = to.write_all(line.as_bytes());
    }
    ExitCode::FAILURE
}

/// The error and its causes, for a person at a terminal. Causes that the text already contains are
/// left out.
fn sentence(error: &anyhow::Error) -> String {
    let mut said = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !said.contains(&cause) {
            said = format!("{said}: {cause}");
        }
    }
    said
}

/// Whether standard output was closed, as when a ledger is piped into `head`.
fn is_output_closed(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn serve(settings: Settings) -> anyhow::Result<()> {
    // The usual limit on open files is far below what this machine can handle.
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or_else(|error| {
        tracing::warn!(%error, "cannot raise the limit on open files");
        1_024
    });
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    in_runtime(threads, async {
        // Check mail, files, port and data before accepting connections.
        settings.mail()?;
        let site = Site::find()?;
        let cannot_listen = || format!("cannot listen on {} (--listen)", settings.listen);
        let address = settings.listen.resolve().await;
        let socket = bind(address.with_context(cannot_listen)?).with_context(cannot_listen)?;
        let data = settings.data.data()?;
        let store = data
            .open(opening_catalogue(), settings.store_options())
            .await?;
        tracing::info!(%data, "the data is open");
        // Listen only once the shop is open.
        let listener = socket.listen(BACKLOG).with_context(cannot_listen)?;
        let address = listener
            .local_addr()
            .context("cannot get the listener's address")?;
        let shutdown = stop_on_signal()?;
        let server = Server::new(store, &settings, site, address, files).await?;
        // A failure is ignored, because standard output may be closed.
        let _ = writeln!(
            io::stdout(),
            "Burt's Books is open at {}",
            server.public_url()
        );
        if let Some(address) = server.set_up_link().await? {
            let _ = writeln!(
                io::stdout(),
                "It has no staff yet. Within an hour, open this address to become its owner:\n{address}"
            );
        }
        run(listener, server, shutdown).await
    })
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // After a restart, the port can be used although old connections are still in TIME_WAIT.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

fn in_runtime<T>(
    threads: usize,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .context("cannot start the threads")?;
    let outcome = runtime.block_on(work);
    // Dropping the runtime would wait for blocking work, however long that takes.
    runtime.shutdown_timeout(THREADS_WITHIN);
    outcome
}

/// A token that SIGTERM or Ctrl-C cancels.
fn stop_on_signal() -> anyhow::Result<CancellationToken> {
    let token = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let stop = token.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.cancel();
        tracing::info!("closing: finishing the open connections");
    });
    Ok(token)
}
