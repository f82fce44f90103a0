//! A client's timeline: all events, the newest first, as far as the actor's rights go.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::crm::{AuditAction, CallOutcome, Crm, Refusal, Result, StaffId};
use crate::domain::{Money, Permission};
use crate::error::SystemError;

/// Where a page of a timeline ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineKey {
    at: DateTime<Utc>,
    source: i32,
    id: i64,
}

/// One page of a timeline, the newest first.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// The client; after a merge, the surviving record.
    pub client: i64,
    pub lines: Vec<TimelineLine>,
    /// How many there are on all pages.
    pub total: i64,
    /// The key of the last line.
    pub last: Option<TimelineKey>,
}

/// One thing that has happened.
#[derive(Debug, Clone)]
pub struct TimelineLine {
    /// When it was entered.
    pub at: DateTime<Utc>,
    pub by: (StaffId, String),
    pub what: Happened,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// The client was entered.
    Entered,
    /// The client came by an ad.
    Touch {
        ad: String,
        /// The local day that it counts on.
        day: NaiveDate,
        /// The wrong ad that it stands in place of (H7).
        instead_of: Option<String>,
        /// Whether it counts no more.
        void: bool,
    },
    /// A touch was taken out.
    TouchVoid { ad: String, reason: Option<String> },
    /// A contract was signed.
    Contract {
        /// Title and amount; none without the right to see contracts whole.
        whole: Option<(String, Money)>,
        starts_on: NaiveDate,
        ends_on: NaiveDate,
        /// Whether it counts no more.
        void: bool,
    },
    Note {
        /// Its id, by which the file is asked for.
        id: i64,
        /// What was written; empty for a call, or a file without words.
        text: String,
        /// What came of a call.
        call: Option<CallOutcome>,
        /// The name of the file.
        file: Option<String>,
    },
    /// The next step was set.
    NextStep(DateTime<Utc>),
    /// The client was handed over.
    HandedOver {
        /// The previous owner.
        from: Option<String>,
        to: String,
        /// What was said with it.
        note: String,
    },
    /// The name was corrected; empty where there was none.
    Renamed { from: String, to: String },
    /// Anything else, as the audit log has it.
    Result {
        action: String,
        /// To which kind of record.
        entity: String,
        reason: Option<String>,
    },
}

struct Row {
    at: DateTime<Utc>,
    source: i32,
    id: i64,
    who: i64,
    full_name: String,
    what: String,
    entity: Option<String>,
    words: Option<String>,
    more: Option<String>,
    reason: Option<String>,
    day: Option<NaiveDate>,
    until: Option<NaiveDate>,
    amount: Option<rust_decimal::Decimal>,
    due: Option<DateTime<Utc>>,
    void: bool,
    total: i64,
}

/// A page of a client's timeline, `limit` lines of it after `after`.
///
/// # Errors
/// `Denied`; `Gone` for a forged id and for an undone lead.
pub async fn timeline(crm: &mut Crm<'_>, client: i64, after: Option<TimelineKey>, limit: i64) -> Result<Timeline> {
    crm.require(Permission::ClientView).await?;
    let client = survivor(crm, client).await?;
    let whole = crm.may(Permission::ContractView);
    let rows = sqlx::query_as!(
            Row,
            r#"with recursive family as (
                   select id from client where id = $1
                   union all
                   select c.id from family join client c on c.merged_into = family.id),
               record as (
                   select 'client' as entity, id from family
                   union all select 'touch', id from touch where client_id = $1
                   union all select 'contract', id from contract where client_id = $1 and $3
                   union all select 'follow_up', id from follow_up where client_id = $1 and $5
                   union all select 'consent', id from client_consent where client_id = $1),
               happened as (
                   select created_at as at, 0 as source, id, created_by as who, 'entered' as what, null::text as entity,
                          null::text as words, null::text as more, null::text as reason, null::date as day,
                          null::date as until, null::numeric as amount, null::timestamptz as due, false as void
                     from client where id = $1
                   union all
                   select t.created_at, 1, t.id, t.created_by, 'touch', null, ad.title, other.title, null, t.local_day,
                          null, null, null, t.voided_at is not null
                     from touch t
                     join ad on ad.id = t.ad_id
                     left join touch wrong on wrong.id = t.corrected_from
                     left join ad other on other.id = wrong.ad_id
                    where t.client_id = $1
                   union all
                   select created_at, 2, id, created_by, 'contract', null, case when $2 then title end, null, null,
                          starts_on, ends_on, case when $2 then amount end, null, voided_at is not null
                     from contract where client_id = $1 and confirmed_at is not null and $3
                   union all
                   select n.at, 3, n.id, n.author_id, 'note', n.call_outcome, n.text, file.file_name, null, null, null,
                          null, null, false
                     from note n left join document file on file.id = n.attachment_id and file.stored_at is not null
                    where n.client_id = $1 and n.voided_at is null and $4
                   union all
                   select h.accepted_at, 4, h.id, case when h.accepted_at > h.created_at then h.to_id else h.created_by end, 'handover', null, giver.full_name, taker.full_name, h.note,
                          null, null, null, null, false
                     from client_handover h
                     left join staff_user giver on giver.id = h.from_id
                     join staff_user taker on taker.id = h.to_id
                    where h.client_id = $1 and h.accepted_at is not null
                   union all
                   select e.at, 5, e.id, e.actor_id, e.action, e.entity,
                          case e.entity when 'touch' then (select title from ad where id = (e.before ->> 'ad')::bigint)
                               else concat_ws(' ', e.before #>> '{name,last}', e.before #>> '{name,first}', e.before #>> '{name,middle}')
                          end,
                          concat_ws(' ', e.after #>> '{name,last}', e.after #>> '{name,first}', e.after #>> '{name,middle}'),
                          case when $2 or e.entity <> 'contract' then e.reason end, null, null, null,
                          case when e.entity = 'follow_up' then (e.after ->> 'due_at')::timestamptz end, false
                     from record r join audit_event e on e.entity = r.entity and e.entity_id = r.id
                    where e.action not in ('view_phone', 'find_phone', 'view_card', 'accept', 'hand_over')
                      and not (e.action = 'merge' and e.after ? 'merged_into') -- told on the card that stays
                      and (e.action <> 'create' or e.entity not in ('client', 'touch', 'contract')))
               select h.at as "at!", h.source as "source!", h.id as "id!", h.who as "who!", person.full_name,
                      h.what as "what!", h.entity, h.words, h.more, h.reason, h.day, h.until, h.amount, h.due,
                      h.void as "void!", (select count(*) from happened) as "total!"
                 from happened h join staff_user person on person.id = h.who
                where $6::timestamptz is null or (h.at, h.source, h.id) < ($6, $7, $8)
                order by h.at desc, h.source desc, h.id desc limit $9"#,
            client,
            whole,
            whole || crm.may(Permission::ContractDates),
            crm.may(Permission::NoteView),
            crm.may(Permission::FollowUpView),
            after.map(|key| key.at),
            after.map(|key| key.source),
            after.map(|key| key.id),
            limit
        )
        .fetch_all(&mut *crm.connection)
        .await?;
    Ok(Timeline {
        client,
        total: rows.first().map_or(0, |row| row.total),
        last: rows.last().map(|row| TimelineKey { at: row.at, source: row.source, id: row.id }),
        lines: rows.into_iter().map(Row::line).collect(),
    })
}

/// The surviving record of a client, if it is in the lists.
async fn survivor(crm: &mut Crm<'_>, id: i64) -> Result<i64> {
    let found: Result<Option<i64>, SystemError> = sqlx::query_scalar!(
        r#"with recursive found as (
                   select id, merged_into, voided_at from client where id = $1
                   union all
                   select c.id, c.merged_into, c.voided_at from found join client c on c.id = found.merged_into)
               select id as "id!" from found where merged_into is null and voided_at is null"#,
        id
    )
    .fetch_optional(&mut *crm.connection)
    .await
    .map_err(SystemError::from);
    Ok(found?.ok_or(Refusal::Gone)?)
}

impl Row {
    fn line(self) -> TimelineLine {
        let (at, by) = (self.at, (StaffId(self.who), self.full_name.clone()));
        TimelineLine { at, by, what: self.happened() }
    }

    fn happened(self) -> Happened {
        let (words, more) = (self.words.unwrap_or_default(), self.more.unwrap_or_default());
        let (day, entity) = (self.day.unwrap_or_default(), self.entity.unwrap_or_default());
        match (self.what.as_str(), entity.as_str()) {
            ("entered", _) => Happened::Entered,
            ("touch", _) => {
                let instead_of = Some(more).filter(|wrong| !wrong.is_empty());
                Happened::Touch { ad: words, day, instead_of, void: self.void }
            }
            ("contract", _) => Happened::Contract {
                whole: self.amount.and_then(|amount| Some((words, Money::new(amount).ok()?))),
                starts_on: day,
                ends_on: self.until.unwrap_or(day),
                void: self.void,
            },
            ("note", outcome) => Happened::Note {
                id: self.id,
                text: words,
                call: CallOutcome::from_code(outcome),
                file: Some(more).filter(|name| !name.is_empty()),
            },
            ("handover", _) => Happened::HandedOver {
                from: Some(words).filter(|name| !name.is_empty()),
                to: more,
                note: self.reason.unwrap_or_default(),
            },
            (action, _) => match (AuditAction::from_stored(&entity, action), self.due) {
                (Some(AuditAction::TouchVoid), _) => Happened::TouchVoid { ad: words, reason: self.reason },
                (Some(AuditAction::ClientEdit), _) if words != more => Happened::Renamed { from: words, to: more },
                (Some(AuditAction::FollowUpSet), Some(due)) => Happened::NextStep(due),
                _ => Happened::Result { action: self.what, entity, reason: self.reason },
            },
        }
    }
}
