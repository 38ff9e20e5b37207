//! The documents that are kept are those that the tables of routes and the types make.

use std::path::Path;
use utoipa::openapi::OpenApi;

#[test]
fn the_document_is_kept() {
    check("openapi.json", &api::document());
}

#[test]
fn the_document_of_the_upstream_is_kept() {
    check("upstream.json", &api::upstream_document());
}

fn check(name: &str, document: &OpenApi) {
    let made = document.to_pretty_json().unwrap() + "\n";
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&fresh, &made).unwrap();
    assert!(
        std::fs::read_to_string(&kept).is_ok_and(|kept| kept == made),
        "The API has changed. Look at the difference, and keep it if it is meant:\n  git diff --no-index {kept} {fresh}\n  \
         cp {fresh} {kept}",
        kept = kept.display(),
        fresh = fresh.display()
    );
}
