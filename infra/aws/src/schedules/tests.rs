use std::time::Duration;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn expressions_are_due_when_aws_says() {
    let now = at("2026-11-21T23:59:30Z");
    let cases = [
        ("rate(1 minute)", "2026-11-22T00:00:30Z"),
        ("rate(2 days)", "2026-11-23T23:59:30Z"),
        ("cron(0 10 * * ? *)", "2026-11-22T10:00:00Z"),
        ("cron(15 12 ? * 2 *)", "2026-11-23T12:15:00Z"),
        ("cron(0 18 ? * MON-FRI *)", "2026-11-23T18:00:00Z"),
        ("cron(0 8 1 * ? *)", "2026-12-01T08:00:00Z"),
        ("cron(0/15 * * * ? *)", "2026-11-22T00:00:00Z"),
        ("cron(0 9 ? * 2#1 *)", "2026-12-07T09:00:00Z"),
        ("cron(0 9 ? * 6L *)", "2026-11-27T09:00:00Z"),
        ("cron(0 9 L * ? *)", "2026-11-30T09:00:00Z"),
        ("cron(0 9 15W * ? *)", "2026-12-15T09:00:00Z"),
        ("cron(0 9 1 1 ? 2030)", "2030-01-01T09:00:00Z"),
    ];
    for (text, expected) in cases {
        assert_eq!(Expression::parse(text).unwrap().next(now, now), Some(at(expected)), "{text}");
    }
    for text in [
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(0 minutes)",
        "rate(5)",
        "cron(0 10 * * *)",
        "cron(0 10 * * * *)",
        "cron(0 10 ? * ? *)",
        "cron(61 10 * * ? *)",
        "every day",
    ] {
        assert!(Expression::parse(text).is_err(), "{text}");
    }
}

/// Keeps what it was called with; fails the first so many calls.
#[derive(Default)]
struct Recorder {
    fails: Mutex<usize>,
    calls: Mutex<Vec<serde_json::Value>>,
}

#[async_trait::async_trait]
impl Invoke for Recorder {
    async fn invoke(&self, _: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        self.calls.lock().unwrap().push(serde_json::from_slice(&payload).unwrap());
        let mut fails = self.fails.lock().unwrap();
        if *fails > 0 {
            *fails -= 1;
            return Err(InvokeError::TimedOut);
        }
        Ok(Bytes::from_static(b"null"))
    }
}

impl Recorder {
    fn times(&self) -> Vec<String> {
        self.calls.lock().unwrap().iter().map(|event| event["time"].as_str().unwrap().to_owned()).collect()
    }
}

fn schedules(expression: &str, recorder: &Arc<Recorder>, clock: &Clock) -> Schedules {
    let schedule = Schedule {
        name: "F/E".to_owned(),
        rule: "recado-FE".to_owned(),
        function: "F".to_owned(),
        expression: expression.to_owned(),
        input: None,
        enabled: true,
    };
    Schedules::new(&[schedule], clock.clone(), fastrand::Rng::with_seed(1), recorder.clone()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_schedule_runs_at_its_times_and_a_failure_is_tried_twice_more() {
    let clock = Clock::starting_at(at("2026-11-21T09:58:00Z"));
    let recorder = Arc::new(Recorder { fails: Mutex::new(3), ..Recorder::default() });
    let schedules = schedules("cron(0 * * * ? *)", &recorder, &clock);
    let run = tokio::spawn(schedules.clone().run());

    clock.sleep(Duration::from_secs(2 * 3_600)).await;
    let (ten, eleven) = ("2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z");
    assert_eq!(recorder.times(), [ten, ten, ten, eleven]);
    let view = schedules.list().remove(0);
    assert_eq!((view.next, view.last, view.last_error), (Some(at("2026-11-21T12:00:00Z")), Some(at(eleven)), None));
    assert_eq!(
        recorder.calls.lock().unwrap()[0]["resources"][0],
        "arn:aws:events:us-east-1:000000000000:rule/recado-FE"
    );

    // A jump of the clock runs what was missed once.
    clock.advance(Duration::from_secs(5 * 3_600));
    clock.sleep(Duration::from_secs(1)).await;
    assert_eq!(recorder.times()[4..], ["2026-11-21T16:00:00Z"]);

    // Switched off it runs only by hand.
    schedules.enable("F/E", false);
    clock.sleep(Duration::from_secs(3_600)).await;
    schedules.fire("F/E", at("2026-11-22T06:00:00Z")).await.unwrap().unwrap();
    assert_eq!(recorder.times()[5..], ["2026-11-22T06:00:00Z"]);
    run.abort();
}
