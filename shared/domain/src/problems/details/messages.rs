//! What is wrong with texts, templates, senders, automations and campaigns.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "unknown variable `{}`; did you mean `{}`?",
        "variable desconocida `{}`; ¿quería decir `{}`?",
        "variável desconhecida `{}`; quis dizer `{}`?",
    ),
    (
        "unknown variable `{}`; there are `{}` and `{}`",
        "variable desconocida `{}`; hay `{}` y `{}`",
        "variável desconhecida `{}`; há `{}` e `{}`",
    ),
    ("expected `{}` after each `{}`", "se esperaba `{}` después de cada `{}`", "era esperado `{}` depois de cada `{}`"),
    (
        "expected a text, a template or both",
        "se esperaba un texto, una plantilla o ambos",
        "era esperado um texto, um modelo ou ambos",
    ),
    (
        "expected an address that begins with https://, without spaces, of at most {} characters",
        "se esperaba una dirección que empiece con https://, sin espacios, de {} caracteres como máximo",
        "era esperado um endereço que comece com https://, sem espaços, de no máximo {} caracteres",
    ),
    ("expected at most {} variables", "se esperaban como máximo {} variables", "eram esperadas no máximo {} variáveis"),
    (
        "expected a cron whose time comes",
        "se esperaba un cron cuya hora llegue",
        "era esperado um cron cuja hora chegue",
    ),
    (
        "expected one minute, as 0 9 * * *: automations run at most once an hour",
        "se esperaba un minuto, como 0 9 * * *: las automatizaciones se ejecutan como máximo una vez por hora",
        "era esperado um minuto, como 0 9 * * *: as automações rodam no máximo uma vez por hora",
    ),
    (
        "expected none: an event starts this automation",
        "no se esperaba: un evento inicia esta automatización",
        "não era esperado: um evento inicia esta automação",
    ),
    (
        "expected one that runs at its hours: an event starts this automation",
        "se esperaba una con horario: un evento inicia esta automatización",
        "era esperada uma com horário: um evento inicia esta automação",
    ),
    (
        "expected propose: this automation reports to the owners",
        "se esperaba propose: esta automatización informa a los dueños",
        "era esperado propose: esta automação informa os donos",
    ),
    ("expected an owner of the business", "se esperaba un dueño del negocio", "era esperado um dono do negócio"),
    (
        "expected none: a campaign goes to customers",
        "no se esperaba: una campaña va a clientes",
        "não era esperado: uma campanha vai para clientes",
    ),
    (
        "must be given, as this campaignType has no text of its own",
        "hay que indicarlo, porque este campaignType no tiene un texto propio",
        "deve ser informado, pois este campaignType não tem um texto próprio",
    ),
    (
        "expected none but for a custom_campaign",
        "no se esperaba: solo lo lleva una custom_campaign",
        "não era esperado: só uma custom_campaign o leva",
    ),
    (
        "expected transactional or marketing",
        "se esperaba transactional o marketing",
        "era esperado transactional ou marketing",
    ),
    (
        "expected exactly these texts: {}",
        "se esperaban exactamente estos textos: {}",
        "eram esperados exatamente estes textos: {}",
    ),
    (
        "expected the id of a phone number at Meta: {} to {} digits",
        "se esperaba el id de un número en Meta: de {} a {} dígitos",
        "era esperado o id de um número na Meta: de {} a {} dígitos",
    ),
    (
        "expected the id of a channel at Whapi, as {}",
        "se esperaba el id de un canal en Whapi, como {}",
        "era esperado o id de um canal na Whapi, como {}",
    ),
    (
        "expected the name of an instance at Evolution, as {}",
        "se esperaba el nombre de una instancia en Evolution, como {}",
        "era esperado o nome de uma instância na Evolution, como {}",
    ),
    (
        "expected the name of a session at WAHA, as {}",
        "se esperaba el nombre de una sesión en WAHA, como {}",
        "era esperado o nome de uma sessão no WAHA, como {}",
    ),
    ("no such owner", "no existe ese dueño", "não existe esse dono"),
    ("this business has no such sender", "este negocio no tiene ese remitente", "este negócio não tem esse remetente"),
    (
        "cannot be changed: add another sender",
        "no se puede cambiar: agregue otro remitente",
        "não pode ser mudado: adicione outro remetente",
    ),
    (
        "expected five fields of a Unix cron, as {} for {} from Monday to Friday",
        "se esperaban los cinco campos de un cron de Unix, como {} para las {} de lunes a viernes",
        "eram esperados os cinco campos de um cron do Unix, como {} para as {} de segunda a sexta",
    ),
    (
        "expected false with marketing",
        "se esperaba false en un mensaje de marketing",
        "era esperado false em uma mensagem de marketing",
    ),
    (
        "expected a language code such as {}",
        "se esperaba un código de idioma como {}",
        "era esperado um código de idioma como {}",
    ),
    ("expected {} to {} templates", "se esperaban de {} a {} plantillas", "eram esperados de {} a {} modelos"),
    (
        "expected at most {} services, each with a name of at most {} characters",
        "se esperaban como máximo {} servicios, cada uno con un nombre de {} caracteres como máximo",
        "eram esperados no máximo {} serviços, cada um com um nome de no máximo {} caracteres",
    ),
    (
        "expected variables of this text: {}",
        "se esperaban variables de este texto: {}",
        "eram esperadas variáveis deste texto: {}",
    ),
    (
        "expected each of {} to {}, one for each variable",
        "se esperaba cada uno de {} a {}, uno por variable",
        "era esperado cada um de {} a {}, um por variável",
    ),
    (
        "expected no {}, as there are no variables",
        "no se esperaba {}, porque no hay variables",
        "não era esperado {}, pois não há variáveis",
    ),
    (
        "expected {} in the place of {}, which may be 1",
        "se esperaba {} en lugar de {}, que puede ser 1",
        "era esperado {} no lugar de {}, que pode ser 1",
    ),
    (
        "expected none: there are no occasions of this",
        "no se esperaba: este texto no tiene ocasiones",
        "não era esperado: este texto não tem ocasiões",
    ),
    (
        "expected one template for an occasion in a language",
        "se esperaba una sola plantilla por ocasión e idioma",
        "era esperado um só modelo por ocasião e idioma",
    ),
];
