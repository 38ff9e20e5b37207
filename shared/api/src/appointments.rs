//! The diary: appointments, and the slots that are free.

use crate::parameters::{OfBusiness, PageSize};
use crate::problem::Problem;
use crate::values::{
    AppointmentId, AppointmentStart, AppointmentStatus, BookingRequest, Date, Decimal, GivenAmount, GivenAppointmentId,
    Id, LocalTime, NamedCustomer, NamedPhone, Time,
};
use crate::{Address, Operation, Schemas, Tag};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::business::Span;
use domain::{Business, BusinessId, CustomerId, Money};
use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Make an appointment, or up to 500
    ///
    /// Once for each `appointment_id` of the business: the same appointment again answers 200 with the appointment as it
    /// now is, whatever was changed since. Another one under the same `appointment_id` is 409. Without an
    /// `appointment_id` each call makes a new one.
    ///
    /// The time has to be free: it begins with a slot of the business's opening hours, ends before it closes, and no
    /// other appointment has a part of it. With `overbook` any time will do. An appointment is `done` or `no_show` only
    /// once it has begun. One that is done counts as a contact of the customer.
    ///
    /// A list answers 200 with a result for each, in the same order: what is wrong with one does not keep the others back.
    /// With `import` it brings a diary from elsewhere: nobody is asked for a review of what is done already.
    MakeAppointments,
    /// List the appointments of a day, or of a customer
    ///
    /// Of a day all of them, the earliest first. Of a customer a page, the latest first. Cancelled ones are listed too.
    /// One that was made or changed in this moment may not be listed yet.
    ListAppointments,
    /// Change an appointment
    ///
    /// A field that is absent stays. A new time has to be free, as when an appointment is made; the old one is free at
    /// once. A confirmed appointment that moves is pending again, unless the call says otherwise. A cancelled one comes
    /// back only with a `start`, which may be the old one.
    ChangeAppointment,
    /// List the free slots of a day
    ///
    /// Those that have not begun yet. A day of the business's `closed_days` has none, and so has a national holiday that
    /// is not one of its `open_days`.
    ListSlots,
}

impl crate::Route for Route {
    const TAG: Tag = Tag { name: "Appointments", description: "The diary of a business, and its free slots." };

    fn address(self) -> Address {
        match self {
            Self::MakeAppointments => Address::post("/api/appointments"),
            Self::ListAppointments => Address::get("/api/appointments"),
            Self::ChangeAppointment => Address::patch("/api/appointments/{*appointment_id}"),
            Self::ListSlots => Address::get("/api/appointments/slots"),
        }
    }

    fn operation(self) -> Operation {
        match self {
            Self::MakeAppointments => Operation::with_key()
                .query::<OfBusiness>()
                .body::<GivenAppointments>([
                    (
                        "one",
                        "One, by phone and local time",
                        json!({"appointment_id": "booking-7781", "phone": "5511987654321", "pet": "Rex",
                            "service": "Banho e tosa", "start": "2026-11-24T14:30", "price": 80}),
                    ),
                    (
                        "several",
                        "Several, of which one has taken place",
                        json!({"appointments": [
                            {"appointment_id": "booking-7782", "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
                                "service": "Banho", "start": "2026-11-24T15:30:00-03:00", "minutes": 90},
                            {"appointment_id": "booking-6620", "phone": "5511987654321", "service": "Tosa",
                                "start": "2026-10-02T10:00", "price": "95.50", "status": "done", "overbook": true}
                        ]}),
                    ),
                ])
                .answer::<AnsweredAppointments>(200, "It was made before; or a result for each of a list.")
                .answer::<Appointment>(201, "Made.")
                .not_found()
                .conflicts("Nothing has changed", &[NO_FREE_SLOT, NOT_BEGUN, ID_TAKEN]),
            Self::ListAppointments => Operation::with_key()
                .query::<AppointmentsQuery>()
                .answer::<AppointmentPage>(200, "The appointments.")
                .not_found(),
            Self::ChangeAppointment => Operation::with_key()
                .path::<AppointmentPath>()
                .query::<OfBusiness>()
                .body::<AppointmentChange>([
                    ("confirm", "It takes place", json!({"status": "confirmed"})),
                    ("move", "Another time", json!({"start": "2026-11-25T09:00"})),
                ])
                .answer::<Appointment>(200, "The appointment as it now is.")
                .not_found()
                .conflicts("Nothing has changed", &[NO_FREE_SLOT, NOT_BEGUN, CANCELLED]),
            Self::ListSlots => Operation::with_key()
                .query::<SlotsQuery>()
                .answer::<FreeSlots>(200, "The slots that are free.")
                .not_found(),
        }
    }

    fn refine(schemas: &mut Schemas) {
        schemas.say("NewAppointment", "oneOf", json!([{"required": ["customer_id"]}, {"required": ["phone"]}]));
    }
}

const NO_FREE_SLOT: (&str, &str, &str, &str) = (
    "no_free_slot",
    "The time is not free, and `overbook` is not given",
    "Another appointment has a part of this time.",
    "This time is not free.",
);
const NOT_BEGUN: (&str, &str, &str, &str) = (
    "not_begun",
    "It would be done or missed before it begins",
    "An appointment is done or missed only once it has begun.",
    "The appointment has not begun yet.",
);
const ID_TAKEN: (&str, &str, &str, &str) = (
    "appointment_id_taken",
    "Another appointment was made under this `appointment_id`",
    "Another appointment was made under this appointment_id.",
    "Another appointment was made under this appointment_id.",
);
const CANCELLED: (&str, &str, &str, &str) = (
    "appointment_cancelled",
    "It is cancelled, and would come back without a `start`",
    "A cancelled appointment comes back only with a start.",
    "The appointment is cancelled.",
);

/// The appointment that a call is about.
#[derive(Deserialize, IntoParams)]
pub struct AppointmentPath {
    /// Its whole id. Slashes in it may be written as they are or as `%2F`. Other signs are encoded once, as `%23` for `#`.
    #[param(value_type = AppointmentId, example = "booking-7781")]
    pub appointment_id: domain::AppointmentId,
}

/// Which appointments: `date` or `customer`, and only one of them.
#[derive(Deserialize, IntoParams)]
pub struct AppointmentsQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// The appointments that begin on this local day of the business.
    #[param(value_type = Option<Date>, example = "2026-11-24")]
    pub date: Option<NaiveDate>,
    /// The appointments of this customer, by id or phone. `phone` and `customer_id` are other names of it.
    // Without an example: pages of documentation fill in every example.
    #[param(inline, value_type = Option<NamedCustomer>)]
    #[serde(alias = "phone", alias = "customer_id")]
    pub customer: Option<String>,
    /// Appointments of a customer on a page.
    #[param(inline)]
    pub limit: Option<PageSize>,
    /// From the page before, of a customer.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// Which day.
#[derive(Deserialize, IntoParams)]
pub struct SlotsQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// A local day of the business.
    #[param(value_type = Date, example = "2026-11-24")]
    pub date: NaiveDate,
}

/// One appointment, or a list of them.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum GivenAppointments {
    /// One.
    One(NewAppointment),
    /// Several.
    Several(NewAppointments),
}

/// Appointments to make.
#[derive(Deserialize, ToSchema)]
pub struct NewAppointments {
    /// At most 500. Each is made or refused by itself.
    #[schema(max_items = 500)]
    pub appointments: Vec<NewAppointment>,
    /// Whether they come from elsewhere, as from a file of the system before.
    #[serde(default)]
    #[schema(default = false)]
    pub import: bool,
}

/// An appointment to make.
#[derive(Deserialize, ToSchema)]
pub struct NewAppointment {
    /// The caller's name for it, so that it is made once.
    #[schema(value_type = Option<GivenAppointmentId>)]
    pub appointment_id: Option<domain::AppointmentId>,
    /// This or `phone`.
    #[schema(value_type = Option<Id>)]
    pub customer_id: Option<CustomerId>,
    /// This or `customer_id`. With `+` and the country code, or as it is dialled in the business's country.
    #[schema(value_type = Option<NamedPhone>)]
    pub phone: Option<String>,
    /// The name of the pet that it is for.
    #[schema(min_length = 1, max_length = 200, format = "line")]
    pub pet: Option<String>,
    /// As the business calls it.
    #[schema(min_length = 1, max_length = 200, format = "line")]
    pub service: String,
    /// When it begins.
    #[schema(value_type = AppointmentStart)]
    pub start: String,
    /// How long it takes; a slot of the business if it is absent.
    #[schema(minimum = 1, maximum = 1440)]
    pub minutes: Option<u16>,
    /// In units of the business's currency.
    #[schema(value_type = Option<GivenAmount>)]
    pub price: Option<Decimal>,
    /// Where it stands; `pending` if it is absent.
    #[schema(value_type = Option<AppointmentStatus>)]
    pub status: Option<domain::AppointmentStatus>,
    /// Whether it may take a time that is not free.
    #[serde(default)]
    #[schema(default = false)]
    pub overbook: bool,
}

/// A change of an appointment: a field that is absent stays as it is.
#[derive(Deserialize, ToSchema)]
pub struct AppointmentChange {
    /// The name of the pet that it is for.
    #[schema(min_length = 1, max_length = 200, format = "line")]
    pub pet: Option<String>,
    /// As the business calls it.
    #[schema(min_length = 1, max_length = 200, format = "line")]
    pub service: Option<String>,
    /// When it begins.
    #[schema(value_type = Option<AppointmentStart>)]
    pub start: Option<String>,
    /// How long it takes.
    #[schema(minimum = 1, maximum = 1440)]
    pub minutes: Option<u16>,
    /// In units of the business's currency.
    #[schema(value_type = Option<GivenAmount>)]
    pub price: Option<Decimal>,
    /// Where it stands then.
    #[schema(value_type = Option<AppointmentStatus>)]
    pub status: Option<domain::AppointmentStatus>,
    /// Whether it may take a time that is not free.
    #[serde(default)]
    #[schema(default = false)]
    pub overbook: bool,
    /// Whether the customer hears of a move, a cancellation or a return by WhatsApp. A customer who knows of the appointment
    /// by a message of ours does, once; any other does not.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub tell_customer: bool,
}

fn yes() -> bool {
    true
}

/// An appointment of a customer.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "appointment_id": "booking-7781",
    "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
    "customer_name": "Ana Souza",
    "pet": "Rex",
    "service": "Banho e tosa",
    "start": "2026-11-24T17:30:00Z",
    "local_start": "2026-11-24T14:30:00",
    "minutes": 60,
    "price": 80.0,
    "status": "pending",
    "request": null,
    "created_at": "2026-11-21T14:05:11.004Z",
    "updated_at": "2026-11-21T14:05:11.004Z"
})))]
pub struct Appointment {
    /// As it was given, or a name of ours.
    #[schema(value_type = AppointmentId)]
    pub appointment_id: domain::AppointmentId,
    /// The customer who comes.
    #[schema(value_type = Id)]
    pub customer_id: CustomerId,
    /// The customer's name when it was made.
    #[schema(required)]
    pub customer_name: Option<String>,
    /// The name of the pet that it is for.
    #[schema(required)]
    pub pet: Option<String>,
    /// As the business calls it.
    pub service: String,
    /// When it begins.
    #[schema(value_type = Time)]
    pub start: DateTime<Utc>,
    /// The same by the clock of the business.
    #[schema(value_type = LocalTime)]
    pub local_start: NaiveDateTime,
    /// How long it takes.
    pub minutes: u16,
    /// In units of the business's currency.
    #[schema(required)]
    pub price: Option<f64>,
    /// Where it stands.
    #[schema(value_type = AppointmentStatus)]
    pub status: domain::AppointmentStatus,
    /// How the business has decided, if the customer asked for it in the chat.
    #[schema(value_type = Option<BookingRequest>, required)]
    pub request: Option<domain::BookingRequest>,
    /// When it was made.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
    /// When anything of it last changed.
    #[schema(value_type = Time)]
    pub updated_at: DateTime<Utc>,
}

impl Appointment {
    /// In the zone and the currency of its business.
    #[must_use]
    pub fn of(appointment: domain::Appointment, business: &Business) -> Self {
        Self {
            local_start: appointment.start.with_timezone(&business.timezone).naive_local(),
            price: appointment.price.map(|minor| Money::new(minor, business.currency).units()),
            appointment_id: appointment.appointment_id,
            customer_id: appointment.customer_id,
            customer_name: appointment.customer_name,
            pet: appointment.pet,
            service: appointment.service,
            start: appointment.start,
            minutes: appointment.minutes,
            status: appointment.status,
            request: appointment.request,
            created_at: appointment.created_at,
            updated_at: appointment.updated_at,
        }
    }
}

/// An appointment, or the results of a list.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum AnsweredAppointments {
    /// One.
    One(Appointment),
    /// Several.
    Several(AppointmentResults),
}

/// What became of the appointments of a list.
#[derive(Serialize, ToSchema)]
pub struct AppointmentResults {
    /// In the order in which they were given.
    pub results: Vec<AppointmentResult>,
}

/// What became of an appointment.
#[derive(Serialize, ToSchema)]
pub struct AppointmentResult {
    /// As if it had been given alone: 201, 200, 400, 404 or 409; 503 if it may be given again.
    pub status: u16,
    /// As it now is; `null` if it was not made.
    #[schema(required)]
    pub appointment: Option<Appointment>,
    /// Why it was not made. Pointers lead into this appointment.
    #[schema(value_type = Option<Problem>, required)]
    pub problem: Option<kit::problem::Told>,
}

/// Appointments.
#[derive(Serialize, ToSchema)]
pub struct AppointmentPage {
    /// Of a day the earliest first, of a customer the latest first.
    pub appointments: Vec<Appointment>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
}

/// The free slots of a day.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "date": "2026-11-24",
    "slot_minutes": 60,
    "opening_hours": [{"opens": "09:00", "closes": "12:00"}],
    "slots": [{"start": "2026-11-24T12:00:00Z", "local_start": "2026-11-24T09:00:00"}]
})))]
pub struct FreeSlots {
    /// The local day.
    #[schema(value_type = Date)]
    pub date: NaiveDate,
    /// The length of a slot.
    pub slot_minutes: u16,
    /// The hours of this day; empty if the business is closed.
    #[schema(value_type = Vec<crate::values::Span>)]
    pub opening_hours: Vec<Span>,
    /// The earliest first.
    pub slots: Vec<FreeSlot>,
}

/// A slot that is free.
#[derive(Serialize, ToSchema)]
pub struct FreeSlot {
    /// When it begins.
    #[schema(value_type = Time)]
    pub start: DateTime<Utc>,
    /// The same by the clock of the business.
    #[schema(value_type = LocalTime)]
    pub local_start: NaiveDateTime,
}
