//! Phones, duplicates and names of clients (C1–C13), their cards and counts (A10, A11, X17).

use crmbot::crm::{LeadDraft, LeadOutcome, PhoneEdit, Refusal, SplitRefusal, Verdict, clients};
use crmbot::domain::{ClientState, Group, PersonName, Phone, PhoneRegion, Reason, Tally};
use crmbot::flows::dialogue::Input;
use crmbot::flows::{ButtonAction, CallbackData, Route, route::ScreenId};

use crate::support::app::{TestApp, TestUser};

const CLIENTS: &str = "select count(*) from client";
const TOUCHES: &str = "select count(*) from touch where voided_at is null";

fn draft(phone: &str, name: &str, ad: i64) -> LeadDraft {
    LeadDraft {
        phone: Phone::parse(phone, PhoneRegion::RU).unwrap(),
        phone_raw: phone.to_owned(),
        name: PersonName::split(name).unwrap_or_default(),
        email: None,
        ad,
        notes: Vec::new(),
    }
}

async fn lead(app: &TestApp, who: TestUser<'_>, phone: &str, name: &str, ad: i64) -> i64 {
    app.act(who, async |crm| clients::register(crm, &draft(phone, name, ad)).await.unwrap().client).await
}

#[tokio::test]
async fn c1_c2_every_spelling_of_a_phone_is_the_same_client() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    lead(&app, oleg, "+79991234567", "Иванов Иван", ad).await;
    for typed in [
        "8 (999) 123-45-67",
        "89991234567",
        "79991234567",
        "9991234567",
        "+7 999 123 45 67",
        "8\u{a0}999\u{a0}123\u{2011}45\u{2011}67",
        "８９９９１２３４５６７",
    ] {
        oleg.types("/lead").await.types(typed).await.shows("Этот телефон у нас уже есть: Иванов Иван");
    }
    oleg.types("/menu").await.shares("79991234567", "Иван").await.shows("Этот телефон у нас уже есть: Иванов Иван");
    assert_eq!(app.count(CLIENTS).await, 1);
}

#[tokio::test]
async fn c3_a_foreign_number_stays_foreign() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("+375 29 123-45-67 Янка с авито").await.shows("+375 29 123-45-67").taps("Сохранить").await;
    assert_eq!(app.count("select count(*) from client where phone = '+375291234567'").await, 1);
}

#[tokio::test]
async fn c4_what_is_no_phone_is_refused_with_an_example_and_makes_nothing() {
    let app = TestApp::new().await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("/lead").await;
    for typed in ["+066", "+22", "12345", "телефон"] {
        oleg.types(typed).await.shows("Например").shows("Какой у клиента телефон?");
    }
    oleg.types("/lead 12345").await.shows("Не вижу здесь телефона");
    assert_eq!(app.count(CLIENTS).await, 0);
}

#[tokio::test]
async fn c5_h2_an_inactive_client_is_found_and_returns_and_managers_are_told() {
    let app = TestApp::new().await;
    let (a, b) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    let client = lead(&app, oleg, "89123456789", "Иванов Иван", a).await;
    app.a_contract(client, "2026-03-12", "2026-03-20").await;
    app.at("2026-04-01 10:00");
    maria.notices();
    oleg.types("8 912 345-67-89 с сайта").await.shows("неактивный").shows("Второй карточки не будет");
    oleg.taps("Записать обращение").await.shows("Обращение записано: «Сайт»").shows("потенциальный");
    assert_eq!(app.count(CLIENTS).await, 1);
    assert_eq!(app.count(TOUCHES).await, 2);
    let card = app.act(oleg, async |crm| clients::card(crm, client).await.unwrap()).await;
    let came = card.touches.iter().map(|touch| (touch.ad.as_str(), touch.day.to_string())).collect::<Vec<_>>();
    assert_eq!(came, [("Сайт", "2026-04-01".to_owned()), ("Авито", "2026-03-12".to_owned())], "the first one stays");
    let told = maria.notices();
    assert!(told.iter().any(|notice| notice.contains("Вернулся: Иванов Иван, реклама «Сайт»")), "{told:?}");
    let _ = b;
}

#[tokio::test]
async fn c6_h3_an_active_clients_phone_shows_him_and_a_touch_leaves_him_active() {
    let app = TestApp::new().await;
    let a = app.an_ad("Авито", "AVITO").await;
    app.an_ad("Сайт", "SITE").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let client = lead(&app, oleg, "89123456789", "Иванов Иван", a).await;
    app.a_contract(client, "2026-03-12", "2026-12-31").await;
    oleg.types("+7 912 345 67 89").await.shows("действующий").shows("Откуда о нас узнали?");
    oleg.taps("Открыть карточку").await.shows("Иванов Иван · №").taps("Назад").await.shows("Откуда о нас узнали?");
    oleg.taps("Сайт").await.taps("Записать обращение").await.shows("действующий").shows("Обращения: 2");
}

#[tokio::test(flavor = "multi_thread")]
async fn c7_two_who_save_one_phone_at_once_make_one_client_and_two_touches() {
    let app = TestApp::new().await;
    let (a, b) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let olga = app.staff("olga", &[Group::Operators]).await;
    oleg.types("8 912 345-67-89 Иван с авито").await.shows("Новый лид");
    olga.types("89123456789 с сайта").await.shows("Новый лид");
    let taps = [oleg, olga].map(|who| who.update(Input::Tap(Some(who.button("Сохранить")))));
    futures::future::join_all(taps.into_iter().map(|tap| app.turns.clone().process(tap))).await;
    app.collect().await;
    assert_eq!(app.count(CLIENTS).await, 1);
    assert_eq!(app.count(TOUCHES).await, 2);
    let screens = [oleg.screen(), olga.screen()];
    assert_eq!(screens.iter().filter(|screen| screen.contains("Лид сохранён")).count(), 1, "{screens:?}");
    assert_eq!(
        screens.iter().filter(|screen| screen.contains("Этот телефон только что внесли")).count(),
        1,
        "{screens:?}"
    );
    assert!(screens.iter().all(|screen| screen.contains("№1")), "both see the card: {screens:?}");
    let _ = (a, b);
}

#[tokio::test]
async fn the_form_of_an_operator_has_no_phone_and_the_use_case_is_denied() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let client = lead(&app, oleg, "89123456789", "Иванов Иван", ad).await;
    let edit = CallbackData {
        version: CallbackData::NOTICE,
        press: ButtonAction::Open(Route::of(ScreenId::ClientForm, client)),
    };
    oleg.does(Input::Tap(Some(edit))).await.shows("Изменение клиента").taps("Изменить").await.hides("Телефон");
    let edit = PhoneEdit {
        client,
        version: app.act(oleg, async |crm| clients::card(crm, client).await.unwrap().version).await,
        phone: Phone::parse("89990000000", PhoneRegion::RU).unwrap(),
        phone_raw: "8 999 000-00-00".to_owned(),
        reason: Reason::parse("опечатка").unwrap(),
    };
    let denied = app.act(oleg, async |crm| clients::correct_phone(crm, &edit).await.split_refusal().unwrap()).await;
    assert_eq!(denied, Err(Refusal::Denied));
}

#[tokio::test]
async fn c11_a_dialogue_cancelled_after_the_phone_leaves_nothing() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("/lead").await.types("8 912 345-67-89").await.shows("Как зовут клиента?");
    oleg.types("/cancel").await.shows("Ничего не сохранено");
    oleg.types("Пётр 8 912 345-67-89 с авито").await.taps("Отмена").await;
    assert_eq!(app.count(CLIENTS).await + app.count("select count(*) from touch").await, 0);
}

#[tokio::test]
async fn c12_names_are_measured_and_shown_literally() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("/lead").await.types("89123456789").await;
    oleg.types(&"я".repeat(41)).await.shows("Имя: не больше 40").shows("Как зовут клиента?");
    oleg.types("   ").await.shows("Как зовут клиента?");
    oleg.types("<b>Вася</b>").await.taps("Авито").await.shows("<b>Вася</b>").taps("Сохранить").await;
    oleg.shows("<b>Вася</b> · №1").shows("Лид сохранён");
    let _ = ad;
}

#[tokio::test]
async fn c13_emails_are_optional_checked_and_shared_by_families() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    for phone in ["89123456781", "89123456782"] {
        oleg.types("/lead").await.types(phone).await.types("Иван").await;
        oleg.taps("Авито").await.taps("Изменить").await.taps("E-mail").await;
        oleg.types("ivan@").await.shows("ivan@example.com").types("ivan@example.com").await;
        oleg.taps("Сохранить").await.shows("Лид сохранён");
    }
    oleg.types("/lead").await.types("89123456783").await.taps("Пропустить").await;
    oleg.taps("Авито").await.taps("Сохранить").await.shows("Без имени");
    assert_eq!(app.count("select count(*) from client where email = 'ivan@example.com'").await, 2);
    assert_eq!(app.count("select count(*) from client where email is null").await, 1);
}

#[tokio::test]
async fn a10_an_operator_picks_among_running_ads_without_budgets() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let finished = app.an_ad("Старая", "SITE").await;
    app.finish(finished).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("8 912 345-67-89").await.shows("Авито").hides("Старая").hides("77");
}

#[tokio::test]
async fn a11_a_manager_opens_a_potential_clients_card_and_every_look_at_a_phone_is_audited() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    let client = lead(&app, oleg, "89123456789", "Иванов Иван", ad).await;
    maria.types("/menu").await;
    let card =
        CallbackData { version: CallbackData::NOTICE, press: ButtonAction::Open(Route::of(ScreenId::Client, client)) };
    maria.does(Input::Tap(Some(card))).await.shows("потенциальный").shows("+7 912 ***-**-89").hides("+79123456789");
    maria.taps("Показать телефон").await.shows("+79123456789");
    assert_eq!(app.count("select count(*) from audit_event where action = 'view_phone'").await, 1);
}

#[tokio::test]
async fn a_marketer_sees_no_client_by_any_path() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let mark = app.staff("mark", &[Group::Marketers]).await;
    let client = lead(&app, oleg, "89123456789", "Иванов Иван", ad).await;
    for text in ["Иванов", "/find Иванов", "/clients", "/lead 89123456789", "89123456789", "№1"] {
        mark.types(text).await.hides("Иванов Иван");
    }
    let refused = app
        .act(mark, async |crm| {
            let phone = Phone::parse("89123456789", PhoneRegion::RU).unwrap();
            let seen = clients::look_up(crm, &phone).await.split_refusal().unwrap().err();
            (
                seen,
                clients::card(crm, client).await.split_refusal().unwrap().err(),
                clients::in_state(crm, ClientState::Potential, None, 8).await.split_refusal().unwrap().err(),
            )
        })
        .await;
    assert_eq!(refused, (Some(Refusal::Denied), Some(Refusal::Denied), Some(Refusal::Denied)));
}

#[tokio::test]
async fn x17_every_client_is_counted_in_exactly_one_state() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let mut clients = Vec::new();
    for number in 0..12 {
        clients.push(lead(&app, oleg, &format!("891234567{number:02}"), "Иванов Иван", ad).await);
    }
    app.a_contract(clients[0], "2026-03-12", "2026-12-31").await;
    app.a_contract(clients[1], "2026-03-12", "2026-03-13").await;
    app.at("2026-03-20 10:00");
    sqlx::query("update client set voided_at = now() where id = $1")
        .bind(clients[11])
        .execute(app.sql())
        .await
        .unwrap();
    let counts = app.act(oleg, async |crm| clients::state_counts(crm).await.unwrap()).await;
    let counts = [counts.active, counts.inactive, counts.potential, counts.total()].map(Tally::known);
    assert_eq!(counts, [1, 1, 9, 11]);
    oleg.types("/clients").await.shows("Клиенты: 11").taps("потенциальный").await.shows("1/2");
    let first = oleg.screen();
    oleg.taps("›").await.shows("2/2");
    assert!(!oleg.screen().contains(&first));
    oleg.taps("‹ Назад").await.taps("действующий").await.shows("действующий: 1");
}

#[tokio::test]
async fn a_voided_lead_is_revived_by_his_phone_and_a_merged_one_leads_to_the_other() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let one = lead(&app, oleg, "89123456781", "Иванов Иван", ad).await;
    let two = lead(&app, oleg, "89123456782", "Иванов И", ad).await;
    sqlx::query("update client set voided_at = now() where id = $1").bind(one).execute(app.sql()).await.unwrap();
    let phone = |text| Phone::parse(text, PhoneRegion::RU).unwrap();
    let verdict = app.act(oleg, async |crm| clients::look_up(crm, &phone("89123456781")).await.unwrap()).await;
    assert_eq!(verdict, Verdict::Voided);
    app.passes(chrono::Duration::days(1));
    let again = app
        .act(oleg, async |crm| clients::register(crm, &draft("89123456781", "Петров Пётр", ad)).await.unwrap())
        .await;
    assert_eq!((again.client, again.outcome), (one, LeadOutcome::Revived));
    sqlx::query("update client set merged_into = $2 where id = $1")
        .bind(two)
        .bind(one)
        .execute(app.sql())
        .await
        .unwrap();
    let Verdict::Known(known) =
        app.act(oleg, async |crm| clients::look_up(crm, &phone("89123456782")).await.unwrap()).await
    else {
        panic!("known")
    };
    assert_eq!((known.client.id, known.merged, known.client.state), (one, true, ClientState::Potential));
    assert_eq!(known.client.who, "Петров Пётр");
}

#[tokio::test]
async fn e1_the_second_of_two_who_correct_a_name_sees_what_the_first_has_saved() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let olga = app.staff("olga", &[Group::Operators]).await;
    lead(&app, oleg, "89123456789", "Иванов Иван", ad).await;
    for who in [oleg, olga] {
        who.types("/find Иванов").await.taps("Изменить").await.taps("Изменить").await.taps("Фамилия").await;
    }
    oleg.types("Петров").await.taps("Сохранить").await.shows("Петров Иван");
    olga.types("Сидоров").await.taps("Сохранить").await.hears("изменили").shows("Петров → Сидоров");
    olga.taps("Сохранить").await.shows("Сидоров Иван");
    // H10: two corrections of the name have made no touch
    assert_eq!(app.count(TOUCHES).await, 1);
}

#[tokio::test]
async fn a_contact_card_with_several_numbers_asks_which() {
    let app = TestApp::new().await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let contact = crmbot::flows::Contact {
        phone: "79123456789".to_owned(),
        first_name: "Иван".to_owned(),
        last_name: None,
        more_phones: vec!["8 495 123-45-67".to_owned()],
    };
    oleg.does(crmbot::flows::dialogue::Input::Event(crmbot::flows::Event::Shared(contact))).await;
    oleg.shows("912").shows("495");
    assert_eq!(app.count("select count(*) from client").await, 0);
}

#[tokio::test]
async fn the_wizard_asks_which_of_several_numbers_as_well() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let contact = crmbot::flows::Contact {
        phone: "79123456789".to_owned(),
        first_name: "Иван".to_owned(),
        last_name: None,
        // The first one again, and one that is no number.
        more_phones: vec!["8 912 345-67-89".to_owned(), "8 495 123-45-67".to_owned(), "доб. 12".to_owned()],
    };
    oleg.types("/lead").await;
    oleg.does(crmbot::flows::dialogue::Input::Event(crmbot::flows::Event::Shared(contact))).await;
    oleg.shows("Какой из них основной").taps("+7 495 123-45-67").await.hides("Какой из них").shows("Иван");
    oleg.types("/lead").await.types("8 912 345-67-89 или 8 495 123-45-67").await.shows("Какой из них основной");
    assert_eq!(oleg.screen().matches("Какой из них").count(), 1, "asked once");
    oleg.taps("+7 912 345-67-89").await.hides("Какой из них");
    assert_eq!(app.count("select count(*) from client").await, 0);
}
