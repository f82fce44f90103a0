//! The table that the code is held to.

/// A layer: a folder or a file directly below `src`, or a crate below `crates`.
pub struct Layer {
    pub name: &'static str,
    /// The layers it may name.
    pub may: &'static [&'static str],
    /// Words and paths that are never said in it.
    pub never: &'static [&'static str],
}

/// From the bottom up.
pub const LAYERS: &[Layer] = &[
    // Crates of their own: the compiler keeps them from naming a layer.
    Layer { name: "lead-capture", may: &[], never: &["async", "std::fs", "std::env", "std::net", "f32", "f64"] },
    Layer { name: "pg-private", may: &[], never: &[] },
    // Values and rules: no async, no I/O, no environment, no floats (S14).
    Layer {
        name: "domain",
        may: &[],
        never: &[
            "async", "sqlx", "tokio", "futures", "teloxide", "dptree", "reqwest", "axum", "tracing", "std::fs",
            "std::env", "std::net", "f32", "f64",
        ],
    },
    // Errors of the system, which every layer above can meet.
    Layer {
        name: "error",
        may: &[],
        never: &["async", "tokio", "teloxide", "dptree", "reqwest", "axum", "std::fs", "std::env", "f32", "f64"],
    },
    Layer {
        name: "text",
        may: &["domain"],
        never: &[
            "async", "sqlx", "tokio", "teloxide", "dptree", "reqwest", "axum", "std::fs", "std::env", "f32", "f64",
        ],
    },
    // The business: Postgres, and nothing of the chat or the network.
    Layer {
        name: "crm",
        may: &["error", "domain"],
        never: &["tokio", "teloxide", "dptree", "reqwest", "axum", "std::fs", "std::env", "f32", "f64"],
    },
    // Conversations: neither where rows live nor how Telegram is spoken to.
    Layer {
        name: "flows",
        may: &["text", "crm", "error", "domain"],
        never: &["sqlx", "tokio", "teloxide", "dptree", "reqwest", "axum", "std::fs", "std::env", "f32", "f64"],
    },
    Layer {
        name: "turn",
        may: &["flows", "text", "crm", "db", "error", "domain"],
        never: &["teloxide", "dptree", "reqwest", "axum", "std::fs", "std::env"],
    },
    // The only layer that says teloxide and dptree; what it keeps, it keeps through turn.
    Layer {
        name: "telegram",
        may: &["turn", "flows", "text", "crm", "error", "domain"],
        never: &["sqlx", "std::fs", "std::env"],
    },
    // Postgres as a machine: where, as whom, with which schema.
    Layer { name: "db", may: &["error", "domain"], never: &["teloxide", "dptree", "reqwest", "axum"] },
    // Scheduled work: a backup is the machine's, and what it finds is told through a turn's outbox.
    Layer {
        name: "jobs",
        may: &["turn", "db", "crm", "error", "domain"],
        never: &["teloxide", "dptree", "reqwest", "axum", "std::env"],
    },
    // What the environment says.
    Layer { name: "config", may: &["telegram", "domain"], never: &["sqlx", "tokio", "teloxide", "dptree", "axum"] },
    // What a subcommand prints, and how it fails.
    Layer {
        name: "failure",
        may: &["error"],
        never: &["async", "sqlx", "tokio", "teloxide", "dptree", "reqwest", "axum", "std::fs", "std::env"],
    },
    // The demo's company and its local Telegram.
    Layer {
        name: "demo",
        may: &["failure", "telegram", "crm", "error", "domain"],
        never: &["teloxide", "dptree", "axum", "std::env"],
    },
    // Puts everything together.
    Layer {
        name: "cli",
        may: &[
            "config", "db", "demo", "jobs", "failure", "telegram", "turn", "flows", "text", "crm", "error", "domain",
        ],
        never: &["teloxide", "dptree"],
    },
    Layer { name: "main", may: &["cli"], never: &["sqlx", "tokio", "teloxide", "dptree"] },
    // Only lists the layers.
    Layer { name: "lib", may: &[], never: &["use", "fn"] },
];

/// Where the clock is read.
pub const EDGES: &[&str] = &["cli", "demo", "jobs", "telegram"];

/// What a turn keeps besides the business: dialogues, marks, messages on their way, processes at work. Of users it reads one view.
pub const TABLES_OF_TURN: &[&str] = &[
    "acting_user",
    "chat_session",
    "chat_screen",
    "sent_about",
    "amendment",
    "file_job",
    "inbound_update",
    "update_attempt",
    "seen_update",
    "outbox",
    "parked_update",
    "process",
    "poller",
    "heartbeat",
    "backup_run",
];

/// Files outside crm that read a business table, which, and why.
pub const SQL_BESIDE_CRM: &[(&str, &[&str], &str)] = &[
    (
        "db/migrate.rs",
        &["schema_floor"],
        "whether this program may work on a newer schema is asked before anything else",
    ),
    (
        "db/dump/before.rs",
        &[
            "chat_session",
            "outbox",
            "chat_screen",
            "amendment",
            "process",
            "poller",
            "inbound_update",
            "file_job",
            "update_attempt",
        ],
        "a restore outdates what the replaced database has shown, in the restore's own transaction",
    ),
    ("db/database_kind.rs", &["company"], "whether a database is a demo's or real is settled before there is a Crm"),
    (
        "turn/outbox/rows.rs",
        &["staff_user"],
        "the courier asks at sending, when no person and no transaction are there: is the epoch current",
    ),
    (
        "turn/outbox/sent_messages.rs",
        &["document"],
        "the courier reads a file's bytes at sending, when no person and no transaction are there",
    ),
];

/// Where Russian words stand in code, and why.
pub const CYRILLIC: &[(&str, &str)] = &[("lead-capture/", "recognises what people write in Russian")];
