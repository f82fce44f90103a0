//! A client's timeline: everything, the newest first, as far as rights go.

use chrono::Duration;
use crmbot::crm::{ClientEdit, Refusal, SplitRefusal, clients, follow_ups, handover, notes, touches};
use crmbot::domain::{Group, Note, PersonName, Reason, Remark};

use crate::support::app::{TestApp, TestUser};

fn why(text: &str) -> Reason {
    Reason::parse(text).unwrap()
}

/// A client to whom everything has happened, a minute between.
async fn busy(app: &TestApp) -> (TestUser<'_>, i64) {
    let (avito, site) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let client = app.meets(oleg, "89123456789", "Иванов Иван", avito).await;
    let minute = || app.passes(Duration::minutes(1));
    minute();
    let touch = app.count("select max(id) from touch").await;
    app.act(oleg, async |crm| touches::correct(crm, touch, site, &why("перепутал")).await.unwrap()).await;
    minute();
    app.act(oleg, async |crm| notes::add(crm, client, &Note::parse("<b>срочно</b>").unwrap()).await.unwrap()).await;
    minute();
    let edit =
        ClientEdit { client, version: 1, name: PersonName::split("Иванов Пётр").unwrap(), email: None };
    app.act(oleg, async |crm| clients::edit(crm, &edit).await.unwrap()).await;
    minute();
    app.act(oleg, async |crm| follow_ups::set(crm, client, crm.now + Duration::hours(2)).await.unwrap()).await;
    minute();
    app.act(oleg, async |crm| follow_ups::finish(crm, client).await.unwrap()).await;
    minute();
    app.act(oleg, async |crm| clients::mark_lost(crm, client, &why("дорого")).await.unwrap()).await;
    minute();
    app.act(oleg, async |crm| clients::bring_back(crm, client).await.unwrap()).await;
    minute();
    app.a_contract(client, "2026-03-12", "2026-12-31").await;
    (oleg, client)
}

#[tokio::test]
async fn the_timeline_tells_everything_page_by_page_without_amounts_to_operators() {
    let app = TestApp::new().await;
    let (oleg, _) = busy(&app).await;
    oleg.types("/find Иванов").await.taps("История").await;
    insta::assert_snapshot!("timeline_of_an_operator", oleg.screen());
    oleg.taps("›").await;
    insta::assert_snapshot!("timeline_of_an_operator_2", oleg.screen());
    oleg.taps("‹").await.shows("договор").taps("Назад").await.shows("№1");
    let maria = app.english("maria", &[Group::Managers]).await;
    maria.types("/find Иванов").await.taps("Timeline").await.shows("contract “SEO”: ₽60,000");
}

#[tokio::test]
async fn a_new_line_hides_no_other_and_a_reply_to_a_timeline_is_a_note() {
    let app = TestApp::new().await;
    let (oleg, client) = busy(&app).await;
    oleg.types("/find Иванов").await.taps("История").await;
    let first = oleg.screen();
    app.passes(Duration::minutes(1));
    app.act(oleg, async |crm| notes::add(crm, client, &Note::parse("новая").unwrap()).await.unwrap()).await;
    oleg.taps("›").await.shows("внёс клиента");
    let second = oleg.screen();
    let seen: std::collections::BTreeSet<&str> =
        first.lines().chain(second.lines()).filter(|line| line.starts_with('•')).collect();
    assert_eq!(seen.len(), 11, "{first}\n{second}");
    oleg.replies("История", "ответ").await.shows("Заметка записана").shows("ответ");
}

#[tokio::test]
async fn the_timeline_of_a_merged_client_and_who_may_not_see_one() {
    let app = TestApp::new().await;
    let (oleg, client) = busy(&app).await;
    let younger = app.meets(oleg, "89000000001", "Пётр", 2).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    app.passes(Duration::minutes(1));
    let version = app.count("select version::bigint from client order by id desc limit 1").await;
    let edit = ClientEdit {
        client: younger,
        version: i32::try_from(version).unwrap(),
        name: PersonName::split("Пётр Первый").unwrap(),
        email: None,
    };
    app.act(oleg, async |crm| clients::edit(crm, &edit).await.unwrap()).await;
    let before = app.act(oleg, async |crm| clients::timeline(crm, client, None, 50).await.unwrap()).await.total;
    app.act(anna, async |crm| clients::merge(crm, client, younger, &why("один")).await.unwrap()).await;
    let merged = app.act(oleg, async |crm| clients::timeline(crm, younger, None, 50).await.unwrap()).await;
    assert_eq!(merged.client, client, "the one he lives on in");
    assert!(merged.total > before + 2, "what was done with the younger one stays: {}", merged.total);
    let (marina, nobody) = (app.staff("marina", &[Group::Marketers]).await, app.staff("nobody", &[]).await);
    for who in [marina, nobody] {
        let denied =
            app.act(who, async |crm| clients::timeline(crm, client, None, 8).await.split_refusal().unwrap()).await;
        assert_eq!(denied.unwrap_err(), Refusal::Denied);
    }
    let forged =
        app.act(oleg, async |crm| clients::timeline(crm, 424_242, None, 8).await.split_refusal().unwrap()).await;
    assert_eq!(forged.unwrap_err(), Refusal::Gone);
}

#[tokio::test]
async fn an_offer_is_no_hand_over_until_it_is_accepted_and_a_merge_is_told_once() {
    let app = TestApp::new().await;
    let (_, client) = busy(&app).await;
    let (maria, marta) = (app.staff("maria", &[Group::Managers]).await, app.staff("marta", &[Group::Managers]).await);
    let anna = app.staff("anna", &[Group::Admins]).await;
    app.act(maria, async |crm| clients::take(crm, client).await.unwrap()).await;
    app.passes(Duration::minutes(1));
    let to = app.staff_id(marta).await;
    let note = Remark::parse("ждёт цену").unwrap();
    let offer = app.act(maria, async |crm| handover::offer(crm, client, to, &note).await.unwrap()).await;
    maria.types("/find Иванов").await.taps("История").await.shows("предложена передача").hides("ждёт цену");
    app.passes(Duration::minutes(1));
    app.act(marta, async |crm| handover::accept(crm, offer).await.unwrap()).await;
    maria.types("/find Иванов").await.taps("История").await.shows("ждёт цену");
    let told = maria.screen().lines().filter(|line| line.contains("🤝")).count();
    assert_eq!(told, 1, "{}", maria.screen());
    app.passes(Duration::minutes(1));
    let younger = app.meets(app.staff("olga", &[Group::Operators]).await, "89000000001", "Пётр", 2).await;
    app.act(anna, async |crm| clients::merge(crm, client, younger, &why("один")).await.unwrap()).await;
    maria.types("/find Иванов").await.taps("История").await;
    assert_eq!(maria.screen().matches("клиенты объединены").count(), 1, "{}", maria.screen());
}
