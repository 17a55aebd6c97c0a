//! Reads from an `strace` log which writes to the database's log were synced.

use std::{collections::HashMap, fs::File, os::unix::fs::FileExt, path::Path};

use crate::crash::strace::SYNCS;

/// A call that has returned, or one that answers a client.
#[derive(Debug, PartialEq)]
pub enum Event<'a> {
    /// This many bytes were written at this position of the database's log.
    Written { at: u64, bytes: u64 },
    /// The log was synced.
    Synced,
    /// A client's request has arrived.
    Asked,
    /// A client was told that its request was carried out.
    Answered,
    /// The database's main file was written, which does not happen in short runs.
    Elsewhere(&'a str),
}

/// The events in their order.
pub fn events(log: &str) -> Vec<Event<'_>> {
    let mut unfinished: HashMap<&str, &str> = HashMap::new();
    let mut events = Vec::new();
    for line in log.lines() {
        let (thread, call) = line.split_once(' ').unwrap_or((line, ""));
        let call = call.trim_start();
        if let Some(begun) = call.strip_suffix(" <unfinished ...>") {
            // The client may get an answer before the call returns.
            if begun.contains("HTTP/1.1 200") {
                events.push(Event::Answered);
            }
            unfinished.insert(thread, begun);
            continue;
        }
        let begun = match call.strip_prefix("<... ") {
            Some(_) => unfinished.remove(thread).unwrap_or_default(),
            None => call,
        };
        events.extend(event(begun, call));
    }
    events
}

/// The event of a call, from the line in which it began and the line in which it returned.
fn event<'a>(begun: &'a str, returned: &str) -> Option<Event<'a>> {
    let (name, _) = begun.split_once('(')?;
    let (_, result) = returned.rsplit_once(" = ")?;
    // A call whose result was injected was not carried out.
    let done = !result.starts_with('-') && !result.contains("INJECTED");
    let file = |ending: &str| {
        begun
            .split(['<', '>'])
            .nth(1)
            .is_some_and(|f| f.ends_with(ending))
    };
    match name {
        "pwrite64" if file("shop.sqlite-wal") => {
            let (arguments, _) = returned.rsplit_once(')')?;
            let (_, at) = arguments.rsplit_once(", ")?;
            Some(Event::Written {
                at: at.trim().parse().unwrap(),
                bytes: result.parse().ok()?,
            })
        }
        "pwrite64" if file("shop.sqlite") => Some(Event::Elsewhere(begun)),
        _ if SYNCS.contains(name) && file("shop.sqlite-wal") && done => Some(Event::Synced),
        "recvfrom" if begun.contains("\"POST /api/") || returned.contains("\"POST /api/") => {
            Some(Event::Asked)
        }
        "writev" | "sendto" | "write" if returned.contains("HTTP/1.1 200") => Some(Event::Answered),
        _ => None,
    }
}

/// Simulates a power cut: removes what was not synced. The shop must be dead.
pub fn lose_power(data: &Path, log: &str) {
    let mut unsynced = Vec::new();
    for event in events(log) {
        match event {
            Event::Written { at, bytes } => unsynced.push((at, bytes)),
            Event::Synced => unsynced.clear(),
            Event::Elsewhere(call) => panic!("only the log is watched here: {call}"),
            Event::Asked | Event::Answered => {}
        }
    }
    let wal = File::options()
        .write(true)
        .open(data.join("shop.sqlite-wal"));
    let wal = wal.unwrap();
    for (at, bytes) in unsynced {
        let nothing = vec![0; usize::try_from(bytes).unwrap()];
        wal.write_all_at(&nothing, at).unwrap();
    }
}
