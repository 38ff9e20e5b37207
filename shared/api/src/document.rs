//! The OpenAPI document, made of the tables of routes.

use crate::route::{Route, Tag};
use crate::schemas::{Schemas, joined, tidy_parameter};
use crate::{
    appointments, automations, businesses, campaigns, conversations, crm, customers, figures, keys, messages, points,
    proactive, problem, proposals, purchases, search, searches, service, sessions, sync, upstream, webhooks,
};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{HttpMethod, Operation, PathItem, PathsBuilder};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

const SUMMARY: &str = "The customer relationship of small businesses over WhatsApp.";

/// Markdown.
const DESCRIPTION: &str = "\
**Keys.** Calls carry a key in the header `x-api-key`. A *business key* acts for its own business, and `business_id` may \
be left out; another's is 403. The *operator key* acts for every business and names one. 100 requests in 15 minutes \
unless a key has a limit of its own; then 429 with `Retry-After`. A revoked key works for up to 60 seconds more.

**Bodies** are JSON of at most 1 MiB. Fields and parameters that are not described here are refused with 400, and so is \
`null` where a schema does not name it: a field without a value is left out.

**Phones** are read in the business's country: as they are dialled there, or with `+` and the country code. A bare \
number with its country code is understood too.

**Errors** are problem documents (RFC 9457). `errors` points at every field that is wrong, and `error` is one \
sentence, both in the language of `Accept-Language` (es, pt-BR or en).

**Again.** Registering, loading points under the same `load_id`, recording the same version of an invoice, making an \
appointment under the same `appointment_id` and sending under the same `message_id` may be repeated without harm. A run \
of automations that is repeated, in either mode, makes no message twice.

**Lists** answer with a `cursor` while there is more; give it back, with the same filters, for the next page.

**Later.** Registering and loading points make messages a moment after the answer; so do opt-out and opt-in words that \
customers write.";

/// Markdown.
const UPSTREAM: &str = "\
What the operator's own backend serves, to be told of codes and statuses of WhatsApp sessions, many at a time.

**Again.** What is not answered comes again. An `event_id` that was taken before changes nothing, and is `repeated` or \
`accepted`.

**Order.** Of one session no older news comes after newer ones. An item whose `at` is older than what is known of its \
session may be answered `accepted` and left.

**One by one.** An answer may refuse single items: `refused` ones never come again and wait as dead letters, `later` ones \
come again. An item that no result names was taken.";

/// The whole document.
#[must_use]
pub fn document() -> OpenApi {
    let mut parts = Parts::default();
    parts.add::<crm::Route>();
    parts.add::<customers::Route>();
    parts.add::<points::Route>();
    parts.add::<purchases::Route>();
    parts.add::<search::Route>();
    parts.add::<searches::Route>();
    parts.add::<appointments::Route>();
    parts.add::<messages::Route>();
    parts.add::<conversations::Route>();
    parts.add::<campaigns::Route>();
    parts.add::<automations::Route>();
    parts.add::<proactive::Route>();
    parts.add::<proposals::Route>();
    parts.add::<businesses::Route>();
    parts.add::<keys::Route>();
    parts.add::<sync::Route>();
    parts.add::<sessions::Route>();
    parts.add::<figures::Route>();
    parts.add::<webhooks::Route>();
    parts.add::<service::Route>();

    let mut info = InfoBuilder::new()
        .title("Recado")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(LicenseBuilder::new().name(env!("CARGO_PKG_LICENSE")).build()))
        .build();
    info.extensions = Some(Extensions::from_iter([("summary", SUMMARY)]));
    let server = ServerBuilder::new().url("/").description(Some("Where this document was read from."));
    let tags = parts.tags.iter().map(|tag| TagBuilder::new().name(tag.name).description(Some(tag.description)).build());
    let schemes = security_schemes().into_iter();
    let components = schemes.fold(ComponentsBuilder::new(), |all, (name, scheme)| all.security_scheme(name, scheme));
    let responses = problem::responses().into_iter();
    let components = responses.fold(components, |all, (name, response)| all.response(name, response));
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([server.build()]))
        .security(Some([SecurityRequirement::new("apiKey", [""; 0])]))
        .tags(Some(tags))
        .paths(parts.paths)
        .components(Some(components.schemas_from_iter(parts.schemas.into_iter()).build()))
        .build()
}

/// The document of what the operator's own backend serves, so that sessions reach it.
#[must_use]
pub fn upstream_document() -> OpenApi {
    let mut parts = Parts::default();
    parts.add::<upstream::Route>();
    let info = InfoBuilder::new()
        .title("Recado's upstream")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(UPSTREAM))
        .license(Some(LicenseBuilder::new().name(env!("CARGO_PKG_LICENSE")).build()));
    let server = ServerBuilder::new().url("/").description(Some("The template's parameter `UpstreamUrl`."));
    let tags = parts.tags.iter().map(|tag| TagBuilder::new().name(tag.name).description(Some(tag.description)).build());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
    let bearer = SecurityScheme::Http(bearer.description(Some("The template's parameter `UpstreamKey`.")).build());
    let components = ComponentsBuilder::new().security_scheme("bearer", bearer);
    OpenApiBuilder::new()
        .info(info.build())
        .servers(Some([server.build()]))
        .tags(Some(tags))
        .paths(parts.paths)
        .components(Some(components.schemas_from_iter(parts.schemas.into_iter()).build()))
        .build()
}

fn security_schemes() -> [(&'static str, SecurityScheme); 5] {
    let header =
        |name, description| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, description)));
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("Gateway `whapi`: the `webhook_secret` of the sender's credentials."));
    [
        ("apiKey", header("x-api-key", "A business key, as `rk_…`, or the operator key.")),
        (
            "metaSignature",
            header(
                "x-hub-signature-256",
                "Gateway `cloud_api`: `sha256=` and the HMAC-SHA-256 of the raw body under the `app_secret`, in hex.",
            ),
        ),
        ("whapiSecret", SecurityScheme::Http(bearer.build())),
        (
            "evolutionSecret",
            header("x-webhook-secret", "Gateway `evolution`: the `webhook_secret` of the sender's credentials."),
        ),
        (
            "wahaSignature",
            header(
                "x-webhook-hmac",
                "Gateway `waha`: the HMAC-SHA-512 of the raw body under the `webhook_secret`, in hex.",
            ),
        ),
    ]
}

#[derive(Default)]
struct Parts {
    tags: Vec<Tag>,
    paths: PathsBuilder,
    schemas: Schemas,
}

impl Parts {
    fn add<R: Route>(&mut self) {
        self.tags.push(R::TAG);
        for route in R::iter() {
            let (operation, schemas) = route.operation().finish();
            self.schemas.extend(schemas);
            let id: &'static str = route.into();
            let text = joined(route.get_documentation().unwrap_or_default());
            let (summary, description) = match text.split_once("\n\n") {
                Some((summary, description)) => (summary, Some(description)),
                None => (text.as_str(), None),
            };
            let mut operation = operation
                .operation_id(Some(id))
                .tag(R::TAG.name)
                .summary(Some(summary))
                .description(description)
                .build();
            tidy_parameters(&mut operation);
            let address = route.address();
            let item = PathItem::new(method(address.method), operation);
            self.paths = std::mem::take(&mut self.paths).path(address.documented(), item);
        }
        R::refine(&mut self.schemas);
    }
}

fn tidy_parameters(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        parameter.description = parameter.description.as_deref().map(joined);
        if let Some(schema) = &mut parameter.schema {
            tidy_parameter(schema);
        }
    }
}

fn method(name: &str) -> HttpMethod {
    match name {
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}
