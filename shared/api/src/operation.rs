//! An operation of the document: the request and the answers of a route.

use crate::problem::{self, Problem};
use crate::schemas::{Schemas, any_object};
use serde_json::Value;
use utoipa::openapi::content::{Content, ContentBuilder};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{OperationBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Ref, RefOr, Required, Schema};
use utoipa::{IntoParams, ToSchema};

/// An example of a body: its name, a sentence, and the body.
pub type Example = (&'static str, &'static str, Value);

/// An operation, made step by step.
pub struct Operation {
    builder: OperationBuilder,
    schemas: Schemas,
    has_key: bool,
}

impl Operation {
    /// Of a route that takes any API key.
    #[must_use]
    pub fn with_key() -> Self {
        Self { builder: OperationBuilder::new(), schemas: Schemas::default(), has_key: true }
            .problems(&["400", "401", "403", "429", "default"])
    }

    /// Of a route that only the operator's key passes.
    #[must_use]
    pub fn with_operator_key() -> Self {
        let Self { builder, schemas, has_key } = Self::with_key();
        Self { builder: builder.security(SecurityRequirement::new("apiKey", ["operator"])), schemas, has_key }
    }

    /// Of a route that takes no API key, but one of these schemes, or nothing.
    #[must_use]
    pub fn with_schemes(schemes: &[&str]) -> Self {
        let ways = schemes.iter().map(|scheme| SecurityRequirement::new(*scheme, [""; 0]));
        let builder = OperationBuilder::new().securities(Some(ways));
        Self { builder, schemas: Schemas::default(), has_key: false }
    }

    /// The parameters of the path.
    #[must_use]
    pub fn path<P: IntoParams>(self) -> Self {
        self.parameters::<P>(&ParameterIn::Path)
    }

    /// The parameters of the query.
    #[must_use]
    pub fn query<Q: IntoParams>(self) -> Self {
        self.parameters::<Q>(&ParameterIn::Query)
    }

    /// The headers that a request has beside those of every request.
    #[must_use]
    pub fn header<H: IntoParams>(self) -> Self {
        self.parameters::<H>(&ParameterIn::Header)
    }

    /// An answer that is told by its status alone.
    #[must_use]
    pub fn told(self, status: u16, description: &str) -> Self {
        self.response(status, ResponseBuilder::new().description(description))
    }

    fn parameters<P: IntoParams>(self, place: &ParameterIn) -> Self {
        let given = P::into_params(|| Some(place.clone()));
        Self { builder: given.into_iter().fold(self.builder, OperationBuilder::parameter), ..self }
    }

    /// A body of JSON.
    #[must_use]
    pub fn body<B: ToSchema>(mut self, examples: impl IntoIterator<Item = Example>) -> Self {
        let schema = self.schemas.takes::<B>();
        self.body_of(schema, examples)
    }

    /// A body of JSON as others write it.
    #[must_use]
    pub fn foreign_body(self, examples: impl IntoIterator<Item = Example>) -> Self {
        self.body_of(any_object(), examples)
    }

    fn body_of(self, schema: RefOr<Schema>, examples: impl IntoIterator<Item = Example>) -> Self {
        let body = RequestBodyBuilder::new().content("application/json", content(schema, examples));
        let builder = self.builder.request_body(Some(body.required(Some(Required::True)).build()));
        let operation = Self { builder, ..self };
        if operation.has_key { operation.problems(&["413", "415"]) } else { operation }
    }

    /// An answer of JSON.
    #[must_use]
    pub fn answer<A: ToSchema>(self, status: u16, description: &str) -> Self {
        self.answer_with::<A>(status, description, [])
    }

    /// An answer of JSON, with examples that its schema does not have.
    #[must_use]
    pub fn answer_with<A: ToSchema>(
        mut self,
        status: u16,
        description: &str,
        examples: impl IntoIterator<Item = Example>,
    ) -> Self {
        let schema = self.schemas.answers::<A>();
        let response = ResponseBuilder::new().description(description);
        self.response(status, response.content("application/json", content(schema, examples)))
    }

    /// An answer of JSON with a header.
    #[must_use]
    pub fn answer_with_header<A: ToSchema>(
        mut self,
        status: u16,
        description: &str,
        name: &str,
        header: Header,
    ) -> Self {
        let content = content(self.schemas.answers::<A>(), []);
        let response = ResponseBuilder::new().description(description).header(name, header);
        self.response(status, response.content("application/json", content))
    }

    /// An answer that is made elsewhere.
    #[must_use]
    pub fn response(self, status: u16, response: impl Into<Response>) -> Self {
        Self { builder: self.builder.response(status.to_string(), response.into()), ..self }
    }

    /// 404: there is no such thing.
    #[must_use]
    pub fn not_found(self) -> Self {
        self.problems(&["404"])
    }

    /// Problems that are told by the shared answers of their statuses.
    #[must_use]
    pub fn problems(mut self, statuses: &[&str]) -> Self {
        self.schemas.answers::<Problem>();
        let shared = |status| Ref::from_response_name(problem::response_name(status));
        let builder = statuses.iter().fold(self.builder, |builder, status| builder.response(*status, shared(status)));
        Self { builder, ..self }
    }

    /// 409 with a word of its own, and the detail and the sentence of an example.
    #[must_use]
    pub fn conflict(self, code: &str, description: &str, detail: &str, error: &str) -> Self {
        let description = format!("{description} (`{code}`).");
        self.response(409, problem::response(409, &description, code, detail, error))
    }

    /// 409 for several reasons, each with a word, a sentence, the detail of an example and its sentence.
    #[must_use]
    pub fn conflicts(self, description: &str, reasons: &[(&str, &str, &str, &str)]) -> Self {
        let told: Vec<_> = reasons.iter().map(|(code, when, ..)| format!("{when} (`{code}`).")).collect();
        let mut response = problem::response(409, &format!("{description}. {}", told.join(" ")), "", "", "");
        for content in response.content.values_mut() {
            content.example = None;
            content.examples = reasons
                .iter()
                .map(|(code, when, detail, error)| {
                    let value = problem::example(409, code, detail, error);
                    let example = ExampleBuilder::new().summary(*when).value(Some(value)).build();
                    ((*code).to_owned(), RefOr::T(example))
                })
                .collect();
        }
        self.response(409, response)
    }

    pub(crate) fn finish(self) -> (OperationBuilder, Schemas) {
        (self.builder, self.schemas)
    }
}

pub(crate) fn content(schema: RefOr<Schema>, examples: impl IntoIterator<Item = Example>) -> Content {
    let examples = examples.into_iter().map(|(name, summary, value)| {
        (name, RefOr::T(ExampleBuilder::new().summary(summary).value(Some(value)).build()))
    });
    ContentBuilder::new().schema(Some(schema)).examples_from_iter(examples).build()
}
