//! `template.yaml` (SAM and CloudFormation) as the engine and the laptop need it.
//!
//! Read are functions with their events (`HttpApi`, `SQS`, `DynamoDB`, `Schedule`, `EventBridgeRule`), tables, queues,
//! buckets, buses and rules; other resources are passed over. A setting of these that cannot be carried out is refused in one
//! line.

mod error;
mod events;
mod for_each;
mod parameters;
mod read;
mod resolve;
mod resources;
mod types;
mod yaml;

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;

pub use error::TemplateError;
use resolve::{Resolver, resource_type};
pub use types::{
    FunctionResource, Index, Key, Projection, QueueMapping, Receiver, Route, Rule, Schedule, StreamMapping, Table,
    Target, Template, Values,
};

/// The values that a run gives to a template.
#[derive(Clone)]
pub struct Given {
    /// Name of the stack, with which the names of its resources begin.
    pub stack_name: String,
    /// Address under which queues are found, like `http://127.0.0.1:8080/_aws/sqs`.
    pub queue_base_url: String,
    /// Parameters that are not to have their defaults.
    pub parameters: BTreeMap<String, String>,
    /// Secrets by name, each with its fields.
    pub secrets: BTreeMap<String, BTreeMap<String, String>>,
}

impl Given {
    /// A stack `recado` at a base address, without parameters and secrets.
    pub fn at(queue_base_url: impl Into<String>) -> Self {
        Self {
            stack_name: "recado".to_owned(),
            queue_base_url: queue_base_url.into(),
            parameters: BTreeMap::new(),
            secrets: BTreeMap::new(),
        }
    }
}

/// A template's text as JSON: tags become maps (`{"Fn::GetAtt": …}`), loops what they stand for; nothing is resolved.
pub fn document(text: &str) -> Result<Value, TemplateError> {
    for_each::expand(yaml::parse(text)?)
}

impl Template {
    /// Reads a template from a file.
    pub fn load(path: &Path, given: &Given) -> Result<Self, TemplateError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| TemplateError::new(path.display().to_string(), error.to_string()))?;
        Self::parse(&text, given)
    }

    /// Reads a template from YAML.
    pub fn parse(text: &str, given: &Given) -> Result<Self, TemplateError> {
        let document = document(text)?;
        let parameters = parameters::values(document.get("Parameters"), &given.parameters)?;
        let resolver = Resolver::new(&document, &parameters, given);
        let mut template = Self { parameters: parameters.clone(), ..Self::default() };

        let resources = document.get("Resources").and_then(Value::as_object);
        let mut functions = Vec::new();
        for (id, resource) in resources.into_iter().flatten() {
            let place = format!("Resources.{id}");
            if let Some(condition) = resource.get("Condition").and_then(Value::as_str)
                && !resolver.condition(&place, condition)?
            {
                continue;
            }
            match resource_type(resource) {
                "AWS::SQS::Queue" => _ = template.queues.insert(id.clone(), resources::queue(&resolver, id)?),
                "AWS::DynamoDB::Table" => _ = template.tables.insert(id.clone(), resources::table(&resolver, id)?),
                "AWS::S3::Bucket" => _ = template.buckets.insert(id.clone(), resolver.name(&place, id)?),
                "AWS::Events::EventBus" => _ = template.buses.insert(id.clone(), resolver.name(&place, id)?),
                "AWS::Serverless::Function" => {
                    let (function, properties) = resources::function(&resolver, id)?;
                    template.functions.insert(id.clone(), function);
                    functions.push((id.clone(), properties));
                }
                _ => {}
            }
        }
        // Events and rules name queues, tables and functions, which are all known by now.
        for (id, properties) in functions {
            events::read(&mut template, &id, &properties)?;
        }
        for (id, resource) in resources.into_iter().flatten() {
            if resource_type(resource) == "AWS::Events::Rule" {
                let rule = events::rule(&resolver, &template, id)?;
                template.rules.push(rule);
            }
        }
        Ok(template)
    }

    /// Logical id of the function with this name.
    pub fn function_named(&self, name: &str) -> Option<&str> {
        self.functions.iter().find(|(_, function)| function.name == name).map(|(id, _)| id.as_str())
    }
}

#[cfg(test)]
mod tests;
