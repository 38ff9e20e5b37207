//! The operator's tool at work: files as programs write them, killed on the way, and taken up again.

use crate::bundle::{Bundle, TestBusiness};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;
use tokio::process::Command;
use world::Gateway;

const LINES: usize = 3_000;
/// One line in so many has a phone that nobody has.
const BAD: usize = 300;

fn recado(bundle: &Bundle, business: &TestBusiness, arguments: &[&str]) -> Command {
    let mut command = Command::new(local::programs::folder().unwrap().join("recado"));
    command.args(["--url", bundle.laptop.address(), "--business", &business.id]).args(arguments);
    command.env("RECADO_KEY", &business.key).stdin(Stdio::null()).kill_on_drop(true);
    command
}

async fn run(bundle: &Bundle, business: &TestBusiness, arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } = recado(bundle, business, arguments).output().await.unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    (status.code().unwrap(), told)
}

/// Read, created, updated, unchanged, rejected.
fn counts(told: &str) -> [usize; 5] {
    let line = told.lines().find(|line| line.contains(" lines read = ")).unwrap_or_else(|| panic!("{told}"));
    let numbers: Vec<usize> = line.split([' ', ':']).filter_map(|word| word.parse().ok()).collect();
    numbers.try_into().unwrap()
}

async fn customers(bundle: &Bundle, business: &TestBusiness, order: &str) -> Vec<Value> {
    let first = format!("/api/customers?limit=100&order={order}");
    let (mut all, mut path) = (Vec::new(), first.clone());
    loop {
        let page = bundle.get(&path, &business.key).await.expect(200);
        all.extend(page["customers"].as_array().unwrap().iter().cloned());
        match page["cursor"].as_str() {
            Some(cursor) => path = format!("{first}&cursor={cursor}"),
            None => return all,
        }
    }
}

/// As Excel in Brazil writes it: Windows-1252, `;`, the day first. The last line repeats the first one's phone.
fn file(folder: &Path) -> PathBuf {
    let mut text = b"Nome;Telefone;Data de Nascimento;Cidade\r\n".to_vec();
    for nth in 0..LINES {
        let phone = match nth {
            _ if nth % BAD == 7 => "0000".to_owned(),
            _ if nth == LINES - 1 => "5511955000000".to_owned(),
            _ => format!("(11) 9550{}-{:04}", nth / 10_000, nth % 10_000),
        };
        let (day, month) = (1 + nth % 28, 1 + nth % 12);
        text.extend(b"Jo\xe3o ");
        text.extend(format!("{nth};{phone};{day:02}/{month:02}/1980;").bytes());
        text.extend(b"S\xe3o Paulo\r\n");
    }
    let path = folder.join("clientes.csv");
    std::fs::write(&path, text).unwrap();
    path
}

fn done_batches(progress: &Path) -> usize {
    std::fs::read_to_string(progress).map_or(0, |text| text.lines().count().saturating_sub(1))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_killed_on_the_way_is_there_once_and_wholly() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let (input, progress) = (path.to_str().unwrap(), folder.path().join("clientes.csv.recado-progress"));

    let (code, told) = run(&bundle, &business, &["import", "customers", input, "--dry-run"]).await;
    assert_eq!(code, 2, "{told}");
    for part in ["windows-1252", "day/month/year", "+5511955000000", "2990 would be sent, 10 would be rejected"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(customers(&bundle, &business, "newest").await.is_empty() && !progress.exists());

    let arguments = ["import", "customers", input, "--requests", "1"];
    let mut killed =
        recado(&bundle, &business, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    bundle.until("two batches", async || done_batches(&progress) >= 2).await;
    killed.kill().await.unwrap();
    killed.wait().await.unwrap();
    let before = done_batches(&progress);
    assert!((2..6).contains(&before), "{before} batches were done when it was killed");

    let (code, told) = run(&bundle, &business, &arguments).await;
    assert_eq!(code, 2, "{told}");
    assert!(told.contains("going on: "), "{told}");
    let [read, created, updated, unchanged, rejected] = counts(&told);
    assert_eq!((read, updated, rejected), (LINES, 0, LINES / BAD), "{told}");
    // A batch that was under way when it was killed was made already.
    assert_eq!(created + unchanged, LINES - LINES / BAD);
    assert!(unchanged <= 501, "{told}");
    assert!(!progress.exists());
    let all = customers(&bundle, &business, "newest").await;
    assert_eq!(all.len(), LINES - LINES / BAD - 1);
    let contacts = |all: &[Value]| -> Vec<DateTime<Utc>> {
        all.iter().map(|it| it["last_contact_at"].as_str().unwrap().parse().unwrap()).collect()
    };
    let oldest = customers(&bundle, &business, "oldest").await;
    let ids = |all: &[Value]| all.iter().map(|it| it["customer_id"].to_string()).collect::<BTreeSet<_>>();
    assert!(oldest.len() == all.len() && ids(&oldest) == ids(&all));
    assert!(contacts(&oldest).first() < contacts(&oldest).last() && contacts(&all).first() > contacts(&all).last());
    let first = all.iter().find(|it| it["phone"] == "5511955000000").unwrap();
    assert_eq!((&first["name"], &first["city"]), (&"João 0".into(), &"São Paulo".into()));

    // The rejected lines, mended.
    let rejects = folder.path().join("clientes.rejects.csv");
    let text = std::fs::read_to_string(&rejects).unwrap();
    assert_eq!(text.lines().count(), 1 + LINES / BAD);
    assert!(
        text.contains("João 7;0000;08/08/1980;São Paulo;9;\"phone: ")
            || text.contains("João 7;0000;08/08/1980;São Paulo;9;phone: "),
        "{text}"
    );
    let mended = folder.path().join("mended.csv");
    let fix = |(nth, line): (usize, &str)| line.replacen("0000", &format!("1195599{nth:04}"), 1);
    std::fs::write(&mended, text.lines().enumerate().map(fix).collect::<Vec<_>>().join("\n")).unwrap();
    let (code, told) = run(&bundle, &business, &["import", "customers", mended.to_str().unwrap()]).await;
    assert_eq!((code, counts(&told)), (0, [10, 10, 0, 0, 0]), "{told}");

    bundle.laptop.settled().await;
    assert!(bundle.messages(&business).await.is_empty(), "nobody is asked");
    assert!(bundle.laptop.world().sent().is_empty() && bundle.dead_letters().await == 0);
    bundle.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_and_the_diary_come_in_and_go_out() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let people = write(
        "people.ndjson",
        "{\"phone\": \"11 95500-0001\", \"name\": \"=cmd\", \"pets\": [{\"name\": \"Rex\"}]}\n{\"phone\": \"11 95500-0002\", \"name\": \"Bia\"}\n",
    );
    let (code, told) = run(&bundle, &business, &["import", "customers", &people]).await;
    assert_eq!((code, counts(&told)), (0, [2, 2, 0, 0, 0]), "{told}");

    // Two lines of one invoice, one of nobody's, and one that stands there twice.
    let sales = write(
        "vendas.csv",
        "Nota;Data;Celular;Produto;Subtotal\n1;21/11/2025;11955000001;Banho;60,10\n1;21/11/2025;11955000001;Tosa;1.039,95\n\
         2;22/11/2025;11955000009;Banho;60,00\n3;22/11/2025;11955000002;Banho;60,00\n1;21/11/2025;11955000001;Tosa;1,00\n",
    );
    let arguments = ["import", "purchases", &sales];
    let (code, told) = run(&bundle, &business, &arguments).await;
    assert_eq!((code, counts(&told)), (2, [5, 3, 0, 0, 2]), "{told}");
    let (_, again) = run(&bundle, &business, &arguments).await;
    assert_eq!(counts(&again), [5, 0, 0, 3, 2], "{again}");
    let ana = bundle.get("/api/customers/5511955000001", &business.key).await.expect(200);
    assert_eq!((&ana["purchases"], &ana["total_spent"]), (&1.into(), &1100.05.into()));
    let rejects = std::fs::read_to_string(folder.path().join("vendas.rejects.csv")).unwrap();
    assert!(
        rejects.contains("This business has no such customer.") && rejects.contains("stands in line 2 already"),
        "{rejects}"
    );

    let diary = write(
        "agenda.csv",
        "Data;Hora;Telefone;Serviço;Situação\n21/11/2025;14h30;11955000001;Banho;Realizado\n24/12/2030;09:00;11955000002;Tosa;Agendado\n",
    );
    let arguments = ["import", "appointments", &diary];
    let (code, told) = run(&bundle, &business, &arguments).await;
    assert_eq!((code, counts(&told)), (0, [2, 2, 0, 0, 0]), "{told}");
    assert_eq!(counts(&run(&bundle, &business, &arguments).await.1), [2, 0, 0, 2, 0]);

    let out = folder.path().join("out.csv");
    let out = out.to_str().unwrap();
    let (code, told) = run(&bundle, &business, &["export", "customers", "--out", out]).await;
    assert_eq!((code, told.contains("2 written")), (0, true), "{told}");
    let text = std::fs::read_to_string(out).unwrap();
    assert!(text.contains(",'=cmd,") && text.contains(",Bia,"), "{text}");
    let (code, told) = run(&bundle, &business, &["export", "purchases", "--format", "ndjson", "--out", out]).await;
    assert_eq!((code, told.contains("2 written")), (0, true), "{told}");
    let text = std::fs::read_to_string(out).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|it| it["invoice_id"] == "1" && it["phone"] == "5511955000001"), "{text}");
    // On a holiday a campaign would wait for the morning after.
    let today = chrono::Utc::now().date_naive();
    let days: Vec<_> = today.pred_opt().into_iter().chain(today.iter_days().take(2)).collect();
    let open = json!({"settings": {"open_days": days}});
    let path = format!("/api/businesses/{}", business.id);
    bundle.call("PATCH", &path, &business.key, Some(&open)).await.expect(200);
    let offer =
        json!({"campaign_id": "offer", "name": "Offer", "audience": {"segment": "all"}, "message": "Oi, {{name}}"});
    bundle.post("/api/campaigns", &business.key, offer).await.expect(201);
    bundle.call("POST", "/api/campaigns/offer/start", &business.key, None).await.expect(200);
    let returns = async || bundle.get("/api/campaigns/offer/returns", &business.key).await.expect(200);
    bundle.until("both have left", async || bundle.got(&business, "5511955000002").len() == 1).await;
    // The purchases of before the campaign are not its own.
    assert_eq!(returns().await["bought"], 0);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let bought = json!({"invoice_id": "4", "phone": "5511955000002", "at": chrono::Utc::now(), "total": 75.5,
                        "lines": [{"product": "Banho", "amount": 75.5}]});
    bundle.post("/api/purchases", &business.key, bought).await.expect(201);
    assert_eq!(returns().await["revenue"], json!({"amount": 75.5, "currency": "BRL"}));
    let (code, told) = run(&bundle, &business, &["report", "campaigns"]).await;
    assert_eq!((code, told.contains("75.50 BRL")), (0, true), "{told}");

    // With a key that nobody has, nothing comes in.
    let (code, told) = run(&bundle, &business, &["--key", "wrong", "import", "customers", &people]).await;
    assert_eq!((code, told.contains("401")), (1, true), "{told}");
    let (code, told) = run(&bundle, &business, &["import", "customers", "missing.csv"]).await;
    assert_eq!((code, told.contains("missing.csv")), (1, true), "{told}");
    bundle.end().await;
}
