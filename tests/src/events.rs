//! The event files, each through its function's real program.

use crate::bundle::Bundle;
use aws::invoke::Invoke;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn every_event_file_is_answered() {
    let bundle = Bundle::start().await;
    let folder = local::workspace().join("events");
    let mut seen = 0;
    for kind in ["apigw", "sqs", "dynamodb", "eventbridge"] {
        for entry in std::fs::read_dir(folder.join(kind)).unwrap() {
            let path = entry.unwrap().path();
            let room = path.file_stem().unwrap().to_str().unwrap();
            let payload = std::fs::read(&path).unwrap();
            let processes = &bundle.laptop.parts().processes;
            let function = bundle.laptop.parts().cloud.names.function(room).unwrap();
            let answer = processes.invoke(function, payload.into()).await.unwrap();
            let answer: Value = serde_json::from_slice(&answer).unwrap();
            eprintln!("{kind}/{room}: {}", answer.to_string().chars().take(160).collect::<String>());
            match (kind, room) {
                ("apigw", "businesses") => assert_eq!(answer["statusCode"], 201),
                ("apigw", "conversations" | "health" | "messages" | "sessions") => {
                    assert_eq!(answer["statusCode"], 200)
                }
                ("apigw", "gateway-webhook") => assert_eq!(answer["statusCode"], 401),
                // They name a business that is not there.
                ("apigw", _) => assert_eq!(answer["statusCode"], 404),
                ("sqs" | "dynamodb", _) => assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 0),
                _ => assert!(answer.is_null()),
            }
            seen += 1;
        }
    }
    let functions = std::fs::read_dir(local::workspace().join("functions")).unwrap().count();
    assert_eq!(seen, functions, "each function has one file");
    assert_eq!(hopeless(&bundle).len(), 0, "the change is of a table that is known");
    bundle.end().await;
}

/// A table that is new, and of which the function was not told.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_an_unknown_table_goes_to_the_dead_letters_with_its_reason() {
    let bundle = Bundle::start().await;
    let sample = std::fs::read_to_string(local::workspace().join("events/dynamodb/publish-changes.json")).unwrap();
    let payload = sample.replace("recado-CustomersTable", "recado-CampaignsTable");
    let function = bundle.laptop.parts().cloud.names.function("publish-changes").unwrap();
    let answer = bundle.laptop.parts().processes.invoke(function, payload.into_bytes().into()).await.unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 0, "it never comes again");
    let kept = hopeless(&bundle);
    assert_eq!(kept.len(), 1);
    let (body, attributes) = (&kept[0].message.body, format!("{:?}", kept[0].message.attributes));
    assert!(body.contains("recado-CampaignsTable") && attributes.contains("no table has the stream"), "{attributes}");
    bundle.end().await;
}

/// The changes that nobody will ever pass on.
fn hopeless(bundle: &Bundle) -> Vec<aws::queues::Peeked> {
    let cloud = &bundle.laptop.parts().cloud;
    cloud.queues.peek(cloud.names.queue("ChangesDeadLetters").unwrap(), 10).unwrap()
}
