//! After a long silence screens are shown anew (R9).

use crmbot::domain::Group;

use crate::support::office::Office;

/// The database has seen the end of a long silence.
async fn silence(office: &Office) {
    sqlx::query("update heartbeat set resumed_at = $1").bind(office.now()).execute(office.sql()).await.unwrap();
}

#[tokio::test]
async fn r9_after_a_long_silence_open_dialogues_are_shown_anew_once_and_others_are_left_in_peace() {
    let office = Office::new().await;
    let oleg = office.staff("oleg", &[Group::Operators]).await;
    let (anna, emma) = (office.superuser("anna").await, office.superuser("emma").await);
    let stranger = office.stranger("Stefan", "ru");
    emma.types("/settings").await;
    office.passes(chrono::Duration::hours(30));
    oleg.types("/lead").await;
    anna.types("/menu").await;
    stranger.types("/login anna").await;
    let (old, before) = (oleg.button("Отмена"), [anna.screen(), emma.screen(), stranger.screen()]);
    office.passes(chrono::Duration::minutes(10));
    assert_eq!(office.turns.offer_again().await.unwrap(), 0, "without a silence nothing is shown");
    silence(&office).await;
    assert_eq!(office.turns.offer_again().await.unwrap(), 1);
    assert_eq!(office.count("select count(*) from outbox where bulk and payload ? 'Again'").await, 1);
    office.collect().await;
    oleg.shows("не было на связи").shows("телефон");
    assert_eq!([anna.screen(), emma.screen(), stranger.screen()], before, "a menu, yesterday's and a stranger's");
    assert_eq!(office.turns.offer_again().await.unwrap(), 0, "once");
    assert_eq!(oleg.button("Отмена"), old, "a tap that does arrive still counts");
    oleg.types("8 912 345-67-89").await.hides("не было на связи").shows("2 из 4");

    // Two processes see the same silence.
    silence(&office).await;
    let (one, two) = tokio::join!(office.turns.offer_again(), office.turns.offer_again());
    assert_eq!(one.unwrap() + two.unwrap(), 0, "who has gone on since is left in peace");
    office.passes(chrono::Duration::minutes(10));
    silence(&office).await;
    let (one, two) = tokio::join!(office.turns.offer_again(), office.turns.offer_again());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
}

#[tokio::test]
async fn r9_g5_whoever_has_lost_his_rights_meanwhile_is_shown_nothing_anew() {
    let office = Office::new().await;
    let oleg = office.staff("oleg", &[Group::Operators]).await;
    let maria = office.staff("maria", &[Group::Managers]).await;
    oleg.types("/lead").await;
    maria.types("/queue").await;
    office.passes(chrono::Duration::minutes(10));
    sqlx::raw_sql(
        "update group_permission set revoked_at = now() where permission = 'client.add';
         update staff_user set active = false where username = 'maria'",
    )
    .execute(office.sql())
    .await
    .unwrap();
    silence(&office).await;
    assert_eq!(office.turns.offer_again().await.unwrap(), 0);
}
