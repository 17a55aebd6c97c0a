use std::{fs, path::Path};

use super::{graph, modules};

/// The descriptions of the cycles in a crate with these files.
fn cycles(files: &[(&str, &str)]) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in files {
        let file = directory.path().join("src").join(name);
        fs::create_dir_all(file.parent().unwrap_or(Path::new("/"))).expect("a directory");
        fs::write(file, text).expect("a file");
    }
    let root = directory.path().join("src/lib.rs");
    let imports = modules::imports(directory.path(), &root).expect("a crate that can be read");
    let found = graph::cycles(&imports);
    found
        .iter()
        .map(|cycle| graph::describe(cycle, &imports))
        .collect()
}

const NONE: [&str; 0] = [];

#[test]
fn folders_that_import_each_other_are_a_cycle() {
    let found = cycles(&[
        ("lib.rs", "mod cart; mod order;"),
        ("cart/mod.rs", "mod line;\npub struct Cart;"),
        ("cart/line.rs", "use crate::order::Order;"),
        ("order/mod.rs", "pub struct Order;\npub mod page;"),
        ("order/page.rs", "\nfn page(_: crate::cart::Cart) {}"),
    ]);
    assert_eq!(
        found,
        [
            "cart → order (src/cart/line.rs:1 crate::order::Order) → cart (src/order/page.rs:2 crate::cart::Cart)"
        ]
    );
}

#[test]
fn imports_in_one_direction_are_no_cycle() {
    let found = cycles(&[
        ("lib.rs", "mod cart; mod order; mod price;"),
        ("cart/mod.rs", "mod line; pub struct Cart;"),
        (
            "cart/line.rs",
            "use super::Cart; use crate::{order::Order, price::Price};",
        ),
        ("order/mod.rs", "pub struct Order(crate::price::Price);"),
        ("price.rs", "pub struct Price;"),
    ]);
    assert_eq!(found, NONE);
}

#[test]
fn a_cycle_of_three_is_reported_once() {
    let found = cycles(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use crate::b;"),
        ("b.rs", "use super::c;"),
        ("c.rs", "use crate::a::{self as first, X}; use crate::a::Y;"),
    ]);
    assert_eq!(
        found,
        [
            "a → b (src/a.rs:1 crate::b) → c (src/b.rs:1 super::c) → a (src/c.rs:1 crate::a::X, and 2 more)"
        ]
    );
}

#[test]
fn a_re_export_leads_to_the_folder_of_its_item() {
    let found = cycles(&[
        (
            "lib.rs",
            "mod error; mod orders; pub use error::ShopError; pub(crate) use self::orders::Order;",
        ),
        ("error.rs", "use crate::Order;"),
        ("orders.rs", "use crate::ShopError; pub struct Order;"),
    ]);
    assert_eq!(
        found,
        ["error → orders (src/error.rs:1 crate::Order) → error (src/orders.rs:1 crate::ShopError)"]
    );
}

#[test]
fn an_item_of_the_root_belongs_to_the_root() {
    let found = cycles(&[
        (
            "lib.rs",
            "mod cart; pub const LIMIT: u8 = 5; pub fn run() { cart::run() }",
        ),
        ("cart.rs", "pub fn run() { let _ = crate::LIMIT; }"),
    ]);
    assert_eq!(
        found,
        ["cart → lib.rs (src/cart.rs:1 crate::LIMIT) → cart (src/lib.rs:1 cart::run)"]
    );
}

#[test]
fn macros_and_attributes_are_read() {
    let found = cycles(&[
        ("lib.rs", "#[macro_use] mod language; mod time; mod page;"),
        (
            "language.rs",
            "#[macro_export] macro_rules! say { ($x:tt) => { $crate::time::now() } }",
        ),
        (
            "time.rs",
            "#[serde(with = \"crate::page::format\")] struct Time;",
        ),
        ("page.rs", "fn page() { view! { <p>{say!(hello)}</p> } }"),
    ]);
    assert_eq!(
        found,
        [
            "language → time (src/language.rs:1 crate::time::now) → page (src/time.rs:1 crate::page::format) → \
          language (src/page.rs:1 crate::say)"
        ]
    );
}

#[test]
fn the_imports_of_a_root_macro_belong_to_its_users() {
    let found = cycles(&[
        (
            "lib.rs",
            "#[macro_export] macro_rules! say { ($x:tt) => { $crate::language::say($x) } } mod language; mod page;",
        ),
        (
            "language.rs",
            "fn own() { say!(hello); crate::page::page() }",
        ),
        ("page.rs", "pub fn page() { crate::say!(hello) }"),
    ]);
    assert_eq!(
        found,
        [
            "language → page (src/language.rs:1 crate::page::page) → language (src/page.rs:1 crate::say)"
        ]
    );
}

#[test]
fn a_string_is_not_an_import() {
    let found = cycles(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "const TEXT: &str = \"crate::b::B\";"),
        ("b.rs", "use crate::a::A;"),
    ]);
    assert_eq!(found, NONE);
}

#[test]
fn folders_within_a_folder_are_told_apart() {
    let found = cycles(&[
        ("lib.rs", "mod desk;"),
        (
            "desk/mod.rs",
            "mod orders; mod stock; pub struct Desk; use orders::X;",
        ),
        ("desk/orders/mod.rs", "use crate::desk::{Desk, stock::Y};"),
        ("desk/stock/mod.rs", "use super::orders::X;"),
    ]);
    assert_eq!(
        found,
        [
            "desk/orders → desk/stock (src/desk/orders/mod.rs:1 crate::desk::stock::Y) → \
          desk/orders (src/desk/stock/mod.rs:1 super::orders::X)"
        ]
    );
}

#[test]
fn imports_in_tests_are_ignored() {
    let found = cycles(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b; #[cfg(test)] mod tests;"),
        ("a/tests.rs", "use crate::b;"),
        (
            "b.rs",
            "#[cfg(test)] mod tests { use crate::a; } #[cfg(all(test, unix))] use crate::a;",
        ),
    ]);
    assert_eq!(found, NONE);
}

#[test]
fn every_file_of_a_module_that_differs_by_feature_is_read() {
    let found = cycles(&[
        (
            "lib.rs",
            "mod a; #[cfg(x)] #[path = \"b_x.rs\"] mod b; #[cfg(not(x))] mod b;",
        ),
        ("a.rs", "use crate::b::B;"),
        ("b_x.rs", "use crate::a;"),
        ("b.rs", "pub struct B;"),
    ]);
    assert_eq!(
        found,
        ["a → b_x (src/a.rs:1 crate::b::B) → a (src/b_x.rs:1 crate::a)"]
    );
}

#[test]
fn a_variant_of_a_module_does_not_import_the_other() {
    let found = cycles(&[
        (
            "lib.rs",
            "#[cfg(x)] #[path = \"there/mod.rs\"] mod platform; #[cfg(not(x))] #[path = \"here/mod.rs\"] mod platform;",
        ),
        ("there/mod.rs", "pub struct A; use crate::platform::A as B;"),
        ("here/mod.rs", "pub struct A; use crate::platform::A as B;"),
    ]);
    assert_eq!(found, NONE);
}

#[test]
fn a_glob_over_the_root_is_refused() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    fs::create_dir(directory.path().join("src")).expect("a directory");
    fs::write(directory.path().join("src/lib.rs"), "mod a;").expect("a file");
    fs::write(directory.path().join("src/a.rs"), "use crate::*;").expect("a file");
    let imports = modules::imports(directory.path(), &directory.path().join("src/lib.rs"));
    let error = format!("{:#}", imports.expect_err("a glob is refused"));
    assert_eq!(
        error,
        "src/a.rs:1: crate::*: a glob over the crate's root hides what is imported"
    );
}
