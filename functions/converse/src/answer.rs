//! What becomes of the model's answer. The model only says what it wants; each act is checked and done here.

use crate::{Converser, Turn};
use assistant::{Action, Replied, Reply};
use automations::consent;
use chrono::{DateTime, Utc};
use domain::chat::Summary;
use domain::opt::is_near;
use domain::{ChatLine, Draft, Learned, Locale, OptChange, Side};
use kit::batch::{Failure, Outcome};

/// The end of a turn that answers.
pub(crate) struct Ending {
    /// Tokens that the chat does not know yet.
    pub tokens: u64,
    /// What the customer has told of their profile.
    pub learned: Learned,
    /// The conversation until now, if it was asked for.
    pub summary: Option<Summary>,
    /// What is said.
    pub said: Draft,
}

/// What is done beside the answer.
pub(crate) enum Act<'a> {
    /// Nothing.
    Nothing,
    /// The owners are told that the customer waits for a person, with what the customer wrote.
    CallAPerson(Option<&'a str>),
    /// Marketing ends, by words of this time, UTC.
    OptOut(DateTime<Utc>),
}

/// The last words of the customer.
pub(crate) fn asked(lines: &[ChatLine]) -> Option<&str> {
    lines.iter().rev().find(|line| line.side == Side::Customer).map(|line| line.text.as_str())
}

impl Converser {
    /// Says the answer and does what it asks for, as far as code finds it right.
    pub(crate) async fn answer(&self, turn: &Turn<'_>, replied: &Replied, lines: &[ChatLine]) -> Outcome {
        metrics::counter!("assistant_tokens").increment(replied.tokens);
        let Replied { reply, tokens, is_founded } = replied;
        let learned = self.learned(turn, reply, lines);
        // The answer is in the customer's language and by their name, if that is what was learned.
        let (mut all, mut customer) = (turn.learned.clone(), turn.record.clone());
        all.take_up(&learned);
        customer.fill_empty(&all.profile());
        let turn = &Turn { customer: &customer, ..*turn };
        let summary = reply.summary.as_deref().and_then(assistant::summary).map(Summary);
        let ending = |said| Ending { tokens: *tokens, learned: learned.clone(), summary: summary.clone(), said };
        // What code has not done, nobody says.
        let is_true = *is_founded && !reply.claims_an_act();
        match reply.action {
            Action::None | Action::FillProfile if is_true => {
                self.end(turn, &ending(turn.say(&reply.text)?), &Act::Nothing).await
            }
            Action::HandOver if is_true => {
                self.end(turn, &ending(turn.say(&reply.text)?), &Act::CallAPerson(asked(lines))).await
            }
            Action::OptOut => match wish(lines) {
                Some(at) => self.end(turn, &ending(turn.say_opted_out()?), &Act::OptOut(at)).await,
                None => self.leave_to_a_person(turn, ending(turn.say_without()?), lines).await,
            },
            Action::BookRequest => match &reply.booking {
                Some(booking) => self.ask_for(turn, booking, (*tokens, &learned), lines).await,
                None => self.leave_to_a_person(turn, ending(turn.say_without()?), lines).await,
            },
            Action::None | Action::FillProfile | Action::HandOver => {
                self.leave_to_a_person(turn, ending(turn.say_without()?), lines).await
            }
        }
    }

    pub(crate) async fn leave_to_a_person(&self, turn: &Turn<'_>, ending: Ending, lines: &[ChatLine]) -> Outcome {
        self.end(turn, &ending, &Act::CallAPerson(asked(lines))).await
    }

    /// What the record may learn of the answer.
    fn learned(&self, turn: &Turn<'_>, reply: &Reply, lines: &[ChatLine]) -> Learned {
        let said: Vec<&str> = lines
            .iter()
            .filter(|line| line.side == Side::Customer && line.is_typed)
            .map(|line| line.text.as_str())
            .collect();
        let business = turn.business;
        let learned = Learned::read(&reply.fields, &said, &business.country, business.timezone, self.app.now());
        // Somebody who wrote another language before may go back to the business's.
        let is_news = |locale: &Locale| *locale != business.locale || turn.learned.locale.is_some();
        Learned { locale: reply.language.filter(is_news), ..learned }.lacking(turn.record)
    }

    /// Does what stands beside an answer. Each may be done again. Answers what is said instead, if it cannot be done.
    pub(crate) async fn act(&self, turn: &Turn<'_>, act: &Act<'_>) -> Result<Option<Draft>, Failure> {
        match act {
            Act::Nothing => {}
            Act::CallAPerson(asked) => self.call_a_person(turn, *asked).await?,
            Act::OptOut(at) => {
                let (business, customer) = (turn.task.business_id, turn.task.customer_id);
                if !consent::decide(&self.app, business, customer, OptChange::Out, *at).await? {
                    // A later word stands.
                    return turn.say_without().map(Some);
                }
            }
        }
        Ok(None)
    }
}

/// When the customer last wrote, if their last words have to do with an end of marketing. A model may err, and nobody is
/// taken off the list by a question for a price.
fn wish(lines: &[ChatLine]) -> Option<DateTime<Utc>> {
    let last: Vec<&ChatLine> = lines.iter().rev().take_while(|line| line.side == Side::Customer).collect();
    last.iter().any(|line| is_near(&line.text)).then(|| last.iter().map(|line| line.at).max()).flatten()
}
