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
    a ahi ai al an aqui at da de del dia do e el em en es esse esta este eu faco foi hago here i im in is its ja \
    la lo meu mi minha my na o of on os segue seguem sigue sou soy tengo tenho the u was y ya yo",
);
/// Words around an address.
pub(super) const EMAIL: Words = Words("address correio correo electronico eletronico email emails mail");
/// Words that say that an address is not the customer's, or not in use.
pub(super) const DOUBTS: Words = Words(
    "amiga amigo antiga antigo boss chefe daughter dele dela equivocado errada errado esposa esposo father filha filho friend hermana hermano hija hijo husband irma irmao jefe madre mae marido mother mulher mujer old padre pai sister brother son velho viejo wife wrong",
);
/// Words that mean a gender if they stand in an answer, and are called out too.
pub(super) const CALLED: Words = Words("f homem hombre m man mujer mulher woman");
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
/// Countries, which are no cities; `mexico` may be either.
pub(super) const COUNTRIES: Words = Words(
    "\
    argentina, bolivia, brasil, brazil, chile, colombia, costa rica, cuba, ecuador, espana, estados unidos, eua, \
    honduras, mexico, nicaragua, paraguay, peru, portugal, spain, united states, uruguay, usa, venezuela",
);
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
/// First names that are common in the three languages.
pub(super) const FIRST_NAMES: Words = Words(
    "\
    abel abigail adalberto adelaide ademir adolfo adriana adriano agustin agustina aida ailton airton alan alba \
    albert alberta alberto aldo alejandra alejandro alessandra alex alexa alexandra alexandre alexis alfonso \
    alfredo alice alicia aline alisson allan alma alondra altair alvaro amalia amanda amelia amparo ana anderson andre \
    andrea andres andressa andrew anelise angel angela angelica anita anna anthony antonella antonia antonio \
    ariana ariel arlete armando arnaldo arthur arturo ashley augusto aurora ayrton barbara bartolome beatriz \
    belen benedita benicio benjamin bento berenice bernarda bernardo betina betty bia bianca blanca boris \
    brandon braulio brenda brian bruna bruno bryan caetano caio camila camilla camilo candido carina carla carlo \
    carlos carlota carmen carol carolina caroline cassia catalina catarina catherine caua cecilia celeste celia \
    celina celso cesar charles chloe christopher cinthia cintia clara clarice clarissa claudia claudio cleber \
    cleide clemente cleusa conceicao concepcion constanza consuelo cristian cristiane cristiano cristina cristobal daiane dalila \
    dalva damian daniel daniela danilo dante davi david dayana debora deborah delfina delia denis denise diana \
    diego dilma dilson dirce dolores domingos dominique donna dora dorothy douglas duda dulce dylan eder edgar \
    edith edivaldo edmundo edna edson eduardo edward efrain elaine eleanor elena eli eliane elias elio elisa \
    elisabete elizabeth ellen eloa elton elvira emanuel emerson emilia emiliano emilio emily emma enrico enrique \
    enzo eric erica erick erik erika ernestina ernesto esperanza esteban estefania estela estella estevao esther ethan \
    eugenia eugenio eunice eva evandro evelyn everton ezequiel fabian fabiana fabiano fabio fabiola fabricio \
    fatima faustino fausto federica federico felicia felipa felipe felix fermin fernanda fernando fidel filipe \
    flavia flavio flor florencia florencio franciele francisca francisco franco frank frederico gabriel gabriela \
    gael genaro george geovana geraldo gerardo german gerson gilberto gilda gilmar gilson giovana giovanna \
    giovanni gisela gisele giselle gladys glauber gleice gloria gonzalo graciela grazielle gregorio greice greta \
    grisel guadalupe guilherme guillermo gustavo harold hector heitor helena heloisa henrique henry herbert \
    hernan hernando hilda horacio hugo humberto iara ignacio ines irene iris isaac isabel isabela isabella \
    isadora isaias ismael israel italo itzel ivan ivana ivete ivo ivone jack jacob jacqueline jailson jaime jair \
    james janaina jane janet janete jaqueline jason javier jean jefferson jenifer jennifer jerson jesica jessica \
    jesus jhonatan jimena joana joao joaquim joaquin joel johanna john johnny jonas jonatas jonathan jordan \
    jorge jorgelina jose josefa josefina joseph joshua josiane josue joyce juan juana juanita judith julia \
    juliana juliano juliet julieta juliette julio jurandir justin karen karina karine karla karol kate katherine \
    katia katie kaua keila kelly kenneth kevin kimberly klaus laerte laila lais lara larissa larry laura \
    laurence laurie lautaro lavinia lazaro leandra leandro leila lenilson leo leon leonardo leonel leonor \
    leopoldo leslie lester leticia lidia ligia lilian liliana lincoln linda lindsay lisa livia lorena lorenzo \
    lourdes luan luana luca lucas lucia luciana luciano lucila lucio ludmila luis luisa luiz luiza luz lygia \
    mabel macarena magdalena maite malena manoel manuel manuela mara marcel marcela marcelina marcelino marcelo \
    marcia marciano marco marcos margaret margarida margarita maria mariana mariano marilia marilyn marina mario \
    marisa marisol maristela mark marlene marlon marluce marta martha martin martina mary mateo mateus matheus \
    matias matilda matilde matthew maura mauricio mauro max maximiliano maxwell mayara megan meire melanie \
    melina melissa mercedes mia micaela michael michel michele michelle miguel miguelina milagros milena milton \
    miranda miriam mirian moacir moises monica monique morgan murilo nadia nadir naiara nancy nando nara natalia \
    nathalia nathan neide neiva nelson nestor neusa neuza nicanor nicolas nicole nilda nilson nilton nina noelia \
    noemi nora norberto norma odair odete odilon olga olivia orlando oscar osmar osvaldo otavio otto pablo \
    pamela paola paolo pascual patricia patricio patrick paul paula paulina paulo pedrina pedro penelope peter \
    petra philip pietra pietro pilar poliana priscila priscilla quiteria rachel rafael rafaela rafaella raimunda \
    raimundo raissa ramiro ramon ramona raquel raul rayane rebeca rebecca regiane regina regis reinaldo renan \
    renata renato rene reynaldo ricarda ricardo richard riley rita robert roberta roberto robson rocio rodrigo \
    rogerio rolando romina romulo ronald ronaldo roni rony rosa rosana rosane rosangela rosario rosaura roseli \
    rosely rosemary rosemeire rosilene roxana ruan ruben rui ruth ryan sabrina salome salvador samanta samantha \
    samir samuel sandra sandro santiago santos sara sarah saul sean sebastian selma sergia sergio severino \
    shirley sidnei sidney silas silvana silvano silvia silvio simone sofia solange soledad sonia sophia sophie \
    stefany stella stephanie stephen steven suelen sueli susan susana suzana sylvia tainara tais talita tamara \
    tania tatiana tatiane telma teresa teresinha tereza thais thales thalita theo theodore thiago thomas tiago \
    tiana tim timothy tobias tom tomas tony ulises ursula valdemar valdir valdirene valente valentina valeria \
    valerie valmir vanda vanessa vania vera veronica vicenta vicente victor victoria vilma vinicius violeta \
    virginia vitor vitoria vivian viviana viviane wagner waldir walter wanda wanderley washington wellington \
    wendy wesley william willian wilma wilmer wilson ximena yadira yago yamila yan yara yasmin yesenia yolanda \
    yuri zelia zilda zoe zoraida zulma",
);
/// Cities that are known without capitals.
pub(super) const CITIES: Words = Words(
    "\
    acapulco, aguascalientes, alajuela, alicante, ambato, anapolis, antigua, antofagasta, aparecida de goiania, \
    aracaju, araraquara, arequipa, arica, armenia, asuncion, atlanta, austin, aveiro, bahia blanca, barcelona, \
    bariloche, barquisimeto, barranquilla, bauru, bayamon, belem, belo horizonte, betim, bilbao, blumenau, boa \
    vista, bogota, boston, braga, brasilia, brooklyn, bucaramanga, buenos aires, cali, callao, campina grande, \
    campinas, campo grande, cancun, caracas, cartagena, cartago, caruaru, caucaia, caxias do sul, cdmx, chapeco, \
    charlotte, chicago, chiclayo, chihuahua, ciudad de mexico, ciudad del este, ciudad juarez, cochabamba, \
    coimbra, colima, colon, concepcion, contagem, cordoba, criciuma, cucuta, cuenca, cuernavaca, cuiaba, \
    culiacan, curitiba, cusco, dallas, denver, detroit, diadema, divinopolis, duque de caxias, durango, \
    ecatepec, el alto, el paso, encarnacion, ensenada, envigado, escazu, esteli, faro, feira de santana, \
    florianopolis, fort worth, fortaleza, foz do iguacu, funchal, gijon, goiania, granada, guadalajara, guaruja, \
    guarulhos, guatemala, guayaquil, heredia, hermosillo, houston, huancayo, ibague, ilheus, imperatriz, \
    iquique, iquitos, itabuna, itajai, jaboatao dos guararapes, jacksonville, jersey city, joao pessoa, \
    joinville, juazeiro do norte, juiz de fora, jundiai, la ceiba, la habana, la paz, la plata, la rioja, la \
    serena, las cruces, las vegas, leon, liberia, lima, limeira, limon, lisboa, londrina, los angeles, macae, \
    macapa, maceio, machala, madrid, malaga, managua, manaus, manizales, manta, mar del plata, maraba, \
    maracaibo, maracay, marilia, maringa, maua, mazatlan, medellin, memphis, mendoza, merida, mexicali, miami, \
    mixco, mogi das cruzes, monteria, monterrey, montes claros, montevideo, morelia, mossoro, murcia, nashville, \
    natal, naucalpan, neiva, neuquen, new york, newark, niteroi, nova iguacu, novo hamburgo, oakland, oaxaca, \
    olinda, orlando, oruro, osasco, pachuca, palma, palmas, panama, parana, parnaiba, pasto, pelotas, pereira, \
    petrolina, petropolis, philadelphia, phoenix, piracicaba, piura, ponce, ponta grossa, popayan, portland, \
    porto, porto alegre, porto velho, posadas, potosi, praia grande, presidente prudente, puebla, puerto montt, \
    puno, punta del este, puntarenas, queretaro, quetzaltenango, quilmes, quito, rancagua, recife, resistencia, \
    ribeirao preto, rio branco, rio de janeiro, rosario, sacramento, salta, saltillo, salto, salvador, san \
    antonio, san diego, san francisco, san jose, san juan, san luis potosi, san miguel, san miguel de tucuman, \
    san pedro sula, san salvador, santa ana, santa cruz, santa fe, santa maria, santa marta, santiago, santo \
    andre, santo domingo, santos, sao bernardo do campo, sao caetano do sul, sao carlos, sao goncalo, sao jose, \
    sao jose do rio preto, sao jose dos campos, sao luis, sao paulo, sao vicente, seattle, setubal, sevilla, \
    soacha, sobral, sorocaba, sucre, suzano, tacna, talca, tampa, tarija, taubate, tegucigalpa, temuco, tepic, \
    teresina, tijuana, toluca, torreon, trujillo, tucuman, tuxtla gutierrez, uberaba, uberlandia, ushuaia, \
    valladolid, valparaiso, varginha, veracruz, vigo, vila velha, villahermosa, villavicencio, vina del mar, \
    viseu, vitoria, vitoria da conquista, volta redonda, washington, xalapa, zacatecas, zapopan, zaragoza",
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
