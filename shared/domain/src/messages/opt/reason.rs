//! Keywords with a reason: `Sair, não sou cliente`, `Stop because we moved`.

use super::Wish;
use super::alone::{STOPS, alone};
use super::lexicon::Class;
use super::sentence::Sentence;

/// The most words of a reason.
const LONGEST: usize = 16;

/// How many words after a negation its subject stands at most: `não sou mais um cliente`.
const NEAR: usize = 5;

/// Words that lead to a reason and are none.
const LEADS: &[&str] = &[
    "porque", "porq", "pq", "pois", "por", "ja", "que", "eu", "nos", "e", "y", "o", "a", "es", "pues", "ya", "yo",
    "xq", "because", "bc", "cuz", "cause", "coz", "since", "as", "i", "we", "im", "ive", "m", "am", "are", "re", "ve",
    "have", "and", "is", "just", "desculpa", "desculpe", "perdon", "sorry", "aqui", "esse", "este", "this", "so",
    "acho", "creo", "me",
];

const NOS: &[&str] =
    &["nao", "n", "nn", "naum", "nunca", "jamais", "nem", "no", "jamas", "not", "never", "dont", "don", "t", "longer"];

/// After a negation: no customer, no acquaintance, no home there, no pet.
const DENIED: &[&str] = &[
    "cliente",
    "clientes",
    "clienta",
    "customer",
    "customers",
    "client",
    "clients",
    "conheco",
    "conhecemos",
    "conozco",
    "conocemos",
    "know",
    "moro",
    "moramos",
    "vivo",
    "vivimos",
    "live",
    "resido",
    "compro",
    "compre",
    "comprei",
    "bought",
    "buy",
    "frequento",
    "frequentei",
    "fui",
    "estive",
    "estuve",
    "been",
    "went",
    "pet",
    "pets",
    "cachorro",
    "cachorros",
    "cachorra",
    "dog",
    "dogs",
    "cat",
    "cats",
    "gato",
    "gata",
    "gatos",
    "mascota",
    "mascotas",
    "perro",
    "perra",
    "perros",
    "animal",
    "animais",
    "animales",
    "bicho",
    "uso",
    "use",
    "cadastrei",
    "registre",
    "inscrevi",
    "pedi",
    "autorizei",
    "signed",
    "subscribed",
    "pertenezco",
    "interesa",
    "interesan",
    "interessa",
    "interesse",
    "interested",
];

/// `Meu cachorro morreu`, `we moved`.
const HAPPENED: &[&str] = &[
    "mudei",
    "mudamos",
    "mude",
    "mudo",
    "mudamo",
    "moved",
    "moving",
    "relocated",
    "died",
    "dead",
    "morreu",
    "faleceu",
    "murio",
    "fallecio",
    "partiu",
    "vendi",
    "doei",
    "sold",
];

/// Reasons of several words.
const PHRASES: &[&str] = &[
    "passed away",
    "passed on",
    "passed",
    "was put down",
    "is gone",
    "estrelinha",
    "ya no esta con nosotros",
    "numero nao e mais",
    "numero ya no es",
    "number belongs",
    "no longer belongs",
    "wrong number",
    "wrong person",
    "numero errado",
    "pessoa errada",
    "numero equivocado",
    "persona equivocada",
    "lost my dog",
    "lost my cat",
    "perdi meu cachorro",
    "perdi mi perro",
    "perdi a mi perro",
    "moro em outra",
    "moro em outro",
    "moro longe",
    "vivo en otra",
    "vivo en otro",
    "vivo lejos",
    "live in another",
    "live far",
    "live elsewhere",
    "quem sao voces",
    "quem e voce",
    "quienes son",
    "quien eres",
    "who is this",
    "who are you",
];

/// `Já tenho outro pet shop`
const ANOTHER: &[&str] =
    &["outro", "outra", "otro", "otra", "another", "different", "new", "novo", "nova", "nuevo", "nueva"];
const PLACES: &[&str] = &[
    "pet",
    "petshop",
    "pet shop",
    "clinica",
    "clinic",
    "vet",
    "veterinario",
    "veterinaria",
    "veterinarian",
    "shop",
    "store",
    "groomer",
    "loja",
    "tienda",
    "salao",
    "salon",
    "barbeiro",
    "barbearia",
    "barber",
    "barberia",
    "peluqueria",
    "peluquero",
    "estetica",
    "fornecedor",
    "proveedor",
    "provider",
    "lugar",
    "place",
    "one",
    "dentista",
    "dentist",
    "empresa",
    "company",
];

/// How a clause begins that may be a reason.
const BEGINNINGS: &[&str] = &[
    "nao", "no", "not", "never", "nunca", "ja", "ya", "i", "im", "ive", "we", "my", "our", "meu", "minha", "mi",
    "porque", "pq", "because", "pois", "me", "don", "dont", "eu", "yo", "n", "since", "pues",
];

/// The wish of a keyword with a reason, before it or after it. Of other clauses after a keyword the person is asked.
pub(super) fn reasoned(sentences: &[Sentence<'_>], asks: bool) -> Option<Wish> {
    let clauses: Vec<Sentence<'_>> = sentences.iter().flat_map(Sentence::clauses).collect();
    let first = clauses.first()?;
    let lead = first
        .words
        .iter()
        .take_while(|word| matches!(word.class, Class::Noise | Class::Want) || matches!(word.text, "eu" | "yo" | "i"));
    let at = lead.count();
    if let Some(word) = first.words.get(at)
        && STOPS.contains(&word.text)
    {
        let tail = std::iter::once(text(first.after(at)));
        let tail = tail.chain(clauses.iter().skip(1).map(|clause| text(&clause.words)));
        let tail: Vec<String> = tail.filter(|clause| !clause.is_empty()).collect();
        if reason(&tail.join(" ")) {
            return Some(wish(first));
        }
    }
    let stops = |clause: &Sentence<'_>| alone(std::slice::from_ref(clause)) == Some(Wish::Out);
    let keyword = clauses.iter().find(|clause| stops(clause))?;
    if clauses.iter().any(|clause| !stops(clause) && reason(&text(&clause.words))) {
        return Some(wish(keyword));
    }
    let begins = clauses.iter().skip(1).find(|clause| !clause.words.is_empty())?;
    let begins = text(&begins.words);
    let words = clauses.iter().map(|clause| clause.words.len()).sum::<usize>();
    let may = !asks && stops(first) && wish(first) == Wish::Out && words <= LONGEST;
    (may && begins.split(' ').next().is_some_and(|word| BEGINNINGS.contains(&word))).then_some(Wish::Unsure)
}

/// `Cancelar` may be of an appointment, whatever the reason.
fn wish(keyword: &Sentence<'_>) -> Wish {
    let called_off = keyword.has(Class::Cancel) || keyword.has(Class::Remove);
    if called_off { Wish::Unsure } else { Wish::Out }
}

fn text(words: &[super::lexicon::Word<'_>]) -> String {
    words.iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
}

/// Whether the clause begins with a reason for which a person leaves.
fn reason(clause: &str) -> bool {
    let words: Vec<&str> = clause.split(' ').skip_while(|word| LEADS.contains(word)).collect();
    let Some(first) = words.first() else { return false };
    if words.len() > LONGEST {
        return false;
    }
    let near = || words.iter().take(NEAR + 1);
    let another = || {
        let mut after = near().skip_while(|word| !ANOTHER.contains(word)).skip(1).take(2);
        after.any(|word| PLACES.contains(word))
    };
    // `Já tenho veterinário`
    let has_one = matches!(*first, "tenho" | "tengo" | "temos" | "tenemos" | "got")
        && words
            .iter()
            .skip(1)
            .find(|word| !matches!(**word, "um" | "uma" | "un" | "una" | "a" | "meu" | "minha" | "mi"))
            .is_some_and(|word| PLACES.contains(word));
    has_one
        || NOS.contains(first) && near().any(|word| DENIED.contains(word))
        || near().any(|word| HAPPENED.contains(word))
        || PHRASES.iter().any(|phrase| near().copied().collect::<Vec<_>>().join(" ").contains(phrase))
        || another()
}
