//! Every place with the longest and most hostile data, in both languages (G8, C12, H10).

use crmbot::flows::dialogue::Input;
use crmbot::flows::route::ScreenId;
use crmbot::flows::{ButtonAction, CallbackData, Route};

use crate::support::app::{TestApp, TestUser};

/// Markup, entities, right-to-left marks, emoji of two units each.
const NASTY: &str = "</b><a href=\"tg://x\">&amp;\u{202e}😀";

/// A title of 50 characters, a name of 40, a text of `length`.
fn nasty(length: usize) -> String {
    NASTY.chars().cycle().take(length).collect::<String>().trim().to_owned() + "x"
}

async fn fill(app: &TestApp) {
    let sql = [
        "insert into service (title, description, price, created_at, created_by) values ($1, $3, 999999999999.99, now(), 0)",
        "insert into ad (title, service_id, channel, budget, description, aliases, code, created_at, created_by)
         select $1, id, 'AVITO', 999999999999.99, $3, array[$2], 'c', now(), 0 from service",
        "insert into client (phone, phone_raw, last_name, first_name, middle_name, email, created_at, created_by)
         select '+79' || to_char(100000000 + n, 'FM000000000'), $2, $1, $2, $1, 'a@b.ru', now(), 0 from generate_series(1, 30) n",
        "insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
         select c.id, a.id, now() - n * interval '1 day', (now() - n * interval '1 day')::date, now(), 0
           from client c, ad a, generate_series(1, 8) n where a.code = 'c'",
        "insert into contract (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on, note, confirmed_by, confirmed_at, created_at, created_by)
         select t.client_id, t.id, $1, 1, 999999999999.99, '2026-03-01', '2026-03-01', '2026-09-01', $3, 0, now(), now(), 0 from touch t where t.client_id < 4",
        "insert into note (client_id, author_id, text, at) select id, 0, $3, now() from client",
        "insert into staff_user (username, full_name, created_at, created_by)
         select 'p' || n, $1, now(), 0 from generate_series(1, 20) n where $3 <> ''",
        "insert into audit_event (at, actor_id, action, entity, entity_id, before, after, reason)
         select now(), 0, 'edit', entity, 1, jsonb_build_object('title', $1, 'note', $3 || $3),
                jsonb_build_object('title', $2, 'note', $2 || $3 || $3, 'aliases', array_fill($1, array[20])), $3
           from unnest(array['contract', 'ad', 'service', 'client', 'staff']) entity, generate_series(1, 12)",
        "update client c set last_live_day = d.last_live_day, open_touch_id = d.open_touch_id
           from client_derivation d where d.client_id = c.id and ($1, $2, $3) is not null",
    ];
    for statement in sql {
        // Postgres has to know the type of each parameter, whether the statement needs it or not.
        let typed = format!("with words as (select $1::text, $2::text, $3::text) {statement}");
        sqlx::query(sqlx::AssertSqlSafe(typed))
            .bind(nasty(48))
            .bind(nasty(38))
            .bind(nasty(490))
            .execute(app.sql())
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// What Telegram would refuse, or what would let data speak as markup.
fn check(user: TestUser<'_>, place: &str) {
    let Some(markup) = user.markup() else { return };
    let mut open = Vec::new();
    let mut units = 0;
    let mut rest = markup.text.as_str();
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '<' => {
                let end = rest.find('>').unwrap_or_else(|| panic!("{place}: a tag without end"));
                let tag = &rest[1..end];
                match tag.strip_prefix('/') {
                    Some(closed) => assert_eq!(open.pop(), Some(closed), "{place}: tags cross in {:?}", markup.text),
                    None => {
                        assert!(["b", "i", "code"].contains(&tag), "{place}: <{tag}>");
                        open.push(tag);
                    }
                }
                end + 1
            }
            '&' => {
                let entity = ["&amp;", "&lt;", "&gt;", "&quot;"].into_iter().find(|entity| rest.starts_with(entity));
                units += 1;
                entity.unwrap_or_else(|| panic!("{place}: a bare & in {:?}", markup.text)).len()
            }
            other => {
                assert!(!('\u{202a}'..='\u{202e}').contains(&other), "{place}: a mark that turns text around");
                units += other.len_utf16();
                other.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    assert!(open.is_empty(), "{place}: {open:?} stay open");
    assert!((1..=4096).contains(&units), "{place}: {units} units");
    assert!(markup.rows.len() <= 20 && markup.rows.iter().all(|row| (1..=8).contains(&row.len())), "{place}: rows");
    for (label, target) in markup.rows.iter().flatten() {
        assert!(!label.trim().is_empty() && label.encode_utf16().count() <= 64, "{place}: {label:?}");
        if let crmbot::turn::Target::Data(data) = target {
            assert!(data.len() <= 64, "{place}: {data}");
        }
    }
}

#[tokio::test]
async fn g8_c12_the_longest_and_most_hostile_data_is_shown_literally_everywhere_within_telegrams_limits() {
    let app = TestApp::new().await;
    let (anna, emma) = (app.superuser("anna").await, app.superuser("emma").await);
    sqlx::query("update staff_user set language = 'en' where username = 'emma'").execute(app.sql()).await.unwrap();
    fill(&app).await;
    let mut literal = 0;
    for user in [anna, emma] {
        for &kind in ScreenId::ALL.iter().filter(|&&kind| kind != ScreenId::Logout) {
            for id in [None, Some(1), Some(2), Some(30)] {
                let tap = CallbackData { version: CallbackData::NOTICE, press: ButtonAction::Open(Route { kind, id }) };
                user.does(Input::Tap(Some(tap))).await;
                check(user, &format!("{kind:?} {id:?}"));
                literal += u32::from(user.screen().contains("</b><a href=\"tg://x\">&amp;"));
                // One step into whatever can be picked or turned there.
                for press in [ButtonAction::Pick(1), ButtonAction::Page(2), ButtonAction::Act(1), ButtonAction::Edit] {
                    let version = app.count("select max(version) from chat_session").await;
                    user.does(Input::Tap(Some(CallbackData { version, press }))).await;
                    check(user, &format!("{kind:?} {id:?} {press:?}"));
                }
            }
        }
        sqlx::query("delete from chat_session").execute(app.sql()).await.unwrap();
    }
    assert!(literal > 40, "the data was on {literal} screens");
    let parked: Vec<String> = sqlx::query_scalar("select fault from parked_update").fetch_all(app.sql()).await.unwrap();
    assert_eq!(parked, Vec::<String>::new());
}

/// A user who taps these is another user afterwards, or none.
const LEAVES: [ScreenId; 5] =
    [ScreenId::Logout, ScreenId::RevokeLink, ScreenId::Login, ScreenId::Welcome, ScreenId::Language];

#[tokio::test]
async fn g8_c12_every_button_of_every_place_and_a_hostile_answer_lead_to_screens_within_telegrams_limits() {
    let app = TestApp::new().await;
    let (anna, emma) = (app.superuser("anna").await, app.superuser("emma").await);
    sqlx::query("update staff_user set language = 'en' where username = 'emma'").execute(app.sql()).await.unwrap();
    fill(&app).await;
    let mut screens = 0;
    for user in [anna, emma] {
        for &kind in ScreenId::ALL.iter().filter(|kind| !LEAVES.contains(kind)) {
            let place = Route { kind, id: Some(1) };
            let open =
                Input::Tap(Some(CallbackData { version: CallbackData::NOTICE, press: ButtonAction::Open(place) }));
            user.does(open.clone()).await;
            let offered: Vec<CallbackData> =
                user.buttons().iter().filter_map(|data| CallbackData::decode(data)).collect();
            for tap in
                offered.into_iter().filter(|tap| !matches!(tap.press, ButtonAction::Open(_) | ButtonAction::Home))
            {
                user.does(open.clone()).await;
                press(user, tap.press).await;
                check(user, &format!("{kind:?} {:?}", tap.press));
                // What is asked there gets the worst answer; then forms go on with whatever can be skipped or kept.
                user.types(&nasty(48)).await;
                check(user, &format!("{kind:?} {:?} typed", tap.press));
                for then in [ButtonAction::Skip, ButtonAction::No, ButtonAction::Pick(1), ButtonAction::Edit] {
                    press(user, then).await;
                    check(user, &format!("{kind:?} {:?} {then:?}", tap.press));
                    screens += 1;
                }
            }
        }
    }
    assert!(screens > 800, "only {screens} screens were seen");
    let parked: Vec<String> = sqlx::query_scalar("select fault from parked_update").fetch_all(app.sql()).await.unwrap();
    assert_eq!(parked, Vec::<String>::new());
}

/// Presses something on the present screen.
async fn press(user: TestUser<'_>, press: ButtonAction) {
    let version = sqlx::query_scalar("select version from chat_session where chat_id = $1").bind(user.id);
    let version = version.fetch_one(user.app.sql()).await.unwrap();
    user.does(Input::Tap(Some(CallbackData { version, press }))).await;
}
