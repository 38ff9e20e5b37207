//! The texts that a report suggests, as the customers would read them.

use super::flash::{Flash, FreeDay};
use super::people::gaps;
use super::{Invitee, Rows, Text, Value};
use crate::Voice;
use chrono::NaiveDate;

/// The offer of free times that these people would get: with the name of the one person that there is, else with a gap for
/// it. Missing if there is nobody, or no time is free.
#[derive(Clone)]
pub struct FlashText<'a> {
    /// The business's name.
    pub business: &'a str,
    /// The people.
    pub people: Rows<Invitee<'a>>,
    /// The days that have free times.
    pub days: Vec<FreeDay>,
    /// The local date on which it is read.
    pub today: NaiveDate,
    /// Percent off.
    pub offer: u8,
}

impl Value for FlashText<'_> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "–");

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let name = match self.people.rows() {
            [] => return None,
            [only] => only.person.name(),
            _ => Some(gaps(voice).0.to_owned()),
        };
        Flash::new(name.as_deref(), self.business, &self.days, self.today, self.offer)?.text(voice).ok()
    }
}
