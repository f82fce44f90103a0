//! Use cases on very many clients: a few statements, whatever their number, so that a turn has time for them (R11).

use crmbot::crm::{SplitRefusal, Workload, consistency, handover};
use crmbot::domain::Group;

use crate::support::app::TestApp;

/// Clients with a touch of today and a next step, all of one manager's; every hundredth is offered to a colleague, and every
/// tenth has only a contract of the manager's. `$1` is the manager, `$2` the colleague, `$3` how many, `$4` the time.
const MANY: &str = "with made as (
        insert into client (phone, phone_raw, first_name, responsible_id, taken_at, created_at, created_by)
        select '+7921' || lpad(n::text, 7, '0'), '1', 'Иван', case when n % 10 > 0 then $1 end,
               case when n % 10 > 0 then $4 end, $4, $1
          from generate_series(1, $3) n returning id, responsible_id
    ), touched as (
        insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
        select id, 1, $4, $4::date, $4, $1 from made returning id, client_id
    ), signed as (
        insert into contract (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on, confirmed_by,
                              confirmed_at, created_at, created_by)
        select client_id, touched.id, 'SEO', (select min(id) from service), 1, $4::date, $4::date, '2026-12-31', $1, $4, $4, $1
          from touched join made on made.id = client_id where responsible_id is null
    ), offered as (
        insert into client_handover (client_id, from_id, to_id, created_at, created_by)
        select id, $1, $2, $4, $1 from made where responsible_id is not null and id % 100 = 1
    )
    insert into follow_up (client_id, owner_id, due_at, created_at, created_by) select id, $1, $4, $4, $1 from made";

/// How many: more than one statement takes; `CRM_TEST_MANY` for a measurement.
fn many() -> i64 {
    std::env::var("CRM_TEST_MANY").ok().and_then(|many| many.parse().ok()).unwrap_or(6_000)
}

// Some seconds on a busy machine: it takes more clients than one statement does.
#[tokio::test(flavor = "multi_thread")]
async fn x16_e2_many_thousand_clients_are_repaired_and_handed_over_within_one_turn() {
    let app = TestApp::new().await;
    app.a_service("SEO").await;
    let boss = app.staff("boss", &[Group::Admins]).await;
    let leaver = app.staff_id(app.staff("leaver", &[Group::Managers]).await).await;
    let to = app.staff_id(app.staff("maria", &[Group::Managers]).await).await;
    let other = app.staff_id(app.staff("mikhail", &[Group::Managers]).await).await;
    let many = many();
    let make = sqlx::query(MANY).bind(leaver.0).bind(other.0).bind(many).bind(app.now());
    make.execute(app.sql()).await.unwrap();
    sqlx::raw_sql("analyze").execute(app.sql()).await.unwrap();
    let count = usize::try_from(many).unwrap();
    sqlx::raw_sql(
        "create sequence statements; grant usage on sequence statements to crmbot_app;
         create function counted() returns trigger language plpgsql as $$ begin
             perform nextval('statements'); return null;
         end $$;
         create trigger counted after update on client for each statement execute function counted();
         create trigger counted after insert on audit_event for each statement execute function counted();",
    )
    .execute(app.sql())
    .await
    .unwrap();
    let repaired =
        app.act(boss, async |crm| consistency::repair(crm).await.split_refusal().unwrap().unwrap().len()).await;
    let charge = app.act(boss, async |crm| {
        assert_eq!(handover::workload(crm, leaver).await.unwrap(), Workload { clients: count, follow_ups: count });
        handover::transfer_all(crm, leaver, to).await.split_refusal().unwrap()
    });
    let charge = charge.await;
    assert_eq!((repaired, charge), (count, Ok(Workload { clients: count, follow_ups: count })));
    let statements = app.count("select last_value from statements").await;
    assert!(statements < 30, "{statements} statements for {many} clients");
    let sql = "select count(*) from audit_event e join client c on c.id = e.entity_id
                where e.entity = 'client' and e.action = 'hand_over'
                  and e.after ->> 'responsible' = c.responsible_id::text
                  and (e.before ->> 'responsible' is null) = exists (select from contract where client_id = c.id)";
    // E2: each client's event names the responsible colleague before and after.
    assert_eq!(app.count(sql).await, many);
    let sql = "select count(*) from audit_event where entity = 'client' and action = 'repair'
                and before ->> 'open_touch' is null and after <> before";
    assert_eq!(app.count(sql).await, many);
    let sql =
        "select count(*) from audit_event where entity = 'follow_up' and action = 'hand_over' and before <> after";
    assert_eq!(app.count(sql).await, many);
    assert_eq!(app.count("select count(*) from client_handover where accepted_at is not null").await, many);
    let offered = app.count("select count(*) from client_handover where withdrawn_at is not null").await;
    assert!(offered > 0);
    let sql = "select count(*) from audit_event where action = 'withdraw' and (before ->> 'handover')::bigint > 0";
    assert_eq!(app.count(sql).await, offered);
    let holds = app.act(boss, async |crm| consistency::check(crm).await.unwrap().holds()).await;
    assert!(holds);
}
