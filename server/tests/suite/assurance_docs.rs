//! Each test that `docs/assurance.md` names is in the file named beside it.

use std::{fs, path::Path};

const PAGE: &str = include_str!("../../../docs/assurance.md");
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The folders that the page leaves out of its paths.
const LEFT_OUT: [&str; 2] = ["server/tests/suite", "store/tests/suite"];

/// The content of a file that the page names.
fn content(file: &str) -> String {
    let folders = [""].into_iter().chain(LEFT_OUT);
    let mut paths = folders.map(|folder| Path::new(ROOT).join(folder).join(file));
    let path = paths.find(|path| path.is_file());
    let path = path.unwrap_or_else(|| panic!("there is no {file}"));
    fs::read_to_string(path).unwrap()
}

/// The parts of a text between backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The start of each test that a cell names: `fn name(` in Rust, the title in TypeScript.
fn tests(cell: &str) -> Vec<String> {
    let is_name = |name: &&str| !name.contains(['.', '/']);
    let functions = code(cell).filter(is_name).map(|name| format!("fn {name}("));
    let titles = cell.split('“').skip(1);
    let titles = titles.filter_map(|title| Some(title.split_once('”')?.0.to_owned()));
    functions.chain(titles).collect()
}

#[test]
fn every_test_that_the_page_names_exists() {
    let rows = PAGE.lines().filter(|line| line.starts_with("| "));
    let guarantees = rows.filter(|row| !row.starts_with("| guarantee |"));
    let guarantees: Vec<&str> = guarantees.collect();
    assert!(guarantees.len() > 50, "{} rows", guarantees.len());
    for row in guarantees {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [_, file, named] = cells[..] else {
            panic!("three cells: {row}");
        };
        let (file, named) = (code(file).next().expect(row), tests(named));
        assert!(!named.is_empty(), "{row}");
        let content = content(file);
        for test in named {
            assert!(content.contains(&test), "{test} in {file}");
        }
    }
}
