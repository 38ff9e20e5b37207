use super::{analysis_form, mind, post, reply_form, said};
use crate::tests::outside;
use serde_json::json;

/// Pieces of which people, and those who are no people, make texts.
const PIECES: [&str; 40] = [
    "oi",
    "quero",
    "marcar",
    "banho",
    "amanhã",
    "30/11",
    "31/02",
    "99/99",
    "2026-11-30",
    "1899",
    "às 25",
    "10:99",
    "24h",
    "10h30",
    "dia 32",
    "el 31",
    "mañana por la mañana",
    "meio-dia",
    "noon",
    "sim",
    "?",
    "…",
    "🙂",
    "é\u{301}",
    "ß",
    "İ",
    "@",
    "a@b.c",
    "meu nome é",
    "moro em",
    "aniversário",
    "12 de",
    "março de 0",
    "4294967296",
    ":",
    "/",
    "1/",
    "'",
    "\n",
    "\u{0}",
];

#[tokio::test(start_paused = true)]
async fn whatever_is_written_has_an_answer() {
    let outside = outside();
    let mut rng = fastrand::Rng::with_seed(11);
    for form in [reply_form(), analysis_form()] {
        for _ in 0..1_500 {
            let mut text =
                || (0..rng.usize(0..9)).map(|_| format!("{} ", PIECES[rng.usize(..PIECES.len())])).collect::<String>();
            let (first, answer, second) = (text(), text(), text());
            let instructions = mind::PETS.replace("Aceitamos", &text()).replace("2026-11-29", &text());
            let input = json!([
                {"role": "user", "content": first},
                {"role": "assistant", "content": format!("{answer} Qual fica melhor para você?")},
                {"role": "user", "content": second},
            ]);
            let body = json!({"model": "gpt-5.4-mini", "instructions": instructions, "input": input, "text": form});
            said(&post(&outside, &body).await.unwrap().1);
        }
    }
}
