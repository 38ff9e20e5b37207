//! Conversations with the assistant: one answer to what was said together, one write of the record at the end.

use super::people::{customer, minutes_pass, write};
use super::{ANA, BIA, Scene, SceneBusiness, play};
use aws::queues::QueueFault;
use serde_json::{Value, json};
use std::time::Duration;
use world::{ModelFault, ModelRule};

const BEGIN: &str = "2026-11-25T12:00:00Z";
pub(super) const OWNER: &str = "5511990000001";

/// A business whose customers the assistant answers, with Ana as a customer of whom nothing is missing, who has written.
pub(super) async fn open(scene: &Scene) -> SceneBusiness {
    let sender =
        json!({"gateway": "whapi", "address": "CHANNEL-1", "credentials": {"token": "t1", "webhook_secret": "s"}});
    open_at(scene, sender).await
}

/// The same at another gateway.
pub(super) async fn open_at(scene: &Scene, sender: Value) -> SceneBusiness {
    let business = scene.open_with_locale(1, "pt-BR", "America/Sao_Paulo", sender).await;
    scene.register(&business, ANA, "--03-01", json!([])).await;
    // With the first message the record gets the chat's id.
    write(scene, &business, ANA, "oi");
    minutes_pass(12).await;
    let settings =
        json!({"instructions": "Pet shop: cães e gatos.", "services": [{"name": "Banho", "minutes": 60, "price": 70}]});
    let path = format!("/api/businesses/{}", business.id);
    scene.call("PATCH", &path, &business.key, Some(json!({"settings": settings}))).await;
    business
}

/// The record of a customer with its version.
pub(super) async fn record(scene: &Scene, business: &SceneBusiness, phone: &str) -> (u64, domain::Customer) {
    let told = customer(scene, business, phone).await;
    let (business, id) = (business.id.parse().unwrap(), told["customer_id"].as_str().unwrap().parse().unwrap());
    let found = scene.stage.store.customer(business, id).await.unwrap().unwrap();
    (found.version, found.record)
}

pub(super) async fn seconds(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

pub(super) fn texts(scene: &Scene, business: &SceneBusiness, phone: &str) -> Vec<String> {
    scene.got(business, phone).into_iter().map(|(_, text)| text).collect()
}

#[test]
fn ten_fragments_get_one_answer_and_the_record_one_write() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let (before, _) = record(scene, &business, ANA).await;
        for nth in 0..9 {
            write(scene, &business, ANA, ["oi", "bom dia", "tudo bem?"][nth % 3]);
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
        write(scene, &business, ANA, "quanto custa o banho?");
        seconds(15).await;
        let answers = texts(scene, &business, ANA);
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert!(answers[0].contains("70"), "{answers:?}");
        assert_eq!(record(scene, &business, ANA).await.0, before, "the record is written at the end");
        minutes_pass(12).await;
        let (after, ana) = record(scene, &business, ANA).await;
        assert_eq!(after, before + 1);
        assert!(ana.last_activity.is_some() && ana.thread_token_count > 0);
    });
}

/// However many turns a conversation has, and though each message is delivered three times.
#[test]
fn a_conversation_of_any_length_is_one_write() {
    for turns in [1, 2, 10, 50] {
        play(BEGIN, async |scene| {
            let business = open(scene).await;
            let cloud = scene.stage.run.cloud();
            let queue = cloud.read.iter().find(|queue| queue.contains("InboundMessages")).unwrap();
            let (before, _) = record(scene, &business, ANA).await;
            for _ in 0..turns {
                cloud.queues.inject(queue, aws::queues::QueueFault::DeliverTwice, 1);
                write(scene, &business, ANA, "quanto custa o banho?");
                seconds(20).await;
            }
            assert_eq!(texts(scene, &business, ANA).len(), turns);
            minutes_pass(12).await;
            assert_eq!(record(scene, &business, ANA).await.0, before + 1, "{turns} turns");
        });
    }
}

#[test]
fn who_wants_a_person_is_told_of_to_the_owners_and_two_never_wait_for_each_other() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        scene.register(&business, BIA, "--03-01", json!([])).await;
        write(scene, &business, ANA, "quero falar com uma pessoa");
        write(scene, &business, BIA, "quanto custa o banho?");
        seconds(12).await;
        assert_eq!([ANA, BIA].map(|phone| texts(scene, &business, phone).len()), [1, 1]);
        minutes_pass(1).await;
        let told = texts(scene, &business, OWNER);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains("espera que alguém da equipe responda") && told[0].contains("quero falar"),
            "{told:?}"
        );
    });
}

/// Words that Recado itself understands are not answered by the assistant too.
#[test]
fn what_is_understood_without_it_is_not_answered_by_the_assistant() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        write(scene, &business, ANA, "SAIR");
        minutes_pass(2).await;
        let told = texts(scene, &business, ANA);
        assert_eq!(told.len(), 1, "{told:?}");
    });
}

#[test]
fn without_instructions_nobody_is_answered_and_the_record_learns_of_the_contact() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let off = json!({"settings": {"instructions": ""}});
        scene.call("PATCH", &format!("/api/businesses/{}", business.id), &business.key, Some(off)).await;
        let (before, _) = record(scene, &business, ANA).await;
        write(scene, &business, ANA, "quanto custa o banho?");
        minutes_pass(12).await;
        let (after, ana) = record(scene, &business, ANA).await;
        assert_eq!((texts(scene, &business, ANA).len(), after), (0, before + 1));
        assert_eq!((ana.thread_token_count, ana.last_activity), (0, Some(ana.last_contact_at)));
        assert_ne!(Value::Null, json!(ana.last_activity));
    });
}

/// An hour after the conversation its fields are filled, and in the morning of the day the follow-up goes out, once.
#[test]
fn an_idle_conversation_is_analysed_once_and_followed_up_on_its_day() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        write(scene, &business, ANA, "quanto custa o banho?");
        minutes_pass(12).await;
        let (settled, before) = record(scene, &business, ANA).await;
        assert_eq!(before.profile_status, None);
        minutes_pass(75).await;
        let (analysed, ana) = record(scene, &business, ANA).await;
        assert_eq!((analysed, ana.profile_status), (settled + 1, Some(domain::ProfileStatus::Quoted)));
        assert_eq!((ana.next_action_date, ana.priority), ("2026-11-27".parse().ok(), domain::Priority::default()));
        assert_eq!(ana.next_action.as_deref(), Some("Perguntar se quer marcar um horário."));
        assert_eq!(texts(scene, &business, ANA).len(), 1);
        // To the morning of the day after the next.
        minutes_pass(48 * 60 - 115).await;
        assert_eq!(texts(scene, &business, ANA).len(), 1);
        minutes_pass(24 * 60).await;
        let said = texts(scene, &business, ANA);
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[1].starts_with("Oi! Conseguiu ver o preço") && said[1].ends_with("responda SAIR."), "{said:?}");
        let told = texts(scene, &business, OWNER);
        let of_ana = told.iter().filter(|text| text.contains("💬 Ana") && text.contains("Perguntar se quer")).count();
        assert_eq!(of_ana, 1, "{told:?}");
        assert_eq!(record(scene, &business, ANA).await.0, analysed, "nothing was written again");
    });
}

/// A human's note stands until the customer writes again, and a step without a text is the owners'.
#[test]
fn a_humans_note_stands_until_the_customer_writes_again() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        write(scene, &business, ANA, "quanto custa o banho?");
        minutes_pass(30).await;
        let note =
            json!({"profile_status": "lost", "next_action": "Ligar sobre o preço", "next_action_date": "2026-11-26"});
        scene.call("PATCH", &format!("/api/customers/{ANA}"), &business.key, Some(note)).await;
        minutes_pass(24 * 60).await;
        let (_, ana) = record(scene, &business, ANA).await;
        assert_eq!(ana.profile_status, Some(domain::ProfileStatus::Lost));
        let told = texts(scene, &business, OWNER);
        assert!(told.iter().any(|text| text.contains("👤 Ana") && text.contains("Ligar sobre o preço")), "{told:?}");
        assert_eq!(texts(scene, &business, ANA).len(), 1, "a step without a text is written to nobody");
        write(scene, &business, ANA, "quanto custa o banho?");
        minutes_pass(100).await;
        let (_, ana) = record(scene, &business, ANA).await;
        assert_eq!(ana.profile_status, Some(domain::ProfileStatus::Quoted));
    });
}

/// A customer who writes again, or who has an appointment by then, is not followed up.
#[test]
fn who_writes_again_or_has_an_appointment_is_not_followed_up() {
    for has_appointment in [false, true] {
        play(BEGIN, async |scene| {
            let business = open(scene).await;
            write(scene, &business, ANA, "quanto custa o banho?");
            // To some minutes before nine on the day of the follow-up.
            minutes_pass(48 * 60 - 16).await;
            if has_appointment {
                let visit = json!({"phone": ANA, "service": "Banho", "start": "2026-11-30T10:00", "overbook": true});
                scene.call("POST", "/api/appointments", &business.key, Some(visit)).await;
            } else {
                write(scene, &business, ANA, "abre que horas?");
            }
            minutes_pass(120).await;
            let said = texts(scene, &business, ANA);
            assert!(!said.iter().any(|text| text.contains("Conseguiu ver o preço")), "{said:?}");
        });
    }
}

/// Three failures of the model are three tries. After them the task is a dead letter, and each redrive is one try more.
#[test]
fn an_analysis_that_fails_is_tried_three_times_and_then_redriven() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let world = &scene.stage.run.cloud().world;
        write(scene, &business, ANA, "quanto custa o banho?");
        minutes_pass(12).await;
        let asked = world.model_counts().requests;
        world.set_model_fault(ModelRule::always(ModelFault::Failed));
        // The operator redrives every half hour, and the first of it brings the dead letter into this list.
        let mut minutes = 0;
        let is_condemned = || scene.stage.run.history().condemned.iter().any(|it| it.contains("analyze_conversation"));
        while !is_condemned() {
            assert!(minutes < 5 * 60, "no dead letter");
            assert!(world.model_counts().requests - asked <= 3);
            minutes_pass(1).await;
            minutes += 1;
        }
        minutes_pass(4 * 30).await;
        assert_eq!(world.model_counts().requests - asked, 3 + 5, "a try for each redrive");
        assert_eq!(record(scene, &business, ANA).await.1.profile_status, None);
        world.clear_model_fault(None);
        minutes_pass(30).await;
        assert_eq!(record(scene, &business, ANA).await.1.profile_status, Some(domain::ProfileStatus::Quoted));
    });
}

/// The analysis has failed for good, and a human notes the step instead: it goes, unless the customer writes after that.
#[test]
fn a_step_that_a_human_notes_after_a_failed_analysis_goes() {
    for writes_again in [false, true] {
        play(BEGIN, async |scene| {
            let business = open(scene).await;
            write(scene, &business, ANA, "quanto custa o banho?");
            minutes_pass(12).await;
            scene.stage.run.cloud().world.set_model_fault(ModelRule::always(ModelFault::Failed));
            minutes_pass(4 * 60).await;
            let step = json!({"next_action": "Oferecer horário", "next_action_date": "2026-11-26",
                              "follow_up": "Oi! Temos um horário amanhã. Quer?"});
            scene.call("PATCH", &format!("/api/customers/{ANA}"), &business.key, Some(step)).await;
            if writes_again {
                minutes_pass(5).await;
                write(scene, &business, ANA, "abre que horas?");
            }
            scene.until("2026-11-26T13:00:00Z").await;
            let said = texts(scene, &business, ANA);
            let told = said.iter().filter(|text| text.starts_with("Oi! Temos um horário amanhã")).count();
            assert_eq!(told, usize::from(!writes_again), "{said:?}");
        });
    }
}

/// Waits until the model has been asked so often, and answers whether it was within so many minutes.
async fn is_asked(scene: &Scene, requests: u64, minutes: u64) -> bool {
    for _ in 0..minutes * 12 {
        if scene.stage.run.cloud().world.model_counts().requests >= requests {
            return true;
        }
        seconds(5).await;
    }
    false
}

/// The customer writes while the third try waits for the model: the next conversation is analysed, and nothing is a dead
/// letter.
#[test]
fn a_last_failure_is_no_dead_letter_if_the_customer_writes_meanwhile() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let world = &scene.stage.run.cloud().world;
        write(scene, &business, ANA, "quanto custa o banho?");
        minutes_pass(12).await;
        let asked = world.model_counts().requests;
        world.set_model_fault(ModelRule::times(ModelFault::Failed, 2));
        assert!(is_asked(scene, asked + 2, 3 * 60).await);
        world.set_model_fault(ModelRule::times(ModelFault::Slow { milliseconds: 120_000 }, 1));
        assert!(is_asked(scene, asked + 3, 3 * 60).await);
        write(scene, &business, ANA, "abre que horas?");
        minutes_pass(120).await;
        let condemned = scene.stage.run.history().condemned.clone();
        assert!(!condemned.iter().any(|it| it.contains("analyze_conversation")), "{condemned:?}");
        assert!(record(scene, &business, ANA).await.1.profile_status.is_some());
    });
}

/// The queue delivers the last task twice: the second delivery is a try more. If the model answers it, the conversation is
/// analysed once, and the redrive of the dead letter does nothing.
#[test]
fn a_redelivery_right_after_the_third_failure_does_no_harm() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let (world, cloud) = (&scene.stage.run.cloud().world, scene.stage.run.cloud());
        write(scene, &business, ANA, "quanto custa o banho?");
        minutes_pass(12).await;
        let (settled, _) = record(scene, &business, ANA).await;
        let asked = world.model_counts().requests;
        world.set_model_fault(ModelRule::times(ModelFault::Failed, 3));
        assert!(is_asked(scene, asked + 2, 3 * 60).await);
        let queue = cloud.read.iter().find(|queue| queue.contains("AnalyzeConversation")).unwrap();
        cloud.queues.inject(queue, QueueFault::DeliverTwice, 1);
        assert!(is_asked(scene, asked + 4, 3 * 60).await);
        minutes_pass(90).await;
        let condemned = scene.stage.run.history().condemned.clone();
        assert_eq!(condemned.iter().filter(|it| it.contains("analyze_conversation")).count(), 1, "{condemned:?}");
        assert_eq!(world.model_counts().requests, asked + 4, "the redrive asks nothing");
        let (analysed, ana) = record(scene, &business, ANA).await;
        assert_eq!((analysed, ana.profile_status), (settled + 1, Some(domain::ProfileStatus::Quoted)));
    });
}

/// A model that claims what is not so, and wants what nobody asked for: code decides.
#[test]
fn a_hostile_model_books_nothing_and_changes_nobody() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        scene.stage.run.cloud().world.set_model_fault(ModelRule::always(ModelFault::Hostile));
        let (_, before) = record(scene, &business, ANA).await;
        for _ in 0..12 {
            write(scene, &business, ANA, "quanto custa o banho?");
            seconds(20).await;
            // Whatever needs a person leaves the chat to one.
            scene.call("POST", &format!("/api/conversations/{ANA}/release"), &business.key, None).await;
        }
        let said = texts(scene, &business, ANA);
        assert_eq!(said.len(), 12, "{said:?}");
        for text in said.iter().map(|text| text.to_lowercase()) {
            assert!(!["booked", "agendado", "agendada", "reservad"].iter().any(|word| text.contains(word)), "{text}");
        }
        let diary = scene.call("GET", "/api/appointments?date=2026-11-26", &business.key, None).await;
        assert_eq!(diary["appointments"], json!([]));
        minutes_pass(12).await;
        let (_, after) = record(scene, &business, ANA).await;
        assert_eq!(
            (after.marketing_consent, after.name, after.email),
            (before.marketing_consent, before.name, before.email)
        );
    });
}

/// After three tries the customer is told that a person will answer, and the owners are told once.
#[test]
fn a_model_that_fails_is_asked_three_times_and_then_a_person_is() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let world = &scene.stage.run.cloud().world;
        world.set_model_fault(ModelRule::always(ModelFault::Failed));
        let asked = world.model_counts().requests;
        write(scene, &business, ANA, "quanto custa o banho?");
        minutes_pass(2).await;
        assert_eq!(world.model_counts().requests - asked, 3);
        let (said, told) = (texts(scene, &business, ANA), texts(scene, &business, OWNER));
        assert_eq!((said.len(), told.len()), (1, 1), "{said:?} {told:?}");
        assert!(said[0].contains("Alguém da equipe vai responder"), "{said:?}");
        world.clear_model_fault(None);
        // What has no quota is not asked again.
        let quota = ModelFault::Status { status: 429, code: Some("insufficient_quota".to_owned()), retry_after: None };
        world.set_model_fault(ModelRule::always(quota));
        let asked = world.model_counts().requests;
        write(scene, &business, ANA, "e a tosa?");
        minutes_pass(2).await;
        assert_eq!(
            (world.model_counts().requests - asked, texts(scene, &business, ANA).len()),
            (0, 1),
            "a person will"
        );
        let release = format!("/api/conversations/{ANA}/release");
        scene.call("POST", &release, &business.key, None).await;
        minutes_pass(2).await;
        assert_eq!((world.model_counts().requests - asked, texts(scene, &business, ANA).len()), (1, 2));
        world.clear_model_fault(None);
        scene.call("POST", &release, &business.key, None).await;
        write(scene, &business, ANA, "quanto custa o banho?");
        minutes_pass(1).await;
        assert!(texts(scene, &business, ANA).last().is_some_and(|text| text.contains("70")));
    });
}

/// The process dies after each of its steps in turn. The customer has one answer, the owner is told once, and the record
/// learns of the conversation.
#[test]
fn a_crash_at_any_moment_costs_neither_the_answer_nor_the_owner_nor_the_record() {
    for polls in 0..24 {
        play(BEGIN, async |scene| {
            let business = open(scene).await;
            let (before, _) = record(scene, &business, ANA).await;
            scene.stage.run.faults.crash("ConverseFunction", [polls]);
            write(scene, &business, ANA, "quero falar com uma pessoa");
            minutes_pass(30).await;
            let counts = [ANA, OWNER].map(|phone| texts(scene, &business, phone).len());
            assert_eq!(counts, [1, 1], "after {polls} polls");
            let (after, ana) = record(scene, &business, ANA).await;
            assert_eq!(after, before + 1, "after {polls} polls");
            assert!(ana.thread_token_count > 0, "after {polls} polls");
        });
    }
}
