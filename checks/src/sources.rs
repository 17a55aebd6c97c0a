//! Reads the files of a crate by following its `mod` declarations, without tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item};

/// The items of one module in one file. A module that differs by feature has several files.
pub struct Source {
    /// The path from the crate's root; empty for the root itself.
    pub module: Vec<String>,
    pub file: PathBuf,
    /// The items, without nested modules, which are sources of their own.
    pub items: Vec<Item>,
}

/// All sources of the crate with this root.
///
/// # Errors
/// If a file is missing, cannot be read, or is not Rust.
pub fn read(root: &Path) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    read_file(
        root,
        Vec::new(),
        root.parent().unwrap_or(root),
        &mut sources,
    )?;
    Ok(sources)
}

fn read_file(
    file: &Path,
    module: Vec<String>,
    children: &Path,
    sources: &mut Vec<Source>,
) -> anyhow::Result<()> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let parsed = syn::parse_file(&text).with_context(|| file.display().to_string())?;
    if !parsed.attrs.iter().any(is_test) {
        read_items(parsed.items, file, module, children, sources)?;
    }
    Ok(())
}

fn read_items(
    items: Vec<Item>,
    file: &Path,
    module: Vec<String>,
    children: &Path,
    sources: &mut Vec<Source>,
) -> anyhow::Result<()> {
    let mut own = Vec::new();
    for item in items {
        if attributes(&item).iter().any(is_test) {
            continue;
        }
        let Item::Mod(item) = item else {
            own.push(item);
            continue;
        };
        let name = item.ident.to_string().trim_start_matches("r#").to_owned();
        let path = [module.as_slice(), std::slice::from_ref(&name)].concat();
        match item.content {
            Some((_, items)) => read_items(items, file, path, &children.join(&name), sources)?,
            None => {
                let mut found = false;
                for (file, children) in candidates(&name, &item.attrs, file, children) {
                    if file.is_file() {
                        read_file(&file, path.clone(), &children, sources)?;
                        found = true;
                    }
                }
                anyhow::ensure!(found, "{}: no file for `mod {name}`", file.display());
            }
        }
    }
    sources.push(Source {
        module,
        file: file.to_owned(),
        items: own,
    });
    Ok(())
}

/// The possible paths of a module's file, each with the directory of its child modules.
fn candidates(
    name: &str,
    attributes: &[Attribute],
    declared_in: &Path,
    children: &Path,
) -> Vec<(PathBuf, PathBuf)> {
    let beside = declared_in.parent().unwrap_or(declared_in);
    let mut found: Vec<_> = attributes
        .iter()
        .filter(|attribute| {
            attribute.path().is_ident("path") || attribute.path().is_ident("cfg_attr")
        })
        .filter_map(|attribute| named_path(attribute.to_token_stream()))
        .map(|path| beside.join(path))
        .map(|file| (file.clone(), file.parent().unwrap_or(beside).to_owned()))
        .collect();
    if !attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("path"))
    {
        let directory = children.join(name);
        found.push((children.join(format!("{name}.rs")), directory.clone()));
        found.push((directory.join("mod.rs"), directory));
    }
    found
}

/// The string of a `path = "…"`, at any depth in an attribute.
fn named_path(tokens: TokenStream) -> Option<String> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    tokens
        .iter()
        .enumerate()
        .find_map(|(at, token)| match token {
            TokenTree::Group(group) => named_path(group.stream()),
            TokenTree::Ident(ident) if ident == "path" => match tokens.get(at + 2) {
                Some(TokenTree::Literal(path)) => {
                    Some(path.to_string().trim_matches('"').to_owned())
                }
                _ => None,
            },
            _ => None,
        })
}

/// Whether this is `#[cfg(test)]` or `#[cfg(all(test, …))]`.
fn is_test(attribute: &Attribute) -> bool {
    fn requires_test(tokens: TokenStream) -> bool {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let is = |at: usize, name: &str| matches!(tokens.get(at), Some(TokenTree::Ident(ident)) if ident == name);
        match tokens.get(1) {
            Some(TokenTree::Group(group)) if is(0, "all") => group
                .stream()
                .into_iter()
                .any(|token| matches!(token, TokenTree::Ident(ident) if ident == "test")),
            _ => is(0, "test"),
        }
    }
    attribute.path().is_ident("cfg")
        && attribute
            .meta
            .require_list()
            .is_ok_and(|list| requires_test(list.tokens.clone()))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
