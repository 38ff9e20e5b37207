use std::time::Duration;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
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
