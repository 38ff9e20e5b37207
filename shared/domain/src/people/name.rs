//! Names as gateways, forms and people give them: whether one says how to greet its person, and how.

use super::phone::is_number;
use crate::fold::fold;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words of programs and forms that stand where a name is missing, folded.
const NOTHING: &str = "\
    anonimo anonima anonymous client cliente contact contacto contato customer desconhecido desconocido empty name \
    nan nil noname nombre nome none null nulo undefined unknown user usuario vacio vazio whatsapp";
/// The same in more than one word, or too short to be so inside a name.
const WHOLE: &str = "\
    apellido, asdf, cliente novo, cliente nuevo, cliente sem nome, cliente sin nombre, false, first last, first \
    name, full name, last name, n a, n d, na, nadie, nao, nao informado, nao sei, nao tem, new customer, ninguem, \
    no, no aplica, no informado, no name, no se, no tiene, nobody, nombre apellido, nombre completo, nombre y \
    apellido, nome completo, nome e sobrenome, nome sobrenome, not available, not provided, not set, novo cliente, \
    nuevo cliente, object object, qwerty, s n, s nombre, s nome, sem, sem nome, si, sim, sin, sin nombre, sn, \
    sobrenome, to be defined, true, unknown name, usuario de whatsapp, usuario do whatsapp, whatsapp business, \
    whatsapp user, x, xx, yes";
/// What may come before a name, folded; with it a name is greeted.
const TITLES: &str = "\
    dona don dna doutor doutora doctor doctora dr dra eng frei ing lic mr mrs ms miss padre pastor pastora prof \
    profa profe senhor senhora senor senora seu sr sra srta tia tio";
/// First words that need the next one, folded; `Ma` is María.
const NEVER_ALONE: &[&str] = &["da", "de", "del", "do", "dos", "el", "la", "las", "los", "ma", "van", "von"];
/// Titles that are names too.
const ALSO_NAMES: &[&str] = &["don", "pastor", "tia"];
/// Ends of addresses on the web.
const DOMAINS: &str =
    "app ar bio bo br cl club co com cr ec es gt info io link me mx net online org pe pt py shop site store uy ve vip";

/// How an address begins that has no `//`.
const SCHEMES: &str = "mailto tel sms smsto whatsapp skype";

/// Whether the text names a person: not a word for no name, a number, an address, a link, or signs alone.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let text = text.trim();
    let words = words(text);
    let folded = fold(text);
    let nothing = text.starts_with('#') || WHOLE.split(',').any(|known| known.trim() == folded);
    let title = words.iter().all(|word| is_title(word)) && words.iter().all(|word| !is_also_name(word));
    let mut letters = folded.chars();
    let one_letter = letters.next().is_some_and(|first| folded.len() > 2 && letters.all(|letter| letter == first));
    !words.is_empty() && !nothing && !title && !one_letter && !is_number(text)
}

/// How a person of this name is greeted: by the first word, with the title or initials before it, without emoji, and
/// with a capital if all of it is in one case. `None` if it is no name.
#[must_use]
pub fn greeting_name(text: &str) -> Option<String> {
    if !is_name(text) {
        return None;
    }
    let words = words(text);
    let first = words.first()?;
    let name = match words.iter().position(|word| !is_title(word)) {
        Some(0) | None => given(&words)?,
        Some(named) => format!("{} {}", cased(first), given(words.get(named..)?)?),
    };
    Some(name)
}

/// The first of the words; all of them if it is an initial, shortened or no name alone, as in `J. Silva`, `Ma. Luisa`
/// and `De la Cruz`.
fn given(words: &[String]) -> Option<String> {
    let first = words.first()?;
    let short = first.ends_with('.') || first.chars().count() < 2 || NEVER_ALONE.contains(&fold(first).as_str());
    if words.len() > 1 && short {
        return Some(words.iter().map(|word| cased(word)).collect::<Vec<_>>().join(" "));
    }
    Some(cased(first))
}

/// The words that can be part of a name, without what stands around them.
fn words(text: &str) -> Vec<String> {
    // `Dr.ª` is `Dra.`
    let text = text.replace(".ª", "a.").replace(".º", "o.");
    let seen: String = text.nfkc().filter(|c| !is_hidden(*c)).collect();
    let mut words = Vec::new();
    for token in seen.split_whitespace().filter(|token| !is_address(token)) {
        let token: String = token.chars().map(|c| if is_part(c) { c } else { ' ' }).collect();
        for word in token.split(' ') {
            // `ana.souza` is two words, `J.R.` is one.
            let parts: Vec<&str> = word.split('.').collect();
            let joined = parts.len() > 1 && parts.iter().all(|part| part.chars().count() > 1);
            let dotted = word.split_once('.').filter(|(title, name)| is_title(title) && !name.is_empty());
            match dotted {
                Some((title, name)) => words.extend([word_of(&format!("{title}.")), word_of(name)]),
                None if joined => words.extend(parts.into_iter().map(word_of)),
                None => words.push(word_of(word)),
            }
        }
    }
    words.retain(|word| word.chars().any(is_letter) && !has(NOTHING, &fold(word)));
    words
}

/// Without digits and signs around it; a point stays after a title, an initial or `Ma.`.
fn word_of(part: &str) -> String {
    let part = part.trim_start_matches(|c| !is_letter(c));
    let bare = part.trim_end_matches(|c: char| !is_letter(c) && !is_combining_mark(c));
    let short = bare.chars().count() < 3 || is_title(bare);
    let point = short && part.strip_prefix(bare).is_some_and(|rest| rest.starts_with('.'));
    format!("{bare}{}", if point { "." } else { "" })
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f1ff}')
}

fn is_part(c: char) -> bool {
    is_letter(c) || is_combining_mark(c) || c.is_ascii_digit() || "'’.-‐".contains(c)
}

/// Drawn as nothing, though some of them are letters.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{e0000}'..='\u{e007f}'
    ) || (c.is_control() && !c.is_whitespace())
}

/// Whether it is an address for mail, a handle or a link.
fn is_address(token: &str) -> bool {
    let token = token.to_lowercase();
    let host = token.split(['/', '?']).next().unwrap_or(&token);
    let is_host = host.rsplit_once('.').is_some_and(|(name, end)| {
        has(DOMAINS, end)
            && (name.len() > 2 || host.len() < token.len())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
    });
    let handle = token.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@').starts_with('@');
    let scheme = token.split_once(':').is_some_and(|(scheme, rest)| has(SCHEMES, scheme) && !rest.is_empty());
    token.contains("://") || scheme || token.starts_with("www.") || is_host || handle || is_mail(&token)
}

fn is_mail(token: &str) -> bool {
    token.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'))
}

fn has(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|known| known == word)
}

fn is_title(word: &str) -> bool {
    has(TITLES, &fold(word))
}

fn is_also_name(word: &str) -> bool {
    ALSO_NAMES.contains(&fold(word).as_str())
}

/// With a capital at each part if the word is in one case; two capitals are initials.
fn cased(word: &str) -> String {
    let letters = word.chars().filter(|c| is_letter(*c)).count();
    let upper = word == word.to_uppercase();
    let plain = letters > 2 || is_title(word);
    if !(word == word.to_lowercase() || (upper && plain)) || (upper && letters == 1) {
        return word.to_owned();
    }
    let mut cased = String::with_capacity(word.len());
    let mut starts = true;
    for c in word.to_lowercase().chars() {
        if starts {
            cased.extend(c.to_uppercase());
        } else {
            cased.push(c);
        }
        starts = "-‐'’".contains(c);
    }
    cased
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_names() {
        for text in [
            "",
            " ",
            "~",
            "-",
            ".",
            "...",
            "_",
            "*",
            "\u{200b}",
            "\u{200e}\u{feff}",
            "ㅤ",
            "\u{2800}",
            "null",
            "NULL",
            "(null)",
            "undefined",
            "undefined undefined",
            "null null",
            "None",
            "NaN",
            "nil",
            "n/a",
            "N/A",
            "NA",
            "#N/A",
            "#REF!",
            "#¿NOMBRE?",
            "S/N",
            "sem nome",
            "Sem Nome",
            "(sem nome)",
            "sin nombre",
            "no name",
            "unknown",
            "Unknown",
            "desconhecido",
            "Desconocido",
            "cliente",
            "Cliente 123",
            "usuário",
            "ana@example.com",
            " Ana@Example.com.br ",
            "@ana_souza",
            "+55 11 98765-0000",
            "5511987650000",
            "(11) 98765-0000",
            "98765-0000",
            "007",
            "12345",
            "5,51E+12",
            "11 98765-0000 / 11 98765-0001",
            "１２３",
            "tel: 11 98765-0000",
            "whatsapp:+5511987650000",
            "https://wa.me/5511987650000",
            "mailto:ana@example.com",
            "tel:+5511987650000",
            "whatsapp:5511987650000",
            "www.example.com",
            "instagram.com/ana",
            "t.me/ana",
            "S/ Nome",
            "[object Object]",
            "Nome e Sobrenome",
            "{{name}}",
            "loja.com.br",
            "🌸",
            "🌸✨",
            "👩\u{200d}🦰",
            "🇧🇷",
            "🅰️",
            "❤️ ❤️",
            "xxx",
            "x",
            "aaaa",
            "Dr.",
            "Sra",
            "Dona",
        ] {
            assert!(!is_name(text), "{text:?}");
            assert_eq!(greeting_name(text), None, "{text:?}");
        }
    }

    #[test]
    fn names_as_one_greets() {
        for (name, greeted) in [
            ("Ana Souza", "Ana"),
            ("ANA", "Ana"),
            ("ANA SOUZA", "Ana"),
            ("maria", "Maria"),
            ("joão pedro", "João"),
            ("JOÃO", "João"),
            ("ÂNGELA", "Ângela"),
            ("ñusta", "Ñusta"),
            ("ANA-LÚCIA", "Ana-Lúcia"),
            ("ana-lúcia", "Ana-Lúcia"),
            ("O'BRIEN", "O'Brien"),
            ("mcdonald", "Mcdonald"),
            ("McDonald", "McDonald"),
            ("DeShawn Lee", "DeShawn"),
            ("DJ", "DJ"),
            ("JP Souza", "JP"),
            ("jo", "Jo"),
            ("li wei", "Li"),
            ("✨Ana✨", "Ana"),
            ("Ana🌸Souza", "Ana"),
            ("🌸 ana 🌸", "Ana"),
            ("~Ana", "Ana"),
            (".Ana.", "Ana"),
            ("*Ana*", "Ana"),
            ("\"Ana\" Souza", "Ana"),
            ("\u{200e}Ana\u{200f}", "Ana"),
            ("𝓐𝓷𝓪 𝓢𝓸𝓾𝔃𝓪", "Ana"),
            ("Ana (trabalho)", "Ana"),
            ("Ana/Pedro", "Ana"),
            ("ana_souza", "Ana"),
            ("ana.souza", "Ana"),
            ("ana92", "Ana"),
            ("Ana, mãe do Rex", "Ana"),
            ("Ana ana@example.com", "Ana"),
            ("Ana 5511987654321", "Ana"),
            ("Ana undefined", "Ana"),
            ("null Ana", "Ana"),
            ("Dr. Carlos Souza", "Dr. Carlos"),
            ("Dr. Pérez", "Dr. Pérez"),
            ("Dr.Carlos", "Dr. Carlos"),
            ("DR. CARLOS SOUZA", "Dr. Carlos"),
            ("dra ana", "Dra Ana"),
            ("Dra. ANA", "Dra. Ana"),
            ("Prof. Dr. Carlos", "Prof. Carlos"),
            ("Sr. João", "Sr. João"),
            ("SRA MARIA SILVA", "Sra Maria"),
            ("Don Pedro López", "Don Pedro"),
            ("Doña Ana", "Doña Ana"),
            ("Dona Maria", "Dona Maria"),
            ("Mrs. Smith", "Mrs. Smith"),
            ("Don", "Don"),
            ("J Silva", "J Silva"),
            ("J. R. SILVA", "J. R. Silva"),
            ("Ma. Luisa", "Ma. Luisa"),
            ("Mª José", "Ma José"),
            ("de la Cruz", "De La Cruz"),
            ("Dr.ª Ana", "Dra. Ana"),
            ("Dr. J. Silva", "Dr. J. Silva"),
            ("Nando", "Nando"),
            ("Ana Name", "Ana"),
            ("Иван", "Иван"),
            ("美咲", "美咲"),
        ] {
            assert!(is_name(name), "{name}");
            assert_eq!(greeting_name(name).as_deref(), Some(greeted), "{name}");
        }
    }

    proptest! {
        /// A greeting has a letter, stands in one line, and is the same when it is greeted again.
        #[test]
        fn any_text(text in "\\PC{0,24}|[A-Za-zãé.' -]{0,24}|(DR|dona|ANA|null|j)( |\\.){1,2}[a-zA-Z]{1,8}") {
            match greeting_name(&text) {
                Some(greeted) => {
                    prop_assert!(is_name(&text));
                    prop_assert!(greeted.chars().any(is_letter) && !greeted.contains(char::is_control), "{greeted:?}");
                }
                None => prop_assert!(!is_name(&text)),
            }
        }
    }
}
