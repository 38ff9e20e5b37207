//! The week as Markdown: a heading for each business and day, and a line for each message.

use super::{Line, MONDAY, Opened, Told};
use chrono::Days;
use std::fmt::Write;
use world::{Author, Role};

const ABOUT: &str = "\
# A week of the demo's businesses

This is what the phones show in one week of November 2026. `cargo simulate --transcript > docs/transcript.md` makes it:
all functions run in one process under a virtual clock, and a script acts for people and callers of the API. The script is
in `tests/simulation/src/transcript/weeks`. A test holds that this file is what the command prints.

Hours are those of the business. `→` is a message of the business and `←` one of a person. `[ … ]` is a button, and alone it
is a tap on one. Behind `to` stands the first line of the message that a person quotes. A line in italics tells what no
phone shows. All people and numbers are made up.
";

pub(super) fn markdown(businesses: &[Opened]) -> String {
    let mut text = ABOUT.to_owned();
    for business in businesses {
        let opening = &business.week.opening;
        let told = |name: &str| opening[name].as_str().unwrap_or_default();
        let gateway = match opening["senders"][0]["gateway"].as_str() {
            Some("whapi") => "Whapi",
            _ => "the WhatsApp Cloud API",
        };
        let (name, locale, zone) = (business.week.name(), told("locale"), told("timezone"));
        let _ = write!(text, "\n## {name}\n\n{locale}, {zone}, writes by {gateway}.\n");
        for nth in 0..7 {
            day(&mut text, business, nth);
        }
    }
    text
}

fn day(text: &mut String, business: &Opened, nth: u64) {
    let Some(date) = MONDAY.checked_add_days(Days::new(nth)) else { return };
    let _ = write!(text, "\n### {}\n", date.format("%A, %-d %B"));
    let mut is_empty = true;
    for line in &business.lines {
        let local = line.at.with_timezone(&business.zone);
        if local.date_naive() != date {
            continue;
        }
        let hour = local.format("%H:%M").to_string();
        let _ = write!(text, "\n{}\n", said(&hour, line));
        is_empty = false;
    }
    if is_empty {
        text.push_str("\nNothing.\n");
    }
}

fn said(hour: &str, line: &Line) -> String {
    match &line.told {
        Told::Done(done) => format!("{hour} *{done}*"),
        Told::Shown { from, role, name, text, buttons, quotes } => {
            let arrow = if *from == Author::Business { '→' } else { '←' };
            let role = if *role == Role::Owner { "owner" } else { "customer" };
            let buttons: Vec<String> = buttons.iter().map(|title| format!("[ {title} ]")).collect();
            let mut lines: Vec<&str> = text.lines().collect();
            let buttons = buttons.join(" ");
            if !buttons.is_empty() {
                lines.push(&buttons);
            }
            let quotes = quotes.as_ref().map(|first| format!(", to “{first}”")).unwrap_or_default();
            format!("{hour} {arrow} {role}, **{name}**{quotes}\n\n{}", quoted(&lines))
        }
    }
}

/// Line by line as it stands on the phone.
fn quoted(lines: &[&str]) -> String {
    let mut quoted = String::new();
    for (nth, line) in lines.iter().enumerate() {
        let next = lines.get(nth + 1);
        let ends = match next {
            None => "",
            Some(next) if line.is_empty() || next.is_empty() => "\n",
            Some(_) => "\\\n",
        };
        let _ = write!(quoted, ">{}{line}{ends}", if line.is_empty() { "" } else { " " });
    }
    quoted
}
