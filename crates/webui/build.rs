//! Takes the built UI as browsers are sent it: what shrinks is compressed here, once, and not for each of them.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

/// Files of these kinds get `.gz` behind their names. Fonts and pictures are compressed already.
const SHRINK: [&str; 6] = ["css", "html", "js", "json", "svg", "txt"];
/// Smaller ones are sent as they are.
const LEAST: usize = 1024;

fn main() -> io::Result<()> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist");
    println!("cargo::rerun-if-changed={}", from.display());
    let to = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join("dist");
    if to.exists() {
        fs::remove_dir_all(&to)?;
    }
    fs::create_dir_all(&to)?;
    if from.exists() { take(&from, &to) } else { Ok(()) }
}

fn take(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        // Vite's own notes are for its tools.
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if path.is_dir() {
            fs::create_dir_all(to.join(name))?;
            take(&path, &to.join(name))?;
            continue;
        }
        let bytes = fs::read(&path)?;
        let shrinks = path.extension().and_then(OsStr::to_str).is_some_and(|kind| SHRINK.contains(&kind));
        if shrinks && bytes.len() >= LEAST {
            let mut name = name.to_owned();
            name.push(".gz");
            let mut file = GzEncoder::new(fs::File::create(to.join(name))?, Compression::best());
            file.write_all(&bytes)?;
            file.finish()?;
        } else {
            fs::write(to.join(name), bytes)?;
        }
    }
    Ok(())
}
