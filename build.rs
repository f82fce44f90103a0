//! Makes one method of `Say` out of every sentence in `locales/`, so that a sentence missing in a language,
//! an unknown argument or a misspelt key does not compile.
//!
//! English gives the order of the arguments; every other language must have the same sentences with the same arguments.
//! It also finds out the version that the program tells of itself.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

const REFERENCE: &str = "en";
const LANGUAGES: [&str; 2] = ["ru", "en"];

/// Arguments of these names are numbers also where they choose no form.
const NUMBERS: [&str; 21] = [
    "accounts",
    "active",
    "completed",
    "contracts",
    "conversions",
    "count",
    "days",
    "id",
    "inactive",
    "leads",
    "length",
    "max",
    "minutes",
    "months",
    "new",
    "number",
    "potential",
    "seconds",
    "step",
    "steps",
    "total",
];

type Failure = Box<dyn Error>;

/// A sentence: its arguments in order of appearance, those of them that choose a form, and its text for the doc line.
struct Sentence {
    arguments: Vec<String>,
    choosing: BTreeSet<String>,
    text: String,
}

fn main() -> Result<(), Failure> {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rustc-env=CRMBOT_VERSION={}", version()?);
    let mut catalogs = BTreeMap::new();
    let mut sources = String::new();
    for language in LANGUAGES {
        let files = catalog_files(language)?;
        let mut sentences = BTreeMap::new();
        writeln!(sources, "pub(super) const {}: &[&str] = &[", language.to_uppercase())?;
        for file in &files {
            read_catalog(file, &mut sentences)?;
            writeln!(sources, "    include_str!({:?}),", fs::canonicalize(file)?)?;
        }
        sources.push_str("];\n");
        catalogs.insert(language, sentences);
    }
    let reference = &catalogs[REFERENCE];
    for (language, sentences) in &catalogs {
        compare(language, sentences, reference)?;
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("sentences.rs"), methods(&[reference, &catalogs["ru"]])?)?;
    fs::write(out.join("catalogs.rs"), sources)?;
    Ok(())
}

/// What `crmbot --version` prints: the package's version, and the commit where the package is built from its git repository.
fn version() -> Result<String, Failure> {
    let number = std::env::var("CARGO_PKG_VERSION")?;
    // An archive of the sources may lie in another project's repository, whose commit says nothing about this program.
    if git(&["rev-parse", "--show-prefix"]).as_deref() != Some("") {
        return Ok(number);
    }
    let Some(commit) = git(&["rev-parse", "--short", "HEAD"]) else { return Ok(number) };
    let branch = git(&["symbolic-ref", "--quiet", "HEAD"]);
    // The log of HEAD changes with each commit, also while the branch itself stands among the packed ones. A path that
    // does not exist would have every build run this again.
    for name in ["HEAD", "logs/HEAD"].into_iter().chain(branch.as_deref()) {
        if let Some(path) = git(&["rev-parse", "--git-path", name]).filter(|path| Path::new(path).exists()) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    Ok(format!("{number} ({commit})"))
}

/// What git answers; none without git or a repository.
fn git(arguments: &[&str]) -> Option<String> {
    let output = std::process::Command::new("git").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn catalog_files(language: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(Path::new("locales").join(language))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "ftl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_catalog(file: &Path, into: &mut BTreeMap<String, Sentence>) -> Result<(), Failure> {
    let source = fs::read_to_string(file)?;
    let resource = fluent_syntax::parser::parse(source.as_str())
        .map_err(|(_, errors)| format!("{}: {errors:?}", file.display()))?;
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let id = message.id.name.to_owned();
        let pattern = message.value.ok_or_else(|| format!("{}: {id} has no text", file.display()))?;
        let mut sentence = Sentence { arguments: Vec::new(), choosing: BTreeSet::new(), text: String::new() };
        walk(&pattern, &mut sentence);
        if into.insert(id.clone(), sentence).is_some() {
            return Err(format!("{}: {id} stands twice", file.display()).into());
        }
    }
    Ok(())
}

fn walk(pattern: &Pattern<&str>, sentence: &mut Sentence) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => sentence.text.push_str(value),
            PatternElement::Placeable { expression } => match expression {
                Expression::Inline(inline) => walk_inline(inline, sentence),
                Expression::Select { selector, variants } => {
                    if let InlineExpression::VariableReference { id } = selector {
                        sentence.choosing.insert(id.name.to_owned());
                    }
                    walk_inline(selector, sentence);
                    for variant in variants {
                        walk(&variant.value, sentence);
                        sentence.text.push('|');
                    }
                }
            },
        }
    }
}

fn walk_inline(inline: &InlineExpression<&str>, sentence: &mut Sentence) {
    match inline {
        InlineExpression::VariableReference { id } => {
            if !sentence.arguments.iter().any(|known| known == id.name) {
                sentence.arguments.push(id.name.to_owned());
            }
            let _ = write!(sentence.text, "{{{}}}", id.name);
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                walk_inline(argument, sentence);
            }
        }
        InlineExpression::StringLiteral { value } => sentence.text.push_str(value),
        _ => {}
    }
}

fn compare(
    language: &str,
    sentences: &BTreeMap<String, Sentence>,
    reference: &BTreeMap<String, Sentence>,
) -> Result<(), Failure> {
    for (id, sentence) in sentences {
        let Some(model) = reference.get(id) else {
            return Err(format!("locales/{language}: {id} is not in locales/{REFERENCE}").into());
        };
        let (mut here, mut there) = (sentence.arguments.clone(), model.arguments.clone());
        here.sort();
        there.sort();
        if here != there {
            return Err(format!("locales/{language}: {id} takes {here:?}, locales/{REFERENCE} takes {there:?}").into());
        }
    }
    match reference.keys().find(|id| !sentences.contains_key(*id)) {
        Some(missing) => Err(format!("locales/{language}: {missing} is missing").into()),
        None => Ok(()),
    }
}

fn methods(catalogs: &[&BTreeMap<String, Sentence>]) -> Result<String, Failure> {
    let mut code = String::from("impl Say {\n");
    let mut every = String::new();
    for (id, sentence) in catalogs[0] {
        let name = id.replace('-', "_");
        // A number cannot stand where a text is expected, nor the other way round: most mix-ups do not compile.
        let chooses = |argument: &String| catalogs.iter().any(|known| known[id].choosing.contains(argument));
        let is_number = |argument: &String| NUMBERS.contains(&argument.as_str()) || chooses(argument);
        let kind = |argument: &String| if is_number(argument) { "Count" } else { "Words" };
        let parameters: String =
            sentence.arguments.iter().map(|argument| format!(", {argument}: impl Into<{}>", kind(argument))).collect();
        let values: String = sentence
            .arguments
            .iter()
            .map(|argument| format!("({argument:?}, Arg::{}({argument}.into())), ", kind(argument)))
            .collect();
        let doc = sentence.text.replace('\n', " ").replace(['<', '>', '[', ']', '`'], " ");
        writeln!(code, "    /// {}", doc.trim())?;
        writeln!(code, "    #[must_use]")?;
        writeln!(code, "    pub fn {name}(self{parameters}) -> Html {{")?;
        writeln!(code, "        self.speak({id:?}, [{values}])\n    }}")?;
        writeln!(every, "    ({id:?}, &{:?}),", sentence.arguments)?;
    }
    code.push_str("}\n");
    writeln!(code, "#[cfg(test)]\npub(super) const EVERY: &[(&str, &[&str])] = &[\n{every}];")?;
    Ok(code)
}
