//! Use cases that run at the same time: phones, rights, and constraints that a concurrent row breaks.

use crmbot::crm::{
    LeadDraft, LeadOutcome, PhoneEdit, Refusal, SplitRefusal, clients, consents, handover, people, rights,
};
use crmbot::domain::{ConsentMeans, Group, PersonName, Phone, PhoneRegion, Reason, Remark};
use tokio::sync::oneshot;

use super::merges::{WAITING, until_waiting};
use crate::support::app::{TestApp, TestUser};

fn phone(typed: &str) -> Phone {
    Phone::parse(typed, PhoneRegion::RU).unwrap()
}

fn lead(number: &str, ad: i64) -> LeadDraft {
    LeadDraft {
        phone: phone(number),
        phone_raw: number.to_owned(),
        name: PersonName::default(),
        email: None,
        ad,
        notes: Vec::new(),
    }
}

fn correction(client: i64, number: &str) -> PhoneEdit {
    let reason = Reason::parse("опечатка").unwrap();
    PhoneEdit { client, version: 1, phone: phone(number), phone_raw: number.to_owned(), reason }
}

/// Does `first` and keeps its transaction open until `second`, which begins then, waits for it.
async fn first_then<T, U>(
    app: &TestApp,
    who: TestUser<'_>,
    first: impl AsyncFnOnce(&mut crmbot::crm::Crm<'_>) -> T,
    second: impl Future<Output = U>,
) -> (T, U) {
    let (begun, beginning) = oneshot::channel();
    let first = app.act(who, async |crm| {
        let done = first(crm).await;
        begun.send(()).unwrap();
        until_waiting(app).await;
        done
    });
    let second = async {
        beginning.await.unwrap();
        second.await
    };
    tokio::join!(first, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn c9_a_number_that_a_lead_gets_at_the_same_time_is_refused_and_a_merge_is_offered() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let client = app.meets(oleg, "89123456789", "Иванов", ad).await;
    anna.types(&format!("/find №{client}")).await.taps("Исправить телефон").await;
    anna.types("8 900 000-00-01").await.types("опечатка").await;
    let save = async { anna.taps("Сохранить").await };
    let (lead, anna) =
        first_then(&app, oleg, async |crm| clients::register(crm, &lead("89000000001", ad)).await.unwrap(), save).await;
    assert_eq!(lead.outcome, LeadOutcome::Created);
    anna.shows("номер другого клиента").shows("Почему").types("один человек").await.shows("Останется старший");
    assert_eq!(app.count("select count(*) from parked_update").await, 0);
    assert_eq!(app.count("select count(*) from client where phone in ('+79123456789', '+79000000001')").await, 2);
    // The rule's own answer, for who may not merge.
    let edit = correction(client, "89000000001");
    let refused = app.act(anna, async |crm| clients::correct_phone(crm, &edit).await.split_refusal().unwrap()).await;
    assert_eq!(refused, Err(Refusal::PhoneOf(lead.client)));
}

#[tokio::test(flavor = "multi_thread")]
async fn c7_c9_a_lead_whose_phone_is_corrected_away_at_the_same_time_is_a_new_client() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let wrong = app.meets(oleg, "89123456789", "Иванов", ad).await;
    app.passes(chrono::Duration::days(1));
    let edit = correction(wrong, "89000000001");
    let save = app.act(oleg, async |crm| {
        clients::register(crm, &lead("89123456789", ad)).await.split_refusal().unwrap().unwrap()
    });
    let (corrected, lead) =
        first_then(&app, anna, async |crm| clients::correct_phone(crm, &edit).await.split_refusal().unwrap(), save)
            .await;
    assert_eq!((corrected, lead.outcome), (Ok(()), LeadOutcome::Created));
    assert_ne!(lead.client, wrong);
    let touches = "select count(*) from touch join client on client.id = touch.client_id group by client.phone";
    assert_eq!(app.count(touches).await, 1, "one each");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_another_has_written_at_the_same_time_is_a_refusal_and_no_fault() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    let to = app.staff_id(app.staff("mikhail", &[Group::Managers]).await).await;
    let client = app.meets(oleg, "89123456789", "Иванов", ad).await;
    app.act(maria, async |crm| clients::take(crm, client).await.unwrap()).await;
    // Without the client's lock: as a program would write that does not know of it.
    let consent = "insert into client_consent (client_id, means, given_at, noted_by) values ($1, 'PHONE', now(), 0)";
    let give = app.act(oleg, async |crm| {
        let given = consents::give(crm, client, ConsentMeans::Phone).await.split_refusal().unwrap();
        (given, clients::card(crm, client).await.split_refusal().unwrap().is_ok())
    });
    let offer = app.act(maria, async |crm| {
        handover::offer(crm, client, to, &Remark::parse("").unwrap()).await.split_refusal().unwrap().map(|_| ())
    });
    let offered = "insert into client_handover (client_id, to_id, created_at, created_by) values ($1, 0, now(), 0)";
    let mut other = app.sql().begin().await.unwrap();
    for insert in [consent, offered] {
        sqlx::query(insert).bind(client).execute(&mut *other).await.unwrap();
    }
    let commit = async {
        while app.count(WAITING).await < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        other.commit().await.unwrap();
    };
    let (given, offered, ()) = tokio::join!(give, offer, commit);
    // The foreign key of the other row holds the client: the consent is seen. A hand-over without a giver is not.
    assert!(matches!(given, (Err(Refusal::AlreadyDone { .. }), true)), "{given:?}");
    assert_eq!(offered, Err(Refusal::Changed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a6_g5_of_two_administrators_who_demote_each_other_at_once_the_second_has_lost_the_right() {
    let app = TestApp::new().await;
    app.superuser("root").await;
    for blocks in [false, true] {
        let names = if blocks { ["anna", "boris"] } else { ["clara", "denis"] };
        let one = app.staff(names[0], &[Group::Admins]).await;
        let other = app.staff(names[1], &[Group::Admins]).await;
        let admins = app.group(Group::Admins).await;
        let (one_id, other_id) = (app.staff_id(one).await, app.staff_id(other).await);
        let second = app.act(other, async |crm| match blocks {
            true => rights::set_active(crm, one_id, false).await.split_refusal().unwrap(),
            false => rights::set_group(crm, one_id, admins, false).await.split_refusal().unwrap(),
        });
        let first = async |crm: &mut crmbot::crm::Crm<'_>| match blocks {
            true => rights::set_active(crm, other_id, false).await.split_refusal().unwrap(),
            false => rights::set_group(crm, other_id, admins, false).await.split_refusal().unwrap(),
        };
        assert_eq!(first_then(&app, one, first, second).await, (Ok(true), Err(Refusal::Denied)));
        assert!(app.act(one, async |crm| people::list(crm, None, 8).await.split_refusal().unwrap().is_ok()).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g5_a_change_of_rights_holds_up_nothing_that_names_the_person() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let (managers, id) = (app.group(Group::Managers).await, app.staff_id(oleg).await);
    let began = std::time::Instant::now();
    app.act(anna, async |crm| {
        rights::set_group(crm, id, managers, true).await.split_refusal().unwrap().unwrap();
        // A client, a touch and two audit events name the user while their rights are being changed.
        app.meets(oleg, "89123456789", "Иванов", ad).await;
    })
    .await;
    assert!(began.elapsed() < std::time::Duration::from_secs(2));
}
