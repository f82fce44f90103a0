//! What a PostgreSQL client sends, read off the wire: statements, and the round trips they take.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

/// Words of statements that write.
const WRITES: [&str; 4] = ["insert into", "update ", "delete from", "for update"];

/// How the statement begins that closes turns without a COMMIT.
const CLOSES: &str = "with given as materialized";

/// What the clients of a proxy have sent since the last look.
#[derive(Default)]
pub struct Trace(Mutex<Vec<Sent>>);

/// A step of one connection.
#[derive(Debug, Clone)]
pub struct Sent {
    connection: u64,
    /// The statement; empty for a round trip that asks only whether the server is there.
    pub statement: String,
    /// Whether the client waits for the answer: a statement that is sent with the one before it costs no round trip.
    pub waits: bool,
}

impl Trace {
    /// What was sent since, in the order of its arrival.
    pub fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn push(&self, sent: Sent) {
        self.0.lock().unwrap().push(sent);
    }
}

/// How many transactions have written, each savepoint that was written in counted as one more.
pub fn writing_transactions(sent: &[Sent]) -> usize {
    let mut open: HashMap<u64, Vec<bool>> = HashMap::new();
    let mut count = 0;
    for Sent { connection, statement, .. } in sent {
        let levels = open.entry(*connection).or_default();
        let words = statement.to_ascii_lowercase();
        match words.split_whitespace().next().unwrap_or_default() {
            "begin" | "savepoint" => levels.push(false),
            "release" => drop(levels.pop()),
            "commit" => levels.clear(),
            "rollback" => drop(levels.pop()),
            _ if !WRITES.iter().any(|writes| words.contains(writes)) => {}
            _ if levels.is_empty() => count += 1,
            _ => {
                for level in levels.iter_mut().filter(|level| !**level) {
                    *level = true;
                    count += 1;
                }
            }
        }
    }
    count
}

/// Reads the messages of one connection.
pub struct Reader {
    connection: u64,
    started: bool,
    buffer: Vec<u8>,
    prepared: HashMap<Vec<u8>, String>,
    bound: String,
    /// Statements since the last round trip.
    pending: Vec<String>,
    /// Whether this round trip only prepares a statement, which a connection does once.
    prepares: bool,
    /// Whether what was read last commits.
    commits: bool,
}

impl Reader {
    pub fn new(connection: u64) -> Self {
        Self {
            connection,
            started: false,
            buffer: Vec::new(),
            prepared: HashMap::new(),
            bound: String::new(),
            pending: Vec::new(),
            prepares: false,
            commits: false,
        }
    }

    /// Takes what the client has sent; whether it lets an effect of a turn take hold.
    pub fn read(&mut self, bytes: &[u8], trace: &Trace) -> bool {
        self.buffer.extend_from_slice(bytes);
        self.commits = false;
        loop {
            // The first messages of a connection have no type.
            let header = usize::from(self.started);
            let Some(length) = self.buffer.get(header..header + 4) else { return self.commits };
            let length = header + u32::from_be_bytes(length.try_into().unwrap()) as usize;
            if self.buffer.len() < length {
                return self.commits;
            }
            let message: Vec<u8> = self.buffer.drain(..length).collect();
            if self.started {
                self.message(message[0], &message[5..], trace);
            } else {
                // 80877103 asks for TLS; the version of the protocol starts the session.
                self.started = message.get(4..8) != Some(&80_877_103_u32.to_be_bytes()[..]);
            }
        }
    }

    fn message(&mut self, kind: u8, body: &[u8], trace: &Trace) {
        let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
        let mut parts = body.split(|byte| *byte == 0);
        match kind {
            b'Q' => {
                self.pending.push(text(parts.next().unwrap_or_default()));
                self.round_trip(trace);
            }
            b'P' => {
                let name = parts.next().unwrap_or_default().to_vec();
                self.prepared.insert(name, text(parts.next().unwrap_or_default()));
                self.prepares = true;
            }
            b'B' => {
                let name = parts.nth(1).unwrap_or_default();
                self.bound = self.prepared.get(name).cloned().unwrap_or_default();
            }
            b'E' => self.pending.push(std::mem::take(&mut self.bound)),
            b'S' if self.prepares && self.pending.is_empty() => self.prepares = false,
            b'S' => self.round_trip(trace),
            _ => {}
        }
    }

    fn round_trip(&mut self, trace: &Trace) {
        self.prepares = false;
        let pending = std::mem::take(&mut self.pending);
        let commits = |sql: &String| sql.eq_ignore_ascii_case("commit") || sql.trim_start().starts_with(CLOSES);
        self.commits |= pending.iter().any(commits);
        let last = pending.len().saturating_sub(1);
        if pending.is_empty() {
            trace.push(Sent { connection: self.connection, statement: String::new(), waits: true });
        }
        for (place, statement) in pending.into_iter().enumerate() {
            trace.push(Sent { connection: self.connection, statement, waits: place == last });
        }
    }
}

/// Leaves out connections and statements that no user has caused: heartbeats, and the look for messages of others.
pub fn without_background(sent: Vec<Sent>) -> Vec<Sent> {
    const BACKGROUND: [&str; 6] = [
        "pg_advisory_lock_shared",
        "insert into process",
        "with orphan",
        "resumed_at",
        "update file_job set claimed_by",
        // A connection is opened.
        "pg_is_in_recovery",
    ];
    let background: HashSet<u64> = sent
        .iter()
        .filter(|sent| sent.statement.contains(BACKGROUND[0]) || sent.statement.contains(BACKGROUND[1]))
        .map(|sent| sent.connection)
        .collect();
    let foreground = |sent: &Sent| {
        !background.contains(&sent.connection) && !BACKGROUND.iter().any(|words| sent.statement.contains(words))
    };
    sent.into_iter().filter(foreground).collect()
}
