//! The parts of a preflight.

use crate::texts::words::number;
use crate::texts::{Row, Value};
use crate::{Locale, Reason, Voice};
use strum::EnumIter;

/// How many people are left out for one reason. `line` is `3 no quieren promociones`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Why.
    pub reason: LeftOutReason,
    /// How many.
    pub count: u64,
}

/// Why somebody of an audience is not written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, EnumIter)]
pub enum LeftOutReason {
    /// The person has ended or refused marketing.
    OptedOut,
    /// The business requires a yes to marketing, and there is none.
    NoConsent,
    /// The person has had the week's marketing.
    WeeklyCap,
    /// Only an approved template may go, and there is none.
    NoWindow,
    /// The person has no number or chat.
    NoPhone,
    /// The person is in a conversation with the business, or has just been in contact.
    OpenConversation,
    /// The person is left out on purpose, so that the effect can be measured.
    HeldOut,
    /// Anything else.
    Other,
}

impl From<Reason> for LeftOutReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::OptedOut | Reason::ConsentRefused => Self::OptedOut,
            Reason::OptInRequired => Self::NoConsent,
            Reason::WeeklyCap => Self::WeeklyCap,
            Reason::WindowClosed | Reason::NothingToSend => Self::NoWindow,
            Reason::NoAddress | Reason::NotOnWhatsapp => Self::NoPhone,
            Reason::NewContact => Self::OpenConversation,
            _ => Self::Other,
        }
    }
}

impl LeftOutReason {
    /// For one person, and for any other number.
    fn words(self, locale: Locale) -> [&'static str; 2] {
        match (self, locale) {
            (Self::OptedOut, Locale::Es) => ["no quiere promociones", "no quieren promociones"],
            (Self::OptedOut, Locale::PtBr) => ["não quer promoções", "não querem promoções"],
            (Self::OptedOut, Locale::En) => ["does not want promotions", "do not want promotions"],
            (Self::NoConsent, Locale::Es) => ["todavía no aceptó promociones", "todavía no aceptaron promociones"],
            (Self::NoConsent, Locale::PtBr) => ["ainda não aceitou promoções", "ainda não aceitaram promoções"],
            (Self::NoConsent, Locale::En) => ["has not agreed to promotions yet", "have not agreed to promotions yet"],
            (Self::WeeklyCap, Locale::Es) => {
                ["ya recibió las promociones de esta semana", "ya recibieron las promociones de esta semana"]
            }
            (Self::WeeklyCap, Locale::PtBr) => {
                ["já recebeu as promoções desta semana", "já receberam as promoções desta semana"]
            }
            (Self::WeeklyCap, Locale::En) => ["has had this week's promotions", "have had this week's promotions"],
            (Self::NoWindow, Locale::Es) => [
                "no escribió en las últimas 24 horas y falta una plantilla aprobada",
                "no escribieron en las últimas 24 horas y falta una plantilla aprobada",
            ],
            (Self::NoWindow, Locale::PtBr) => [
                "não escreveu nas últimas 24 horas e falta um modelo aprovado",
                "não escreveram nas últimas 24 horas e falta um modelo aprovado",
            ],
            (Self::NoWindow, Locale::En) => [
                "has not written in the last 24 hours, and there is no approved template",
                "have not written in the last 24 hours, and there is no approved template",
            ],
            (Self::NoPhone, Locale::Es) => ["sin número de WhatsApp", "sin número de WhatsApp"],
            (Self::NoPhone, Locale::PtBr) => ["sem número de WhatsApp", "sem número de WhatsApp"],
            (Self::NoPhone, Locale::En) => ["without a WhatsApp number", "without a WhatsApp number"],
            (Self::OpenConversation, Locale::Es) => {
                ["está en conversación con el equipo", "están en conversación con el equipo"]
            }
            (Self::OpenConversation, Locale::PtBr) => {
                ["está em conversa com a equipe", "estão em conversa com a equipe"]
            }
            (Self::OpenConversation, Locale::En) => {
                ["is in a conversation with the team", "are in a conversation with the team"]
            }
            (Self::HeldOut, Locale::Es) => ["en el grupo de control", "en el grupo de control"],
            (Self::HeldOut, Locale::PtBr) => ["no grupo de controle", "no grupo de controle"],
            (Self::HeldOut, Locale::En) => ["in the control group", "in the control group"],
            (Self::Other, Locale::Es) => ["por otro motivo", "por otros motivos"],
            (Self::Other, Locale::PtBr) => ["por outro motivo", "por outros motivos"],
            (Self::Other, Locale::En) => ["for another reason", "for other reasons"],
        }
    }
}

impl Row for LeftOut {
    fn line(&self, voice: Voice) -> String {
        let [one, many] = self.reason.words(voice.locale());
        format!("{} {}", number(self.count, voice.locale()), if self.count == 1 { one } else { many })
    }
}

/// The price of all messages of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost<'a> {
    /// About so much, as [`Money::written`](crate::Money::written) has it.
    About(&'a str),
    /// The gateway takes nothing for a message.
    Free,
    /// The price is not known for the country.
    Unknown,
    /// Not told.
    None,
}

impl Value for Cost<'_> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "–");

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let text = match (self, voice.locale()) {
            (Self::None, _) => return None,
            (Self::About(money), Locale::Es | Locale::PtBr) => return Some(format!("{money} aprox.")),
            (Self::About(money), Locale::En) => return Some(format!("about {money}")),
            (Self::Free, Locale::Es) => "sin costo por mensaje",
            (Self::Free, Locale::PtBr) => "sem custo por mensagem",
            (Self::Free, Locale::En) => "no charge per message",
            (Self::Unknown, Locale::Es) => "sin dato del precio de WhatsApp para este país",
            (Self::Unknown, Locale::PtBr) => "sem dado do preço do WhatsApp para este país",
            (Self::Unknown, Locale::En) => "WhatsApp's price for this country is not known",
        };
        Some(text.to_owned())
    }
}

/// The time that a campaign takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes {
    /// At the pace of the sender.
    pub minutes: u64,
    /// Whether each message may wait for the best hour of its person, for at most a day.
    pub at_best_hours: bool,
}

/// A duration; missing if it is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minutes(pub Option<Takes>);

/// From here on it is told in hours.
const MANY: u64 = 90;
/// A campaign that takes longer than a day is told at its pace.
const DAY: u64 = 24 * 60;

impl Value for Minutes {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "–");

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let (Takes { minutes, at_best_hours }, locale) = (self.0?, voice.locale());
        if at_best_hours && minutes < DAY {
            let text = match locale {
                Locale::Es => "hasta un día, en el mejor horario de cada persona",
                Locale::PtBr => "até um dia, no melhor horário de cada pessoa",
                Locale::En => "up to a day, at the best hour for each person",
            };
            return Some(text.to_owned());
        }
        let (figure, [one, many]) = match (minutes < MANY, locale) {
            (true, Locale::Es | Locale::PtBr) => (minutes, ["minuto", "minutos"]),
            (true, Locale::En) => (minutes, ["minute", "minutes"]),
            (false, Locale::Es | Locale::PtBr) => (minutes.div_ceil(60), ["hora", "horas"]),
            (false, Locale::En) => (minutes.div_ceil(60), ["hour", "hours"]),
        };
        Some(match (figure, locale) {
            (0, Locale::Es) => "menos de un minuto".to_owned(),
            (0, Locale::PtBr) => "menos de um minuto".to_owned(),
            (0, Locale::En) => "less than a minute".to_owned(),
            (1, _) => format!("≈ 1 {one}"),
            _ => format!("≈ {} {many}", number(figure, locale)),
        })
    }
}
