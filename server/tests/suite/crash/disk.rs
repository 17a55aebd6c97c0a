//! Which writes have reached the disk, and which are synced, read from an `strace` log.

use std::{collections::HashMap, fs::File, os::unix::fs::FileExt, path::Path};

use crate::crash::strace::SYNCS;

/// A call that has returned, or one that says something to a client.
#[derive(Debug, PartialEq)]
pub enum Event<'a> {
    /// So many bytes at this place of the log beside the database.
    Written { at: u64, bytes: u64 },
    /// All of that is on the disk now.
    Synced,
    /// A client's wish has come.
    Asked,
    /// It was told that it is done.
    Answered,
    /// The database's own file was touched, which short runs do not do.
    Elsewhere(&'a str),
}

/// What happened, in the order in which it did.
pub fn events(log: &str) -> Vec<Event<'_>> {
    let mut unfinished: HashMap<&str, &str> = HashMap::new();
    let mut events = Vec::new();
    for line in log.lines() {
        let (thread, call) = line.split_once(' ').unwrap_or((line, ""));
        let call = call.trim_start();
        if let Some(begun) = call.strip_suffix(" <unfinished ...>") {
            // What is said to a client may arrive before the call returns.
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

/// A call as it began, and the line in which it returned.
fn event<'a>(begun: &'a str, returned: &str) -> Option<Event<'a>> {
    let (name, _) = begun.split_once('(')?;
    let (_, result) = returned.rsplit_once(" = ")?;
    // What was injected has not been done.
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

/// The power goes: what was not safe is not there. Call it for a shop that is dead.
pub fn lose_power(data: &Path, log: &str) {
    let mut unsafe_yet = Vec::new();
    for event in events(log) {
        match event {
            Event::Written { at, bytes } => unsafe_yet.push((at, bytes)),
            Event::Synced => unsafe_yet.clear(),
            Event::Elsewhere(call) => panic!("only the log is watched here: {call}"),
            Event::Asked | Event::Answered => {}
        }
    }
    let wal = File::options()
        .write(true)
        .open(data.join("shop.sqlite-wal"));
    let wal = wal.unwrap();
    for (at, bytes) in unsafe_yet {
        let nothing = vec![0; usize::try_from(bytes).unwrap()];
        wal.write_all_at(&nothing, at).unwrap();
    }
}
