//! Inputs that were answered wrongly once, and their relatives: each file in the folder `cases` of this crate is played.
//!
//! A file says what happens and what is right, in the words of `form`. All plays of a file take each step together.

mod form;
mod play;
mod words;

use super::people::minutes_pass;
use super::{Scene, play as on_stage};
use form::Case;
use play::{Play, Shops};
use std::fs;
use std::path::PathBuf;

#[test]
fn each_input_that_was_answered_wrongly_is_answered_rightly() {
    let folder = local::workspace().join("tests/simulation/cases");
    let mut files: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 20, "{} has few files", folder.display());
    let mut wrong = Vec::new();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy();
        match Case::read(&fs::read(file).unwrap()) {
            Ok(case) => wrong.extend(played(&case).iter().map(|why| format!("{name}: {}: {why}", case.about))),
            Err(why) => wrong.push(format!("{name}: {why}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is not as the case says.
fn played(case: &Case) -> Vec<String> {
    let mut wrong = Vec::new();
    on_stage(&case.begin, async |scene| {
        wrong = all_plays(scene, case).await;
    });
    wrong
}

/// Plays all variants at once: the time that passes after a step passes once.
async fn all_plays(scene: &Scene, case: &Case) -> Vec<String> {
    let (mut plays, mut wrong, mut shops) = (Vec::new(), Vec::new(), Shops::default());
    for (nth, given) in case.variants().iter().enumerate() {
        match Play::begin(scene, &mut shops, case, nth, given).await {
            Ok(play) => plays.push(play),
            Err(why) => wrong.push(format!("{given:?}: {why}")),
        }
    }
    for (nth, step) in case.steps.iter().enumerate() {
        let (mut going, mut wait) = (Vec::new(), 0);
        for mut play in plays {
            match play.take(scene, step).await {
                Ok(minutes) => {
                    wait = minutes.max(wait);
                    going.push(play);
                }
                Err(why) => wrong.push(format!("{:?}, step {}: {why}", play.given, nth + 1)),
            }
        }
        minutes_pass(wait).await;
        plays = going;
    }
    wrong
}
