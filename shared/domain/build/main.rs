//! Writes what the crate is compiled with: the world's numbering plans, and the list of the texts.

mod plans;
mod texts;

use std::path::Path;

#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a build script talks to cargo")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (source, target) = (std::env::var("CARGO_MANIFEST_DIR")?, std::env::var("OUT_DIR")?);
    let (source, target) = (Path::new(&source).join("src/texts"), Path::new(&target));
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed={}", source.display());
    std::fs::write(target.join("plans.txt"), plans::plans())?;
    std::fs::write(target.join("texts.rs"), texts::texts(&source)?)?;
    Ok(())
}
