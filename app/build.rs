//! Generates the keys of the shop's messages from `locales`. A key that a language lacks fails the
//! build here; a misspelt key or a wrong argument fails in the compiler.

use std::{env, error::Error, fs, path::Path};

use leptos_i18n_parser::parse_locales::{
    options::{Config, FileFormat, ParseOptions},
    parse_locales,
};

/// The subjects of the messages. Each language has one file for each.
const SUBJECTS: [&str; 28] = [
    "about",
    "activity",
    "announcements",
    "book",
    "books",
    "buzz",
    "cart",
    "connection",
    "counter",
    "dashboard",
    "desk",
    "error",
    "figures",
    "format",
    "import",
    "journal",
    "legal",
    "live",
    "mail",
    "order",
    "order_mail",
    "packing",
    "page",
    "people",
    "sale",
    "settings",
    "shelf",
    "today",
];

/// The module that the generated code uses in place of `leptos_i18n`.
const LIBRARY: &str = "crate::i18n::library";

fn main() -> Result<(), Box<dyn Error>> {
    let options = ParseOptions::new()
        .file_format(FileFormat::Toml)
        .interpolate_display(true);
    let config = Config::new("en")?
        .add_locale("zh-Hans")?
        .add_namespaces(SUBJECTS)?
        .parse_options(options);
    let parsed = parse_locales(None, config)?;
    let wrong: Vec<String> = parsed
        .diag
        .errors()
        .iter()
        .map(ToString::to_string)
        .chain(parsed.diag.warnings().iter().map(ToString::to_string))
        .collect();
    if !wrong.is_empty() {
        return Err(wrong.join("\n").into());
    }
    let library = syn::parse_str(LIBRARY)?;
    let code = leptos_i18n_codegen::gen_code(&parsed, Some(&library), true, None, false)?;
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("i18n.rs"),
        code.to_string(),
    )?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    Ok(())
}
