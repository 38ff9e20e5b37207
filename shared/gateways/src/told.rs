//! What a message shows that has no words of its own: a place, people, a file's name, an order, the fields of a form. The
//! gateways name the same things in many ways, so each is looked for under all its names.

use crate::json::{cut, first, items, text};
use domain::inbound::InboundKind;
use domain::line::in_one_line;
use serde_json::Value;

/// The longest line that is kept of it, in characters.
const LONGEST: usize = 500;
/// The people or products of one message that are named.
const MOST: usize = 10;

/// The line of a message of this kind. `part` is the object that has its content.
pub fn told(kind: InboundKind, part: &Value) -> Option<String> {
    let line = match kind {
        InboundKind::Document => first(part, &["filename", "file_name", "fileName", "title"])?.to_owned(),
        InboundKind::Location => place(part)?,
        InboundKind::Contacts => people(part)?,
        InboundKind::Order => order(part)?,
        InboundKind::Reaction => first(part, &["emoji", "text", "reaction"])?.to_owned(),
        InboundKind::Reply => choice(part)?,
        InboundKind::Other => other(part)?,
        _ => return None,
    };
    let line = cut(&in_one_line(&line), LONGEST);
    (!line.is_empty()).then_some(line)
}

/// The name of a place, its address, and its coordinates in degrees.
fn place(part: &Value) -> Option<String> {
    let degrees = |names: [&str; 3]| names.iter().find_map(|name| part.get(name)).filter(|it| !it.is_null());
    let latitude = degrees(["latitude", "degreesLatitude", "lat"]);
    let longitude = degrees(["longitude", "degreesLongitude", "lng"]);
    let at = latitude.zip(longitude).map(|(north, east)| format!("{} {}", plain(north), plain(east)));
    let named = [first(part, &["name", "description"]), text(part, "address")];
    let parts: Vec<String> = named.into_iter().flatten().map(str::to_owned).chain(at).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The names of people with their numbers.
fn people(part: &Value) -> Option<String> {
    let lists = ["contacts", "list"].map(|name| items(part, name));
    let one = std::slice::from_ref(part);
    let all = part.as_array().map(Vec::as_slice).or_else(|| lists.into_iter().find(|list| !list.is_empty()));
    let named: Vec<String> = all.unwrap_or(one).iter().take(MOST).filter_map(person).collect();
    (!named.is_empty()).then(|| named.join("; "))
}

fn person(contact: &Value) -> Option<String> {
    let card = first(contact, &["vcard", "vCard"]).or_else(|| contact.as_str()).unwrap_or_default();
    let field = |name: &str| {
        let line = card.lines().find(|line| line.to_ascii_uppercase().starts_with(name))?;
        Some(line.rsplit_once(':')?.1.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let of_parts = || contact.get("name").and_then(|name| first(name, &["formatted_name", "first_name"]));
    let name = first(contact, &["name", "displayName"]).or_else(of_parts).map(str::to_owned).or_else(|| field("FN"));
    let listed = || items(contact, "phones").iter().find_map(|phone| first(phone, &["phone", "wa_id"]));
    let number = listed().map(str::to_owned).or_else(|| field("TEL")).or_else(|| field("ITEM1.TEL"));
    match (name, number) {
        (Some(name), Some(number)) => Some(format!("{name} {number}")),
        (name, number) => name.or(number),
    }
}

/// Products with their quantities and prices; or how many there are.
fn order(part: &Value) -> Option<String> {
    let product = |item: &Value| {
        let name = first(item, &["product_retailer_id", "name", "id"])?;
        let quantity = item.get("quantity").map_or_else(|| "1".to_owned(), plain);
        let price = item
            .get("item_price")
            .map(|price| format!(" ({} {})", plain(price), text(item, "currency").unwrap_or_default()));
        Some(format!("{quantity} × {name}{}", price.unwrap_or_default()))
    };
    let lists = ["product_items", "products", "items"].map(|name| items(part, name));
    let products: Vec<String> = lists.iter().flat_map(|list| list.iter()).take(MOST).filter_map(product).collect();
    if !products.is_empty() {
        return Some(products.join(", "));
    }
    let count =
        ["item_count", "itemCount"].iter().find_map(|name| part.get(name)).map(|it| format!("{} items", plain(it)));
    let title = first(part, &["orderTitle", "title"]).map(str::to_owned);
    let parts: Vec<String> = [count, title].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The line below the title of a chosen entry, or the fields of a form that was filled in.
fn choice(part: &Value) -> Option<String> {
    let entry = part.get("list_reply").unwrap_or(part);
    let form = part.get("nfm_reply").or_else(|| part.get("nativeFlowResponseMessage"));
    let filled = form.and_then(|form| first(form, &["response_json", "paramsJson", "paramsJSON"]));
    text(entry, "description").map(str::to_owned).or_else(|| fields(filled?))
}

/// The fields of a form; its token is the form's and not the person's.
fn fields(json: &str) -> Option<String> {
    let filled: Value = serde_json::from_str(json).ok()?;
    let of_person = |(name, value): (&String, &Value)| {
        let is_said = name != "flow_token" && (value.is_string() || value.is_number() || value.is_boolean());
        is_said.then(|| format!("{name}: {}", plain(value)))
    };
    let said: Vec<String> = filled.as_object()?.iter().filter_map(of_person).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// The choices of a vote, or the product that was shown.
fn other(part: &Value) -> Option<String> {
    let votes: Vec<&str> = items(part, "votes").iter().take(MOST).filter_map(Value::as_str).collect();
    let product = || first(part, &["product_retailer_id", "product_id"]).map(str::to_owned);
    if votes.is_empty() { product() } else { Some(votes.join(", ")) }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use InboundKind as K;
    use serde_json::json;

    #[test]
    fn what_has_no_words_is_told_in_one_line() {
        let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Bea\nTEL;type=CELL;waid=5511987650018:+55 11 98765-0018\nEND:VCARD";
        for (kind, part, expected) in [
            (K::Document, json!({"filename": "exame.pdf", "caption": "x"}), Some("exame.pdf")),
            (K::Document, json!({"fileName": "a\nb.pdf"}), Some("a b.pdf")),
            (
                K::Location,
                json!({"latitude": -23.5, "longitude": -46.6, "name": "Casa", "address": "Rua A, 1"}),
                Some("Casa, Rua A, 1, -23.5 -46.6"),
            ),
            (K::Location, json!({"degreesLatitude": 1, "degreesLongitude": 2}), Some("1 2")),
            (K::Location, json!({"latitude": "-23.5", "longitude": "-46.6"}), Some("-23.5 -46.6")),
            (
                K::Contacts,
                json!([{"name": {"formatted_name": "Bea"}, "phones": [{"phone": "+5511987650018"}]}]),
                Some("Bea +5511987650018"),
            ),
            (K::Contacts, json!({"displayName": "Bea", "vcard": card}), Some("Bea +55 11 98765-0018")),
            (
                K::Contacts,
                json!({"contacts": [{"vcard": card}, {"displayName": "Rui"}]}),
                Some("Bea +55 11 98765-0018; Rui"),
            ),
            (K::Contacts, json!({"list": [{"name": "Rui"}]}), Some("Rui")),
            (
                K::Order,
                json!({"product_items": [{"product_retailer_id": "racao", "quantity": 2, "item_price": 35.5, "currency": "BRL"}]}),
                Some("2 × racao (35.5 BRL)"),
            ),
            (K::Order, json!({"itemCount": 3, "orderTitle": "Loja"}), Some("3 items, Loja")),
            (K::Reaction, json!({"emoji": "👍", "message_id": "m"}), Some("👍")),
            (K::Reaction, json!({"text": ""}), None),
            (K::Reply, json!({"list_reply": {"id": "1", "title": "Banho", "description": "60 min"}}), Some("60 min")),
            (
                K::Reply,
                json!({"nfm_reply": {"response_json": "{\"flow_token\": \"t\", \"day\": \"2026-12-01\", \"pets\": 2}"}}),
                Some("day: 2026-12-01, pets: 2"),
            ),
            (K::Reply, json!({"button_reply": {"id": "1", "title": "Vou"}}), None),
            (K::Other, json!({"type": "vote", "votes": ["Terça", 7, "Sexta"]}), Some("Terça, Sexta")),
            (K::Other, json!({"catalog_id": "1", "product_id": "racao"}), Some("racao")),
            (K::Other, json!({"votes": [], "title": "Qual?"}), None),
            (K::Location, json!({}), None),
            (K::Contacts, json!(null), None),
            (K::Order, json!("x"), None),
            (K::Image, json!({"caption": "x"}), None),
        ] {
            assert_eq!(told(kind, &part).as_deref(), expected, "{part}");
        }
    }
}
