//! The rules of the business. Pure: no AWS, no tokio, no IO, and no clock is ever read here;
//! whoever asks brings the time.

pub mod birthday;
pub mod business;
pub mod customer;
pub mod ids;
pub mod locale;
pub mod message;
pub mod phone;

pub use birthday::Birthday;
pub use business::{Business, Gateway, Owner, Sender, Settings};
pub use customer::{Customer, Gender, Pet, ProfileField};
pub use ids::{Attempt, BusinessId, CustomerId, KeyId, LoadId, MessageId, OwnerId, Recipient, SenderId};
pub use locale::Locale;
pub use message::{Content, Kind, Message, MessageType, Status};
pub use phone::Phone;
