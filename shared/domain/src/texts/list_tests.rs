//! The lists of the reports: they fit into a message, and nothing breaks their lines.

use super::birthdays_report::BirthdaysReport;
use super::daily_summary::{DailySummary, Figures, Visit};
use super::flash::FreeDay;
use super::inactive_report::{Away, InactiveReport};
use super::low_occupancy_report::{LowDay, LowOccupancyReport};
use super::opportunities_report::{DayAhead, OpportunitiesReport};
use super::tests::{PEOPLE, voices};
use super::words::number;
use super::*;
use proptest::prelude::*;

#[test]
fn a_report_of_many_long_names_fits() {
    let long = "ñ".repeat(200);
    for (pet, all) in [(None, true), (Some(long.as_str()), false)] {
        let people = [Person { name: Some(&long), phone: Some("573001112233445"), pet, step: None }; 30];
        let reports: [Box<dyn Text + '_>; 2] = [
            Box::new(BirthdaysReport::new(&long, &long, &people, 1_000_000, 255, true)),
            Box::new(InactiveReport::new(&long, &long, &people, 1_000_000, Away { days: u16::MAX, offer: 255 }, true)),
        ];
        for (_, voice) in voices() {
            let locale = voice.locale();
            for report in &reports {
                let Content { text, variables, .. } = report.content(voice).unwrap();
                assert!(text.chars().count() < 4_096, "{}", text.chars().count());
                let listed = text.lines().filter(|line| line.starts_with("• ")).count();
                assert_eq!(listed == 30, all, "{listed} listed");
                assert!(text.contains(&number(1_000_000 - listed as u64, locale)), "{text}");
                assert!(text.contains(&format!("{}…", "ñ".repeat(59))) && !text.contains(&"ñ".repeat(201)));
                let short = &variables["people"];
                assert!(short.chars().count() <= 500 && short.lines().count() >= 3, "{short}");
                assert_eq!(variables["more"], number(1_000_000 - short.lines().count() as u64, locale));
            }
        }
    }
}

/// A day that lists what it is given, with a proposal for as many people.
fn day_reports<'a>(invitee: &Invitee<'a>, visit: Visit<'a>, many: usize) -> [Box<dyn Text + 'a>; 3] {
    let date = chrono::NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
    let next = date.succ_opt().unwrap();
    let free = FreeDay { date: next, hours: vec![visit.time; 3] };
    let ask = Some(Ask { number: 1, writable: many as u64 });
    let low = LowDay { free: free.clone(), appointments: 2, today: date };
    let ahead = vec![DayAhead { free, booked: 1 }; 3];
    let figures = Figures { done: many as u64, ..Figures::default() };
    let (name, people) = (invitee.person.name.unwrap_or_default(), vec![invitee.clone(); many]);
    [
        Box::new(LowOccupancyReport::new(name, "Pet Amigo", &low, people.clone(), 25, ask)),
        Box::new(OpportunitiesReport::new(name, "Pet Amigo", (ahead, date), people, 0, ask)),
        Box::new(DailySummary::new(name, "Pet Amigo", date, figures, vec![visit; many])),
    ]
}

#[test]
fn a_day_of_many_long_names_fits() {
    let long = "ñ".repeat(200);
    let person = Person { name: Some(&long), phone: Some("573001112233445"), pet: Some(&long), step: None };
    let why = vec![
        Why::LastVisit { days: u16::MAX, service: Some(&long) },
        Why::Rhythm { every_days: u16::MAX },
        Why::Vip { weekday: Some(chrono::Weekday::Wed) },
    ];
    let visit = Visit { pet: Some(&long), customer: None, service: &long, time: chrono::NaiveTime::MIN, no_show: true };
    for report in day_reports(&Invitee { person, why }, visit, 60) {
        for (_, voice) in voices() {
            let Content { text, variables, .. } = report.content(voice).unwrap();
            assert!(text.chars().count() < 4_096, "{}", text.chars().count());
            let days = variables.get("days").map_or(0, |days| days.lines().count());
            let listed = text.lines().filter(|line| line.starts_with("• ")).count() - days;
            assert!((10..60).contains(&listed), "{listed} listed");
            assert!(text.contains(&format!(" {}", 60 - listed)), "{text}");
            assert!(!text.contains(&"ñ".repeat(61)));
        }
    }
}

proptest! {
    #[test]
    fn nothing_breaks_the_line_of_a_day(name in any::<String>(), pet in any::<String>(), service in any::<String>()) {
        let person = Person { name: Some(&name), phone: None, pet: Some(&pet), step: None };
        let why = vec![Why::LastVisit { days: 3, service: Some(&service) }];
        let time = chrono::NaiveTime::MIN;
        let visit = Visit { pet: Some(&pet), customer: Some(&name), service: &service, time, no_show: false };
        for (report, lines) in day_reports(&Invitee { person, why }, visit, 2).iter().zip([11, 15, 9]) {
            let text = report.text(voices()[3].1).unwrap();
            prop_assert!(!text.chars().any(|letter| letter != '\n' && letter.is_control()));
            prop_assert_eq!(text.split('\n').count(), lines, "{}", text);
        }
    }

    #[test]
    fn nothing_breaks_a_lists_line(name in any::<String>(), phone in any::<String>(), pet in any::<String>()) {
        let people = [Person { name: Some(&name), phone: Some(&phone), pet: Some(&pet), step: None }, PEOPLE[0]];
        let reports: [Box<dyn Text + '_>; 2] = [
            Box::new(BirthdaysReport::new("", "Pet Amigo", &people, 2, 10, false)),
            Box::new(InactiveReport::new("", "Pet Amigo", &people, 2, Away { days: 30, offer: 20 }, false)),
        ];
        for report in reports {
            let text = report.text(voices()[3].1).unwrap();
            prop_assert!(!text.chars().any(|letter| letter != '\n' && letter.is_control()));
            prop_assert_eq!(text.split('\n').count(), 8);
            prop_assert_eq!(text.split('\n').filter(|line| line.starts_with("• ")).count(), 2);
        }
    }
}
