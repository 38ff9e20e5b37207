//! The part of a text that decides.

/// The longest text that is read; no essay is folded.
const LONGEST: usize = 400;

/// How much is read of either end of a long paragraph, in bytes.
const END: usize = 300;

/// How a line begins below which a phone or a mail program signs.
const SIGNATURES: &[&str] = &[
    "sent from",
    "sent via",
    "sent with",
    "sent using",
    "get outlook",
    "enviado do",
    "enviado da",
    "enviado de",
    "enviado desde",
    "enviado pelo",
    "enviado por",
    "enviado via",
    "enviado con",
    "enviado com",
    "enviado a partir",
    "mandado do",
    "mandado desde",
    "obtener outlook",
    "obter o outlook",
    "obter outlook",
    "obtenha o outlook",
    "baixe o outlook",
    "descargar outlook",
    "este correo",
    "este email",
    "esta mensagem e",
    "este mensaje y",
    "aviso legal",
    "confidential",
];

/// The text without quoted lines and signatures; of a long text, its first lines. None, if even they are long.
pub(super) fn deciding(text: &str) -> Option<String> {
    let long = text.len() > LONGEST;
    let mut kept = String::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('>') {
            continue;
        }
        // Above the first words it is decoration: `__SAIR__`.
        let ruled = kept.contains(char::is_alphanumeric) && (line.starts_with("--") || line.starts_with("__"));
        if ruled || (line.len() < LONGEST && signs(line)) {
            break;
        }
        if long && line.is_empty() && !kept.trim().is_empty() {
            break;
        }
        if kept.len() + line.len() > LONGEST {
            break;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    if long && kept.trim().is_empty() { None } else { Some(kept) }
}

/// The paragraph at which the first lines end because it is too long: whole, or its beginning and its end.
pub(super) struct Paragraph {
    pub text: String,
    pub whole: bool,
}

/// A message that was spoken is one long paragraph, and what it asks for stands at its end.
pub(super) fn paragraph(text: &str) -> Option<Paragraph> {
    let mut read = 0;
    for line in text.lines().map(str::trim) {
        read += line.len();
        if read > LONGEST {
            return (line.len() > END).then(|| ends(line));
        }
        if line.is_empty() && read > 0 {
            return None;
        }
    }
    None
}

fn ends(line: &str) -> Paragraph {
    if line.len() <= 2 * END {
        return Paragraph { text: line.to_owned(), whole: true };
    }
    let first = line.get(..line.floor_char_boundary(END)).unwrap_or_default();
    let last = line.get(line.ceil_char_boundary(line.len() - END)..).unwrap_or_default();
    // No word is cut: half of one may be another.
    let first = first.rsplit_once(char::is_whitespace).map_or(first, |(first, _)| first);
    let last = last.split_once(char::is_whitespace).map_or(last, |(_, last)| last);
    Paragraph { text: format!("{first}\n{last}"), whole: false }
}

fn signs(line: &str) -> bool {
    let line = crate::fold::fold(line);
    SIGNATURES.iter().any(|start| line.starts_with(start))
}

/// The first line that has something, and the rest with whether a blank line parts them.
pub(super) fn first_line(text: &str) -> Option<(&str, &str, bool)> {
    let (first, rest) = text.trim().split_once('\n')?;
    Some((first.trim(), rest.trim(), rest.starts_with('\n')))
}

/// The sentences, with the sign that ends them: it is followed by a blank, another sign or the end.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut signs = text.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        let next = signs.peek().map(|(_, next)| *next);
        let ends = matches!(sign, '.' | '!' | '?' | ';' | '…') && next.is_none_or(|next| !next.is_alphanumeric());
        if ends || sign == '\n' {
            let end = at + sign.len_utf8();
            sentences.extend(text.get(start..end));
            start = end;
        }
    }
    sentences.extend(text.get(start..));
    sentences
}
