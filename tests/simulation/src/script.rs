//! The script of a run: which person does which thing when, drawn from the seed before anything happens.

use crate::businesses::SimulatedBusiness;
use crate::faults::Fault;
use chrono::{DateTime, TimeDelta, Utc};

/// Something that somebody does.
#[derive(Clone, Debug)]
pub struct Act {
    /// The business, by its place among all.
    pub business: usize,
    pub at: DateTime<Utc>,
    /// The thing that is done.
    pub what: What,
}

/// One thing that people and callers do.
#[derive(Clone, Debug)]
pub enum What {
    /// A caller registers a phone, so many times at once.
    Register {
        /// E.164 digits.
        phone: String,
        /// Whether all that the business wants to know is given.
        complete: bool,
        /// The birthday, `--MM-DD`; given if all is.
        birthday: String,
        /// The person's language, if the caller tells it.
        locale: Option<&'static str>,
        /// A pet's, if there is a pet.
        pet: Option<String>,
        /// The number of calls.
        copies: usize,
    },
    /// A human changes a birthday.
    MoveBirthday {
        /// The customer's phone, E.164 digits.
        phone: String,
        /// `--MM-DD`.
        birthday: String,
    },
    /// A caller runs automations, by this path.
    Run {
        /// With its query.
        path: &'static str,
    },
    /// A caller loads points, so many times at once under one id.
    Load {
        /// The customer's phone, E.164 digits.
        phone: String,
        /// The number of points; no two loads of a run have the same number.
        points: i64,
        /// The id of the points entry.
        load_id: String,
        /// The number of calls.
        copies: usize,
    },
    /// A caller sends messages of one text to people, as a campaign does.
    Send {
        /// The people's phones, E.164 digits.
        phones: Vec<String>,
        /// Unique in the run.
        text: String,
        /// Whether it is marketing.
        marketing: bool,
        /// The number of calls for each message.
        copies: usize,
    },
    /// A person writes.
    Write {
        /// The writer's phone, E.164 digits.
        phone: String,
        text: &'static str,
    },
    /// A person speaks.
    Speak {
        /// The phone, E.164 digits.
        phone: String,
        /// The words of the recording.
        text: &'static str,
    },
    /// A person of the business writes to a customer on its phone.
    ByHand {
        /// The customer's phone, E.164 digits.
        phone: String,
        text: &'static str,
    },
    /// A person of the business takes a conversation over, or gives it back, so many times at once.
    Handover {
        /// The customer's phone, E.164 digits.
        phone: String,
        /// The last part of a path: `takeover`, `release`.
        does: &'static str,
        /// The number of calls.
        copies: usize,
    },
    /// A person is to be forgotten.
    Erase {
        /// The customer's phone, E.164 digits.
        phone: String,
        /// The text that they are told a moment before; unique in the run.
        told: Option<String>,
    },
    /// A human looks at what failed: mends the sender and sends some of it again.
    Tend,
    /// Something is out of order for a while, if chance will have it.
    Outage(Fault),
    /// A caller says for a person whether marketing is wanted.
    Consent {
        /// The customer's phone, E.164 digits.
        phone: String,
        /// Whether it is.
        yes: bool,
    },
    /// Somebody with the key of another business wants to know of a customer, and to change them.
    Trespass {
        /// The customer's phone, E.164 digits.
        phone: String,
    },
    /// A caller makes an appointment, so many times at once.
    Book {
        /// The customer's phone, E.164 digits.
        phone: String,
        /// The caller's name for it; unique in the run.
        appointment: String,
        /// Local time of the business.
        start: String,
        /// The number of calls.
        copies: usize,
    },
    /// A caller changes an appointment, which may not be there.
    Rebook {
        /// The caller's name for it.
        appointment: String,
        /// Another time, local to the business; else another status.
        start: Option<String>,
        /// The new status, if there is no other time.
        status: &'static str,
    },
    /// A caller records a version of a purchase, so many times at once.
    Buy {
        /// The customer's phone, E.164 digits.
        phone: String,
        /// The caller's name for it; unique in the run.
        invoice: String,
        /// From 1.
        version: i64,
        /// When it was bought, RFC 3339.
        at: String,
        /// In units of the currency; nothing is left of it if it is 0.
        total: u32,
        /// The number of calls.
        copies: usize,
    },
    /// A person taps a button of the newest message that has some, if there is one.
    Tap {
        /// The person's phone, E.164 digits.
        phone: String,
        /// Which button, from 0 on.
        place: usize,
    },
    /// A caller makes a campaign to all customers, or moves it on, so many times at once.
    Campaign {
        /// The caller's name for it; unique in the run.
        campaign: String,
        /// `make`, or the last part of a path: `start`, `pause`, `resume`, `cancel`.
        does: &'static str,
        /// The number of calls.
        copies: usize,
    },
    /// Something that nobody can read comes into one of the queues.
    Poison {
        /// Which one, around all of them.
        nth: usize,
    },
}

/// Days worth living through: clocks go forward and back in either hemisphere, New Year, 29 February and a year
/// without one, and one like any.
const BEGINNINGS: [&str; 10] = [
    "2026-03-05",
    "2026-03-26",
    "2026-04-02",
    "2026-09-03",
    "2026-10-22",
    "2026-10-29",
    "2026-12-28",
    "2028-02-25",
    "2027-02-24",
    "2027-06-10",
];

/// When a run begins.
pub fn beginning(rng: &mut fastrand::Rng) -> DateTime<Utc> {
    let day = rng.choice(&BEGINNINGS).copied().unwrap_or("2027-06-10");
    let midnight: DateTime<Utc> = format!("{day}T00:00:00Z").parse().unwrap_or_default();
    midnight + TimeDelta::minutes(rng.i64(0..1_440))
}

/// Runs that callers ask for.
const RUNS: [&str; 5] = [
    "/api/automation-events?event=birthdays",
    "/api/automation-events?event=inactive",
    "/api/automation-events?event=test-customer",
    "/api/automations?mode=event-driven",
    "/api/automations",
];

/// A day that may come while people are at work, or 29 February.
fn birthday(rng: &mut fastrand::Rng, begin: DateTime<Utc>, days: i64) -> String {
    let leap = rng.f64() < 0.2;
    let day = begin + TimeDelta::days(rng.i64(0..days + 2));
    if leap { "--02-29".to_owned() } else { day.format("--%m-%d").to_string() }
}

fn pet(rng: &mut fastrand::Rng, begin: DateTime<Utc>, days: i64) -> Option<String> {
    (rng.f64() < 0.4).then(|| birthday(rng, begin, days))
}

/// The languages of people, which need not be those of their business; most callers do not tell.
fn locale(rng: &mut fastrand::Rng) -> Option<&'static str> {
    let told = rng.f64() < 0.4;
    rng.choice(&["es", "pt-BR", "en"]).copied().filter(|_| told)
}

/// Another thing that comes to the same person within a second, now and then: a second load, a second message, or an
/// erasure after a change.
fn next_to(rng: &mut fastrand::Rng, what: &What, count: usize) -> Option<What> {
    if rng.f64() >= 0.4 {
        return None;
    }
    match what {
        What::Load { phone, points, .. } => {
            let (phone, points, load_id) = (phone.clone(), points.abs() + 1_000, format!("load-{count}-again"));
            Some(What::Load { phone, points, load_id, copies: 1 })
        }
        What::Send { phones, marketing, .. } => {
            let (phones, text) = (phones.clone(), format!("note {count} again"));
            Some(What::Send { phones, text, marketing: *marketing, copies: 1 })
        }
        What::MoveBirthday { phone, .. } | What::Consent { phone, .. } => {
            Some(What::Erase { phone: phone.clone(), told: None })
        }
        _ => None,
    }
}

/// The texts that people write.
const TEXTS: [&str; 8] = ["Oi", "SAIR", "gracias!", "BAJA", "VOLTAR", "mi correo es ana@example.com", "STOP", "👍"];

/// The script of so many weeks from `begin`.
pub fn script(rng: &mut fastrand::Rng, businesses: &[SimulatedBusiness], begin: DateTime<Utc>, weeks: u32) -> Vec<Act> {
    let mut acts = Vec::new();
    let mut count = 0;
    let days = i64::from(weeks) * 7;
    for (place, business) in businesses.iter().enumerate() {
        for phone in &business.phones {
            let at = begin + TimeDelta::seconds(rng.i64(60..2 * 86_400));
            let copies = if rng.f64() < 0.3 { rng.usize(2..5) } else { 1 };
            let complete = rng.f64() < 0.6;
            let (birthday, pet, locale) = (birthday(rng, begin, days), pet(rng, begin, days), locale(rng));
            let what = What::Register { phone: phone.clone(), complete, birthday, locale, pet, copies };
            acts.push(Act { business: place, at, what });
        }
        for day in 0..days {
            let today = begin + TimeDelta::days(day);
            let mut add = |rng: &mut fastrand::Rng, what| {
                let at = today + TimeDelta::milliseconds(rng.i64(0..86_400_000));
                acts.push(Act { business: place, at, what });
                at
            };
            let mut close = Vec::new();
            for _ in 0..rng.usize(1..5) {
                count += 1;
                let what = doing(rng, business, count, begin, days);
                let next = next_to(rng, &what, count);
                let at = add(rng, what);
                // As often within a read of a stream as over a second.
                let apart = if rng.bool() { 100 } else { 900 };
                close.extend(next.map(|what| (at + TimeDelta::milliseconds(rng.i64(0..apart)), what)));
            }
            if rng.f64() < 0.35 {
                count += 1;
                let what = What::Send {
                    phones: business.phones.clone(),
                    text: format!("offer {count}"),
                    marketing: rng.f64() < 0.8,
                    copies: 1,
                };
                add(rng, what);
            }
            for fault in [Fault::GatewayDisconnects, Fault::TableOutage, Fault::QueueOutage, Fault::BusOutage] {
                add(rng, What::Outage(fault));
            }
            if rng.f64() < 0.4 {
                add(rng, What::Tend);
            }
            acts.extend(close.into_iter().map(|(at, what)| Act { business: place, at, what }));
        }
    }
    if rng.f64() < 0.3 {
        let at = begin + TimeDelta::seconds(rng.i64(0..days * 86_400));
        acts.push(Act { business: 0, at, what: What::Poison { nth: rng.usize(..1_000) } });
    }
    let mut own = rng.fork();
    for place in 0..businesses.len() {
        acts.extend(diary(&mut own, businesses, place, begin, days));
    }
    let mut own = own.fork();
    for (place, business) in businesses.iter().enumerate() {
        acts.extend(shopping(&mut own, business, place, begin, days));
    }
    for (place, business) in businesses.iter().enumerate() {
        for _ in 0..days * 3 {
            let at = begin + TimeDelta::milliseconds(own.i64(0..days * 86_400_000));
            let phone = own.choice(&business.phones).cloned().unwrap_or_default();
            acts.push(Act { business: place, at, what: What::Tap { phone, place: own.usize(0..3) } });
        }
    }
    for place in 0..businesses.len() {
        acts.extend(campaigns(&mut own, place, begin, days));
    }
    for (place, business) in businesses.iter().enumerate() {
        acts.extend(handovers(&mut own, business, place, begin, days));
    }
    let mut own = own.fork();
    for (place, business) in businesses.iter().enumerate() {
        acts.extend(requests(&mut own, business, place, begin, days));
    }
    for (place, business) in businesses.iter().enumerate() {
        acts.extend(recordings(&mut own, business, place, begin, days));
    }
    // Acts of the same time happen in this order.
    acts.sort_by_key(|act| act.at);
    acts
}

/// The texts of people who ask for an appointment in the chat, or tell of themselves.
const REQUESTS: [&str; 6] = [
    "quero marcar um banho amanhã às 10h",
    "quiero una cita de banho mañana a las 10",
    "I'd like to book a banho tomorrow at 11:00",
    "quero marcar um banho",
    "às 10h",
    "me llamo Ana Lima y vivo en Santos",
];
/// The answers of owners to them, some late, some to nothing.
const DECISIONS: [&str; 7] = ["1", "2", "3", "4", "sí", "não", "ok"];

/// The words of recordings. None of them is about marketing, for who hears them decides whether they count.
const SPOKEN: [&str; 4] = ["Oi", "quanto custa o banho?", "quero marcar um banho amanhã às 10h", "às 10h"];

/// People who speak, some twice in a row.
fn recordings(
    rng: &mut fastrand::Rng,
    business: &SimulatedBusiness,
    place: usize,
    begin: DateTime<Utc>,
    days: i64,
) -> Vec<Act> {
    let mut acts = Vec::new();
    for _ in 0..days {
        let mut at = begin + TimeDelta::milliseconds(rng.i64(0..days * 86_400_000));
        let phone = rng.choice(&business.phones).cloned().unwrap_or_default();
        for _ in 0..rng.usize(1..3) {
            let text = rng.choice(&SPOKEN).copied().unwrap_or_default();
            acts.push(Act { business: place, at, what: What::Speak { phone: phone.clone(), text } });
            at += TimeDelta::milliseconds(rng.i64(500..400_000));
        }
    }
    acts
}

/// People who ask for appointments, and owners who decide.
fn requests(
    rng: &mut fastrand::Rng,
    business: &SimulatedBusiness,
    place: usize,
    begin: DateTime<Utc>,
    days: i64,
) -> Vec<Act> {
    let mut acts = Vec::new();
    for _ in 0..days * 2 {
        let at = begin + TimeDelta::milliseconds(rng.i64(0..days * 86_400_000));
        let phone = rng.choice(&business.phones).cloned().unwrap_or_default();
        let text = rng.choice(&REQUESTS).copied().unwrap_or_default();
        acts.push(Act { business: place, at, what: What::Write { phone, text } });
        for _ in 0..rng.usize(0..3) {
            let at = at + TimeDelta::seconds(rng.i64(20..4 * 3_600));
            let text = rng.choice(&DECISIONS).copied().unwrap_or_default();
            acts.push(Act { business: place, at, what: What::Write { phone: business.owner.clone(), text } });
        }
    }
    acts
}

/// A few slots for many: appointments of the next days, moves and cancellations.
fn diary(
    rng: &mut fastrand::Rng,
    businesses: &[SimulatedBusiness],
    place: usize,
    begin: DateTime<Utc>,
    days: i64,
) -> Vec<Act> {
    let (mut acts, mut made) = (Vec::new(), Vec::new());
    for day in 0..days {
        let today = begin + TimeDelta::days(day);
        for _ in 0..rng.usize(0..4) {
            let at = today + TimeDelta::milliseconds(rng.i64(0..86_400_000));
            let on = (at + TimeDelta::days(rng.i64(1..3))).format("%Y-%m-%d");
            let start = format!("{on}T{:02}:00", rng.u32(9..12));
            let what = match (rng.u32(0..10), rng.choice(&made)) {
                (0..2, Some(appointment)) => {
                    What::Rebook { appointment: String::clone(appointment), start: Some(start), status: "" }
                }
                (2..5, Some(appointment)) => {
                    let status = rng.choice(&["cancelled", "cancelled", "confirmed"]).copied().unwrap_or_default();
                    What::Rebook { appointment: String::clone(appointment), start: None, status }
                }
                _ => {
                    let appointment = format!("visit/{place}-{}", made.len());
                    made.push(appointment.clone());
                    let phones = businesses.get(place).map(|business| business.phones.as_slice()).unwrap_or_default();
                    let phone = rng.choice(phones).cloned().unwrap_or_default();
                    What::Book { phone, appointment, start, copies: rng.usize(1..4) }
                }
            };
            // Often another comes for the same at once.
            if let What::Book { phone, start, .. } = &what
                && rng.bool()
            {
                let appointment = format!("visit/{place}-{}", made.len());
                made.push(appointment.clone());
                let (phone, start) = (phone.clone(), start.clone());
                acts.push(Act { business: place, at, what: What::Book { phone, appointment, start, copies: 1 } });
            }
            acts.push(Act { business: place, at, what });
        }
    }
    acts
}

/// What people of the business say on its phone: words, and one that gives the chat back.
const BY_HAND: [&str; 3] = ["Já vejo isso", "/bot", "Até logo"];

/// Customers who write, and people of the business who come between them and the assistant: within the silence, while it
/// thinks, or later.
fn handovers(
    rng: &mut fastrand::Rng,
    business: &SimulatedBusiness,
    place: usize,
    begin: DateTime<Utc>,
    days: i64,
) -> Vec<Act> {
    let mut acts = Vec::new();
    for _ in 0..days * 2 {
        let mut at = begin + TimeDelta::milliseconds(rng.i64(0..days * 86_400_000));
        let phone = rng.choice(&business.phones).cloned().unwrap_or_default();
        acts.push(Act { business: place, at, what: What::Write { phone: phone.clone(), text: "Oi" } });
        for _ in 0..rng.usize(1..4) {
            at += TimeDelta::milliseconds(if rng.bool() { rng.i64(0..9_000) } else { rng.i64(9_000..5_000_000) });
            let phone = phone.clone();
            let what = match rng.u32(0..10) {
                0..3 => What::Handover { phone, does: "takeover", copies: rng.usize(1..3) },
                3..5 => What::Handover { phone, does: "release", copies: rng.usize(1..3) },
                5..8 => What::ByHand { phone, text: rng.choice(&BY_HAND).copied().unwrap_or_default() },
                _ => What::Write { phone, text: "gracias!" },
            };
            acts.push(Act { business: place, at, what });
        }
    }
    acts
}

/// Campaigns of the first half, each started, and then moved to and fro. None stays paused.
fn campaigns(rng: &mut fastrand::Rng, place: usize, begin: DateTime<Utc>, days: i64) -> Vec<Act> {
    let mut acts = Vec::new();
    for nth in 0..rng.usize(1..4) {
        let campaign = format!("offer-{place}-{nth}");
        let mut at = begin + TimeDelta::milliseconds(rng.i64(86_400_000..days * 43_200_000));
        let mut add = |rng: &mut fastrand::Rng, at, does| {
            let what = What::Campaign { campaign: campaign.clone(), does, copies: rng.usize(1..3) };
            acts.push(Act { business: place, at, what });
        };
        add(rng, at, "make");
        at += TimeDelta::milliseconds(rng.i64(2_000..600_000));
        add(rng, at, "start");
        for _ in 0..rng.usize(0..4) {
            // Within the sending, or long after it.
            at += TimeDelta::milliseconds(if rng.bool() { rng.i64(0..60_000) } else { rng.i64(60_000..30_000_000) });
            add(rng, at, rng.clone().choice(&["pause", "resume", "cancel", "start"]).copied().unwrap_or("pause"));
        }
        add(rng, at + TimeDelta::hours(1), "resume");
    }
    acts
}

/// Invoices, and now and then a later version of one, which may come before an earlier one.
fn shopping(
    rng: &mut fastrand::Rng,
    business: &SimulatedBusiness,
    place: usize,
    begin: DateTime<Utc>,
    days: i64,
) -> Vec<Act> {
    let (mut acts, mut made) = (Vec::new(), Vec::<(String, String)>::new());
    for day in 0..days {
        for _ in 0..rng.usize(0..4) {
            let at = begin + TimeDelta::days(day) + TimeDelta::milliseconds(rng.i64(0..86_400_000));
            let known = rng.choice(&made).cloned().filter(|_| rng.u32(0..3) == 0);
            let (phone, invoice, version) = match known {
                Some((phone, invoice)) => (phone, invoice, rng.i64(2..5)),
                None => {
                    let phone = rng.choice(&business.phones).cloned().unwrap_or_default();
                    let invoice = format!("invoice/{place}-{}", made.len());
                    made.push((phone.clone(), invoice.clone()));
                    (phone, invoice, 1)
                }
            };
            let bought_at = (at - TimeDelta::hours(rng.i64(0..200))).to_rfc3339();
            let (total, copies) = (rng.u32(0..4) * 50, rng.usize(1..4));
            let what = What::Buy { phone, invoice, version, at: bought_at, total, copies };
            acts.push(Act { business: place, at, what });
        }
    }
    acts
}

/// One thing that somebody does at a business; `count` makes it unlike all others.
fn doing(rng: &mut fastrand::Rng, business: &SimulatedBusiness, count: usize, begin: DateTime<Utc>, days: i64) -> What {
    let phone = rng.choice(&business.phones).cloned().unwrap_or_default();
    let copies = if rng.f64() < 0.2 { rng.usize(2..6) } else { 1 };
    match rng.u32(0..100) {
        0..35 => {
            let less = rng.f64() < 0.2;
            let points = 100 + i64::try_from(count).unwrap_or_default();
            What::Load { phone, points: if less { -points } else { points }, load_id: format!("load-{count}"), copies }
        }
        35..60 => What::Send { phones: vec![phone], text: format!("note {count}"), marketing: rng.f64() < 0.4, copies },
        // Owners write as well.
        60..63 => What::Write { phone: business.owner.clone(), text: rng.choice(&TEXTS).copied().unwrap_or("Oi") },
        63..90 => What::Write { phone, text: rng.choice(&TEXTS).copied().unwrap_or("Oi") },
        90..92 => {
            let (complete, birthday) = (rng.bool(), birthday(rng, begin, days));
            What::Register { phone, complete, birthday, locale: locale(rng), pet: None, copies }
        }
        92..94 => What::MoveBirthday { phone, birthday: birthday(rng, begin, days) },
        94 => What::Consent { phone, yes: rng.bool() },
        95 => What::Trespass { phone },
        96 => What::Run { path: rng.choice(&RUNS).copied().unwrap_or_default() },
        _ => What::Erase { phone, told: rng.bool().then(|| format!("goodbye {count}")) },
    }
}
