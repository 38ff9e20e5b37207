//! The recipes of `docs/adding.md` name every file that is about their example, and no other.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

struct Recipe {
    title: String,
    command: String,
    new: BTreeSet<String>,
    edited: BTreeSet<String>,
}

fn recipes(guide: &str) -> Vec<Recipe> {
    let sections = guide.split("\n## ").skip(1);
    sections
        .map(|section| {
            let command = section.lines().find(|line| line.starts_with("git grep ")).unwrap_or_default();
            let files = |kind: &str| -> BTreeSet<String> {
                let rows = section.lines().filter(|line| line.contains(&format!("` | {kind} |")));
                rows.filter_map(|row| row.split('`').nth(1)).map(str::to_owned).collect()
            };
            let title = section.lines().next().unwrap_or_default().to_owned();
            Recipe { title, command: command.to_owned(), new: files("new"), edited: files("edited") }
        })
        .collect()
}

#[test]
fn recipes_name_every_file_of_their_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let guide = std::fs::read_to_string(root.join("docs/adding.md")).unwrap();
    let recipes = recipes(&guide);
    assert!(recipes.len() > 5, "the guide has its recipes under headings");
    for Recipe { title, command, new, edited } in recipes {
        let output = Command::new("sh").args(["-c", &command]).current_dir(root).output().unwrap();
        let found: BTreeSet<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
        assert!(!found.is_empty() && !new.is_empty() | (title == "A route"), "{title}: {command}");
        let named: BTreeSet<String> = new.union(&edited).cloned().collect();
        let left_out: Vec<_> = found.difference(&named).collect();
        assert!(left_out.is_empty(), "{title} does not name {left_out:?}");
        let strange: Vec<_> = edited.difference(&found).collect();
        assert!(strange.is_empty(), "{title} edits {strange:?}, which do not mention its example");
        for file in &new {
            assert!(root.join(file).is_file(), "{title} names {file}, which is not there");
        }
    }
}
