use std::cell::Cell;

use serde_json::{Map, Value};

use super::{
    Given,
    error::{Result, TemplateError},
    parameters::plain,
    types::Values,
};
use crate::arn;

/// Most references one within another.
const MOST_DEPTH: usize = 64;

/// Replaces intrinsic functions by what they mean in this run.
pub(super) struct Resolver<'a> {
    pub document: &'a Value,
    pub parameters: &'a Values,
    pub given: &'a Given,
    depth: Cell<usize>,
}

impl<'a> Resolver<'a> {
    pub fn new(document: &'a Value, parameters: &'a Values, given: &'a Given) -> Self {
        Self { document, parameters, given, depth: Cell::new(0) }
    }

    /// The value without intrinsic functions; nothing if it is `AWS::NoValue`.
    pub fn resolve(&self, place: &str, value: &Value) -> Result<Option<Value>> {
        match value {
            Value::Object(fields) => match intrinsic(fields) {
                Some((name, argument)) => self.nested(place, || self.call(place, name, argument)),
                None => {
                    let mut resolved = Map::new();
                    for (name, value) in fields {
                        if let Some(value) = self.resolve(&format!("{place}.{name}"), value)? {
                            resolved.insert(name.clone(), value);
                        }
                    }
                    Ok(Some(Value::Object(resolved)))
                }
            },
            Value::Array(items) => {
                let mut resolved = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    resolved.extend(self.resolve(&format!("{place}[{index}]"), item)?);
                }
                Ok(Some(Value::Array(resolved)))
            }
            Value::String(text) => self.secrets(place, text).map(Value::String).map(Some),
            value => Ok(Some(value.clone())),
        }
    }

    /// Whether a condition of the template holds.
    pub fn condition(&self, place: &str, name: &str) -> Result<bool> {
        let Some(condition) = self.document.get("Conditions").and_then(|all| all.get(name)) else {
            return Err(TemplateError::new(place, format!("there is no condition {name}")));
        };
        let place = format!("Conditions.{name}");
        self.nested(&place, || self.truth(&place, condition))
    }

    pub fn resource(&self, id: &str) -> Option<&'a Value> {
        self.document.get("Resources")?.get(id)
    }

    /// Physical name of a resource: what its name property says, else the stack's name and its id.
    pub fn name(&self, place: &str, id: &str) -> Result<String> {
        let resource = self.resource(id).ok_or_else(|| TemplateError::new(place, format!("there is no {id}")))?;
        let properties = resource.get("Properties");
        let property = match resource_type(resource) {
            "AWS::SQS::Queue" => "QueueName",
            "AWS::DynamoDB::Table" => "TableName",
            "AWS::Serverless::Function" => "FunctionName",
            "AWS::S3::Bucket" => "BucketName",
            _ => "Name",
        };
        if let Some(name) = properties.and_then(|properties| properties.get(property))
            && let Some(name) = self.resolve(&format!("Resources.{id}.Properties.{property}"), name)?
        {
            return Ok(plain(&name));
        }
        let fifo = properties.and_then(|properties| properties.get("FifoQueue")).map(plain);
        let suffix = if fifo.as_deref() == Some("true") { ".fifo" } else { "" };
        let name = format!("{}-{id}{suffix}", self.given.stack_name);
        Ok(if property == "BucketName" { name.to_lowercase() } else { name })
    }

    /// Goes one level deeper, so that what refers to itself ends.
    fn nested<T>(&self, place: &str, act: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.depth.get() >= MOST_DEPTH {
            return Err(TemplateError::new(place, "refers to itself"));
        }
        self.depth.set(self.depth.get() + 1);
        let result = act();
        self.depth.set(self.depth.get() - 1);
        result
    }

    fn call(&self, place: &str, name: &str, argument: &Value) -> Result<Option<Value>> {
        let wrong = |reason: &str| Err(TemplateError::new(place, format!("{name} {reason}")));
        match (name, argument) {
            ("Ref", target) => self.reference(place, &self.text(place, target)?),
            ("Fn::GetAtt", Value::String(path)) => match path.split_once('.') {
                Some((id, attribute)) => self.attribute(place, id, attribute).map(Some),
                None => wrong("takes a resource and an attribute"),
            },
            ("Fn::GetAtt", Value::Array(path)) => match path.as_slice() {
                [id, attribute] => {
                    self.attribute(place, &self.text(place, id)?, &self.text(place, attribute)?).map(Some)
                }
                _ => wrong("takes a resource and an attribute"),
            },
            ("Fn::Sub", Value::String(text)) => self.substitute(place, text, &Map::new()).map(Some),
            ("Fn::Sub", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(text), Value::Object(own)] => self.substitute(place, text, own).map(Some),
                _ => wrong("takes a text and a map"),
            },
            ("Fn::Join", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(between), list] => {
                    let items: Vec<String> = self.list(place, list)?.iter().map(plain).collect();
                    Ok(Some(items.join(between).into()))
                }
                _ => wrong("takes a text and a list"),
            },
            ("Fn::Split", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(at), text] => {
                    let text = self.text(place, text)?;
                    Ok(Some(text.split(at.as_str()).map(Value::from).collect()))
                }
                _ => wrong("takes a text and a text"),
            },
            ("Fn::Select", Value::Array(parts)) => match parts.as_slice() {
                [index, list] => {
                    let index = self.text(place, index)?.parse::<usize>().ok();
                    let item = index.and_then(|index| self.list(place, list).ok()?.into_iter().nth(index));
                    item.map_or_else(|| wrong("selects what is not there"), |item| Ok(Some(item)))
                }
                _ => wrong("takes an index and a list"),
            },
            ("Fn::FindInMap", Value::Array(keys)) => {
                let mut found = self.document.get("Mappings");
                for key in keys {
                    let key = self.text(place, key)?;
                    found = found.and_then(|map| map.get(&key));
                }
                match found {
                    Some(found @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) => Ok(Some(found.clone())),
                    _ => wrong("names what is not there"),
                }
            }
            ("Fn::If", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(condition), yes, no] => {
                    let chosen = if self.condition(place, condition)? { yes } else { no };
                    self.resolve(place, chosen)
                }
                _ => wrong("takes a condition and two values"),
            },
            ("Fn::Equals" | "Fn::And" | "Fn::Or" | "Fn::Not" | "Condition", _) => {
                let test = Value::Object(Map::from_iter([(name.to_owned(), argument.clone())]));
                self.truth(place, &test).map(Value::Bool).map(Some)
            }
            _ => wrong("is not known here, or its argument is wrong"),
        }
    }

    fn truth(&self, place: &str, test: &Value) -> Result<bool> {
        let wrong = || TemplateError::new(place, "is no condition");
        let (name, argument) = test.as_object().and_then(intrinsic).ok_or_else(wrong)?;
        let parts = argument.as_array().map(Vec::as_slice).unwrap_or_default();
        match (name, argument, parts) {
            ("Condition", Value::String(name), _) => self.condition(place, name),
            ("Fn::Equals", _, [one, other]) => Ok(self.text(place, one)? == self.text(place, other)?),
            ("Fn::Not", _, [part]) => Ok(!self.truth(place, part)?),
            ("Fn::And", _, [_, ..]) => parts.iter().try_fold(true, |all, part| Ok(all && self.truth(place, part)?)),
            ("Fn::Or", _, [_, ..]) => parts.iter().try_fold(false, |any, part| Ok(any || self.truth(place, part)?)),
            _ => Err(wrong()),
        }
    }

    fn text(&self, place: &str, value: &Value) -> Result<String> {
        match self.resolve(place, value)? {
            Some(value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) => Ok(plain(&value)),
            _ => Err(TemplateError::new(place, "must be a text")),
        }
    }

    fn list(&self, place: &str, value: &Value) -> Result<Vec<Value>> {
        match self.resolve(place, value)? {
            Some(Value::Array(items)) => Ok(items),
            _ => Err(TemplateError::new(place, "must be a list")),
        }
    }

    fn reference(&self, place: &str, target: &str) -> Result<Option<Value>> {
        let stack = &self.given.stack_name;
        let text = match target {
            "AWS::NoValue" => return Ok(None),
            "AWS::Region" => arn::REGION.to_owned(),
            "AWS::AccountId" => arn::ACCOUNT.to_owned(),
            "AWS::Partition" => "aws".to_owned(),
            "AWS::URLSuffix" => "amazonaws.com".to_owned(),
            "AWS::StackName" => stack.clone(),
            "AWS::StackId" => format!("arn:aws:cloudformation:{}:{}:stack/{stack}/local", arn::REGION, arn::ACCOUNT),
            _ => match (self.parameters.get(target), self.resource(target)) {
                (Some(value), _) => return Ok(Some(self.parameter(target, value))),
                (_, Some(resource)) => {
                    let name = self.name(place, target)?;
                    match resource_type(resource) {
                        "AWS::SQS::Queue" => arn::queue_url(&self.given.queue_base_url, &name),
                        _ => name,
                    }
                }
                _ => return Err(TemplateError::new(place, format!("there is no parameter or resource {target}"))),
            },
        };
        Ok(Some(text.into()))
    }

    fn parameter(&self, name: &str, value: &str) -> Value {
        let declared = self.document.get("Parameters").and_then(|all| all.get(name)?.get("Type")?.as_str());
        match declared {
            Some("CommaDelimitedList" | "List<Number>") => {
                value.split(',').map(|item| Value::from(item.trim())).collect()
            }
            _ => value.into(),
        }
    }

    fn attribute(&self, place: &str, id: &str, attribute: &str) -> Result<Value> {
        let Some(resource) = self.resource(id) else {
            return Err(TemplateError::new(place, format!("there is no resource {id}")));
        };
        let name = self.name(place, id)?;
        let text = match (resource_type(resource), attribute) {
            ("AWS::SQS::Queue", "Arn") => arn::queue(&name),
            ("AWS::SQS::Queue", "QueueUrl") => arn::queue_url(&self.given.queue_base_url, &name),
            ("AWS::SQS::Queue", "QueueName") | ("AWS::Events::EventBus", "Name") => name,
            ("AWS::DynamoDB::Table", "Arn") => arn::table(&name),
            ("AWS::DynamoDB::Table", "StreamArn") => arn::stream(&name),
            ("AWS::S3::Bucket", "Arn") => arn::bucket(&name),
            ("AWS::Events::EventBus", "Arn") => arn::bus(&name),
            ("AWS::Events::Rule", "Arn") => {
                let bus = resource.get("Properties").and_then(|properties| properties.get("EventBusName"));
                let bus = bus.map(|bus| self.text(place, bus)).transpose()?;
                arn::rule(bus.as_deref().map_or("default", arn::name_of), &name)
            }
            ("AWS::Serverless::Function", "Arn") => arn::function(&name),
            (kind, _) => return Err(TemplateError::new(place, format!("{attribute} of a {kind} is not known here"))),
        };
        Ok(text.into())
    }

    /// Puts values in the place of `${name}`; `${!name}` stays as `${name}`.
    fn substitute(&self, place: &str, text: &str, own: &Map<String, Value>) -> Result<Value> {
        let (mut result, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else {
                return Err(TemplateError::new(place, "has a ${ without its }"));
            };
            result.push_str(before);
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                result.push_str(&format!("${{{literal}}}"));
                continue;
            }
            let value = match (own.get(name), name.split_once('.')) {
                (Some(value), _) => self.resolve(place, value)?,
                (None, Some((id, attribute))) => Some(self.attribute(place, id, attribute)?),
                (None, None) => self.reference(place, name)?,
            };
            result.push_str(&value.as_ref().map(plain).unwrap_or_default());
        }
        result.push_str(rest);
        self.secrets(place, &result).map(Value::String)
    }

    /// Puts secrets in the place of `{{resolve:secretsmanager:NAME:SecretString:KEY}}`.
    fn secrets(&self, place: &str, text: &str) -> Result<String> {
        let (mut result, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("{{resolve:") {
            let Some((reference, after)) = after.split_once("}}") else {
                return Err(TemplateError::new(place, "has a {{resolve: without its }}"));
            };
            let parts: Vec<&str> = reference.split(':').collect();
            let ["secretsmanager", name, "SecretString", key, ..] = parts.as_slice() else {
                return Err(TemplateError::new(place, format!("{{{{resolve:{reference}}}}} is not known here")));
            };
            let Some(value) = self.given.secrets.get(*name).and_then(|secret| secret.get(*key)) else {
                return Err(TemplateError::new(place, format!("there is no secret {name} with a field {key}")));
            };
            result.push_str(before);
            result.push_str(value);
            rest = after;
        }
        result.push_str(rest);
        Ok(result)
    }
}

pub(super) fn resource_type(resource: &Value) -> &str {
    resource.get("Type").and_then(Value::as_str).unwrap_or_default()
}

/// The name and argument of an intrinsic function.
fn intrinsic(fields: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = fields.iter().next().filter(|_| fields.len() == 1)?;
    // A condition of a policy is an object, a reference to a condition a text.
    let is_call = name == "Ref" || name.starts_with("Fn::") || name == "Condition" && argument.is_string();
    is_call.then_some((name, argument))
}
