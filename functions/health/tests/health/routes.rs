//! Every route of every function is in the document, and no other; every word of a problem too.

use crate::document::{METHODS, document, operations};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The sources of all functions, by their path below `functions`.
pub fn sources() -> Vec<(String, String)> {
    let functions = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let inside = |folder: PathBuf| std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = inside(functions.to_owned()).flat_map(|function| inside(function.join("src")));
    let sources = files.filter(|file| file.extension().is_some_and(|it| it == "rs")).map(|file| {
        let name = file.strip_prefix(functions).unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(&file).unwrap())
    });
    sources.collect()
}

/// The text up to the bracket that closes the one before it.
fn bracketed(text: &str) -> &str {
    let mut depth = 1;
    let end = text.find(|letter| {
        depth += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    &text[..end.unwrap()]
}

/// Method and path, with the parameters named as the document names them.
fn routes(source: &str) -> Vec<(String, String)> {
    let mut routes = Vec::new();
    for after in source.split(".route(").skip(1) {
        let route = bracketed(after);
        let path = route.split('"').nth(1).unwrap();
        let words: BTreeSet<_> = route.split(|letter: char| !letter.is_alphanumeric() && letter != '(').collect();
        for method in METHODS {
            if !words.iter().any(|word| word.starts_with(&format!("{method}("))) {
                continue;
            }
            // An id of several segments takes the rest of the path, and so does what follows it.
            let path = match (path.replace("{*message}", "{message_id}"), method) {
                (path, "post") if path.ends_with("{message_id}") => format!("{path}/retry"),
                (path, _) => path,
            };
            routes.push((method.to_owned(), path));
        }
    }
    routes
}

#[test]
fn every_route_is_told_and_no_other() {
    let served: BTreeSet<_> = sources().iter().flat_map(|(_, source)| routes(source)).collect();
    let document = document();
    let told: BTreeSet<_> = operations(&document).iter().map(|it| (it.method.to_owned(), it.path.to_owned())).collect();
    assert_eq!(served.difference(&told).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "not in the document");
    assert_eq!(told.difference(&served).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "not served");
    assert!(served.len() >= 29, "{served:?}");
}

#[test]
fn every_word_of_a_conflict_is_told() {
    let document = document().to_string();
    let sources = sources();
    let codes: BTreeSet<_> = sources
        .iter()
        .flat_map(|(_, source)| source.split(".coded(\"").skip(1))
        .filter_map(|after| after.split('"').next())
        .collect();
    assert!(codes.contains("below_zero"), "{codes:?}");
    for code in codes {
        assert!(document.contains(&format!("urn:recado:problem:{code}")), "{code}");
    }
}
