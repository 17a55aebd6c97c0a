//! Finds cycles in the graph of folders, and describes them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A path in the source by which one folder imports an item of another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, relative to the workspace.
    pub file: String,
    pub line: usize,
    /// The path, as in `crate::cart::Cart`.
    pub path: String,
}

/// A folder, and another one that it imports.
pub type Link = (String, String);

/// Every import between folders, with the places where it occurs. Each has at least one place.
pub type Imports = BTreeMap<Link, BTreeSet<Place>>;

/// Finds cycles, shortest first. Each search ignores the imports of the cycles found before.
pub fn cycles(imports: &Imports) -> Vec<Vec<String>> {
    let mut remaining: BTreeSet<_> = imports.keys().collect();
    let mut found = Vec::new();
    while let Some(cycle) = shortest_cycle(&remaining) {
        remaining.retain(|(from, to)| !links(&cycle).any(|(a, b)| from == a && to == b));
        found.push(cycle);
    }
    found
}

/// The shortest cycle, starting at the folder that sorts first. Ties are broken by name.
fn shortest_cycle(imports: &BTreeSet<&Link>) -> Option<Vec<String>> {
    let cycles = imports.iter().filter_map(|(from, to)| {
        let mut cycle = shortest_path(imports, to, from)?;
        let first = (0..cycle.len()).min_by_key(|&at| &cycle[at])?;
        cycle.rotate_left(first);
        Some(cycle)
    });
    cycles.min_by(|a, b| (a.len(), a).cmp(&(b.len(), b)))
}

/// The imports of a cycle: each folder with the one that it imports.
fn links(cycle: &[String]) -> impl Iterator<Item = (&String, &String)> {
    cycle.iter().zip(cycle.iter().cycle().skip(1))
}

fn shortest_path(imports: &BTreeSet<&Link>, start: &str, goal: &str) -> Option<Vec<String>> {
    let mut came_from = BTreeMap::from([(start, None::<&str>)]);
    let mut queue = VecDeque::from([start]);
    while let Some(here) = queue.pop_front() {
        if here == goal {
            let mut path = vec![here.to_owned()];
            let mut at = here;
            while let Some(&Some(before)) = came_from.get(at) {
                path.push(before.to_owned());
                at = before;
            }
            path.reverse();
            return Some(path);
        }
        for (_, next) in imports.iter().filter(|(from, _)| from == here) {
            if !came_from.contains_key(next.as_str()) {
                came_from.insert(next, Some(here));
                queue.push_back(next);
            }
        }
    }
    None
}

/// Describes a cycle in one line: `a → b (a.rs:3 crate::b::B) → a (b.rs:1 crate::a::A, and 2
/// more)`.
pub fn describe(cycle: &[String], imports: &Imports) -> String {
    let mut line = cycle.first().cloned().unwrap_or_default();
    for (from, to) in links(cycle) {
        line += &format!(" → {to}");
        let places = &imports[&(from.clone(), to.clone())];
        if let Some(Place {
            file,
            line: number,
            path,
        }) = places.first()
        {
            line += &format!(" ({file}:{number} {path}");
            match places.len() - 1 {
                0 => line += ")",
                more => line += &format!(", and {more} more)"),
            }
        }
    }
    line
}
