//! The document that is kept is the one that the tables of routes and the types make.

use std::path::Path;

#[test]
fn the_document_is_kept() {
    let made = api::document().to_pretty_json().unwrap() + "\n";
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("openapi.json");
    std::fs::write(&fresh, &made).unwrap();
    assert!(
        std::fs::read_to_string(&kept).is_ok_and(|kept| kept == made),
        "The API has changed. Look at the difference, and keep it if it is meant:\n  git diff --no-index {kept} {fresh}\n  \
         cp {fresh} {kept}",
        kept = kept.display(),
        fresh = fresh.display()
    );
}
