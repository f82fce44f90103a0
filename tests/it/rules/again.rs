//! Redraw of open dialogues after a long silence (R9).

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use crmbot::domain::Group;
use crmbot::turn::{Liveness, TelegramRoute};

use crate::support::app::TestApp;

/// The database has seen the end of a long silence.
async fn silence(app: &TestApp) {
    sqlx::query("update heartbeat set resumed_at = $1").bind(app.now()).execute(app.sql()).await.unwrap();
}

#[tokio::test]
async fn r9_after_a_long_silence_open_dialogues_are_shown_anew_once_and_others_are_left_in_peace() {
    let app = TestApp::new().await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let (anna, emma) = (app.superuser("anna").await, app.superuser("emma").await);
    let stranger = app.stranger("Stefan", "ru");
    emma.types("/settings").await;
    app.passes(chrono::Duration::hours(30));
    oleg.types("/lead").await;
    anna.types("/menu").await;
    stranger.types("/login anna").await;
    let (old, before) = (oleg.button("Отмена"), [anna.screen(), emma.screen(), stranger.screen()]);
    app.passes(chrono::Duration::minutes(10));
    assert_eq!(app.turns.redraw_after_outage().await.unwrap(), 0, "without a silence nothing is shown");
    silence(&app).await;
    assert_eq!(app.turns.redraw_after_outage().await.unwrap(), 1);
    assert_eq!(app.count("select count(*) from outbox where bulk and payload ? 'Again'").await, 1);
    app.collect().await;
    oleg.shows("не было на связи").shows("телефон");
    assert_eq!([anna.screen(), emma.screen(), stranger.screen()], before, "a menu, yesterday's and a stranger's");
    assert_eq!(app.turns.redraw_after_outage().await.unwrap(), 0, "once");
    assert_eq!(oleg.button("Отмена"), old, "a tap that does arrive still counts");
    oleg.types("8 912 345-67-89").await.hides("не было на связи").shows("2 из 3");

    // Two processes see the same silence.
    silence(&app).await;
    let (one, two) = tokio::join!(app.turns.redraw_after_outage(), app.turns.redraw_after_outage());
    assert_eq!(one.unwrap() + two.unwrap(), 0, "who has gone on since is left in peace");
    app.passes(chrono::Duration::minutes(10));
    silence(&app).await;
    let (one, two) = tokio::join!(app.turns.redraw_after_outage(), app.turns.redraw_after_outage());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
}

#[tokio::test]
async fn r9_g5_whoever_has_lost_his_rights_meanwhile_is_shown_nothing_anew() {
    let app = TestApp::new().await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    oleg.types("/lead").await;
    maria.types("/queue").await;
    app.passes(chrono::Duration::minutes(10));
    sqlx::raw_sql(
        "update group_permission set revoked_at = now() where permission = 'client.add';
         update staff_user set active = false where username = 'maria'",
    )
    .execute(app.sql())
    .await
    .unwrap();
    silence(&app).await;
    assert_eq!(app.turns.redraw_after_outage().await.unwrap(), 0);
}

/// What the heartbeat says of a silence: whether taps were lost in it and wait for its end, and whether it has ended.
async fn heartbeat(app: &TestApp) -> (bool, bool) {
    sqlx::query_as("select missed_at is not null, resumed_at is not null from heartbeat")
        .fetch_one(app.sql())
        .await
        .unwrap()
}

#[tokio::test]
async fn r9_a_silence_is_over_when_nothing_waits_at_telegram_any_more() {
    let app = TestApp::new().await;
    let watermark = app.turns.settings.liveness.watermark.clone();
    let ago = |seconds| Utc::now() - TimeDelta::seconds(seconds);
    let beat = || tokio::time::sleep(std::time::Duration::from_millis(2_500));
    let heard = |seconds: i32| {
        sqlx::query("update heartbeat set heard_at = now() - make_interval(secs => $1), resumed_at = null")
            .bind(f64::from(seconds))
            .execute(app.sql())
    };
    let resumed = || {
        sqlx::query_scalar::<_, f64>("select extract(epoch from now() - resumed_at)::float8 from heartbeat")
            .fetch_one(app.sql())
    };
    watermark.caught_up(ago(0));
    beat().await;
    assert_eq!(heartbeat(&app).await, (false, false), "the first word is no silence");
    heard(140).await.unwrap();
    watermark.advanced(ago(135), ago(0));
    watermark.caught_up(ago(0));
    beat().await;
    assert_eq!(heartbeat(&app).await, (false, false), "nor is a backlog in which no tap was lost");

    heard(1_000).await.unwrap();
    watermark.advanced(ago(900), ago(0));
    beat().await;
    assert_eq!(heartbeat(&app).await, (true, false), "more waits: whoever taps now waits behind it");
    beat().await;
    watermark.caught_up(ago(0));
    beat().await;
    assert_eq!(heartbeat(&app).await, (false, true));
    let since = resumed().await.unwrap();
    assert!(
        (7.0..30.0).contains(&since),
        "since it was heard again, {since} s ago: whoever was answered then is left in peace"
    );

    // A backlog that takes longer than a tap lives.
    sqlx::query("update heartbeat set missed_at = now() - interval '1 hour', resumed_at = null")
        .execute(app.sql())
        .await
        .unwrap();
    watermark.caught_up(ago(0));
    beat().await;
    let since = resumed().await.unwrap();
    assert!((150.0..170.0).contains(&since), "what was tapped behind it was lost until {since} s ago");
}

#[tokio::test]
async fn r18_a_clock_that_is_minutes_off_is_no_silence() {
    let app = TestApp::new().await;
    let hears = async |bot: i64, offset: i64| {
        let clock = move || Utc::now() + TimeDelta::seconds(offset);
        let (pool, route) = (app.db.working(), TelegramRoute::default());
        let liveness = Liveness::start(pool, bot, false, route, Arc::new(clock)).await.unwrap();
        for _ in 0..3 {
            liveness.watermark.caught_up(clock());
            tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        }
        let (heard, silent): (f64, bool) = sqlx::query_as(
            "select extract(epoch from now() - heard_at)::float8, missed_at is not null or resumed_at is not null
               from heartbeat where bot_id = $1",
        )
        .bind(bot)
        .fetch_one(app.sql())
        .await
        .unwrap();
        // R18: what this process heard just now was just now by the server's clock, too.
        assert!(heard.abs() < 60.0 && !silent, "{offset} s off: heard {heard} s ago, {silent}");
        assert!((liveness.skew().num_seconds() + offset).abs() <= 5, "{offset}: {}", liveness.skew());
    };
    tokio::join!(hears(101, -600), hears(102, 600));
}
