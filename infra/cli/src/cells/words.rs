//! Words of three languages.

use domain::fold::fold;
use domain::{AppointmentStatus, Gender};

/// Reads a gender.
pub(crate) fn gender(text: &str, m_is_female: bool) -> Result<Gender, String> {
    match fold(text).as_str() {
        "f" | "fem" => Ok(Gender::Female),
        "h" | "masc" => Ok(Gender::Male),
        "m" if m_is_female => Ok(Gender::Female),
        "m" => Ok(Gender::Male),
        "o" | "x" => Ok(Gender::Other),
        word => word.parse().map_err(|error: domain::profile::GenderError| error.to_string()),
    }
}

/// Reads yes or no.
pub(crate) fn yes_or_no(text: &str) -> Result<bool, String> {
    match fold(text).as_str() {
        "sim" | "si" | "yes" | "s" | "y" | "1" | "true" | "verdadeiro" | "verdadero" | "x" | "acepta" | "aceita" => {
            Ok(true)
        }
        "nao" | "no" | "n" | "0" | "false" | "falso" | "rechaza" | "recusa" => Ok(false),
        _ => Err("expected yes or no (sí, sim, no, não)".to_owned()),
    }
}

/// Reads where an appointment stands.
pub(crate) fn status(text: &str) -> Result<AppointmentStatus, String> {
    match fold(text).as_str() {
        "pending" | "pendiente" | "pendente" | "agendado" | "agendada" | "reservado" | "marcado" | "scheduled" => {
            Ok(AppointmentStatus::Pending)
        }
        "confirmed" | "confirmado" | "confirmada" => Ok(AppointmentStatus::Confirmed),
        "done" | "realizado" | "realizada" | "atendido" | "atendida" | "concluido" | "concluida" | "finalizado"
        | "finalizada" | "completado" | "completada" | "completed" | "feito" | "hecho" => Ok(AppointmentStatus::Done),
        "cancelled" | "canceled" | "cancelado" | "cancelada" | "anulado" => Ok(AppointmentStatus::Cancelled),
        "no show" | "noshow" | "falta" | "faltou" | "falto" | "no asistio" | "nao compareceu" | "ausente" => {
            Ok(AppointmentStatus::NoShow)
        }
        _ => {
            Err("expected one of: pending, confirmed, done, cancelled, no_show (or the same in Spanish or Portuguese)"
                .to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_three_languages() {
        assert_eq!(gender("M", false), Ok(Gender::Male));
        assert_eq!(gender("M", true), Ok(Gender::Female));
        assert_eq!(gender("Mujer", false), Ok(Gender::Female));
        assert_eq!(gender("H", true), Ok(Gender::Male));
        assert!(gender("perro", false).is_err());
        for yes in ["Sim", "SÍ", "yes", "1", "VERDADERO"] {
            assert_eq!(yes_or_no(yes), Ok(true), "{yes}");
        }
        for no in ["Não", "no", "0", "FALSO"] {
            assert_eq!(yes_or_no(no), Ok(false), "{no}");
        }
        assert!(yes_or_no("talvez").is_err());
        assert_eq!(status("Concluído"), Ok(AppointmentStatus::Done));
        assert_eq!(status("no_show"), Ok(AppointmentStatus::NoShow));
        assert_eq!(status("No asistió"), Ok(AppointmentStatus::NoShow));
        assert!(status("azul").is_err());
    }
}
