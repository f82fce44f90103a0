//! What others have to be told: notices in each recipient's language, and notices that ask for nothing any more.

use serde_json::Value;

use super::outbox::{Draft, NOBODY};
use super::{Markup, Outgoing};
use crate::crm::{Crm, Fault, Recipient};
use crate::flows::about::About;
use crate::flows::{Tap, notices};
use crate::text::Say;

/// What the deeds of this transaction have to say to others. During his quiet hours a notice waits for its recipient.
pub(super) async fn told(crm: &mut Crm<'_>) -> Result<Vec<Draft>, Fault> {
    // First what is over: a notice of this very turn is not.
    let mut drafts = closed(crm).await?;
    for (audience, notice) in crm.take_notices() {
        for Recipient { chat_id, language, quiet_until, staff, .. } in crm.recipients(&audience, notice.topic()).await?
        {
            let screen = notices::screen(&notice, Say(language), crm.company);
            if let (Some(about), Some(_)) = (screen.about, quiet_until) {
                supersede(crm, chat_id, about).await?;
            }
            let outgoing = Outgoing::Notice(Markup::of(screen, Tap::NOTICE));
            drafts.push(Draft { chat_id, bulk: true, outgoing, staff, due_at: quiet_until });
        }
    }
    Ok(drafts)
}

/// Of several notices of one kind about one client that wait for the end of quiet hours, the last is enough.
async fn supersede(crm: &mut Crm<'_>, chat_id: i64, about: About) -> Result<(), Fault> {
    if !about.kind.asks() {
        return Ok(());
    }
    sqlx::query!(
        "delete from outbox
          where chat_id = $1 and claimed_by = $2 and due_at is not null and payload -> 'Notice' -> 'about' = $3",
        chat_id,
        NOBODY,
        written(about)?
    )
    .execute(crm.connection())
    .await?;
    Ok(())
}

/// As it stands in a message.
fn written(about: About) -> Result<Value, Fault> {
    serde_json::to_value(about).map_err(|_| Fault::lasting("a message's kind cannot be written"))
}

/// An edit makes no sound: it does not wait.
async fn closed(crm: &mut Crm<'_>) -> Result<Vec<Draft>, Fault> {
    let mut drafts = Vec::new();
    for (asked, closing) in crm.take_closings() {
        let earlier = notices::about(asked);
        // Sent ones, and those that another process has still to send or that wait for their time.
        let chats = sqlx::query_scalar!(
            r#"select chat_id as "chat_id!" from sent_about where client_id = $1 and kind = $2
               union
               select chat_id from outbox
                where bulk and payload -> 'Notice' -> 'about' = $3"#,
            earlier.client,
            earlier.kind.code(),
            written(earlier)?
        )
        .fetch_all(crm.connection())
        .await?;
        for Recipient { chat_id, language, zone, staff, .. } in crm.owners(&chats).await? {
            let screen = notices::closed(&closing, Say(language), crm.now, zone);
            let markup = Markup::of(screen.about(About::told(earlier.client)), Tap::NOTICE);
            let outgoing = Outgoing::Amend { earlier, markup };
            drafts.push(Draft { chat_id, bulk: true, outgoing, staff, due_at: None });
        }
    }
    Ok(drafts)
}
