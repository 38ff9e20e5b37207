//! The examples of events that a human tries a function with.

use super::play;
use aws::queues::NewMessage;
use serde_json::Value;
use std::fs;
use std::time::Duration;

/// `send-message` → `SendMessageFunction`
fn logical_id(room: &str) -> String {
    let capital = |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
    format!("{}Function", room.split('-').map(capital).collect::<Vec<String>>().concat())
}

#[test]
fn each_example_of_a_queue_can_be_read() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let cloud = scene.stage.run.cloud();
        let folder = local::workspace().join("events/sqs");
        let mut tried = 0;
        for file in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
            let event: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
            let function = logical_id(file.file_stem().unwrap().to_str().unwrap());
            let queue = &cloud.queue_mappings.iter().find(|mapping| mapping.function == function).unwrap().queue;
            for record in event["Records"].as_array().unwrap() {
                cloud.queues.send(queue, NewMessage::text(record["body"].as_str().unwrap())).unwrap();
                tried += 1;
            }
        }
        assert!(tried >= 8);
        tokio::time::sleep(Duration::from_secs(60)).await;
        for queue in cloud.queues.names().iter().filter(|queue| !cloud.read.contains(queue)) {
            for letter in cloud.queues.peek(queue, 10).unwrap() {
                let reason = letter.message.attributes["reason"].string_value.clone().unwrap();
                assert!(!reason.starts_with("unreadable"), "{queue}: {reason}");
            }
        }
    });
}
