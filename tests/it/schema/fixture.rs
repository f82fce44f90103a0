//! Rows for the tests of the schema, written in plain SQL.

use sqlx::postgres::PgPool;

use crate::support::db::TestDb;

/// A database with a service, an ad, a second ad, and one client.
pub struct Shop {
    pub db: TestDb,
    pub service: i64,
    pub ad: i64,
    pub other_ad: i64,
    pub client: i64,
}

impl Shop {
    pub async fn new() -> Self {
        let db = TestDb::new().await;
        let service =
            id(&db, "insert into service (title, price, created_at, created_by) values ('SEO', 100, now(), 0)").await;
        let ad = new_ad(&db, service, "a").await;
        let other_ad = new_ad(&db, service, "b").await;
        let client = new_client(&db, "+79991234567").await;
        Self { db, service, ad, other_ad, client }
    }

    pub fn pool(&self) -> &PgPool {
        self.db.pool()
    }

    /// A touch at noon of a day of 2026, given as `MM-DD`.
    pub async fn touch(&self, client: i64, ad: i64, day: &str) -> Result<i64, String> {
        self.id(&format!(
            "insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
             values ({client}, {ad}, '2026-{day} 12:00+03', '2026-{day}', '2026-{day} 12:00+03', 0)"
        ))
        .await
    }

    /// A confirmed contract of the shop's client, entered at 15:00 of its first day, for a span of days of 2026.
    pub async fn contract(&self, touch: i64, starts: &str, ends: &str) -> Result<i64, String> {
        self.contract_of(self.client, touch, "1000", starts, ends).await
    }

    pub async fn contract_of(
        &self,
        client: i64,
        touch: i64,
        amount: &str,
        starts: &str,
        ends: &str,
    ) -> Result<i64, String> {
        self.id(&format!(
            "insert into contract (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on,
                 confirmed_by, confirmed_at, created_by, created_at)
             values ({client}, {touch}, 'Д', {service}, {amount}, '2026-{starts}', '2026-{starts}', '2026-{ends}',
                 0, '2026-{starts} 15:00+03', 0, '2026-{starts} 15:00+03')",
            service = self.service,
        ))
        .await
    }

    /// Runs a statement as the application; an error is its constraint's name, else its SQLSTATE.
    pub async fn run(&self, statement: &str) -> Result<u64, String> {
        run(self.pool(), statement).await
    }

    async fn id(&self, insert: &str) -> Result<i64, String> {
        let statement = sqlx::AssertSqlSafe(format!("{insert} returning id"));
        sqlx::query_scalar(statement).fetch_one(self.pool()).await.map_err(name_of)
    }
}

pub async fn run(pool: &PgPool, statement: &str) -> Result<u64, String> {
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(pool).await.map(|done| done.rows_affected()).map_err(name_of)
}

pub async fn new_client(db: &TestDb, phone: &str) -> i64 {
    let insert = "insert into client (phone, phone_raw, created_at, created_by)";
    id(db, &format!("{insert} values ('{phone}', '{phone}', '2026-01-01', 0)")).await
}

async fn new_ad(db: &TestDb, service: i64, code: &str) -> i64 {
    let insert = "insert into ad (title, service_id, channel, budget, code, created_at, created_by)";
    id(db, &format!("{insert} values ('{code}', {service}, 'YANDEX', 50000, '{code}', now(), 0)")).await
}

async fn id(db: &TestDb, insert: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("{insert} returning id"))).fetch_one(db.pool()).await.unwrap()
}

fn name_of(error: sqlx::Error) -> String {
    let said = error.as_database_error().unwrap();
    said.constraint().map_or_else(|| said.code().unwrap().into_owned(), str::to_owned)
}
