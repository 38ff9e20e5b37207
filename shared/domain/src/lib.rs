//! The rules of the business. Pure: no AWS, no tokio, no IO, and no clock is ever read here; the caller brings the time.

mod automations;
pub mod business;
mod calendar;
mod campaigns;
pub mod chat;
mod chat_line;
pub mod country;
mod diary;
pub mod fold;
pub mod ids;
pub mod line;
pub mod locale;
mod messages;
pub mod money;
mod people;
pub mod problems;
mod purchases;
mod restored;
pub mod sessions;
pub mod sync;
pub mod texts;
pub mod usage;
pub mod voice;

pub use automations::{answer_step, automation, job, owner_answer, proposal, request_answer};
pub use calendar::{days, holidays, local_time, quiet, schedule};
pub use campaigns::{campaign, difference, progress, rates, returns};
pub use diary::{answer, appointment, opening, reminders, request, slots, start};
pub use messages::{
    approved, buttons, gate, inbound, ledger, message, opt, pace, reach, reason, refusal, warm_up, yes_or_no,
};
pub use people::{
    answers, best_hour, birthday, customer, customer_filter, follow_up, lapsed, learned, name, occasion, phone, points,
    profile, rhythm, statistics, worth,
};
pub use purchases::{favorites, purchase, recount};

pub use answer::{Attendance, appointment_answer};
pub use answer_step::{AnswerStep, Does, RequestStep};
pub use answers::{Answers, read_answers};
pub use appointment::{Appointment, AppointmentChange, AppointmentStatus, Booking, ServiceHash};
pub use approved::{ApprovedTemplate, ApprovedTemplates, SentAs};
pub use automation::{Action, Automation, AutomationName};
pub use best_hour::{ActiveHours, HourCounts};
pub use birthday::Birthday;
pub use business::{Business, Gateway, Owner, Sender, Settings};
pub use buttons::{Button, ButtonsError};
pub use campaign::{Audience, Campaign, CampaignStatus, Chunk, SearchAudience, Segment, Wording};
pub use chat_line::{ChatLine, Side};
pub use customer::{Customer, Pet};
pub use customer_filter::{CustomerFilter, SavedSearch};
pub use days::{day_range, local_day};
pub use favorites::Favorites;
pub use follow_up::FollowUp;
pub use gate::{Gate, GateInput, SenderState, gate};
pub use holidays::is_holiday;
pub use ids::{
    AppointmentId, Attempt, BusinessId, CampaignId, CustomerId, InvoiceId, KeyId, LoadId, MessageId, MessageName,
    OwnerId, Recipient, SearchName, SenderId, SessionId,
};
pub use inbound::Updates;
pub use job::{Job, Listed, ListedStep, Mode, RunId, RunState, Tally};
pub use lapsed::Lapsed;
pub use learned::Learned;
pub use ledger::{Evidence, MessageEvent};
pub use locale::Locale;
pub use message::{Content, Draft, Kind, Message, OtherLanguage, Status};
pub use money::Money;
pub use occasion::{Celebrant, Occasion};
pub use opening::{is_day_off, opens_on};
pub use opt::{Choice, OptChange, Wish, wish, wish_of_choice};
pub use owner_answer::{OpenProposals, OwnerAnswer, Said};
pub use pace::{Asked, Booked, Pace, Reservation, Slot};
pub use people::crm::{self, Priority, PriorityError, ProfileStatus};
pub use people::customer_ref::{CustomerRef, CustomerRefError};
pub use phone::{Phone, PhoneError};
pub use problems::problem_sentence;
pub use profile::{Gender, Profile, ProfileField};
pub use progress::{Counted, Freeze, Progress, Step};
pub use proposal::{Proposal, ProposalStatus};
pub use purchase::Purchase;
pub use quiet::QuietHours;
pub use reach::Reach;
pub use reason::Reason;
pub use refusal::Refusal;
pub use request::{BookingRequest, Wanted};
pub use request_answer::{Decision, RequestNumber};
pub use restored::RestoredAt;
pub use rhythm::{DueVisitor, Rhythm, Visits};
pub use schedule::{Cron, Firing, Misfire};
pub use sessions::session::Session;
pub use slots::free_slots;
pub use statistics::Statistics;
pub use texts::{MessageType, Text, TextError};
pub use voice::{Formality, Voice};

pub use yes_or_no::{is_acknowledgement, yes_or_no};

pub use chrono_tz::Tz;
