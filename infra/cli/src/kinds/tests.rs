use super::*;
use crate::cells::dates::DateOrder;
use crate::cells::numbers::DecimalSign;
use crate::input::Cell;
use serde_json::json;

/// Reads a line of cells with `;` between them, under such columns.
fn read(kind: Kind, columns: &str, line: &str) -> Result<Value, Vec<String>> {
    said(kind, columns, line).map(|mut said| {
        kind.finish(&mut said).unwrap();
        Value::Object(said.body)
    })
}

fn said(kind: Kind, columns: &str, line: &str) -> Result<Said, Vec<String>> {
    let columns: Vec<String> = columns.split(';').map(str::to_owned).collect();
    let mapping = Mapping::new(kind.fields(), &columns, &[]).unwrap();
    let decided = Decided { dates: DateOrder::DayFirst, decimal: DecimalSign::Comma, m_is_female: false };
    let zone = Some(chrono_tz::America::Sao_Paulo);
    let place = Place { country: Some("BR".to_owned()), zone, this_year: 2026 };
    let cells = line.split(';').map(|text| Cell { text: text.trim().to_owned(), is_typed: false }).collect();
    kind.read(&Record { row: 0, line: 2, cells }, &Rules { mapping: &mapping, decided, place: &place })
}

#[test]
fn customers() {
    let columns = "Nome;Sobrenome;Celular;E-mail;Nascimento;Sexo;Cidade;Aceita marketing;Pet;Espécie";
    let line = "Ana;Souza;(11) 8765-4321;ana@example.com;31/12/1990;F;São Paulo;Sim;Rex;cão";
    let body = json!({
        "name": "Ana Souza", "phone": "+5511987654321", "email": "ana@example.com", "birthday": "1990-12-31",
        "gender": "female", "city": "São Paulo", "marketing_consent": true, "pets": [{"name": "Rex", "species": "cão"}],
    });
    assert_eq!(read(Kind::Customers, columns, line), Ok(body));
    let least = json!({"phone": "+5511987654321"});
    assert_eq!(read(Kind::Customers, columns, ";;11 98765-4321;-;00/00/0000;;NULL;;;"), Ok(least));
    let faults = read(Kind::Customers, columns, "Ana;;5,51E+12;ana;31/02/1990;perro;;talvez;;").unwrap_err();
    let fields: Vec<_> = faults.iter().map(|fault| fault.split(':').next().unwrap()).collect();
    assert_eq!(fields, ["phone", "email", "birthday", "gender", "marketing_consent"]);
}

#[test]
fn purchases() {
    let columns = "Nota;Data;Hora;Celular;Produto;Qtd;Subtotal;Total";
    let body = json!({
        "invoice_id": "4711", "at": "2026-11-21T14:30:00-03:00", "phone": "+5511987654321", "total": "1450.00",
        "lines": [{"product": "Ração", "quantity": "2", "amount": "1450.00"}],
    });
    assert_eq!(read(Kind::Purchases, columns, "4711;21/11/2026;14:30;11987654321;Ração;2;;R$ 1.450,00"), Ok(body));
    let body = read(Kind::Purchases, columns, "4712;21/11/2026;;11987654321;;;;60").unwrap();
    assert_eq!(
        (&body["at"], &body["lines"], &body["total"]),
        (&json!("2026-11-21T12:00:00-03:00"), &json!([]), &json!("60"))
    );
    assert!(read(Kind::Purchases, columns, "4713;ontem;;11987654321;;;;sessenta").unwrap_err().len() == 2);
}

#[test]
fn the_lines_of_an_invoice_are_one_purchase() {
    let columns = "Nota;Data;Celular;Produto;Subtotal;Total";
    let line = |text: &str| said(Kind::Purchases, columns, text).unwrap();
    let mut invoice = line("1;21/11/2026;11987654321;Banho;60,10;");
    assert_eq!(Kind::Purchases.join(&mut invoice, &line("1;21/11/2026;11987654321;Tosa;39,95;")), Join::Added);
    Kind::Purchases.finish(&mut invoice).unwrap();
    assert_eq!((&invoice.body["total"], invoice.body["lines"].as_array().unwrap().len()), (&json!("100.05"), 2));
    let of_other = line("1;21/11/2026;11987654322;Tosa;39,95;");
    assert!(
        matches!(Kind::Purchases.join(&mut invoice, &of_other), Join::Differs(reason) if reason.starts_with("phone"))
    );
    let mut whole = line("2;21/11/2026;11987654321;;;60");
    assert!(matches!(Kind::Purchases.join(&mut whole, &line("2;21/11/2026;11987654321;;;60")), Join::Repeats(_)));
    let mut unclear = line("3;21/11/2026;11987654321;Banho;;60");
    assert!(matches!(Kind::Purchases.join(&mut unclear, &line("3;21/11/2026;11987654321;Tosa;;60")), Join::Differs(_)));
}

#[test]
fn an_invoice_without_an_id_has_the_same_one_each_time() {
    let columns = "Data;Celular;Total";
    let one = said(Kind::Purchases, columns, "21/11/2026;11987654321;60").unwrap();
    let same = said(Kind::Purchases, columns, "21/11/2026;(11) 98765-4321;60").unwrap();
    let other = said(Kind::Purchases, columns, "21/11/2026;11987654321;61").unwrap();
    assert!(!one.has_key && one.key.starts_with("import-"));
    assert_eq!((one.key == same.key, one.key == other.key), (true, false));
}

#[test]
fn appointments() {
    let columns = "Data;Hora;Telefone;Pet;Serviço;Duração;Preço;Situação;ID";
    let body = json!({
        "appointment_id": "77", "start": "2026-12-24T14:30:00", "phone": "+5511987654321", "pet": "Rex",
        "service": "Banho e tosa", "minutes": 90, "price": "80.50", "status": "confirmed", "overbook": true,
    });
    let line = "24/12/2026;14h30;11987654321;Rex;Banho e tosa;90;80,50;Confirmado;77";
    assert_eq!(read(Kind::Appointments, columns, line), Ok(body));
    let faults = read(Kind::Appointments, columns, "24/12/2026;;11987654321;Rex;;1,5;80,50;azul;77").unwrap_err();
    assert_eq!(faults.len(), 4, "{faults:?}");
}
