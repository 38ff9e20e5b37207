//! What is said: to the customer, and to the owners if a person is to go on.

use crate::{Converser, Turn};
use chrono::{DateTime, NaiveDateTime, Utc};
use domain::texts::assistant_answer::{AssistantAnswer, Said};
use domain::texts::assistant_fallback::AssistantFallback;
use domain::texts::booking_asked::{Asked, BookingAsked};
use domain::texts::opt_out::OptOut;
use domain::texts::person_wanted::PersonWanted;
use domain::texts::{CustomerName, Line, Person};
use domain::{Draft, MessageId, Phone, Recipient, Text, Wanted};
use kit::batch::{Failure, Outcome};

impl Turn<'_> {
    /// The answer in the assistant's words.
    pub(crate) fn say(&self, text: &str) -> Result<Draft, Failure> {
        self.draft(&AssistantAnswer { message: Said(text) })
    }

    /// What is said instead of them.
    pub(crate) fn say_without(&self) -> Result<Draft, Failure> {
        if let Some(line) = &self.business.settings.fallback_line {
            return self.say(line);
        }
        let name = CustomerName(self.customer.known_name());
        self.draft(&AssistantFallback { name, business: Line(&self.business.name) })
    }

    /// That no more promotions come.
    pub(crate) fn say_opted_out(&self) -> Result<Draft, Failure> {
        self.draft(&OptOut { name: CustomerName(self.customer.known_name()), business: Line(&self.business.name) })
    }

    /// What becomes of a wish for an appointment. `free`: times in its place, UTC.
    pub(crate) fn say_asked(&self, answer: Asked, wanted: &Wanted, free: &[DateTime<Utc>]) -> Result<Draft, Failure> {
        let free = free.iter().map(|start| self.local(*start)).collect();
        let about = (wanted.service.as_str(), self.local(wanted.start));
        self.draft(&BookingAsked::new(self.customer.known_name(), &self.business.name, answer, about, free))
    }

    /// By the clock of the business.
    pub(crate) fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.business.timezone).naive_local()
    }

    fn draft(&self, text: &dyn Text) -> Result<Draft, Failure> {
        let to = Recipient::Customer(self.customer.customer_id);
        let voice = self.business.voice(self.customer.locale);
        // Of a message by its number there is one answer.
        let id = MessageId::of(format!("answer/{to}/{}", self.sequence));
        Draft::new(id, to, text, voice).map_err(Failure::permanent)
    }
}

impl Converser {
    /// Tells the owners that a customer waits for a person.
    pub(crate) async fn call_a_person(&self, turn: &Turn<'_>, asked: Option<&str>) -> Outcome {
        metrics::counter!("persons_wanted").increment(1);
        let Turn { task, business, customer, .. } = turn;
        let phone = customer.phone.as_ref().map(Phone::digits);
        let person = Person { name: customer.known_name(), phone, pet: None, step: None };
        for owner in &business.owners {
            let text = PersonWanted::new(&owner.name, &business.name, person, asked);
            let to = Recipient::Owner(owner.owner_id);
            let id = MessageId::of(format!("person-wanted/{to}/{}/{}", task.customer_id, turn.sequence));
            let draft = Draft::new(id, to, &text, business.voice(None));
            self.outbox.write(business.business_id, draft.map_err(Failure::permanent)?).await?;
        }
        Ok(())
    }
}
