//! The words of three languages that a reply is read by, folded.

use super::tokens::{Kind, Token};

/// Words with blanks between them, or phrases with commas.
#[derive(Clone, Copy)]
pub(super) struct Words(&'static str);

impl Words {
    /// Whether the word is among them.
    pub(super) fn have(self, word: &str) -> bool {
        self.0.split_whitespace().any(|known| known == word)
    }

    /// Whether the word ends as one of them.
    pub(super) fn end(self, word: &str) -> bool {
        self.0.split_whitespace().any(|ending| word.ends_with(ending))
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
    /// A first name that is well known.
    KnownName,
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
        Needs::KnownName,
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
        Topic::Birthday,
        Needs::Nothing,
        Words(
            "\
            aniversario, bday, birthday, born, cumple, cumpleanos, cumplo, data de aniversario, data de nascimento, \
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
/// Last words of what announces an answer.
pub(super) const LABELS: Words = Words(
    "\
    aniversario aqui bday birth birthday cidade city ciudad completo correio correo cumple cumpleanos email emails \
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
    aniversario bday bdays birth birthday born cumple cumpleanos cumplo data date dn dob fecha fn nac naci nacida \
    nacido nacimiento nasc nasci nascida nascido nascimento niver um un",
);
/// Words that say nothing by themselves.
pub(super) const NEUTRAL: Words = Words(
    "\
    a ahi ai al an aqui at da de del dia do e el em en es esse esta este eu faco foi hago here i im in is its ja la \
    lo meu mi minha my na no o of on os segue seguem sigue sou soy tengo tenho the u was y ya yo",
);
/// Words around an address.
pub(super) const EMAIL: Words = Words("address correio correo electronico eletronico email emails mail");
/// Words of a yes.
pub(super) const YES: Words = Words("aceito acepto autorizo quero quiero si sim sip yeah yep yes yup");
/// Words that agree before an answer, where no yes was asked for.
pub(super) const AGREES: Words = Words("que si sim sip yeah yep yes");
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
/// Words of neither, which mean other things too.
pub(super) const OTHER: Words = Words("other otro outro");
/// Words around a gender.
pub(super) const GENDER_FILL: Words = Words("a am do i im sou soy um uma un una");
/// Words that announce a gender.
pub(super) const GENDER_LABEL: Words = Words("gender genero sex sexo");
/// Small words inside names.
pub(super) const PARTICLES: Words = Words("da das de del do dos du la las los van von");
/// Countries, which are no cities; `mexico` may be either.
pub(super) const COUNTRIES: Words = Words(
    "\
    argentina, bolivia, brasil, brazil, chile, colombia, costa rica, cuba, ecuador, espana, estados unidos, eua, \
    honduras, mexico, nicaragua, paraguay, peru, portugal, spain, united states, uruguay, usa, venezuela",
);
/// How verbs and what comes of them end.
pub(super) const ENDINGS: Words =
    Words("ei ou ado ada ido ida ando endo indo iendo mente cao cion ar er ir ing amos emos imos");
/// Words of sentences: with one of them a text is neither a name nor a city. The particles of names are not among them.
pub(super) const NO_NAME: Words = Words(
    "\
    a abaixo abajo abre abrem abren acho acima acordo adios adorei afe aff agenda agendar agora agosto ah ahi \
    ahora ai ainda ajuda algo alguem algum alguma alla alli am amanha amei amiga amigo an and aniversario \
    anonimo anos antes apartamento apto aqui as ata ate atende atendimento aun aunque avenida ayer ayuda bairro \
    baja banho bano barrio bath beleza bem bien birthday bloqueado blz bom bonito bora born bueno but bye cabelo \
    cachorro cadastro cade cadela calle cancel cancelar cansei capital cara caro casa centro cerca certa certo \
    chao claro cliente com combinada combinado comigo como comprar con consulta conta contato cool correcto \
    correto corte cualquier cuando cuanto cuesta cumple cumpleanos cumplo cupom cupon custa custam custo dado \
    dados dale dame day deixa depois desconto descuento desculpa desde dezembro dia dias diciembre diga dinheiro \
    disse dog dois donde e eh eita el ela ele ella email en endereco enero enfim engano entendi entendo entiendo \
    entrega enviar envio equivocado era errado es esa esposa esposo essa esse esta estan estava este estou estoy \
    eu excelent excelente exterior fala falar far favor febrero fechado fechou feliz female femenino feminino \
    fevereiro ficou filha filho fim fine foi for fora friday from fue funciona gato genial gente good gostaria \
    gostei gosto gracias great greeting ha hablar hacer haha hay hello help hey hi hija hijo hmm hoje hola \
    hombre home homem hora horario horarios horas hours how hoy hum i im in interessado interested interior ir \
    irma irmao is isso it ja jaja jajaja jueves julho junho junio kkk kkkk later legal let lista listo live \
    lives lo local loja lol longe lugar lunes madre mae maio mais mal male manana manda mandei mando manha \
    marcar marido martes mas masculino mayo me mejor melhor menos mensagem mercado mesmo meu mi miercoles minha \
    mio monday mora moro mother muda mudei mudou muita muito mujer mulher muy my na naci nacimiento nacio nada \
    nadie name nao nasceu nasci nascimento near necesito nem nenhum ni nice ninguem ninguno niver no nobody \
    noche noite nombre nome none nops nossa not nothing novembro noviembre now null nunca o obg obrigada \
    obrigado octubre oi oie ok okay ola onde only ontem opa or other otima otimo otra otro ou outra outro \
    outubro oxe pagar pago pai para parar pare passo pedido pelo perfecto perfeito pero perto pet please pode \
    podem poderia podia points pontos por porfa porque posso pq prazer precio preciso preco price problema \
    producto produto promocao promocion pronto puede puedo pues puntos q quais qual quando quanta quanto quarta \
    que quem quero quiero quinta quizas recebi recebido recibido reclamacao reclamo resido rs rsrs rua sabado \
    sabe sair salao salir salon saturday se secreto segredo segunda seguro sei sempre septiembre sera servicio \
    servico setembro seu sexo sexta si siempre sim sin sla sobre soh solo somos sorry sou soy still stop su sua \
    sunday sure sussa ta tal talvez tambem tambien tarde tb tbm tchau te tem temos tenemos tengo tenho ter terca \
    test teste thank thanks that the then there this thursday tiene tienen to todo todos tomorrow tosa trabajo \
    trabalho tranquila tranquilo tres tu tudo tuesday uau um uma un una undefined unha unsubscribe until urgente \
    usted vacina vacuna vai vale valeu valor vamos vc vcs veo ver veterinario vez viernes vish viu vive vivo \
    vixe vlw voce voces volver vos vou voy want was we wednesday what when where which who why work wow y yes yo \
    you your",
);
/// First names that are common in the three languages.
pub(super) const FIRST_NAMES: Words = Words(
    "\
    adriana alberto alejandra alejandro alice aline amanda ana andre andrea andres andrew angel angela anna anthony \
    antonio arthur ashley barbara beatriz bernardo betty bia brian bruna bruno caio camila camilo carlos carmen \
    carol carolina catalina cecilia cesar charles christopher claudia cristian cristina daniel daniela davi david \
    denise diana diego donna duda eduardo edward elena eliane elizabeth eloa emilio emily emma enrique enzo ernesto \
    esteban esther eva fabio fatima federico felipe felix fernanda fernando francisca francisco gabriel gabriela \
    george gerardo gloria gonzalo guadalupe guilherme guillermo gustavo hector heitor helena henrique hugo ignacio \
    ines irene isabel isabela isabella ivan jack jaime james javier jennifer jessica jesus jimena joao joaquin john \
    jorge jose josefa joseph joshua juan juana julia juliana julio karen karina karla kate katie kenneth kevin \
    kimberly larissa laura leonardo leticia linda lisa livia lorena lorenzo luana lucas lucia luis luisa luiz luiza \
    luz magdalena manuel manuela marcela marcelo marcia marcos margaret margarita maria mariana mario mark marta \
    martha martin mary mateus matheus matias matthew mauricio mercedes michael michelle miguel milagros monica nancy \
    natalia nicolas nina norma olivia oscar pablo paola patricia paul paula paulo pedro peter pilar rafael rafaela \
    ramon raquel raul regina renata ricardo richard rita robert roberto rocio rodrigo rosa rosana rosario ruben rui \
    samuel sandra santiago sara sarah sebastian sergio silvana silvia simone sofia sonia sophia steven susan susana \
    tatiana teresa thiago thomas tiago tomas valentina valeria vanessa vera veronica vicente victor victoria \
    vinicius viviana william ximena yolanda",
);
/// Cities that are known without capitals.
pub(super) const CITIES: Words = Words(
    "\
    aracaju, arequipa, asuncion, atlanta, austin, barcelona, barranquilla, belem, belo horizonte, bilbao, bogota, \
    boston, braga, brasilia, bucaramanga, buenos aires, cali, campinas, campo grande, cancun, caracas, cartagena, \
    chicago, chiclayo, ciudad de mexico, cochabamba, coimbra, concepcion, cordoba, cuenca, cuiaba, curitiba, cusco, \
    dallas, denver, faro, florianopolis, fortaleza, goiania, guadalajara, guarulhos, guatemala, guayaquil, houston, \
    joao pessoa, joinville, la habana, la paz, la plata, las vegas, leon, lima, lisboa, londrina, los angeles, \
    maceio, madrid, malaga, managua, manaus, maracaibo, medellin, mendoza, merida, miami, monterrey, montevideo, \
    natal, new york, niteroi, olinda, orlando, osasco, panama, pereira, phoenix, porto, porto alegre, puebla, \
    queretaro, quito, recife, ribeirao preto, rio de janeiro, rosario, salvador, san diego, san francisco, san jose, \
    san juan, san salvador, santa cruz, santiago, santo andre, santo domingo, santos, sao luis, sao paulo, seattle, \
    sevilla, sorocaba, tegucigalpa, teresina, tijuana, trujillo, uberlandia, valparaiso, vina del mar, vitoria, \
    zaragoza",
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
        Needs::KnownName => false,
    };
    sure.then_some(phrase.len)
}
