//! Verification after a run: the users' actions against rows, audit and received messages.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sqlx::Row as _;

mod around;

use super::chaos::Played;
use super::environment::FaultEnvironment;
use super::feed::Shown;
use super::ledger::{self, Dialogue, Ending, Entries};
use super::talk::{NOTICE, PARKED, REFUSED};

/// What the accounts say; a list names what is amiss.
#[derive(Default)]
pub struct Found {
    pub updates: usize,
    pub taps: usize,
    pub doubled_taps: u64,
    pub dialogues: usize,
    pub parked: usize,
    /// Updates that two processes in a row were killed over: parked as R16 says, their senders told.
    pub suspected: usize,
    /// Messages that Telegram refused: kept, their persons told the code (R17).
    pub refused: usize,
    /// Files that were sent to clients, each kept once and sent again.
    pub files: usize,
    /// Taps whose one answer a fault has taken; their screens came.
    pub unanswered: usize,
    pub lost: Vec<String>,
    pub doubled: Vec<String>,
    pub stuck: Vec<String>,
    pub wrong: Vec<String>,
    pub disordered: Vec<String>,
    /// Messages that came twice, as R6 allows.
    pub again: usize,
}

pub async fn check(environment: &mut FaultEnvironment, played: &Played) -> Found {
    let entries = std::mem::take(&mut *environment.shared.ledger.open());
    let mut found = Found {
        updates: entries.updates.len() + entries.unreadable.len(),
        taps: entries.taps.len(),
        doubled_taps: entries.doubled_taps,
        dialogues: entries.dialogues.len(),
        wrong: [&entries.wrong[..], &environment.given_up].concat(),
        ..Found::default()
    };
    found.updates(environment, &entries).await;
    found.leads(environment, &entries.dialogues).await;
    found.touches(environment, &entries.dialogues).await;
    found.parked(environment, &entries).await;
    found.refused(environment, &entries).await;
    found.files(environment, &entries.dialogues).await;
    found.versions(environment, played).await;
    found.restores(environment, played).await;
    found.rest(environment).await;
    let suspected = suspected(environment).await;
    found.suspected = suspected.len();
    let stood_in = entries.stood_in.iter().filter(|(first, _)| !suspected.contains_key(first));
    found.wrong.extend(stood_in.map(|(_, heard)| heard.clone()));
    found.messages(environment, &entries, played, suspected.values().map(String::as_str).collect());
    found.notices(environment, &entries.dialogues);
    found.log(environment);
    found
}

/// The updates that were parked because two processes in a row ended while they handled them.
async fn suspected(environment: &FaultEnvironment) -> HashMap<i64, String> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("select update_id, code from parked_update where fault like 'processes ended%'")
            .fetch_all(&environment.pool)
            .await
            .unwrap();
    rows.into_iter().collect()
}

impl Found {
    /// Every update has left its mark, once, and every effective one has made its chat one version older.
    async fn updates(&mut self, environment: &FaultEnvironment, entries: &Entries) {
        let seen: Vec<i64> =
            sqlx::query_scalar("select update_id from seen_update").fetch_all(&environment.pool).await.unwrap();
        let seen: HashSet<i64> = seen.into_iter().collect();
        let suspected = suspected(environment).await;
        let sent = entries.updates.iter().map(|(_, id)| id).chain(&entries.unreadable);
        self.lost.extend(sent.filter(|id| !seen.contains(id)).map(|id| format!("update {id} has no mark")));
        let mut versions: BTreeMap<i64, i64> = BTreeMap::new();
        for (chat, update) in &entries.updates {
            *versions.entry(*chat).or_default() +=
                i64::from(!entries.panicking.contains(update) && !suspected.contains_key(update));
        }
        let refused = around::refused_by_chat(environment, "screen").await;
        // An older process has written there as well: see `versions`.
        versions.remove(&environment.veteran);
        for (chat, sent) in versions {
            let kept: i64 = sqlx::query_scalar("select version from chat_session where chat_id = $1")
                .bind(chat)
                .fetch_one(&environment.pool)
                .await
                .unwrap();
            // A refused screen closes its conversation, which makes its buttons old.
            let closed = refused.get(&chat).copied().unwrap_or_default();
            if kept < sent {
                self.lost.push(format!("chat {chat}: {kept} turns for {sent} updates"));
            } else if kept > sent + closed {
                self.doubled.push(format!("chat {chat}: {kept} turns for {sent} updates"));
            }
        }
        for (person, tap) in &entries.taps {
            if environment.shared.feed.answer(*person, tap, std::time::Duration::ZERO).await.is_none() {
                self.unanswered += 1;
            }
        }
        for Dialogue { token, stuck, .. } in &entries.dialogues {
            let stuck = stuck.filter(|what| ![PARKED, REFUSED].contains(what));
            self.stuck.extend(stuck.map(|what| format!("dialogue {token} waits for {what}")));
        }
    }

    /// A saved lead is one client with one touch, in its author's name, and each use case stands in the audit log once.
    async fn leads(&mut self, environment: &FaultEnvironment, dialogues: &[Dialogue]) {
        let rows = sqlx::query(
            "select c.phone, c.email, c.voided_at is not null as voided, author.chat_id as author,
                    responsible.chat_id as responsible,
                    (select count(*) from touch where client_id = c.id) as touches,
                    (select count(*) from audit_event where entity = 'client' and entity_id = c.id and action = 'create') as creates,
                    (select count(*) from audit_event where entity = 'client' and entity_id = c.id and action = 'undo') as undos,
                    (select count(*) from audit_event where entity = 'client' and entity_id = c.id and action = 'take') as takes
               from client c
               left join telegram_link author on author.user_id = c.created_by
               left join telegram_link responsible on responsible.user_id = c.responsible_id
              where c.phone_raw not in ('known', 'poison')",
        )
        .fetch_all(&environment.pool)
        .await
        .unwrap();
        let mut clients: HashMap<String, Vec<_>> = HashMap::new();
        for row in rows {
            clients.entry(row.get("phone")).or_default().push(row);
        }
        for dialogue in dialogues.iter().filter(|dialogue| dialogue.ending != Ending::Touched) {
            let Dialogue { token, person, ending, stuck } = dialogue;
            let of_token = clients.remove(&ledger::phone(*token).1).unwrap_or_default();
            // What is stuck is told already; how far it came is unknown.
            if stuck.is_some() {
                continue;
            }
            let [row] = &of_token[..] else {
                self.lost.push(format!("lead {token}: {} clients", of_token.len()));
                continue;
            };
            let counts: [i64; 4] = ["touches", "creates", "undos", "takes"].map(|name| row.get(name));
            let due = [1, 1, i64::from(*ending == Ending::Undone), i64::from(*ending == Ending::Taken)];
            if counts.iter().zip(due).any(|(count, due)| *count > due) {
                self.doubled.push(format!("lead {token}: touches, creates, undos, takes are {counts:?}, not {due:?}"));
            } else if counts != due {
                self.lost.push(format!("lead {token}: touches, creates, undos, takes are {counts:?}, not {due:?}"));
            }
            let responsible = (*ending == Ending::Taken).then_some(*person);
            let right = row.get::<Option<String>, _>("email") == Some(ledger::email(*token))
                && row.get::<bool, _>("voided") == (*ending == Ending::Undone)
                && row.get::<Option<i64>, _>("author") == Some(*person)
                && row.get::<Option<i64>, _>("responsible") == responsible;
            if !right {
                self.wrong.push(format!("lead {token} is kept otherwise than it was entered"));
            }
        }
        self.doubled.extend(clients.keys().map(|phone| format!("a client nobody entered: {phone}")));
    }

    /// A colleague's client has one touch more for each dialogue about them; and the touches of one author are in the
    /// order of their messages.
    async fn touches(&mut self, environment: &FaultEnvironment, dialogues: &[Dialogue]) {
        let rows: Vec<(String, i64, i64)> = sqlx::query_as(
            "select c.phone, l.chat_id, count(*) over (partition by c.id)
               from touch t join ad on ad.id = t.ad_id and ad.title = 'Авито' join client c on c.id = t.client_id
               join telegram_link l on l.user_id = t.created_by order by t.id",
        )
        .fetch_all(&environment.pool)
        .await
        .unwrap();
        let counts: HashMap<&str, i64> = rows.iter().map(|(phone, _, count)| (phone.as_str(), *count)).collect();
        for dialogue in dialogues.iter().filter(|dialogue| dialogue.ending == Ending::Touched) {
            let count = counts.get(ledger::known_phone(dialogue.token).1.as_str()).copied().unwrap_or_default();
            match count {
                0 if dialogue.stuck.is_none() => self.lost.push(format!("touch {}", dialogue.token)),
                0 | 1 => {}
                _ => self.doubled.push(format!("touch {}: {count} times", dialogue.token)),
            }
        }
        let mut last: HashMap<i64, u64> = HashMap::new();
        for (phone, author, _) in &rows {
            let token: u64 = phone[5..].parse().unwrap();
            if last.insert(*author, token).is_some_and(|before| before > token) {
                self.disordered.push(format!("chat {author}: the effect of {token} came too late"));
            }
        }
    }

    /// What could not be handled is put aside, that and nothing else, and its sender has the code.
    async fn parked(&mut self, environment: &FaultEnvironment, entries: &Entries) {
        let rows: Vec<(i64, Option<i64>, String)> =
            sqlx::query_as("select update_id, chat_id, code from parked_update where update_id > 0")
                .fetch_all(&environment.pool)
                .await
                .unwrap();
        let suspected = suspected(environment).await;
        let due: BTreeSet<i64> = entries.unreadable.iter().chain(&entries.panicking).copied().collect();
        let parked: BTreeSet<i64> = rows.iter().map(|(update, ..)| *update).collect();
        self.parked = due.intersection(&parked).count();
        self.lost.extend(due.difference(&parked).map(|update| format!("poison {update} was not put aside")));
        let wrong = parked.difference(&due).filter(|update| !suspected.contains_key(update));
        self.wrong.extend(wrong.map(|update| format!("update {update} was put aside")));
        if rows.len() > parked.len() {
            self.doubled.push(format!("{} dead letters of {} updates", rows.len(), parked.len()));
        }
        // The word about a parked update may have been the message that was to be refused: its code is told instead.
        let mut refused = around::refused_by_chat(environment, "notice").await;
        for (update, chat, code) in rows {
            let told = chat.map(|chat| environment.shared.feed.heard(chat)).unwrap_or_default();
            let refused = chat.and_then(|chat| refused.get_mut(&chat));
            if chat.is_some() && !told.iter().any(|shown| shown.text.contains(&code)) {
                if let Some(left @ 1..) = refused {
                    *left -= 1;
                    continue;
                }
                self.lost.push(format!("the sender of poison {update} was not told its code"));
            }
        }
    }

    /// Nothing is left behind: no message, no transaction, no client whose derived data differ from their touches.
    async fn rest(&mut self, environment: &FaultEnvironment) {
        for (what, question) in [
            ("messages in the outbox", "select count(*) from outbox where due_at is null and not payload ? 'Hologram'"),
            ("files on their way", "select count(*) from file_job"),
            ("updates in the inbox", "select count(*) from inbound_update"),
            ("transactions left open", "select count(*) from pg_stat_activity where state like 'idle in transaction%'"),
        ] {
            let count: i64 = sqlx::query_scalar(question).fetch_one(&environment.pool).await.unwrap();
            if count > 0 {
                self.stuck.push(format!("{count} {what}"));
            }
        }
        let mut check = environment.server.command();
        let checked = tokio::task::spawn_blocking(move || check.arg("check").output().unwrap()).await.unwrap();
        if !checked.status.success() {
            self.wrong.push(format!("crmbot check: {}", String::from_utf8_lossy(&checked.stderr).trim()));
        }
    }

    /// What people were told: only what is true, in the order in which it happened, and how often twice.
    fn messages(&mut self, environment: &FaultEnvironment, entries: &Entries, played: &Played, codes: Vec<&str>) {
        let done: HashMap<u64, &Dialogue> =
            entries.dialogues.iter().map(|dialogue| (dialogue.token, dialogue)).collect();
        for person in environment.people.iter().chain([&environment.watcher, &environment.villain]) {
            let (mut latest, mut known) = ((0, 0), HashMap::new());
            for shown in environment.shared.feed.heard(*person) {
                let due = *person == environment.villain || codes.iter().any(|code| shown.text.contains(code));
                if shown.text.contains("Что-то сломалось") && !due {
                    self.wrong.push(format!("chat {person}: {}", shown.text));
                }
                let (step, at) = (milestone(&shown), shown.at);
                let picture = (shown.text, shown.buttons);
                if known.insert(picture, shown.message).is_some_and(|message| message != shown.message) {
                    self.again += 1;
                }
                let Some((token, step)) = step else { continue };
                if step > 0 && !done.contains_key(&token) {
                    self.wrong.push(format!("chat {person} was told of {token}, which no user did"));
                }
                // A notice comes when it comes; a dialogue goes forward.
                if *person != environment.watcher {
                    if (token, step) < latest {
                        self.disordered.push(format!(
                            "chat {person}: step {step} of {token} was told after {latest:?}, {}",
                            played.before(at)
                        ));
                    }
                    latest = latest.max((token, step));
                }
            }
        }
    }

    /// A colleague is notified of every touch of their client, however late.
    fn notices(&mut self, environment: &FaultEnvironment, dialogues: &[Dialogue]) {
        let heard = environment.shared.feed.heard(environment.watcher);
        let told: HashSet<u64> = heard.iter().filter_map(|shown| token_in(&shown.text)).collect();
        let touched = dialogues.iter().filter(|dialogue| dialogue.ending == Ending::Touched);
        let due = touched.filter(|dialogue| dialogue.stuck.is_none_or(|what| what == NOTICE));
        let lost = due.filter(|dialogue| !told.contains(&dialogue.token));
        self.lost.extend(lost.map(|dialogue| format!("the notice of touch {}", dialogue.token)));
    }

    /// Handlers panic on the poison and nowhere else.
    fn log(&mut self, environment: &FaultEnvironment) {
        let log = std::fs::read_to_string(&environment.log).unwrap();
        let places = log.lines().filter(|line| line.contains("panic"));
        let strange: BTreeSet<&str> = places
            .filter(|line| line.contains("place=") && !line.contains("chrono"))
            .filter_map(|line| line.split("place=").nth(1))
            .collect();
        self.wrong.extend(strange.into_iter().map(|place| format!("a panic at {place}")));
    }
}

/// Which dialogue a text is about and how far it has come; none for what belongs to no dialogue.
fn milestone(shown: &Shown) -> Option<(u64, u8)> {
    let text = &shown.text;
    let token = token_in(text)?;
    let steps =
        [("Новый лид", 0), ("Новое обращение", 0), ("Лид сохранён", 1), ("Обращение записано", 1), ("Клиент ваш", 2)];
    let step = steps.iter().find(|(words, _)| text.contains(words)).map(|(_, step)| *step);
    Some((token, step?))
}

fn token_in(text: &str) -> Option<u64> {
    if let Some(end) = text.find("@load.test") {
        return text[..end].rsplit('t').next()?.parse().ok();
    }
    let digits = |word: &str| -> Option<u64> {
        let digits: Option<String> = word
            .to_lowercase()
            .chars()
            .map(|sign| "абвгдежзик".chars().position(|known| known == sign))
            .map(|place| char::from_digit(u32::try_from(place?).ok()?, 10))
            .collect();
        digits.filter(|digits| digits.len() == 7)?.parse().ok()
    };
    text.split(|sign: char| !sign.is_alphabetic()).find_map(digits)
}
