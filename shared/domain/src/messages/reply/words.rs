//! The words of short answers, each phrase with its class. They stand in `words.txt`.

use super::Part;

const WORDS: &str = include_str!("words.txt");

/// From one number to another: `1 a 3`.
pub(super) const RANGE: &[&str] = &["a", "al", "ao", "ate", "to", "hasta", "through"];

/// Every phrase with its class.
pub(super) fn entries() -> impl Iterator<Item = (&'static str, Part)> {
    under_headings(part)
}

/// Every phrase that has a class only where nothing else is said.
pub(super) fn alone() -> impl Iterator<Item = (&'static str, Part)> {
    under_headings(|heading| part(heading.strip_suffix(" alone")?))
}

fn under_headings(class_of: impl Fn(&str) -> Option<Part>) -> impl Iterator<Item = (&'static str, Part)> {
    let mut class = None;
    WORDS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).flat_map(move |line| {
        let heading = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
        if let Some(heading) = heading {
            class = class_of(heading);
        }
        let phrases = line.split(',').map(str::trim).filter(move |phrase| heading.is_none() && !phrase.is_empty());
        phrases.filter_map(move |phrase| Some((phrase, class?)))
    })
}

fn part(heading: &str) -> Option<Part> {
    Some(match heading {
        "yes" => Part::Yes,
        "do" => Part::Do,
        "ack" => Part::Ack,
        "no" => Part::No,
        "later" => Part::Later,
        "all" => Part::All,
        "both" => Part::Both,
        "to all" => Part::ToAll,
        "doubt" => Part::Doubt,
        "near" => Part::Near,
        "but" => Part::But,
        "only" => Part::Only,
        "with" => Part::With,
        "percent" => Part::Percent,
        "filler" => Part::Filler,
        "noise" => Part::Noise,
        "last" => Part::Last,
        "other" => Part::Other,
        _ => {
            let (kind, figure) = heading.split_once(' ')?;
            match kind {
                "place" => Part::Place(figure.parse().ok()?),
                "number" => Part::Number(figure.parse().ok()?),
                _ => return None,
            }
        }
    })
}

/// Every phrase that has a yes in it.
#[cfg(test)]
pub(crate) fn of_a_yes() -> impl Iterator<Item = &'static str> {
    let starts = |part| {
        let yes = matches!(part, Part::Yes | Part::Do | Part::Ack | Part::All | Part::Both | Part::ToAll);
        yes || matches!(part, Part::Number(_) | Part::Place(_) | Part::Last)
    };
    entries().chain(alone()).filter(move |(_, part)| starts(*part)).map(|(phrase, _)| phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_is_a_class() {
        let headings = WORDS.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
        assert!(headings.clone().count() > 20);
        for heading in headings {
            assert!(part(heading.strip_suffix(" alone").unwrap_or(heading)).is_some(), "{heading}");
        }
    }
}
