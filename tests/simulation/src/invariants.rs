//! The invariants of a run, whatever goes wrong. A new one joins by its line in one of the two lists.

mod accepted;
mod answers;
mod asked;
mod booked;
mod campaigns;
mod diary;
mod greeted;
mod heard;
mod marketing;
mod pace;
mod policy;
mod purchases;
mod reminders;
mod returns;
mod searched;
mod sending;
mod sessions;
mod shown;
mod skipped;
mod spoken;
mod synced;
mod waiting;

use crate::businesses::SimulatedBusiness;
use crate::history::History;
use std::fmt;

/// Looks at what was seen; answers what does not hold.
pub type Check = fn(&History, &[SimulatedBusiness]) -> Vec<Violation>;

/// An invariant's sentence, and the check that looks at it.
pub type Invariant = (&'static str, Check);

/// The invariants that hold at every moment; looked at once a day and at the end.
pub const ALWAYS: &[Invariant] = &[
    ("a person gets no message twice, but a transactional one of which nothing was known", sending::twice),
    ("a message only moves as the ledger lets it", sending::moves),
    ("a campaign that was cancelled claims no message five seconds later", campaigns::cancelled),
    ("no marketing goes out at night", marketing::at_night),
    ("no marketing goes to a person who does not want it", marketing::unwanted),
    ("a person gets no more marketing in seven days than the cap", marketing::weekly_cap),
    ("no sender is faster than its limit in any window", pace::sender_pace),
    ("nobody gets two messages within six seconds", pace::pair_pace),
    ("nobody holds a message for long", waiting::held),
    ("no message waits without a reason, or longer than its reason lasts", waiting::waits),
    ("a message that has come due is looked at within hours", waiting::due),
    ("a message that may come again in a day comes in a day", pace::a_day_later),
    ("a message is tried again as often as promised, and one that came too fast does not fail", pace::tried),
    ("a gateway accepts only messages of which the business has a record", sending::known),
    ("no marketing goes to a person who wrote an opt-out word", marketing::after_a_word),
    ("no customer is won back who has been in contact", greeted::not_won_back),
    ("one phone is one customer of a business", asked::one_customer),
    ("no function writes the data of a business that its event is not about", asked::foreign),
    ("a function does only what its role allows", asked::forbidden),
    ("nobody is told of another business's customers, messages or points", asked::trespasses),
    ("nothing is given up that another try would do", asked::condemned),
    ("a message is skipped only for a reason that is true, and waits for the morning only at night", skipped::reasons),
    ("no rule of marketing skips or defers a transactional message", skipped::transactional),
    (
        "a customer is reminded of an appointment at the time that it has, and not after its start",
        reminders::of_its_time,
    ),
    ("policy decides on an unknown message ten minutes after its claim or later", policy::in_time),
    ("policy decides on no message that its gateway has reported as taken", policy::after_a_report),
    ("policy decides on no message that lies in the gateway's chat", policy::after_a_look),
    ("an approved template goes in the person's language, if the sender has it", shown::language),
    ("a user has one session that is not over, and is told of no other", sessions::one_of_a_user),
    ("a session that is over stays over, and the backend hears no more of it", sessions::over),
    ("a session that fell twenty times in a row is not connected again by itself", sessions::given_up),
    ("a logout shortly after a restart is none", sessions::logged_out),
    ("a read shows a session as it stood", sessions::shown),
    ("no event of a session that nobody has opened changes anything", sessions::of_nobody),
    ("the backend never takes an older status of a session after a newer one", heard::in_order),
    ("the backend is told only of statuses and codes that are kept", heard::kept_before),
    ("no code reaches the backend after its end, and a session's at most once in thirty seconds", heard::codes),
    ("a batch has at most fifty items, and no other batch has its name", heard::batches),
    ("the assistant does not talk over a person of the business", answers::talked_over),
    ("nothing panics", asked::panics),
];

/// The invariants that hold once everything has come to its end.
pub const AT_END: &[Invariant] = &[
    ("customers are greeted on their day only, and only where the business greets", greeted::on_their_day),
    ("every message ends with a final status, and one that was not sent with its reason", sending::ends),
    ("a message that is called sent was accepted by the gateway", sending::sent_is_accepted),
    ("a message that was reported as failed is not called sent", sending::failed_is_not_sent),
    ("the record shows the text that the phone shows", shown::text),
    ("every birthday is greeted, once for each date", greeted::each_birthday),
    ("a customer who is away for long is written to, where the business wants that", greeted::each_absence),
    ("the owner is told of each day's greetings", greeted::told_to_the_owner),
    ("everything that callers asked for is there", asked::wishes),
    ("no caller is refused a thing that they may ask for", asked::refused),
    ("an inbound text is kept, and kept once", asked::words),
    ("the words of a recording are kept once, or its author is asked to write", spoken::understood),
    ("a request that nobody answers ends before its start", booked::expires),
    ("a customer who knows of an appointment hears of its move or its end", booked::changes),
    ("exactly one of the callers who ask for a new thing is told that it is new", asked::news),
    ("every automation has its next slot", greeted::next_slots),
    ("nothing of an erased customer is kept", asked::forgotten),
    ("a campaign that was started comes to its end, and so does each of its messages", campaigns::ends),
    ("no call about a campaign is refused without a reason", campaigns::refused),
    ("every balance is the sum of its entries", asked::balances),
    ("every change of points is told", asked::told),
    ("every appointment that was made in time has its reminder", reminders::each),
    ("no time of the diary is given twice", diary::once),
    ("the times that are taken are those of the appointments", diary::taken),
    ("an appointment that a caller was told of is there", diary::kept),
    ("the numbers of a customer are those of the purchases", purchases::numbers),
    ("a purchase that a caller was told of is kept once", purchases::kept),
    (
        "a campaign is told to have brought what the books say, and no purchase counts for two",
        returns::as_the_books_say,
    ),
    ("those who were held out are told apart from the audience, each once", returns::groups),
    ("a customer is found by search as the record has them, and nobody else is", searched::as_recorded),
    ("the sync of each business has ended within the last night", synced::nightly),
    ("a sync changes no numbers but those that have drifted", synced::true_numbers_stay),
    ("a person who writes an opt-out word is out, and told so", asked::opted),
    ("dead letters hold only tasks that no function can read", asked::dead_letters),
    ("a message that wants the assistant's answer has one", answers::each),
    ("nothing is said as booked that is not", booked::said),
    ("every request for an appointment is asked of the owners, and its decision is told", booked::each),
    ("nobody is answered more often than they have asked", answers::once),
    ("the record knows of each conversation, and no token counts twice", answers::recorded),
    ("a conversation that is over is analysed", answers::analysed),
    ("nothing is kept at the language model", answers::kept_nowhere_else),
    ("the backend has heard how each session stands", heard::of_each),
    ("each session stands as its gateway says", sessions::as_at_the_gateway),
    ("a session that was stopped is gone at its gateway", sessions::gone),
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
