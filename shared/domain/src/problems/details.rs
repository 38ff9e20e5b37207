//! What is wrong with a field, in the caller's language. The code says it in English; here is each of its sentences in
//! the other languages. `{}` stands for a part that every language takes over.

use crate::Locale;
use std::borrow::Cow;

/// English, Spanish, Portuguese. Of two that fit, the first counts.
const DETAILS: &[(&str, &str, &str)] = &[
    ("must be given", "hay que indicarlo", "deve ser informado"),
    ("must be given: {}", "hay que indicarlo: {}", "deve ser informado: {}"),
    (
        "must be given, as the operator key acts for every business",
        "hay que indicarlo, porque la clave del operador actúa por todos los negocios",
        "deve ser informado, pois a chave do operador age por todos os negócios",
    ),
    ("is given twice", "está repetido", "está repetido"),
    (
        "unknown field; did you mean `{}`?",
        "campo desconocido; ¿quería decir `{}`?",
        "campo desconhecido; quis dizer `{}`?",
    ),
    ("unknown field", "campo desconocido", "campo desconhecido"),
    (
        "unknown parameter; did you mean `{}`?",
        "parámetro desconocido; ¿quería decir `{}`?",
        "parâmetro desconhecido; quis dizer `{}`?",
    ),
    (
        "unknown variable `{}`; did you mean `{}`?",
        "variable desconocida `{}`; ¿quería decir `{}`?",
        "variável desconhecida `{}`; quis dizer `{}`?",
    ),
    (
        "unknown variable `{}`; there are `{}` and `{}`",
        "variable desconocida `{}`; hay `{}` y `{}`",
        "variável desconhecida `{}`; há `{}` e `{}`",
    ),
    ("expected `{}` after each `{}`", "se esperaba `{}` después de cada `{}`", "era esperado `{}` depois de cada `{}`"),
    ("unknown parameter", "parámetro desconocido", "parâmetro desconhecido"),
    ("expected a text that is not empty", "se esperaba un texto que no esté vacío", "era esperado um texto não vazio"),
    ("expected a text", "se esperaba un texto", "era esperado um texto"),
    (
        "expected a text, a template or both",
        "se esperaba un texto, una plantilla o ambos",
        "era esperado um texto, um modelo ou ambos",
    ),
    (
        "expected a whole number from 1 (urgent) to 5",
        "se esperaba un número entero de 1 (urgente) a 5",
        "era esperado um número inteiro de 1 (urgente) a 5",
    ),
    (
        "expected a whole number of days, from {} to {}",
        "se esperaba un número entero de días, de {} a {}",
        "era esperado um número inteiro de dias, de {} a {}",
    ),
    (
        "expected a whole number of percent, from {} to {}",
        "se esperaba un porcentaje entero, de {} a {}",
        "era esperada uma porcentagem inteira, de {} a {}",
    ),
    ("expected a whole number", "se esperaba un número entero", "era esperado um número inteiro"),
    ("expected a number", "se esperaba un número", "era esperado um número"),
    ("expected true or false", "se esperaba true o false", "era esperado true ou false"),
    ("expected a list", "se esperaba una lista", "era esperada uma lista"),
    ("expected an object with fields", "se esperaba un objeto con campos", "era esperado um objeto com campos"),
    (
        "expected a value: null is none, leave the field out",
        "se esperaba un valor: null no lo es, omita el campo",
        "era esperado um valor: null não é um, omita o campo",
    ),
    ("expected one of: {}", "se esperaba uno de: {}", "era esperado um de: {}"),
    ("expected one of the fields: {}", "se esperaba uno de los campos: {}", "era esperado um dos campos: {}"),
    ("expected only one of: {}", "se esperaba solo uno de: {}", "era esperado apenas um de: {}"),
    ("expected another value than {}", "se esperaba un valor distinto de {}", "era esperado um valor diferente de {}"),
    (
        "expected from {} to {} characters in its name",
        "se esperaban de {} a {} caracteres en su nombre",
        "eram esperados de {} a {} caracteres no nome",
    ),
    ("expected from {} to {} characters", "se esperaban de {} a {} caracteres", "eram esperados de {} a {} caracteres"),
    (
        "expected from {} to {} points to add, or as many with a minus to take",
        "se esperaban de {} a {} puntos para sumar, o tantos con un menos para restar",
        "eram esperados de {} a {} pontos para somar, ou tantos com um menos para tirar",
    ),
    ("expected from {} to {}", "se esperaba de {} a {}", "era esperado de {} a {}"),
    (
        "expected at most {} characters",
        "se esperaban como máximo {} caracteres",
        "eram esperados no máximo {} caracteres",
    ),
    (
        "expected at most {} whole numbers of hours, each from {} to {}",
        "se esperaban como máximo {} números enteros de horas, cada uno de {} a {}",
        "eram esperados no máximo {} números inteiros de horas, cada um de {} a {}",
    ),
    (
        "expected an address that begins with https://, without spaces, of at most {} characters",
        "se esperaba una dirección que empiece con https://, sin espacios, de {} caracteres como máximo",
        "era esperado um endereço que comece com https://, sem espaços, de no máximo {} caracteres",
    ),
    ("expected at most {} entries", "se esperaban como máximo {} elementos", "eram esperados no máximo {} elementos"),
    ("expected at most {} pets", "se esperaban como máximo {} mascotas", "eram esperados no máximo {} pets"),
    ("expected at most {} labels", "se esperaban como máximo {} etiquetas", "eram esperadas no máximo {} etiquetas"),
    ("expected at most {} variables", "se esperaban como máximo {} variables", "eram esperadas no máximo {} variáveis"),
    ("expected at most {} together", "se esperaba como máximo {} en total", "era esperado no máximo {} ao todo"),
    ("expected at most {}", "se esperaba como máximo {}", "era esperado no máximo {}"),
    ("expected at least {}", "se esperaba al menos {}", "era esperado pelo menos {}"),
    (
        "expected labels of {} to {} characters",
        "se esperaban etiquetas de {} a {} caracteres",
        "eram esperadas etiquetas de {} a {} caracteres",
    ),
    (
        "expected names of at most {} and values of at most {} characters",
        "se esperaban nombres de como máximo {} y valores de como máximo {} caracteres",
        "eram esperados nomes de no máximo {} e valores de no máximo {} caracteres",
    ),
    (
        "expected {} to {} printable ASCII characters without blanks and ?, and no part between slashes that is empty, . or ..",
        "se esperaban de {} a {} caracteres ASCII imprimibles sin espacios ni ?, y entre barras ninguna parte vacía, . o ..",
        "eram esperados de {} a {} caracteres ASCII imprimíveis sem espaços nem ?, e entre barras nenhuma parte vazia, . ou ..",
    ),
    (
        "expected {} to {} printable ASCII characters without blanks",
        "se esperaban de {} a {} caracteres ASCII imprimibles sin espacios",
        "eram esperados de {} a {} caracteres ASCII imprimíveis sem espaços",
    ),
    ("expected an id (a UUID)", "se esperaba un id (un UUID)", "era esperado um id (um UUID)"),
    (
        "expected a quantity as {}, with at most three decimals and at most {}",
        "se esperaba una cantidad como {}, con tres decimales como máximo y {} como máximo",
        "era esperada uma quantidade como {}, com no máximo três decimais e no máximo {}",
    ),
    (
        "expected a time from the year 2000 on, and not ahead",
        "se esperaba un momento desde el año 2000 y no futuro",
        "era esperado um momento a partir do ano 2000 e não futuro",
    ),
    (
        "expected the business's currency, {}",
        "se esperaba la moneda del negocio, {}",
        "era esperada a moeda do negócio, {}",
    ),
    (
        "expected names of at most {} bytes together",
        "se esperaban nombres de como máximo {} bytes en total",
        "eram esperados nomes de no máximo {} bytes ao todo",
    ),
    ("expected a date as {}", "se esperaba una fecha como {}", "era esperada uma data como {}"),
    ("expected a time of day as HH:MM", "se esperaba una hora como HH:MM", "era esperada uma hora como HH:MM"),
    (
        "expected a time as {}, or with its offset as {}",
        "se esperaba una hora como {}, o con su desfase como {}",
        "era esperado um horário como {}, ou com o deslocamento como {}",
    ),
    ("expected a whole minute", "se esperaba un minuto exacto", "era esperado um minuto exato"),
    (
        "expected a time that the clocks of the business show: on this day they skip it",
        "se esperaba una hora que marquen los relojes del negocio: ese día se la saltan",
        "era esperado um horário que os relógios do negócio marquem: nesse dia eles o pulam",
    ),
    (
        "expected an amount in units of the currency, as {}",
        "se esperaba un importe en unidades de la moneda, como {}",
        "era esperado um valor em unidades da moeda, como {}",
    ),
    (
        "expected no more decimals than the currency has",
        "no se esperaban más decimales que los de la moneda",
        "não eram esperadas mais casas decimais que as da moeda",
    ),
    ("expected only with: {}", "solo se esperaba junto con: {}", "era esperado apenas com: {}"),
    (
        "This time is no slot of the opening hours.",
        "Ese horario no es un turno del horario de atención.",
        "Esse horário não é um turno do horário de funcionamento.",
    ),
    (
        "Another appointment has a part of this time.",
        "Otra cita ocupa una parte de ese horario.",
        "Outro agendamento ocupa uma parte desse horário.",
    ),
    (
        "An appointment is done or missed only once it has begun.",
        "Una cita se da por hecha o por perdida solo cuando ya ha empezado.",
        "Um agendamento só é concluído ou perdido depois de começar.",
    ),
    (
        "A cancelled appointment comes back only with a start.",
        "Una cita cancelada solo vuelve con una hora de inicio.",
        "Um agendamento cancelado só volta com um horário de início.",
    ),
    (
        "Another appointment was made under this appointment_id.",
        "Con este appointment_id ya se creó otra cita.",
        "Com este appointment_id já foi criado outro agendamento.",
    ),
    (
        "This business has no such owner.",
        "Este negocio no tiene ese propietario.",
        "Este negócio não tem esse proprietário.",
    ),
    (
        "This business has no such campaign.",
        "Este negocio no tiene esa campaña.",
        "Este negócio não tem essa campanha.",
    ),
    (
        "There is another campaign of this campaign_id.",
        "Ya hay otra campaña con este campaign_id.",
        "Já existe outra campanha com este campaign_id.",
    ),
    (
        "This campaign is {}; cancel it first.",
        "Esta campaña está en {}; cancélela primero.",
        "Esta campanha está em {}; cancele-a primeiro.",
    ),
    (
        "This audience is too large to be counted in one call.",
        "Este público es demasiado grande para contarlo en una sola llamada.",
        "Este público é grande demais para ser contado em uma só chamada.",
    ),
    (
        "This campaign has messages; it is kept for half a year.",
        "Esta campaña tiene mensajes; se conserva medio año.",
        "Esta campanha tem mensagens; ela é mantida por meio ano.",
    ),
    ("This campaign is {}.", "Esta campaña está en {}.", "Esta campanha está em {}."),
    (
        "This business has no sender to write from.",
        "Este negocio no tiene un remitente para escribir.",
        "Este negócio não tem um remetente para escrever.",
    ),
    (
        "expected a time that has not passed",
        "se esperaba un momento que no haya pasado",
        "era esperado um momento que não tenha passado",
    ),
    (
        "expected 1 to 128 letters, digits, -, _, . and :, and no . at the beginning",
        "se esperaban de 1 a 128 letras, dígitos, -, _, . y :, sin . al principio",
        "eram esperados de 1 a 128 letras, dígitos, -, _, . e :, sem . no começo",
    ),
    (
        "This business has no such appointment.",
        "Este negocio no tiene esa cita.",
        "Este negócio não tem esse agendamento.",
    ),
    ("This business has no such customer.", "Este negocio no tiene ese cliente.", "Este negócio não tem esse cliente."),
    ("expected a time as {}", "se esperaba un momento como {}", "era esperado um momento como {}"),
    (
        "expected `closes` later than `opens`",
        "se esperaba `closes` después de `opens`",
        "era esperado `closes` depois de `opens`",
    ),
    (
        "expected a birthday as YYYY-MM-DD or --MM-DD",
        "se esperaba un cumpleaños como YYYY-MM-DD o --MM-DD",
        "era esperado um aniversário como YYYY-MM-DD ou --MM-DD",
    ),
    ("expected a day that the calendar has", "se esperaba un día que exista", "era esperado um dia que exista"),
    (
        "expected a year from 1900 on, or --MM-DD without a year",
        "se esperaba un año desde 1900, o --MM-DD sin año",
        "era esperado um ano a partir de 1900, ou --MM-DD sem ano",
    ),
    (
        "expected a day of birth that is not ahead of today",
        "se esperaba un día de nacimiento que no sea posterior a hoy",
        "era esperado um dia de nascimento que não seja depois de hoje",
    ),
    (
        "expected one number, not several",
        "se esperaba un solo número, no varios",
        "era esperado um só número, não vários",
    ),
    (
        "expected every digit: a spreadsheet has rounded the number, so give its cells the format of text",
        "se esperaban todos los dígitos: una hoja de cálculo redondeó el número; dé a sus celdas el formato de texto",
        "eram esperados todos os dígitos: uma planilha arredondou o número; dê às células o formato de texto",
    ),
    (
        "expected the area code too, as in {}",
        "se esperaba también el código de área, como en {}",
        "era esperado também o código de área, como em {}",
    ),
    (
        "expected a person's number, not a service line such as {}",
        "se esperaba el número de una persona, no una línea de servicio como {}",
        "era esperado o número de uma pessoa, não uma linha de serviço como {}",
    ),
    (
        "expected a number that is in use, with its country code, as {}",
        "se esperaba un número en uso, con su código de país, como {}",
        "era esperado um número em uso, com o código do país, como {}",
    ),
    (
        "expected female, male or other (also {})",
        "se esperaba female, male u other (también {})",
        "era esperado female, male ou other (também {})",
    ),
    ("expected es, pt-BR or en", "se esperaba es, pt-BR o en", "era esperado es, pt-BR ou en"),
    (
        "expected one address, as ana@example.com",
        "se esperaba una dirección, como ana@example.com",
        "era esperado um endereço, como ana@example.com",
    ),
    (
        "expected a country of ISO 3166-1 by its two letters, as BR",
        "se esperaba un país de ISO 3166-1 por sus dos letras, como BR",
        "era esperado um país da ISO 3166-1 por suas duas letras, como BR",
    ),
    (
        "expected a currency in use by its three letters of ISO 4217, as BRL",
        "se esperaba una moneda en uso por sus tres letras de ISO 4217, como BRL",
        "era esperada uma moeda em uso por suas três letras da ISO 4217, como BRL",
    ),
    (
        "expected an IANA zone, as America/Sao_Paulo",
        "se esperaba una zona IANA, como America/Sao_Paulo",
        "era esperado um fuso IANA, como America/Sao_Paulo",
    ),
    (
        "expected digits with + and the country code, as {}",
        "se esperaban dígitos con + y el código de país, como {}",
        "eram esperados dígitos com + e o código do país, como {}",
    ),
    (
        "expected more digits: country code and whole number, as {}",
        "se esperaban más dígitos: código de país y número completo, como {}",
        "eram esperados mais dígitos: código do país e número completo, como {}",
    ),
    (
        "expected fewer digits: country code and one number, as {}",
        "se esperaban menos dígitos: código de país y un solo número, como {}",
        "eram esperados menos dígitos: código do país e um só número, como {}",
    ),
    (
        "expected + and a country code that exists, as {}",
        "se esperaba + y un código de país que exista, como {}",
        "era esperado + e um código de país que exista, como {}",
    ),
    (
        "expected a customer id (a UUID) or a phone number with its country code, as {}",
        "se esperaba el id de un cliente (un UUID) o un teléfono con su código de país, como {}",
        "era esperado o id de um cliente (um UUID) ou um telefone com o código do país, como {}",
    ),
    (
        "expected five fields of a Unix cron, as {}",
        "se esperaban los cinco campos de un cron de Unix, como {}",
        "eram esperados os cinco campos de um cron do Unix, como {}",
    ),
    (
        "expected a cron whose time comes",
        "se esperaba un cron cuya hora llegue",
        "era esperado um cron cuja hora chegue",
    ),
    (
        "expected one minute, as 0 9 * * *: automations run at most once an hour",
        "se esperaba un minuto, como 0 9 * * *: las automatizaciones se ejecutan como máximo una vez por hora",
        "era esperado um minuto, como 0 9 * * *: as automações rodam no máximo uma vez por hora",
    ),
    (
        "expected none: an event starts this automation",
        "no se esperaba: un evento inicia esta automatización",
        "não era esperado: um evento inicia esta automação",
    ),
    (
        "expected one that runs at its hours: an event starts this automation",
        "se esperaba una con horario: un evento inicia esta automatización",
        "era esperada uma com horário: um evento inicia esta automação",
    ),
    (
        "expected propose: this automation reports to the owners",
        "se esperaba propose: esta automatización informa a los dueños",
        "era esperado propose: esta automação informa os donos",
    ),
    ("expected an owner of the business", "se esperaba un dueño del negocio", "era esperado um dono do negócio"),
    (
        "expected none: a campaign goes to customers",
        "no se esperaba: una campaña va a clientes",
        "não era esperado: uma campanha vai para clientes",
    ),
    (
        "must be given, as this campaignType has no text of its own",
        "hay que indicarlo, porque este campaignType no tiene un texto propio",
        "deve ser informado, pois este campaignType não tem um texto próprio",
    ),
    (
        "expected none but for a custom_campaign",
        "no se esperaba: solo lo lleva una custom_campaign",
        "não era esperado: só uma custom_campaign o leva",
    ),
    (
        "expected transactional or marketing",
        "se esperaba transactional o marketing",
        "era esperado transactional ou marketing",
    ),
    (
        "expected exactly these texts: {}",
        "se esperaban exactamente estos textos: {}",
        "eram esperados exatamente estes textos: {}",
    ),
    (
        "expected the id of a phone number at Meta: {} to {} digits",
        "se esperaba el id de un número en Meta: de {} a {} dígitos",
        "era esperado o id de um número na Meta: de {} a {} dígitos",
    ),
    (
        "expected the id of a channel at Whapi, as {}",
        "se esperaba el id de un canal en Whapi, como {}",
        "era esperado o id de um canal na Whapi, como {}",
    ),
    (
        "expected the name of an instance at Evolution, as {}",
        "se esperaba el nombre de una instancia en Evolution, como {}",
        "era esperado o nome de uma instância na Evolution, como {}",
    ),
    (
        "expected the name of a session at WAHA, as {}",
        "se esperaba el nombre de una sesión en WAHA, como {}",
        "era esperado o nome de uma sessão no WAHA, como {}",
    ),
    ("expected {} to {} characters", "se esperaban de {} a {} caracteres", "eram esperados de {} a {} caracteres"),
    (
        "expected a text without line breaks, tabs and other control characters",
        "se esperaba un texto sin saltos de línea, tabuladores ni otros caracteres de control",
        "era esperado um texto sem quebras de linha, tabulações nem outros caracteres de controle",
    ),
    ("no such owner", "no existe ese dueño", "não existe esse dono"),
    ("this business has no such sender", "este negocio no tiene ese remitente", "este negócio não tem esse remetente"),
    (
        "cannot be changed: add another sender",
        "no se puede cambiar: agregue otro remitente",
        "não pode ser mudado: adicione outro remetente",
    ),
    ("not a cursor of this list", "no es un cursor de esta lista", "não é um cursor desta lista"),
    ("These fields are wrong: {}.", "Estos campos no son válidos: {}.", "Estes campos não são válidos: {}."),
];

/// The detail of a problem in a language. One that is not known stays as it is.
#[must_use]
pub fn detail_in(english: &str, locale: Locale) -> Cow<'_, str> {
    if locale == Locale::En {
        return Cow::Borrowed(english);
    }
    let told = DETAILS.iter().find_map(|(template, es, pt)| {
        let parts = parts(template, english)?;
        let other = if locale == Locale::Es { es } else { pt };
        Some(parts.into_iter().fold((*other).to_owned(), |text, part| text.replacen("{}", part, 1)))
    });
    told.map_or(Cow::Borrowed(english), Cow::Owned)
}

/// What stands in the places of a template; `None` if the text is not of it.
fn parts<'a>(template: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = template.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut parts = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let at = if pieces.peek().is_none() {
            rest.ends_with(piece).then(|| rest.len() - piece.len())
        } else {
            rest.find(piece)
        };
        let (part, after) = rest.split_at_checked(at?)?;
        parts.push(part);
        rest = after.strip_prefix(piece)?;
    }
    rest.is_empty().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_is_told_in_each_language() {
        for (english, es, pt) in [
            ("must be given", "hay que indicarlo", "deve ser informado"),
            ("expected from 1 to 200", "se esperaba de 1 a 200", "era esperado de 1 a 200"),
            (
                "expected 1 to 200 characters",
                "se esperaban de 1 a 200 caracteres",
                "eram esperados de 1 a 200 caracteres",
            ),
            (
                "unknown field; did you mean `phone`?",
                "campo desconocido; ¿quería decir `phone`?",
                "campo desconhecido; quis dizer `phone`?",
            ),
            ("something else", "something else", "something else"),
        ] {
            assert_eq!(detail_in(english, Locale::En), english);
            assert_eq!(detail_in(english, Locale::Es), es);
            assert_eq!(detail_in(english, Locale::PtBr), pt);
        }
    }

    #[test]
    fn every_language_takes_over_every_part_and_no_template_hides_another() {
        for (nth, (english, es, pt)) in DETAILS.iter().enumerate() {
            let places = |text: &str| text.matches("{}").count();
            assert!(places(english) == places(es) && places(es) == places(pt), "{english}");
            let sample = english.replace("{}", "7");
            let first = DETAILS.iter().position(|(template, ..)| parts(template, &sample).is_some());
            assert_eq!(first, Some(nth), "{english}");
        }
    }
}
