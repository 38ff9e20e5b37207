//! A campaign's message: its record is made by its claim, and stands in few indexes.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic")]

use crate::support::*;
use chrono::DateTime;
use domain::ledger::Again;
use domain::returns::{Left, Mark};
use domain::{
    Attempt, Audience, Campaign, Chunk, CustomerId, Evidence, Gateway, Kind, Message, MessageId, Progress, Reach,
    Reason, Recipient, Segment, SentAs, Status, Wording,
};
use std::collections::BTreeSet;
use store::*;
use uuid::Uuid;

const TEXT: &str = "Oi Ana! 🐾 Faz um tempinho que a gente não vê o Rex por aqui, e estamos com saudade. Esta semana \
                    o banho dele sai com 20% de desconto na Patas e Pelos: é só responder esta mensagem e a gente \
                    marca o melhor horário para vocês. Se não quiser mais receber novidades, responda SAIR.";

fn of_spring(text: &str) -> Message {
    let campaign_id = "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11".parse().unwrap();
    let mut message = message(&MessageId::campaign(&campaign_id, ANA), Kind::Marketing);
    message.campaign_id = Some(campaign_id);
    message.content.text = text.to_owned();
    message
}

async fn is_due(world: &World, id: &MessageId) -> bool {
    let mut due = Vec::new();
    for shard in due_shards() {
        due.extend(world.store.due_messages(shard, at(100_000), 100, None).await.unwrap().rows);
    }
    due.iter().any(|due| due.message_id == *id)
}

async fn settle(world: &World, id: &MessageId, settlement: Settlement<'_>) {
    let claim = Attempt(CLAIM.to_owned());
    let moved = world.store.settle(BUSINESS, id, &claim, settlement, &attempt()).await.unwrap();
    assert_eq!(moved, Moved::Done);
}

/// Write units since this was last asked.
fn units(world: &World) -> f64 {
    world.store.meter().reset().write_units
}

#[tokio::test(start_paused = true)]
async fn a_message_of_a_campaign_costs_six_units_until_it_is_sent_and_one_for_each_report() {
    let rendered = SentAs {
        template: "win_back_v2".to_owned(),
        language: "pt_BR".to_owned(),
        text: TEXT.to_owned(),
        buttons: Vec::new(),
    };
    for sent_as in [None, Some(&rendered)] {
        let world = World::seeded().await;
        world.store.meter().reset();
        let mut message = of_spring(TEXT);
        if sent_as.is_some() {
            let variables = [("name", "Ana"), ("business", "Patas e Pelos"), ("offer", "20"), ("pet", "Rex")];
            message.content.variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            message.content.locale = Some(domain::Locale::PtBr);
        }
        let (id, reach) = (message.message_id.clone(), Reach::default());
        let claim = Claim { sent_as, ..claim_of(&message, &reach, at(10)) };
        assert_eq!(world.store.claim_new(&claim, &Attempt(CLAIM.to_owned())).await.unwrap(), Claimed::Claimed);
        let claimed = units(&world);
        let wamid = "wamid.HBgNNTUxMTk4NzY1NDMyMRUCABEYEjQwRjU5QjQ3RDY0RTkwQ0Q4AA==";
        settle(&world, &id, Settlement::Sent { at: at(11), gateway_message_id: wamid, findable: false }).await;
        let settled = units(&world);
        for evidence in [Evidence::Sent, Evidence::Delivered, Evidence::Read] {
            let report = report(evidence, at(12), Some(wamid));
            world.store.apply_report(BUSINESS, &id, &report, at(12), &attempt()).await.unwrap();
        }
        let told = units(&world);
        if world.database.counts_units() {
            // The record, the list of its customer's and the reach row; then the record alone, once for each.
            assert_eq!((claimed, settled, told), (5.0, 1.0, 3.0));
        }
        let kept = world.store.message(BUSINESS, &id).await.unwrap().unwrap();
        assert_eq!((kept.status, kept.shown(), kept.sent_as.as_ref()), (Status::Read, TEXT, sent_as));
    }
}

#[tokio::test(start_paused = true)]
async fn a_record_that_its_claim_makes_is_as_one_that_was_claimed() {
    let world = World::seeded().await;
    let (store, message, reach) = (&world.store, of_spring(TEXT), Reach::default());
    let id = &message.message_id;
    let claim = Attempt(CLAIM.to_owned());
    assert_eq!(store.claim_new(&claim_of(&message, &reach, at(10)), &claim).await.unwrap(), Claimed::Claimed);
    let held = store.message(BUSINESS, id).await.unwrap().unwrap();
    let expected = Message {
        status: Status::Sending,
        attempts: 1,
        attempt: Some(claim.clone()),
        claimed_at: Some(at(10)),
        lease_until: Some(at(40)),
        sender_id: Some(SENDER),
        next_attempt_at: None,
        ..message.clone()
    };
    assert_eq!(held, expected);
    assert!(!is_due(&world, id).await);
    let marked = store.reach(BUSINESS, Recipient::Customer(ANA)).await.unwrap();
    assert_eq!((marked.last_claim_at, marked.marketing_at.len()), (Some(at(10)), 1));
    // Whoever comes second finds it, whatever the gate saw.
    for seen in [&reach, &marked] {
        let late = store.claim_new(&claim_of(&message, seen, at(60)), &attempt()).await.unwrap();
        assert_eq!(late, Claimed::Lost(Some(Box::new(held.clone()))));
    }
    // It is listed by its customer, and not among the business's.
    let list = async |customer| {
        let filter = MessageFilter { customer, ..MessageFilter::default() };
        let page = store.list_messages(BUSINESS, &filter, at(100), 100, None).await.unwrap();
        page.items.iter().any(|message| message.message_id == *id)
    };
    assert_eq!((list(Some(ANA)).await, list(None).await), (true, false));
    assert_eq!(store.messages(BUSINESS, [id]).await.unwrap(), [held]);
}

#[tokio::test(start_paused = true)]
async fn a_message_of_a_campaign_is_claimed_only_if_the_gate_saw_what_is() {
    let world = World::seeded().await;
    let (store, message, ana) = (&world.store, of_spring(TEXT), Recipient::Customer(ANA));
    let reach = Reach::default();
    store.decide_marketing(BUSINESS, ana, false, at(5), &attempt()).await.unwrap();
    let changed = store.claim_new(&claim_of(&message, &reach, at(10)), &attempt()).await.unwrap();
    let Claimed::ReachChanged(now) = changed else { panic!("{changed:?}") };
    assert!(now.opted_out());
    assert_eq!(store.message(BUSINESS, &message.message_id).await.unwrap(), None);
}

/// Whatever becomes of it: from its settlement on it is in the due index exactly while somebody has to look at it.
#[tokio::test(start_paused = true)]
async fn a_message_of_a_campaign_that_is_not_settled_comes_due() {
    let retry = || Settlement::Retry { again: Again { not_before: at(60), counts: true }, error: "e: …" };
    let unknown = || Settlement::Unknown { not_before: at(600), error: "unknown: …" };
    let ends: [(&dyn Fn() -> Settlement<'static>, Status, bool); 4] = [
        (&retry, Status::Pending, true),
        (&unknown, Status::Unknown, true),
        (&|| Settlement::Failed { error: "refused: …" }, Status::Failed, false),
        (&|| Settlement::Sent { at: at(11), gateway_message_id: "id", findable: false }, Status::Sent, false),
    ];
    for (settlement, status, due) in ends {
        let world = World::seeded().await;
        let (message, reach) = (of_spring(TEXT), Reach::default());
        let id = &message.message_id;
        let claim = claim_of(&message, &reach, at(10));
        assert_eq!(world.store.claim_new(&claim, &Attempt(CLAIM.to_owned())).await.unwrap(), Claimed::Claimed);
        settle(&world, id, settlement()).await;
        let kept = world.store.message(BUSINESS, id).await.unwrap().unwrap();
        assert_eq!((kept.status, is_due(&world, id).await), (status, due));
        assert_eq!(kept.next_attempt_at.is_some(), due);
    }
    // Nobody has settled it, and it is found after its lease.
    let world = World::seeded().await;
    let (message, reach) = (of_spring(TEXT), Reach::default());
    let (store, id) = (&world.store, &message.message_id);
    store.claim_new(&claim_of(&message, &reach, at(10)), &attempt()).await.unwrap();
    store.expire_lease(BUSINESS, id, at(40), at(640), "unknown: …", &attempt()).await.unwrap();
    assert!(is_due(&world, id).await);
    // One that is skipped at once is never looked at.
    let bia = Message { message_id: message_id("bia"), ..message.ended(Status::Skipped, Reason::OptedOut) };
    store.create_message(&bia, &attempt()).await.unwrap();
    assert!(!is_due(&world, &bia.message_id).await);
    assert_eq!(store.message(BUSINESS, &bia.message_id).await.unwrap(), Some(bia));
}

/// The people of two chunks: the first of each is skipped, and the last has no message yet.
#[tokio::test(start_paused = true)]
async fn the_messages_of_a_campaign_are_listed_in_the_order_of_its_audience() {
    let world = World::new();
    let store = &world.store;
    let people: Vec<CustomerId> = (0..7).map(|nth| CustomerId(Uuid::from_u128(100 - nth))).collect();
    let chunk = |people: &[CustomerId]| Chunk { recipients: people.to_vec(), ..Chunk::default() };
    let campaign = Campaign {
        campaign_id: "spring".parse().unwrap(),
        business_id: BUSINESS,
        name: "Spring".to_owned(),
        audience: Audience::Segment(Segment::All),
        wording: Wording::Message("Oi!".to_owned()),
        start_at: None,
        holdout: 0,
        created_at: at(0),
        progress: Progress { chunks: 2, ..Progress::default() },
    };
    store
        .put_chunks(BUSINESS, &campaign.campaign_id, 0, &[chunk(&people[..4]), chunk(&people[4..])], at(0))
        .await
        .unwrap();
    for (nth, person) in people.iter().enumerate().take(6) {
        let to = Recipient::Customer(*person);
        let status = if nth % 4 == 0 { Status::Skipped } else { Status::Failed };
        let id = MessageId::campaign(&campaign.campaign_id, *person);
        let message = Message { message_id: id, recipient: to, ..of_spring(TEXT) }.ended(status, Reason::OptedOut);
        store.create_message(&message, &attempt()).await.unwrap();
    }
    let all = async |filter: MessageFilter, limit| {
        let (mut found, mut cursor): (Vec<Option<CustomerId>>, Option<String>) = (Vec::new(), None);
        loop {
            let page = store.messages_of_campaign(&campaign, &filter, limit, cursor.as_deref()).await.unwrap();
            assert!(page.items.len() <= limit);
            found.extend(page.items.iter().map(Message::customer_id));
            cursor = page.cursor;
            if cursor.is_none() {
                return found;
            }
        }
    };
    let some = |nths: &[usize]| nths.iter().map(|nth| Some(people[*nth])).collect::<Vec<_>>();
    for limit in [1, 2, 3, 100] {
        assert_eq!(all(MessageFilter::default(), limit).await, some(&[0, 1, 2, 3, 4, 5]), "{limit}");
        let skipped = MessageFilter { status: Some(Status::Skipped), ..MessageFilter::default() };
        assert_eq!(all(skipped, limit).await, some(&[0, 4]), "{limit}");
        let one = MessageFilter { customer: Some(people[5]), ..MessageFilter::default() };
        assert_eq!(all(one, limit).await, some(&[5]), "{limit}");
    }
    let filter = MessageFilter::default();
    let page = store.messages_of_campaign(&campaign, &filter, 1, None).await.unwrap();
    let other = Campaign { campaign_id: "autumn".parse().unwrap(), ..campaign.clone() };
    let taken = store.messages_of_campaign(&other, &filter, 1, page.cursor.as_deref()).await;
    assert_eq!(taken, Err(StoreError::BadCursor));
}

/// The settlement was lost, and a report by our own id tells the gateway's. By that one an answer may quote the message. A
/// campaign's need not be found, also where a proposal has given it the id of an automation's own.
#[tokio::test(start_paused = true)]
async fn a_report_lets_a_message_be_found_that_is_no_campaigns() {
    for (is_of_campaign, gateway, is_found) in
        [(false, Gateway::CloudApi, true), (true, Gateway::CloudApi, false), (true, Gateway::Whapi, true)]
    {
        let world = World::seeded().await;
        let mut message = of_spring(TEXT);
        message.message_id = MessageId::of(format!("win-back/{}/2026-11-25", message.recipient));
        message.campaign_id = message.campaign_id.filter(|_| is_of_campaign);
        let id = &message.message_id;
        let claim = Attempt(CLAIM.to_owned());
        world.store.claim_new(&claim_of(&message, &Reach::default(), at(10)), &claim).await.unwrap();
        settle(&world, id, Settlement::Unknown { not_before: at(600), error: "unknown: …" }).await;
        // The second time its worker finds that it had died between two writes, or that nothing is left to do.
        for _ in 0..2 {
            let report = Report { gateway, ..report(Evidence::Sent, at(12), Some("wamid.9")) };
            world.store.apply_report(BUSINESS, id, &report, at(12), &attempt()).await.unwrap();
        }
        let found = world.store.find_by_gateway_id(BUSINESS, "wamid.9").await.unwrap();
        assert_eq!(found.as_ref() == Some(id), is_found, "{gateway:?}");
    }
}

/// Marks, times and who was held out come back as they were kept, whatever was kept before.
#[tokio::test]
async fn what_returns_are_measured_by_reads_as_it_was_written() {
    let w = World::seeded().await;
    let id: domain::CampaignId = "measured".parse().unwrap();
    let mark = |country, is_inactive| Mark { country, is_inactive };
    let marks = vec![mark(Some(*b"BR"), true), mark(None, false), mark(Some(*b"CO"), false), mark(None, true)];
    let people: Vec<_> = (1..5).map(|nth| CustomerId(Uuid::from_u128(nth << 100))).collect();
    let first = Chunk { recipients: people.clone(), marks, ..Chunk::default() };
    // Frozen before there were marks.
    let second = Chunk { recipients: people.clone(), ..Chunk::default() };
    for _ in 0..2 {
        w.store.put_chunks(BUSINESS, &id, 0, &[first.clone(), second.clone()], at(0)).await.unwrap();
    }
    let at_millis = |millis| DateTime::from_timestamp_millis(millis).unwrap();
    let left = |millis, as_template| Some(Left { at: at_millis(millis), as_template });
    let all = vec![left(1_700_000_000_123, true), None, left(1, false), left((1 << 48) - 1, true)];
    w.store.put_left(BUSINESS, &id, 0, &[None, None, None, None], at(0)).await.unwrap();
    w.store.put_left(BUSINESS, &id, 0, &all, at(0)).await.unwrap();
    let wanted = [MeasuredChunk { chunk: first, left: Some(all) }, MeasuredChunk { chunk: second, left: None }];
    assert_eq!(w.store.measured_chunks(BUSINESS, &id, 0..2).await.unwrap(), wanted);
    assert_eq!(w.store.measured_chunks(BUSINESS, &id, 2..2).await.unwrap(), []);

    let many: Vec<_> = (0..12_000).map(|nth| CustomerId(Uuid::from_u128(nth))).collect();
    for _ in 0..2 {
        assert_eq!(w.store.put_held(BUSINESS, &id, 0, &many, at(0)).await.unwrap(), 3);
    }
    assert_eq!(w.store.put_held(BUSINESS, &id, 3, &people, at(0)).await.unwrap(), 1);
    let held: BTreeSet<_> = w.store.held(BUSINESS, &id, 4).await.unwrap().into_iter().collect();
    assert_eq!(held, many.into_iter().chain(people).collect());
    assert_eq!(w.store.held(BUSINESS, &id, 0).await.unwrap(), []);
}
