//! Documents: relative links lead somewhere, the READMEs agree, and the index of decision records is whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crmbot::flows::route::ScreenId;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Every Markdown file of the repository; build output, data and installed packages left out.
fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let (entry, path) = entry.map(|entry| (entry.file_type().unwrap(), entry.path())).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        if entry.is_dir() && !["target", "data", "node_modules", ".git"].contains(&name) {
            documents(&path, found);
        } else if entry.is_file() && name.ends_with(".md") {
            found.push(path);
        }
    }
}

/// The text without fenced blocks and code spans, in which nothing is a link.
fn prose(text: &str) -> String {
    let mut prose = String::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            // Odd parts of the split stand between two backticks.
            let outside = line.split('`').step_by(2);
            prose.extend(outside.flat_map(|part| [part, " "]));
            prose.push('\n');
        }
    }
    prose
}

/// What links and images lead to: `[text](target)`, `[name]: target`.
fn targets(text: &str) -> Vec<String> {
    let prose = prose(text);
    let inline = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let named = prose.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: ").map(|(_, target)| target));
    // A title may follow the target: [text](target "title").
    let bare = |target: &str| target.split_whitespace().next().unwrap_or_default().trim_matches(['<', '>']).to_owned();
    inline.chain(named).map(bare).collect()
}

/// The anchors of a document's headings, as GitHub and GitLab make them.
fn anchors(text: &str) -> Vec<String> {
    let mut known = BTreeMap::new();
    let mut fenced = false;
    let mut anchors = Vec::new();
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        let title = line.trim_start_matches('#');
        if fenced || title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let kept = |sign: &char| sign.is_alphanumeric() || [' ', '-', '_'].contains(sign);
        let anchor = title.trim().to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-");
        let times = known.entry(anchor.clone()).or_insert(0);
        anchors.push(if *times == 0 { anchor } else { format!("{anchor}-{times}") });
        *times += 1;
    }
    anchors
}

/// Why a link of `file` is broken; none for one that leads somewhere or out of the repository.
fn broken(file: &Path, target: &str) -> Option<String> {
    let outside = target.contains("://") || target.starts_with("mailto:");
    if outside {
        return None;
    }
    let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let base = if path.starts_with('/') { root() } else { file.parent().unwrap() };
    let led = if path.is_empty() { file.to_owned() } else { plain(&base.join(path.trim_start_matches('/'))) };
    if !led.starts_with(root()) {
        return Some("leads out of the repository".to_owned());
    }
    if !led.exists() {
        return Some("there is no such file".to_owned());
    }
    let anchor = anchor.filter(|_| led.extension().is_some_and(|ending| ending == "md"))?;
    (!anchors(&read(&led)).iter().any(|known| known == anchor)).then(|| "there is no such heading".to_owned())
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

#[test]
fn relative_links_lead_somewhere() {
    let mut files = Vec::new();
    documents(root(), &mut files);
    let (mut seen, mut faults) = (0, Vec::new());
    for file in &files {
        for target in targets(&read(file)) {
            seen += 1;
            let name = file.strip_prefix(root()).unwrap().display();
            faults.extend(broken(file, &target).map(|why| format!("{name}: ({target}): {why}")));
        }
    }
    assert!(files.len() > 40 && seen > 100, "{} files and {seen} links: they were not found", files.len());
    assert!(faults.is_empty(), "broken links:\n  {}", faults.join("\n  "));
}

#[test]
fn links_are_recognised() {
    let text = "[a](b.md) `[no](link.md)` ![c](d.png \"e\")\n```\n[no](block.md)\n```\n[f]: g.md#h\n";
    assert_eq!(targets(text), ["b.md", "d.png", "g.md#h"]);
    assert_eq!(anchors("# A b, `c`\n```\n# no\n```\n## Ёж\n## Ёж\n#no"), ["a-b-c", "ёж", "ёж-1"]);
    let here = root().join("docs/setup.md");
    for (target, fine) in [
        ("https://example.org/x", true),
        ("../README.md#configuration", true),
        ("../README.md#nothing-of-the-kind", false),
        ("no-such-file.md", false),
        ("../../outside.md", false),
    ] {
        assert_eq!(broken(&here, target).is_none(), fine, "{target}");
    }
}

/// The names that a document gives in code spans, those in arguments left out: variables, commands, subcommands.
fn names(text: &str) -> BTreeSet<&str> {
    let spans = text.lines().filter(|line| line.starts_with("| ")).flat_map(|line| line.split('`').skip(1).step_by(2));
    spans.filter_map(|span| span.split_whitespace().next()).filter(|name| name.is_ascii()).collect()
}

#[test]
fn readmes_agree_and_name_every_variable_and_command() {
    let [english, russian] = ["README.md", "README.ru.md"].map(|name| read(&root().join(name)));
    let (here, there) = (names(&english), names(&russian));
    let differing: Vec<_> = here.symmetric_difference(&there).collect();
    assert!(differing.is_empty(), "in one language only: {differing:?}");
    let leads =
        |text: &str| targets(text).into_iter().filter(|target| !target.starts_with("README")).collect::<Vec<_>>();
    assert_eq!(leads(&english), leads(&russian), "links differ");

    let example = read(&root().join(".env.example"));
    let variables = example.lines().filter_map(|line| line.strip_prefix('#')?.split_once('=').map(|(name, _)| name));
    let variables = variables.filter(|name| name.chars().all(|sign| sign.is_ascii_uppercase() || sign == '_'));
    let commands = ScreenId::ALL.iter().filter_map(|kind| kind.entry().command.map(|command| format!("/{command}")));
    let due: Vec<_> = variables.map(str::to_owned).chain(commands).collect();
    assert!(due.len() > 40, "{due:?}");
    let missing: Vec<_> = due.iter().filter(|name| !here.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "README.md and README.ru.md do not name {missing:?}");
}

/// A decision record: its number, and its row as the index has to have it.
fn record(file: &Path, faults: &mut Vec<String>) -> (String, String) {
    let name = file.file_name().unwrap().to_str().unwrap();
    let text = read(file);
    let number = name.get(..4).unwrap_or_default();
    let heading = text.lines().next().unwrap_or_default();
    let title = heading.strip_prefix(&format!("# {number}. ")).unwrap_or_default();
    let field = |label: &str| text.lines().find_map(|line| line.strip_prefix(label)).unwrap_or_default();
    let (status, date) = (field("- Status: "), field("- Date: "));
    let form = [
        ("a number of four digits", number.len() == 4 && number.chars().all(|sign| sign.is_ascii_digit())),
        ("`# NNNN. Title` in the first line", !title.is_empty()),
        ("a date", date.len() == 10),
        ("a status", status.starts_with("accepted") || status.starts_with("superseded by [")),
        ("## Context", text.contains("\n## Context\n")),
        ("## Options considered", text.contains("\n## Options considered\n")),
        ("## Decision", text.contains("\n## Decision\n")),
        ("## Consequences", text.contains("\n## Consequences\n")),
    ];
    faults.extend(form.iter().filter(|(_, fine)| !fine).map(|(what, _)| format!("{name} lacks {what}")));
    (number.to_owned(), format!("| [{number}]({name}) | {title} | {status} | {date} |"))
}

#[test]
fn the_index_of_decision_records_is_whole() {
    let folder = root().join("docs/adr");
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.retain(|file| file.file_name().is_some_and(|name| name != "README.md"));
    let mut faults = Vec::new();
    let records: Vec<_> = files.iter().map(|file| record(file, &mut faults)).collect();
    for (place, (number, _)) in records.iter().enumerate() {
        let due = format!("{:04}", place + 1);
        if *number != due {
            faults.push(format!("{number} stands where {due} is due: two records of one number, or a gap"));
            break;
        }
    }
    let index = read(&folder.join("README.md"));
    let listed: Vec<_> = index.lines().filter(|line| line.starts_with("| [")).collect();
    faults.extend(
        records.iter().filter(|(_, row)| !listed.contains(&row.as_str())).map(|(_, row)| format!("no row {row}")),
    );
    let due: Vec<_> = records.iter().map(|(_, row)| row.as_str()).collect();
    faults.extend(listed.iter().filter(|row| !due.contains(row)).map(|row| format!("a row without a record: {row}")));
    assert!(records.len() >= 32, "the records were not found");
    assert!(faults.is_empty(), "docs/adr:\n  {}", faults.join("\n  "));
}
