//! Which function a request goes to, as an HTTP API decides.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>

use std::collections::BTreeMap;

use aws::template::Route;

/// The routes of an HTTP API, from which the best match is taken.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    routes: Vec<Pattern>,
}

#[derive(Debug, Clone)]
struct Pattern {
    route: Route,
    segments: Vec<Segment>,
}

/// In order of how exactly they fit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Fixed(String),
    Variable(String),
    Rest(String),
}

/// The route that a request takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match<'a> {
    /// The route, as the template has it.
    pub route: &'a Route,
    /// Values of the path's variables.
    pub parameters: BTreeMap<String, String>,
}

impl Routes {
    /// Routes as the template has them.
    pub fn new(routes: &[Route]) -> Self {
        let pattern = |route: &Route| Pattern { segments: segments(&route.path), route: route.clone() };
        Self { routes: routes.iter().map(pattern).collect() }
    }

    /// The route for `method` and a decoded `path`: the one that fits most exactly from left to right, a method of
    /// its own before `ANY`, `$default` for the rest.
    pub fn find(&self, method: &str, path: &str) -> Option<Match<'_>> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let fits = self.routes.iter().filter_map(|pattern| {
            let method_fits = pattern.route.method == method || pattern.route.method == "ANY";
            let parameters = method_fits.then(|| pattern.parameters(&parts)).flatten()?;
            Some((pattern, parameters))
        });
        let best = fits.min_by_key(|(pattern, _)| (pattern.exactness(), pattern.route.method == "ANY"));
        best.map(|(pattern, parameters)| Match { route: &pattern.route, parameters })
    }
}

impl Pattern {
    /// The path's variables if it fits.
    fn parameters(&self, parts: &[&str]) -> Option<BTreeMap<String, String>> {
        let mut parameters = BTreeMap::new();
        if self.route.path == "$default" {
            return Some(parameters);
        }
        let mut rest = parts;
        for segment in &self.segments {
            match (segment, rest) {
                (Segment::Rest(_), [] | [""]) => return None,
                (Segment::Rest(name), _) => {
                    parameters.insert(name.clone(), rest.join("/"));
                    return Some(parameters);
                }
                (Segment::Fixed(text), [part, more @ ..]) if text == part => rest = more,
                (Segment::Variable(name), [part, more @ ..]) if !part.is_empty() => {
                    parameters.insert(name.clone(), (*part).to_owned());
                    rest = more;
                }
                _ => return None,
            }
        }
        rest.is_empty().then_some(parameters)
    }

    /// Smaller is more exact.
    fn exactness(&self) -> Vec<u8> {
        let rank = |segment: &Segment| match segment {
            Segment::Fixed(_) => 0,
            Segment::Variable(_) => 1,
            Segment::Rest(_) => 2,
        };
        if self.route.path == "$default" { vec![3] } else { self.segments.iter().map(rank).collect() }
    }
}

fn segments(path: &str) -> Vec<Segment> {
    let segment = |text: &str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        Some(name) => match name.strip_suffix('+') {
            Some(name) => Segment::Rest(name.to_owned()),
            None => Segment::Variable(name.to_owned()),
        },
        None => Segment::Fixed(text.to_owned()),
    };
    path.trim_start_matches('/').split('/').map(segment).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_route_wins() {
        let route = |line: &str| {
            let (method, path) = line.split_once(' ').unwrap();
            Route { function: line.to_owned(), method: method.to_owned(), path: path.to_owned() }
        };
        let api = [
            "ANY /api/customers",
            "ANY /api/customers/{proxy+}",
            "GET /api/customers/{customer}/points",
            "POST /api/customers/search",
            "ANY /webhooks/{gateway}/{secret}",
            "GET /",
        ];
        let routes = Routes::new(&api.map(route));
        for (request, taken) in [
            ("POST /api/customers", Some("ANY /api/customers")),
            ("GET /api/customers/1", Some("ANY /api/customers/{proxy+}")),
            ("GET /api/customers/1/points", Some("GET /api/customers/{customer}/points")),
            ("POST /api/customers/1/points", Some("ANY /api/customers/{proxy+}")),
            ("GET /api/customers/1/points/2", Some("ANY /api/customers/{proxy+}")),
            ("POST /api/customers/search", Some("POST /api/customers/search")),
            ("GET /api/customers/search", Some("ANY /api/customers/{proxy+}")),
            ("GET /api/customers/", None),
            ("POST /webhooks/whapi/s3cret", Some("ANY /webhooks/{gateway}/{secret}")),
            ("POST /webhooks/whapi", None),
            ("GET /", Some("GET /")),
            ("GET /elsewhere", None),
        ] {
            let (method, path) = request.split_once(' ').unwrap();
            let found = routes.find(method, path).map(|found| found.route.function.as_str());
            assert_eq!(found, taken, "{request}");
        }
        let found = routes.find("GET", "/api/customers/1/export").unwrap();
        assert_eq!(found.parameters, [("proxy".to_owned(), "1/export".to_owned())].into());
        let rest = Routes::new(&[route("ANY $default"), route("GET /a")]);
        assert_eq!(rest.find("GET", "/b/c").unwrap().route.path, "$default");
        assert_eq!(rest.find("GET", "/a").unwrap().route.path, "/a");
    }
}
