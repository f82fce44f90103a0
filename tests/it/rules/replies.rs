//! A reply to a message about a client is a note: what a typed text means, in this order: the open dialogue's field, a
//! reply to a card, a phone, a search.

use crmbot::crm::clients;
use crmbot::domain::{Group, Reason};
use crmbot::flows::dialogue::Input;
use crmbot::flows::{About, ButtonAction, CallbackData, Event, UseCase};

use crate::support::app::{TestApp, TestUser};

const NOTES: &str = "select count(*) from note where voided_at is null";
const VOICE: &[u8] = b"OggS\0\x02 a voice";

/// An operator on the card of their first lead, Иван.
async fn with_card(app: &TestApp) -> TestUser<'_> {
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("8 912 345-67-89 Иван с авито").await.taps("Сохранить").await.shows("№1");
    app.passes(chrono::Duration::minutes(1));
    oleg
}

/// A reply to any message of the chat.
fn reply(to: i64, text: &str) -> Input {
    Input::Replied { to, about: None, said: Event::Typed(text.to_owned()) }
}

#[tokio::test]
async fn a_reply_to_a_card_is_a_note_and_the_card_can_take_it_back() {
    let app = TestApp::new().await;
    let oleg = with_card(&app).await;
    oleg.replies("№1", "<b>Перезвонить</b> в пятницу").await.shows("Заметка записана").shows("<b>Перезвонить</b> в");
    assert_eq!(app.count(NOTES).await, 1);
    let audited = "select count(*) from audit_event where action = 'create' and entity = 'note'";
    assert_eq!(app.count(audited).await, 1);
    oleg.taps("↩️").await.taps("Да").await.hides("Перезвонить");
    assert_eq!(app.count(NOTES).await, 0);
    // The card was not stacked on itself: Back leaves it.
    oleg.taps("Назад").await.hides("№1");
}

#[tokio::test]
async fn the_meaning_of_a_text_is_the_open_field_then_a_reply_then_a_phone_then_a_search() {
    let app = TestApp::new().await;
    let oleg = with_card(&app).await;
    let card = oleg.message("№1");
    // A phone in a reply is a note, not a lead.
    oleg.does(reply(card, "жена: 8 900 111-22-33")).await.shows("Заметка записана").shows("жена");
    // A search is no question: a reply comes first.
    oleg.types("никто такой").await.shows("никого нет");
    oleg.does(reply(card, "просил смету")).await.shows("Заметка записана").shows("просил смету");
    // An open question's answer is its answer, whatever it replies to.
    oleg.taps("Следующий шаг").await.shows("Когда следующий шаг?");
    oleg.does(reply(card, "завтра 15:00")).await.shows("Следующий шаг: 13 мар.");
    assert_eq!(app.count(NOTES).await, 2);
    oleg.types("8 900 111-22-33").await.shows("Новый лид").taps("Отмена").await;
    oleg.types("Иван").await.shows("№1");
}

#[tokio::test]
async fn a_reply_to_a_notice_about_a_client_is_a_note_of_the_manager() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    with_card(&app).await;
    maria.replies("Новый лид", "беру после обеда").await.shows("№1").shows("Maria: беру после обеда");
    assert_eq!(app.count(NOTES).await, 1);
}

#[tokio::test]
async fn a_voice_in_a_reply_is_kept_whole_and_can_be_heard_again() {
    let app = TestApp::new().await;
    let oleg = with_card(&app).await;
    oleg.replies_with("№1", "voice.ogg", VOICE, "").await.shows("Заметка записана").shows("📎 voice.ogg");
    oleg.replies_with("№1", "../смета.exe", b"%PDF-1.7 ...", "смета <i>новая</i>").await.shows("смета <i>новая</i>");
    assert_eq!(app.count(NOTES).await, 2);
    let stored: Vec<u8> = sqlx::query_scalar(
        "select bytes from document join note on attachment_id = document.id where mime = 'audio/ogg' and size = 14",
    )
    .fetch_one(app.sql())
    .await
    .unwrap();
    assert_eq!(stored, VOICE);
    oleg.shows("_смета.exe.pdf").taps("voice.ogg").await.shows("№1");
    let document = app.count("select id from document where mime = 'audio/ogg'").await;
    let sent = oleg.documents();
    assert!(sent.len() == 1 && sent[0].0 == document && sent[0].1.contains("Oleg"), "{sent:?}");
    let boris = app.staff("boris", &[Group::Admins]).await;
    boris.types("6789").await.taps("voice.ogg").await;
    assert_eq!(boris.documents().len(), 1, "whoever may read notes");

    // Undone with its note: the file is out of reach, by a forged button too.
    oleg.taps("↩️").await.taps("Да").await;
    let note = app.count("select id from note where voided_at is not null").await;
    let forged = ButtonAction::Do(UseCase::SendNoteFile, note);
    let denied = ButtonAction::Do(UseCase::SendNoteFile, note - 1);
    oleg.does(Input::Tap(Some(CallbackData { version: CallbackData::NOTICE, press: forged })))
        .await
        .shows("больше нет");
    let marina = app.staff("marina", &[Group::Marketers]).await;
    marina.types("/menu").await;
    marina
        .does(Input::Tap(Some(CallbackData { version: CallbackData::NOTICE, press: denied })))
        .await
        .shows("нет на это права");
    assert!(oleg.documents().len() == 1 && marina.documents().is_empty());
}

#[tokio::test]
async fn files_over_the_size_or_of_no_known_kind_are_refused_and_nothing_is_kept() {
    let app = TestApp::new().await;
    let oleg = with_card(&app).await;
    let card = oleg.message("№1");
    let mut large = app.file("video.mp4", b"\0\0\0\x18ftypisom", "объект");
    large.size = 20 * 1024 * 1024 + 1;
    let sends = |said| Input::Replied { to: card, about: None, said: Event::Sent(said) };
    oleg.does(sends(large)).await.shows("больше 20 МБ").shows("Что записать");
    // The question stays open: the next file answers it.
    oleg.does(sends(app.file("run.exe", b"MZ\x90\0", ""))).await.shows("не приложить").shows("Что записать");
    oleg.sends("lost.pdf", b"").await.shows("файл пустой");
    let gone = crmbot::flows::File { file_id: "gone".into(), name: "x.pdf".into(), size: 5, caption: String::new() };
    oleg.does(sends(gone)).await.shows("не отдал");
    assert_eq!(app.count("select (select count(*) from note) + (select count(*) from document)").await, 0);
    oleg.sends("photo.jpg", b"\xff\xd8\xff\xe0 a photo\xff\xd9").await.shows("Заметка записана").shows("photo.jpg");
}

#[tokio::test]
async fn a_reply_to_whom_nobody_knows_means_what_it_says_and_a_forged_one_reaches_nobody() {
    let app = TestApp::new().await;
    let oleg = with_card(&app).await;
    let olga = app.staff("olga", &[Group::Operators]).await;
    let of_oleg = oleg.message("№1");
    // Another chat's message has the same number there and means nothing here.
    olga.types("/menu").await;
    olga.does(reply(of_oleg, "Иван")).await.shows("Не знаю, о каком клиенте").shows("№1");
    olga.types("/menu").await;
    olga.does(reply(i64::MAX, "8 900 111-22-33")).await.shows("Не знаю, о каком клиенте").shows("Новый лид");
    assert_eq!(app.count(NOTES).await, 0);
    // The living screen needs no hint: an answer to it means what it shows.
    olga.types("/menu").await.replies("что делаем", "Иван").await.hides("Не знаю").shows("№1");
    // What the update itself claims about the client is not believed.
    let about = Some(About::card(1));
    olga.types("/menu").await;
    let claimed = Input::Replied { to: 999_999, about, said: Event::Typed("чужая заметка".into()) };
    olga.does(claimed).await.shows("Не знаю");
    assert_eq!(app.count(NOTES).await, 0);
}

#[tokio::test]
async fn g6_without_the_right_to_notes_a_reply_is_refused_and_for_strangers_there_are_no_replies() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = with_card(&app).await;
    anna.types("6789").await.replies("№1", "читаю, не пишу").await.shows("нет на это права");
    assert_eq!(app.count(NOTES).await, 0);
    assert_eq!(app.count("select count(*) from audit_event where action = 'denied'").await, 1);
    // Rights are read at the reply, not at the message (G5).
    let card = oleg.message("№1");
    sqlx::query("update group_member set removed_at = now() where user_id = 2").execute(app.sql()).await.unwrap();
    oleg.does(reply(card, "поздно")).await;
    sqlx::query("update staff_user set active = false where id = 2").execute(app.sql()).await.unwrap();
    oleg.does(reply(card, "совсем поздно")).await.shows("Здравствуйте");
    assert_eq!(app.count(NOTES).await, 0);
}

#[tokio::test]
async fn a_reply_to_the_card_of_a_merged_client_is_a_note_to_the_surviving_one() {
    let app = TestApp::new().await;
    let oleg = with_card(&app).await;
    oleg.types("8 900 111-22-33 Пётр с авито").await.taps("Сохранить").await.shows("№2");
    let younger = oleg.message("№2");
    let anna = app.staff("anna", &[Group::Admins]).await;
    let reason = Reason::parse("один человек").unwrap();
    app.act(anna, async |crm| clients::merge(crm, 1, 2, &reason).await.unwrap()).await;
    oleg.does(reply(younger, "после слияния")).await.shows("№1").shows("после слияния");
    assert_eq!(app.count("select client_id from note where text = 'после слияния'").await, 1);
    oleg.replies_with("№1", "voice.ogg", VOICE, "").await.shows("📎 voice.ogg");
}
