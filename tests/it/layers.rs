//! The layers: which part of `src` may name which other, and which words are never said in it. `ARCHITECTURE.md` shows the picture.
//!
//! The sources are read as text: a forbidden import fails here even where it would compile. Test code may know everything.

mod source;
mod table;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use source::{Source, Token};
use table::{CYRILLIC, EDGES, LAYERS, Layer, SQL_BESIDE_CRM, TABLES_OF_TURN};

/// Every source below `src`, tests left out, with its path from there.
fn sources() -> Vec<(String, Source)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut |file| {
        let name = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".rs") && !name.ends_with("/tests.rs") && !name.contains("/tests/") {
            found.push((name, Source::read(&fs::read_to_string(file).unwrap())));
        }
    });
    assert!(found.len() > 100, "the sources were not found");
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

fn walk(folder: &Path, visit: &mut impl FnMut(&PathBuf)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, visit) } else { visit(&path) }
    }
}

/// `crm/ads.rs` is in the layer `crm`, and so is `crm.rs`.
fn layer(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

fn rules_of(file: &str) -> &'static Layer {
    let name = layer(file);
    LAYERS.iter().find(|layer| layer.name == name).unwrap_or_else(|| {
        panic!("src/{file}: the layer `{name}` is not in tests/it/layers/table.rs; say there what it may know")
    })
}

/// Fails with everything that was found, one line each.
fn hold(what: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{what}:\n  {}", broken.join("\n  "));
}

#[test]
fn layers_name_only_what_lies_below_them() {
    let mut broken = Vec::new();
    for (file, source) in sources() {
        let rules = rules_of(&file);
        for other in source.layers(depth(&file)) {
            // A name that is no layer is an item of the crate's root, such as a macro.
            let known = LAYERS.iter().any(|layer| layer.name == other);
            if known && other != rules.name && !rules.may.contains(&other.as_str()) {
                broken.push(format!("src/{file} names crate::{other}; {} may name {:?}", rules.name, rules.may));
            }
        }
    }
    hold("imports go down only", broken);
}

/// How many `super` lead from the file's own module to the crate's root.
fn depth(file: &str) -> usize {
    file.matches('/').count() + 1
}

#[test]
fn layers_do_not_say_what_is_not_theirs() {
    let mut broken = Vec::new();
    for (file, source) in sources() {
        let never = rules_of(&file).never.iter();
        broken.extend(never.filter(|word| source.says(word)).map(|word| format!("src/{file} says {word}")));
    }
    hold("forbidden words", broken);
}

#[test]
fn only_the_edges_ask_for_the_time() {
    let mut broken = Vec::new();
    for (file, source) in sources() {
        if EDGES.contains(&layer(&file)) {
            continue;
        }
        broken.extend(
            ["Utc::now", "SystemTime::now"]
                .iter()
                .filter(|call| source.says(call))
                .map(|call| format!("src/{file} says {call}; below the edges the time is a parameter")),
        );
    }
    hold("the clock", broken);
}

#[test]
fn business_sql_is_in_crm_alone() {
    let mut broken = Vec::new();
    for (file, source) in sources() {
        let here = layer(&file);
        if here == "crm" {
            continue;
        }
        let excepted = SQL_BESIDE_CRM.iter().find(|(name, ..)| *name == file).map_or(&[][..], |(_, tables, _)| *tables);
        for table in source.tables() {
            let technical = TABLES_OF_TURN.contains(&table.as_str()) && ["turn", "jobs"].contains(&here);
            let catalogue = table.starts_with("pg_");
            if !technical && !catalogue && !excepted.contains(&table.as_str()) {
                broken.push(format!("src/{file} has SQL on {table}"));
            }
        }
    }
    hold("business SQL belongs to crm, technical tables to turn and jobs", broken);
    for (file, ..) in SQL_BESIDE_CRM {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file).exists(), "{file} is excepted and gone");
    }
}

/// Two use cases under one number would wait for each other without a reason.
#[test]
fn advisory_locks_have_numbers_of_their_own() {
    let (mut seen, mut broken) = (BTreeSet::new(), Vec::new());
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |path| {
        let source = fs::read_to_string(path).unwrap();
        let numbers = source.split("0x6372_6d62_6f74_").skip(1).map(|rest| rest.get(..4).unwrap().to_owned());
        broken
            .extend(numbers.filter(|number| !seen.insert(number.clone())).map(|number| format!("{path:?}: {number}")));
    });
    assert!(seen.len() >= 3, "{seen:?}");
    hold("an advisory lock has a number of its own", broken);
}

#[test]
fn sentences_stand_in_locales_and_not_beside_logic() {
    let (mut broken, mut needed) = (Vec::new(), BTreeSet::new());
    for (file, source) in sources() {
        let words = source.tokens().iter().filter_map(|token| match token {
            Token::Word(text) | Token::Text(text) => Some(text),
            Token::Sign(_) => None,
        });
        for text in words.filter(|text| has_russian_word(text)) {
            match CYRILLIC.iter().find(|(prefix, _)| file.starts_with(prefix)) {
                Some((prefix, _)) => drop(needed.insert(*prefix)),
                None => broken.push(format!("src/{file}: {text}")),
            }
        }
    }
    let spare = CYRILLIC.iter().filter(|(prefix, _)| !needed.contains(prefix));
    broken.extend(spare.map(|(prefix, _)| format!("src/{prefix} has none now: take it off the list")));
    hold("Russian outside locales/ru", broken);
}

/// Single letters are no words: code that reads names knows that ё and е are one.
fn has_russian_word(text: &str) -> bool {
    let foreign = |letter: char| !('\u{400}'..='\u{4ff}').contains(&letter);
    text.split(foreign).any(|word| word.chars().count() > 1)
}
