//! The rules of the template that `sam validate --lint` and `cfn-lint` do not see.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn template() -> Value {
    aws::template::document(&std::fs::read_to_string(root().join("template.yaml")).unwrap()).unwrap()
}

struct Resource {
    name: String,
    properties: Value,
}

fn resources(kind: &str) -> Vec<Resource> {
    template()["Resources"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, resource)| resource["Type"] == kind)
        .map(|(name, resource)| Resource { name: name.clone(), properties: resource["Properties"].clone() })
        .collect()
}

fn functions() -> Vec<Resource> {
    resources("AWS::Serverless::Function")
}

/// A number, or the default of the parameter that is referred to.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(n) => n.as_u64(),
        Value::Object(_) => template()["Parameters"][value["Ref"].as_str()?]["Default"].as_u64(),
        _ => None,
    }
}

fn timeout(function: &Resource) -> u64 {
    number(&function.properties["Timeout"])
        .unwrap_or_else(|| number(&template()["Globals"]["Function"]["Timeout"]).unwrap())
}

fn events(function: &Resource) -> Vec<(String, Value)> {
    function.properties["Events"]
        .as_object()
        .map(|events| {
            events.iter().map(|(_, e)| (e["Type"].as_str().unwrap().to_owned(), e["Properties"].clone())).collect()
        })
        .unwrap_or_default()
}

/// The logical id in `!GetAtt X.Arn`, `!GetAtt [!Sub X, Arn]`, `!Ref X`, `!Sub ${X.Arn}/…`.
fn target(value: &Value) -> String {
    let attribute = &value["Fn::GetAtt"];
    let names = [attribute, &attribute[0], &attribute[0]["Fn::Sub"], &value["Ref"], &value["Fn::Sub"]];
    let text = names.into_iter().find_map(Value::as_str).unwrap();
    text.trim_start_matches("${").split(['.', '}']).next().unwrap().to_owned()
}

#[test]
fn every_queue_has_dead_letters_an_alarm_and_time_for_its_function() {
    let queues: BTreeMap<_, _> =
        resources("AWS::SQS::Queue").into_iter().map(|q| (q.name.clone(), q.properties)).collect();
    let alarmed: BTreeSet<String> = resources("AWS::CloudWatch::Alarm")
        .iter()
        .filter(|alarm| alarm.properties["Namespace"] == "AWS/SQS")
        .map(|alarm| target(&alarm.properties["Dimensions"][0]["Value"]))
        .collect();
    // An alarm may not use the key that AWS keeps for topics, and would tell nobody.
    assert!(resources("AWS::SNS::Topic").iter().all(|topic| topic.properties["KmsMasterKeyId"].is_null()));
    for alarm in resources("AWS::CloudWatch::Alarm") {
        assert_eq!(target(&alarm.properties["AlarmActions"][0]), "AlarmTopic", "{} tells nobody", alarm.name);
    }
    for (name, queue) in &queues {
        if name.ends_with("DeadLetters") {
            assert!(alarmed.contains(name), "{name} has no alarm");
            continue;
        }
        let redrive = &queue["RedrivePolicy"];
        assert!(number(&redrive["maxReceiveCount"]).unwrap_or(0) >= 10, "{name} gives up too early");
        assert!(queues.contains_key(&target(&redrive["deadLetterTargetArn"])), "{name} has no dead letters");
        let readers: Vec<_> = functions()
            .into_iter()
            .filter(|f| events(f).iter().any(|(kind, e)| kind == "SQS" && target(&e["Queue"]) == *name))
            .collect();
        assert_eq!(readers.len(), 1, "{name} has {} readers", readers.len());
        let visibility = number(&queue["VisibilityTimeout"]).unwrap();
        let needed = 6 * timeout(&readers[0]);
        assert!(visibility >= needed, "{name}: visibility {visibility} s is below {needed} s");
    }
}

#[test]
fn event_sources_report_partial_failures_and_give_up_into_a_queue() {
    for function in functions() {
        for (kind, event) in events(&function) {
            let name = &function.name;
            if kind == "SQS" || kind == "DynamoDB" {
                assert_eq!(event["FunctionResponseTypes"][0], Value::from("ReportBatchItemFailures"), "{name}");
                assert!(timeout(&function) <= 60, "{name} works longer than a minute");
            }
            if kind == "SQS" {
                let (batch, window) =
                    (number(&event["BatchSize"]).unwrap(), number(&event["MaximumBatchingWindowInSeconds"]));
                assert!(batch <= 10 || window.unwrap_or(0) >= 1, "{name}: a batch of {batch} needs a window");
                let concurrency = number(&event["ScalingConfig"]["MaximumConcurrency"]).unwrap();
                assert!((2..=1000).contains(&concurrency), "{name}: concurrency {concurrency}");
            }
            if kind == "DynamoDB" {
                assert_eq!(event["BisectBatchOnFunctionError"], Value::from(true), "{name}");
                // An outage is waited out, and what is given up can still be read in its stream for half a day.
                assert_eq!(event["MaximumRetryAttempts"].as_i64(), Some(-1), "{name}");
                assert_eq!(event["MaximumRecordAgeInSeconds"].as_i64(), Some(43_200), "{name}");
                target(&event["DestinationConfig"]["OnFailure"]["Destination"]);
            }
            if kind == "HttpApi" {
                assert!(timeout(&function) < 30, "{name} outlasts the API's own limit");
            }
            if kind == "Schedule" {
                assert_schedule(name, event["Schedule"].as_str().unwrap());
            }
        }
    }
}

/// EventBridge takes `rate(1 minute)`, `rate(n minutes)` and six-field crons with one `?`.
fn assert_schedule(function: &str, schedule: &str) {
    let (kind, rest) = schedule.trim_end_matches(')').split_once('(').unwrap();
    let fields: Vec<_> = rest.split(' ').collect();
    match kind {
        "rate" => {
            let n: u32 = fields[0].parse().unwrap();
            let singular = ["minute", "hour", "day"].contains(&fields[1]);
            assert_eq!(n == 1, singular, "{function}: {schedule}");
        }
        "cron" => {
            assert_eq!(fields.len(), 6, "{function}: {schedule}");
            assert_eq!((fields[2] == "?") as u8 + (fields[4] == "?") as u8, 1, "{function}: {schedule}");
        }
        other => panic!("{function}: {other}"),
    }
}

#[test]
fn a_gateway_call_ends_before_its_lease_and_a_lease_before_its_visibility() {
    let value = |name: &str| template()["Parameters"][name]["Default"].as_u64().unwrap();
    assert!(value("GatewayTimeoutSeconds") < value("LeaseSeconds"));
    assert!(value("LeaseSeconds") < value("SendVisibilitySeconds"));
    // A message that is gathered is invisible meanwhile.
    assert!(value("IndexWindowSeconds") + 6 * value("HandlerTimeoutSeconds") <= value("SendVisibilitySeconds"));
    let sender = functions().into_iter().find(|f| f.name == "SendMessageFunction").unwrap();
    assert!(value("GatewayTimeoutSeconds") < timeout(&sender));
}

#[test]
fn tables_can_be_restored_to_any_point() {
    for table in resources("AWS::DynamoDB::Table") {
        let recovery = &table.properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"];
        assert_eq!(*recovery, Value::from(true), "{}", table.name);
    }
}

/// In `legacy` runs it reads every customer there is, as the system did that this one replaces. No other function scans.
const MAY_SCAN_CUSTOMERS: &str = "LegacyRunsFunction";

/// A function may use each thing that it is told of, and is told of each that it may use. It may use nothing by a
/// wildcard.
#[test]
fn roles_name_single_things_and_match_the_environment() {
    for function in functions() {
        let (mut allowed, mut put_off) = (BTreeSet::new(), BTreeSet::new());
        for policy in function.properties["Policies"].as_array().unwrap() {
            for statement in policy["Statement"].as_array().unwrap() {
                let actions = statement["Action"].as_array().cloned().unwrap_or(vec![statement["Action"].clone()]);
                for action in &actions {
                    assert!(!action.as_str().unwrap().contains('*'), "{}: {action:?}", function.name);
                }
                let resources = match &statement["Resource"] {
                    Value::Array(many) => many.clone(),
                    one => vec![one.clone()],
                };
                let scans = actions.iter().any(|action| action == "dynamodb:Scan");
                let may_scan = MAY_SCAN_CUSTOMERS == function.name
                    && resources.iter().all(|resource| target(resource) == "CustomersTable");
                assert!(!scans || may_scan, "{} may scan {resources:?}", function.name);
                let named = resources.iter().map(target);
                if statement["Action"] == "sqs:ChangeMessageVisibility" {
                    put_off.extend(named)
                } else {
                    allowed.extend(named)
                }
            }
        }
        // A table whose stream it reads, which an event allows.
        let streams = events(&function).into_iter().filter(|(kind, _)| kind == "DynamoDB");
        allowed.extend(streams.map(|(_, event)| target(&event["Stream"])));
        let told: BTreeSet<String> = function.properties["Environment"]["Variables"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| {
                name.starts_with("TABLE_")
                    || name.starts_with("QUEUE_")
                    || ["BUS_NAME", "DEAD_LETTERS_URL", "INDEX_BUCKET"].contains(&name.as_str())
            })
            .map(|(_, value)| target(value))
            .collect();
        assert_eq!(allowed, told, "{}", function.name);
        let read: BTreeSet<String> = events(&function)
            .into_iter()
            .filter(|(kind, _)| kind == "SQS")
            .map(|(_, event)| target(&event["Queue"]))
            .collect();
        assert_eq!(put_off, read, "{}: what fails is put off in its own queue", function.name);
    }
}

/// A function that counts requests may not make a key better: it changes rows of limits alone.
#[test]
fn only_limits_of_keys_are_updated() {
    let mut seen = 0;
    for function in functions() {
        for statement in function.properties["Policies"][0]["Statement"].as_array().unwrap() {
            let is_keys = statement["Resource"].to_string().contains("ApiKeysTable");
            if is_keys && statement["Action"].to_string().contains("dynamodb:UpdateItem") {
                let keys = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
                assert_eq!(*keys, serde_json::json!(["limit/*"]), "{}", function.name);
                assert_eq!(statement["Action"].as_array().unwrap().len(), 1, "{}", function.name);
                seen += 1;
            }
        }
    }
    assert!(seen >= 5, "{seen} functions count requests");
}

/// The door is throttled, and its log names no path, no query and no address: phone numbers and secrets stand there.
#[test]
fn the_door_is_bounded_and_its_log_tells_nothing_personal() {
    let api = resources("AWS::Serverless::HttpApi").remove(0).properties;
    let defaults = &api["DefaultRouteSettings"];
    assert!(number(&defaults["ThrottlingRateLimit"]).unwrap() <= number(&defaults["ThrottlingBurstLimit"]).unwrap());
    let format = api["AccessLogSettings"]["Format"].as_str().unwrap();
    let told: BTreeSet<_> = format.split('"').filter(|part| part.starts_with('$')).collect();
    let plain = [
        "$context.requestId",
        "$context.requestTime",
        "$context.routeKey",
        "$context.status",
        "$context.responseLength",
        "$context.responseLatency",
        "$context.integrationErrorMessage",
    ];
    assert_eq!(told, BTreeSet::from(plain));
    let sample: Value = serde_json::from_str(&format.replace("$context.", "")).unwrap();
    assert_eq!(sample["route"], "routeKey");
    assert_eq!(target(&api["AccessLogSettings"]["DestinationArn"]), "ApiLog");
    let sender = functions().into_iter().find(|f| f.name == "SendMessageFunction").unwrap();
    assert!(sender.properties["ReservedConcurrentExecutions"]["Fn::If"].is_array());
}

#[test]
fn every_room_of_functions_is_deployed_and_has_its_event_file() {
    let rooms: BTreeSet<String> = std::fs::read_dir(root().join("functions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let deployed: BTreeSet<String> = functions()
        .iter()
        .map(|f| f.properties["CodeUri"].as_str().unwrap().trim_matches('/').rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(rooms, deployed);
    for room in rooms {
        let found = ["apigw", "sqs", "eventbridge", "dynamodb"]
            .iter()
            .any(|kind| root().join(format!("events/{kind}/{room}.json")).is_file());
        assert!(found, "events/*/{room}.json is missing");
    }
}

/// A person whom an alarm wakes finds its heading in the operator's guide, and no heading is of an alarm that is gone.
/// CloudWatch takes a dashboard as a text. What it reads of the log is logged.
#[test]
fn the_dashboard_can_be_read_and_asks_for_what_is_logged() {
    let template = template();
    let text = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"].as_str().unwrap();
    // A place to fill in is itself a text here.
    let body: Value = serde_json::from_str(text).unwrap();
    let widgets = body["widgets"].as_array().unwrap();
    let sides = |widget: &Value| ["x", "y", "width", "height"].map(|side| number(&widget[side]).unwrap());
    for (nth, one) in widgets.iter().enumerate() {
        let [x, y, width, height] = sides(one);
        assert!(x + width <= 24, "{one}");
        for other in &widgets[nth + 1..] {
            let [x2, y2, width2, height2] = sides(other);
            let apart = x + width <= x2 || x2 + width2 <= x || y + height <= y2 || y2 + height2 <= y;
            assert!(apart, "{one} covers {other}");
        }
    }
    let logged = std::fs::read_to_string(root().join("functions/send-message/src/prepare.rs")).unwrap();
    let line = logged.split("tracing::info!(").find(|rest| rest.contains("sent = 1")).unwrap();
    let line = line.split(';').next().unwrap();
    let mut read = BTreeSet::new();
    for widget in widgets.iter().filter(|widget| widget["type"] == "log") {
        let query = widget["properties"]["query"].as_str().unwrap();
        assert!(query.starts_with("SOURCE '/aws/lambda/${SendMessageFunction}' | filter sent = 1 | "), "{query}");
        let by = query.split(" by ").nth(1).unwrap().split(' ').next().unwrap();
        assert!(by == "hour" || line.contains(by), "{by} is not logged: {line}");
        read.insert(by.to_owned());
    }
    assert_eq!(read, ["business_id", "hour", "message_type"].map(str::to_owned).into());
}

/// The Rust files of the functions and of what they are made of.
fn sources() -> String {
    let mut text = String::new();
    let mut folders = vec![root().join("functions"), root().join("shared")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                text.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    text
}

/// A metric that nobody writes is an alarm that never rings, and a picture without a line.
#[test]
fn alarms_and_dashboard_name_metrics_that_the_code_writes() {
    let mut named = BTreeSet::new();
    for alarm in resources("AWS::CloudWatch::Alarm") {
        let metrics = alarm.properties["Metrics"].as_array().cloned().unwrap_or_default();
        let stats = metrics.iter().map(|metric| metric["MetricStat"]["Metric"].clone());
        for metric in stats.chain([alarm.properties.clone()]).filter(|metric| metric["Namespace"] == "Recado") {
            named.insert(metric["MetricName"].as_str().unwrap().to_owned());
        }
    }
    let template = template();
    let body = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"].as_str().unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    for widget in body["widgets"].as_array().unwrap() {
        for metric in widget["properties"]["metrics"].as_array().into_iter().flatten() {
            if metric[0] == "Recado" {
                named.insert(metric[1].as_str().unwrap().to_owned());
            }
            let search = metric[0]["expression"].as_str().unwrap_or_default();
            named.extend(search.split("MetricName=\"").nth(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
    assert!(named.len() > 15, "{named:?}");
    let sources = sources();
    for name in named {
        let is_written = ["counter!(\"", "histogram!(\"", "gauge!(\"", "const REQUESTS: &str = \""]
            .iter()
            .any(|begin| sources.contains(&format!("{begin}{name}\"")));
        assert!(is_written, "nothing writes the metric {name}");
    }
}

#[test]
fn every_alarm_has_a_heading() {
    let guide = std::fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let headings: Vec<&str> =
        guide.lines().filter_map(|line| line.strip_prefix("### ")).filter(|it| it.ends_with("Alarm")).collect();
    let alarms: Vec<String> = resources("AWS::CloudWatch::Alarm").into_iter().map(|alarm| alarm.name).collect();
    let is_of = |heading: &str, alarm: &str| match heading.strip_prefix('…') {
        Some(end) => alarm.ends_with(end),
        None => alarm == heading,
    };
    for alarm in &alarms {
        assert!(headings.iter().any(|heading| is_of(heading, alarm)), "docs/operations.md has no heading for {alarm}");
    }
    for heading in headings {
        assert!(alarms.iter().any(|alarm| is_of(heading, alarm)), "no alarm is called {heading}");
    }
}
