//! Maple Street Grooming in New York, which writes English. The demo has no business that does.

use super::super::act::{
    Act, Week, becomes, books, bought, buys, customer, joins, loads, model_fails, moves, owner, posts, puts, quotes,
    says, speaks, stranger, taps,
};
use super::{by_whapi, telling_and_asking};
use serde_json::{Value, json};

const GRACE: &str = "Grace Miller";
const CITY: &str = "New York";

fn opening() -> Value {
    let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    let hours = weekdays.map(|day| (day.to_owned(), json!([{"opens": "09:00", "closes": "18:00"}])));
    let opening = json!({
        "name": "Maple Street Grooming", "country": "US", "locale": "en", "currency": "USD",
        "timezone": "America/New_York", "slot_minutes": 60, "opening_hours": serde_json::Map::from_iter(hours),
        "owners": [{"name": GRACE, "phone": "+12122340100"}],
        "settings": {
            "closed_days": ["2026-11-20"], "confirm_above": 3,
            "instructions": "A grooming salon for dogs and cats. Vaccinations must be up to date. Cards and cash.",
            "services": [
                {"name": "Bath", "minutes": 60, "price": 45},
                {"name": "Nail trim", "minutes": 15, "price": 15},
            ],
        },
    });
    telling_and_asking(by_whapi(opening, "MAPLE-1"))
}

pub(super) fn week() -> Week {
    let person = |name, nth: u32, birthday, gender| customer(name, &format!("1212234{nth:04}"), birthday, gender, CITY);
    let people = vec![
        owner(GRACE, "12122340100"),
        person("Alice Cooper", 101, "--11-16", "female").with_pet("Biscuit", "dog", "--03-01"),
        person("Ben Harris", 102, "--05-20", "male").with_pet("Rocket", "dog", "--11-18"),
        person("Chloe Adams", 103, "--11-19", "female").with_pet("Misty", "cat", "--01-10"),
        person("Daniel Reed", 104, "--02-28", "male").with_pet("Duke", "dog", "--06-16"),
        person("Emma Brooks", 105, "--08-13", "female").with_pet("Olive", "dog", "--09-02"),
        person("Frank Young", 106, "--10-31", "male").with_pet("Pepper", "dog", "--12-05"),
        person("Hannah Scott", 107, "--04-22", "female").with_pet("Coco", "dog", "--07-30"),
        person("Jack Turner", 108, "--09-15", "male").with_pet("Bandit", "dog", "--02-17"),
        person("Lily Evans", 109, "--06-29", "female").with_pet("Willow", "cat", "--04-12"),
        person("Noah Parker", 110, "--12-01", "male").with_pet("Max", "dog", "--10-21"),
        stranger("Sophie Bell", "12122340111"),
    ];
    let before = [
        bought("Chloe Adams", "Bath", 45, &[43, 29, 15]),
        bought("Daniel Reed", "Full groom", 85, &[82, 54, 26]),
        bought("Emma Brooks", "Full groom", 85, &[150, 100, 60]),
        bought("Frank Young", "Bath", 45, &[35]),
        bought("Hannah Scott", "Bath", 45, &[12]),
    ];
    let before = before.into_iter().flatten().collect();
    Week { opening: opening(), people, before, acts: first_days().into_iter().chain(last_days()).collect() }
}

fn first_days() -> Vec<Act> {
    vec![
        books("before 21:40", ("Hannah Scott", Some("Coco")), "Hannah", ("Bath", "mon 11:00", 45)),
        books("before 21:41", ("Jack Turner", Some("Bandit")), "Jack", ("Full groom", "tue 10:00", 85)),
        books("before 21:42", ("Lily Evans", Some("Willow")), "Lily", ("Nail trim", "tue 12:00", 20)),
        books("before 21:43", ("Noah Parker", Some("Max")), "Noah", ("Bath", "tue 15:00", 45)),
        says("mon 10:10", "Jack Turner", "Yes, see you then!"),
        says("mon 10:20", GRACE, "later"),
        becomes("mon 11:50", "Hannah", "done"),
        loads("mon 11:55", "Hannah Scott", 45, "today's bath"),
        says("mon 12:20", "Lily Evans", "maybe"),
        says("mon 12:25", "Lily Evans", "2"),
        says("mon 12:26", "Lily Evans", "Could we do Thursday at 2pm?"),
        moves("mon 12:50", "Lily", "thu 14:00"),
        says("mon 13:10", GRACE, "1 with 15%"),
        taps("mon 15:30", "Noah Parker", 2),
        says("mon 16:20", GRACE, "not this time"),
        says("mon 16:25", GRACE, "no"),
        becomes("tue 10:55", "Jack", "no_show"),
        joins("tue 11:00", "Sophie Bell", json!({})),
        says("tue 11:10", "Noah Parker", "How much is a nail trim?"),
        says("tue 11:20", "Sophie Bell", "sophie.bell@example.com and my birthday is June 4"),
        says("tue 11:40", "Sophie Bell", "female, I live in Brooklyn"),
        buys("tue 13:00", "Hannah Scott", "Shampoo", 18),
        puts(
            "tue 14:00",
            "From now on birthdays are proposed first.",
            "/api/automations/birthdays",
            json!({"action": "propose"}),
        ),
        says("tue 16:10", GRACE, "yes"),
        says("tue 16:12", GRACE, "all"),
        says("tue 20:30", GRACE, "yes"),
        says("tue 20:31", GRACE, "yes"),
        says("tue 20:40", GRACE, "no, stop it"),
    ]
}

fn last_days() -> Vec<Act> {
    vec![
        says("wed 09:10", GRACE, "yes"),
        says("wed 09:11", GRACE, "yes"),
        says("wed 09:30", "Alice Cooper", "STOP"),
        posts(
            "wed 10:55",
            "A campaign is made: “Coat week”, to all customers.",
            "/api/campaigns",
            json!({"campaign_id": "coat-week", "name": "Coat week", "audience": {"segment": "all"},
                   "message": "{{name}}, it's coat week at {{business}}: a brush-out is on us with every bath 🐕"}),
        ),
        posts("wed 11:00", "It is started.", "/api/campaigns/coat-week/start", json!(null)),
        posts("wed 11:00:30", "It is paused.", "/api/campaigns/coat-week/pause", json!(null)),
        posts("wed 11:20", "It goes on.", "/api/campaigns/coat-week/resume", json!(null)),
        taps("wed 14:10", "Lily Evans", 0),
        says("wed 15:00", "Ben Harris", "I want to cancel"),
        says("wed 16:10", GRACE, "maybe"),
        becomes("thu 14:50", "Lily", "done"),
        buys("thu 14:55", "Lily Evans", "Nail trim", 20),
        loads("thu 14:56", "Hannah Scott", -30, "free brush"),
        says("thu 15:10", GRACE, "yes"),
        says("thu 15:11", GRACE, "the last one"),
        quotes("fri 10:00", GRACE, "tomorrow, Thursday 19 November.", "yes"),
        says("fri 10:02", GRACE, "yes"),
        quotes("fri 11:00", GRACE, "Chloe Adams – +", "yes"),
        says("fri 11:01", GRACE, "yes"),
        says("fri 12:00", "Alice Cooper", "START"),
        says("fri 14:05", "Emma Brooks", "Hi there!"),
        says("fri 14:05:03", "Emma Brooks", "How much is a bath?"),
        says("fri 14:07", "Emma Brooks", "what time do you open on Saturday?"),
        says("fri 14:09", "Emma Brooks", "I'd like to talk to a person please"),
        model_fails("fri 14:20"),
        says("fri 14:21", "Frank Young", "Do you also trim nails?"),
        speaks("fri 14:30", "Hannah Scott", "And how much is a bath?"),
        says("fri 14:31", "Hannah Scott", "How much is a bath?"),
        says("fri 15:40", "Jack Turner", "I'd like to book a nail trim tomorrow at 10:00"),
        quotes("fri 15:50", GRACE, "asks for an appointment: Nail trim", "yes"),
        posts(
            "sat 10:00",
            "A campaign is started by hand.",
            "/api/aurora/proactive",
            json!({"type": "custom_campaign", "data": {"campaignType": "promocional", "targetAudience": "all"}}),
        ),
        posts(
            "sat 10:30",
            "A message is sent to Hannah.",
            "/api/messages",
            json!({"phone": "12122340107", "kind": "transactional", "text": "Hannah, Coco's collar is at the front desk."}),
        ),
    ]
}
