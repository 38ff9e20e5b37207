//! Customers who may come soon, each with the reason, in a report to an owner.

use super::dates::weekday;
use super::people::Person;
use super::rows::Row;
use super::values::Unit;
use super::words::{one_line, shortened};
use crate::{Locale, Voice};
use chrono::Weekday;

/// A customer who may come soon, and why. `line` is `Ana (+573001112233) – Rex: última visita hace 25 días`.
#[derive(Clone)]
pub struct Invitee<'a> {
    /// The customer.
    pub person: Person<'a>,
    /// Why the customer may come, the best reason first.
    pub why: Vec<Why<'a>>,
}

/// Why a customer may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why<'a> {
    /// The last visit was some days ago.
    LastVisit {
        /// So many days ago.
        days: u16,
        /// As the business calls it.
        service: Option<&'a str>,
    },
    /// The customer comes in a rhythm.
    Rhythm {
        /// The usual number of days between visits.
        every_days: u16,
    },
    /// The business treats the customer best.
    Vip {
        /// On which the customer always comes.
        weekday: Option<Weekday>,
    },
    /// No contact for some days.
    Away {
        /// So many days.
        days: u16,
    },
}

/// The longest name of a service in a list, in characters.
const LONGEST_SERVICE: usize = 40;

impl Row for Invitee<'_> {
    fn line(&self, voice: Voice) -> String {
        let reasons: Vec<String> = self.why.iter().map(|why| why.written(voice.locale())).collect();
        let person = self.person.invited(voice);
        if reasons.is_empty() { person } else { format!("{person}: {}", reasons.join(", ")) }
    }
}

impl Why<'_> {
    fn written(self, locale: Locale) -> String {
        match self {
            Self::LastVisit { days, service } => last_visit(days, service, locale),
            Self::Rhythm { every_days } => rhythm(every_days, locale),
            Self::Vip { weekday: None } => "VIP".to_owned(),
            Self::Vip { weekday: Some(day) } => {
                let name = weekday(day, locale);
                match locale {
                    // `lunes` to `viernes` are their own plural.
                    Locale::Es if name.ends_with('s') => format!("VIP, siempre los {name}"),
                    Locale::Es => format!("VIP, siempre los {name}s"),
                    Locale::PtBr if matches!(day, Weekday::Sat | Weekday::Sun) => format!("VIP, sempre aos {name}s"),
                    Locale::PtBr => format!("VIP, sempre às {name}s"),
                    Locale::En => format!("VIP, always on {name}s"),
                }
            }
            Self::Away { days } => {
                let days = counted(days, locale);
                match locale {
                    Locale::Es => format!("sin contacto desde hace {days}"),
                    Locale::PtBr => format!("sem contato há {days}"),
                    Locale::En => format!("no contact for {days}"),
                }
            }
        }
    }
}

fn counted(days: u16, locale: Locale) -> String {
    Unit::Day.counted(days.into(), locale)
}

fn last_visit(days: u16, service: Option<&str>, locale: Locale) -> String {
    let service = service.map(one_line).filter(|service| !service.is_empty());
    let service = service.map(|service| format!(" ({})", shortened(service, LONGEST_SERVICE))).unwrap_or_default();
    let when = match (locale, days) {
        (Locale::Es, 0) => "última visita hoy".to_owned(),
        (Locale::Es, 1) => "última visita ayer".to_owned(),
        (Locale::Es, _) => format!("última visita hace {}", counted(days, locale)),
        (Locale::PtBr, 0) => "última visita hoje".to_owned(),
        (Locale::PtBr, 1) => "última visita ontem".to_owned(),
        (Locale::PtBr, _) => format!("última visita há {}", counted(days, locale)),
        (Locale::En, 0) => "last visit today".to_owned(),
        (Locale::En, 1) => "last visit yesterday".to_owned(),
        (Locale::En, _) => format!("last visit {} ago", counted(days, locale)),
    };
    format!("{when}{service}")
}

fn rhythm(every: u16, locale: Locale) -> String {
    match (locale, every) {
        (Locale::Es, 0 | 1) => "suele venir todos los días".to_owned(),
        (Locale::Es, 7) => "suele venir cada semana".to_owned(),
        (Locale::Es, 14) => "suele venir cada dos semanas".to_owned(),
        (Locale::Es, 28..=31) => "suele venir cada mes".to_owned(),
        (Locale::Es, _) => format!("suele venir cada {}", counted(every, locale)),
        (Locale::PtBr, 0 | 1) => "costuma vir todo dia".to_owned(),
        (Locale::PtBr, 7) => "costuma vir toda semana".to_owned(),
        (Locale::PtBr, 14) => "costuma vir a cada duas semanas".to_owned(),
        (Locale::PtBr, 28..=31) => "costuma vir todo mês".to_owned(),
        (Locale::PtBr, _) => format!("costuma vir a cada {}", counted(every, locale)),
        (Locale::En, 0 | 1) => "usually comes every day".to_owned(),
        (Locale::En, 7) => "usually comes every week".to_owned(),
        (Locale::En, 14) => "usually comes every fortnight".to_owned(),
        (Locale::En, 28..=31) => "usually comes every month".to_owned(),
        (Locale::En, _) => format!("usually comes every {}", counted(every, locale)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_as_people_say_them() {
        let bath = Some("Baño y corte");
        for (why, es, pt, en) in [
            (
                Why::LastVisit { days: 25, service: bath },
                "última visita hace 25 días (Baño y corte)",
                "última visita há 25 dias (Baño y corte)",
                "last visit 25 days ago (Baño y corte)",
            ),
            (
                Why::LastVisit { days: 1, service: None },
                "última visita ayer",
                "última visita ontem",
                "last visit yesterday",
            ),
            (
                Why::Rhythm { every_days: 15 },
                "suele venir cada 15 días",
                "costuma vir a cada 15 dias",
                "usually comes every 15 days",
            ),
            (
                Why::Rhythm { every_days: 7 },
                "suele venir cada semana",
                "costuma vir toda semana",
                "usually comes every week",
            ),
            (
                Why::Vip { weekday: Some(Weekday::Tue) },
                "VIP, siempre los martes",
                "VIP, sempre às terças",
                "VIP, always on Tuesdays",
            ),
            (
                Why::Vip { weekday: Some(Weekday::Sat) },
                "VIP, siempre los sábados",
                "VIP, sempre aos sábados",
                "VIP, always on Saturdays",
            ),
            (Why::Away { days: 1 }, "sin contacto desde hace 1 día", "sem contato há 1 dia", "no contact for 1 day"),
        ] {
            for (locale, text) in [(Locale::Es, es), (Locale::PtBr, pt), (Locale::En, en)] {
                assert_eq!(why.written(locale), text);
            }
        }
    }
}
