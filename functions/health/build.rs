//! Makes one compressed file of the page and all it needs, the policy that lets a browser run nothing else, and the
//! OpenAPI document without blanks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::io::Write;
use std::path::Path;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/api/openapi.json");

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=page");
    println!("cargo::rerun-if-changed={DOCUMENT}");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
    let read = |name: &str| std::fs::read_to_string(page.join(name));
    let (bundle, start) = (script(&read("swagger-ui-bundle.js")?), script(&read("start.js")?));
    let html = read("page.html")?
        .replace("{{style}}", &read("swagger-ui.css")?)
        .replace("{{bundle}}", &bundle)
        .replace("{{start}}", &start);

    let scripts = format!("'{}' '{}'", hash(&bundle), hash(&start));
    let policy = format!(
        "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src 'self' data: blob:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );

    #[expect(clippy::disallowed_methods, reason = "only cargo's environment says where to build to")]
    let out = std::env::var("OUT_DIR")?;
    let out = Path::new(&out);
    let file = std::fs::File::create(out.join("page.html.gz"))?;
    let mut gzip = GzBuilder::new().write(file, Compression::best());
    gzip.write_all(html.as_bytes())?;
    gzip.finish()?;
    std::fs::write(out.join("policy.txt"), policy)?;
    std::fs::write(out.join("openapi.json"), dense(&std::fs::read_to_string(DOCUMENT)?))?;
    Ok(())
}

/// As a script may stand inside HTML: nothing in its texts ends it or opens a comment.
fn script(text: &str) -> String {
    text.replace("</script", "<\\/script").replace("<!--", "\\x3C!--")
}

/// JSON without the blanks between its parts.
fn dense(json: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let is_kept = |letter: &char| {
        let was_inside = inside;
        if *letter == '"' && !escaped {
            inside = !inside;
        }
        escaped = inside && *letter == '\\' && !escaped;
        was_inside || !letter.is_ascii_whitespace()
    };
    json.chars().filter(is_kept).collect()
}

fn hash(script: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(script)))
}
