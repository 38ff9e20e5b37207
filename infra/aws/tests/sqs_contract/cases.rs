use serde_json::{Value, json};

use super::support::Client;

/// Runs each case on queues of its own, all at once.
pub async fn all(client: &impl Client) {
    futures::join!(
        a_message_comes_as_it_was_sent(client),
        a_delay_hides_a_message_until_it_ends(client),
        a_received_message_is_hidden_until_its_visibility_ends(client),
        a_message_that_fails_too_often_goes_to_the_dead_letters(client),
        a_fifo_queue_keeps_each_group_in_order(client),
        a_fifo_queue_drops_repeats(client),
        a_batch_is_checked_as_a_whole_and_done_entry_by_entry(client),
        a_wrong_request_is_refused_by_its_code(client),
        a_waiting_receive_ends_with_the_first_message(client),
        a_queue_is_made_once_and_purged(client),
    );
}

async fn a_message_comes_as_it_was_sent(client: &impl Client) {
    let queue = client.create("plain", json!({})).await;
    let attributes = json!({
        "kind": {"DataType": "String", "StringValue": "olá"},
        "count": {"DataType": "Number.int", "StringValue": "7"},
        "raw": {"DataType": "Binary", "BinaryValue": "AAEC"},
    });
    let sent = client
        .ok(
            "SendMessage",
            &queue,
            json!({"MessageBody": "hola", "MessageAttributes": attributes, "MessageGroupId": "b1"}),
        )
        .await;
    assert_eq!(sent["MD5OfMessageBody"], "4d186321c1a7f0f354b297e8914ab240");
    assert_eq!(sent["MD5OfMessageAttributes"], "0afd2fae87ead7ed9789701d6e7b3e31");

    let all = json!({"MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]});
    let message = client.receive(&queue, all).await.remove(0);
    assert_eq!((&message["MessageId"], &message["Body"]), (&sent["MessageId"], &json!("hola")));
    assert_eq!((&message["MD5OfBody"], &message["MessageAttributes"]), (&sent["MD5OfMessageBody"], &attributes));
    assert_eq!(message["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"]);
    let system = &message["Attributes"];
    assert_eq!((&system["ApproximateReceiveCount"], &system["MessageGroupId"]), (&json!("1"), &json!("b1")));
    for time in ["SentTimestamp", "ApproximateFirstReceiveTimestamp"] {
        assert!(system[time].as_str().unwrap().parse::<i64>().unwrap() > 1_700_000_000_000, "{time} in milliseconds");
    }

    // An attribute that is not asked for does not come.
    client.change_visibility(&queue, &message, 0).await;
    let message = client.receive(&queue, json!({"MessageAttributeNames": ["count", "nothing"]})).await.remove(0);
    assert!(message.get("Attributes").is_none());
    assert_eq!(message["MessageAttributes"].as_object().unwrap().len(), 1);

    client.delete(&queue, &message).await;
    assert_eq!(client.depth(&queue).await, (0, 0, 0));
}

async fn a_delay_hides_a_message_until_it_ends(client: &impl Client) {
    let queue = client.create("delayed", json!({"DelaySeconds": "1"})).await;
    client.ok("SendMessage", &queue, json!({"MessageBody": "queue's"})).await;
    client.ok("SendMessage", &queue, json!({"MessageBody": "own", "DelaySeconds": 2})).await;
    client.ok("SendMessage", &queue, json!({"MessageBody": "none", "DelaySeconds": 0})).await;
    assert_eq!(client.depth(&queue).await, (1, 2, 0));
    for expected in ["none", "queue's", "own"] {
        let received = client.receive(&queue, json!({"WaitTimeSeconds": 5})).await;
        assert_eq!(received.iter().map(|message| &message["Body"]).collect::<Vec<_>>(), [expected]);
    }
}

async fn a_received_message_is_hidden_until_its_visibility_ends(client: &impl Client) {
    let queue = client.create("hidden", json!({"VisibilityTimeout": "1"})).await;
    client.ok("SendMessage", &queue, json!({"MessageBody": "m"})).await;
    let count = json!({"WaitTimeSeconds": 5, "AttributeNames": ["ApproximateReceiveCount"]});
    let first = client.receive(&queue, count.clone()).await.remove(0);
    assert!(client.receive(&queue, json!({})).await.is_empty());
    assert_eq!(client.depth(&queue).await, (0, 0, 1));

    let second = client.receive(&queue, count.clone()).await.remove(0);
    assert_eq!(second["Attributes"]["ApproximateReceiveCount"], "2");
    assert_ne!(second["ReceiptHandle"], first["ReceiptHandle"]);

    client.change_visibility(&queue, &second, 600).await;
    assert!(client.receive(&queue, json!({"WaitTimeSeconds": 2})).await.is_empty());
    client.change_visibility(&queue, &second, 0).await;
    let longer = json!({"VisibilityTimeout": 600});
    let third = client.receive(&queue, longer).await.remove(0);
    assert!(client.receive(&queue, json!({"WaitTimeSeconds": 2})).await.is_empty());
    client.delete(&queue, &third).await;
    assert_eq!(client.depth(&queue).await, (0, 0, 0));
}

async fn a_message_that_fails_too_often_goes_to_the_dead_letters(client: &impl Client) {
    let dead = client.create("dead", json!({})).await;
    let arn = client.arn(&dead).await;
    let policy = json!({"deadLetterTargetArn": arn, "maxReceiveCount": 2}).to_string();
    let queue = client.create("failing", json!({"RedrivePolicy": policy, "VisibilityTimeout": "0"})).await;
    let sent = client.ok("SendMessage", &queue, json!({"MessageBody": "m"})).await;
    for _ in 0..2 {
        assert_eq!(client.receive(&queue, json!({})).await.len(), 1);
    }
    assert!(client.receive(&queue, json!({})).await.is_empty());
    let message = client.receive(&dead, json!({"AttributeNames": ["All"]})).await.remove(0);
    assert_eq!((&message["MessageId"], &message["Body"]), (&sent["MessageId"], &json!("m")));
    assert_eq!(message["Attributes"]["DeadLetterQueueSourceArn"], client.arn(&queue).await);
}

async fn a_fifo_queue_keeps_each_group_in_order(client: &impl Client) {
    let queue = client.create("order.fifo", json!({"FifoQueue": "true", "VisibilityTimeout": "600"})).await;
    let mut numbers = Vec::new();
    for (group, body) in [("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3")] {
        let message = json!({"MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": body});
        numbers.push(client.ok("SendMessage", &queue, message).await["SequenceNumber"].as_str().unwrap().to_owned());
    }
    assert!(numbers.is_sorted(), "{numbers:?}");

    let first = client.receive(&queue, json!({})).await.remove(0);
    assert_eq!(first["Body"], "a1");
    let other = client.receive(&queue, json!({"MaxNumberOfMessages": 10})).await;
    assert_eq!(other.iter().map(|message| &message["Body"]).collect::<Vec<_>>(), ["b1"], "a is at work");
    client.delete(&queue, &first).await;
    let rest = client.receive(&queue, json!({"MaxNumberOfMessages": 10})).await;
    assert_eq!(rest.iter().map(|message| &message["Body"]).collect::<Vec<_>>(), ["a2", "a3"]);
}

async fn a_fifo_queue_drops_repeats(client: &impl Client) {
    let content = json!({"FifoQueue": "true", "ContentBasedDeduplication": "true"});
    let queue = client.create("repeats.fifo", content).await;
    let send = async |body: &str, id: Value| {
        let message = json!({"MessageBody": body, "MessageGroupId": "g", "MessageDeduplicationId": id});
        client.ok("SendMessage", &queue, message).await["MessageId"].clone()
    };
    let (first, again) = (send("m", Value::Null).await, send("m", Value::Null).await);
    assert_eq!(first, again);
    let (named, other) = (send("x", json!("id")).await, send("y", json!("id")).await);
    assert_eq!(named, other);
    assert_ne!(first, named);
    assert_eq!(client.depth(&queue).await, (2, 0, 0));

    // A deleted message is still known.
    let received = client.receive(&queue, json!({})).await.remove(0);
    client.delete(&queue, &received).await;
    assert_eq!(send("m", Value::Null).await, first);
    assert_eq!(client.depth(&queue).await, (1, 0, 0));
}

async fn a_batch_is_checked_as_a_whole_and_done_entry_by_entry(client: &impl Client) {
    let queue = client.create("batch", json!({})).await;
    let entry = |id: &str, body: &str| json!({"Id": id, "MessageBody": body});
    let eleven: Vec<Value> = (0..11).map(|id| entry(&id.to_string(), "m")).collect();
    let long = "x".repeat(600_000);
    let cases = [
        (json!([]), "EmptyBatchRequest"),
        (json!(eleven), "TooManyEntriesInBatchRequest"),
        (json!([entry("1", "m"), entry("1", "m")]), "BatchEntryIdsNotDistinct"),
        (json!([entry("a b", "m")]), "InvalidBatchEntryId"),
        (json!([entry("1", &long), entry("2", &long)]), "BatchRequestTooLong"),
    ];
    for (entries, code) in cases {
        assert_eq!(client.refused("SendMessageBatch", &queue, json!({"Entries": entries})).await, code);
    }
    assert_eq!(client.depth(&queue).await, (0, 0, 0));

    let entries = json!({"Entries": [entry("good", "m"), entry("bad", "\u{1}"), entry("also", "n")]});
    let answer = client.ok("SendMessageBatch", &queue, entries).await;
    let ids: Vec<_> = answer["Successful"].as_array().unwrap().iter().map(|entry| &entry["Id"]).collect();
    assert_eq!(ids, ["good", "also"]);
    assert_eq!((&answer["Failed"][0]["Id"], &answer["Failed"][0]["SenderFault"]), (&json!("bad"), &json!(true)));
    assert_eq!(answer["Failed"][0]["Code"], "InvalidMessageContents");

    let messages = client.receive(&queue, json!({"MaxNumberOfMessages": 10})).await;
    let handles = json!({"Entries": [
        {"Id": "0", "ReceiptHandle": messages[0]["ReceiptHandle"], "VisibilityTimeout": 0},
        {"Id": "1", "ReceiptHandle": "nonsense", "VisibilityTimeout": 0},
    ]});
    for action in ["ChangeMessageVisibilityBatch", "DeleteMessageBatch"] {
        let answer = client.ok(action, &queue, handles.clone()).await;
        assert_eq!(
            (&answer["Successful"][0]["Id"], &answer["Failed"][0]["Id"]),
            (&json!("0"), &json!("1")),
            "{action}"
        );
        assert_eq!(answer["Failed"][0]["Code"], "ReceiptHandleIsInvalid", "{action}");
    }
    assert_eq!(client.depth(&queue).await, (0, 0, 1));
}

async fn a_wrong_request_is_refused_by_its_code(client: &impl Client) {
    let (queue, fifo) =
        (client.create("wrong", json!({})).await, client.create("wrong.fifo", json!({"FifoQueue": "true"})).await);
    let nowhere = queue.replace("wrong", "nowhere");
    let body = |more: Value| {
        let mut body = json!({"MessageBody": "m"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let cases = [
        ("SendMessage", &nowhere, body(json!({})), "QueueDoesNotExist"),
        ("ReceiveMessage", &nowhere, json!({}), "QueueDoesNotExist"),
        ("GetQueueAttributes", &nowhere, json!({"AttributeNames": ["All"]}), "QueueDoesNotExist"),
        ("SendMessage", &queue, json!({"MessageBody": ""}), "MissingParameter"),
        ("SendMessage", &queue, json!({"MessageBody": "\u{1}"}), "InvalidMessageContents"),
        ("SendMessage", &queue, json!({"MessageBody": "x".repeat(1_048_577)}), "InvalidParameterValue"),
        ("SendMessage", &fifo, body(json!({"MessageDeduplicationId": "1"})), "MissingParameter"),
        ("SendMessage", &fifo, body(json!({"MessageGroupId": "g"})), "InvalidParameterValue"),
        (
            "SendMessage",
            &fifo,
            body(json!({"MessageGroupId": "g", "MessageDeduplicationId": "1", "DelaySeconds": 5})),
            "InvalidParameterValue",
        ),
        ("ReceiveMessage", &queue, json!({"MaxNumberOfMessages": 11}), "InvalidParameterValue"),
        ("DeleteMessage", &queue, json!({"ReceiptHandle": "nonsense"}), "ReceiptHandleIsInvalid"),
        (
            "ChangeMessageVisibility",
            &queue,
            json!({"ReceiptHandle": "nonsense", "VisibilityTimeout": 1}),
            "ReceiptHandleIsInvalid",
        ),
    ];
    for (action, queue, request, code) in cases {
        assert_eq!(client.refused(action, queue, request).await, code, "{action}");
    }
}

async fn a_waiting_receive_ends_with_the_first_message(client: &impl Client) {
    let queue = client.create("waiting", json!({})).await;
    let waiting = client.receive(&queue, json!({"WaitTimeSeconds": 20}));
    let sending = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        client.ok("SendMessage", &queue, json!({"MessageBody": "now"})).await
    };
    let (received, _) = futures::join!(waiting, sending);
    assert_eq!(received[0]["Body"], "now");
}

async fn a_queue_is_made_once_and_purged(client: &impl Client) {
    let queue = client.create("made", json!({"VisibilityTimeout": "31"})).await;
    assert_eq!(client.create("made", json!({"VisibilityTimeout": "31"})).await, queue);
    let name = queue.rsplit('/').next().unwrap();
    let other = json!({"QueueName": name, "Attributes": {"VisibilityTimeout": "32"}});
    assert_eq!(client.refused("CreateQueue", &queue, other).await, "QueueNameExists");
    assert_eq!(client.ok("GetQueueUrl", &queue, json!({"QueueName": name})).await["QueueUrl"], queue.as_str());
    let listed = client.ok("ListQueues", &queue, json!({"QueueNamePrefix": name})).await;
    assert_eq!(listed["QueueUrls"], json!([queue]));

    client.ok("SendMessage", &queue, json!({"MessageBody": "m"})).await;
    client.ok("PurgeQueue", &queue, json!({})).await;
    assert_eq!(client.depth(&queue).await, (0, 0, 0));
}
