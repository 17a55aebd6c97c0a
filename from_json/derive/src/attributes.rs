//! Reads the attributes of a type and of its fields.

use syn::{Attribute, Error, Ident, LitStr, Path, Result, Type, meta::ParseNestedMeta};

/// The attributes of a type, which say how it is written.
#[derive(Default)]
pub(crate) struct TypeAttributes {
    /// The type that is read, and then converted by `TryFrom` or `From`.
    pub(crate) through: Option<Type>,
    /// Whether the type is written as its only field.
    pub(crate) transparent: bool,
    /// Whether the names of an enum's variants are written in snake case.
    pub(crate) snake_case: bool,
}

impl TypeAttributes {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut known = Self::default();
        for_each(attributes, "serde", |meta| {
            match name(&meta)?.as_str() {
                "try_from" | "from" => known.through = Some(value(&meta)?.parse()?),
                "into" => drop(value(&meta)?),
                "transparent" => known.transparent = true,
                "rename_all" if value(&meta)?.value() == "snake_case" => known.snake_case = true,
                _ => return Err(unsupported(&meta)),
            }
            Ok(())
        })?;
        Ok(known)
    }
}

/// The attributes of a field, which say how it is written.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    /// Whether the field may be missing, and then has its default value.
    pub(crate) default: bool,
    /// Whether the field's own fields are written beside those of the type.
    pub(crate) flatten: bool,
    /// The field's name in JSON, if it differs from the name in Rust.
    pub(crate) rename: Option<String>,
    /// The function that reads the field, instead of `FromJson`.
    pub(crate) with: Option<Path>,
}

impl FieldAttributes {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let (mut known, mut custom) = (Self::default(), None);
        for_each(attributes, "serde", |meta| {
            match name(&meta)?.as_str() {
                "default" if !meta.input.peek(syn::Token![=]) => known.default = true,
                "flatten" => known.flatten = true,
                "rename" => known.rename = Some(value(&meta)?.value()),
                "skip_serializing_if" => drop(value(&meta)?),
                "with" | "deserialize_with" => {
                    custom = Some(meta.path.clone());
                    value(&meta)?;
                }
                _ => return Err(unsupported(&meta)),
            }
            Ok(())
        })?;
        for_each(attributes, "from_json", |meta| {
            match name(&meta)?.as_str() {
                "with" => known.with = Some(value(&meta)?.parse()?),
                _ => return Err(unsupported(&meta)),
            }
            Ok(())
        })?;
        match custom {
            Some(custom) if known.with.is_none() => Err(Error::new_spanned(
                custom,
                "name the function that reads this field: #[from_json(with = \"path\")]",
            )),
            _ => Ok(known),
        }
    }
}

/// The name of an enum's variant in JSON.
pub(crate) fn variant_name(
    variant: &Ident,
    attributes: &[Attribute],
    snake: bool,
) -> Result<String> {
    let mut renamed = None;
    for_each(attributes, "serde", |meta| {
        match name(&meta)?.as_str() {
            "rename" => renamed = Some(value(&meta)?.value()),
            _ => return Err(unsupported(&meta)),
        }
        Ok(())
    })?;
    let plain = variant.to_string();
    Ok(match renamed {
        Some(renamed) => renamed,
        None if snake => snake_case(&plain),
        None => plain,
    })
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

fn for_each(
    attributes: &[Attribute],
    named: &str,
    mut each: impl FnMut(ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(named))
        .try_for_each(|attribute| attribute.parse_nested_meta(&mut each))
}

fn name(meta: &ParseNestedMeta<'_>) -> Result<String> {
    meta.path.require_ident().map(Ident::to_string)
}

fn value(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    meta.value()?.parse()
}

fn unsupported(meta: &ParseNestedMeta<'_>) -> Error {
    meta.error("`FromJson` cannot be derived with this attribute")
}
