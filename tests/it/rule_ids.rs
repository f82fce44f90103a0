//! `script/rules` on a small tree of its own: what counts as a proof of a rule, and what only looks like one.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const RULES: &str =
    "| ID | rule |\n| --- | --- |\n| K1 | one |\n| K2 | two |\n| K3 | three |\n| K4 | four |\n| X1 | *Open: half.* |\n";

// Each line begins with a bar, so that the script does not take this file's own text for tests.
const SOURCE: &str = r"
    |//! K1 in prose.
    |
    |/// K2: a doc comment.
    |fn k2_a_helper() {
    |    // K3: production code says why
    |    assert!(true);
    |}
";
const HONEST: &str = r"
    |fn k4_a_helper() {}
    |
    |#[tokio::test]
    |async fn k1_is_proven_and_so_is_x1() {
    |    // K2, K3: what is asserted,
    |    // in two lines
    |    assert_eq!(
    |        1, 1
    |    );
    |}
    |
    |#[test]
    |#[ignore]
    |fn k4_does_not_run() {}
";

/// A tree with the rules, one source and one file of tests; gone when the test is.
struct Tree(PathBuf);

impl Tree {
    fn new(name: &str, tests: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("rules-{name}-{}", std::process::id()));
        for (file, text) in [
            ("docs/rules.md", RULES.to_owned()),
            ("docs/security.md", "`k1_is_proven…`".to_owned()),
            ("src/lib.rs", unbarred(SOURCE)),
            ("tests/it.rs", unbarred(tests)),
        ] {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(root)
    }

    fn rules(&self, arguments: &[&str]) -> (bool, String) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("script/rules");
        let Output { status, stdout, stderr } =
            Command::new(script).args(arguments).env("RULES_ROOT", &self.0).output().unwrap();
        (status.success(), String::from_utf8([stdout, stderr].concat()).unwrap())
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn unbarred(text: &str) -> String {
    text.lines().map(|line| line.trim_start().trim_start_matches('|')).collect::<Vec<_>>().join("\n")
}

#[test]
fn helpers_doc_comments_production_code_and_ignored_tests_prove_nothing() {
    let tree = Tree::new("honest", HONEST);
    assert_eq!(tree.rules(&[]), (true, "2 of 5 without a test: K4 X1\n".to_owned()));
    assert_eq!(tree.rules(&["--check"]), (true, String::new()));
    let (_, proofs) = tree.rules(&["--proofs"]);
    assert!(proofs.contains("K3\ttests/it.rs:") && !proofs.contains("src/lib.rs"), "{proofs}");
}

#[test]
fn what_only_looks_like_a_proof_is_refused() {
    let body = |lines: &str| format!("{HONEST}\n|#[test]\n|fn plain() {{\n{lines}\n|}}\n");
    for (name, tests, said) in [
        ("bare", body("|    // K1\n|    assert!(true);"), "has not the form"),
        ("dash", body("|    // K1 holds\n|    assert!(true);"), "has not the form"),
        ("end", body(&format!("|    assert!(true); {} K1", "//")), "a line of its own"),
        (
            "act",
            body("|    // K1: said before an act\n|    let one = 1;\n|    assert!(one == 1);"),
            "above no assertion",
        ),
        ("last", body("|    assert!(true);\n|    // K1: nothing follows"), "above no assertion"),
        ("gap", body("|    // K1: a gap\n|\n|    assert!(true);"), "above no assertion"),
        (
            "helper",
            format!("{HONEST}\n|fn helper() {{\n|    // K1: in a helper\n|    assert!(true);\n|}}\n"),
            "outside",
        ),
        ("unknown", body("|    // K9: unknown\n|    assert!(true);"), "does not know: K9"),
        ("gone", HONEST.replace("k1_is_proven", "k1_is_shown"), "not there: k1_is_proven…"),
    ] {
        let (passed, told) = Tree::new(name, &tests).rules(&["--check"]);
        assert!(!passed && told.contains(said), "{name}: {told}");
    }
}
