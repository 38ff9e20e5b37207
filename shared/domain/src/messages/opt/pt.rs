//! Portuguese, as people in Brazil type it.

use super::lexicon::Class::*;
use super::lexicon::Words;

#[rustfmt::skip]
pub(super) const WORDS: Words = &[
    (Noise, "mudei de ideia, por favor, porem, enviado do meu, numero errado, por gentileza, gentileza, por obsequio, por favorzinho, pfv, pfvr, pf, pff, pfvrr, fvr, porfa, obrigado, obrigada, obrigadao, muito obrigado, \
        muito obrigada, brigado, brigada, obg, obgd, obgda, vlw, valeu, grato, grata, agradeco, gratidao, desde ja, att, \
        abs, abraco, abracos, bjs, beijos, oi, oie, oii, ola, opa, alo, e ai, bom dia, boa tarde, boa noite, bd, tudo bem, \
        td bem, tudo bom, senhor, senhora, senhores, amigo, amiga, amigos, gente, pessoal, galera, moca, moco, sim, ok, okay, blz, beleza, \
        certo, entao, agora, ja, imediatamente, urgente, logo, so, apenas, somente, pelo amor de deus, pelamor, meu deus, \
        porra, caralho, krl, crl, pqp, cacete, merda, saco, que saco, inferno, droga, aff, affs, af, puta que pariu, vtnc, \
        responder, respondo, responda, respondendo, resposta, digito, digitar, digite, digitei, digo, falei, falo, eu disse, \
        ja disse, ja falei, ja pedi, palavra, a palavra, opcao, desculpa, desculpe, parabens, com urgencia, de vez, \
        definitivamente, para sempre, pra sempre, mano, cara, faz favor, fazendo o favor, desde agora, a partir de agora, \
        a partir de hoje, de hoje em diante, quanto antes, o quanto antes, viu, ta, ta bom, ta bem, ne, hein, ai por favor"),
    (Fill, "o uso de, o uso do, o uso dos, uso do, imediata, imediatos, a, o, as, os, um, uma, uns, umas, de, do, da, dos, das, d, dum, duma, desse, dessa, desses, dessas, deste, desta, \
        destes, destas, nesse, nessa, nesses, nessas, neste, nesta, essa, essas, esses, esse, esta, este, estas, estes, \
        aquele, aquela, daquela, daquele, na, nas, nos, em, com, por, pra, pro, para, q, que, e, eu, meu, minha, meus, \
        minhas, seu, sua, seus, suas, teu, tua, nosso, nossa, nossos, ao, aos, ser, estar, fazer parte, participar, ficar, continuar, \
        seguir, todo, toda, todos, todas, tanto, tanta, tantos, tantas, muita, muitas, muito, muitos, qualquer, quaisquer, \
        ou, algum, alguma, pelo, pela, pelos, pelas, via, la, tambem, tb, tbm, este tipo, esse tipo, tipo, tipos, desse tipo, deste tipo, como, faco, eu faco, faz, fazer, da sua, whatsapp, whats, wpp, zap, zapzap, wats, watsapp, zp, aqui no whatsapp, \
        diarias, diaria, constantes, chatas, chata, indesejadas, indesejada, toda hora, o tempo todo, \
        todo dia, todos os dias, ainda mais, envio de, envios de, o envio de, recebimento de, o recebimento de, \
        o recebimento das, o envio das, envio das, recebimento das, disparo de, disparos de, empresa, loja, numero de vcs, da loja, da empresa, \
        da clinica, do petshop, petshop, pet shop, clinica, estou, to, lhe, lhes, te"),
    (You, "voce, vc, vcs, voces, ce, ces, senhor voces"),
    (Me, "me, mim, mi"),
    (More, "continuem, mais, mas, de novo, novamente, outra vez, nem mais, voltem a, volte a, voltar a me, tornem a"),
    (Nothing, "nd, nada, nada mais, mais nada, coisa, coisas, essas coisas, conteudo, conteudos, nenhum, nenhuma, tralha, lixo, porcaria, porcarias"),
    (Want, "e necessario, necessario, necessario que, ha necessidade de, ha mais necessidade de, aguento, aguentamos, suporto, consinto com, consinto, me interessa, me interessam, precisa, precisam, quero, qro, qero, kero, quero que, queria, queria que, quer, queremos, desejo, desejo que, desejaria, gostaria, gostaria de, gostaria que, qr, \
        pode, podem, pode ser, poderia, poderiam, podia, prefiro, preciso, preciso que, tem como, teria como, da pra, favor, favor de, solicito, \
        solicito que, peco, peco que, exijo, exijo que, tenho interesse, tenho interesse em, tenho mais interesse em, tenho mais interesse, \
        interesse em, estou interessado em, estou interessada em, autorizo, aceito, permito, vim pedir, estou pedindo, to pedindo, \
        venho solicitar, venho pedir, como faco para, como faco pra, como eu faco para, como eu faco pra, como fazer para, como fazer pra, \
        como posso, como se faz para, como q faz pra, como que faz pra, como q faco pra"),
    (No, "nao, nunca mais, n, nn, nao e, naum,  nunca, jamais, ja nao, nem, num"),
    (Nobody, "ninguem"),
    (Mistake, "sem querer, por engano, sem intencao"),
    (Cant, "nao sei como, nao sei como faco para, nao consigo, nao estou conseguindo, nao to conseguindo, n consigo, nao da pra"),
    (Enough, "sem, chega de, basta de, nao mais, sem mais, ja chega de, n mais, chega desse, chega dessa, chega dessas, chega desses, chega com, dispenso, dispensamos, me poupe, me poupem, me poupa, me poupe de, me poupem de, poupe me, poupem me"),
    (Strong, "retiro meu consentimento, retiro minha autorizacao, direito de oposicao, direito ao esquecimento, deixar a lista, abandonar a lista, deixar o grupo, descadastrar, descadastro, descadastre, descadastra, descadastramento, desinscrever, desinscricao, desassinar, \
        cancelar inscricao, desinscreva, me descadastra, me descadastre, desvincular meu numero, sair da lista de transmissao, cancele o envio, cancelem o envio, interrompa o envio, \
        interrompam o envio, suspenda o envio, suspendam o envio, encerre o envio, encerrem o envio, pare o envio, parem o envio, parem os envios, cancelem os envios, interrompam os envios, suspendam os envios"),
    (Stop, "pararem, pararem de, deixarem de, evitem, evita, abster se de, abstenham se de, como paro de, como eu paro de, como deixo de, parar, pare, parem, pare de, parem de, parar de, para de, para com, parar com, pare com, parem com, deixar de, deixe de, deixem de, deixa de, cessar, cesse, cessem, \
        interromper, interrompa, interrompam, param de, para d, pare d, parar d, parou de, bora parar de"),
    (Leave, "sair desse negocio, sair dessa parada, saio da, saio do, saio dessa, saio desse, como saio, como eu saio, como saio da, sair, sair do, sair da,  desligar me, sair dessa, sair desse"),
    (Remove, "risca, risque, risquem, blokeia, blokeiem, corta meu, remover, remova, removam, remove, tirar, tira, tire, tirem, retirar, retire, retirem, retira, excluir, exclua, excluam, exclui, \
        apagar, apague, apaguem, apaga, deletar, delete, deleta, deletem, bloquear, bloqueia, bloqueie, bloqueiem, \
        remocao, exclusao, saca, saque, eliminem"),
    (RemoveMe, "me risca, me risque, me risquem, ser removido, ser removida, ser retirado, ser retirada, ser excluido, ser excluida, remova me, remover me, retire me, retirar me, exclua me, tire me, tirem me, tira me, removam me, excluam me, me tira, me tire, me tirem, \
        me retira, me retire, me retirem, me remova, me remove, me removam, me exclua, me exclui, me excluam, me apaga, me deleta, \
        me delete, me tirar, me remover, me excluir, me retirar, me deletar, me apagar"),
    (Cancel, "suspender o envio, suspender os envios, interromper o envio, parar o envio, cancelar, cancela, cancele, cancelem, cancelamento, suspender, suspenda, suspendam, encerrar, encerre, encerra, \
        desativar, desative, desativem, desativa, silenciar, pausar, pause, anular, finalizar, desligar, revogar, revogo, cancelo"),
    (Send, "mande, mandem, mandar, mandando, manda, mandam, mandes, envie, enviem, enviar, enviando, envia, enviam, encaminhe, encaminhem, encaminhar, \
        encaminhando, escreva, escrevam, escrever, chame, chamem, chamar, chama, fale, falem, falar, perturbe, perturbem, perturbar, perturbando, \
        incomode, incomodem, incomodar, incomodando, enche, encher, enchendo, encham, encher o saco, mandado, disparar, \
        mim manda, mim mandar, mim mande, mandr, divulgar, procurem, procure, amolar, amole"),
    (SendMe, "mandar me, enviar me, mandem me, enviem me, ser contatado, ser contatada, ser contactado, ser contactada, \
        ser notificado, ser notificada, ser incomodado, ser incomodada, ser perturbado, saber de, saber mais de, saber nada de, \
        saber mais nada de, me mande, me mandem, me envie, me enviem, me chame, me chamem, me chama, me chamar, me perturbe, me perturbem, me incomode, \
        me incomodem, me mandar, me enviar, me mandando, me enviando, me perturbar, me incomodar, me escreva, me escrevam, \
        me encher, me enche, me encham, me procurem, me procure, me amole, me amolem, me manda, me mandam"),
    (Text, "contatar, contate, contatem, contacte, contactem, entrar em contato, entre em contato, entrem em contato, entre mais em contato, entrem mais em contato, entrar mais em contato, entre mais em contato comigo, entrem mais em contato comigo, \
        entrando em contato, entrar em ctt, entre em contato comigo, entrem em contato comigo, entrar em contato comigo, contato comigo"),
    (Receive, "receber, recebendo, recebermos, recebe las, recebe los, recerber, resceber, reber"),
    (Marketing, "mensagens, sms, mensagems, mensages, msgs, mgs, mensagens de texto, promos, promocoes, promocao de voces, ofertas, publicidade, publicidades, propaganda, propagandas, \
        anuncios, novidades, noticias, notificacoes, avisos, comunicados, comunicacoes, informativos, informativo, campanhas, cupons, \
        descontos, divulgacao, divulgacoes, marketing, inscricao, inscricoes, assinatura, transmissao, newsletter, e mails, emails, \
        email marketing, mala direta, spams, alertas,  promosoes, promossoes, figurinhas"),
    (List, "lista, listas, lista de transmissao, lista de contatos, lista de clientes, lista de envio, lista de envios, lista de distribuicao, \
        lista de vcs, lista de voces, lista do whatsapp, grupo, grupo de promocoes, grupos, base, base de dados, banco de dados, cadastro de clientes, \
        mailing, sistema de mensagens, lista de promocoes, lista vip, lista de disparo"),
    (Own, "consentimento, autorizacao, meu num, meu nr, esse num, meu zap, numero, telefone, celular, tel, contato, contatos, cadastro, dados, nome, informacoes, dados pessoais"),
    (Offer, "promo, promocao, oferta, campanha, anuncio, desconto, cupom"),
    (Note, "mensagem, mensagem de texto, msg, mgs de promocao, msn, mensagen, mensagm, mensg, mensage, msm, notificacao, menssagem, mensagenzinha"),
    (Vague, "recebimento, chat, conversa, servico, servicos, conta, lembrete, lembretes, ligacao, ligacoes, ligar, liguem, ligue, ligando, atendimento, me ligar, me liga, me ligue, me liguem, me ligando"),
    (This, "isso, isto, tudo, tudo isso, tudo isto, disso, disto, nisso, essa coisa, essa porra, essa merda, essa bosta, essa palhacada, essa porcaria,  esse spam, esse trem"),
    (Here, "aqui, daqui, ai, dai, disso ai, desse negocio, dessa parada, desse trem, desse troco, dessa porra, dessa merda, dessa bosta"),
    (Limit, "antes, depois, ate, enquanto, ainda, hoje, amanha, noite, a noite, de noite, madrugada, de madrugada, cedo, domingo, \
        domingos, sabado, feriado, fim de semana, final de semana, horario, automatica, automaticas, automatico, robo, de voz, \
        fora do horario, ano que vem, essa semana, esta semana, este mes, esse mes, de audio"),
    (Doubt, "quando, caso eu, se eu, caso queira, o que acontece, que acontece, se alguem, vao, vai, vou, e se, a qualquer momento, a qualquer hora"),
    (Why, "por que, porque, pq, pqe, por q, pk"),
    (Annoyed, "some daqui, sumam daqui, eu bloqueio, ja bloqueei, esquece meu numero, esquecam meu numero, esqueca meu numero, perde meu numero, percam meu numero, cansei das, cansei de, odeio essas, odeio as, que inferno essas, me deixa em paz, me deixem em paz, deixa eu em paz, me deixe em paz, me esquece, me esquecam, me esqueca, chega, basta, ja chega, vou bloquear, vou denunciar, vou te bloquear, \
        vou bloquear voces, vou bloquear vcs, vou denunciar voces, vou denunciar vcs, sai fora, cai fora, vaza, sai, cansei de receber, cansado de receber, cansada de receber, sai daqui, ja deu, que inferno de mensagens, vou no procon"),
    (Put, "me coloca na, me coloque na, me coloquem na, me bota na, me poe na, me adiciona na, me adicione na, me adicionem na, me inclui na, me inclua na, \
        me coloca de volta na, me coloque de volta na, me bota de volta na, me poe de volta na, entrar na, voltar para a, voltar pra, voltar na"),
    (Subscribe, "inscrever, me inscrever, me inscreva, me inscreve, quero me inscrever, reinscrever, me cadastra nas, me cadastrar nas, me cadastre nas, assinar as"),
    (Back, "volta, voltar, retomar, retome, retomem, voltar a, voltem com, reativar, reative, volte a mandar, voltem a mandar, voltar a mandar, volta a mandar, podem voltar a mandar, pode voltar a mandar"),
    (Other, "lista de espera, lista de compras, lista de presentes, lista de presenca, lista de convidados, lista de precos, lista de material, lista de materiais, \
        lista de casamento, grupo de risco, grupo de oracao, base de calculo, boa noticia, vou sair, vamos sair, me tira uma duvida, \
        me tira um tempo, mensagem de confirmacao, nada a ver, qr code, codigo qr, o qr, um qr, grupo da familia, contas, cancelamento do pedido, sair do trabalho, \
        mensagens de confirmacao, nome do"),
];
