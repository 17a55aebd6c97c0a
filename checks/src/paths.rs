//! Finds paths in source text, including those in macros and attributes.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The segments of a path as written: `crate`, `cart`, `Cart`. A glob ends in `*`.
///
/// A `use` of several items gives one path for each.
pub struct Written {
    pub segments: Vec<String>,
    pub line: usize,
}

/// The names that can begin a path, besides `crate`, `self` and `super`.
pub struct Names<'a> {
    /// The modules that are declared in the same module as the text.
    pub modules: BTreeSet<String>,
    /// The macros of this crate that are in scope everywhere.
    pub macros: &'a BTreeSet<String>,
}

/// All paths in the tokens that can lead to a module of this crate.
pub fn paths(tokens: TokenStream, names: &Names<'_>) -> Vec<Written> {
    let mut found = Vec::new();
    scan(tokens, names, false, &mut found);
    found
}

fn scan(tokens: TokenStream, names: &Names<'_>, in_attribute: bool, found: &mut Vec<Written>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => {
                let is_attribute = group.delimiter() == Delimiter::Bracket
                    && (at > 0 && is_punct(&tokens, at - 1, '#'));
                scan(group.stream(), names, in_attribute || is_attribute, found);
            }
            TokenTree::Literal(literal) if in_attribute => scan_literal(
                &literal.to_string(),
                literal.span().start().line,
                names,
                found,
            ),
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let line = ident.span().start().line;
                let continues = is_path_separator(&tokens, at + 1);
                let begins = at < 2 || !is_path_separator(&tokens, at - 2);
                let leads_here = matches!(name.as_str(), "crate" | "self" | "super")
                    || names.modules.contains(&name);
                if begins && continues && leads_here {
                    at = follow(&tokens, at + 3, vec![name], line, found);
                    continue;
                }
                if begins && names.macros.contains(&name) && is_punct(&tokens, at + 1, '!') {
                    found.push(Written {
                        segments: vec!["crate".into(), name],
                        line,
                    });
                }
            }
            TokenTree::Literal(_) | TokenTree::Punct(_) => {}
        }
        at += 1;
    }
}

/// Finds the path in a string of an attribute, as in `#[serde(with = "crate::time")]`.
fn scan_literal(literal: &str, line: usize, names: &Names<'_>, found: &mut Vec<Written>) {
    let Some(text) = literal
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    else {
        return;
    };
    if !["crate::", "self::", "super::"]
        .iter()
        .any(|start| text.starts_with(start))
    {
        return;
    }
    if let Ok(tokens) = text.parse::<TokenStream>() {
        found.extend(
            paths(tokens, names)
                .into_iter()
                .map(|path| Written { line, ..path }),
        );
    }
}

/// Reads the rest of a path after a `::`, and returns the position of the next token.
fn follow(
    tokens: &[TokenTree],
    at: usize,
    mut segments: Vec<String>,
    line: usize,
    found: &mut Vec<Written>,
) -> usize {
    match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => {
            segments.push(ident.to_string().trim_start_matches("r#").to_owned());
            if is_path_separator(tokens, at + 1) {
                return follow(tokens, at + 3, segments, line, found);
            }
            found.push(Written { segments, line });
            at + 1
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let tokens: Vec<_> = group.stream().into_iter().collect();
            let mut inner = 0;
            while inner < tokens.len() {
                let line = tokens[inner].span().start().line;
                inner = follow(&tokens, inner, segments.clone(), line, found);
                // Skip `as name`, up to the next item of the list.
                while inner < tokens.len() && !is_punct(&tokens, inner, ',') {
                    inner += 1;
                }
                inner += 1;
            }
            at + 1
        }
        Some(TokenTree::Punct(punct)) if punct.as_char() == '*' => {
            segments.push("*".to_owned());
            found.push(Written { segments, line });
            at + 1
        }
        // For example the `<` of `crate::list::<T>`. The text after it is scanned as usual.
        _ => {
            found.push(Written { segments, line });
            at
        }
    }
}

fn is_path_separator(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens, at, ':') && is_punct(tokens, at + 1, ':')
}

fn is_punct(tokens: &[TokenTree], at: usize, wanted: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}
