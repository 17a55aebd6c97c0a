//! Derives `FromJson` from the fields and the `#[serde(…)]` attributes of a type.
//!
//! Every attribute of serde is either supported or refused, so that a type is always read as it is
//! written.

mod attributes;
mod expand;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives `FromJson`: reads a type from the JSON that serde's derived `Serialize` writes.
///
/// It reads structs with named fields, tuple structs with one field, and enums without data. Type
/// parameters must implement `FromJson` too. It supports these attributes of serde:
///
/// * on a type: `try_from`, `from`, `transparent` and `rename_all = "snake_case"`,
/// * on a field: `default`, `flatten` and `rename`,
/// * on a variant: `rename`.
///
/// It ignores `into` and `skip_serializing_if`, which affect only writing.
///
/// For a field with serde's `with` or `deserialize_with`, `#[from_json(with = "path")]` names the
/// function that reads it: `fn(&Json) -> Option<T>`.
#[proc_macro_derive(FromJson, attributes(serde, from_json))]
pub fn derive_from_json(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
