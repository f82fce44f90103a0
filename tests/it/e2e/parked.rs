//! Dead letters keep nothing readable, and nothing at all once a person was erased.

use crmbot::domain::Group;

use super::data::contents;
use crate::support::server::TestServer;

const TYPED: &str = "Канарейкин 8 921 555 01 47 canary@example.com, canary-note";

#[tokio::test(flavor = "multi_thread")]
async fn r10_g9_g14_parked_words_are_sealed_in_the_database_and_go_when_somebody_is_erased() {
    let server = TestServer::open().await;
    let (anna, oleg) =
        (server.staff("anna", "ru", Group::Admins).await, server.staff("oleg", "ru", Group::Operators).await);
    server.types(oleg, "/menu").await;
    server.sees(oleg, "что делаем").await;
    let db = server.db.owner();
    sqlx::raw_sql(
        "create function boom() returns trigger language plpgsql as $$ begin raise exception 'boom'; end $$;
         create trigger boom before insert on outbox for each row when (new.payload ? 'Screen') execute function boom();",
    )
    .execute(db)
    .await
    .unwrap();
    server.types(oleg, TYPED).await;
    server.types(oleg, "/find canary").await;
    server.until("select count(*) = 2 from parked_update where length(letter) > 100").await;
    sqlx::raw_sql("drop trigger boom on outbox").execute(db).await.unwrap();
    server.until("select count(*) = 0 from outbox").await;
    let everything = contents(&server.db).await.to_lowercase();
    let hexadecimal = |word: &str| word.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    for canary in ["Канарейкин", "canary", "555 01 47", "9215550147"] {
        for trace in [canary.to_lowercase(), hexadecimal(canary)] {
            let line = everything.lines().find(|line| line.contains(&trace));
            assert!(line.is_none(), "{trace} in: {line:?}");
        }
    }

    // An encrypted payload does not tell which client it is about: all of them are deleted with every erased person.
    sqlx::raw_sql(
        "insert into client (phone, phone_raw, created_at, created_by) values ('+79215550147', '1', now(), 0)",
    )
    .execute(db)
    .await
    .unwrap();
    let (done, said) = server.asks(&["erase-person", "--yes"], "+79215550147");
    assert_eq!(done, 0, "{said}");
    server.until("select count(*) = 2 and count(letter) = 0 from parked_update").await;
    server.types(anna, "/check").await;
    server.sees(anna, "Отложено сообщений: 2").await;
    server.taps(anna, "📨").await;
    server.sees(anna, "можно только убрать").await;
}
