//! Spanish, as people in Mexico, Colombia, Argentina and Spain type it.

use super::lexicon::Class::*;
use super::lexicon::Words;

#[rustfmt::skip]
pub(super) const WORDS: Words = &[
    (Noise, "hagame el favor, haganme el favor, hazme el favor, haceme el favor, cambie de opinion, cambie de idea, porfavor, pero, enviado desde mi, numero equivocado, porfis, xfa, xfavor, x favor, xfis, pofavor, plis, gracias, muchas gracias, mil gracias, grax, grcs, graciass, \
        de antemano, saludos, hola, ola buenas, buenas, buen dia, buenos dias, buenas tardes, buenas noches, buena tarde, buena noche, que tal, \
        senorita, senorito, disculpe, disculpa, disculpen, perdon, si, claro, vale, dale, listo, entonces, ahora, ahora mismo, ya mismo, ya, \
        ahorita, inmediatamente, de inmediato, cuanto antes, lo antes posible, urgentemente, solo, solamente, nomas, por dios, por el amor de dios, mierda, \
        carajo, joder, puta, puta madre, verga, chingada, chinga, chingados, pinche, pinches, cono, hostia, boludo, boludos, che, la concha, \
        ostia, hijos de puta, malditos, maldita sea, respuesta, respondiendo, escribo, marco, marque, dije, ya dije, he dicho, \
        la palabra, palabra, opcion, la opcion, numeral, amable, amablemente, con permiso, amigos mios, desde hoy, a partir de hoy, desde ahora, \
        de hoy en adelante, a partir de ahora, de una vez, de una, para siempre, definitivamente ya, definitiva, definitivo, buenass, agradezco, agradecido, \
        muy amable, feliz dia, atentamente, atte, bendiciones, wey, guey, bro"),
    (Fill, "esten, andar, ande, anden, andes, tratamiento de, el tratamiento de, el uso de, el, los, las, un, unos, unas, del, al, lo, y, yo, esa, ese, esos, estos, aquella, aquel, mis, tu, tus, su, \
        sus, nuestro, nuestra, nuestros, vuestra, vuestras, vuestro, vuestros, en, con, parte de, formar parte de, formar parte, pertenecer, \
        pertenecer a, estar en, seguir en, tantos mensajes de, tantas, cualquier, algun, alguna, mucho, muchos, muchas, mucha, tantisimos, tantisimas, \
        este tipo de, ese tipo de, clase de, por medio de, por este medio, por esta via, desde, a traves de, wsp, wasap, wassap, watsap, guasap, wapp, whatsap, \
        hago, hacer, como hago, diarios, diarias, molestos, molestas, constantes mensajes de, a cada rato, todos los dias, todo el dia, envio de mensajes de, \
        el envio de, la recepcion de, recepcion de, tienda, la tienda, empresa, la empresa, su tienda, este numero de, esta empresa, veterinaria, la veterinaria, soy, se, nos, le, les, mismo, tampoco, siendo"),
    (You, "ustedes, uds, usted, ud, ustd, vosotros, vos, ti, ustede"),
    (Me, "conmigo, a mi"),
    (More, "otra vez, sigan, sigas, siga, de nuevo, nuevamente, otra ves, mas nada, ningun tipo de, vuelvan a, vuelvas a, vuelva a, volver a, vuelvan ha, mas de, otra vez mas"),
    (Nothing, "cosa de, cosas, contenido, contenidos, ninguno, ninguna, ningun, basura, basuras, pendejadas, tonterias, boludeces, absolutamente nada, nada de"),
    (Want, "podeis, podriais, es necesario, es necesario que, necesario, hace falta, hace falta que, aguanto, aguantamos, soporto, acepto, quieres, quieren, quiero, kiero, qiero, quiero que, quisiera, quisiera que, qisiera, deseo que, deseamos, desearia, deseo, necesito, necesito que, pido, pido que, les pido que, le pido que, \
        puedes, puede, pueden, podrian, podria, podrias, podes, pueden por favor, me gustaria, me gustaria que, quiero pedir, quiero solicitar, solicitar, \
        quiero pedirles que, exijo que me, me interesa, me interesan, tengo interes en, estoy interesado en, estoy interesada en, \
        el favor de, haga el favor de, hagan el favor de, hagame el favor de, haz el favor de, haceme el favor de, quiero la, quiero mi, solicito la, solicito mi, pido la, \
        como hago para, que hago para, como puedo, como se hace para, que tengo que hacer para, que debo hacer para, como le hago para"),
    (No, "no, nunca mas, ya no, noo, no le, jamas"),
    (Nobody, "nadie"),
    (Mistake, "sin querer, por error, por equivocacion, por accidente"),
    (Cant, "no se como, no se como hago para, no puedo, no logro, no me deja, no me dejan, no consigo, no he podido, no pude"),
    (Enough, "sin, no mas, ya basta de, basta ya de, sin mas, ya no mas,  no mas de"),
    (Strong, "retiro mi consentimiento, retiro mi autorizacion, me dais de baja, me deis de baja, demen de baja, demen baja, denmen de baja, dejen el spam, dejad el spam, derecho de oposicion, derecho al olvido, detengan el envio, detengan los envios, paren los envios, paren el envio, suspendan los envios, dejar la lista, abandonar la lista, dejar el grupo, abandonar el grupo, darme de baja, dame de baja, deme de baja, denme de baja, darse de baja, darnos de baja, me doy de baja, doyme de baja, me den de baja, me de de baja, \
        me dan de baja, me das de baja, me des de baja, me dieran de baja, me diera de baja, darme baja, dame baja, denme baja, darme de vaja, dame de vaja, \
        denme de vaja, darme d baja, desuscribir, desuscribirme, desuscribanme, desuscribeme, desuscripcion, desuscribo, cancelar suscripcion, dar me de baja, dadme de baja, \
        dar de baja mi numero, dar de baja el numero, darse de vaja, damos de baja, me dan la baja, darme la baja, darle de baja a mi numero, deme la baja, denme la baja, dame la baja, \
        causar baja, date de baja, dese de baja, darte de baja, darsen de baja"),
    (Baja, "baja, vaja, dar de baja, la baja, una baja, mi baja, dar baja, den de baja, da de baja, dad de baja, de baja, dar la baja, solicitud de baja"),
    (Stop, "abstenganse de, abstengase de, abstenerse de, eviten, evite, evitar, corten con, cortenla, cortenla con, cortala, cortala con, corta con, parenla, parenla con, parala con, \
        bajenle a, bajenle con, bajale a, bajale con, como dejo de, dejenme de, dejame de, detener, detengan, detenga, deten, detened, dejar de, deja de, dejen de, deje de, dejes de, dejad de, dejan de, deja ya de, dejen ya de, cesar, cesen, paren, paren de, parad, parad de, \
        para ya de, paren ya, paren con, pare ya, parale, parenle, paran de, alto, interrumpir, estop, istop, ya dejen de, ya deja de, dejense de, parar de"),
    (Leave, "salgo del, salgo de la, salgo de su, salgo de esta, salgo de este, como salgo, como salgo de, me salgo, me salgo de, salir, salirme, salirnos, salgan, salirse, zalir, salir de, salirme de, desapuntarme, borrarme, desafiliarme, desafiliar, desapuntar"),
    (Remove, "borrad, eliminad, sacad, retirad, borrarlo, borrarlos, bloquiem, supresion, la supresion, tachen, quitenlo, quitelo, borrenlo, borrelo, eliminenlo, eliminelo, saquenlo, quitar, quita, quite, quiten, quitad, eliminar, elimina, elimine, eliminen, borrar, borra, borre, borren, remueva, remuevan, sacar, saca la, saquen, saqueme de, \
        retiren, retiro de, bloquea, bloqueen, bloquee, suprimir, supriman, suprima, quitarme mi, desvincular, bajen"),
    (RemoveMe, "borradme, sacadme, eliminadme, podeis borrarme, me borrais, me quitais, me sacais, desvinculenme, desvinculame, desvinculeme, tachame, tachenme, tirenme, me sacas, me sacan, me quitas, me quitan, me borras, me borran, me eliminas, me eliminan, quitame, quitenme, quiteme, quitarme, quitenos, quitadme, sacame, saquenme, saqueme, sacarme, sacadme, eliminame, eliminenme, elimineme, eliminarme, \
        borrame, borrenme, borreme, bajame, bajenme, bajeme, retirame, retirenme, retireme, retirarme, bloqueame, bloqueenme, bloqueeme, \
        me saquen, me saque, me saques, me quiten, me quite, me quites, me eliminen, me elimine, me borren, me borre, me retiren, me retire de, excluyanme, excluyeme, \
        desafilienme, desafiliame, remuevanme, remueveme, sacarnos, sacanos, ser eliminado, ser eliminada, ser borrado, ser borrada"),
    (Cancel, "suspender el envio, suspender los envios, suspender envio, detener el envio, interrumpir el envio, cancelen, canceles, cancelame, cancelenme, cancelacion, terminar, termina, terminen, suspendan el, desactivar, desactiva, desactiven, desactive, silenciar los, \
        anulen, anula, revocar, revoco, bloquear los, suspendan, suspende"),
    (Send, "insista, escribe, manden, mandes, mandas, mandan, envies, envien, envian, envias, escribas, escriban, escriba, escribir, escribiendo, escribais, mandeis, envieis, enviis, manda mas, mandale, \
        molesten, moleste, molestes, molestar, molestando, molesteis, chingar, chingando, insistir, insistan, insistas, fregar, hablen, hables, hable, hablar, jodan, jodas, joda, chinguen, fastidien, hinchen, fastidiar, mandado mas, \
        me hagan llegar, hacerme llegar, busquen, contestes, hinchar, acosar, acosen, acosando"),
    (SendMe, "me escribe, m escriban, m escribas, m manden, m mandes, m envien, me hablen, me hables, me hable, hablarme, mandarme, enviarme, escribirme, mandandome, enviandome, escribiendome, molestarme, molestandome, me manden, me mandes, \
        me envien, me envies, me escriban, me escribas, me escriba, me molesten, me moleste, me molestes, me jodan, me jodas, me hinchen, \
        mandarnos, enviarnos, ser contactado, ser contactada, ser molestado, ser molestada, ser notificado de, me mandeis, me envieis, me escribais, \
        me molesteis, saber nada mas de, saber mas de, saber mas nada de, me vuelvan a escribir, me vuelvas a escribir, me vuelva a escribir, \
        me vuelvan a mandar, me vuelvas a mandar, me vuelva a mandar, me vuelvan a enviar, me vuelvas a enviar, me vuelvan a contactar, \
        me vuelvan a molestar, me busquen, me chinguen, me spameen, me acosen, acosarme, me sigan mandando, me sigan enviando, me sigan escribiendo, me sigan molestando, me sigas enviando, me sigas mandando, me estes escribiendo, \
        me esten escribiendo, me esten mandando, me esten enviando, me esten molestando, me este enviando, fastidiarme, joderme, hincharme, llenarme de, me llenen de"),
    (Text, "contactar, contactarme, contacten, contactes, me contacten, me contacte, me contactes, contactarnos, spamear, spameen, spameando, spamearme, comunicarse conmigo, se comuniquen conmigo, \
        se comuniquen, comunicarse, se contacten, se vuelvan a comunicar"),
    (Receive, "recibir, recibiendo, resibir, recivir, recibirlos, recibirlas, recibamos, que me llegue, que me lleguen, me lleguen, me llegue, me sigan llegando, me esten llegando"),
    (Marketing, "mensajes, mensajes de texto, mensages de texto, menzajes, mensjes, msjs, msjes, mjes, msj de promociones, mensajitos, sms de publicidad, promociones, promosiones, promo ciones, promoss, publicidad, \
        publi, novedades, notificaciones, avisos de promociones, comunicaciones, informacion comercial, informacion, campanas, cupones, descuentos, suscripcion, suscripciones, suscribcion, \
        subscripcion, difusion, difusiones, correos, anuncios publicitarios, ofertas y promociones, cadenas, boletin, boletines, mercadeo, mercadotecnia, noticia, textos"),
    (List, "lista de difusion, lista de envios de mensajes, lista de correo, lista de correos, lista de ustedes, lista de uds, lista de contactos, lista de whatsapp, base de datos, grupo de whatsapp, \
        grupo de difusion, lista de suscriptores, lista de promociones y ofertas, lista de mensajes, lista de mensajeria, lista de promociones de ustedes"),
    (Own, "consentimiento, autorizacion, telefono, cel, contacto, contactos, datos, nombre, datos personales, numero de telefono, numero de celular, registro de cliente"),
    (Offer, "promocion, campana, descuento, cupon, promito"),
    (Note, "mensaje, mensaje de texto, msj, mje, mensajito, mnsj, msje, notificacion, correo"),
    (Vague, "envios, conversacion, servicio, servicios, cuenta, recordatorio, recordatorios, llamada, llamadas, llamar, llamen, llames, llame, llamarme, llamando, llamandome, me llamen, me llames, me llame"),
    (This, "esto, eso, de esto, de eso, todo esto, todo eso, con esto, con eso, esta mierda, esta basura, esta lista negra de mensajes, esta wea, esta vaina, estas cosas, esas cosas"),
    (Here, "de aqui, de aca, de ahi, aca, ahi, de alli, alli"),
    (Limit, "despues, hasta, mientras, todavia, aun, hoy, manana, por la noche, por las noches, noche, en la noche, temprano, sabados, domingo por, \
        fines de semana, finde, horario laboral, automaticos, automaticas por, bot, esta tarde, de madrugada por, por ahora, fuera de horario, tan temprano, tan tarde, en horario"),
    (Doubt, "y si, cuando, si quisiera, si alguien, en caso de que, que pasa, que pasaria, que sucede, en cualquier momento, van a, va a, voy a, si yo"),
    (Why, "porq, xq, xk, porke, por ke"),
    (Annoyed, "dejadme en paz, dejadme tranquilo, dejadme tranquila, no rompan mas las bolas, no rompan las bolas, olviden mi numero, pierdan mi numero, harta de, harto de, cansado de, cansada de, que fastidio con, dejame en paz, dejenme en paz, dejeme en paz, dejame tranquilo, dejame tranquila, dejenme tranquilo, dejenme tranquila, ya basta, basta ya, ya estuvo, ya estuvo bien, \
        me tienen harto, me tienen harta, los voy a bloquear, te voy a bloquear, los bloqueo, te bloqueo, los voy a denunciar, los voy a reportar, suficiente, ya fue suficiente, \
        estoy harto de recibir, estoy harta de recibir, cansado de recibir tanta, dejen de joder, deja de joder, dejense de joder, no jodan, no jodan mas, no molestar, \
        no me interesa recibir tanto"),
    (Put, "agreguenme a, agregame a, agregueme a, anadanme a, anademe a, ponganme en, ponme en, incluyanme en, incluyeme en, metanme en, volver a la, volver a su, entrar en, entrar a"),
    (Subscribe, "inscribanme, inscribeme, inscribame, inscribirme, suscribir, suscribirme, suscribeme, suscribanme, suscribame, subscribirme, darme de alta, dame de alta, denme de alta, darse de alta, quiero darme de alta, me suscriban, \
        resuscribirme, resuscribir"),
    (Back, "volver, alta, reanudar, reanuden, retomen, reactivar, reactiven, reactiva, volver a recibir los, vuelvan a mandarme, vuelve a mandarme, vuelvan a enviarme, vuelve a enviarme, pueden volver a mandarme, volver a mandarme, volver a enviarme"),
    (Other, "lista de precios, lista de invitados, lista de utiles, lista de regalos, lista de deseos, lista de productos, lista de la compra, temporada baja, baja temporada, \
        planta baja, baja medica, baja laboral, baja presion, baja de peso, baja de precio, baja de precios, voy a salir, vamos a salir, salir a, salir con, salir a las, va a salir, \
        sacar turno, sacar cita, sacar una cita, sacar un turno, mensaje de voz, mensaje de confirmacion, mensajes de confirmacion, grupo sanguineo, envio, en paro, informacion de, nombre del"),
];
