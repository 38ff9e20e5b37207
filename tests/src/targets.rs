//! `cargo test` builds a test program for each target that has tests, and for no other.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file and the files of its modules.
fn files(file: PathBuf) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(&file).unwrap();
    let folder = file.parent().unwrap();
    let own = match file.file_stem().and_then(|stem| stem.to_str()) {
        Some("lib" | "main" | "mod") => folder.to_owned(),
        stem => folder.join(stem.unwrap()),
    };
    let (mut found, mut named) = (vec![file.clone()], None);
    for line in text.lines().map(str::trim) {
        let module = line.split_once("mod ").filter(|(before, _)| before.is_empty() || before.starts_with("pub"));
        if let Some(path) = line.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]")) {
            named = Some(folder.join(path));
        } else if let Some(name) = module.and_then(|(_, name)| name.strip_suffix(';')) {
            let flat = own.join(format!("{name}.rs"));
            let inner = if flat.is_file() { flat } else { own.join(name).join("mod.rs") };
            found.extend(files(named.take().unwrap_or(inner)));
        }
    }
    found
}

fn has_line(files: &[PathBuf], is: impl Fn(&str) -> bool) -> bool {
    files.iter().any(|file| std::fs::read_to_string(file).unwrap().lines().any(|line| is(line.trim())))
}

/// A target's `test` and `doctest` in its `Cargo.toml` must be off where it has no tests, and on where it has.
#[test]
fn a_target_is_tested_if_it_has_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let targets = metadata["packages"].as_array().unwrap().iter().flat_map(|it| it["targets"].as_array().unwrap());
    let mut tested = 0;
    for target in targets.filter(|target| ["lib", "bin"].contains(&target["kind"][0].as_str().unwrap())) {
        let files = files(target["src_path"].as_str().unwrap().into());
        let has_tests = has_line(&files, |line| line.starts_with("#[test") || line.starts_with("#[tokio::test"));
        let has_examples = has_line(&files, |line| line.starts_with("/// ```") || line.starts_with("//! ```"));
        let name = format!("{} {}", target["kind"][0].as_str().unwrap(), target["name"].as_str().unwrap());
        assert_eq!(target["test"], has_tests, "`test` of {name}");
        assert_eq!(target["doctest"], has_examples, "`doctest` of {name}");
        tested += usize::from(has_tests);
    }
    assert!(tested > 10);
}
