//! The layers: which part of `src` may name which other, and which words are never said in it. `ARCHITECTURE.md` shows the picture.
//!
//! The sources are read as text: a forbidden import fails here even where it would compile. Test code may know everything.

mod source;
mod table;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use source::Source;
use table::{CYRILLIC, EDGES, LAYERS, Layer, SQL_BESIDE_CRM, TABLES_OF_TURN};

/// Every source below `src`, with its path from there, and of the crates, with the crate's name for a layer; tests left out.
fn sources() -> Vec<(String, Source)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join("src"), "", &mut found);
    for name in ["lead-capture", "pg-private"] {
        walk(&root.join("crates").join(name).join("src"), name, &mut found);
    }
    assert!(found.len() > 100, "the sources were not found");
    found.into_iter().map(|(name, file)| (name, Source::read(&fs::read_to_string(file).unwrap()))).collect()
}

fn walk(folder: &Path, above: &str, found: &mut Vec<(String, PathBuf)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = Path::new(above).join(path.file_name().unwrap()).to_str().unwrap().to_owned();
        if path.is_dir() && !name.ends_with("/tests") {
            walk(&path, &name, found);
        } else if name.ends_with(".rs") && !name.ends_with("/tests.rs") {
            found.push((name, path));
        }
    }
}

/// `crm/ads.rs` is in the layer `crm`, and so is `crm.rs`.
fn layer(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

fn rules_of(file: &str) -> &'static Layer {
    let name = layer(file);
    LAYERS.iter().find(|layer| layer.name == name).unwrap_or_else(|| {
        panic!("{file}: the layer `{name}` is not in tests/it/layers/table.rs; say there what it may know")
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
        for other in source.layers() {
            // A name that is no layer is an item of the crate's root, such as a macro.
            let known = LAYERS.iter().any(|layer| layer.name == other);
            if known && other != rules.name && !rules.may.contains(&other) {
                broken.push(format!("{file} names crate::{other}; {} may name {:?}", rules.name, rules.may));
            }
        }
        // As many `super` as there are folders above lead to the root, where they would hide the layer's name.
        if source.climbs() > file.matches('/').count() {
            broken.push(format!("{file} climbs to the root: say `crate::` there"));
        }
    }
    hold("imports go down only", broken);
}

#[test]
fn layers_do_not_say_what_is_not_theirs() {
    let said = |(file, source): (String, Source)| {
        let words = rules_of(&file).never.iter().filter(|word| source.says(word));
        words.map(|word| format!("{file} says {word}")).collect::<Vec<_>>()
    };
    hold("forbidden words", sources().into_iter().flat_map(said).collect());
}

#[test]
fn only_the_edges_ask_for_the_time() {
    let calls = ["Utc::now", "SystemTime::now"];
    let below = sources().into_iter().filter(|(file, _)| !EDGES.contains(&layer(file)));
    let asking = below.filter(|(_, source)| calls.iter().any(|call| source.says(call)));
    hold("below the edges the time is a parameter", asking.map(|(file, _)| file).collect());
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
            let technical = TABLES_OF_TURN.contains(&table) && ["turn", "jobs"].contains(&here);
            // Rights are taken from `public`, which is every login and no table.
            let catalogue = table.starts_with("pg_") || table == "public";
            if !technical && !catalogue && !excepted.contains(&table) {
                broken.push(format!("{file} has SQL on {table}"));
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
    let sources = sources();
    let tokens = sources.iter().flat_map(|(_, source)| source.tokens());
    let mut numbers: Vec<_> = tokens.filter(|token| token.starts_with("0x6372_6d62_6f74_")).collect();
    let all = numbers.len();
    numbers.sort();
    numbers.dedup();
    assert!(all >= 3 && numbers.len() == all, "{all} locks have the numbers {numbers:?}");
}

#[test]
fn sentences_stand_in_locales_and_not_beside_logic() {
    let (mut broken, mut needed) = (Vec::new(), BTreeSet::new());
    for (file, source) in sources() {
        for text in source.tokens().iter().filter(|text| has_russian_word(text)) {
            match CYRILLIC.iter().find(|(prefix, _)| file.starts_with(prefix)) {
                Some((prefix, _)) => drop(needed.insert(*prefix)),
                None => broken.push(format!("{file}: {text}")),
            }
        }
    }
    let spare = CYRILLIC.iter().filter(|(prefix, _)| !needed.contains(prefix));
    broken.extend(spare.map(|(prefix, _)| format!("{prefix} has none now: take it off the list")));
    hold("Russian outside locales/ru", broken);
}

/// Single letters are no words: code that reads names knows that ё and е are one.
fn has_russian_word(text: &str) -> bool {
    let foreign = |letter: char| !('\u{400}'..='\u{4ff}').contains(&letter);
    text.split(foreign).any(|word| word.chars().count() > 1)
}
