//! The faults of a request, each in one sentence and three languages, for callers that read no more than that.

mod details;

pub use details::detail_in;

use crate::Locale;

/// Code, Spanish, Portuguese, English. The last one also stands for codes that are not here.
const SENTENCES: [(&str, &str, &str, &str); 29] = [
    (
        "bad_request",
        "No se pudo entender la solicitud.",
        "Não foi possível entender a solicitação.",
        "The request could not be understood.",
    ),
    (
        "invalid_request",
        "La solicitud tiene datos no válidos.",
        "A solicitação contém dados inválidos.",
        "The request has invalid data.",
    ),
    (
        "invalid_fields",
        "Algunos campos de la solicitud no son válidos.",
        "Alguns campos da solicitação são inválidos.",
        "Some fields of the request are not valid.",
    ),
    (
        "unauthorized",
        "Falta la clave de API o no es válida.",
        "A chave de API está ausente ou não é válida.",
        "The API key is missing or not valid.",
    ),
    (
        "forbidden",
        "Esta clave de API no permite hacer esto.",
        "Esta chave de API não permite fazer isso.",
        "This API key may not do this.",
    ),
    ("not_found", "No se encontró lo que se pide.", "O que foi pedido não foi encontrado.", "There is no such thing."),
    (
        "method_not_allowed",
        "Esta dirección no admite ese método.",
        "Este endereço não aceita esse método.",
        "This address does not take this method.",
    ),
    (
        "conflict",
        "Lo que se pide no es posible en el estado actual.",
        "O que foi pedido não é possível no estado atual.",
        "The current state does not allow this.",
    ),
    (
        "below_zero",
        "El saldo de puntos no puede quedar por debajo de cero.",
        "O saldo de pontos não pode ficar abaixo de zero.",
        "The points balance cannot go below zero.",
    ),
    (
        "load_id_taken",
        "Con este load_id ya se cargaron otros puntos.",
        "Com este load_id já foram carregados outros pontos.",
        "Other points were loaded under this load_id.",
    ),
    ("no_free_slot", "Ese horario no está libre.", "Esse horário não está livre.", "This time is not free."),
    (
        "invoice_differs",
        "Esta versión de la factura ya se registró con otro contenido.",
        "Esta versão da nota já foi registrada com outro conteúdo.",
        "This version of the invoice was recorded with other content.",
    ),
    (
        "invoice_taken",
        "Esta factura es de otro cliente.",
        "Esta nota é de outro cliente.",
        "This invoice belongs to another customer.",
    ),
    (
        "not_begun",
        "La cita todavía no ha empezado.",
        "O agendamento ainda não começou.",
        "The appointment has not begun yet.",
    ),
    (
        "appointment_id_taken",
        "Con este appointment_id ya se creó otra cita.",
        "Com este appointment_id já foi criado outro agendamento.",
        "Another appointment was made under this appointment_id.",
    ),
    (
        "appointment_cancelled",
        "La cita está cancelada.",
        "O agendamento está cancelado.",
        "The appointment is cancelled.",
    ),
    (
        "message_id_taken",
        "Con este message_id ya se envió otro mensaje.",
        "Com este message_id já foi enviada outra mensagem.",
        "Another message was sent under this message_id.",
    ),
    (
        "campaign_id_taken",
        "Con este campaign_id ya hay otra campaña.",
        "Com este campaign_id já existe outra campanha.",
        "There is another campaign of this campaign_id.",
    ),
    (
        "campaign_status",
        "El estado de la campaña no lo permite.",
        "O estado da campanha não permite isso.",
        "The status of the campaign does not allow this.",
    ),
    (
        "audience_too_large",
        "El público es demasiado grande para contarlo.",
        "O público é grande demais para ser contado.",
        "The audience is too large to be counted.",
    ),
    ("campaign_has_messages", "La campaña tiene mensajes.", "A campanha tem mensagens.", "The campaign has messages."),
    (
        "no_sender",
        "El negocio no tiene un remitente para escribir.",
        "O negócio não tem um remetente para escrever.",
        "The business has no sender to write from.",
    ),
    (
        "address_taken",
        "Otro remitente ya tiene esta dirección.",
        "Outro remetente já tem este endereço.",
        "Another sender has this address.",
    ),
    (
        "payload_too_large",
        "La solicitud es demasiado grande.",
        "A solicitação é grande demais.",
        "The request is too large.",
    ),
    (
        "unsupported_media_type",
        "El contenido debe enviarse como application/json.",
        "O conteúdo deve ser enviado como application/json.",
        "The body must be sent as application/json.",
    ),
    (
        "too_many_requests",
        "Demasiadas solicitudes con esta clave; inténtelo de nuevo más tarde.",
        "Solicitações demais com esta chave; tente novamente mais tarde.",
        "Too many requests with this key; try again later.",
    ),
    (
        "unavailable",
        "El servicio no está disponible en este momento; inténtelo de nuevo en unos segundos.",
        "O serviço não está disponível no momento; tente novamente em alguns segundos.",
        "The service is not available right now; try again in a few seconds.",
    ),
    (
        "timeout",
        "La solicitud tardó demasiado; inténtelo de nuevo.",
        "A solicitação demorou demais; tente novamente.",
        "The request took too long; try again.",
    ),
    (
        "internal",
        "Ocurrió un error de nuestra parte.",
        "Ocorreu um erro do nosso lado.",
        "Something went wrong on our side.",
    ),
];

/// The sentence for a problem's code, in the caller's language. A code that is not known is told as `internal`.
#[must_use]
pub fn problem_sentence(code: &str, locale: Locale) -> &'static str {
    let known = SENTENCES.iter().find(|(known, ..)| *known == code);
    let [.., internal] = &SENTENCES;
    let (_, es, pt, en) = known.unwrap_or(internal);
    match locale {
        Locale::Es => es,
        Locale::PtBr => pt,
        Locale::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use strum::IntoEnumIterator;

    #[test]
    fn every_code_has_its_own_sentence_in_every_language() {
        for locale in Locale::iter() {
            let sentences: BTreeSet<_> = SENTENCES.iter().map(|(code, ..)| problem_sentence(code, locale)).collect();
            assert_eq!(sentences.len(), SENTENCES.len());
            assert!(sentences.iter().all(|sentence| sentence.ends_with('.')));
            assert_eq!(problem_sentence("no such code", locale), problem_sentence("internal", locale));
        }
    }
}
