//! The spelling of the domain's values: only schemas, which fields name by `value_type`. That the domain's values are
//! as these say is held by the tests of `functions/health`.

use crate::schemas::{LINE, joined};
use crate::senders::ApprovedTemplate;
use automations::Start;
use domain::money::AmountError;
use domain::{Business, Money};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use std::fmt::Display;
use strum::{EnumMessage, IntoEnumIterator};
use utoipa::openapi::schema::{
    AnyOfBuilder, ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A UUID.
#[derive(ToSchema)]
#[schema(value_type = String, format = "uuid")]
pub struct Id(pub String);

/// In UTC.
#[derive(ToSchema)]
#[schema(value_type = String, format = "date-time", examples("2026-11-21T14:03:07.215Z"))]
pub struct Time(pub String);

/// A day of the calendar.
#[derive(ToSchema)]
#[schema(value_type = String, format = "date", examples("2026-11-21"))]
pub struct Date(pub String);

/// A date and time of day without a zone: that of the business.
#[derive(ToSchema)]
#[schema(value_type = String, examples("2026-11-22T09:00:00"))]
pub struct LocalTime(pub String);

/// E.164 digits without `+`, in one spelling per person: a Brazilian mobile with its ninth digit, a Mexican one without
/// the 1, an Argentine one with the 9.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[1-9][0-9]{6,14}$", examples("5511987654321"))]
pub struct Phone(pub String);

/// A phone number. Blanks, dashes, dots, slashes and brackets do not matter.
#[derive(ToSchema)]
#[schema(value_type = String, examples("+57 300 123 4567", "5511987654321"))]
pub struct GivenPhone(pub String);

/// A phone number of a customer: with `+` and the country code, or as it is dialled in the business's country. Blanks,
/// dashes, dots, slashes and brackets do not matter.
#[derive(ToSchema)]
#[schema(value_type = String, examples("+57 300 123 4567", "5511987654321"))]
pub struct NamedPhone(pub String);

/// `YYYY-MM-DD`, or `--MM-DD` if the year is not known. The year from 1900 on, and not ahead; 1604, as contacts of iOS
/// have it, is read as an unknown one.
#[derive(ToSchema)]
#[schema(
    value_type = String,
    pattern = "^(--|(1604|19[0-9]{2}|[2-9][0-9]{3})-)(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    examples("1990-03-12", "--02-29")
)]
pub struct Birthday(pub String);

/// Spanish, Portuguese or English, with or without a region.
#[derive(ToSchema)]
#[schema(
    value_type = String,
    pattern = r"^\s*([Ee][Ss]|[Pp][Tt]|[Ee][Nn])([-_].*|\s*)$",
    examples("pt-BR", "es", "en_US")
)]
pub struct GivenLocale(pub String);

/// `female`, `male` or `other`; also understood in Spanish and Portuguese, as `mujer`, `hombre`, `otro`, `feminino`,
/// `masculino`, `outro`.
#[derive(ToSchema)]
#[schema(value_type = String, examples("female", "mujer"))]
pub struct GivenGender(pub String);

/// The name that a change of points has at its customer.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[!-~]{1,128}$", examples("visit-2026-11-21-17"))]
pub struct LoadId(pub String);

/// The caller's name for a change of points, unique in the business. 1 to 128 printable ASCII characters without blanks
/// and `?`; no part between slashes is empty, `.` or `..`.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[!->@-~]{1,128}$", examples("visit-2026-11-21-17"))]
pub struct GivenLoadId(pub String);

/// The name of a campaign.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[!-~]{1,128}$", examples("offer-47"))]
pub struct CampaignId(pub String);

/// The caller's name for a campaign, unique in the business. 1 to 128 letters, digits, `-`, `_`, `.` and `:`, and no `.` at
/// the beginning.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9_:-][A-Za-z0-9_.:-]{0,127}$", examples("offer-47"))]
pub struct GivenCampaignId(pub String);

/// The business's name of a saved search: 1 to 64 letters, digits, `-`, `_` and `.`, and not `.` or `..`.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9_.-]{1,64}$", examples("lapsed-in-santos"))]
pub struct SearchName(pub String);

/// The business's own name of an invoice.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[!-~]{1,128}$", examples("2026-4711"))]
pub struct InvoiceId(pub String);

/// The business's own name of an invoice, unique in the business. 1 to 128 printable ASCII characters without blanks and
/// `?`; no part between slashes is empty, `.` or `..`.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[!->@-~]{1,128}$", examples("2026-4711"))]
pub struct GivenInvoiceId(pub String);

/// RFC 3339 with an offset, from the year 2000 on and not ahead.
#[derive(ToSchema)]
#[schema(value_type = String, format = "date-time", examples("2026-11-21T11:03:07-03:00"))]
pub struct PastTime(pub String);

/// A decimal that was given, as a number or as a text, digit for digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal(pub String);

impl Decimal {
    /// Of JSON; `None` if it is neither a number nor a text.
    #[must_use]
    pub fn of(value: &serde_json::Value) -> Option<Self> {
        match value {
            serde_json::Value::String(text) => Some(Self(text.clone())),
            // Up to fifteen digits a float shows what was written.
            serde_json::Value::Number(number) => Some(Self(match number.as_f64().filter(|_| number.is_f64()) {
                Some(float) => float.to_string(),
                None => number.to_string(),
            })),
            _ => None,
        }
    }
}

impl Decimal {
    /// As money of the business's currency.
    ///
    /// # Errors
    /// It is no amount that the currency has.
    pub fn money(&self, business: &Business) -> Result<Money, AmountError> {
        Money::read(&self.0, business.currency)
    }
}

impl Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.parse::<f64>() {
            Ok(number) => serializer.serialize_f64(number),
            Err(_) => serializer.serialize_str(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Self::of(&value).ok_or_else(|| serde::de::Error::custom("expected a number"))
    }
}
/// The name of an appointment, unique in the business.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[!-~]{1,128}$", examples("booking-7781"))]
pub struct AppointmentId(pub String);

/// The caller's name for an appointment, unique in the business. 1 to 128 printable ASCII characters without blanks and
/// `?`; no part between slashes is empty, `.` or `..`. Not `slots`, which is an address of its own.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[!->@-~]{1,128}$", examples("booking-7781"))]
pub struct GivenAppointmentId(pub String);

/// When an appointment begins: with an offset, or in the local time of the business without one. A whole minute of this
/// century. A local time that the clock skips is refused; of one that comes twice it is the first.
#[derive(ToSchema)]
#[schema(value_type = String, examples("2026-11-21T14:30:00-03:00", "2026-11-21T14:30"))]
pub struct AppointmentStart(pub String);

/// A country of ISO 3166-1, by its two letters.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z]{2}$", examples("BR"))]
pub struct Country(pub String);

/// A currency in which people pay, by its three letters of ISO 4217.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z]{3}$", examples("BRL"))]
pub struct CurrencyCode(pub String);

/// IANA zone.
#[derive(ToSchema)]
#[schema(value_type = String, examples("America/Sao_Paulo"))]
pub struct TimeZone(pub String);

/// The name of a message, by its purpose. Of one that a caller sends: `direct/` and the caller's name of it.
#[derive(ToSchema)]
#[schema(
    value_type = String,
    pattern = "^[!-~]{1,256}$",
    examples("direct/order-812", "missing-fields/019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11")
)]
pub struct MessageId(pub String);

/// The caller's own name of the message, so that it is sent once. 1 to 128 printable ASCII characters without blanks
/// and `?`; no part between slashes is empty, `.` or `..`.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[!->@-~]{1,128}$", examples("order-812"))]
pub struct MessageName(pub String);

/// Local time of day.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", examples("09:00"))]
pub struct HourMinute(pub String);

/// From `opens` until before `closes`.
#[derive(ToSchema)]
pub struct Span {
    /// It opens.
    pub opens: HourMinute,
    /// Later than `opens`.
    pub closes: HourMinute,
}

/// A schema that a derive cannot write: its description, its name, the type that it refers to, and its builder.
macro_rules! schema {
    ($(#[doc = $line:literal])+ $name:ident $(of $part:ty)?, $builder:expr) => {
        $(#[doc = $line])+
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $builder.description(Some(concat!($($line, "\n"),+))).into()
            }
        }

        impl ToSchema for $name {
            $(fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                schemas.push((<$part>::name().into_owned(), <$part>::schema()));
                <$part>::schemas(schemas);
            })?
        }
    };
}

/// A name or a label, of one character or more.
fn line(most: usize) -> ObjectBuilder {
    let format = SchemaFormat::Custom(LINE.to_owned());
    ObjectBuilder::new().schema_type(Type::String).format(Some(format)).min_length(Some(1)).max_length(Some(most))
}

/// One of the words of an enum of the domain.
fn words<T: IntoEnumIterator + Serialize>() -> ObjectBuilder {
    let words: Vec<_> = T::iter().filter_map(|word| serde_json::to_value(word).ok()).collect();
    let example = words.first().cloned();
    ObjectBuilder::new().schema_type(Type::String).examples(example).enum_values(Some(words))
}

/// The meaning of each word of an enum of the domain, by its rustdoc.
fn meanings<T: EnumMessage + IntoEnumIterator + Display>() -> String {
    let meaning = |word: T| format!(" `{word}`: {}", joined(word.get_documentation().unwrap_or_default()));
    T::iter().map(meaning).collect()
}

schema! {
    /// A form of address. `tu` and `usted` are for Spanish: without either, `usted` in Colombia and Costa Rica, `tu`
    /// elsewhere. Portuguese has `você` in any case, and English has no such form.
    Formality, words::<domain::Formality>()
}

schema! {
    /// By weekday, in the business's time zone. A day that is absent is closed.
    OpeningHours of Span,
    ObjectBuilder::new()
        .property_names(Some(words::<domain::business::Day>()))
        .additional_properties(Some(ArrayBuilder::new().items(Ref::from_schema_name(Span::name())).max_items(Some(10))))
        .examples([json!({"monday": [{"opens": "09:00", "closes": "12:00"}, {"opens": "13:00", "closes": "18:00"}]})])
}

schema! {
    /// Approved templates by what they stand for: a message type, or a name of one's own that messages give. Under a
    /// name stands one template, or a list with one for each occasion and language. A customer gets the template in
    /// their language, else the one in the business's language. Together 64 KB at most.
    Templates of ApprovedTemplate,
    ObjectBuilder::new()
        .max_properties(Some(100))
        .property_names(Some(line(512)))
        .additional_properties(Some(RefOr::T(Schema::from(
            OneOfBuilder::new().item(Ref::from_schema_name(ApprovedTemplate::name())).item(
                ArrayBuilder::new()
                    .items(Ref::from_schema_name(ApprovedTemplate::name()))
                    .min_items(Some(1))
                    .max_items(Some(50)),
            ),
        ))))
        .examples([json!({"points": [
            {"name": "recado_points", "language": "pt_BR", "variables": ["name", "balance_with_unit"],
             "body": "Oi, {{1}}! Agora você tem {{2}}."},
            {"name": "recado_points_used", "language": "pt_BR", "occasion": "taken", "variables": ["balance_with_unit"],
             "body": "Seu novo saldo: {{1}}."},
        ]})])
}

schema! {
    /// Messages that were not made, by reason: `made_before` on the same day, `consent_refused`, `opt_in_required`,
    /// `long_gone` (away for too long to be won back by a text), `day_over`, `no_owner` to report to.
    NotMade,
    ObjectBuilder::new()
        .additional_properties(Some(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1))))
        .examples([json!({"made_before": 3, "consent_refused": 1})])
}

schema! {
    /// An amount of money in units of the business's currency, as a number or as a text: `1450.00` or `"1450.00"`. No
    /// more decimals than the currency has.
    GivenAmount,
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Number, Type::String]))
        .minimum(Some(0))
        .maximum(Some(1_000_000_000_000_i64))
        .pattern(Some("^[0-9]+([.][0-9]+)?$"))
        .examples([json!(1450.5), json!("1450.00")])
}

schema! {
    /// Where an appointment stands. `pending`: made. `confirmed`: the customer or the business has said that it takes
    /// place. `done`: it took place. `cancelled`: it does not take place, and its time is free. `no_show`: the customer
    /// did not come.
    AppointmentStatus,
    words::<domain::AppointmentStatus>()
}

schema! {
    /// How the business has decided on an appointment that its customer asked for in the chat. `waiting`: not yet, so it is
    /// not booked. `confirmed`: it is booked. `declined`: it does not take place. A change of the status decides.
    BookingRequest,
    words::<domain::BookingRequest>()
}

schema! {
    /// The rules that a message is under, of those that a caller may choose from.
    GivenKind,
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some([domain::Kind::Transactional, domain::Kind::Marketing].map(|kind| kind.to_string())))
        .default(Some(domain::Kind::Transactional.to_string().into()))
}

schema! {
    /// An amount of money in units of the business's currency, as a number or as a text; with a minus for what is taken off.
    SignedAmount,
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Number, Type::String]))
        .minimum(Some(-1_000_000_000_000_i64))
        .maximum(Some(1_000_000_000_000_i64))
        .pattern(Some("^-?[0-9]+([.][0-9]+)?$"))
        .examples([json!(60), json!("-5.00")])
}

schema! {
    /// How much of something, as a number or as a text, with at most three decimals.
    Quantity,
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Number, Type::String]))
        .minimum(Some(0))
        .maximum(Some(1_000_000))
        .pattern(Some("^[0-9]+([.][0-9]+)?$"))
        .examples([json!(2), json!("0.350")])
}

schema! {
    /// A customer, by id or phone.
    NamedCustomer,
    AnyOfBuilder::new().item(Ref::from_schema_name(Id::name())).item(Ref::from_schema_name(NamedPhone::name()))
}

schema! {
    /// 1 is urgent.
    Priority,
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1))
        .maximum(Some(5))
        .default(Some(u8::from(domain::Priority::default()).into()))
}

schema! {
    /// A word that a business sorts its customers by.
    Label,
    line(100)
}

schema! {
    /// What a product is made of, as the business calls it.
    Ingredient, line(100)
}

schema! {
    /// The name of a variable.
    VariableName,
    line(512)
}

schema! {
    /// The address of a page for reviews; empty for none.
    ReviewUrl,
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(r"^(https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(/[!-~]*)?)?$"))
        .max_length(Some(200))
        .examples([json!("https://g.page/r/pet-amigo/review")])
}

schema! {
    /// Hours before an appointment.
    ReminderHours,
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(168))
}

schema! {
    /// The title of a quick-reply button.
    ButtonTitle, line(25)
}

schema! {
    /// By name.
    Variables,
    ObjectBuilder::new()
        .max_properties(Some(100))
        .property_names(Some(line(512)))
        .additional_properties(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(1024))))
        .default(Some(json!({})))
}

schema! {
    /// Five fields as Unix has them, in the business's local time: minute, hour, day of month, month, day of week (0
    /// and 7 are Sunday, 1 is Monday). One minute, so that it is at most once an hour. If both days are given, either
    /// is enough.
    Cron,
    ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(100))
        .pattern(Some(r"^\s*[0-9]+(\s+[0-9A-Za-z*,/-]+){4}\s*$"))
        .examples(["0 9 * * *", "0 15 * * 2,4"])
}

schema! {
    /// The language that is written in.
    Locale,
    words::<domain::Locale>()
}

schema! {
    /// As the customer says.
    Gender,
    words::<domain::Gender>()
}

schema! {
    /// How far a customer has come.
    ProfileStatus,
    words::<domain::ProfileStatus>()
}

schema! {
    /// A field that a customer may be asked for.
    ProfileField,
    words::<domain::ProfileField>()
}

schema! {
    /// The rules that it is under. `transactional`: answers, points, confirmations, at any hour. `owner`: reports to
    /// the business, outside quiet hours. `marketing`: under consent, quiet hours and the weekly cap.
    MessageKind,
    words::<domain::Kind>()
}

schema! {
    /// Where it stands. `pending`: waits to be sent. `sending`: is being sent. `unknown`: perhaps sent, waits for
    /// evidence. `sent`: the gateway has it. `delivered`, `read`: by the person. `failed`: not sent, with its error.
    /// `skipped`: not sent, by a rule.
    MessageStatus,
    words::<domain::Status>()
}

schema! {
    /// `out`: messages that the business sends. `in`: what people wrote to it.
    MessageDirection,
    words::<crate::messages::Direction>()
}

schema! {
    /// A kind of customers. `inactive`: no contact for longer than the business's `inactive_days`. `vip`: labelled `VIP`.
    /// `all`: every customer.
    Segment,
    words::<domain::Segment>()
}

schema! {
    /// Where a campaign stands. `draft`: waits for a start. `scheduled`: starts at its time. `running`: its messages go out.
    /// `paused`: nothing goes out until it is resumed. `finished`: every recipient has an end. `cancelled`: ended before.
    CampaignStatus,
    words::<domain::CampaignStatus>()
}

schema! {
    /// What the figures of a campaign prove. `too_little`: nothing, as a group has fewer than 30 people, or fewer than 5 people
    /// of both have bought. `not_shown`: no difference, as the interval holds 0. `more`: more of the audience bought than of
    /// those who were held out. `fewer`: fewer did.
    CampaignEvidence,
    words::<domain::difference::Evidence>()
}

schema! {
    /// People by the reason for which they are left out: `held_out` on purpose, `no_address`, or why a message to them would
    /// be skipped, as `opted_out`, `consent_refused`, `weekly_cap`, `window_closed`.
    LeftOut,
    ObjectBuilder::new()
        .additional_properties(Some(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1))))
        .examples([json!({"opted_out": 6, "weekly_cap": 2})])
}

schema! {
    /// Messages by status.
    StatusCounts,
    ObjectBuilder::new()
        .property_names(Some(words::<domain::Status>()))
        .additional_properties(Some(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0))))
        .examples([json!({"sent": 120, "failed": 1})])
}

schema! {
    /// `auto`: customers are written to, and the owners are told. `propose`: the owners are asked, and nothing goes to
    /// customers.
    AutomationAction,
    words::<domain::Action>()
}

schema! {
    /// How customers are found. `event-driven`: by an index, which holds just what matches. `legacy`: by reading every
    /// customer there is.
    RunMode,
    words::<domain::Mode>()
}

schema! {
    /// The service that speaks WhatsApp for a sender: Meta's Cloud API, Whapi, or a server of the operator's that runs
    /// Evolution or WAHA.
    Gateway,
    words::<domain::Gateway>()
}

/// The occasion of a message, which decides its text. Described by the rustdoc of the domain's.
pub struct MessageType;

impl PartialSchema for MessageType {
    fn schema() -> RefOr<Schema> {
        let meanings = meanings::<domain::MessageType>();
        words::<domain::MessageType>().description(Some(format!("Which text it is.{meanings}"))).into()
    }
}

impl ToSchema for MessageType {}

/// Which automation. Described by the rustdoc of the domain's, and its defaults.
pub struct AutomationName;

impl PartialSchema for AutomationName {
    fn schema() -> RefOr<Schema> {
        let meaning = |name: domain::AutomationName| {
            let text = joined(name.get_documentation().unwrap_or_default());
            match automations::spec(name).start {
                Start::AtHours(hours) => {
                    let also = hours.also_on.map(|event| format!(" Also on `{event}`.")).unwrap_or_default();
                    format!(" `{name}`: {text} `{}`, `{}` unless it is set.{also}", hours.cron, hours.action)
                }
                Start::OnEvent(event) => format!(" `{name}`: {text} On `{event}`."),
            }
        };
        let meanings: String = domain::AutomationName::iter().map(meaning).collect();
        words::<domain::AutomationName>().description(Some(format!("Which automation.{meanings}"))).into()
    }
}

impl ToSchema for AutomationName {}
