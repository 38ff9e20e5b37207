//! What a customer wants, by the phrases that say it.

use super::words::{Phrases, Words};

/// Answers of so many words at most are a yes, a no, a greeting or thanks.
const SHORT: usize = 4;

const OPT_OUT: Phrases = Phrases(
    "parar de receber, nao quero mais receber, nao quero receber, nao me mande mais, nao me mandem mais, nao \
     mandem mais, nao manda mais, pare de me mandar, parem de mandar, para de mandar, descadastrar, me tira da \
     lista, me tirem da lista, cancelar as mensagens, darme de baja, dar de baja, dame de baja, no quiero recibir, \
     no quiero mas mensajes, no me escriban, no me escribas, no me manden, no me mandes, dejen de escribir*, deja \
     de escribir*, no mas mensajes, no mas promociones, unsubscribe, stop sending, stop messaging, stop writing, \
     dont message me, dont send me, remove me, take me off, opt out, no more messages",
);
/// These end messages only if they are all that is written.
const OPT_OUT_ALONE: Phrases = Phrases("sair, parar, pare, baja, stop, salir, cancelar promocoes");
const PERSON: Phrases = Phrases(
    "atendente*, humano, humana, com alguem, com uma pessoa, pessoa de verdade, pessoa real, com o dono, com a \
     dona, com gerente, com o gerente, con alguien, una persona, con un asesor, con una asesora, asesor, asesora, \
     con el dueno, con la duena, con el gerente, con el encargado, real person, a person, a human, to someone, to \
     somebody, with someone, an agent, the manager, the owner, a representative",
);
const ROBOT: Phrases = Phrases(
    "robo, voce e um bot, e um bot, bot, chatbot, maquina, robot, eres un bot, inteligencia artificial, are you \
     real, are you human, are you a bot, are you an ai, an ai",
);
const COMPLAINT: Phrases = Phrases(
    "reclamacao, reclamar, reclamo, queja, quejarme, complain*, reembolso, refund, pessimo, pesimo, horrivel, \
     horrible, terrible, decepcionad*, disappointed, mal atendid*, procon, estafa, golpe, dinheiro de volta, \
     devolvam, money back",
);
const URGENT: Phrases = Phrases(
    "urgente, urgencia, emergencia, urgent, emergency, passando mal, passou mal, sangrando, sangrado, convuls*, \
     bleeding, envenen*, poisoned, se siente muy mal, muito mal, muy mal",
);
const CHANGE: Phrases = Phrases(
    "remarcar, desmarcar, cancelar, cancela, cancelem, mudar o horario, mudar meu horario, trocar o horario, mudar \
     a consulta, adiar, reagendar, reprogramar, cambiar mi cita, cambiar la cita, cambiar el turno, cambiar mi \
     turno, mover mi cita, mover la cita, aplazar, reschedule, cancel, change my appointment, move my appointment, \
     postpone, a que hora es mi cita, cuando es mi cita, cuando es mi turno, que horas e meu horario, que horas e \
     minha consulta, quando e minha consulta, quando e meu horario, when is my appointment, what time is my \
     appointment",
);
const BOOKING: Phrases = Phrases(
    "marcar, marco, agend*, reserv*, cita, citas, turno, turnos, appointment*, book, booking, schedule, horario \
     livre, horarios livres, tem horario, tem horarios, algum horario, um horario, tem vaga, vaga, vagas, \
     disponi*, disponib*, hay hora, tienen hora, una hora, un horario, hueco, cupo, cupos, horarios libres, libre \
     para, free time*, a free slot, slot, slots, availab*, encaix*, encaja*, come in, get in",
);
/// With the name of a service it is a wish for it.
const WISH: Phrases =
    Phrases("quero, queria, quiero, quisiera, gostaria, me gustaria, id like, i want, i need, preciso, necesito");
const HOURS: Phrases = Phrases(
    "abre, abrem, abren, abriran, abertos, aberto, aberta, abierto, abierta, abiertos, fecha que horas, fecham, \
     voces fecham, ate que horas, que horas fecha, cierra, cierran, hasta que hora, horario de funcionamento, \
     horario de atendimento, horario de atencion, que horario tienen, que horario tem, que horario, qual o \
     horario, qual e o horario, quais os horarios, qual horario, cual es el horario, cual es su horario, horarios \
     de, horario de voces, funciona, funcionam, atienden los, atendem aos, atendem no, trabalham aos, trabajan \
     los, open, opening, close, closing, closed, hours",
);
const PRICE: Phrases = Phrases(
    "preco, precos, quanto custa*, quanto e, quanto sai, quanto fica, quanto voces cobram, quanto cobram, valor, \
     valores, tabela, cuanto cuesta*, cuanto vale*, cuanto es, cuanto sale, cuanto cobran, precio, precios, \
     tarifa, tarifas, price, prices, how much, cost, costs, rates",
);
const SERVICES: Phrases = Phrases(
    "servicos, servico, servicios, servicio, services, o que voces fazem, que hacen, que ofrecen, o que oferecem, \
     what do you do, what do you offer",
);
const THANKS: Phrases =
    Phrases("obrigad*, obg, valeu, agradeco, gracias, agradezco, thanks, thank you, thx, brigad*, grata, grato");
const GREETING: Phrases = Phrases(
    "oi, oii, oie, ola, opa, bom dia, boa tarde, boa noite, hola, holaa, buenas, buenos dias, buen dia, hi, hello, \
     hey, good morning, good afternoon, good evening, alo, e ai",
);
const HOW_ARE_YOU: Phrases = Phrases(
    "tudo bem, tudo bom, como vai, como voces estao, como estas, como estan, que tal, todo bien, how are you, hows \
     it going",
);
const YES: Phrases = Phrases(
    "sim, isso, pode ser, claro, quero, ok, perfeito, combinado, blz, beleza, si, dale, listo, de una, bueno, \
     perfecto, quiero, vale, yes, yeah, yep, sure, okay, great, perfect, please do",
);
const NO: Phrases = Phrases(
    "nao, no, nope, agora nao, ahora no, not now, deixa, deja asi, por enquanto nao, por ahora no, nao precisa, no \
     hace falta, no need",
);
/// Who writes so wants to lead the mind astray, whatever else is asked.
const ASTRAY: Phrases = Phrases(
    "ignore, ignora, ignorar, suas instrucoes, tus instrucciones, sus instrucciones, your instructions, system \
     prompt, prompt",
);
/// Words of opening itself: what is asked is not only a free time.
const OPENING: Phrases = Phrases("abr*, abert*, abiert*, fecha*, cierr*, open*, clos*, funcion*, atencion");
const OFF_TOPIC: Phrases = Phrases(
    "piada, piadas, chiste, chistes, joke, jokes, poema, poem, futebol, futbol, football, copa, mundial, politica, \
     politics, presidente, president, receita de, receta de, recipe, clima, previsao, weather, noticia*, news, \
     python, codigo, code, matematica, math, instruc*, instrucoes, instructions, chatgpt, gpt, traduz*, traduce*, \
     translate, capital da, capital de, capital of, horoscopo, bitcoin, loteria, lottery, namorad*, novia, novio, \
     girlfriend, boyfriend",
);
/// A question with one of these is rather about the business.
const OF_THE_BUSINESS: Phrases = Phrases(
    "voces, vcs, ustedes, uds, tem, tienen, tenes, aceita*, acepta*, atende*, atiende*, fazem, faz, hacen, hace, \
     vendem, venden, do you, can you, are you, have you, is there, pontos, puntos, points, meu pedido, mi pedido, \
     my order, meu cachorro, meu gato, mi perro, mi gato, my dog, my cat, posso levar, puedo llevar, can i bring, \
     preciso levar, hay, trabalham, trabajan, dono, loja, tienda, can i, posso, puedo",
);

/// What a text wants; several things may be wanted at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wishes {
    pub opt_out: bool,
    pub person: bool,
    pub robot: bool,
    pub complaint: bool,
    pub urgent: bool,
    pub change: bool,
    pub booking: bool,
    /// It is a wish for a service, if it names one.
    pub wish: bool,
    pub hours: bool,
    pub price: bool,
    pub services: bool,
    pub thanks: bool,
    pub greeting: bool,
    pub how_are_you: bool,
    pub yes: bool,
    pub no: bool,
    pub astray: bool,
    pub off_topic: bool,
    pub of_the_business: bool,
}

impl Wishes {
    pub fn of(words: &Words) -> Self {
        let is_short = words.all.len() <= SHORT;
        let is_all = |phrases: Phrases| phrases.has(&words.folded().join(" "));
        let thanks = words.say(THANKS);
        let booking = words.say(BOOKING);
        Self {
            opt_out: words.say(OPT_OUT) || is_all(OPT_OUT_ALONE),
            person: words.say(PERSON) && !words.say(ROBOT),
            robot: words.say(ROBOT),
            complaint: words.say(COMPLAINT),
            urgent: words.say(URGENT),
            change: words.say(CHANGE),
            booking,
            wish: words.say(WISH),
            hours: words.say(HOURS) && (!booking || words.say(OPENING)),
            price: words.say(PRICE),
            services: words.say(SERVICES),
            thanks,
            greeting: words.say(GREETING),
            how_are_you: words.say(HOW_ARE_YOU),
            yes: is_short && words.say(YES),
            no: is_all(NO) || (is_short && thanks && words.all.first().is_some_and(|word| NO.has(&word.folded))),
            astray: words.say(ASTRAY),
            off_topic: words.say(OFF_TOPIC),
            of_the_business: words.say(OF_THE_BUSINESS),
        }
    }
}
