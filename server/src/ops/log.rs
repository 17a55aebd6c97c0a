//! The log: lines on standard error, written by a thread of their own.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::{self, Write},
    panic::{PanicHookInfo, set_hook},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Duration,
};

use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, util::SubscriberInitExt};

/// The most lines that wait to be written. Further ones are left out, and counted.
const MOST_WAITING: usize = 4_096;
/// How long the end of the program waits for the last lines.
pub(crate) const FINISH_WITHIN: Duration = Duration::from_secs(1);

/// The log of this process. Writing to it never waits and never fails.
///
/// A thread of its own writes the lines. Otherwise, a pipe that nobody reads would block the
/// threads that log, and a closed pipe would make them panic.
#[derive(Debug, Clone)]
pub struct Log {
    entries: SyncSender<Entry>,
    left_out: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Entry {
    Line(Vec<u8>),
    /// Asks for a signal when all lines before it are written.
    Finish(SyncSender<()>),
}

impl Log {
    /// Logs events and panics to standard error.
    ///
    /// # Errors
    /// If the system provides no thread.
    pub fn start(levels: EnvFilter) -> io::Result<Self> {
        let log = Self::to(io::stderr())?;
        let writer = log.clone();
        subscriber(levels, move || writer.clone()).init();
        set_hook(Box::new(log_panic));
        Ok(log)
    }

    fn to(output: impl Write + Send + 'static) -> io::Result<Self> {
        let (entries, waiting) = sync_channel(MOST_WAITING);
        let left_out = Arc::new(AtomicU64::new(0));
        let unwritten = Arc::clone(&left_out);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write_lines(output, &waiting, &unwritten))?;
        Ok(Self { entries, left_out })
    }

    /// Waits a moment for the lines so far to be written.
    pub fn finish(&self) {
        let (written, done) = sync_channel(1);
        // If nobody reads the log, the last lines are lost.
        if self.entries.try_send(Entry::Finish(written)).is_ok() {
            let _ = done.recv_timeout(FINISH_WITHIN);
        }
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let line_to_write = Entry::Line(line.to_vec());
        if let Err(TrySendError::Full(_)) = self.entries.try_send(line_to_write) {
            self.left_out.fetch_add(1, Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the events of these levels as lines, on the thread on which they happen.
fn subscriber<W>(levels: EnvFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .with_env_filter(levels)
        .with_writer(writer)
        .log_internal_errors(false)
        .finish()
}

fn write_lines(mut output: impl Write, waiting: &Receiver<Entry>, left_out: &AtomicU64) {
    // The pipe may be closed; then the lines are lost.
    for entry in waiting {
        match entry {
            Entry::Line(line) => {
                let _ = output.write_all(&line);
            }
            Entry::Finish(written) => {
                let _ = written.send(());
            }
        }
        let lost = left_out.swap(0, Relaxed);
        if lost > 0 {
            let sentence = "lines were left out, because the log was not read";
            let _ = writeln!(output, "{lost} {sentence}");
        }
    }
}

/// Logs a panic. The standard hook would write to standard error itself, and could block there.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let backtrace = Backtrace::capture();
    match backtrace.status() {
        BacktraceStatus::Captured => tracing::error!("{panic}\n{backtrace}"),
        _ => tracing::error!("{panic}"),
    }
}

#[cfg(test)]
mod tests {
    use std::{os::unix::net::UnixStream, sync::Mutex, thread::ThreadId};

    use tracing::subscriber::with_default;

    use super::*;

    /// An output that blocks while the test holds its lock.
    #[derive(Clone, Default)]
    struct Output(Arc<Mutex<Vec<u8>>>);

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_a_blocked_output_leaves_out_are_counted() {
        const LINES: usize = 2 * MOST_WAITING;
        let output = Output::default();
        let mut log = Log::to(output.clone()).unwrap();
        let blocked = output.0.lock().unwrap();
        for _ in 0..LINES {
            log.write_all(b"a line\n").unwrap();
        }
        drop(blocked);
        let (mut written, mut left_out) = (0, 0);
        while written + left_out < LINES {
            log.finish();
            let text = String::from_utf8(output.0.lock().unwrap().clone()).unwrap();
            written = text.lines().filter(|line| *line == "a line").count();
            let counts = text
                .lines()
                .filter_map(|line| line.split_once(" lines were left out"));
            left_out = counts
                .map(|(count, _)| count.parse::<usize>().unwrap())
                .sum();
        }
        assert_eq!(written + left_out, LINES);
        assert!((1..LINES).contains(&left_out), "{left_out}");
    }

    /// An output that nobody reads. When it is full, it records the thread that would wait.
    #[derive(Clone)]
    struct Unread {
        output: Arc<UnixStream>,
        waiting: Arc<Mutex<Vec<ThreadId>>>,
    }

    impl Write for Unread {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match (&*self.output).write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.waiting.lock().unwrap().push(thread::current().id());
                    Ok(bytes.len())
                }
                written => written,
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Logs until an output that nobody reads is full. Returns whether the thread that logs would
    /// then wait.
    fn waits_for_the_log<W>(log: impl FnOnce(Unread) -> W) -> bool
    where
        W: Write + Clone + Send + Sync + 'static,
    {
        let (output, _reader) = UnixStream::pair().unwrap();
        output.set_nonblocking(true).unwrap();
        let unread = Unread {
            output: Arc::new(output),
            waiting: Arc::default(),
        };
        let (waiting, writer) = (Arc::clone(&unread.waiting), log(unread));
        let subscriber = subscriber(EnvFilter::new("info"), move || writer.clone());
        with_default(subscriber, || {
            while waiting.lock().unwrap().is_empty() {
                tracing::info!("a line");
            }
        });
        let waiting = waiting.lock().unwrap();
        waiting.contains(&thread::current().id())
    }

    #[test]
    fn nothing_waits_for_a_log_that_nobody_reads() {
        assert!(!waits_for_the_log(|output| Log::to(output).unwrap()));
    }

    /// Control: lines are written by the thread that logs them.
    #[test]
    fn without_a_thread_of_its_own_a_log_that_nobody_reads_blocks_the_shop() {
        assert!(waits_for_the_log(|output| output));
    }

    /// An output that cannot be written.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_closed_output_loses_the_lines_and_nothing_else() {
        let mut log = Log::to(Closed).unwrap();
        for _ in 0..2 * MOST_WAITING {
            log.write_all(b"a line\n").unwrap();
        }
        log.finish();
    }
}
