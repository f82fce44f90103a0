//! What the use cases of the matrix are tried on: one whole set of records per owner and age.

use chrono::{DateTime, Utc};

use crate::support::app::TestApp;

/// An id that nothing has.
pub const FORGED: i64 = 424_242;

/// One record of every kind, entered by one person at one time.
#[derive(Debug, Clone, Copy)]
pub struct Objects {
    /// A client who waits, with a touch, a next step and the event of their entry.
    pub lead: i64,
    pub touch: i64,
    pub lead_event: i64,
    /// A client with a live contract, which came from another of their touches.
    pub signed: i64,
    pub contract: i64,
    pub other_touch: i64,
    /// A note of that client, with a file.
    pub note: i64,
    pub contract_event: i64,
    pub service: i64,
    pub service_event: i64,
    pub ad: i64,
    pub ad_event: i64,
    /// A colleague in a group of their own.
    pub person: i64,
    pub person_event: i64,
    pub group: i64,
    pub group_event: i64,
    pub parked: i64,
    /// The signed client is offered to the owner; another client is offered by the owner.
    pub offered: i64,
    pub given: i64,
}

impl Objects {
    /// Ids that nothing has.
    pub const FORGED: Self = Self {
        lead: FORGED,
        touch: FORGED,
        lead_event: FORGED,
        signed: FORGED,
        contract: FORGED,
        other_touch: FORGED,
        note: FORGED,
        contract_event: FORGED,
        service: FORGED,
        service_event: FORGED,
        ad: FORGED,
        ad_event: FORGED,
        person: FORGED,
        person_event: FORGED,
        group: FORGED,
        group_event: FORGED,
        parked: FORGED,
        offered: FORGED,
        given: FORGED,
    };

    /// A set that `owner` entered at `at`; `number` makes its phones and names different from all others.
    pub async fn of(app: &TestApp, owner: i64, at: DateTime<Utc>, number: i64) -> Self {
        let make = async |sql: &'static str, of: i64| -> i64 {
            let (now, day) = (at, (at + chrono::Duration::hours(3)).date_naive());
            let typed =
                format!("with given as (select $1::bigint, $2::timestamptz, $3::date, $4::bigint, $5::bigint) {sql}");
            sqlx::query_scalar(sqlx::AssertSqlSafe(typed))
                .bind(owner)
                .bind(now)
                .bind(day)
                .bind(number)
                .bind(of)
                .fetch_one(app.sql())
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"))
        };
        const CLIENT: &str = "insert into client (phone, phone_raw, first_name, created_at, created_by)
            values ('+79' || (100000000 + $4 * 10 + $5), '', 'Ivan', $2, $1) returning id";
        const TOUCH: &str = "insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
            values ($5, 1, $2, $3, $2, $1) returning id";
        const KEPT: &str = "update client c set last_live_day = d.last_live_day, open_touch_id = d.open_touch_id
            from client_derivation d where d.client_id = c.id and c.id = $5 returning c.id";
        let event = async |action: &'static str, entity: &'static str, id: i64, after: String| -> i64 {
            sqlx::query_scalar(
                "insert into audit_event (at, actor_id, action, entity, entity_id, after)
                 values ($1, $2, $3, $4, $5, $6::jsonb) returning id",
            )
            .bind(at)
            .bind(owner)
            .bind(action)
            .bind(entity)
            .bind(id)
            .bind(after)
            .fetch_one(app.sql())
            .await
            .unwrap()
        };
        let lead = make(CLIENT, 1).await;
        let touch = make(TOUCH, lead).await;
        make(KEPT, lead).await;
        let lead_event = event("create", "client", lead, "{}".into()).await;
        let signed = make(CLIENT, 2).await;
        make(TOUCH, signed).await;
        let contract = make(
            "insert into contract (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on,
                                   confirmed_by, confirmed_at, created_at, created_by)
             select $5, max(id), 'SEO', 1, 60000, $3, $3, '2026-12-31', $1, $2, $2, $1 from touch where client_id = $5
             returning id",
            signed,
        )
        .await;
        let other_touch = make(
            "insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
             values ($5, 2, $2, $3, $2, $1) returning id",
            signed,
        )
        .await;
        make(KEPT, signed).await;
        let file = make(
            "insert into document (file_name, mime, size, sha256, bytes, stored_at, created_at, created_by)
             values ('x.pdf', 'application/pdf', 1, sha256('x'), 'x', $2, $2, $1) returning id",
            0,
        )
        .await;
        let note = make(
            "insert into note (client_id, author_id, attachment_id, at)
             select max(c.id), $1, $5, $2 from client c where c.created_by = $1 and c.created_at = $2 returning id",
            file,
        )
        .await;
        let contract_event = event("create", "contract", contract, "{}".into()).await;
        let service = make(
            "insert into service (title, price, created_at, created_by) values ('S' || $4, 1, $2, $1) returning id",
            0,
        )
        .await;
        let service_event = event("create", "service", service, "{}".into()).await;
        let ad = make(
            "insert into ad (title, service_id, channel, budget, code, created_at, created_by)
             values ('A' || $4, 1, 'AVITO', 1, 'a' || $4, $2, $1) returning id",
            0,
        )
        .await;
        let ad_event = event("create", "ad", ad, "{}".into()).await;
        let group = make("insert into user_group (name, created_at) values ('G' || $4, $2) returning id", 0).await;
        make(
            "insert into group_permission (group_id, permission, granted_at) values ($5, 'stats.view', $2) returning id",
            group,
        )
        .await;
        let group_event = event("grant", "group", group, r#"{"granted": ["stats.view"]}"#.into()).await;
        let person = make(
            "insert into staff_user (username, full_name, created_at, created_by)
             values ('p' || $4, 'P' || $4, $2, $1) returning id",
            0,
        )
        .await;
        sqlx::query("insert into group_member (group_id, user_id, added_at) values ($1, $2, $3)")
            .bind(group)
            .bind(person)
            .bind(at)
            .execute(app.sql())
            .await
            .unwrap();
        let person_event = event("join", "staff", person, format!(r#"{{"group_id": {group}}}"#)).await;
        let parked = make(
            "insert into parked_update (bot_id, update_id, kind, code, fault, parked_at)
             values (1, $4, 'message', 'C' || $4, 'x', $2) returning id",
            0,
        )
        .await;
        let offered = make(
            "insert into client_handover (client_id, from_id, to_id, created_at, created_by)
             values ($5, 1, $1, $2, 1) returning id",
            signed,
        )
        .await;
        let handed = make(CLIENT, 3).await;
        let given = make(
            "insert into client_handover (client_id, from_id, to_id, created_at, created_by)
             values ($5, $1, 1, $2, $1) returning id",
            handed,
        )
        .await;
        Self {
            offered,
            given,
            lead,
            touch,
            lead_event,
            signed,
            contract,
            other_touch,
            note,
            contract_event,
            service,
            service_event,
            ad,
            ad_event,
            person,
            person_event,
            group,
            group_event,
            parked,
        }
    }
}
