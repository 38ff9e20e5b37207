//! What the business does, and which of it a text is about.

use super::language::Language;
use super::words::{Phrases, Words, fold};

/// A service of the business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Service {
    pub name: String,
    pub minutes: Option<u32>,
    /// As it was written.
    pub price: Option<String>,
}

impl Service {
    /// Of a line as `- Banho; 60 minutes; R$ 80,00`.
    pub fn read(line: &str) -> Option<Self> {
        let mut parts = line.trim_start_matches([' ', '\t', '-', '•', '*']).split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?.to_owned();
        let (mut minutes, mut price) = (None, None);
        for part in parts.filter(|part| !part.is_empty()) {
            match part.split_once(' ') {
                Some((number, unit)) if unit.starts_with("min") => minutes = number.parse().ok(),
                _ => price = Some(part.to_owned()),
            }
        }
        Some(Self { name, minutes, price })
    }
}

/// The thing that a text is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Thing<'a> {
    /// These services fit equally well.
    Services(Vec<&'a Service>),
    /// It has a name, and no service has it.
    Unknown,
    /// It has no name.
    Unnamed,
}

/// Words before the name of a thing.
const BEFORE: Phrases = Phrases(
    "quanto custa, quanto custam, quanto e, quanto sai, quanto fica, preco, valor, cuanto cuesta, cuanto cuestan, \
     cuanto vale, cuanto es, cuanto sale, precio, how much is, how much are, how much does, price, cost, marcar, \
     agendar, reservar, book, schedule, fazer, hacer, fazem, hacen, cita para, turno para, hora para, horario \
     para, appointment for, do you do",
);
const ARTICLES: Phrases = Phrases(
    "o, a, os, as, um, uma, el, la, los, las, un, una, the, an, do, da, dos, das, de, del, of, for, para, pra, \
     por, al, meu, minha, mi, my",
);
/// Names that stand for no service, or for any.
const NO_NAMES: Phrases = Phrases(
    "cita, citas, turno, hora, horario, horarios, appointment, appointments, time, slot, servico, servicos, \
     servicio, servicios, service, services, dia, amanha, hoje, manana, hoy, tomorrow, today, favor, please, \
     visita, atendimento, atencion, it, isso, eso, that, este, esse, esta, essa, sim, si, voces, ustedes, you, \
     algo, something, lunes, martes, miercoles, jueves, viernes, sabado, domingo, segunda, terca, quarta, quinta, \
     sexta, monday, tuesday, wednesday, thursday, friday, saturday, sunday, pra, para, for, on, at, next, proximo, \
     proxima, mais, mas, more, e, y, and, no, na, em, en, con, com, with, list, lista, tabela, each, everything, \
     tudo, todo, todos, otra, outro, another, here, aqui, um, una",
);

/// The thing that the texts are about, the newest first.
pub(super) fn thing<'a>(services: &'a [Service], texts: &[&Words]) -> Thing<'a> {
    for text in texts {
        let best = services.iter().map(|service| likeness(service, text)).max().unwrap_or_default();
        if best > 0 {
            return Thing::Services(services.iter().filter(|service| likeness(service, text) == best).collect());
        }
        if names_another(text) {
            return Thing::Unknown;
        }
    }
    Thing::Unnamed
}

/// How much of a service's name is in the text; all of it counts more.
fn likeness(service: &Service, text: &Words) -> usize {
    let name = Words::of(&service.name);
    let tells = |word: &&str| word.len() > 2 && !ARTICLES.has(word) && !NO_NAMES.has(word);
    let folded = name.folded();
    let telling: Vec<_> = folded.iter().copied().filter(tells).collect();
    let words = if telling.is_empty() { folded } else { telling };
    let said = words.iter().filter(|word| text.all.iter().any(|said| is_like(&said.folded, word))).count();
    said * 2 + usize::from(said > 0 && said == words.len())
}

/// The same word, or another form of it: `banhos` and `banho`.
pub(super) fn is_like(one: &str, other: &str) -> bool {
    let common = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let (shorter, longer) = (one.len().min(other.len()), one.len().max(other.len()));
    one == other || (common >= 4 && common + 1 >= shorter && longer - shorter <= 2)
}

fn names_another(text: &Words) -> bool {
    let Some(mut place) = text.behind(BEFORE) else { return false };
    while text.all.get(place).is_some_and(|word| ARTICLES.has(&word.folded)) {
        place += 1;
    }
    let name = text.all.get(place).map(|word| word.folded.as_str());
    name.is_some_and(|name| name.len() > 3 && !NO_NAMES.has(name))
}

/// `60 minutos`.
pub(super) fn minutes(language: Language, minutes: u32) -> String {
    match language {
        Language::Spanish | Language::Portuguese => format!("{minutes} minutos"),
        Language::English => format!("{minutes} minutes"),
    }
}

/// Each service on a line.
pub(super) fn list(language: Language, services: &[&Service]) -> String {
    let line = |service: &&Service| {
        let price = service.price.as_ref().map(|price| format!(": {price}")).unwrap_or_default();
        let time = service.minutes.map(|time| format!(" ({})", minutes(language, time))).unwrap_or_default();
        format!("\n• {}{price}{time}", service.name)
    };
    services.iter().map(line).collect()
}

/// The name as it stands in a sentence, as `o banho` or `la limpieza`; `None` if its article is not plain.
pub(super) fn with_article(language: Language, name: &str) -> Option<String> {
    let first = fold(name.split([' ', '-']).next()?);
    let ends = |ends: &[&str]| ends.iter().any(|end| first.ends_with(end));
    let (feminine, masculine) = match language {
        Language::Spanish => ("la", "el"),
        Language::Portuguese => ("a", "o"),
        Language::English => return None,
    };
    let article = match () {
        () if ends(&["s", "x"]) => return None,
        () if ["programa", "dia", "tema", "mapa"].contains(&first.as_str()) => masculine,
        () if ["manicure", "pedicure", "clase", "classe", "sessao", "sesion"].contains(&first.as_str()) => feminine,
        () if ends(&["a", "cao", "cion", "sao", "sion", "gem", "dade", "dad"]) => feminine,
        () => masculine,
    };
    // "IPL" stays as it is.
    let is_capital = name.chars().nth(1).is_some_and(char::is_uppercase);
    let mut letters = name.chars();
    let begin: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
    let name = if is_capital { name.to_owned() } else { format!("{begin}{}", letters.as_str()) };
    Some(format!("{article} {name}"))
}
