//! The table of routes of a resource, and the router that is made of it.

use crate::Operation;
use crate::schemas::Schemas;
use axum::Router;
use axum::extract::MatchedPath;
use axum::handler::Handler;
use axum::http::{HeaderName, StatusCode, Uri, header};
use axum::routing::{MethodFilter, MethodRouter, on};
use strum::{EnumMessage, IntoEnumIterator};

/// The address of a route: its method and path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Address {
    /// In capital letters, as HTTP writes it.
    pub method: &'static str,
    /// With parameters as `{customer}`, and as `{*message_id}` where the parameter may have slashes in it.
    pub path: &'static str,
    filter: MethodFilter,
}

impl Address {
    /// Reads.
    #[must_use]
    pub const fn get(path: &'static str) -> Self {
        Self { method: "GET", path, filter: MethodFilter::GET }
    }

    /// Makes or starts something.
    #[must_use]
    pub const fn post(path: &'static str) -> Self {
        Self { method: "POST", path, filter: MethodFilter::POST }
    }

    /// Sets.
    #[must_use]
    pub const fn put(path: &'static str) -> Self {
        Self { method: "PUT", path, filter: MethodFilter::PUT }
    }

    /// Changes what is given.
    #[must_use]
    pub const fn patch(path: &'static str) -> Self {
        Self { method: "PATCH", path, filter: MethodFilter::PATCH }
    }

    /// Removes.
    #[must_use]
    pub const fn delete(path: &'static str) -> Self {
        Self { method: "DELETE", path, filter: MethodFilter::DELETE }
    }

    /// The path as axum matches it: a parameter with slashes takes all that follows, and the handler cuts off the rest.
    #[must_use]
    pub fn matched(self) -> &'static str {
        let rest = self.path.find("{*").and_then(|begin| Some(begin + self.path.get(begin..)?.find('}')? + 1));
        rest.and_then(|end| self.path.get(..end)).unwrap_or(self.path)
    }

    /// Whether it serves a path that [`Address::matched`] takes, which may lack what stands after the parameter.
    fn serves(self, path: &str) -> bool {
        self.path.split_once("{*").and_then(|(_, rest)| rest.split_once('}')).is_none_or(|(_, end)| path.ends_with(end))
    }

    /// The path as the document writes it.
    #[must_use]
    pub fn documented(self) -> String {
        self.path.replace("{*", "{")
    }
}

/// A heading of the document.
#[derive(Clone, Copy, Debug)]
pub struct Tag {
    /// The heading.
    pub name: &'static str,
    /// One sentence.
    pub description: &'static str,
}

/// The routes of one resource: an enum with a variant for each. The variant's name is the operation's id, and its
/// rustdoc is the summary and, after a blank line, the description.
pub trait Route: Copy + EnumMessage + Into<&'static str> + IntoEnumIterator {
    /// The heading that the routes stand under.
    const TAG: Tag;

    /// The method and path at which it is served.
    fn address(self) -> Address;

    /// Its request and its answers, for the document.
    fn operation(self) -> Operation;

    /// Adds to the schemas keywords that a derive has no attribute for.
    fn refine(_schemas: &mut Schemas) {}

    /// Serves the route by a handler.
    fn to<H: Handler<T, S>, T: 'static, S: Clone + Send + Sync + 'static>(self, handler: H) -> MethodRouter<S> {
        on(self.address().filter, handler)
    }
}

/// The router of a table: `serve` says by which handler each route is served.
pub fn router<R: Route + 'static, S>(serve: impl Fn(R) -> MethodRouter<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    R::iter().fold(Router::new(), |router, route| {
        let path = route.address().matched();
        let is_first = R::iter().find(|other| other.address().matched() == path).map(Route::address);
        // One route of a path answers for the methods that none of them has.
        let methods = serve(route);
        let methods = if is_first == Some(route.address()) { methods.fallback(not_allowed::<R>) } else { methods };
        router.route(path, methods)
    })
}

/// 405 with the methods of the routes that are at this address.
async fn not_allowed<R: Route>(matched: MatchedPath, uri: Uri) -> (StatusCode, [(HeaderName, String); 1]) {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, methods::<R>(matched.as_str(), uri.path()))])
}

/// The methods that a table has at a path, with commas between.
fn methods<R: Route>(matched: &str, path: &str) -> String {
    let here = R::iter().map(Route::address).filter(|it| it.matched() == matched && it.serves(path));
    let methods = here.flat_map(|it| [Some(it.method), (it.method == "GET").then_some("HEAD")]);
    methods.flatten().collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_with_slashes_takes_all_that_follows() {
        let plain = Address::get("/api/customers/{customer}/export");
        assert_eq!((plain.matched(), plain.documented().as_str()), (plain.path, plain.path));
        let retry = Address::post("/api/messages/{*message_id}/retry");
        assert_eq!(retry.matched(), "/api/messages/{*message_id}");
        assert_eq!(retry.documented(), "/api/messages/{message_id}/retry");
    }

    #[test]
    fn a_path_tells_the_methods_of_the_routes_that_are_there() {
        let of_message = "/api/messages/{*message_id}";
        for (matched, path, expected) in [
            (of_message, "/api/messages/direct/order-1", "GET,HEAD"),
            (of_message, "/api/messages/direct/order-1/retry", "GET,HEAD,POST"),
            ("/api/messages", "/api/messages", "POST,GET,HEAD"),
        ] {
            assert_eq!(methods::<crate::messages::Route>(matched, path), expected, "{path}");
        }
        let customer = methods::<crate::customers::Route>("/api/customers/{customer}", "/api/customers/57300");
        assert_eq!(customer, "GET,HEAD,PATCH,DELETE");
    }
}
