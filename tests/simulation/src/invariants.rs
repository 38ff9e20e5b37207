//! The invariants of a run, whatever goes wrong. A new one joins by its line in one of the two lists.

mod accepted;
mod asked;
mod greeted;
mod marketing;
mod pace;
mod sending;

use crate::businesses::SimulatedBusiness;
use crate::history::History;
use std::fmt;

/// Looks at what was seen; answers what does not hold.
pub type Check = fn(&History, &[SimulatedBusiness]) -> Vec<Violation>;

/// An invariant's sentence, and the check that looks at it.
pub type Invariant = (&'static str, Check);

/// The invariants that hold at every moment; looked at once a day and at the end.
pub const ALWAYS: &[Invariant] = &[
    ("nobody gets a message twice, but a transactional one of which nothing was known once more", sending::twice),
    ("a message only moves as the ledger lets it", sending::moves),
    ("no marketing at night", marketing::at_night),
    ("no marketing to who does not want it", marketing::unwanted),
    ("no more marketing to a person in seven days than the cap", marketing::weekly_cap),
    ("no sender is faster than its limit in any window", pace::sender_pace),
    ("nobody gets two messages within six seconds", pace::pair_pace),
    ("nobody holds a message for long", pace::held),
    ("no message waits without a reason", pace::waits),
    ("a message that may come again in a day comes in a day", pace::a_day_later),
    ("what is tried again is tried as often as promised, and what came too fast does not fail", pace::tried),
    ("what a gateway accepts is of a record of that business", sending::known),
    ("no marketing to who wrote an opt-out word", marketing::after_a_word),
    ("nobody is greeted but on their day, and only where customers are greeted", greeted::on_their_day),
    ("nobody is won back who has been in contact", greeted::not_won_back),
    ("one phone is one customer of a business", asked::one_customer),
    ("no function writes the data of a business that its event is not about", asked::foreign),
    ("nobody is told of another business's customers, messages or points", asked::trespasses),
    ("nothing is given up that another try would do", asked::condemned),
    ("nothing panics", asked::panics),
];

/// The invariants that hold once everything has come to its end.
pub const AT_END: &[Invariant] = &[
    ("every message ends with a final status, and one that was not sent with its reason", sending::ends),
    ("what is called sent was accepted by the gateway", sending::sent_is_accepted),
    ("every birthday is greeted, once for each date", greeted::each_birthday),
    ("whoever is away for long is written to, where the business wants that", greeted::each_absence),
    ("the owner is told of each day's greetings", greeted::told_to_the_owner),
    ("what was asked for is there", asked::wishes),
    ("nobody is refused what they may ask for", asked::refused),
    ("what a customer writes is kept, and once", asked::words),
    ("of all who ask for a new thing exactly one is told that it is new", asked::news),
    ("every automation has its next slot", greeted::next_slots),
    ("of who was erased nothing is kept", asked::forgotten),
    ("every balance is the sum of its entries", asked::balances),
    ("every change of points is told", asked::told),
    ("whoever writes an opt-out word is out, and told so", asked::opted),
    ("dead letters hold only what nobody can read", asked::dead_letters),
];

/// Something that does not hold.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The invariant's sentence.
    pub invariant: &'static str,
    /// The facts that were seen instead.
    pub detail: String,
    /// Names in the trace by which the subject's events are found.
    pub subjects: Vec<String>,
}

impl Violation {
    fn new(detail: String, subjects: impl IntoIterator<Item = String>) -> Self {
        Self { invariant: "", detail, subjects: subjects.into_iter().collect() }
    }

    /// As a violation of this invariant.
    #[must_use]
    pub fn of(self, invariant: &'static str) -> Self {
        Self { invariant, ..self }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.detail)
    }
}
