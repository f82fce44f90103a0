//! A manager's and an operator's working day, from the first notice to the last list.

use chrono::Duration;
use crmbot::domain::Group;
use crmbot::flows::dialogue::Input;

use crate::support::office::{Office, Player};

/// People who have begun before the story.
async fn begin(people: &[Player<'_>]) {
    for who in people {
        let menu = Input::Command { name: "menu".into(), rest: String::new() };
        Box::pin(who.office.deliver(who.update(menu))).await;
    }
}

#[tokio::test]
async fn a_managers_day_in_russian() {
    let office = Office::new().await;
    office.an_ad("Авито: ремонт", "AVITO").await;
    office.an_ad("Сайт", "SITE").await;
    office.a_service("Ремонт под ключ").await;
    let maria = office.staff("мария", &[Group::Managers]).await;
    let mikhail = office.staff("михаил", &[Group::Managers]).await;
    let anna = office.staff("анна", &[Group::Managers]).await;
    let oleg = office.staff("олег", &[Group::Operators]).await;
    begin(&[maria, mikhail, anna, oleg]).await;

    office.chapter("Вечером: тишина до утра");
    office.at("2026-03-11 21:50");
    maria.goes(&["/settings", "[Тихие часы]", "22-8:30"]).await;

    office.chapter("Утро: кто пришёл и кого никто не взял");
    office.at("2026-03-12 08:05");
    oleg.quietly("Петров Иван 8 912 345-67-89 ремонт кухни, с авито", "Сохранить").await;
    office.at("2026-03-12 08:21");
    office.turns.tell_of_waiting().await.unwrap();
    office.collect().await;
    mikhail.reads();
    office.at("2026-03-12 08:30");
    office.sweep().await;
    maria.reads();
    maria.goes(&["/queue", "[Взять]"]).await;
    maria.reads();
    mikhail.reads();

    office.chapter("Звонок: не ответил, ещё раз через час");
    office.at("2026-03-12 08:40");
    maria.goes(&["[Итог звонка]", "[не ответил]", "[Через час]"]).await;
    office.at("2026-03-12 09:40");
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

    office.chapter("Договор: имя с опечаткой, мастер, подтверждение");
    office.at("2026-03-12 12:15");
    maria
        .goes(&[
            "питров",
            "[Договор]",
            "[Оставить]",
            "[Ремонт под ключ]",
            "Кухня под ключ",
            "350 тысяч",
            "350 000",
            "[Оставить]",
            "завтра",
            "[3 месяца]",
        ])
        .await;
    maria.sends("договор.pdf", b"%PDF-1.7").await;
    maria.goes(&["[Подтвердить]"]).await;

    office.chapter("Передача: один отказался, другая приняла");
    office.at("2026-03-12 14:00");
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
    office.passes(Duration::minutes(6));
    mikhail.reads();
    mikhail.goes(&["[Отклонить]", "[сейчас нет времени]", "[Подтвердить]"]).await;
    maria.reads();
    office.passes(Duration::minutes(2));
    maria.goes(&["сидорова", "[Передать]", "анн", "[Пропустить]", "[Подтвердить]"]).await;
    office.passes(Duration::minutes(4));
    anna.reads();
    anna.goes(&["[Принять]"]).await;
    mikhail.reads();
    maria.reads();

    office.chapter("Потерян — и обратно: передумал за десять минут");
    office.at("2026-03-12 16:30");
    oleg.quietly("8 912 000-00-02 просто спросить цену, с авито", "Сохранить").await;
    maria.reads();
    maria.goes(&["[Взять]", "[Потерян]", "[дорого]", "[Подтвердить]"]).await;
    office.passes(Duration::minutes(5));
    maria.goes(&["[Отменить]"]).await;

    office.chapter("Вечер: что сделано и что завтра");
    office.at("2026-03-12 18:30");
    maria.goes(&["/queue", "[Мои]", "/followups", "/contracts", "/audit"]).await;
    insta::assert_snapshot!(office.transcript());
}

#[tokio::test]
async fn a_managers_day_in_english() {
    let office = Office::new().await;
    office.an_ad("Google search", "GOOGLE").await;
    office.an_ad("Our site", "SITE").await;
    office.a_service("Turnkey renovation").await;
    let mary = office.english("mary", &[Group::Managers]).await;
    let mike = office.english("mike", &[Group::Managers]).await;
    let ann = office.english("ann", &[Group::Managers]).await;
    let oscar = office.english("oscar", &[Group::Operators]).await;
    begin(&[mary, mike, ann, oscar]).await;

    office.chapter("In the evening: silence until the morning");
    office.at("2026-03-11 21:50");
    mary.goes(&["/settings", "[Quiet hours]", "22-8:30"]).await;

    office.chapter("Morning: who came, and whom nobody has taken");
    office.at("2026-03-12 08:05");
    oscar.quietly("John Anderson 8 912 345-67-89 a new kitchen, saw your google ad", "Save").await;
    office.at("2026-03-12 08:21");
    office.turns.tell_of_waiting().await.unwrap();
    office.collect().await;
    mike.reads();
    office.at("2026-03-12 08:30");
    office.sweep().await;
    mary.reads();
    mary.goes(&["/queue", "[Take]"]).await;
    mary.reads();
    mike.reads();

    office.chapter("A call: no answer, once more in an hour");
    office.at("2026-03-12 08:40");
    mary.goes(&["[Outcome of a call]", "[no answer]", "[In an hour]"]).await;
    office.at("2026-03-12 09:40");
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

    office.chapter("The contract: a name with a typo, the wizard, Confirm");
    office.at("2026-03-12 12:15");
    mary.goes(&[
        "andersen",
        "[Contract]",
        "[Keep]",
        "[Turnkey]",
        "Turnkey kitchen",
        "350 grand",
        "350 000",
        "[Keep]",
        "tomorrow",
        "[3 months]",
    ])
    .await;
    mary.sends("contract.pdf", b"%PDF-1.7").await;
    mary.goes(&["[Confirm]"]).await;

    office.chapter("Handing over: one declines, another accepts");
    office.at("2026-03-12 14:00");
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
    office.passes(Duration::minutes(6));
    mike.reads();
    mike.goes(&["[Decline]", "[no time now]", "[Confirm]"]).await;
    mary.reads();
    office.passes(Duration::minutes(2));
    mary.goes(&["brown", "[Hand over]", "ann", "[Skip]", "[Confirm]"]).await;
    office.passes(Duration::minutes(4));
    ann.reads();
    ann.goes(&["[Accept]"]).await;
    mike.reads();
    mary.reads();

    office.chapter("Lost, and back within ten minutes");
    office.at("2026-03-12 16:30");
    oscar.quietly("8 912 000-00-02 just asked for a price, google", "Save").await;
    mary.reads();
    mary.goes(&["[Take]", "[Lost]", "[too expensive]", "[Confirm]"]).await;
    office.passes(Duration::minutes(5));
    mary.goes(&["[Undo]"]).await;

    office.chapter("Evening: what is done, and what comes tomorrow");
    office.at("2026-03-12 18:30");
    mary.goes(&["/queue", "[Mine]", "/followups", "/contracts", "/audit"]).await;
    insta::assert_snapshot!(office.transcript());
}

#[tokio::test]
async fn an_operators_day_in_russian() {
    let office = Office::new().await;
    office.an_ad("Авито: ремонт", "AVITO").await;
    office.an_ad("Сайт", "SITE").await;
    let maria = office.staff("мария", &[Group::Managers]).await;
    let oleg = office.staff("олег", &[Group::Operators]).await;
    let olga = office.staff("ольга", &[Group::Operators]).await;
    begin(&[maria, olga]).await;

    office.chapter("Утро: лид одним сообщением и одним касанием");
    office.at("2026-03-12 09:00");
    oleg.goes(&["/start", "Иван Петров 8 912 345-67-89 кухня 12 метров, с авито", "[Сохранить]"]).await;

    office.chapter("Телефон уже знаком");
    office.at("2026-03-12 10:10");
    olga.quietly("Сидорова Анна 8 912 000-00-01 ванная, сайт", "Сохранить").await;
    oleg.shares("79120000001", "Анна").await;
    oleg.goes(&["[Авито: ремонт]", "[Записать обращение]"]).await;

    office.chapter("По шагам, с ошибкой в номере");
    office.at("2026-03-12 11:00");
    oleg.goes(&["/lead", "12345", "8 912 000-00-02", "Пётр", "[Пропустить]", "[Сайт]", "[Сохранить]"]).await;

    office.chapter("Перезвонить: итог, заметка, следующий шаг");
    office.at("2026-03-12 12:30");
    oleg.goes(&["питров", "[Итог звонка]", "[не ответил]", "15:00"]).await;
    oleg.replies("Петров Иван · №1", "Спрашивал про рассрочку").await;
    office.at("2026-03-12 15:05");
    oleg.goes(&["/followups", "[Петров]", "[Шаг сделан]", "[Отменить]", "[Шаг сделан]"]).await;

    office.chapter("Потерян, и отмена");
    office.at("2026-03-12 16:00");
    oleg.goes(&["0002", "[Потерян]", "[передумал]", "[Подтвердить]"]).await;
    office.passes(Duration::minutes(3));
    oleg.goes(&["[Отменить]"]).await;

    office.chapter("Чужое не моё");
    oleg.goes(&["/contract"]).await;

    office.chapter("Вечер");
    office.at("2026-03-12 18:00");
    oleg.goes(&["/clients", "[потенциальный]", "/audit"]).await;
    insta::assert_snapshot!(office.transcript());
}

#[tokio::test]
async fn an_operators_day_in_english() {
    let office = Office::new().await;
    office.an_ad("Google search", "GOOGLE").await;
    office.an_ad("Our site", "SITE").await;
    let mary = office.english("mary", &[Group::Managers]).await;
    let oscar = office.english("oscar", &[Group::Operators]).await;
    let olive = office.english("olive", &[Group::Operators]).await;
    begin(&[mary, olive]).await;

    office.chapter("Morning: a lead in one message and one tap");
    office.at("2026-03-12 09:00");
    oscar.goes(&["/start", "John Anderson 8 912 345-67-89 a kitchen of 12 metres, saw your google ad", "[Save]"]).await;

    office.chapter("A phone we know");
    office.at("2026-03-12 10:10");
    olive.quietly("Jane Brown 8 912 000-00-01 a bathroom, our site", "Save").await;
    oscar.shares("79120000001", "Jane").await;
    oscar.goes(&["[Google search]", "[Register a touch]"]).await;

    office.chapter("Step by step, with a mistake in the number");
    office.at("2026-03-12 11:00");
    oscar.goes(&["/lead", "12345", "8 912 000-00-02", "Peter", "[Skip]", "[Our site]", "[Save]"]).await;

    office.chapter("Calling back: outcome, note, next step");
    office.at("2026-03-12 12:30");
    oscar.goes(&["andersen", "[Outcome of a call]", "[no answer]", "15:00"]).await;
    oscar.replies("Anderson John · №1", "Asked about paying in parts").await;
    office.at("2026-03-12 15:05");
    oscar.goes(&["/followups", "[Anderson]", "[Step done]", "[Undo]", "[Step done]"]).await;

    office.chapter("Lost, and undone");
    office.at("2026-03-12 16:00");
    oscar.goes(&["0002", "[Lost]", "[changed their mind]", "[Confirm]"]).await;
    office.passes(Duration::minutes(3));
    oscar.goes(&["[Undo]"]).await;

    office.chapter("What is not his");
    oscar.goes(&["/contract"]).await;

    office.chapter("Evening");
    office.at("2026-03-12 18:00");
    oscar.goes(&["/clients", "[potential]", "/audit"]).await;
    insta::assert_snapshot!(office.transcript());
}
