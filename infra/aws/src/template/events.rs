use std::time::Duration;

use serde_json::Value;

use super::{
    error::{Result, TemplateError},
    read::Properties,
    resolve::Resolver,
    resources,
    types::{QueueMapping, Receiver, Route, Rule, Schedule, StreamMapping, Target, Template},
};
use crate::{arn, expression::Expression, pattern::Pattern};

/// Takes the events of a function into the template.
pub(super) fn read(template: &mut Template, id: &str, function: &Properties) -> Result<()> {
    let events = function.map("Events")?;
    for event in events.fields.keys() {
        let declaration = events.map(event)?;
        let kind = declaration.required("Type")?;
        let properties = declaration.map("Properties")?;
        match kind.as_str() {
            "HttpApi" => template.routes.push(route(id, &properties)?),
            "SQS" => {
                let mapping = queue_mapping(template, id, event, &properties)?;
                template.queue_mappings.extend(mapping);
            }
            "DynamoDB" => {
                let mapping = stream_mapping(template, id, event, &properties)?;
                template.stream_mappings.extend(mapping);
            }
            "Schedule" => template.schedules.push(schedule(template, id, event, &properties)?),
            "EventBridgeRule" => {
                let rule = function_rule(template, id, event, &properties)?;
                template.rules.push(rule);
            }
            kind => return declaration.error("Type", format!("{kind} is not known here")),
        }
    }
    Ok(())
}

fn route(function: &str, properties: &Properties) -> Result<Route> {
    properties.only(&["ApiId", "Method", "Path", "PayloadFormatVersion", "TimeoutInMillis"])?;
    if properties.text("PayloadFormatVersion")?.is_some_and(|version| version != "2.0") {
        return properties.error("PayloadFormatVersion", "must be 2.0");
    }
    let path = properties.text("Path")?.unwrap_or_else(|| "$default".to_owned());
    let method = properties.text("Method")?.unwrap_or_else(|| "ANY".to_owned()).to_uppercase();
    let method = if method == "X-AMAZON-APIGATEWAY-ANY-METHOD" { "ANY".to_owned() } else { method };
    Ok(Route { function: function.to_owned(), method, path })
}

fn queue_mapping(
    template: &Template,
    function: &str,
    event: &str,
    properties: &Properties,
) -> Result<Option<QueueMapping>> {
    properties.only(&[
        "Queue",
        "BatchSize",
        "Enabled",
        "FilterCriteria",
        "FunctionResponseTypes",
        "MaximumBatchingWindowInSeconds",
        "ScalingConfig",
    ])?;
    let (queue, config) = queue(template, properties, "Queue")?;
    let window = properties.number("MaximumBatchingWindowInSeconds", 0, 300)?.unwrap_or(0);
    let most = if config.fifo { 10 } else { 10_000 };
    let batch_size = properties.number("BatchSize", 1, most)?.unwrap_or(10);
    if config.fifo && window > 0 {
        return properties.error("MaximumBatchingWindowInSeconds", "is not for FIFO queues");
    }
    if batch_size > 10 && window == 0 {
        return properties.error("BatchSize", "above 10 needs a MaximumBatchingWindowInSeconds of at least 1");
    }
    let timeout = template.functions.get(function).map_or(0, |function| function.timeout.as_secs());
    if u64::from(config.visibility) < timeout {
        let reason = format!("has a visibility of {} s, less than the function's time-out", config.visibility);
        return properties.error("Queue", reason);
    }
    let concurrency = properties.map("ScalingConfig")?.number("MaximumConcurrency", 2, 1_000)?;
    let mapping = QueueMapping {
        name: format!("{function}/{event}"),
        function: function.to_owned(),
        queue,
        batch_size: batch_size as usize,
        window: Duration::from_secs(window.into()),
        maximum_concurrency: concurrency.map(|most| most as usize),
        partial_failures: partial_failures(properties)?,
        filters: filters(properties)?,
    };
    Ok(properties.flag("Enabled")?.unwrap_or(true).then_some(mapping))
}

fn stream_mapping(
    template: &Template,
    function: &str,
    event: &str,
    properties: &Properties,
) -> Result<Option<StreamMapping>> {
    properties.only(&[
        "Stream",
        "BatchSize",
        "BisectBatchOnFunctionError",
        "DestinationConfig",
        "Enabled",
        "FilterCriteria",
        "FunctionResponseTypes",
        "MaximumBatchingWindowInSeconds",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "StartingPosition",
    ])?;
    let stream = properties.required("Stream")?;
    let table = arn::name_of(&stream);
    if !template.tables.values().any(|known| known.name == table && known.stream.is_some()) {
        return properties.error("Stream", format!("{table} has no stream"));
    }
    let from_oldest = match properties.required("StartingPosition")?.as_str() {
        "TRIM_HORIZON" => true,
        "LATEST" => false,
        _ => return properties.error("StartingPosition", "must be TRIM_HORIZON or LATEST"),
    };
    let failures = properties.map("DestinationConfig")?.map("OnFailure")?;
    let on_failure = match failures.has("Destination") {
        true => Some(queue(template, &failures, "Destination")?.0),
        false => None,
    };
    let window = properties.number("MaximumBatchingWindowInSeconds", 0, 300)?.unwrap_or(0);
    // Minus one is no limit.
    let limit = |name: &str, least, most| match properties.text(name)?.filter(|limit| limit != "-1") {
        Some(_) => properties.number(name, least, most),
        None => Ok(None),
    };
    let mapping = StreamMapping {
        name: format!("{function}/{event}"),
        function: function.to_owned(),
        function_name: template.functions.get(function).map(|function| function.name.clone()).unwrap_or_default(),
        table: table.to_owned(),
        from_oldest,
        batch_size: properties.number("BatchSize", 1, 10_000)?.unwrap_or(100) as usize,
        window: Duration::from_secs(window.into()),
        bisect: properties.flag("BisectBatchOnFunctionError")?.unwrap_or(false),
        maximum_retries: limit("MaximumRetryAttempts", 0, 10_000)?,
        maximum_age: limit("MaximumRecordAgeInSeconds", 60, 604_800)?.map(|age| Duration::from_secs(age.into())),
        partial_failures: partial_failures(properties)?,
        on_failure,
        filters: filters(properties)?,
    };
    Ok(properties.flag("Enabled")?.unwrap_or(true).then_some(mapping))
}

fn schedule(template: &Template, function: &str, event: &str, properties: &Properties) -> Result<Schedule> {
    properties.only(&["Schedule", "Input", "Enabled", "State", "Name", "Description"])?;
    let expression = properties.required("Schedule")?;
    if let Err(reason) = Expression::parse(&expression) {
        return properties.error("Schedule", reason.to_string());
    }
    let rule = properties.text("Name")?.unwrap_or_else(|| rule_name(template, function, event));
    Ok(Schedule {
        name: format!("{function}/{event}"),
        rule,
        function: function.to_owned(),
        expression,
        input: input(properties)?,
        enabled: enabled(properties)?,
    })
}

fn function_rule(template: &Template, function: &str, event: &str, properties: &Properties) -> Result<Rule> {
    properties.only(&["Pattern", "EventBusName", "Input", "State", "DeadLetterConfig", "RuleName", "Target"])?;
    let target = Target {
        id: properties.map("Target")?.text("Id")?.unwrap_or_else(|| format!("{event}Target")),
        to: Receiver::Function(function.to_owned()),
        dead_letters: dead_letters(template, properties)?,
        group: None,
        input: input(properties)?,
    };
    Ok(Rule {
        name: properties.text("RuleName")?.unwrap_or_else(|| rule_name(template, function, event)),
        bus: bus(template, properties)?,
        pattern: pattern(properties, "Pattern")?,
        enabled: enabled(properties)?,
        targets: vec![target],
    })
}

/// Reads an `AWS::Events::Rule`.
pub(super) fn rule(resolver: &Resolver<'_>, template: &Template, id: &str) -> Result<Rule> {
    let properties = resources::properties(resolver, id)?;
    properties.only(&["Name", "Description", "EventBusName", "EventPattern", "State", "Targets"])?;
    let targets = properties.maps("Targets")?.into_iter().map(|target| {
        target.only(&["Id", "Arn", "DeadLetterConfig", "Input", "RetryPolicy", "SqsParameters"])?;
        let receiver = target.required("Arn")?;
        let to = match receiver.split(':').nth(2) {
            Some("sqs") => Receiver::Queue(queue(template, &target, "Arn")?.0),
            Some("lambda") => match template.function_named(arn::name_of(&receiver)) {
                Some(function) => Receiver::Function(function.to_owned()),
                None => return target.error("Arn", "names no function of this template"),
            },
            _ => return target.error("Arn", "must be a queue or a function"),
        };
        Ok(Target {
            id: target.required("Id")?,
            to,
            dead_letters: dead_letters(template, &target)?,
            group: target.map("SqsParameters")?.text("MessageGroupId")?,
            input: input(&target)?,
        })
    });
    Ok(Rule {
        name: resolver.name(&properties.place, id)?,
        bus: bus(template, &properties)?,
        pattern: pattern(&properties, "EventPattern")?,
        enabled: enabled(&properties)?,
        targets: targets.collect::<Result<_>>()?,
    })
}

fn rule_name(template: &Template, function: &str, event: &str) -> String {
    let name = template.functions.get(function).map_or(function, |function| function.name.as_str());
    format!("{name}{event}")
}

/// Name and configuration of the queue that a property names by its ARN.
fn queue<'a>(
    template: &'a Template,
    properties: &Properties,
    property: &str,
) -> Result<(String, &'a crate::queues::QueueConfig)> {
    let arn = properties.required(property)?;
    match template.queues.values().find(|config| arn == arn::queue(&config.name)) {
        Some(config) => Ok((config.name.clone(), config)),
        None => properties.error(property, format!("{arn} is no queue of this template")),
    }
}

fn dead_letters(template: &Template, properties: &Properties) -> Result<Option<String>> {
    let config = properties.map("DeadLetterConfig")?;
    if !config.has("Arn") {
        return Ok(None);
    }
    queue(template, &config, "Arn").map(|(name, _)| Some(name))
}

fn bus(template: &Template, properties: &Properties) -> Result<String> {
    let Some(bus) = properties.text("EventBusName")? else { return Ok("default".to_owned()) };
    let bus = arn::name_of(&bus);
    match bus == "default" || template.buses.values().any(|known| known == bus) {
        true => Ok(bus.to_owned()),
        false => properties.error("EventBusName", format!("{bus} is no bus of this template")),
    }
}

fn pattern(properties: &Properties, name: &str) -> Result<Pattern> {
    let wrong = |error: crate::pattern::PatternError| TemplateError::new(properties.at(name), error.to_string());
    match properties.get(name) {
        Some(Value::String(json)) => Pattern::parse(json).map_err(wrong),
        Some(pattern) => Pattern::new(pattern).map_err(wrong),
        None => properties.error(name, "is missing"),
    }
}

fn filters(properties: &Properties) -> Result<Vec<Pattern>> {
    let filters = properties.map("FilterCriteria")?.maps("Filters")?;
    filters.iter().map(|filter| pattern(filter, "Pattern")).collect()
}

fn partial_failures(properties: &Properties) -> Result<bool> {
    let types = properties.list("FunctionResponseTypes")?;
    match types.as_slice() {
        [] => Ok(false),
        [Value::String(only)] if only == "ReportBatchItemFailures" => Ok(true),
        _ => properties.error("FunctionResponseTypes", "may only hold ReportBatchItemFailures"),
    }
}

/// `Input` is JSON in a text.
fn input(properties: &Properties) -> Result<Option<Value>> {
    let Some(text) = properties.text("Input")? else { return Ok(None) };
    match serde_json::from_str(&text) {
        Ok(input) => Ok(Some(input)),
        Err(error) => properties.error("Input", format!("is no JSON: {error}")),
    }
}

fn enabled(properties: &Properties) -> Result<bool> {
    let state = properties.text("State")?.is_none_or(|state| state.starts_with("ENABLED"));
    Ok(state && properties.flag("Enabled")?.unwrap_or(true))
}
