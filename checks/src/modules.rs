//! Resolves the paths in a crate to the folders that they import from.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anyhow::Context;
use quote::ToTokens;
use syn::{Item, UseTree, Visibility};

use crate::{
    graph::{Imports, Link, Place},
    paths::{self, Names},
    sources::{self, Source},
};

/// A folder, as its path below `src`. A file directly in `src` is a folder of its own.
type Folder = Vec<String>;

struct Krate {
    sources: Vec<Source>,
    /// The folders of each module. A module that differs by feature may have several.
    folders: BTreeMap<Vec<String>, BTreeSet<Folder>>,
    /// The crate root's re-exports and macros, with the paths that they stand for.
    stands_for: BTreeMap<String, Vec<Vec<String>>>,
    /// The macros that are in scope in the whole crate.
    macros: BTreeSet<String>,
}

/// The imports between the folders of a crate, without those of tests.
///
/// # Errors
/// If a file cannot be read, is not Rust, or hides its imports behind `use crate::*`.
pub fn imports(workspace: &Path, root: &Path) -> anyhow::Result<Imports> {
    let src = root.parent().unwrap_or(root);
    let krate = Krate::new(src, sources::read(root)?);
    let mut imports = Imports::new();
    for source in &krate.sources {
        let names = krate.names(&source.module);
        let from = folder(src, source);
        let file = source
            .file
            .strip_prefix(workspace)
            .unwrap_or(&source.file)
            .display();
        for item in source
            .items
            .iter()
            .filter(|item| !source.module.is_empty() || imports_for_root(item))
        {
            for written in paths::paths(item.to_token_stream(), &names) {
                let path = written.segments.join("::");
                let modules = krate
                    .modules_of(&source.module, &written.segments)
                    .with_context(|| format!("{file}:{}: {path}", written.line))?;
                // A path within a module that differs by feature never leads to the other variant.
                let others = modules
                    .into_iter()
                    .filter(|folders| !folders.iter().any(|folder| from.starts_with(folder)));
                for link in others
                    .flatten()
                    .filter_map(|to| first_difference(&from, to))
                {
                    imports.entry(link).or_default().insert(Place {
                        file: file.to_string(),
                        line: written.line,
                        path: path.clone(),
                    });
                }
            }
        }
    }
    Ok(imports)
}

/// Whether an item's paths count as imports of the crate's root.
///
/// The paths in a re-export or a macro count as imports of the folders that use it instead.
fn imports_for_root(item: &Item) -> bool {
    match item {
        Item::Use(item) => matches!(item.vis, Visibility::Inherited),
        Item::Macro(item) => item.ident.is_none(),
        _ => true,
    }
}

impl Krate {
    fn new(src: &Path, sources: Vec<Source>) -> Self {
        let mut krate = Self {
            sources,
            folders: BTreeMap::new(),
            stands_for: BTreeMap::new(),
            macros: BTreeSet::new(),
        };
        for source in &krate.sources {
            let folders = krate.folders.entry(source.module.clone()).or_default();
            folders.insert(folder(src, source));
        }
        let no_names = Names {
            modules: BTreeSet::new(),
            macros: &BTreeSet::new(),
        };
        for Source { module, items, .. } in &krate.sources {
            for item in items {
                match item {
                    Item::Use(item) if module.is_empty() => {
                        collect_names(&item.tree, Vec::new(), &mut krate.stands_for);
                    }
                    Item::Macro(item)
                        if item.attrs.iter().any(|a| a.path().is_ident("macro_export")) =>
                    {
                        let Some(name) = item.ident.as_ref().map(ToString::to_string) else {
                            continue;
                        };
                        let targets = match module.is_empty() {
                            // A macro's paths count as imports wherever it is used.
                            true => paths::paths(item.to_token_stream(), &no_names)
                                .into_iter()
                                .map(|written| absolute(&[], &written.segments))
                                .collect(),
                            false => vec![module.clone()],
                        };
                        krate.stands_for.insert(name.clone(), targets);
                        krate.macros.insert(name);
                    }
                    _ => {}
                }
            }
        }
        krate
    }

    fn names(&self, module: &[String]) -> Names<'_> {
        let child = |path: &'_ Vec<String>| {
            let (name, parent) = path.split_last()?;
            (parent == module).then(|| name.clone())
        };
        Names {
            modules: self.folders.keys().filter_map(child).collect(),
            macros: &self.macros,
        }
    }

    /// The folders of the innermost modules that a path leads to; none if it leaves the crate.
    fn modules_of(
        &self,
        module: &[String],
        segments: &[String],
    ) -> anyhow::Result<Vec<&BTreeSet<Folder>>> {
        let path = absolute(module, segments);
        if let Some(folders) = self.innermost(&path) {
            return Ok(vec![folders]);
        }
        let root = || self.folders.get(&[][..]).into_iter().collect();
        let Some((name, rest)) = path.split_first() else {
            return Ok(root());
        };
        anyhow::ensure!(
            name != "*",
            "a glob over the crate's root hides what is imported"
        );
        let Some(targets) = self.stands_for.get(name) else {
            return Ok(root());
        };
        let targets = targets.iter().map(|path| [path, rest].concat());
        Ok(targets.filter_map(|path| self.innermost(&path)).collect())
    }

    fn innermost(&self, path: &[String]) -> Option<&BTreeSet<Folder>> {
        (1..=path.len())
            .rev()
            .find_map(|depth| self.folders.get(&path[..depth]))
    }
}

/// The path from the crate's root.
fn absolute(module: &[String], segments: &[String]) -> Vec<String> {
    let mut path = Vec::new();
    if segments.first().is_none_or(|first| first != "crate") {
        path.extend_from_slice(module);
    }
    for segment in segments {
        match segment.as_str() {
            "crate" | "self" => {}
            "super" => {
                path.pop();
            }
            name => path.push(name.to_owned()),
        }
    }
    path
}

fn collect_names(
    tree: &UseTree,
    mut prefix: Vec<String>,
    found: &mut BTreeMap<String, Vec<Vec<String>>>,
) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            collect_names(&path.tree, prefix, found);
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                collect_names(tree, prefix.clone(), found);
            }
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            // `cart::{self}` is called `cart`.
            let called = if name == "self" {
                prefix.last().cloned()
            } else {
                Some(name.clone())
            };
            prefix.push(name);
            found.extend(called.map(|called| (called, vec![absolute(&[], &prefix)])));
        }
        UseTree::Rename(rename) => {
            prefix.push(rename.ident.to_string());
            found.insert(rename.rename.to_string(), vec![absolute(&[], &prefix)]);
        }
        UseTree::Glob(_) => {}
    }
}

fn folder(src: &Path, source: &Source) -> Folder {
    let below = source.file.strip_prefix(src).unwrap_or(&source.file);
    let mut names: Vec<_> = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if names.len() > 1 {
        names.pop();
    } else if !source.module.is_empty()
        && let Some(name) = names.first_mut()
    {
        // `cart.rs` belongs to the same folder as the files in `cart/`.
        *name = name.trim_end_matches(".rs").to_owned();
    }
    names
}

/// The importing and the imported folder, as siblings. `None` if one contains the other.
fn first_difference(from: &[String], to: &[String]) -> Option<Link> {
    let at = from.iter().zip(to).position(|(from, to)| from != to)?;
    Some((from[..=at].join("/"), to[..=at].join("/")))
}
