//! Contracts (K1–K18, H9, A4, A5).

use crmbot::crm::{ContractDraft, Field, Refusal, SplitRefusal, contracts, services};
use crmbot::domain::{ClientState, ContractStatus, Group, Period, Reason};
use crmbot::flows::dialogue::Input;
use crmbot::flows::route::ScreenId;
use crmbot::flows::{ButtonAction, CallbackData, Route};
use rust_decimal::Decimal;

use crate::support::app::{TestApp, TestUser};
use crate::support::trade::{contract_draft, day, money};

const CONTRACTS: &str = "select count(*) from contract";

/// An operator, a manager, and Ivan who came by Yandex.
struct Deal<'a> {
    app: &'a TestApp,
    oleg: TestUser<'a>,
    max: TestUser<'a>,
    service: i64,
    ad: i64,
    client: i64,
    touch: i64,
}

impl<'a> Deal<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let maria = app.staff("maria", &[Group::Marketers]).await;
        let oleg = app.english("oleg", &[Group::Operators]).await;
        let max = app.english("max", &[Group::Managers]).await;
        let service = app.sells(maria, "SEO", "60 000").await;
        let ad = app.advertises(maria, "Yandex", service, "50 000").await;
        let client = app.meets(oleg, "89123456701", "Ivan Petrov", ad).await;
        let touch = app.touch_of(max, client).await;
        Self { app, oleg, max, service, ad, client, touch }
    }

    fn draft(&self) -> ContractDraft {
        contract_draft(self.client, self.touch, self.service, "1500", "2026-03-12", "2026-04-11")
    }

    async fn signs(&self, draft: &ContractDraft) -> Result<i64, Refusal> {
        self.app.signs(self.max, draft).await
    }

    async fn state(&self) -> ClientState {
        self.app.state_of(self.max, self.client).await
    }

    /// Contracts and revenue of the company as the product's statistics count them.
    async fn sold(&self, period: Period) -> (i64, Decimal) {
        let company = self.app.stats_of(self.max, period).await.company;
        (company.contracts, company.revenue)
    }

    /// The dialogue up to the card.
    async fn fills_in(&self) {
        let max = self.max.types("/contract").await.taps("Ivan").await.shows("Now: Yandex").taps("Keep").await;
        max.taps("SEO").await.shows("Now: SEO").taps("Keep").await.shows("Now: ₽60,000").taps("Keep").await;
        max.taps("Keep").await.taps("Keep").await.taps("1 month").await.taps("Skip").await.shows("no file");
    }
}

fn reason() -> Reason {
    Reason::parse("a mistake").unwrap()
}

#[tokio::test]
async fn k1_k2_a_manager_confirms_and_the_client_is_active() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    assert_eq!(deal.state().await, ClientState::Potential);
    deal.fills_in().await;
    deal.max.shows("Client: Petrov Ivan").shows("Ends on: 11 Apr 2026").taps("Confirm").await;
    deal.max.shows("Contract №1 with Petrov Ivan is confirmed").shows("🟢").shows("Confirmed: Max");
    assert_eq!(deal.state().await, ClientState::Active);
    let whole = "select count(*) from contract where confirmed_by is not null and confirmed_at is not null";
    assert_eq!(app.count(whole).await, 1);
}

#[tokio::test]
async fn amounts_and_days_are_read_as_people_write_them() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let max =
        deal.max.types("/contract").await.taps("Ivan").await.taps("Keep").await.taps("SEO").await.taps("Keep").await;
    max.shows("Now: ₽60,000").types("$500").await.shows("amounts here are in RUB, not in USD");
    max.types("190 тыс. руб.").await.shows("Now: 12 Mar 2026").types("позавчера").await.shows("What is its first day?");
    max.types("16 марта").await.types("полгода").await.taps("Skip").await;
    max.shows("₽190,000").shows("Signed on: 10 Mar 2026").shows("16 Mar 2026").shows("Ends on: 15 Sep 2026");
}

#[tokio::test]
async fn k2_the_latest_touch_is_offered_first() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let maria = app.staff("peter", &[Group::Marketers]).await;
    let other = app.advertises(maria, "Avito", deal.service, "10").await;
    app.passes(chrono::Duration::hours(1));
    app.meets(deal.oleg, "89123456701", "Ivan", other).await;
    deal.max.types("/contract Ivan").await.taps("Ivan").await.shows("Now: Avito");
}

#[tokio::test]
async fn k2_without_a_touch_the_bot_first_asks_to_register_one() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    sqlx::query("update touch set voided_at = $1, void_reason = 'x'").bind(app.now()).execute(app.sql()).await.unwrap();
    deal.max.types("/contract Ivan").await.taps("Ivan").await.shows("no touch yet").taps("Yandex").await;
    deal.max.shows("What is sold?");
    assert_eq!(app.count("select count(*) from touch where voided_at is null").await, 1);
}

#[tokio::test]
async fn a_refused_answer_leaves_the_draft_as_it_was() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    sqlx::query("update touch set voided_at = $1, void_reason = 'x'").bind(app.now()).execute(app.sql()).await.unwrap();
    deal.max.types("/contract Ivan").await.taps("Ivan").await.shows("no touch yet");
    let stored = async || {
        let stack = sqlx::query_scalar::<_, serde_json::Value>(
            "select dialogue -> 'stack' from chat_session where chat_id = $1",
        );
        stack.bind(deal.max.id).fetch_one(app.sql()).await.unwrap()
    };
    let before = stored().await;
    sqlx::query("update group_permission set revoked_at = now() where permission = 'touch.add'")
        .execute(app.sql())
        .await
        .unwrap();
    // The ad was taken into the draft before the touch was refused.
    deal.max.taps("Yandex").await.hears("do not have the right").shows("no touch yet");
    assert_eq!(stored().await, before);
}

#[tokio::test]
async fn k3_h9_only_a_touch_of_ones_own_that_is_not_void() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let other = app.meets(deal.oleg, "89123456702", "Anna", deal.ad).await;
    let foreign = app.touch_of(deal.max, other).await;
    for touch in [foreign, 999] {
        assert_eq!(deal.signs(&ContractDraft { touch, ..deal.draft() }).await, Err(Refusal::TouchUnusable));
    }
    sqlx::query("update touch set voided_at = $1, void_reason = 'x' where id = $2")
        .bind(app.now())
        .bind(deal.touch)
        .execute(app.sql())
        .await
        .unwrap();
    assert_eq!(deal.signs(&deal.draft()).await, Err(Refusal::TouchUnusable));
    let offered = app.act(deal.max, async |crm| contracts::touches(crm, deal.client).await.unwrap()).await;
    assert!(offered.is_empty());
    assert_eq!(app.count(CONTRACTS).await, 0);
}

#[tokio::test]
async fn p3_a_service_archived_meanwhile_and_forged_ids_make_no_contract() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    for (draft, refusal) in [
        (ContractDraft { service: 999, ..deal.draft() }, Refusal::Gone),
        (ContractDraft { client: 999, ..deal.draft() }, Refusal::Gone),
        (ContractDraft { document: Some(999), ..deal.draft() }, Refusal::Gone),
    ] {
        assert_eq!(deal.signs(&draft).await, Err(refusal));
    }
    deal.fills_in().await;
    sqlx::query("update service set archived_at = $1").bind(app.now()).execute(app.sql()).await.unwrap();
    deal.max.taps("Confirm").await.hears("service has been archived").shows("What is sold?");
    assert_eq!(deal.signs(&deal.draft()).await, Err(Refusal::ServiceArchived));
    assert_eq!(app.count(CONTRACTS).await, 0);
}

#[tokio::test]
async fn k4_a_second_contract_of_an_active_client() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    deal.signs(&deal.draft()).await.unwrap();
    deal.signs(&deal.draft()).await.unwrap();
    assert_eq!((deal.state().await, app.count(CONTRACTS).await), (ClientState::Active, 2));
}

#[tokio::test]
async fn k5_wrong_terms_are_refused_by_the_fields_name() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let future = ContractDraft { signed_on: day("2026-03-13"), ..deal.draft() };
    let backwards = ContractDraft { ends_on: day("2026-03-11"), ..deal.draft() };
    assert_eq!(deal.signs(&future).await, Err(Refusal::Terms(Field::SignedOn)));
    assert_eq!(deal.signs(&backwards).await, Err(Refusal::Terms(Field::EndsOn)));
    assert_eq!(app.count(CONTRACTS).await, 0);
    let max = deal.max.types("/contract Ivan").await.taps("Ivan").await.taps("Keep").await.taps("SEO").await;
    max.taps("Keep").await.types("0").await.shows("Amount: it has to be more than zero");
    max.types("-5")
        .await
        .shows("Amount: it cannot be below zero")
        .types("1.234,5")
        .await
        .taps("Back")
        .await
        .shows("Now: ₽1,234.50");
    max.taps("Keep").await.types("13.03.2026").await.shows("Signed on: not later than today");
    max.types("31.02.2026").await.shows("there is no such day").types("yesterday").await.taps("Keep").await;
    max.types("11.03.2026").await.shows("Ends on: not before the first day").types("12.03.2026").await;
    max.taps("Skip").await.shows("Signed on: 11 Mar 2026");
}

#[tokio::test]
async fn k16_k15_amounts_as_people_type_them() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let max = deal.max.types("/contract Ivan").await.taps("Ivan").await.taps("Keep").await.taps("SEO").await;
    max.taps("Keep").await.types("1,500").await.shows("Is that ₽1,500 or ₽1.50?").taps("₽1.50").await;
    max.taps("Back").await.shows("Now: ₽1.50").types("1 500 000").await.taps("Back").await.shows("Now: ₽1,500,000");
    max.types("1,234.567").await.shows("at most two digits after the point");
}

#[tokio::test]
async fn k6_k7_k8_a_scheduled_contract_counts_until_it_is_void() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let later = ContractDraft { starts_on: day("2026-04-01"), ends_on: day("2026-04-30"), ..deal.draft() };
    let id = deal.signs(&later).await.unwrap();
    let status = async || app.act(deal.max, async |crm| contracts::card(crm, id).await.unwrap().status).await;
    assert_eq!((status().await, deal.state().await), (ContractStatus::Scheduled, ClientState::Active));
    let (signing, april) = [("2026-03-12", "2026-03-12"), ("2026-04-01", "2026-04-30")]
        .map(|(from, to)| Period::between(day(from), day(to)))
        .into();
    // K6: the revenue counts on the day of signing
    assert_eq!((deal.sold(signing).await, deal.sold(april).await), ((1, 1500.into()), (0, 0.into())));
    app.at("2026-04-01 00:00");
    assert_eq!(status().await, ContractStatus::Running);
    app.at("2026-03-12 13:00");
    app.act(deal.max, async |crm| contracts::void(crm, id, 1, &reason()).await.unwrap()).await;
    assert_eq!((status().await, deal.state().await), (ContractStatus::Void, ClientState::Potential));
    // K8: nothing is counted
    assert_eq!(deal.sold(Period::AllTime).await, (0, 0.into()));
}

#[tokio::test]
async fn k9_entered_after_its_end_it_warns_and_makes_nobody_active() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let max = deal.max.types("/contract Ivan").await.taps("Ivan").await.taps("Keep").await.taps("SEO").await;
    max.taps("Keep").await.taps("Keep").await.types("01.02.2026").await.types("01.02.2026").await;
    max.types("28.02.2026").await.taps("Skip").await.shows("It has ended already").taps("Confirm").await.shows("⌛");
    assert_eq!(deal.state().await, ClientState::Inactive);
    // K9: its revenue counts
    assert_eq!(deal.sold(Period::AllTime).await, (1, 60_000.into()));
}

#[tokio::test]
async fn k13_two_taps_and_two_deliveries_make_one_contract_and_both_answers_show_it() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    deal.fills_in().await;
    let confirm = deal.max.button("Confirm");
    let (first, second) = (deal.max.update(Input::Tap(Some(confirm))), deal.max.update(Input::Tap(Some(confirm))));
    app.deliver(first.clone()).await;
    deal.max.hears("Contract №1 with Petrov Ivan is confirmed");
    app.deliver(second).await;
    deal.max.hears("Contract №1 with Petrov Ivan is confirmed").shows("№1 SEO");
    app.deliver(first).await;
    assert_eq!(app.count(CONTRACTS).await, 1);
}

#[tokio::test]
async fn k14_files_are_judged_by_their_content() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let max = deal.max.types("/contract Ivan").await.taps("Ivan").await.taps("Keep").await.taps("SEO").await;
    for _ in 0..4 {
        max.taps("Keep").await;
    }
    max.taps("3 months").await;
    for (name, bytes) in [("act.pdf", b"MZ\x90\0".as_slice()), (".env", b"TOKEN=1"), ("act.exe", b"MZ")] {
        max.sends(name, bytes).await.shows("look into the file");
    }
    max.sends("empty.pdf", b"").await.shows("the file is empty");
    max.types("no file").await.shows("as a file or a photo");
    max.sends("act.pdf", b"%PDF-1.7 signed").await.shows("Document: act.pdf").taps("Confirm").await.shows("📎 act.pdf");
    max.taps("📎 act.pdf").await;
    let shown = max.documents();
    assert_eq!(shown.len(), 1, "the card shows the file again");
    let kept = "select count(*) from document where bytes = '%PDF-1.7 signed'::bytea and mime = 'application/pdf'
                   and id = (select document_id from contract)";
    assert_eq!(app.count(kept).await, 1);
    assert_eq!(app.count("select count(*) from document").await, 1);
}

#[tokio::test]
async fn k17_a_new_price_leaves_contracts_alone() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    deal.signs(&deal.draft()).await.unwrap();
    let draft = crate::support::trade::service_draft("SEO", "99999");
    let marketer = app.staff("peter", &[Group::Marketers]).await;
    app.act(marketer, async |crm| services::edit(crm, deal.service, 1, &draft).await.unwrap()).await;
    assert_eq!(app.count("select count(*) from contract where amount = 1500").await, 1);
}

#[tokio::test]
async fn k18_a_failure_after_the_first_write_leaves_nothing_behind() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    // The contract and the client's state are written; the event, which comes after them, fails.
    sqlx::raw_sql(
        "create function boom() returns trigger language plpgsql as $$ begin raise exception 'boom'; end $$;
         create trigger boom before insert on audit_event for each row when (new.entity = 'contract') execute function boom();",
    )
    .execute(app.sql())
    .await
    .unwrap();
    deal.fills_in().await;
    deal.max.taps("Confirm").await;
    assert_eq!(app.count("select count(*) from parked_update").await, 1, "the event was tried");
    assert_eq!(app.count(CONTRACTS).await, 0);
    assert_eq!(deal.state().await, ClientState::Potential);
    sqlx::raw_sql("drop trigger boom on audit_event").execute(app.sql()).await.unwrap();
    deal.max.taps("Confirm").await.shows("is confirmed");
}

#[tokio::test]
async fn k11_e1_editing_keeps_client_and_touch_and_notices_a_quicker_colleague() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let id = deal.signs(&deal.draft()).await.unwrap();
    let anna = app.english("anna", &[Group::Managers]).await;
    for who in [deal.max, anna] {
        who.types("/contracts").await.taps("Petrov Ivan").await.taps("Edit").await.taps("Edit").await;
        assert!(!who.has_button("Client") && !who.has_button("Touch"));
    }
    deal.max.taps("Amount").await.types("2000").await.shows("₽1,500 → ₽2,000").taps("Confirm").await.shows("Saved");
    anna.taps("Title").await.types("SEO again").await.taps("Confirm").await.hears("Somebody has changed this");
    anna.shows("₽2,000 → ₽1,500").taps("Edit").await.taps("Amount").await.types("2000").await.taps("Confirm").await;
    let card = app.act(anna, async |crm| contracts::card(crm, id).await.unwrap()).await;
    assert_eq!((card.title.as_str(), card.amount, card.touch), ("SEO again", money("2000"), deal.touch));
}

#[tokio::test]
async fn k12_an_administrator_relinks_with_a_reason_and_the_revenue_moves() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let maria = app.staff("peter", &[Group::Marketers]).await;
    let other = app.advertises(maria, "Avito", deal.service, "10").await;
    let id = deal.signs(&deal.draft()).await.unwrap();
    app.meets(deal.oleg, "89123456701", "Ivan", other).await;
    let touch = app.touch_of(deal.max, deal.client).await;
    let why = reason();
    let denied =
        app.act(deal.max, async |crm| contracts::relink(crm, id, 1, touch, &why).await.split_refusal().unwrap()).await;
    assert_eq!(denied, Err(Refusal::Denied));
    let root = app.english("root", &[Group::Admins]).await;
    root.types("/contracts")
        .await
        .taps("Ivan")
        .await
        .taps("Other touch")
        .await
        .taps("Avito")
        .await
        .types("wrong ad")
        .await;
    root.taps("Confirm").await.shows("counts for the other touch").shows("Touch: Avito");
    let of = async |ad| app.figures_of(deal.max, ad, Period::AllTime).await.revenue;
    let total = deal.sold(Period::AllTime).await;
    // K12: the revenue has moved, the total stays
    assert_eq!((of(deal.ad).await, of(other).await, total), (0.into(), 1500.into(), (1, 1500.into())));
    assert_eq!(app.count("select count(*) from audit_event where action = 'relink' and reason = 'wrong ad'").await, 1);
}

#[tokio::test]
async fn own_contracts_are_voided_on_the_day_they_were_made_and_no_later() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let id = deal.signs(&deal.draft()).await.unwrap();
    let anna = app.english("anna", &[Group::Managers]).await;
    let why = reason();
    let voided =
        async |who| app.act(who, async |crm| contracts::void(crm, id, 1, &why).await.split_refusal().unwrap()).await;
    assert_eq!(voided(anna).await, Err(Refusal::NotOwnToday));
    app.at("2026-03-13 00:01");
    assert_eq!(voided(deal.max).await, Err(Refusal::NotOwnToday));
    app.at("2026-03-12 23:59");
    assert_eq!(voided(deal.max).await, Ok(()));
    assert_eq!(voided(deal.max).await, Err(Refusal::Changed));
}

#[tokio::test]
async fn a4_an_operators_old_button_makes_no_contract() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let place = Route::of(ScreenId::ContractNew, deal.client);
    deal.oleg.types("/menu").await;
    let version = deal.oleg.button("Statistics").version;
    deal.oleg
        .does(Input::Tap(Some(CallbackData { version, press: ButtonAction::Open(place) })))
        .await
        .hears("do not have the right");
    deal.oleg.types("/contract").await.shows("do not have the right");
    let refused = app.signs(deal.oleg, &deal.draft()).await;
    assert_eq!(refused, Err(Refusal::Denied));
    assert_eq!(app.count("select count(*) from audit_event where action = 'denied'").await, 3);
}

#[tokio::test]
async fn a5_a_right_taken_away_in_the_middle_refuses_the_confirmation() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    deal.fills_in().await;
    sqlx::query("update group_member set removed_at = $1 where user_id = $2")
        .bind(app.now())
        .bind(app.staff_id(deal.max).await.0)
        .execute(app.sql())
        .await
        .unwrap();
    deal.max.taps("Confirm").await.hears("do not have the right");
    assert_eq!(app.count(CONTRACTS).await, 0);
}
