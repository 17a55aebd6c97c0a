//! Generates the implementation of `FromJson`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataEnum, DeriveInput, Error, Fields, FieldsNamed, Result, parse_quote};

use crate::attributes::{FieldAttributes, TypeAttributes, variant_name};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let (name, known) = (&input.ident, TypeAttributes::parse(&input.attrs)?);
    let body = match (&known.through, &input.data) {
        (Some(through), _) => quote! {
            <Self as ::core::convert::TryFrom<#through>>::try_from(
                ::from_json::FromJson::from_json(json)?
            ).ok()
        },
        (None, Data::Enum(data)) => match_names(data, &known)?,
        (None, Data::Struct(data)) => match &data.fields {
            Fields::Named(fields) if !known.transparent => read_fields(fields)?,
            // Serde also writes a tuple struct with one field as that field.
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => quote! {
                ::core::option::Option::Some(Self(::from_json::FromJson::from_json(json)?))
            },
            // A unit struct has only one value, so nothing is read.
            Fields::Unit => quote! {
                let _ = json;
                ::core::option::Option::Some(Self)
            },
            _ => return Err(Error::new_spanned(name, UNREADABLE)),
        },
        (None, Data::Union(_)) => return Err(Error::new_spanned(name, UNREADABLE)),
    };
    let mut generics = input.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(::from_json::FromJson));
    }
    let (parameters, arguments, conditions) = generics.split_for_impl();
    Ok(quote! {
        impl #parameters ::from_json::FromJson for #name #arguments #conditions {
            #[inline]
            fn from_json(json: &::from_json::Json) -> ::core::option::Option<Self> {
                #body
            }
        }
    })
}

const UNREADABLE: &str = "`FromJson` is derived for structs with named fields, tuple structs with \
                          one field, and enums without data";

fn read_fields(fields: &FieldsNamed) -> Result<TokenStream> {
    let mut read = Vec::new();
    for field in &fields.named {
        let name = field.ident.as_ref().expect("a named field has a name");
        let known = FieldAttributes::parse(&field.attrs)?;
        let key = known.rename.unwrap_or_else(|| name.to_string());
        let place = match known.flatten {
            true => quote!(json),
            false => quote!(&json.get(#key)),
        };
        let value = match (known.with, known.default) {
            (Some(with), _) => quote!(#with(#place)),
            (None, true) => quote!(::from_json::or_default(#place)),
            (None, false) => quote!(::from_json::FromJson::from_json(#place)),
        };
        read.push(quote!(#name: #value?));
    }
    Ok(quote!(::core::option::Option::Some(Self { #(#read,)* })))
}

fn match_names(data: &DataEnum, known: &TypeAttributes) -> Result<TokenStream> {
    let mut arms = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(variant, UNREADABLE));
        }
        let name = &variant.ident;
        let written = variant_name(name, &variant.attrs, known.snake_case)?;
        arms.push(quote!(#written => ::core::option::Option::Some(Self::#name)));
    }
    Ok(quote! {
        match json.text()?.as_str() {
            #(#arms,)*
            _ => ::core::option::Option::None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(input: &DeriveInput) -> String {
        match expand(input) {
            Ok(written) => panic!("derived: {written}"),
            Err(error) => error.to_string(),
        }
    }

    /// With these attributes, serde's format would differ from the one that the derived code reads.
    #[test]
    fn unsupported_attributes_are_refused() {
        let attribute = "cannot be derived with this attribute";
        let of_types: [DeriveInput; 4] = [
            parse_quote!(
                #[serde(rename_all = "camelCase")]
                struct A {
                    a_b: u32,
                }
            ),
            parse_quote!(
                #[serde(tag = "kind")]
                struct A {
                    a: u32,
                }
            ),
            parse_quote!(
                #[serde(default)]
                struct A {
                    a: u32,
                }
            ),
            parse_quote!(
                #[serde(deny_unknown_fields)]
                struct A {
                    a: u32,
                }
            ),
        ];
        let of_fields: [DeriveInput; 4] = [
            parse_quote!(
                struct A {
                    #[serde(skip)]
                    a: u32,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(alias = "b")]
                    a: u32,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(default = "one")]
                    a: u32,
                }
            ),
            parse_quote!(
                enum A {
                    #[serde(other)]
                    B,
                }
            ),
        ];
        for input in of_types.iter().chain(&of_fields) {
            let error = refused(input);
            assert!(error.contains(attribute), "{error}");
        }
    }

    #[test]
    fn a_field_with_a_custom_deserializer_needs_a_from_json_function() {
        let input = parse_quote!(
            struct A {
                #[serde(with = "hex")]
                a: u32,
            }
        );
        assert!(refused(&input).contains("#[from_json(with = \"path\")]"));
    }

    #[test]
    fn unsupported_shapes_are_refused() {
        let inputs: [DeriveInput; 3] = [
            parse_quote!(
                struct A(u32, u32);
            ),
            parse_quote!(
                enum A {
                    B(u32),
                }
            ),
            parse_quote!(union A { a: u32 }),
        ];
        for input in &inputs {
            assert!(refused(input).contains("is derived for structs"));
        }
    }
}
