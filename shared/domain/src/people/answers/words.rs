//! The words of three languages that a reply is read by, folded.

use super::tokens::{Kind, Token};

/// Words with blanks between them, or phrases with commas.
#[derive(Clone, Copy)]
pub(super) struct Words(pub(super) &'static str);

impl Words {
    /// Whether the word is among them.
    pub(super) fn have(self, word: &str) -> bool {
        self.0.split_whitespace().any(|known| known == word)
    }

    /// The phrases, each with single blanks between its words.
    pub(super) fn phrases(self) -> impl Iterator<Item = &'static str> {
        self.0.split(',').map(str::trim)
    }
}

/// What a phrase announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Name,
    City,
    Birthday,
    Gender,
}

/// How sure the value after a phrase must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// No more than the phrase.
    Nothing,
    /// A colon after the phrase, or capitals.
    Colon,
    /// Capitals.
    Capitals,
    /// A first name or a city that is well known.
    Known,
}

/// Phrases that announce an answer.
const PHRASES: &[(Topic, Needs, Words)] = &[
    (
        Topic::Name,
        Needs::Nothing,
        Words(
            "\
            chamome, me chamo, me llamo, meu nome completo e, meu nome e, mi nombre completo es, mi nombre es, my \
            full name is, my name is, my names",
        ),
    ),
    (
        Topic::Name,
        Needs::Colon,
        Words("full name, meu nome, mi nombre, my name, name, nombre, nombre completo, nome, nome completo"),
    ),
    (
        Topic::Name,
        Needs::Capitals,
        Words("call me, llamame, me chame de, pode me chamar de, puede llamarme, puedes llamarme, you can call me"),
    ),
    (
        Topic::Name,
        Needs::Known,
        Words("aqui e, aqui e a, aqui e o, i am, im, sou, sou a, sou o, soy, soy el, soy la, this is"),
    ),
    (
        Topic::City,
        Needs::Nothing,
        Words(
            "\
            i live in, mi ciudad es, minha cidade e, moro em, moro na cidade de, my city is, resido em, resido en, \
            vivo em, vivo en, vivo en la ciudad de",
        ),
    ),
    (Topic::City, Needs::Colon, Words("cidade, city, ciudad, mi ciudad, minha cidade, my city")),
    (Topic::City, Needs::Capitals, Words("moro no")),
    (
        Topic::City,
        Needs::Known,
        Words("i am from, im from, sou da, sou da cidade de, sou de, sou do, soy de, soy de la ciudad de, soy del"),
    ),
    (
        Topic::Birthday,
        Needs::Nothing,
        Words(
            "\
            aniver, aniversario, bday, birthday, born, cumple, cumpleanos, cumplo, data de aniversario, data de nascimento, \
            date of birth, dob, fecha de nacimiento, i was born, meu aniversario, meu niver, mi cumple, mi \
            cumpleanos, my bday, my birthday, naci, nacimiento, nasci, nascimento, niver",
        ),
    ),
    (
        Topic::Gender,
        Needs::Nothing,
        Words("gender, genero, meu genero, meu sexo, mi genero, mi sexo, my gender, sex, sexo"),
    ),
];
/// Words that join two answers, as written in lower case: `é` is no `e`.
pub(super) const AND: Words = Words("and e y");
/// Words that part what is said of a date from another matter, as written in lower case.
pub(super) const BUT: Words = Words("but mas pero porém porem");
/// Last words of what announces an answer.
pub(super) const LABELS: Words = Words(
    "\
    aniver aniversario aqui bday birth birthday cidade city ciudad completo correio correo cumple cumpleanos email emails \
    gender genero mail nacimiento name names nascimento niver nombre nome sex sexo",
);
/// After these a phrase says the contrary.
pub(super) const NEGATIONS: Words = Words("dont nao nem never ni no not nunca");
/// Words before a point that ends no sentence.
pub(super) const SHORTENED: Words =
    Words("a b c d dr dra g h ing j k l lic ma mr mrs ms p prof profa q r s sr sra srta t v w");
/// Greetings and courtesies, which answer nothing.
pub(super) const GREETINGS: Words = Words(
    "\
    abraco, abs, beijo, bjs, boa noite, boa tarde, bom dia, buen dia, buenas, buenas noches, buenas tardes, buenos \
    dias, con gusto, good afternoon, good evening, good morning, gracias, hello, hey, hi, hola, muchas gracias, \
    mucho gusto, muito obrigada, muito obrigado, muito prazer, nice to meet you, obg, obrigada, obrigado, oi, oie, \
    oii, ola, opa, please, pls, por favor, porfa, porfavor, prazer, saludos, thank you, thanks, thx, todo bien, tudo \
    bem, tudo bom, um abraco, un abrazo, un gusto, un saludo, valeu, vlw",
);
/// Words around a day of birth.
pub(super) const BIRTH: Words = Words(
    "\
    aniver aniversario anos apenas bday bdays birth birthday born cumple cumpleanos cumplo data date dn dob fecha fn nac naci nacida \
    nacido nacimiento nasc nasci nascida nascido nascimento niver only so soh solo somente um un",
);
/// Words that say nothing by themselves.
pub(super) const NEUTRAL: Words = Words(
    "\
    a ahi ai al an aqui at da de del dia do e el em en es esse esta este eu faco foi hago here i im in is its ja \
    la lo meu mi mine mines minha mio my na o of on os segue seguem sigue sou soy tengo tenho the u was y ya yo",
);
/// Words around an address.
pub(super) const EMAIL: Words = Words("address correio correo electronico eletronico email emails mail");
/// Words that say that an address is not in use.
pub(super) const DOUBTS: Words = Words("antiga antigo equivocado errada errado old velho viejo wrong");
/// People who are not the customer.
pub(super) const OTHERS: Words = Words(
    "\
    abuela abuelo amiga amigo avo baby bebe boss boyfriend brother chefe child children comadre compadre cunada cunado \
    cunhada cunhado dad daughter daughters dela dele ella esposa esposo father filha filhas filho filhos friend \
    girlfriend grandma grandpa grandson hermana hermano hija hijas hijo hijos husband irma irmao jefe kid kids madre mae \
    mama marido mom mother mulher mujer namorada namorado neta neto nieta nieto novia novio padre pai papa partner \
    prima primo sister sobrinha sobrinho sobrina sobrino sogra sogro son sons suegra suegro vecina vecino vizinha \
    vizinho wife",
);
/// Pets, which are born too.
pub(super) const PETS: Words = Words(
    "\
    bicho bichinho cachorra cachorrinha cachorrinho cachorro cadela cao cat cats coelho conejo dog doggy dogs gata \
    gatinha gatinho gatito gato kitten mascota perra perrita perrito perro pet pets pup puppy",
);
/// Of [`OTHERS`] and words of a gender those by which somebody is called who reads the reply.
pub(super) const ADDRESSED: Words = Words(
    "\
    amiga amigo caballero chica comadre compadre dama girl guy lady menina moca moco rapaz senhora senor senora varon",
);
/// Words of one's own, also in verbs.
pub(super) const OWN: Words =
    Words("chamo cumplo eu faco i im llamo me meu mi mine mines minha mio moro my naci nasci resido sou soy vivo yo");
/// Words before a thing of somebody else.
pub(super) const OTHERS_OWN: Words = Words("her his nossa nosso nuestra nuestro our seu sua su sus their");
/// Words before a thing that has not been named.
pub(super) const INDEFINITE: Words = Words("an um un");
/// Words of who has written to an address.
pub(super) const SENT: Words = Words("emailed enviei escrevi escribi mandei sent wrote");
/// Words before an address that one has written to.
pub(super) const TO: Words = Words("a al at em en no para pra pro to");
/// Verbs of what another's day of birth is, or has been.
pub(super) const TURNS: Words = Words("completa completou faz fez nacio nasceu turned turns");
/// Words of a day of birth.
pub(super) const BIRTHDAY: Words =
    Words("aniver aniversario bday birth birthday born cumple cumpleanos nacimiento nascimento niver");
/// Words before what there is not.
pub(super) const LACKING: Words = Words("sem sin without");
/// What is denied where there is no answer.
pub(super) const HAVING: Words = Words(
    "dar digo dizer have informar lembro passar poseo possuo quero quiero recuerdo sei share tem tenemos tengo tenho \
    temos use uso want",
);
/// Words that mean a gender if they stand in an answer, and are called out too.
pub(super) const CALLED: Words = Words("f homem hombre m man mujer mulher woman");
/// Words of a yes.
pub(super) const YES: Words = Words("aceito acepto autorizo quero quiero si sim sip yeah yep yes yup");
/// Words that agree before an answer, where no yes was asked for.
pub(super) const AGREES: Words = Words("que si sim sip yeah yep yes");
/// Replies that decline news, and say nothing by themselves where something else was asked.
pub(super) const DECLINES: Words = Words(
    "\
    de momento no, dispenso, im not interested, nao estou interessada, nao estou interessado, nao me interessa, nao me \
    interesso, nao tenho interesse, no estoy interesada, no estoy interesado, no me interesa, no momento nao, no por \
    ahora, no tengo interes, not for now, not interested, not really, por ahora no, por el momento no, por enquanto \
    nao, por hora nao",
);
/// Short replies that may say how one is instead.
pub(super) const HOW_ONE_IS: Words = Words(
    "bem, bien, boa, bom, buena, bueno, estou bem, estoy bien, fine, good, great, muito bem, muy bien, todo bien, tudo bem",
);
/// Words that permit.
pub(super) const PERMITS: Words = Words("dale pode podem podes puede pueden puedes");
/// Words of a yes that also only confirm that a message was read.
pub(super) const WEAK_YES: Words = Words("certeza claro dale ok okay pode podem supuesto sure vale");
/// Words of a no.
pub(super) const NO: Words = Words("dont jamais jamas nah nao never no nop nope nunca");
/// What the yes or no is about.
pub(super) const NEWS: Words = Words(
    "\
    consent consentimento consentimiento marketing news newsletter novedad novedades novidade novidades oferta \
    ofertas offers promocao promocion promociones promocoes promotions publicidad publicidade",
);
/// What one wishes to happen with news.
pub(super) const WISHES: Words = Words(
    "\
    aceito acepto autorizo desejo deseo envia enviar gostaria gustaria like manda mandar mande quero quiero receber \
    receive recibir send want",
);
/// Words around a yes or no.
pub(super) const CONSENT_FILL: Words = Words(
    "\
    a as com de desejo deseo do envia enviar eu favor get gostaria gracias hear i las like los mais manda mandar \
    mande mandenme mas me mensagens mensajes messages muito obrigada obrigado of please por puede pueden puedes que \
    receber receive recibir send sobre sua suas sus thanks the to updates want would yo your",
);
/// Words of a woman.
pub(super) const FEMALE: Words = Words("fem female femenina femenino feminina feminino mujer mulher woman");
/// Words of a man.
pub(super) const MALE: Words = Words("hombre homem male man masc masculino");
/// Other words of a woman, by which somebody is called too.
pub(super) const WOMEN: Words = Words("chica dama girl lady menina moca senhora senora");
/// Other words of a man, by which somebody is called too.
pub(super) const MEN: Words = Words("caballero guy moco rapaz senhor senor varon");
/// Words of neither, in one word or after a no.
pub(super) const NEITHER: Words =
    Words("enby naobinaria naobinarie naobinario nobinaria nobinarie nobinario nonbinary");
/// What is denied by who is neither.
pub(super) const BINARY: Words = Words("binaria binarie binario binary");
/// Words of neither, which mean other things too.
pub(super) const OTHER: Words = Words("other otro outro");
/// Words around a gender.
pub(super) const GENDER_FILL: Words = Words("a am do i im sou soy um uma un una");
/// Words that announce a gender.
pub(super) const GENDER_LABEL: Words = Words("gender genero sex sexo");
/// Small words inside names.
pub(super) const PARTICLES: Words = Words("da das de del do dos du la las los van von");
/// Words before a city.
pub(super) const INSIDE: Words = Words("em en in");
/// Words before a city that stand before other things too.
pub(super) const FROM: Words = Words("da de del do from");
/// Words of sentences, of [`NO_NAME`] or of a yes, that are surnames too.
pub(super) const SURNAMES: Words = Words(
    "bueno calle caro claro corte cuesta dale day deus dia dias ella feliz good hope julho mayo mercado mora moro vale",
);
/// Of them those that customers write in lower case too, as nobody writes them after a first name otherwise.
pub(super) const PLAIN_SURNAMES: Words = Words("dias mercado");
/// First names that are words of sentences too.
pub(super) const WORD_NAMES: Words = Words(
    "\
    amparo angeles asuncion caridad cielo concepcion consuelo ella encarnacion esperanza estrella faith fe grace \
    gracia hope inmaculada joy luna nieves paz piedad remedios rose salud socorro sol trinidad",
);
/// First names that sentences in lower case begin with.
pub(super) const NAMED_THINGS: Words =
    Words("alba aurora blanca dulce flor gloria justin linda luz mark mercedes norma rosa soledad vera will");
/// Words of sentences: with one of them a text is neither a name nor a city. The particles of names are not among them.
pub(super) const NO_NAME: Words = Words(
    "\
    descanso ligar night nos pascoa semana vemos \
    a abaixo abajo abencoe abre abrem abren acho acima acordo adios adorei afe aff agenda agendar agora agosto \
    aguardo ah ahi ahora ai ainda ajuda algo alguem algum alguma alla alli am amanha amei amem amiga amigo an \
    and aniversario anonimo anos antes apartamento apto aqui as ata ate atende atendimento aun aunque avenida \
    ayer ayuda bairro baja banho bano barrio bath beleza bem bien birthday bloqueado blz boas bom bonito bora \
    born bueno but bye cabelo cachorro cadastro cade cadela calle calma cancel cancelar cansei capital cara caro \
    casa centro cerca certa certo chacara chao cheers christmas claro cliente com combinada combinado comigo \
    como comprar con condominio consulta conta contato cool correcto correto corte cualquier cuando cuanto \
    cuesta cumple cumpleanos cumplo cupom cupon custa custam custo dado dados dale dame day deixa depois \
    desconto descuento desculpa desde deus dezembro dia dias diciembre diga dinheiro disse dog dois donde done e \
    edificio eh eita el ela ele ella email en endereco enero enfim engano entendi entendo entiendo entrega \
    enviar envio equivocado era errado es esa espera espere esposa esposo essa esse esta estan estava este estou \
    estoy eu excelent excelente exterior fala falar far favor fazenda febrero fechado fechou feito feliz female \
    femenino feminino festas fevereiro ficou filha filho fim fine flat foi for fora frente friday from fue fui \
    funciona gato genial gente good gostaria gostei gosto gracias great greeting ha hablar hacer haha happy hay \
    hello help hey hi hija hijo hmm hoje hola hombre home homem hope hora horario horarios horas hours how hoy \
    hum i im in interessado interested interior ir irma irmao is isso it ja jaja jajaja jueves julho junho junio \
    kkk kkkk later legal let lista listo live lives lo local loja lol longe luego lugar lunes madre mae maio \
    mais mal male manana manda mandei mando manha marcar marido martes mas masculino maybe mayo me mejor melhor \
    menos mensagem mercado merry mesmo meu mi miercoles minha mio monday mora moro mother muda mudei mudou muita \
    muito mujer mulher muy my na naci nacimiento nacio nada nadie name nao nasceu nasci nascimento near necesito \
    nem nenhum ni nice ninguem ninguno niver no nobody noche noite nombre nome none nops nossa not nothing \
    novembro noviembre now null nunca o obg obrigada obrigado octubre oi oie ok okay ola onde only ontem opa or \
    other otima otimo otra otro ou outra outro outubro oxe pagar pago pai para parabens parar pare passo pedido \
    pelo perfect perfecto perfeito pero perto pet please pode podem poderia podia points pontos por porfa porque \
    posso pq prazer precio preciso preco predio price problema producto produto promocao promocion pronto pueblo \
    puede puedo pues puntos q quais qual quando quanta quanto quarta que quem quero quiero quinta quizas recebi \
    recebido recibido reclamacao reclamo resido rs rsrs rua sabado sabe sair salao salir salon saturday se \
    secreto see segredo segue segunda seguro sei sempre sent septiembre sera servicio servico setembro seu sexo \
    sexta show si siempre sim sin sitio sla sobre soh solo somos sorry sou soy still stop su sua sunday sure \
    sussa ta tal talvez tambem tambien tarde tb tbm tchau te tem temos tenemos tengo tenho ter terca test teste \
    thank thanks that the then there this thursday ti tiene tienen to todo todos tomorrow top tosa town trabajo \
    trabalho tranquila tranquilo tres tu tudo tuesday uau um uma un una undefined unha unsubscribe until urgente \
    usted vacina vacuna vai vale valeu valor vamos vc vcs veo ver veterinario vez viernes village vish viu vive \
    vivo vixe vlw voce voces volver vos vou voy wait want was we wednesday what when where which who why work \
    wow y ya yes yo you your",
);
/// The phrase that tokens begin with.
pub(super) struct Phrase {
    pub(super) topic: Topic,
    pub(super) needs: Needs,
    /// In tokens, with the colon if there is one.
    pub(super) len: usize,
    pub(super) colon: bool,
}

/// The longest phrase at the start of the tokens.
pub(super) fn phrase(tokens: &[Token<'_>]) -> Option<Phrase> {
    let all =
        PHRASES.iter().flat_map(|(topic, needs, words)| words.phrases().map(move |words| (*topic, *needs, words)));
    let found = all.filter_map(|(topic, needs, words)| {
        let mut len = 0;
        for word in words.split(' ') {
            tokens.get(len).filter(|token| token.kind == Kind::Word && token.folded == word)?;
            len += 1;
        }
        let colon = tokens.get(len).is_some_and(|token| matches!(token.kind, Kind::Sign(':' | '-' | '=' | '–')));
        // `Ciudad Juárez` is a name.
        let bare = len == 1 && topic == Topic::City && !colon;
        (!bare).then_some(Phrase { topic, needs, len: len + usize::from(colon), colon })
    });
    found.max_by_key(|phrase| phrase.len)
}

/// Of how many words the phrase is that parts the tokens from what stands before; `None` if there is none, or only one
/// that may stand in any sentence.
pub(super) fn phrase_at(tokens: &[Token<'_>]) -> Option<usize> {
    let phrase = phrase(tokens)?;
    let sure = match phrase.needs {
        Needs::Nothing | Needs::Capitals => true,
        Needs::Colon => phrase.colon,
        Needs::Known => false,
    };
    sure.then_some(phrase.len)
}
