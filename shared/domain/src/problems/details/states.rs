//! Why a request that can be read is refused.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "This time is no slot of the opening hours.",
        "Ese horario no es un turno del horario de atención.",
        "Esse horário não é um turno do horário de funcionamento.",
    ),
    (
        "Another appointment has a part of this time.",
        "Otra cita ocupa una parte de ese horario.",
        "Outro agendamento ocupa uma parte desse horário.",
    ),
    (
        "An appointment is done or missed only once it has begun.",
        "Una cita se da por hecha o por perdida solo cuando ya ha empezado.",
        "Um agendamento só é concluído ou perdido depois de começar.",
    ),
    (
        "A cancelled appointment comes back only with a start.",
        "Una cita cancelada solo vuelve con una hora de inicio.",
        "Um agendamento cancelado só volta com um horário de início.",
    ),
    (
        "Another appointment was made under this appointment_id.",
        "Con este appointment_id ya se creó otra cita.",
        "Com este appointment_id já foi criado outro agendamento.",
    ),
    ("This business has no such owner.", "Este negocio no tiene ese dueño.", "Este negócio não tem esse dono."),
    (
        "This business has no such campaign.",
        "Este negocio no tiene esa campaña.",
        "Este negócio não tem essa campanha.",
    ),
    (
        "There is another campaign of this campaign_id.",
        "Ya hay otra campaña con este campaign_id.",
        "Já existe outra campanha com este campaign_id.",
    ),
    (
        "This campaign is {}; cancel it first.",
        "Esta campaña tiene el estado {}; cancélela primero.",
        "Esta campanha tem o estado {}; cancele-a primeiro.",
    ),
    (
        "This audience is too large to be counted in one call.",
        "Este público es demasiado grande para contarlo en una sola llamada.",
        "Este público é grande demais para ser contado em uma só chamada.",
    ),
    (
        "This campaign has messages; it is kept for half a year.",
        "Esta campaña tiene mensajes; se conserva medio año.",
        "Esta campanha tem mensagens; ela é mantida por meio ano.",
    ),
    ("This campaign is {}.", "Esta campaña tiene el estado {}.", "Esta campanha tem o estado {}."),
    (
        "This business has no sender to write from.",
        "Este negocio no tiene un remitente para escribir.",
        "Este negócio não tem um remetente para escrever.",
    ),
    (
        "This business has no such appointment.",
        "Este negocio no tiene esa cita.",
        "Este negócio não tem esse agendamento.",
    ),
    ("This business has no such customer.", "Este negocio no tiene ese cliente.", "Este negócio não tem esse cliente."),
    ("These fields are wrong: {}.", "Estos campos no son válidos: {}.", "Estes campos não são válidos: {}."),
    (
        "The request cannot be understood.",
        "No se puede entender la solicitud.",
        "Não é possível entender a solicitação.",
    ),
    (
        "The header x-api-key with an API key is missing.",
        "Falta el encabezado x-api-key con una clave de API.",
        "Falta o cabeçalho x-api-key com uma chave de API.",
    ),
    (
        "The API key in x-api-key is not known.",
        "No se reconoce la clave de API de x-api-key.",
        "A chave de API em x-api-key não é reconhecida.",
    ),
    ("The caller is not known.", "No se reconoce a quien llama.", "Quem chama não é reconhecido."),
    ("Not allowed.", "No está permitido.", "Não é permitido."),
    ("This key acts for another business.", "Esta clave actúa por otro negocio.", "Esta chave age por outro negócio."),
    (
        "Only the operator key may do this.",
        "Solo la clave del operador puede hacer esto.",
        "Só a chave do operador pode fazer isso.",
    ),
    (
        "Only the operator key may read every customer; use mode=event-driven, which does the same work.",
        "Solo la clave del operador puede leer todos los clientes; use mode=event-driven, que hace el mismo trabajo.",
        "Só a chave do operador pode ler todos os clientes; use mode=event-driven, que faz o mesmo trabalho.",
    ),
    (
        "The verify token is not this sender's.",
        "El verify token no es el de este remitente.",
        "O verify token não é o deste remetente.",
    ),
    (
        "The signature or secret of this webhook is missing or wrong.",
        "Falta la firma o el secreto de este webhook, o no es correcto.",
        "A assinatura ou o segredo deste webhook falta ou está errado.",
    ),
    ("There is nothing at this address.", "No hay nada en esta dirección.", "Não há nada neste endereço."),
    (
        "This address does not take this method.",
        "Esta dirección no admite este método.",
        "Este endereço não aceita este método.",
    ),
    ("There is no such business.", "No existe ese negocio.", "Não existe esse negócio."),
    ("There is no such run.", "No existe esa ejecución.", "Não existe essa execução."),
    ("There is no such session.", "No existe esa sesión.", "Não existe essa sessão."),
    ("There is no such webhook.", "No existe ese webhook.", "Não existe esse webhook."),
    (
        "The session has no code to scan now.",
        "La sesión no tiene ahora un código para escanear.",
        "A sessão não tem agora um código para escanear.",
    ),
    ("This business has no such key.", "Este negocio no tiene esa clave.", "Este negócio não tem essa chave."),
    ("This business has no such message.", "Este negocio no tiene ese mensaje.", "Este negócio não tem essa mensagem."),
    (
        "This business has no saved search of this name.",
        "Este negocio no tiene una búsqueda guardada con ese nombre.",
        "Este negócio não tem uma busca salva com esse nome.",
    ),
    (
        "This business has {} saved searches; delete one first.",
        "Este negocio tiene {} búsquedas guardadas; elimine una primero.",
        "Este negócio tem {} buscas salvas; exclua uma primeiro.",
    ),
    (
        "This deployment has no gateway for sessions.",
        "Esta instalación no tiene un gateway para sesiones.",
        "Esta instalação não tem um gateway para sessões.",
    ),
    ("What is there does not allow it.", "El estado actual no lo permite.", "O estado atual não permite isso."),
    (
        "The balance is {} points, and it cannot go below zero.",
        "El saldo es de {} puntos y no puede quedar por debajo de cero.",
        "O saldo é de {} pontos e não pode ficar abaixo de zero.",
    ),
    (
        "Other points, or another customer's, were loaded under this load_id.",
        "Con este load_id ya se cargaron otros puntos, o los de otro cliente.",
        "Com este load_id já foram carregados outros pontos, ou os de outro cliente.",
    ),
    (
        "Another message was sent under this message_id.",
        "Con este message_id ya se envió otro mensaje.",
        "Com este message_id já foi enviada outra mensagem.",
    ),
    (
        "Another sender has this address.",
        "Otro remitente ya tiene esta dirección.",
        "Outro remetente já tem este endereço.",
    ),
    (
        "Only a failed message can be sent again; this one is {}.",
        "Solo se puede volver a enviar un mensaje con el estado failed; este tiene el estado {}.",
        "Só uma mensagem com o estado failed pode ser enviada de novo; esta tem o estado {}.",
    ),
    ("This invoice is another customer's.", "Esta factura es de otro cliente.", "Esta nota é de outro cliente."),
    (
        "This version of the invoice says something else. Give a correction a higher version.",
        "Esta versión de la factura dice otra cosa. Dé a la corrección una versión más alta.",
        "Esta versão da nota diz outra coisa. Dê à correção uma versão mais alta.",
    ),
    (
        "This key has used up its requests; Retry-After says when there are more.",
        "Esta clave agotó sus solicitudes; Retry-After dice cuándo habrá más.",
        "Esta chave usou todas as suas solicitações; Retry-After diz quando haverá mais.",
    ),
    (
        "Not possible at this moment; please try again.",
        "No es posible en este momento; inténtelo de nuevo.",
        "Não é possível neste momento; tente novamente.",
    ),
    ("Something went wrong on our side.", "Ocurrió un error de nuestra parte.", "Ocorreu um erro do nosso lado."),
];
