//! Patas & Cia, a pet shop in São Paulo that writes Portuguese.

use super::super::act::{
    Act, Week, becomes, books, bought, buys, customer, joins, loads, model_fails, moves, owner, posts, puts, quotes,
    says, speaks, stranger, taps,
};
use super::{by_whapi, of_demo, telling_and_asking};
use serde_json::json;

const MARINA: &str = "Marina Couto";
const CITY: &str = "São Paulo";

pub(super) fn week() -> Week {
    let person =
        |name, nth: u32, birthday, gender| customer(name, &format!("551191000{nth:04}"), birthday, gender, CITY);
    let people = vec![
        owner(MARINA, "5511900001001"),
        person("Beatriz Souza", 1, "--03-08", "female").with_pet("Thor", "dog", "--11-17"),
        person("Camila Rocha", 2, "--11-16", "female").with_pet("Luna", "cat", "--05-02"),
        person("Caio Lima", 3, "--11-20", "male").with_pet("Simba", "cat", "--07-21"),
        person("Diego Martins", 4, "--02-11", "male").with_pet("Mel", "dog", "--09-30"),
        person("Fernanda Dias", 5, "--08-25", "female").with_pet("Paçoca", "dog", "--06-13"),
        person("Gustavo Alves", 6, "--01-19", "male").with_pet("Bolinha", "dog", "--04-04"),
        person("Helena Prado", 7, "--12-24", "female").with_pet("Nina", "cat", "--10-10"),
        person("Igor Teixeira", 8, "--09-09", "male").with_pet("Bidu", "dog", "--01-31"),
        person("Juliana Reis", 9, "--04-17", "female").with_pet("Amora", "dog", "--02-22"),
        person("Larissa Nunes", 10, "--06-06", "female").with_pet("Farofa", "dog", "--03-15"),
        person("Marcelo Pinto", 11, "--07-14", "male").with_pet("Jujuba", "bird", "--08-08"),
        stranger("Renata Farias", "5511910000012"),
    ];
    let before = [
        bought("Diego Martins", "Banho e tosa", 80, &[62, 41, 20]),
        bought("Fernanda Dias", "Banho", 60, &[54, 40, 26, 12]),
        bought("Gustavo Alves", "Ração Premium 3 kg", 145, &[120, 80, 45]),
        bought("Helena Prado", "Banho", 60, &[70]),
        bought("Igor Teixeira", "Banho e tosa", 80, &[130, 40]),
        bought("Juliana Reis", "Banho", 60, &[25]),
        bought("Larissa Nunes", "Petisco de frango", 22, &[9]),
    ];
    Week {
        opening: telling_and_asking(by_whapi(of_demo("Patas & Cia"), "PATAS-W1")),
        people,
        before: before.into_iter().flatten().collect(),
        acts: first_days().into_iter().chain(last_days()).collect(),
    }
}

fn first_days() -> Vec<Act> {
    vec![
        books("before 21:40", ("Juliana Reis", Some("Amora")), "Juliana", ("Banho", "mon 09:00", 70)),
        books("before 21:41", ("Larissa Nunes", Some("Farofa")), "Larissa", ("Banho e tosa", "tue 10:00", 110)),
        books("before 21:42", ("Marcelo Pinto", Some("Jujuba")), "Marcelo", ("Consulta", "tue 15:00", 150)),
        books("before 21:43", ("Beatriz Souza", Some("Thor")), "Beatriz", ("Tosa higiênica", "tue 16:30", 60)),
        becomes("mon 09:50", "Juliana", "done"),
        buys("mon 09:52", "Juliana Reis", "Banho", 70),
        loads("mon 09:53", "Juliana Reis", 70, "banho de hoje"),
        says("mon 10:12", MARINA, "depois"),
        says("mon 10:30", "Larissa Nunes", "talvez"),
        says("mon 10:33", "Larissa Nunes", "1"),
        says("mon 14:00", MARINA, "1 com 15%"),
        says("mon 15:20", "Marcelo Pinto", "Não vou conseguir"),
        says("mon 15:45", MARINA, "sim"),
        taps("mon 16:40", "Beatriz Souza", 1),
        says("mon 16:41", "Beatriz Souza", "Pode ser quinta às 10h?"),
        moves("mon 17:05", "Beatriz", "thu 10:00"),
        becomes("tue 10:55", "Larissa", "done"),
        buys("tue 10:56", "Larissa Nunes", "Banho e tosa", 110),
        joins("tue 11:00", "Renata Farias", json!({})),
        says("tue 11:20", "Renata Farias", "renata.farias@example.com, nasci em 12/03/1990"),
        says("tue 11:40", "Renata Farias", "Sou mulher e moro em Osasco"),
        says("tue 16:10", MARINA, "sim"),
        says("tue 16:12", MARINA, "2"),
        quotes("tue 16:12:12", MARINA, "enviando a oferta relâmpago", "não, pare"),
        books("tue 17:00", ("Caio Lima", Some("Simba")), "Caio", ("Vacina", "thu 09:00", 95)),
        books("tue 17:05", ("Juliana Reis", Some("Amora")), "Juliana-2", ("Banho", "thu 14:00", 70)),
    ]
}

fn last_days() -> Vec<Act> {
    vec![
        says("wed 09:20", "Caio Lima", "confirmo!"),
        says("wed 09:30", "Camila Rocha", "SAIR"),
        posts(
            "wed 10:55",
            "A campaign is made: “Semana do banho”, to all customers.",
            "/api/campaigns",
            json!({"campaign_id": "semana-do-banho", "name": "Semana do banho", "audience": {"segment": "all"},
                   "message": "Oi, {{name}}! Esta semana o banho sai com 15% na {{business}} 🛁"}),
        ),
        posts("wed 11:00", "It is started.", "/api/campaigns/semana-do-banho/start", json!(null)),
        posts("wed 11:00:30", "It is paused.", "/api/campaigns/semana-do-banho/pause", json!(null)),
        posts("wed 11:30", "It goes on.", "/api/campaigns/semana-do-banho/resume", json!(null)),
        taps("wed 10:20", "Beatriz Souza", 0),
        says("wed 12:40", "Larissa Nunes", "Quanto custa a tosa higiênica?"),
        says("wed 14:00", "Gustavo Alves", "quero cancelar"),
        becomes("thu 09:40", "Caio", "done"),
        becomes("thu 11:05", "Beatriz", "no_show"),
        loads("thu 12:00", "Juliana Reis", -50, "petisco"),
        says("thu 15:20", MARINA, "não, obrigada"),
        puts(
            "thu 16:30",
            "From now on birthdays are proposed first.",
            "/api/automations/birthdays",
            json!({"action": "propose"}),
        ),
        says("fri 09:10", MARINA, "sim"),
        says("fri 09:12", MARINA, "a de aniversário"),
        says("fri 09:14", MARINA, "4"),
        says("fri 10:00", "Camila Rocha", "VOLTAR"),
        says("fri 16:10", MARINA, "talvez"),
        posts(
            "sat 10:00",
            "A message is sent to Caio.",
            "/api/messages",
            json!({"phone": "5511910000003", "kind": "transactional", "text": "Caio, a carteirinha do Simba ficou no balcão."}),
        ),
        posts(
            "sat 10:30",
            "A campaign for the birthday of the shop is started by hand.",
            "/api/aurora/proactive",
            json!({"type": "custom_campaign", "data": {"campaignType": "aniversario", "targetAudience": "all"}}),
        ),
        says("sat 12:05", "Igor Teixeira", "Bom dia!"),
        says("sat 12:05:03", "Igor Teixeira", "Quanto custa banho e tosa?"),
        says("sat 12:07", "Igor Teixeira", "e que horas vocês fecham hoje?"),
        says("sat 12:09", "Igor Teixeira", "quero falar com uma pessoa, por favor"),
        model_fails("sat 12:20"),
        says("sat 12:21", "Helena Prado", "Vocês têm horário na terça?"),
        speaks("sat 12:30", "Fernanda Dias", "Também queria saber o preço da tosa."),
        says("sat 12:31", "Fernanda Dias", "Quanto custa a tosa?"),
        says("sat 12:40", "Diego Martins", "quero marcar uma vacina para segunda às 10h"),
        quotes("sat 12:50", MARINA, "pede um horário: Vacina", "sim"),
        says("sat 13:00", "Juliana Reis", "quero marcar uma vacina para segunda às 11h"),
        quotes("sat 13:10", MARINA, "(23/11), às 11h", "não"),
        quotes("sun 10:00", MARINA, "amanhã, sábado", "sim"),
        says("sun 10:02", MARINA, "sim"),
    ]
}
