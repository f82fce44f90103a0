//! A manager's and an operator's working day, from the first notice to the last list.

use chrono::Duration;
use crmbot::domain::Group;
use crmbot::flows::dialogue::Input;

use crate::support::app::{TestApp, TestUser};

/// People who have begun before the story.
async fn begin(people: &[TestUser<'_>]) {
    for who in people {
        let menu = Input::Command { name: "menu".into(), rest: String::new() };
        Box::pin(who.app.deliver(who.update(menu))).await;
    }
}

#[tokio::test]
async fn a_managers_day_in_russian() {
    let app = TestApp::new().await;
    app.an_ad("Авито: ремонт", "AVITO").await;
    app.an_ad("Сайт", "SITE").await;
    app.a_service("Ремонт под ключ").await;
    let maria = app.staff("мария", &[Group::Managers]).await;
    let mikhail = app.staff("михаил", &[Group::Managers]).await;
    let anna = app.staff("анна", &[Group::Managers]).await;
    let oleg = app.staff("олег", &[Group::Operators]).await;
    begin(&[maria, mikhail, anna, oleg]).await;

    app.chapter("Вечером: тишина до утра");
    app.at("2026-03-11 21:50");
    maria.goes(&["/settings", "[Тихие часы]", "22-8:30"]).await;

    app.chapter("Утро: кто пришёл и кого никто не взял");
    app.at("2026-03-12 08:05");
    oleg.quietly("Петров Иван 8 912 345-67-89 ремонт кухни, с авито", "Сохранить").await;
    app.at("2026-03-12 08:21");
    app.turns.tell_of_waiting().await.unwrap();
    app.collect().await;
    mikhail.reads();
    app.at("2026-03-12 08:30");
    app.sweep().await;
    maria.reads();
    maria.goes(&["/queue", "[Взять]"]).await;
    maria.reads();
    mikhail.reads();

    app.chapter("Звонок: не ответил, ещё раз через час");
    app.at("2026-03-12 08:40");
    maria.goes(&["[Итог звонка]", "[не ответил]", "[Через час]"]).await;
    app.at("2026-03-12 09:40");
    maria
        .goes(&[
            "/followups",
            "[Петров]",
            "[Итог звонка]",
            "[дозвонились]",
            "[Шаг сделан]",
            "[Заметка]",
            "Замер в субботу в 10, ключи у соседки",
        ])
        .await;

    app.chapter("Договор: имя с опечаткой, мастер, подтверждение");
    app.at("2026-03-12 12:15");
    maria
        .goes(&[
            "питров",
            "[Договор]",
            "[Оставить]",
            "[Ремонт под ключ]",
            "Кухня под ключ",
            "триста с лишним",
            "350 000",
            "[Оставить]",
            "завтра",
            "[3 месяца]",
        ])
        .await;
    maria.sends("договор.pdf", b"%PDF-1.7").await;
    maria.goes(&["[Подтвердить]"]).await;

    app.chapter("Передача: один отказался, другая приняла");
    app.at("2026-03-12 14:00");
    oleg.quietly("Сидорова Анна 8 912 000-00-01 ванная, нашла на сайте", "Сохранить").await;
    maria.reads();
    maria
        .goes(&[
            "[Взять]",
            "[Следующий шаг]",
            "[Завтра 10:00]",
            "[Передать]",
            "[Михаил]",
            "Просит мастера с опытом по плитке",
            "[Подтвердить]",
        ])
        .await;
    app.passes(Duration::minutes(6));
    mikhail.reads();
    mikhail.goes(&["[Отклонить]", "[сейчас нет времени]", "[Подтвердить]"]).await;
    maria.reads();
    app.passes(Duration::minutes(2));
    maria.goes(&["сидорова", "[Передать]", "анн", "[Пропустить]", "[Подтвердить]"]).await;
    app.passes(Duration::minutes(4));
    anna.reads();
    anna.goes(&["[Принять]"]).await;
    mikhail.reads();
    maria.reads();

    app.chapter("Потерян — и обратно: передумал за десять минут");
    app.at("2026-03-12 16:30");
    oleg.quietly("8 912 000-00-02 просто спросить цену, с авито", "Сохранить").await;
    maria.reads();
    maria.goes(&["[Взять]", "[Потерян]", "[дорого]", "[Подтвердить]"]).await;
    app.passes(Duration::minutes(5));
    maria.goes(&["[Отменить]"]).await;

    app.chapter("Вечер: что сделано и что завтра");
    app.at("2026-03-12 18:30");
    maria.goes(&["/queue", "[Мои]", "/followups", "/contracts", "/audit"]).await;
    insta::assert_snapshot!(app.transcript());
}

#[tokio::test]
async fn a_managers_day_in_english() {
    let app = TestApp::new().await;
    app.an_ad("Google search", "GOOGLE").await;
    app.an_ad("Our site", "SITE").await;
    app.a_service("Turnkey renovation").await;
    let mary = app.english("mary", &[Group::Managers]).await;
    let mike = app.english("mike", &[Group::Managers]).await;
    let ann = app.english("ann", &[Group::Managers]).await;
    let oscar = app.english("oscar", &[Group::Operators]).await;
    begin(&[mary, mike, ann, oscar]).await;

    app.chapter("In the evening: silence until the morning");
    app.at("2026-03-11 21:50");
    mary.goes(&["/settings", "[Quiet hours]", "22-8:30"]).await;

    app.chapter("Morning: who came, and whom nobody has taken");
    app.at("2026-03-12 08:05");
    oscar.quietly("John Anderson 8 912 345-67-89 a new kitchen, saw your google ad", "Save").await;
    app.at("2026-03-12 08:21");
    app.turns.tell_of_waiting().await.unwrap();
    app.collect().await;
    mike.reads();
    app.at("2026-03-12 08:30");
    app.sweep().await;
    mary.reads();
    mary.goes(&["/queue", "[Take]"]).await;
    mary.reads();
    mike.reads();

    app.chapter("A call: no answer, once more in an hour");
    app.at("2026-03-12 08:40");
    mary.goes(&["[Outcome of a call]", "[no answer]", "[In an hour]"]).await;
    app.at("2026-03-12 09:40");
    mary.goes(&[
        "/followups",
        "[Anderson]",
        "[Outcome of a call]",
        "[reached]",
        "[Step done]",
        "[Note]",
        "Measuring on Saturday at 10, the neighbour has the keys",
    ])
    .await;

    app.chapter("The contract: a name with a typo, the wizard, Confirm");
    app.at("2026-03-12 12:15");
    mary.goes(&[
        "andersen",
        "[Contract]",
        "[Keep]",
        "[Turnkey]",
        "Turnkey kitchen",
        "three hundred or so",
        "350 000",
        "[Keep]",
        "tomorrow",
        "[3 months]",
    ])
    .await;
    mary.sends("contract.pdf", b"%PDF-1.7").await;
    mary.goes(&["[Confirm]"]).await;

    app.chapter("Handing over: one declines, another accepts");
    app.at("2026-03-12 14:00");
    oscar.quietly("Jane Brown 8 912 000-00-01 a bathroom, found us on our site", "Save").await;
    mary.reads();
    mary.goes(&[
        "[Take]",
        "[Next step]",
        "[Tomorrow 10:00]",
        "[Hand over]",
        "[Mike]",
        "Wants somebody good with tiles",
        "[Confirm]",
    ])
    .await;
    app.passes(Duration::minutes(6));
    mike.reads();
    mike.goes(&["[Decline]", "[no time now]", "[Confirm]"]).await;
    mary.reads();
    app.passes(Duration::minutes(2));
    mary.goes(&["brown", "[Hand over]", "ann", "[Skip]", "[Confirm]"]).await;
    app.passes(Duration::minutes(4));
    ann.reads();
    ann.goes(&["[Accept]"]).await;
    mike.reads();
    mary.reads();

    app.chapter("Lost, and back within ten minutes");
    app.at("2026-03-12 16:30");
    oscar.quietly("8 912 000-00-02 just asked for a price, google", "Save").await;
    mary.reads();
    mary.goes(&["[Take]", "[Lost]", "[too expensive]", "[Confirm]"]).await;
    app.passes(Duration::minutes(5));
    mary.goes(&["[Undo]"]).await;

    app.chapter("Evening: what is done, and what comes tomorrow");
    app.at("2026-03-12 18:30");
    mary.goes(&["/queue", "[Mine]", "/followups", "/contracts", "/audit"]).await;
    insta::assert_snapshot!(app.transcript());
}

#[tokio::test]
async fn an_operators_day_in_russian() {
    let app = TestApp::new().await;
    app.an_ad("Авито: ремонт", "AVITO").await;
    app.an_ad("Сайт", "SITE").await;
    let maria = app.staff("мария", &[Group::Managers]).await;
    let oleg = app.staff("олег", &[Group::Operators]).await;
    let olga = app.staff("ольга", &[Group::Operators]).await;
    begin(&[maria, olga]).await;

    app.chapter("Утро: лид одним сообщением и одним касанием");
    app.at("2026-03-12 09:00");
    oleg.goes(&["/start", "Иван Петров 8 912 345-67-89 кухня 12 метров, с авито", "[Сохранить]"]).await;

    app.chapter("Телефон уже знаком");
    app.at("2026-03-12 10:10");
    olga.quietly("Сидорова Анна 8 912 000-00-01 ванная, сайт", "Сохранить").await;
    oleg.shares("79120000001", "Анна").await;
    oleg.goes(&["[Авито: ремонт]", "[Записать обращение]"]).await;

    app.chapter("По шагам, с ошибкой в номере");
    app.at("2026-03-12 11:00");
    oleg.goes(&["/lead", "12345", "8 912 000-00-02", "Пётр", "[Сайт]", "[Сохранить]"]).await;

    app.chapter("Перезвонить: итог, заметка, следующий шаг");
    app.at("2026-03-12 12:30");
    oleg.goes(&["питров", "[Итог звонка]", "[не ответил]", "15:00"]).await;
    oleg.replies("Петров Иван · №1", "Спрашивал про рассрочку").await;
    app.at("2026-03-12 15:05");
    oleg.goes(&["/followups", "[Петров]", "[Шаг сделан]", "[Отменить]", "[Шаг сделан]"]).await;

    app.chapter("Потерян, и отмена");
    app.at("2026-03-12 16:00");
    oleg.goes(&["0002", "[Потерян]", "[передумал]", "[Подтвердить]"]).await;
    app.passes(Duration::minutes(3));
    oleg.goes(&["[Отменить]"]).await;

    app.chapter("Чужое не моё");
    oleg.goes(&["/contract"]).await;

    app.chapter("Вечер");
    app.at("2026-03-12 18:00");
    oleg.goes(&["/clients", "[потенциальный]", "/audit"]).await;
    insta::assert_snapshot!(app.transcript());
}

#[tokio::test]
async fn an_operators_day_in_english() {
    let app = TestApp::new().await;
    app.an_ad("Google search", "GOOGLE").await;
    app.an_ad("Our site", "SITE").await;
    let mary = app.english("mary", &[Group::Managers]).await;
    let oscar = app.english("oscar", &[Group::Operators]).await;
    let olive = app.english("olive", &[Group::Operators]).await;
    begin(&[mary, olive]).await;

    app.chapter("Morning: a lead in one message and one tap");
    app.at("2026-03-12 09:00");
    oscar.goes(&["/start", "John Anderson 8 912 345-67-89 a kitchen of 12 metres, saw your google ad", "[Save]"]).await;

    app.chapter("A phone we know");
    app.at("2026-03-12 10:10");
    olive.quietly("Jane Brown 8 912 000-00-01 a bathroom, our site", "Save").await;
    oscar.shares("79120000001", "Jane").await;
    oscar.goes(&["[Google search]", "[Register a touch]"]).await;

    app.chapter("Step by step, with a mistake in the number");
    app.at("2026-03-12 11:00");
    oscar.goes(&["/lead", "12345", "8 912 000-00-02", "Peter", "[Our site]", "[Save]"]).await;

    app.chapter("Calling back: outcome, note, next step");
    app.at("2026-03-12 12:30");
    oscar.goes(&["andersen", "[Outcome of a call]", "[no answer]", "15:00"]).await;
    oscar.replies("Anderson John · №1", "Asked about paying in parts").await;
    app.at("2026-03-12 15:05");
    oscar.goes(&["/followups", "[Anderson]", "[Step done]", "[Undo]", "[Step done]"]).await;

    app.chapter("Lost, and undone");
    app.at("2026-03-12 16:00");
    oscar.goes(&["0002", "[Lost]", "[changed their mind]", "[Confirm]"]).await;
    app.passes(Duration::minutes(3));
    oscar.goes(&["[Undo]"]).await;

    app.chapter("What is not his");
    oscar.goes(&["/contract"]).await;

    app.chapter("Evening");
    app.at("2026-03-12 18:00");
    oscar.goes(&["/clients", "[potential]", "/audit"]).await;
    insta::assert_snapshot!(app.transcript());
}
