//! Every sentence that the code tells a caller has its words in every language.

use super::{detail_in, parts, rows};
use crate::Locale;
use regex_lite::{Captures, Regex};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// How the fault of a field begins.
const STARTS: [&str; 7] = ["expected ", "must ", "is given ", "unknown ", "no such ", "cannot be ", "not a "];

/// The crates whose whole sentences are documents, prompts and messages, as they make no problem.
const MAKE_NO_PROBLEM: [&str; 3] = ["shared/api/", "shared/assistant/", "shared/domain/"];

/// Files whose whole sentences are no details: what the model reads, and members of an answer.
const SAY_NO_DETAIL: [&str; 3] = [
    "functions/converse/src/history.rs",
    "functions/health/src/health.rs",
    "functions/search-customers/src/segments.rs",
];

/// Never told to a caller as they stand, with the reason.
const NEVER_TOLD: [(&str, &str); 8] = [
    ("expected {expected}", "each word of serde that is put there has its own literal in `words`"),
    ("unknown {what}", "of a field and of a parameter, which have their rows"),
    ("unknown {what}; did you mean `{known}`?", "of a field and of a parameter, which have their rows"),
    ("unknown field `", "read from serde's error, not told"),
    ("unknown variant ", "read from serde's error, not told"),
    ("unknown task type", "in a log"),
    ("unknown task version {0}", "in a log"),
    ("not a sealed text of a known version", "in a log"),
];

/// Where the tests of a file begin.
fn without_tests(source: &str) -> &str {
    let tests = Regex::new(r"#\[cfg\(test\)\]\n(#\[path[^\n]*\n)?(pub\(\w+\) )?mod ").unwrap();
    tests.find(source).map_or(source, |found| &source[..found.start()])
}

/// The literals of a source text as they read, without those in comments.
fn literals(source: &str) -> Vec<String> {
    let token = concat!(
        r"//[^\n]*|'(?:\\.[^'\n]*|[^\\'\n])'",
        r###"|r#"(?<hashed>(?s:.*?))"#|\br"(?<raw>[^"]*)"|"(?<plain>(?:[^"\\]|\\(?s:.))*)""###,
    );
    let (token, escape) = (Regex::new(token).unwrap(), Regex::new(r"\\(\n\s*|.)").unwrap());
    let read = |escaped: &Captures<'_>| match &escaped[1] {
        "n" => "\n".to_owned(),
        blank if blank.starts_with('\n') => String::new(),
        other => other.to_owned(),
    };
    let literal = |found: Captures<'_>| {
        let raw = found.name("hashed").or(found.name("raw")).map(|text| text.as_str().to_owned());
        raw.or_else(|| Some(escape.replace_all(found.name("plain")?.as_str(), read).into_owned()))
    };
    token.captures_iter(source).filter_map(literal).collect()
}

/// With a value in each place that is formatted.
fn sample(literal: &str) -> String {
    let hidden = literal.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let place = Regex::new(r"\{[^{}]*\}").unwrap();
    place.replace_all(&hidden, "7").replace('\u{1}', "{").replace('\u{2}', "}")
}

/// Whether words of English would stand in a place of the template: `7 names` in `expected at most {}`.
fn has_words(part: &str) -> bool {
    let word = Regex::new("[a-z]{2}").unwrap();
    part.split(", ").any(|item| item.trim().contains(' ') && word.is_match(item))
}

fn is_told(literal: &str, path: &str) -> bool {
    let is_sentence = literal.starts_with(char::is_uppercase) && literal.ends_with('.') && literal.contains(' ');
    let says_details = !MAKE_NO_PROBLEM.iter().any(|start| path.starts_with(start)) && !SAY_NO_DETAIL.contains(&path);
    STARTS.iter().any(|start| literal.starts_with(start)) || (is_sentence && says_details)
}

/// The files of Rust below a directory that are no tests.
fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(&*name, "tests" | "problems" | "target") {
                sources(&path, found);
            }
        } else if name.ends_with(".rs") && !name.contains("test") && name != "problems.rs" {
            found.push(path);
        }
    }
}

#[test]
fn every_detail_that_is_told_is_told_in_every_language() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for directory in ["functions", "shared"] {
        sources(&root.join(directory), &mut files);
    }
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for file in files {
        let path = file.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let source = fs::read_to_string(&file).unwrap();
        for literal in literals(without_tests(&source)) {
            if is_told(&literal, &path) {
                told.insert(literal, path.clone());
            }
        }
    }
    assert!(told.len() > 100, "{} found", told.len());
    for (literal, reason) in NEVER_TOLD {
        assert!(told.remove(literal).is_some(), "{literal}, {reason}, is nowhere");
    }
    let stays_english = |literal: &&String| {
        let english = sample(literal);
        let found = rows().find_map(|(template, ..)| parts(template, &english));
        let by_words = found.is_none_or(|parts| parts.into_iter().any(has_words));
        by_words || [Locale::Es, Locale::PtBr].iter().any(|locale| detail_in(&english, *locale) == english)
    };
    let english: Vec<String> = told
        .keys()
        .filter(stays_english)
        .map(|literal| format!("{literal:?} of {}", told.get(literal).map_or("", String::as_str)))
        .collect();
    assert!(english.is_empty(), "without words in Spanish and Portuguese:\n{}", english.join("\n"));
}

#[test]
fn a_literal_is_read_as_it_is_told() {
    let source = r##"
        // "expected nothing"
        refuse('"', "expected {} \
            or \"more\"", r#"expected a "raw" text"#);
        #[cfg(test)]
        mod tests { "expected a test" }
    "##;
    let source = source.replace("\n        ", "\n");
    assert_eq!(literals(without_tests(&source)), ["expected {} or \"more\"", "expected a \"raw\" text"]);
    assert_eq!(sample("expected {least} of {{1}}"), "expected 7 of {1}");
    assert!(has_words("7 names") && !has_words("a, b") && !has_words("+57 300 123 4567"));
}
