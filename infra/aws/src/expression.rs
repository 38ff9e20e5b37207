//! When a schedule is due, as EventBridge reads it: `rate(…)` and `cron(…)` in UTC.

use chrono::{DateTime, TimeDelta, Utc};
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};

/// When a schedule is due.
#[derive(Clone, Debug)]
pub enum Expression {
    /// Every so long since the schedule was made.
    Rate(TimeDelta),
    /// At the times of six AWS fields.
    Cron(Box<Cron>),
}

/// Why a text is no schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ExpressionError(String);

impl Expression {
    /// Reads `rate(5 minutes)` or `cron(0 9 ? * MON-FRI *)`; as EventBridge, refuses `rate(1 minutes)`, and a cron in
    /// which not exactly one of day of month and day of week is `?`.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let wrong = |reason: &str| ExpressionError(format!("{text} is no schedule: {reason}"));
        let inner = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(rate) = inner("rate") {
            let Some((number, unit)) = rate.split_once(' ') else {
                return Err(wrong("a rate has a number and a unit"));
            };
            let number: u32 = number.parse().map_err(|_| wrong("a rate begins with a whole number"))?;
            let seconds = match (number, unit) {
                (0, _) => return Err(wrong("a rate is at least 1")),
                (1, "minute") | (2.., "minutes") => 60,
                (1, "hour") | (2.., "hours") => 3_600,
                (1, "day") | (2.., "days") => 86_400,
                _ => return Err(wrong("the unit is minute, hour or day, and plural above 1")),
            };
            return Ok(Self::Rate(TimeDelta::seconds(i64::from(number) * seconds)));
        }
        let Some(cron) = inner("cron") else { return Err(wrong("it is neither rate(…) nor cron(…)")) };
        let fields: Vec<&str> = cron.split_whitespace().collect();
        let [_, _, day, _, weekday, _] = fields.as_slice() else { return Err(wrong("a cron has six fields")) };
        if (*day == "?") == (*weekday == "?") {
            return Err(wrong("one of day of month and day of week is ?, and only one"));
        }
        let parser = CronParser::builder()
            .seconds(Seconds::Required)
            .year(Year::Required)
            .alternative_weekdays(true)
            .sloppy_ranges(true)
            .build();
        let cron = parser.parse(&format!("0 {cron}")).map_err(|error| wrong(&error.to_string()))?;
        Ok(Self::Cron(Box::new(cron)))
    }

    /// First due time after `now`; `since` is when the schedule was made.
    pub fn next(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Rate(rate) => self.latest(since, now).unwrap_or(since).checked_add_signed(*rate),
            Self::Cron(cron) => cron.find_next_occurrence(&now, false).ok(),
        }
    }

    /// Last due time up to and including `now`.
    pub fn latest(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Rate(rate) => {
                let passed = (now - since).num_seconds() / rate.num_seconds();
                (passed > 0).then(|| since + TimeDelta::seconds(passed * rate.num_seconds()))
            }
            Self::Cron(cron) => cron.find_previous_occurrence(&now, true).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
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
}
