//! First names, cities and countries that are well known, folded.

use super::words::Words;

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
/// Countries, which are no cities; `mexico` may be either.
pub(super) const COUNTRIES: Words = Words(
    "\
    argentina, bolivia, brasil, brazil, chile, colombia, costa rica, cuba, ecuador, espana, estados unidos, eua, \
    honduras, mexico, nicaragua, paraguay, peru, portugal, spain, united states, uruguay, usa, venezuela",
);
