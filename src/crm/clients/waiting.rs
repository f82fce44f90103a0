//! Clients whom nobody has taken for too long: everybody is told again, once per touch.

use chrono::{DateTime, TimeDelta, Utc};

use crate::crm::{Audience, Crm, Fault, Notice};
use crate::domain::{Permission, local_day};

/// After so many minutes everybody is told again.
const MINUTES: i64 = 15;

/// What was missed is made up for so far back; whoever waits longer stands first in the queue anyway.
const DAYS: i64 = 7;

/// More than so many at once are one notice: the queue shows who they are.
const SINGLY: usize = 3;

/// What marks a client's touch as told of.
const KIND: &str = "waiting";

struct Waiting {
    client: i64,
    touch: i64,
    ad: String,
    since: DateTime<Utc>,
}

impl Crm<'_> {
    /// Tells everybody who may take clients of those who have waited for a quarter of an hour. Of processes that do it at
    /// once, one tells: the others find its mark.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn tell_of_waiting(&mut self) -> Result<(), Fault> {
        let mut due = self.waiting_too_long().await?;
        if due.is_empty() {
            return Ok(());
        }
        let fresh = self.mark_as_told(&due).await?;
        due.retain(|waiting| fresh.contains(&waiting.client));
        let audience = Audience::Holders(Permission::ClientTake);
        if due.len() > SINGLY {
            self.notify(audience, Notice::ManyWaiting { clients: due.len() });
            return Ok(());
        }
        for waiting in due {
            let Some(line) = self.client_lines(&[waiting.client]).await?.pop() else { continue };
            let minutes = (self.now - waiting.since).num_minutes();
            let notice = Notice::Waiting { client: waiting.client, who: line.who, ad: waiting.ad, minutes };
            self.notify(audience.clone(), notice);
        }
        Ok(())
    }

    /// Locked, so that whoever takes one of them now either comes first or closes the notice. One who is in somebody's
    /// hands at this moment is looked at again the next time.
    async fn waiting_too_long(&mut self) -> Result<Vec<Waiting>, Fault> {
        let rows = sqlx::query_as!(
            Waiting,
            "select client.id as client, touch.id as touch, ad.title as ad, touch.happened_at as since
               from touch
               join client on client.open_touch_id = touch.id
               join ad on ad.id = touch.ad_id
              where touch.voided_at is null and touch.local_day >= $1 and touch.happened_at <= $2
                and client.responsible_id is null and client.voided_at is null and client.merged_into is null
                and (client.last_live_day is null or client.last_live_day < $3)
                and not exists (select from notice_sent told
                                 where told.kind = $4 and told.subject_id = client.id and told.period = touch.id::text)
              order by touch.happened_at, touch.id
                for update of client skip locked",
            local_day(self.now - TimeDelta::days(DAYS), self.company.time_zone),
            self.now - TimeDelta::minutes(MINUTES),
            self.today(),
            KIND
        )
        .fetch_all(&mut *self.connection)
        .await?;
        Ok(rows)
    }

    /// The clients whom nobody has told of in the meantime.
    async fn mark_as_told(&mut self, due: &[Waiting]) -> Result<Vec<i64>, Fault> {
        let clients: Vec<i64> = due.iter().map(|waiting| waiting.client).collect();
        let touches: Vec<String> = due.iter().map(|waiting| waiting.touch.to_string()).collect();
        let fresh = sqlx::query_scalar!(
            "insert into notice_sent (kind, subject_id, period, sent_at)
             select $1, m.client, m.touch, $4 from unnest($2::bigint[], $3::text[]) as m (client, touch)
             on conflict do nothing returning subject_id",
            KIND,
            &clients,
            &touches,
            self.now
        )
        .fetch_all(&mut *self.connection)
        .await?;
        Ok(fresh)
    }
}
