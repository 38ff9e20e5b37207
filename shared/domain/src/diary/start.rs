//! The start of an appointment, as a caller writes it.

use chrono::{DateTime, Datelike, LocalResult, NaiveDateTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

/// Why a start cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// Neither of the two forms, or not of this century.
    #[error("expected a time as 2026-11-21T14:30, or with its offset as 2026-11-21T14:30:00-05:00")]
    Form,
    /// An appointment begins with a minute.
    #[error("expected a whole minute")]
    Seconds,
    /// The clock is put forward over it.
    #[error("expected a time that the clocks of the business show: on this day they skip it")]
    Skipped,
}

/// Reads a start: RFC 3339, or a local time of the zone without an offset. Of a local time that comes twice it is the
/// first; the second has to be written with its offset.
///
/// # Errors
/// What was expected.
pub fn read_start(text: &str, zone: Tz) -> Result<DateTime<Utc>, StartError> {
    let start = match DateTime::parse_from_rfc3339(text) {
        Ok(start) => start.to_utc(),
        Err(_) => match zone.from_local_datetime(&local(text)?) {
            LocalResult::Single(start) | LocalResult::Ambiguous(start, _) => start.to_utc(),
            LocalResult::None => return Err(StartError::Skipped),
        },
    };
    if !(2000..2100).contains(&start.year()) {
        return Err(StartError::Form);
    }
    if start.second() != 0 || start.nanosecond() != 0 {
        return Err(StartError::Seconds);
    }
    Ok(start)
}

fn local(text: &str) -> Result<NaiveDateTime, StartError> {
    let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let mut read = forms.iter().filter_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    read.next().filter(|_| matches!(text.len(), 16 | 19)).ok_or(StartError::Form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_an_offset_or_by_the_clock_of_the_business() {
        let read = |text, zone| read_start(text, zone).map(|start| start.format("%FT%RZ").to_string());
        let zone = Tz::America__New_York;
        for (text, start) in [
            ("2026-11-21T14:30", "2026-11-21T19:30Z"),
            ("2026-11-21T14:30:00", "2026-11-21T19:30Z"),
            ("2026-11-21T14:30:00Z", "2026-11-21T14:30Z"),
            ("2026-11-21T14:30:00-05:00", "2026-11-21T19:30Z"),
            ("2026-11-21T14:30:00.000-03:00", "2026-11-21T17:30Z"),
            // The hour that comes twice: the first, unless its offset says the second.
            ("2026-11-01T01:30", "2026-11-01T05:30Z"),
            ("2026-11-01T01:30:00-05:00", "2026-11-01T06:30Z"),
        ] {
            assert_eq!(read(text, zone).as_deref(), Ok(start), "{text}");
        }
        for (text, error) in [
            ("2026-03-08T02:30", StartError::Skipped),
            ("2026-11-21T14:30:10", StartError::Seconds),
            ("2026-11-21T14:30:00.5Z", StartError::Seconds),
            ("2026-11-21", StartError::Form),
            ("2026-11-21 14:30", StartError::Form),
            ("2026-11-21T24:00", StartError::Form),
            ("2026-02-29T10:00", StartError::Form),
            ("2026-1-1T9:00:0000", StartError::Form),
            ("2126-11-21T14:30", StartError::Form),
            ("1999-12-31T14:30", StartError::Form),
            ("tomorrow", StartError::Form),
            ("", StartError::Form),
        ] {
            assert_eq!(read_start(text, zone), Err(error), "{text}");
        }
    }
}
