//! METHODS.md promises nothing that is not tested, and leaves out no method.

use std::collections::BTreeSet;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn tests() -> String {
    let folder = root().join("tests/it");
    let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
    files.filter(|f| !f.ends_with("table.rs")).map(|f| std::fs::read_to_string(f).unwrap()).collect()
}

/// The texts in backticks of the table's lines.
fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_method_and_text_of_the_table_is_tested() {
    let table = std::fs::read_to_string(root().join("METHODS.md")).unwrap();
    let tests = tests().replace("\\\"", "\"");
    let mut missing = Vec::new();
    for line in table.lines().filter(|l| l.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').collect();
        for method in quoted(cells[1]) {
            if !tests.contains(&format!("\"{method}\"")) && !tests.contains(&format!("/{method}\"")) {
                missing.push(method.to_owned());
            }
        }
        for text in quoted(cells[3]) {
            // A text with a part that varies is looked for piece by piece.
            if !text.split('…').all(|piece| tests.contains(piece.trim())) {
                missing.push(text.to_owned());
            }
        }
    }
    assert!(missing.is_empty(), "named in METHODS.md, not tested: {missing:#?}");
}

#[test]
fn every_emulated_method_is_in_the_table() {
    let table = std::fs::read_to_string(root().join("METHODS.md")).unwrap().to_lowercase();
    let code = std::fs::read_to_string(root().join("src/api/methods.rs")).unwrap();
    let emulated = code.split("match method {").nth(1).unwrap().split("fn says_something").next().unwrap();
    let names: BTreeSet<&str> = emulated
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|n| n.chars().all(|c| c.is_ascii_lowercase()) && n.len() > 4)
        .collect();
    let left_out: Vec<&&str> = names
        .iter()
        .filter(|n| !matches!(**n, "user_id" | "photos"))
        .filter(|n| !table.contains(&format!("`{n}`")))
        .collect();
    assert!(left_out.is_empty(), "emulated, not in METHODS.md: {left_out:?}");
}
