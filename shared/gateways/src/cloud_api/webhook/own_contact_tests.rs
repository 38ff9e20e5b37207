use super::super::changes::tests::who;
use super::super::tests::meta;
use crate::tests::{ANA, at};
use domain::inbound::IdentityChange;
use serde_json::{Value, json};

#[test]
fn the_own_contact_is_trusted_only_as_an_answer_to_our_request() {
    let contact_with = |contacts: Value, fields: Value| {
        let mut message = json!({"from_user_id": "BR.88000001", "id": "wamid.T18", "timestamp": "1790416800",
            "type": "contacts", "contacts": contacts});
        message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        meta(
            "messages",
            json!({"contacts": [{"profile": {"name": "Bea", "username": "@bea"}, "user_id": "BR.88000001"}],
            "messages": [message]}),
        )
    };
    let contact = |origin: Option<&str>, contacts: Value| contact_with(contacts, json!({"origin": origin}));
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Bea\nTEL;TYPE=CELL:+5511987650018\nEND:VCARD";
    let own = json!([{"vcard": card, "phones": [{"phone": "5511987650018"}]}]);
    let expected = IdentityChange {
        before: who(None, Some("BR.88000001")),
        after: who(Some("5511987650018"), Some("BR.88000001")),
        at: at(1_790_416_800),
        joins: true,
    };
    for contacts in [
        own.clone(),
        json!([{"vcard": card}]),
        json!([{"phones": [{"phone": "+55 11 98765-0018", "wa_id": "5511987650018"}]}]),
    ] {
        let told = contact(Some("contact_request"), contacts);
        assert_eq!(told.identity_changes, std::slice::from_ref(&expected));
        let message = &told.inbound[0];
        assert_eq!((message.name.as_deref(), message.username.as_deref()), (Some("Bea"), Some("bea")));
        assert_eq!(message.from, expected.before, "the message alone does not say so");
    }
    let of = |contact: Value| contact_with(json!([contact]), json!({"origin": "contact_request"}));
    for contact in [
        json!({"vcard": "BEGIN:VCARD\nTEL;waid=5511987650018:(11) 98765-0018\nEND:VCARD"}),
        json!({"vcard": "BEGIN:VCARD\r\nitem1.TEL;type=CELL;WAID=\"5511987650018\":98765-0018\r\nitem1.X-ABLabel:Celular\r\nEND:VCARD"}),
        json!({"vcard": "BEGIN:VCARD\nTEL:+55 (11) 98765-0018\nNOTE:Tel 573001234567\nEND:VCARD"}),
        json!({"vcard": "BEGIN:VCARD\nTEL;VALUE=uri:tel:+55-11-98765-0018\nEND:VCARD"}),
        json!({"vcard": "BEGIN:VCARD\nTEL;waid=5511987650018:+55 11 98765-0018\nTEL;type=HOME:+55 11 3265-4321\nEND:VCARD"}),
        json!({"phones": [{"phone": "(11) 98765-0018", "wa_id": "5511987650018"}]}),
        json!({"phones": [{"phone": "(11) 98765-0018"}], "vcard": card}),
        json!({"phones": [{"phone": "00 55 11 98765-0018"}]}),
        json!({"phones": [{"phone": "011 98765-0018"}, {"phone": "+55 11 8765-0018"}]}),
        json!({"phones": [{"phone": "+55 11 98765-0018", "wa_id": "5511987650018"}, {"phone": "+55 11 3265-4321"}]}),
        json!({"phone": "+55 11 98765-0018"}),
        json!({"wa_id": "551187650018"}),
        json!({"phones": [{"phone": "call me"}], "vcard": card}),
    ] {
        assert_eq!(of(contact.clone()).identity_changes, std::slice::from_ref(&expected), "{contact}");
    }
    for contact in [
        json!({"vcard": "BEGIN:VCARD\nTEL:(11) 98765-0018\nEND:VCARD"}),
        json!({"phones": [{"phone": "(11) 98765-0018"}]}),
        json!({"phones": [{"phone": "011 98765-0018"}]}),
        json!({"phones": [{"phone": "(11) 98765-0019"}, {"phone": "+55 11 98765-0018"}]}),
        // A number of Iran without its plus sign.
        json!({"phones": [{"phone": "98 7650 0181"}]}),
        json!({"phones": [{"phone": "98765-0018"}]}),
        json!({"phones": [{"phone": "(20) 98765-0018"}]}),
        json!({"phones": [{"wa_id": "5511987650018"}, {"wa_id": ANA}]}),
        json!({"vcard": "BEGIN:VCARD\nFN:HOTEL:5511987650018\nEND:VCARD"}),
        json!({"vcard": "TEL"}),
        json!({}),
        json!(7),
    ] {
        let told = of(contact.clone());
        assert_eq!((told.identity_changes.len(), told.inbound.len()), (0, 1), "{contact}");
    }
    for place in [json!({"origin": "CONTACT_REQUEST"}), json!({"context": {"origin": "contact_request"}})] {
        assert_eq!(contact_with(own.clone(), place).identity_changes, std::slice::from_ref(&expected));
    }
    let author = |from: &str| json!({"origin": "contact_request", "from": from});
    assert_eq!(contact_with(own.clone(), author(ANA)).identity_changes, [], "who has a number shows no other one");
    assert_eq!(contact_with(own.clone(), author("5511987650018")).identity_changes.len(), 1);
    let unnamed = json!({"origin": "contact_request", "from_user_id": null});
    assert_eq!(contact_with(own.clone(), unnamed).identity_changes, std::slice::from_ref(&expected));

    let business = json!([{"phones": [{"wa_id": "15550001111"}]}]);
    let told = contact(Some("contact_request"), business);
    assert_eq!((told.identity_changes.len(), told.inbound[0].is_own_contact), (0, false), "the business's number");
    let two = json!([{"phones": [{"phone": "5511987650018"}, {"phone": ANA}]}]);
    for (origin, contacts) in [(Some("other"), own.clone()), (None, own), (Some("contact_request"), two)] {
        let told = contact(origin, contacts);
        assert_eq!((told.identity_changes.len(), told.inbound.len()), (0, 1));
    }
}
