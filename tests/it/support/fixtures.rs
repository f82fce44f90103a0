//! Fixtures of a company: ads, services and contracts, put straight into the database.

use super::app::TestApp;

impl TestApp {
    /// A service of this title, made when it is not there.
    pub async fn a_service(&self, title: &str) -> i64 {
        let known = sqlx::query_scalar("select id from service where title = $1")
            .bind(title)
            .fetch_optional(self.sql())
            .await
            .unwrap();
        if let Some(id) = known {
            return id;
        }
        sqlx::query_scalar(
            "insert into service (title, price, created_at, created_by) values ($1, 1000, $2, 0) returning id",
        )
        .bind(title)
        .bind(self.now())
        .fetch_one(self.sql())
        .await
        .unwrap()
    }

    /// A running ad with a budget that only a marketer may see.
    pub async fn an_ad(&self, title: &str, channel: &str) -> i64 {
        let service = self.a_service("SEO").await;
        sqlx::query_scalar(
            "insert into ad (title, service_id, channel, budget, code, created_at, created_by)
             values ($1, $2, $3, 77777, 'ad' || (select count(*) from ad), $4, 0) returning id",
        )
        .bind(title)
        .bind(service)
        .bind(channel)
        .bind(self.now())
        .fetch_one(self.sql())
        .await
        .unwrap()
    }

    pub async fn finish(&self, ad: i64) {
        sqlx::query("update ad set archived_at = $2 where id = $1")
            .bind(ad)
            .bind(self.now())
            .execute(self.sql())
            .await
            .unwrap();
    }

    /// A confirmed contract on a client's latest touch, and the state that follows.
    pub async fn a_contract(&self, client: i64, starts_on: &str, ends_on: &str) -> i64 {
        let service = self.a_service("SEO").await;
        let id = sqlx::query_scalar(
            "insert into contract (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on,
                                   confirmed_by, confirmed_at, created_at, created_by)
             select $1, (select max(id) from touch where client_id = $1), 'SEO', $2, 60000, $3::date, $3::date, $4::date,
                    0, $5, $5, 0 returning id",
        )
        .bind(client)
        .bind(service)
        .bind(starts_on)
        .bind(ends_on)
        .bind(self.now())
        .fetch_one(self.sql())
        .await
        .unwrap();
        sqlx::query(
            "update client set last_live_day = d.last_live_day, open_touch_id = d.open_touch_id
               from client_derivation d where d.client_id = client.id and client.id = $1",
        )
        .bind(client)
        .execute(self.sql())
        .await
        .unwrap();
        id
    }
}
