//! Finding a client by what users remember.

use crmbot::crm::clients;
use crmbot::domain::{Group, Tally};

use crate::support::app::TestApp;

/// Clients to be found among the others.
async fn people(app: &TestApp) {
    let first = ["Иван", "Пётр", "Анна", "Мария", "Сергей", "Дмитрий", "Юлия", "Алёна", "Олег", "Ксения"];
    let last =
        ["Иванов", "Смирнов", "Кузнецов", "Попов", "Соколов", "Лебедев", "Козлов", "Новиков", "Морозов", "Волков"];
    for (row, last) in last.iter().enumerate() {
        for (column, first) in first.iter().enumerate() {
            client(app, &format!("+79{:02}{:07}", row, column * 1_111 + row * 37), last, first).await;
        }
    }
    client(app, "+79123456789", "Фёдоров", "Артемий").await;
    client(app, "+79123450000", "Щукина", "Жанна").await;
    client(app, "+79123451111", "Smith", "John").await;
    sqlx::query("update client set email = 'artemy.fedorov@example.com' where phone = '+79123456789'")
        .execute(app.sql())
        .await
        .unwrap();
}

async fn client(app: &TestApp, phone: &str, last: &str, first: &str) {
    sqlx::query(
        "insert into client (phone, phone_raw, last_name, first_name, created_at, created_by) values ($1, $1, $2, $3, $4, 0)",
    )
    .bind(phone)
    .bind(last)
    .bind(first)
    .bind(app.now())
    .execute(app.sql())
    .await
    .unwrap();
}

#[tokio::test]
async fn the_right_one_is_among_the_first_five() {
    let app = TestApp::new().await;
    people(&app).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let wanted = [
        ("Фёдоров", "Фёдоров Артемий"),
        ("федоров", "Фёдоров Артемий"),
        ("Артемий Федоров", "Фёдоров Артемий"),
        ("фёдоров артемий", "Фёдоров Артемий"),
        ("Фидоров", "Фёдоров Артемий"),
        ("Фдоров артемий", "Фёдоров Артемий"),
        ("atljhjd", "Фёдоров Артемий"),
        ("Fedorov", "Фёдоров Артемий"),
        ("fedorov artemiy", "Фёдоров Артемий"),
        ("fedorov@exam", "Фёдоров Артемий"),
        ("artemy.fedorov@example.com", "Фёдоров Артемий"),
        ("6789", "Фёдоров Артемий"),
        ("345-67", "Фёдоров Артемий"),
        ("8 912 345-67-89", "Фёдоров Артемий"),
        ("891234567", "Фёдоров Артемий"),
        ("№101", "Фёдоров Артемий"),
        ("Shchukina", "Щукина Жанна"),
        ("щукина", "Щукина Жанна"),
        ("жана щукина", "Щукина Жанна"),
        ("smith", "Smith John"),
        ("ыьшер", "Smith John"),
        ("смит джон", "Smith John"),
        ("Jhon Smith", "Smith John"),
        ("Анна Лебедев", "Лебедев Анна"),
        ("Ксенья Волков", "Волков Ксения"),
        ("соколв сергей", "Соколов Сергей"),
        ("Петр Морозов", "Морозов Пётр"),
        ("dmitry popov", "Попов Дмитрий"),
        ("ghjrjgbq", ""),
    ];
    let mut missed = Vec::new();
    for (text, name) in wanted {
        let found = app.act(oleg, async |crm| clients::find(crm, text, None, 5).await.unwrap()).await;
        let names: Vec<_> = found.rows.iter().map(|row| row.who.clone()).collect();
        if !name.is_empty() && !names.iter().any(|found| found == name) {
            missed.push((text, names));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[tokio::test]
async fn one_hit_opens_the_card_several_are_paged_and_phones_are_masked() {
    let app = TestApp::new().await;
    people(&app).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("щукина").await.shows("Щукина Жанна · №102");
    oleg.types("/find Иванов").await.shows("1/3").shows("***");
    let first = oleg.screen();
    oleg.taps("›").await.shows("2/3");
    let rows = |screen: &str| screen.lines().filter(|line| line.contains("***")).map(str::to_owned).collect::<Vec<_>>();
    let second = oleg.screen();
    assert!(rows(&first).iter().all(|row| !rows(&second).contains(row)));
    assert_eq!((rows(&first).len(), rows(&second).len()), (8, 8));
    oleg.types("/find").await.shows("Кого ищем?").types("нетникого").await.shows("никого нет");
    oleg.types("%%%").await.types("'; drop table client; --").await;
    assert_eq!(app.count("select count(*) from client").await, 103);
}

#[tokio::test]
async fn a_search_reads_no_ten_thousand_clients_one_by_one() {
    let app = TestApp::new().await;
    sqlx::query(
        "insert into client (phone, phone_raw, last_name, first_name, email, created_at, created_by)
         select '+79' || lpad(n::text, 9, '0'), '', 'Фамилия' || chr(1072 + n % 32) || chr(1072 + n / 32 % 32) || chr(1072 + n / 1024 % 32),
                'Имя' || chr(1072 + n % 31) || chr(1072 + n / 31 % 31), 'mail' || n || '@example.com', now(), 0
           from generate_series(1, 10000) n",
    )
    .execute(app.sql())
    .await
    .unwrap();
    sqlx::query("analyze client").execute(app.sql()).await.unwrap();
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let scans = "select coalesce(sum(seq_tup_read), 0)::bigint from pg_stat_xact_user_tables where relname = 'client'";
    for text in ["4567", "8 912 345", "Фамилияабв", "familiya", "mail777@", "abkbyf", "№5"] {
        let read: i64 = app
            .act(oleg, async |crm| {
                // So few may be read whole at times: what counts is whether an index can serve.
                sqlx::query("set local enable_seqscan = off").execute(crm.connection()).await.unwrap();
                let before: i64 = sqlx::query_scalar(scans).fetch_one(crm.connection()).await.unwrap();
                clients::find(crm, text, None, 8).await.unwrap();
                let after: i64 = sqlx::query_scalar(scans).fetch_one(crm.connection()).await.unwrap();
                after - before
            })
            .await;
        assert_eq!(read, 0, "{text} was searched by a sequential scan");
    }
}

#[tokio::test]
async fn a_surname_finds_its_bearers_first_and_no_other_names() {
    let app = TestApp::new().await;
    let rare = ["Кориктионов", "Корзинов", "Коршунов", "Кориандров", "Картионов", "Коростелёв"];
    for (number, last) in rare.iter().cycle().take(60).enumerate() {
        client(&app, &format!("+7912345{number:04}"), last, "Иван").await;
    }
    client(&app, "+79123460000", "Кориктионова", "Анна").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let found = app.act(oleg, async |crm| clients::find(crm, "кориктионов", None, 50).await.unwrap()).await;
    let names: Vec<_> = found.rows.iter().map(|row| row.who.as_str()).collect();
    // The ten who bear it, then the one whose name has a letter more.
    assert_eq!(names[..10], ["Кориктионов Иван"; 10]);
    assert_eq!(names[10..], ["Кориктионова Анна"]);
    assert_eq!(found.total, Tally::Exactly(11));
}

#[tokio::test]
async fn at_most_two_hundred_are_looked_at_and_each_of_them_stands_on_one_page() {
    let app = TestApp::new().await;
    sqlx::query(
        "insert into client (phone, phone_raw, last_name, first_name, created_at, created_by)
         select '+7912' || (1000000 + n), '', 'Иванов', 'Иван', now(), 0 from generate_series(1, 300) n",
    )
    .execute(app.sql())
    .await
    .unwrap();
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("/find Иванов").await.shows("200+").shows("1/25+");
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = app.act(oleg, async |crm| clients::find(crm, "Иван Иванов", after, 8).await.unwrap()).await;
        seen.extend(page.rows.iter().map(|row| row.id));
        after = page.last;
        if !page.further {
            break;
        }
    }
    assert_eq!(seen, (101..=300).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn g14_a_name_that_changes_or_goes_takes_its_words_with_it() {
    let app = TestApp::new().await;
    client(&app, "+79123456789", "Петров-Водкин", "Кузьма").await;
    client(&app, "+79123456788", "Водкин", "Иван").await;
    let words = "select coalesce(string_agg(word, ' ' order by word), '') from name_word";
    let known = async || sqlx::query_scalar::<_, String>(words).fetch_one(app.sql()).await.unwrap();
    assert_eq!(known().await, "водкин иван кузьма петров");
    sqlx::query("update client set last_name = 'Петров' where first_name = 'Кузьма'").execute(app.sql()).await.unwrap();
    assert_eq!(known().await, "водкин иван кузьма петров");
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let found = app.act(oleg, async |crm| clients::find(crm, "водкин", None, 8).await.unwrap()).await;
    assert_eq!(found.rows.iter().map(|row| row.who.as_str()).collect::<Vec<_>>(), ["Водкин Иван"]);
    sqlx::query("update client set last_name = null, first_name = null where last_name = 'Петров'")
        .execute(app.sql())
        .await
        .unwrap();
    // G14: no table keeps a word of an erased name
    assert_eq!(known().await, "водкин иван");
    assert_eq!(app.count("select count(*) from client_word").await, 2);
}
