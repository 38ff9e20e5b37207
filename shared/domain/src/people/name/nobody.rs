//! What stands where a name is missing: words of programs, forms and shops, and what WhatsApp says of somebody.

use super::has;
use crate::fold::fold;

/// Words that name nobody, folded. Beside a name they are left out.
const NOTHING: &str = "\
    admin administrador administrator anonimo anonima anonymous balcao client cliente clientes consumidor consumidora \
    contact contacto contato convidada convidado customer desconhecido desconocido empty firstname fname fullname guest \
    hospede huesped invitada invitado lastname lead leads lname mostrador name nan nil noname nombre nome none null nulo \
    paciente prospect prospecto prueba pruebas publico test teste tester testes testing undefined unknown user usuario \
    vacio vazio whatsapp";
/// Words that name nobody beside one of these, folded: `novo contato`, `consumidor final`.
const BESIDE: &str = "\
    a al ao avulso caller da de del do el em en final first full general geral last meu mi minha my new nova novo nueva \
    nuevo number numero o primer sem seu sin su the tu um un una varejo venda vendas venta ventas y your";
/// Whole texts, as some of their words are names or parts of names.
const WHOLE: &str = "\
    apellido, false, first last, n a, n d, n n, na, nadie, nao, nao sei, nao tem, ninguem, nn, no, no aplica, no se, no \
    tiene, nobody, nombre apellido, nombre y apellido, nome e sobrenome, nome sobrenome, nome completo, nombre completo, \
    not available, not set, object object, s n, s nombre, s nome, sem, si, sim, sin, sn, sobrenome, to be defined, true, \
    whatsapp business, x, xx, yes";
/// What people say of themselves at WhatsApp, most of it of its own list.
const ABOUT: &str = "\
    at school, at the gym, at the movies, at work, available, bateria acabando, bateria baja, bateria fraca, battery about \
    to die, busy, can t talk whatsapp only, disponible, disponivel, dormindo, durmiendo, em reuniao, en clase, en el cine, \
    en el gimnasio, en el trabajo, en la escuela, en reunion, en una reunion, hey there i am using whatsapp, hola estoy \
    usando whatsapp, in a meeting, na academia, na escola, nao posso falar somente whatsapp, no cinema, no puedo hablar \
    solo whatsapp, no trabalho, ocupada, ocupado, oi eu estou usando o whatsapp, ola eu estou usando o whatsapp, ola estou \
    usando o whatsapp, sleeping, so chamadas urgentes, so urgencias, solo llamadas urgentes, solo urgencias, somente \
    chamadas urgentes, somente urgencias, urgent calls only";
/// What there is not, after one of [`DENIALS`].
const LACKED: &str = "\
    apellido cadastrar cadastro contacto contato dados data datos especificar identificacao identificacion identificar \
    info informacao informacion name nombre nome provided registrar registro set sobrenome";
const DENIALS: [&str; 6] = ["nao", "no", "non", "not", "sem", "sin"];
/// Ends of participles: `não identificado`.
const PARTICIPLES: [&str; 5] = ["ada", "ado", "ida", "ido", "fied"];
/// Rows of keys, and of the alphabet.
const ROWS: [&str; 4] = ["abcdefghijklmnopqrstuvwxyz", "asdfghjkl", "qwertyuiop", "zxcvbnm"];

/// Whether a whole text, folded, says that there is no name.
pub(super) fn is_nobody(folded: &str) -> bool {
    let whole = |list: &str| list.split(',').any(|known| known.trim() == folded);
    let mut words = folded.split(' ');
    let denied = words.next().is_some_and(|first| DENIALS.contains(&first));
    let lacks = |word: &str| has(LACKED, word) || PARTICIPLES.iter().any(|end| word.ends_with(end));
    whole(WHOLE) || whole(ABOUT) || (denied && words.next().is_some_and(lacks))
}

/// Without the words that name nobody; nothing if the others only stand beside these.
pub(super) fn somebody(mut words: Vec<String>) -> Vec<String> {
    let before = words.len();
    words.retain(|word| !is_nothing(&fold(word)));
    if words.len() < before && words.iter().all(|word| has(BESIDE, &fold(word))) {
        return Vec::new();
    }
    words
}

fn is_nothing(folded: &str) -> bool {
    let once = folded.split_at_checked(folded.len() / 2).filter(|(a, b)| a == b).map_or(folded, |(half, _)| half);
    has(NOTHING, folded) || (once.len() > 2 && ROWS.iter().any(|row| row.starts_with(once)))
}
