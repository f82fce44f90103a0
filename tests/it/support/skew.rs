//! Skewed clocks: a library for LD_PRELOAD, compiled once, that puts a process's wall clock ahead or back.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Its source.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clock/skewed_clock.rs");
const SOURCE: &str = include_str!("../../clock/skewed_clock.rs");

/// The variables of a program whose wall clock is so many seconds off from its start on.
pub fn variables(seconds: i64) -> [(&'static str, String); 2] {
    [("LD_PRELOAD", library().to_str().unwrap().to_owned()), ("CRM_TEST_CLOCK_SKEW", seconds.to_string())]
}

/// The compiled library; it stays for later runs, under the name of its source's hash.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let mut hash = DefaultHasher::new();
        SOURCE.hash(&mut hash);
        let name = format!("skewed-clock-{:016x}", hash.finish());
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.so"));
        if !library.exists() {
            let draft = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
            let mut compiler = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
            compiler.args(["--edition=2024", "--crate-type=cdylib", "-O", "-Cpanic=abort", FILE, "-o"]).arg(&draft);
            let compiled = compiler.output().unwrap();
            assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
            std::fs::rename(draft, &library).unwrap();
        }
        library
    })
}
