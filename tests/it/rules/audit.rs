//! The audit log (E2, G12): everything that is written can be read in words, by users with the right.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crmbot::crm::AuditAction;
use crmbot::domain::{Group, Language};
use crmbot::flows::audit::{action_label, field_label};
use crmbot::flows::dialogue::Input;
use crmbot::flows::route::ScreenId;
use crmbot::flows::{ButtonAction, CallbackData, Route};
use crmbot::text::Say;

use crate::support::app::TestApp;
use crate::support::trace::fields_of_events;

#[test]
fn every_event_that_the_code_writes_has_a_sentence_and_every_field_a_name() {
    let actions = AuditAction::ALL.iter().map(|action| (action.as_str(), action.entity()));
    let undone = ["client", "contract", "service", "ad", "staff", "group"].map(|entity| ("undo", entity));
    let events: BTreeSet<_> = actions.chain(undone).collect();
    assert_eq!(events.len(), AuditAction::ALL.len() + undone.len(), "two actions under one code");
    let fields = fields_of_events(&crm_sources());
    assert!(fields.len() > 30, "the fields were not found: {fields:?}");
    for language in Language::ALL {
        let say = Say(language);
        let missing: Vec<_> =
            events.iter().filter(|(action, entity)| action_label(action, entity, say).is_none()).collect();
        assert!(missing.is_empty(), "no sentence in src/flows/audit/words.rs for (action, entity) {missing:?}");
        let nameless: Vec<_> = fields.iter().filter(|field| field_label(field, say).is_none()).collect();
        assert!(nameless.is_empty(), "no name in src/flows/audit/fields.rs for {nameless:?}");
    }
    let said: BTreeSet<_> = events
        .iter()
        .filter_map(|(action, entity)| action_label(action, entity, Say(Language::En)))
        .map(|said| said.plain())
        .collect();
    assert_eq!(said.len(), events.len(), "two events that read the same");
}

fn crm_sources() -> Vec<String> {
    fn walk(folder: &Path, into: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.file_name().is_some_and(|name| name != "tests.rs") {
                let text = fs::read_to_string(&path).unwrap();
                // What unit tests write is no event.
                into.push(text.split("#[cfg(test)]").next().unwrap_or_default().to_owned());
            }
        }
    }
    let mut sources = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/crm"), &mut sources);
    sources
}

#[tokio::test]
async fn e2_an_administrator_reads_who_changed_what_old_to_new_with_phones_masked() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    oleg.types("8 912 345-67-89 Иванов Иван, Авито").await.taps("Сохранить").await;
    oleg.taps("Показать телефон").await;
    oleg.types("/lead x").await;
    oleg.types("/contracts").await;
    anna.types("/audit")
        .await
        .shows("Журнал")
        .shows("12:00 · Oleg · отказ: нет права")
        .shows("показан телефон · Иванов Иван");
    anna.shows("новое обращение · «Авито», Иванов Иван").shows("новый клиент").hides("345");
    // Denials alone, then the kinds of records, then the people.
    anna.taps("Отказы").await.shows("Только отказы").shows("отказ: нет права").hides("новый клиент");
    anna.taps("1").await.shows("Право: видеть договоры целиком").taps("Назад").await;
    anna.taps("Показать всё").await.taps("Записи").await.taps("Клиенты").await.shows("новый клиент").hides("обращение");
    anna.taps("Кто").await.taps("Anna").await.shows("Кто: Anna").shows("Здесь пусто");
    anna.taps("Показать всё").await.taps("Записи").await.taps("Клиенты").await;
    anna.types("вчера").await.shows("Здесь пусто").taps("Показать всё").await;
    anna.types("не день").await.shows("День");
    let event = app.count("select id from audit_event where entity = 'client' and action = 'create'").await;
    let open = |id| {
        Input::Tap(Some(CallbackData {
            version: CallbackData::NOTICE,
            press: ButtonAction::Open(Route::of(ScreenId::AuditEvent, id)),
        }))
    };
    anna.does(open(event)).await.shows("Телефон: +7 912 ***-**-89").shows("Имя: Иванов Иван").shows("Oleg, ");
    anna.taps("Всё об этой записи").await.shows("показан телефон").shows("новый клиент").taps("Назад").await;
    anna.taps("Открыть карточку").await.shows("Иванов Иван");
}

#[tokio::test]
async fn whoever_may_see_his_own_actions_alone_sees_no_others() {
    let app = TestApp::new().await;
    let anna = app.english("anna", &[Group::Admins]).await;
    let mark = app.english("mark", &[Group::Marketers]).await;
    anna.types("/language").await.taps("English").await;
    let event = app.count("select max(id) from audit_event").await;
    mark.types("/services").await.taps("New service").await;
    mark.types("SEO").await.taps("Skip").await.types("1500").await.taps("Save").await;
    mark.types("/audit").await.shows("My recent actions").shows("new service · “SEO”").hides("Anna").hides("settings");
    assert!(!mark.has_button("Who"));
    let open = Input::Tap(Some(CallbackData {
        version: CallbackData::NOTICE,
        press: ButtonAction::Open(Route::of(ScreenId::AuditEvent, event)),
    }));
    mark.does(open).await.shows("not there any more");
    anna.types("/audit").await.shows("Mark · new service").shows("Anna · settings changed");
}

#[tokio::test]
async fn g12_a_change_and_its_event_come_together_and_events_are_never_changed() {
    let app = TestApp::new().await;
    for statement in ["update audit_event set reason = 'x'", "delete from audit_event", "truncate audit_event"] {
        let error = sqlx::query(statement).execute(app.db.pool()).await.unwrap_err();
        assert_eq!(error.as_database_error().unwrap().code().as_deref(), Some("42501"), "{statement}");
    }
}
