//! Notifications of other users, each in the recipient's language, and the closing of earlier ones.

use std::collections::BTreeSet;

use serde_json::Value;

use super::rows::{Draft, UNCLAIMED};
use crate::crm::{Crm, Recipient, staff};
use crate::error::SystemError;
use crate::flows::about::About;
use crate::flows::{CallbackData, notices};
use crate::text::Say;
use crate::turn::{Markup, Outgoing};

/// The notifications that the use cases of this transaction have asked for. They wait for the end of their recipient's
/// quiet hours.
pub(in crate::turn) async fn drafts(crm: &mut Crm<'_>) -> Result<Vec<Draft>, SystemError> {
    // First what is over: a notice of this very turn is not.
    let mut drafts = closed(crm).await?;
    for (audience, notice) in crm.take_notices() {
        for Recipient { chat_id, language, quiet_until, staff, protects_cards, .. } in
            staff::recipients(crm, &audience, notice.topic()).await?
        {
            let mut screen = notices::screen(&notice, Say(language), crm.company);
            screen.protected = protects_cards && screen.about.is_some();
            if let (Some(about), Some(_)) = (screen.about, quiet_until) {
                supersede(crm, chat_id, about).await?;
            }
            let outgoing = Outgoing::Notice(Markup::of(screen, CallbackData::NOTICE));
            drafts.push(Draft { chat_id, bulk: true, outgoing, staff, due_at: quiet_until });
        }
    }
    Ok(drafts)
}

/// Of several notices of one kind about one client that wait for the end of quiet hours, the last is enough.
async fn supersede(crm: &mut Crm<'_>, chat_id: i64, about: About) -> Result<(), SystemError> {
    if !about.kind.asks() {
        return Ok(());
    }
    sqlx::query!(
        "delete from outbox
          where chat_id = $1 and claimed_by = $2 and due_at is not null and payload -> 'Notice' -> 'about' = $3",
        chat_id,
        UNCLAIMED,
        written(about)?
    )
    .execute(crm.connection())
    .await?;
    Ok(())
}

/// As it stands in a message.
fn written(about: About) -> Result<Value, SystemError> {
    serde_json::to_value(about).map_err(|_| SystemError::permanent("a message's kind cannot be written"))
}

/// An edit makes no sound: it does not wait.
async fn closed(crm: &mut Crm<'_>) -> Result<Vec<Draft>, SystemError> {
    let resolutions: Vec<_> =
        crm.take_resolutions().into_iter().map(|(asked, resolution)| (notices::about(asked), resolution)).collect();
    let chats = chats_told(crm, resolutions.iter().map(|(earlier, _)| *earlier)).await?;
    if chats.is_empty() {
        return Ok(Vec::new());
    }
    let all: BTreeSet<i64> = chats.iter().map(|(_, chat)| *chat).collect();
    let owners = staff::owners(crm, &Vec::from_iter(all)).await?;
    let mut drafts = Vec::new();
    for (place, (earlier, resolution)) in resolutions.into_iter().enumerate() {
        for Recipient { chat_id, language, zone, staff, .. } in &owners {
            if !chats.contains(&(place, *chat_id)) {
                continue;
            }
            let screen = notices::closed(&resolution, Say(*language), crm.now, *zone);
            let markup = Markup::of(screen.about(About::told(earlier.client)), CallbackData::NOTICE);
            let outgoing = Outgoing::Amend { earlier, markup };
            drafts.push(Draft { chat_id: *chat_id, bulk: true, outgoing, staff: *staff, due_at: None });
        }
    }
    Ok(drafts)
}

/// The chats that have such notices, by the place of the notice in `earlier`: sent ones, and those that another process
/// has still to send or that wait for their time. One statement, however many clients a departing user has had.
async fn chats_told(
    crm: &mut Crm<'_>,
    earlier: impl Iterator<Item = About>,
) -> Result<BTreeSet<(usize, i64)>, SystemError> {
    let (mut clients, mut kinds, mut abouts) = (Vec::new(), Vec::new(), Vec::new());
    for about in earlier {
        clients.push(about.client);
        kinds.push(about.kind.code().to_owned());
        abouts.push(written(about)?);
    }
    if clients.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows = sqlx::query!(
        r#"with asked as materialized (
               select * from unnest($1::bigint[], $2::text[], $3::jsonb[]) with ordinality a (client_id, kind, about, place)
           ), waiting as materialized (
               select chat_id, payload -> 'Notice' -> 'about' as about from outbox
                where bulk and payload -> 'Notice' -> 'about' is not null
           )
           select asked.place as "place!", sent.chat_id as "chat_id!"
             from asked join sent_about sent on sent.client_id = asked.client_id and sent.kind = asked.kind
           union
           select asked.place, waiting.chat_id from asked join waiting on waiting.about = asked.about"#,
        &clients,
        &kinds,
        &abouts
    )
    .fetch_all(crm.connection())
    .await?;
    // Places count from one there.
    let place = |row: i64| usize::try_from(row - 1).ok();
    Ok(rows.into_iter().filter_map(|row| Some((place(row.place)?, row.chat_id))).collect())
}
