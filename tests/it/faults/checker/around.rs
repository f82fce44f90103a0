//! Verification of what is around the dialogues: files, refused messages, other releases, backups.

use std::collections::HashMap;

use crmbot::db::dump::checksum_of;

use super::Found;
use crate::faults::chaos::versions::said;
use crate::faults::chaos::{Played, dumps};
use crate::faults::environment::FaultEnvironment;
use crate::faults::ledger::{self, Dialogue, Ending, Entries};

/// How many messages of a kind Telegram has refused, by chat.
pub async fn refused_by_chat(environment: &FaultEnvironment, kind: &str) -> HashMap<i64, i64> {
    let counts: Vec<(i64, i64)> = sqlx::query_as(
        "select chat_id, count(*) from parked_update where update_id < 0 and kind = $1 group by chat_id",
    )
    .bind(kind)
    .fetch_all(&environment.pool)
    .await
    .unwrap();
    counts.into_iter().collect()
}

impl Found {
    /// A message is refused where that was ordered and nowhere else; it is kept, and its person has the code.
    pub(super) async fn refused(&mut self, environment: &FaultEnvironment, entries: &Entries) {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("select chat_id, code from parked_update where update_id < 0 and message is not null")
                .fetch_all(&environment.pool)
                .await
                .unwrap();
        self.refused = rows.len();
        let mut ordered: HashMap<i64, usize> = HashMap::new();
        entries.refusals.iter().for_each(|person| *ordered.entry(*person).or_default() += 1);
        for (chat, code) in rows {
            match ordered.get_mut(&chat) {
                Some(left @ 1..) => *left -= 1,
                _ => self.wrong.push(format!("a message of chat {chat} was refused")),
            }
            if !environment.shared.feed.heard(chat).iter().any(|shown| shown.text.contains(&code)) {
                self.lost.push(format!("chat {chat} was not told the code of its refused message"));
            }
        }
    }

    /// A file is kept once, as it was sent, in a note of its sender to the right client.
    pub(super) async fn files(&mut self, environment: &FaultEnvironment, dialogues: &[Dialogue]) {
        let rows: Vec<(String, String, Vec<u8>, i64)> = sqlx::query_as(
            "select c.phone, d.file_name, d.bytes, l.chat_id
               from document d join note n on n.attachment_id = d.id join client c on c.id = n.client_id
               join telegram_link l on l.user_id = n.author_id",
        )
        .fetch_all(&environment.pool)
        .await
        .unwrap();
        let mut kept: HashMap<String, Vec<_>> = HashMap::new();
        for (phone, name, bytes, author) in rows {
            kept.entry(phone).or_default().push((name, bytes, author));
        }
        for Dialogue { token, person, stuck, .. } in
            dialogues.iter().filter(|dialogue| dialogue.ending == Ending::Filed)
        {
            let of_token = kept.remove(&ledger::phone(*token).1).unwrap_or_default();
            let (name, bytes) = ledger::file(*token);
            match &of_token[..] {
                [] if stuck.is_none() => self.lost.push(format!("the file of {token}")),
                [] => {}
                [one] if *one == (name, bytes, *person) => self.files += 1,
                [_] => self.wrong.push(format!("the file of {token} is kept otherwise than it was sent")),
                more => self.doubled.push(format!("the file of {token}: {} times", more.len())),
            }
        }
        self.doubled.extend(kept.keys().map(|phone| format!("a file that no user sent, of {phone}")));
    }

    /// What the release before has written is sent, in order; what a newer one has written is left alone.
    pub(super) async fn versions(&mut self, environment: &FaultEnvironment, played: &Played) {
        let heard = environment.shared.feed.heard(environment.veteran);
        let mut last = 0;
        for number in 1..=played.turns_of_before {
            match heard.iter().position(|shown| shown.text == said(number)) {
                None => self.lost.push(format!("turn {number} of the release before was not shown")),
                Some(at) if at < last => self.disordered.push(format!("turn {number} of the release before")),
                Some(at) => last = at,
            }
        }
        let question = "select (select version from chat_session where chat_id = $1),
                               (select count(*) from outbox where payload ? 'Hologram')";
        let (turns, later): (i64, i64) =
            sqlx::query_as(question).bind(environment.veteran).fetch_one(&environment.pool).await.unwrap();
        // The first turn was the menu.
        if turns != i64::from(played.turns_of_before) + 1 {
            self.doubled.push(format!("{turns} turns in the veteran's chat"));
        }
        if later != i64::from(played.messages_of_later) {
            self.lost.push(format!("{later} messages of a newer release are left of {}", played.messages_of_later));
        }
    }

    /// The last whole backup is restored, and the consistency check finds nothing in it.
    pub(super) async fn restores(&mut self, environment: &FaultEnvironment, played: &Played) {
        let Some(file) = &played.backup else { return };
        let done = |mut command: std::process::Command| async move {
            let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            if output.status.success() { Ok(()) } else { Err(said) }
        };
        let restored = done(dumps::restoring(environment, file)).await;
        self.lost.extend(restored.err().map(|why| format!("what was backed up: {why}")));
        if dumps::clients_of(environment).await < 1 {
            self.wrong.push("the restored company is not whole".to_owned());
        }
        let checked = done(dumps::checking(environment)).await;
        self.wrong.extend(checked.err().map(|why| format!("crmbot check of the restored company: {why}")));
        for file in [file.clone(), checksum_of(file)] {
            let _gone = std::fs::remove_file(file);
        }
    }
}
