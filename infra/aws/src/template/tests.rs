use serde_json::json;

use super::*;

const BASE: &str = "http://127.0.0.1:8080/_aws/sqs";

fn given() -> Given {
    Given {
        parameters: BTreeMap::from([("OperatorKeyHash".to_owned(), "0f".repeat(32))]),
        secrets: BTreeMap::from([(
            "recado/sealing-key".to_owned(),
            BTreeMap::from([("key".to_owned(), "c2VjcmV0".to_owned())]),
        )]),
        ..Given::at(BASE)
    }
}

#[test]
fn the_deployment_s_template_is_read_whole() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
    let template = Template::load(&path, &given()).unwrap();

    let queues: Vec<&str> = template.queues.values().map(|queue| queue.name.as_str()).collect();
    let tables: Vec<&str> = template.tables.values().map(|table| table.name.as_str()).collect();
    assert!(template.functions.len() >= 14 && queues.len() >= 13 && tables.len() >= 9);
    for (id, function) in &template.functions {
        assert_eq!(function.environment["RUST_LOG"], "info", "from Globals");
        for (name, value) in function.environment.iter() {
            let known = match name.split('_').next().unwrap() {
                "TABLE" => tables.contains(&value.as_str()),
                "QUEUE" => queues.iter().any(|queue| *value == format!("{BASE}/000000000000/{queue}")),
                "SEALING" => value == "c2VjcmV0",
                _ => !value.contains("{{") && !value.contains("${"),
            };
            assert!(known, "{id}: {name}");
        }
    }
    assert!(template.functions.values().any(|function| function.program() == "send-message"));
    assert!(!format!("{template:?}").contains("c2VjcmV0"), "no secret shows");
    for queue in template.queues.values() {
        let redrive = queue.redrive.as_ref();
        assert!(redrive.is_none_or(|redrive| queues.contains(&redrive.dead_letters.as_str())), "{}", queue.name);
    }

    // Every mapping, target and route leads to something that is there.
    for mapping in &template.queue_mappings {
        assert!(queues.contains(&mapping.queue.as_str()) && template.functions.contains_key(&mapping.function));
    }
    for mapping in &template.stream_mappings {
        assert!(mapping.on_failure.as_deref().is_some_and(|queue| queues.contains(&queue)), "{}", mapping.name);
    }
    let statuses = template.queue_mappings.iter().find(|mapping| mapping.queue.ends_with("MessageStatusesQueue"));
    let statuses = statuses.unwrap();
    assert_eq!((statuses.batch_size, statuses.window.as_secs(), statuses.maximum_concurrency), (100, 2, Some(2)));
    for rule in &template.rules {
        assert_eq!(rule.bus, template.buses["Bus"]);
        assert!(matches!(&rule.targets[0].to, Receiver::Queue(queue) if queues.contains(&queue.as_str())));
    }
    assert!(template.routes.iter().any(|route| route.method == "ANY" && route.path == "/health"));
    assert_eq!(template.schedules[0].expression, "rate(1 minute)");

    let messages = &template.tables["MessagesTable"];
    let due = messages.indexes.iter().find(|index| index.name == "due").unwrap();
    assert_eq!((due.keys[1].kind.as_str(), due.keys[1].sorts), ("N", true));
    assert_eq!(messages.time_to_live.as_deref(), Some("expires_at"));
}

#[test]
fn intrinsic_functions_mean_what_cloudformation_says() {
    let text = "
Parameters:
  Stage: {Type: String, Default: test}
  Zones: {Type: CommaDelimitedList, Default: 'a, b'}
Conditions:
  IsTest: !Equals [!Ref Stage, test]
  IsNot: !Not [Condition: IsTest]
  Both: !And [!Condition IsTest, !Or [!Condition IsNot, !Equals [a, a]]]
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Condition: Both
    Properties: {FifoQueue: true, VisibilityTimeout: !If [IsTest, 7, 8], DelaySeconds: !Ref AWS::NoValue}
  Absent: {Type: AWS::SQS::Queue, Condition: IsNot}
  Other: {Type: Custom::Thing}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: target/lambda/f
      Environment:
        Variables:
          SUB: !Sub '${AWS::StackName}/${Stage}/${Jobs.Arn}/${!kept}'
          OWN: !Sub ['${x}-${Stage}', {x: !Select [1, !Ref Zones]}]
          JOIN: !Join [':', [a, !GetAtt Jobs.QueueName, {Ref: Other}]]
          SPLIT: !Select [2, !Split ['/', 'a/b/c']]
          NUMBER: 1
          GONE: !If [IsNot, x, !Ref 'AWS::NoValue']
";
    let template = Template::parse(text, &Given::at(BASE)).unwrap();
    let expected = [
        ("JOIN", "a:recado-Jobs.fifo:recado-Other"),
        ("NUMBER", "1"),
        ("OWN", "b-test"),
        ("SPLIT", "c"),
        ("SUB", "recado/test/arn:aws:sqs:us-east-1:000000000000:recado-Jobs.fifo/${kept}"),
    ];
    let expected = expected.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    assert_eq!(template.functions["F"].environment.0, expected);
    assert_eq!(template.queues.keys().collect::<Vec<_>>(), ["Jobs"]);
    assert_eq!((template.queues["Jobs"].visibility, template.queues["Jobs"].fifo), (7, true));
}

#[test]
fn a_loop_stands_for_each_of_its_list() {
    let text = "
Mappings:
  Waits: {A: {Seconds: 7}, B: {Seconds: 8}}
Resources:
  Fn::ForEach::Pairs:
    - Name
    - [A, B]
    - ${Name}Queue:
        Type: AWS::SQS::Queue
        Properties:
          QueueName: !Sub ${AWS::StackName}-${Name}-${!Name}
          VisibilityTimeout: !FindInMap [Waits, !Ref Name, Seconds]
          RedrivePolicy: {maxReceiveCount: 1, deadLetterTargetArn: !GetAtt [!Sub '${Name}Dead', Arn]}
      Fn::ForEach::Inner:
        - Kind
        - [Dead]
        - ${Name}${Kind}: {Type: AWS::SQS::Queue}
  F:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: a/f, Environment: {Variables: {URL: !Ref {Fn::Sub: AQueue}}}}
";
    let template = Template::parse(text, &Given::at(BASE)).unwrap();
    assert_eq!(template.queues.keys().collect::<Vec<_>>(), ["ADead", "AQueue", "BDead", "BQueue"]);
    let queue = &template.queues["BQueue"];
    assert_eq!((queue.name.as_str(), queue.visibility), ("recado-B-${Name}", 8));
    assert_eq!(queue.redrive.as_ref().unwrap().dead_letters, "recado-BDead");
    assert!(template.functions["F"].environment["URL"].ends_with("/recado-A-${Name}"));

    let twice = json!({"Resources": {"A": {}, "Fn::ForEach::All": ["N", ["A"], {"${N}": {}}]}});
    let error = Template::parse(&twice.to_string(), &Given::at(BASE)).unwrap_err();
    assert_eq!(error.to_string(), "template, Resources.A: is there twice");
    let none = json!({"Resources": {"Fn::ForEach::All": ["N", {"Ref": "P"}, {}]}});
    let error = Template::parse(&none.to_string(), &Given::at(BASE)).unwrap_err();
    assert!(error.to_string().ends_with("All: takes a name, a list of texts and a map"), "{error}");
}

#[test]
fn the_fault_of_a_template_is_said_in_one_line_with_its_place() {
    let function = |events: serde_json::Value| {
        json!({"Resources": {
            "Jobs": {"Type": "AWS::SQS::Queue"},
            "F": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "a/f", "Timeout": 30, "Events": events}},
        }})
    };
    let on_queue = |more: serde_json::Value| {
        let mut properties = json!({"Queue": {"Fn::GetAtt": "Jobs.Arn"}});
        properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        function(json!({"E": {"Type": "SQS", "Properties": properties}}))
    };
    let queue = |properties: serde_json::Value| json!({"Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": properties}}});
    let cases = [
        (json!({"Parameters": {"P": {"Type": "String"}}}), "Parameters.P: has neither a value nor a default"),
        (json!({"Parameters": {"P": {"Type": "Number", "Default": "x"}}}), "Parameters.P: must be a number"),
        (
            json!({"Parameters": {"P": {"Type": "Number", "Default": 0, "MinValue": 1}}}),
            "Parameters.P: must be at least 1",
        ),
        (json!({"Parameters": {"P": {"Default": "xy", "AllowedPattern": "[a-x]"}}}), "Parameters.P: must match [a-x]"),
        (
            queue(json!({"VisibilityTimeout": {"Ref": "Nope"}})),
            "Resources.Jobs.Properties.VisibilityTimeout: there is no parameter or resource Nope",
        ),
        (
            queue(json!({"DelaySeconds": 901})),
            "Resources.Jobs.Properties.DelaySeconds: must be a whole number from 0 to 900",
        ),
        (queue(json!({"QueueName": {"Fn::Sub": "${Jobs}"}})), "Resources.Jobs.Properties.QueueName: refers to itself"),
        (
            queue(json!({"RedrivePolicy": {"maxReceiveCount": 1, "deadLetterTargetArn": {"Fn::GetAtt": "Jobs.Nope"}}})),
            "Resources.Jobs.Properties.RedrivePolicy.deadLetterTargetArn: Nope of a AWS::SQS::Queue is not known here",
        ),
        (
            on_queue(json!({"BatchSize": 11})),
            "Resources.F.Properties.Events.E.Properties.BatchSize: above 10 needs a MaximumBatchingWindowInSeconds of at least 1",
        ),
        (on_queue(json!({"BatchSise": 1})), "Resources.F.Properties.Events.E.Properties.BatchSise: is not known here"),
        (
            on_queue(json!({"FilterCriteria": {"Filters": [{"Pattern": "{"}]}})),
            "Resources.F.Properties.Events.E.Properties.FilterCriteria.Filters[0].Pattern: event pattern: EOF while parsing an object at line 1 column 1",
        ),
        (
            function(json!({"E": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 minutes)"}}})),
            "Resources.F.Properties.Events.E.Properties.Schedule: rate(1 minutes) is no schedule: the unit is minute, hour or day, and plural above 1",
        ),
        (function(json!({"E": {"Type": "S3"}})), "Resources.F.Properties.Events.E.Type: S3 is not known here"),
        (
            json!({"Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {
                "CodeUri": "a/f", "Environment": {"Variables": {"K": "{{resolve:secretsmanager:s:SecretString:k}}"}}}}}}),
            "Resources.F.Properties.Environment.Variables.K: there is no secret s with a field k",
        ),
    ];
    for (document, expected) in cases {
        // `YAML` is a superset of JSON.
        let error = Template::parse(&document.to_string(), &Given::at(BASE)).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!error.to_string().contains('\n'));
    }
    let unknown = Given { parameters: BTreeMap::from([("X".to_owned(), "1".to_owned())]), ..Given::at(BASE) };
    let error = Template::parse("Resources: {}", &unknown).unwrap_err();
    assert_eq!(error.to_string(), "template, Parameters.X: is given but not declared");
    assert!(Template::parse("a: [", &Given::at(BASE)).unwrap_err().to_string().contains("line"));
}
