//! The whole sentences of the mind, in three languages.

use super::language::Language;

/// A sentence in each language: Spanish, Portuguese, English.
pub(super) type Sentence = [&'static str; 3];

pub(super) const HOW_CAN_I_HELP: Sentence = ["¿En qué puedo ayudar?", "Como posso ajudar?", "How can I help?"];
pub(super) const ALL_WELL: Sentence = ["¡Todo muy bien por aquí!", "Tudo ótimo por aqui!", "All good here!"];
pub(super) const THANKS: Sentence = [
    "¡Con mucho gusto! Aquí estamos para lo que necesites 😊",
    "Por nada! Qualquer coisa, é só chamar 😊",
    "You're welcome! Just write if you need anything else 😊",
];
pub(super) const YES: Sentence = [
    "¡Perfecto! Cualquier otra cosa, aquí estamos 😊",
    "Combinado! Se precisar de mais alguma coisa, é só chamar 😊",
    "Great! If you need anything else, just write 😊",
];
pub(super) const NO: Sentence = [
    "¡No hay problema! Cuando lo necesites, aquí estamos 😊",
    "Sem problema! Quando precisar, é só chamar 😊",
    "No problem! Just write whenever you need us 😊",
];
pub(super) const OPT_OUT: Sentence = [
    "Entendido, no enviaremos más promociones. Por aquí seguimos para lo que haga falta.",
    "Tudo bem, não vamos mais enviar promoções para você. Se precisar de algo, é só escrever.",
    "Understood, we won't send you any more promotions. If you need anything, you can always write to us.",
];
pub(super) const TO_A_PERSON: Sentence = [
    "¡Claro! Paso el mensaje al equipo y una persona responde por aquí.",
    "Claro! Vou passar sua mensagem para a equipe, e uma pessoa responde por aqui.",
    "Of course! I'll pass your message on to the team, and someone will reply to you here.",
];
pub(super) const COMPLAINT: Sentence = [
    "Lamento mucho lo que pasó. Se lo paso ya al equipo para que una persona responda por aquí.",
    "Sinto muito pelo que aconteceu. Vou passar agora para a equipe, e uma pessoa responde por aqui.",
    "I'm very sorry about that. I'm passing this on to the team so that someone can reply to you here.",
];
pub(super) const URGENT: Sentence = [
    "Entiendo que es urgente. Le aviso al equipo para que una persona responda por aquí lo antes posible.",
    "Entendo que é urgente. Vou avisar a equipe para que uma pessoa responda por aqui o quanto antes.",
    "I understand this is urgent. I'm letting the team know so that someone can reply to you here as soon as possible.",
];
pub(super) const CHANGE: Sentence = [
    "¡Claro! Paso el pedido al equipo para que revise la cita y responda por aquí.",
    "Claro! Vou passar seu pedido para a equipe, que vai ver seu horário e responder por aqui.",
    "Of course! I'll pass this on to the team. They'll look at your appointment and reply to you here.",
];
pub(super) const UNKNOWN: Sentence = [
    "No tengo ese dato a mano, pero se lo paso al equipo y responden por aquí.",
    "Não tenho essa informação aqui, mas vou passar para a equipe, que responde por aqui.",
    "I don't have that information, but I'm passing it on to the team. Someone will reply to you here.",
];
pub(super) const OFF_TOPIC: Sentence = [
    "En eso no puedo ayudar 😊 Por aquí atiendo solo temas de nuestro negocio: horarios, servicios y citas.",
    "Com isso eu não consigo ajudar 😊 Por aqui eu cuido só dos assuntos da nossa empresa: horários, serviços e agendamentos.",
    "I can't help with that one 😊 I'm only here for matters of our business: hours, services and appointments.",
];
pub(super) const NOT_UNDERSTOOD: Sentence = [
    "No entendí bien 🤔 Puedo ayudar con horarios, servicios y citas.",
    "Não entendi muito bem 🤔 Posso ajudar com horários, serviços e agendamentos.",
    "I didn't quite get that 🤔 I can help with our hours, services and appointments.",
];
pub(super) const ROBOT: Sentence = [
    "Soy una asistente virtual y trabajo junto al equipo. Para hablar con una persona, basta con escribirlo.",
    "Sou uma assistente virtual e trabalho junto com a equipe. Se preferir falar com uma pessoa, é só me dizer.",
    "I'm a virtual assistant and work alongside the team. If you'd rather talk to a person, just let me know.",
];
pub(super) const CANNOT_OPEN: Sentence = [
    "¡Recibido! Por aquí no puedo abrirlo. ¿Me cuentas en qué te ayudo?",
    "Recebido! Por aqui não consigo abrir. Me conta no que posso ajudar?",
    "Got it! I cannot open it here. What can I help you with?",
];
pub(super) const NOTED: Sentence = [
    "¡Anotado, gracias! ¿Te ayudo con algo más?",
    "Anotado! Posso ajudar com mais alguma coisa?",
    "Got it, thank you! Can I help with anything else?",
];
pub(super) const OFFER: Sentence =
    ["¿Te busco un horario?", "Quer que eu veja um horário?", "Would you like me to look for a time?"];
pub(super) const OUR_SERVICES: Sentence =
    ["Estos son nuestros servicios:", "Estes são os nossos serviços:", "Here are our services:"];
pub(super) const PRICES: Sentence = ["Estos son los precios:", "Estes são os valores:", "Here are the prices:"];
pub(super) const NO_SUCH_SERVICE: Sentence = [
    "Ese servicio no lo encuentro en nuestra lista. Le pregunto al equipo y responden por aquí.",
    "Esse serviço eu não encontrei na nossa lista. Vou perguntar para a equipe, que responde por aqui.",
    "I can't find that on our list. I'll ask the team, and someone will reply to you here.",
];
pub(super) const NO_PRICE: Sentence = [
    "No tengo ese precio a mano, así que se lo pregunto al equipo y responden por aquí.",
    "Não tenho esse valor aqui, então vou perguntar para a equipe, que responde por aqui.",
    "I don't have that price at hand, so I'll ask the team. Someone will reply to you here.",
];
pub(super) const NO_TIMES: Sentence = [
    "¡Claro! Paso el pedido al equipo y responden por aquí.",
    "Claro! Vou passar seu pedido para a equipe, que responde por aqui.",
    "Of course! I'll pass this on to the team, and they'll reply to you here.",
];
pub(super) const TIME_TAKEN: Sentence =
    ["Ese horario no está libre.", "Esse horário não está livre.", "I'm sorry, that time isn't free."];
pub(super) const DAY_FULL: Sentence = [
    "Ese día no tengo horarios libres.",
    "Nesse dia não tenho horário livre.",
    "I'm sorry, there's nothing free that day.",
];
pub(super) const THESE_ARE_FREE: Sentence =
    ["Tengo estos horarios libres:", "Tenho estes horários livres:", "These times are free:"];
pub(super) const WHICH_TIME: Sentence =
    ["¿Cuál te queda mejor?", "Qual fica melhor para você?", "Which one works best for you?"];
pub(super) const WHICH_DAY: Sentence =
    ["¿Qué día te queda mejor?", "Qual dia fica melhor para você?", "Which day works best for you?"];
pub(super) const WHICH_SERVICE: Sentence =
    ["¿Para qué servicio es?", "É para qual serviço?", "Which service is it for?"];
pub(super) const GLADLY: Sentence = ["¡Claro!", "Claro!", "Of course!"];
pub(super) const IS_IT_FINE: Sentence = ["¿Te queda bien?", "Pode ser?", "Does that work for you?"];
/// A service where the business names none.
pub(super) const SOME_SERVICE: Sentence = ["Cita", "Atendimento", "Appointment"];

pub(super) fn say(language: Language, sentence: Sentence) -> &'static str {
    sentence[place(language)]
}

pub(super) fn place(language: Language) -> usize {
    match language {
        Language::Spanish => 0,
        Language::Portuguese => 1,
        Language::English => 2,
    }
}
