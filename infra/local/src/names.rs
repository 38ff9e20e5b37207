//! Short names for what the template describes: `send-message` for the function and the queue, `Messages` for the
//! table. A caller may use the short name, the logical id or the physical name.

use std::collections::BTreeMap;

use aws::template::Template;
use aws::usage::Report;

/// Short names of a template's parts.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Logical ids of functions by their short names.
    functions: BTreeMap<String, String>,
    /// Physical names of queues by their short names.
    queues: BTreeMap<String, String>,
    /// Physical names of tables by their short names.
    tables: BTreeMap<String, String>,
    /// Physical names of buses by their short names.
    buses: BTreeMap<String, String>,
    /// Names of schedules by those of their functions, or by their own where a function has several.
    schedules: BTreeMap<String, String>,
    /// Logical ids and physical names by short names.
    aliases: BTreeMap<String, String>,
}

impl Names {
    /// The short names of all that `template` describes.
    pub fn new(template: &Template) -> Self {
        let mut names = Self::default();
        for (id, function) in &template.functions {
            let short = function.program().to_owned();
            names.alias(&short, [id, &function.name]);
            names.functions.insert(short, id.clone());
        }
        for (id, queue) in &template.queues {
            let short = kebab(id.strip_suffix("Queue").unwrap_or(id));
            names.alias(&short, [id, &queue.name]);
            names.queues.insert(short, queue.name.clone());
        }
        for (id, table) in &template.tables {
            let short = id.strip_suffix("Table").unwrap_or(id);
            names.alias(short, [id, &table.name]);
            names.tables.insert(short.to_owned(), table.name.clone());
        }
        for (id, bus) in &template.buses {
            names.buses.insert(kebab(id), bus.clone());
        }
        for schedule in &template.schedules {
            let alone = template.schedules.iter().filter(|other| other.function == schedule.function).count() == 1;
            let short = if alone { names.function_name(&schedule.function) } else { schedule.name.clone() };
            names.schedules.insert(short, schedule.name.clone());
        }
        names
    }

    fn alias(&mut self, short: &str, others: [&String; 2]) {
        for other in others {
            self.aliases.insert(other.clone(), short.to_owned());
        }
    }

    /// Logical id of a function.
    pub fn function(&self, name: &str) -> Option<&str> {
        self.find(&self.functions, name)
    }

    /// Physical name of a queue, by any of its names.
    pub fn queue(&self, name: &str) -> Option<&str> {
        self.find(&self.queues, name)
    }

    /// Physical name of a table, by any of its names.
    pub fn table(&self, name: &str) -> Option<&str> {
        self.find(&self.tables, name)
    }

    /// Full name of a schedule; the function's name is enough where it has only one.
    pub fn schedule(&self, name: &str) -> Option<&str> {
        let full = self.schedules.values().find(|full| *full == name);
        full.map(String::as_str).or_else(|| self.find(&self.schedules, name))
    }

    fn find<'a>(&self, of: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
        let short = self.aliases.get(name).map_or(name, String::as_str);
        of.get(short).map(String::as_str)
    }

    /// Queues with short and physical names, in order.
    pub fn queues(&self) -> impl Iterator<Item = (&str, &str)> {
        self.queues.iter().map(|(short, name)| (short.as_str(), name.as_str()))
    }

    /// Tables with short and physical names, in order.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tables.iter().map(|(short, name)| (short.as_str(), name.as_str()))
    }

    /// Short name of a function by its logical id.
    pub fn function_name(&self, id: &str) -> String {
        short(&self.functions, id)
    }

    /// Short name of a schedule by its full one; the full one itself, if it has no short one.
    pub fn schedule_name(&self, full: &str) -> String {
        short(&self.schedules, full)
    }

    /// The meter's reading by short names.
    pub fn shorten(&self, mut report: Report) -> Report {
        fn renamed<T>(uses: BTreeMap<String, T>, names: &BTreeMap<String, String>) -> BTreeMap<String, T> {
            uses.into_iter().map(|(name, value)| (short(names, &name), value)).collect()
        }
        report.tables = renamed(report.tables, &self.tables);
        report.queues = renamed(report.queues, &self.queues);
        report.buses = renamed(report.buses, &self.buses);
        report
    }
}

fn short(names: &BTreeMap<String, String>, name: &str) -> String {
    names.iter().find(|(_, full)| *full == name).map_or_else(|| name.to_owned(), |(short, _)| short.clone())
}

/// `SendMessage` as `send-message`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}
