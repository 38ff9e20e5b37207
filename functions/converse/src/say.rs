//! What is said: to the customer, and to the owners if a person is to go on.

use crate::Converser;
use domain::texts::assistant_answer::{AssistantAnswer, Said};
use domain::texts::assistant_fallback::AssistantFallback;
use domain::texts::person_wanted::PersonWanted;
use domain::texts::{CustomerName, Line, Person};
use domain::{Business, Customer, Draft, MessageId, Phone, Recipient, Text};
use kit::batch::{Failure, Outcome};
use queues::tasks::ConverseTask;

/// The answer to a message, and what is told of it, by the message's number: each is made once.
fn id(what: &str, to: Recipient, task: &ConverseTask) -> MessageId {
    MessageId::of(format!("{what}/{to}/{}/{}", task.customer_id, task.sequence))
}

impl Converser {
    /// The answer of the assistant.
    pub(crate) fn say(
        &self,
        task: &ConverseTask,
        business: &Business,
        customer: &Customer,
        text: &str,
    ) -> Result<Draft, Failure> {
        draft(task, business, customer, &AssistantAnswer { message: Said(text) })
    }

    /// What is said instead of it.
    pub(crate) fn say_without(
        &self,
        task: &ConverseTask,
        business: &Business,
        customer: &Customer,
    ) -> Result<Draft, Failure> {
        match &business.settings.fallback_line {
            Some(line) => draft(task, business, customer, &AssistantAnswer { message: Said(line) }),
            None => {
                let name = CustomerName(customer.known_name());
                draft(task, business, customer, &AssistantFallback { name, business: Line(&business.name) })
            }
        }
    }

    /// Tells the owners that a customer waits for a person.
    pub(crate) async fn call_a_person(
        &self,
        task: &ConverseTask,
        business: &Business,
        customer: &Customer,
        asked: Option<&str>,
    ) -> Outcome {
        metrics::counter!("persons_wanted").increment(1);
        let phone = customer.phone.as_ref().map(Phone::digits);
        let person = Person { name: customer.known_name(), phone, pet: None };
        for owner in &business.owners {
            let text = PersonWanted::new(&owner.name, &business.name, person, asked);
            let to = Recipient::Owner(owner.owner_id);
            let draft = Draft::new(id("person-wanted", to, task), to, &text, business.voice(None));
            self.outbox.write(business.business_id, draft.map_err(Failure::permanent)?).await?;
        }
        Ok(())
    }
}

fn draft(task: &ConverseTask, business: &Business, customer: &Customer, text: &dyn Text) -> Result<Draft, Failure> {
    let to = Recipient::Customer(customer.customer_id);
    Draft::new(id("answer", to, task), to, text, business.voice(customer.locale)).map_err(Failure::permanent)
}
