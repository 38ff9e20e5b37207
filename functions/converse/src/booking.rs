//! Appointments that customers ask for. The wish is kept in the chat before anything is done, so that a repeat makes the
//! same appointment. The appointment waits for the business, and the owners are asked.

use crate::answer::{Act, Ending};
use crate::{Converser, TRIES, Turn};
use assistant::Booking;
use domain::request::{MOST_WAITING, Unwanted, takes_requests, time_told};
use domain::texts::Person;
use domain::texts::booking_asked::Asked;
use domain::texts::booking_notice::{AskedOwner, BookingNotice};
use domain::{Appointment, Business, ChatLine, Customer, Draft, Learned, MessageId, Phone, Recipient, Wanted};
use kit::batch::{Failure, Outcome};
use store::{CreateAppointment, MadeAs, Taking};

/// The metadata of a notice to an owner: the appointment, and its number.
pub(crate) const APPOINTMENT: &str = "appointment";
const NUMBER: &str = "number";
/// The latest appointments of the customer among which those that wait are counted.
const LATEST: usize = 20;

/// What the customer has already asked for.
enum Standing {
    /// This service at this time, and the business has not decided.
    Asked,
    /// Something else at this time, one that is decided, or too many at once.
    TooMuch,
    /// Nothing that stands in the way.
    Free,
}

impl Converser {
    /// Does what a customer asks for, if it can be done. `spent`: the tokens of the answer, and what was learned by it.
    pub(crate) async fn ask_for(
        &self,
        turn: &Turn<'_>,
        booking: &Booking,
        spent: (u64, &Learned),
        lines: &[ChatLine],
    ) -> Outcome {
        let (tokens, learned) = (spent.0, spent.1.clone());
        let ending = |said| Ending { tokens, learned: learned.clone(), summary: None, said };
        let now = self.app.now();
        let wanted = Wanted::read(turn.business, &booking.service, &booking.start, turn.sequence, now);
        let wanted = match wanted {
            Ok(wanted) if takes_requests(turn.business) => wanted.of_pet(turn.customer),
            Err(Unwanted::NoSuchTime(wanted)) if takes_requests(turn.business) => {
                return self.offer_others(turn, &wanted, tokens, &learned).await;
            }
            _ => return self.leave_to_a_person(turn, ending(turn.say_without()?), lines).await,
        };
        match self.standing(turn, &wanted).await? {
            Standing::Asked => {
                let said = turn.say_asked(Asked::PassedOn, &wanted, &[])?;
                self.end(turn, &ending(said), &Act::Nothing).await
            }
            Standing::TooMuch => self.leave_to_a_person(turn, ending(turn.say_without()?), lines).await,
            Standing::Free if self.want(turn, &wanted, tokens, &learned).await? => self.book(turn, &wanted).await,
            Standing::Free => self.leave(turn, tokens).await,
        }
    }

    async fn standing(&self, turn: &Turn<'_>, wanted: &Wanted) -> Result<Standing, Failure> {
        let (store, now) = (self.app.store(), self.app.now());
        let of_customer =
            store.customer_appointments(turn.task.business_id, turn.task.customer_id, LATEST, None).await?;
        let open: Vec<_> = of_customer.items.iter().filter(|it| it.status.is_open() && now < it.start).collect();
        Ok(match open.iter().find(|it| it.start == wanted.start) {
            Some(same) if same.is_waiting() && same.service == wanted.service => Standing::Asked,
            Some(_) => Standing::TooMuch,
            None if open.iter().filter(|it| it.is_waiting()).count() >= MOST_WAITING => Standing::TooMuch,
            None => Standing::Free,
        })
    }

    /// Keeps what is to be made; `false` if the customer has written meanwhile, or another run does it.
    async fn want(&self, turn: &Turn<'_>, wanted: &Wanted, tokens: u64, learned: &Learned) -> Result<bool, Failure> {
        for _ in 0..TRIES {
            let before = self.app.store().chat(turn.task.business_id, turn.task.customer_id).await?;
            let mut chat = before.record.clone();
            if !chat.may_answer(turn.sequence, turn.run, self.app.now()) {
                return Ok(false);
            }
            turn.note(&mut chat);
            chat.want(wanted.clone(), learned, tokens);
            if self.keep(turn.task, &before, &chat).await? {
                return Ok(true);
            }
        }
        Err(Failure::retry("contended"))
    }

    /// Makes the appointment, asks the owners, and tells the customer that it is not booked yet. Each of these is done once,
    /// however often this is run.
    pub(crate) async fn book(&self, turn: &Turn<'_>, wanted: &Wanted) -> Outcome {
        let (store, business, now) = (self.app.store(), turn.task.business_id, self.app.now());
        let appointment = wanted.appointment(turn.business, turn.customer, now);
        let made_as = MadeAs::of(&appointment, Some(wanted.minutes));
        let attempt = self.app.attempt();
        match store.create_appointment(business, &appointment, &made_as, Taking::FreeTime, &attempt).await? {
            CreateAppointment::Created => metrics::counter!("bookings_asked").increment(1),
            CreateAppointment::Exists(before) if before.is_repeat => {}
            CreateAppointment::Exists(_) | CreateAppointment::Taken => {
                return self.offer_others(turn, wanted, 0, &Learned::default()).await;
            }
        }
        self.ask_owners(turn.business, turn.customer, &appointment, AskedOwner::New).await?;
        let said = turn.say_asked(Asked::PassedOn, wanted, &[])?;
        self.end(turn, &Ending { tokens: 0, learned: Learned::default(), summary: None, said }, &Act::Nothing).await
    }

    /// Asks each owner about a request, once for the first time and once again.
    pub(crate) async fn ask_owners(
        &self,
        business: &Business,
        customer: &Customer,
        appointment: &Appointment,
        asked: AskedOwner,
    ) -> Outcome {
        let (id, now, attempt) = (business.business_id, self.app.now(), self.app.attempt());
        let Appointment { appointment_id, service, start, .. } = appointment;
        let number = self.app.store().number_request(id, appointment_id, *start, now, &attempt).await?;
        let phone = customer.phone.as_ref().map(Phone::digits);
        let person = Person { name: customer.known_name(), phone, pet: None, step: None };
        let about = (service.as_str(), start.with_timezone(&business.timezone).naive_local());
        for owner in &business.owners {
            let text = BookingNotice::new(&owner.name, &business.name, person, about, number, asked);
            let again = if asked == AskedOwner::Again { "/again" } else { "" };
            let message = MessageId::of(format!("booking-notice/{appointment_id}/{}{again}", owner.owner_id));
            let draft = Draft::new(message, Recipient::Owner(owner.owner_id), &text, business.voice(None));
            let draft = draft.map_err(Failure::permanent)?;
            let draft = draft.noting(APPOINTMENT, appointment_id.to_string()).noting(NUMBER, number.yes().to_string());
            self.outbox.write(id, draft).await?;
        }
        Ok(())
    }

    /// Tells the customer that nobody can come then, with the nearest times that are free. If there are none, a person is
    /// called.
    async fn offer_others(&self, turn: &Turn<'_>, wanted: &Wanted, tokens: u64, learned: &Learned) -> Outcome {
        let now = self.app.now();
        let taken = self.app.store().taken_times(turn.task.business_id, &time_told(turn.business, now)).await?;
        let free = wanted.nearest(turn.business, &taken, now);
        let said = turn.say_asked(Asked::NotFree, wanted, &free)?;
        let act = if free.is_empty() { Act::CallAPerson(None) } else { Act::Nothing };
        self.end(turn, &Ending { tokens, learned: learned.clone(), summary: None, said }, &act).await
    }
}
