//! Lists the files of `web/`, so that the page can be cut into parts without touching Rust.
#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

use std::fmt::Write;
use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let folder = Path::new(&root).join("web");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names: Vec<String> = fs::read_dir(&folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| kind(name).is_some())
        .collect();
    names.sort();
    let mut list = String::from("static ASSETS: &[(&str, &str, &[u8])] = &[\n");
    for name in names {
        let kind = kind(&name).unwrap_or_default();
        let path = folder.join(&name);
        writeln!(list, "    ({:?}, {kind:?}, include_bytes!({path:?})),", format!("/{name}"))
            .map_err(io::Error::other)?;
    }
    list.push_str("];\n");
    fs::write(Path::new(&out).join("web.rs"), list)
}

fn kind(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        _ => return None,
    })
}
