//! The page of the laptop run, in the binary: `/` and the files beside it.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::get;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

const FILES: [(&str, &str, &str); 17] = [
    ("/", HTML, include_str!("../page/index.html")),
    ("/_local/page/style.css", CSS, include_str!("../page/style.css")),
    ("/_local/page/app.js", SCRIPT, include_str!("../page/app.js")),
    ("/_local/page/business.js", SCRIPT, include_str!("../page/business.js")),
    ("/_local/page/chat.js", SCRIPT, include_str!("../page/chat.js")),
    ("/_local/page/dom.js", SCRIPT, include_str!("../page/dom.js")),
    ("/_local/page/faults.js", SCRIPT, include_str!("../page/faults.js")),
    ("/_local/page/inbox.js", SCRIPT, include_str!("../page/inbox.js")),
    ("/_local/page/keys.js", SCRIPT, include_str!("../page/keys.js")),
    ("/_local/page/messages.js", SCRIPT, include_str!("../page/messages.js")),
    ("/_local/page/returns.js", SCRIPT, include_str!("../page/returns.js")),
    ("/_local/page/route.js", SCRIPT, include_str!("../page/route.js")),
    ("/_local/page/people.js", SCRIPT, include_str!("../page/people.js")),
    ("/_local/page/search.js", SCRIPT, include_str!("../page/search.js")),
    ("/_local/page/sessions.js", SCRIPT, include_str!("../page/sessions.js")),
    ("/_local/page/system.js", SCRIPT, include_str!("../page/system.js")),
    ("/_local/page/upstream.js", SCRIPT, include_str!("../page/upstream.js")),
];

/// The page's routes, to be merged into those of the laptop.
pub fn routes() -> Router {
    FILES.into_iter().fold(Router::new(), |router, (path, kind, text)| {
        let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")];
        router.route(path, get(move || async move { (headers, text) }))
    })
}
