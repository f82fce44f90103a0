//! Fills a demo database with a company at size, by statements that make all rows of a table at once.

mod names;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use names::{BEGINNINGS, ENDS, FATHERS, MEN, MIDDLES, SURNAMES, WOMEN};

/// How large the company is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 10 000 clients: some seconds.
    Small,
    /// 1 000 000 clients, 1 500 000 touches, 500 000 contracts, 6 000 000 log events: some minutes and 6 GB.
    Large,
}

impl Size {
    /// The size of this name: `10k` or `1m`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "10k" => Some(Self::Small),
            "1m" => Some(Self::Large),
            _ => None,
        }
    }

    #[must_use]
    pub const fn clients(self) -> i64 {
        match self {
            Self::Small => 10_000,
            Self::Large => 1_000_000,
        }
    }
}

/// Why a database is not filled.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    #[error("the database is not marked as a demo: nothing is written into a company's own data")]
    NotADemo,
    #[error("the database holds clients already: an empty one is filled")]
    NotEmpty,
    #[error("the database says: {0}")]
    Database(#[from] sqlx::Error),
}

/// The tables that grow with the company.
pub const GROWING: [&str; 10] = [
    "client",
    "touch",
    "contract",
    "follow_up",
    "note",
    "audit_event",
    "client_word",
    "ad_figure",
    "ad_figure_delta",
    "ad_return",
];

/// Fills the database up to a moment, such as `2026-03-12T09:00:00Z`, as the owner of its tables; all or nothing.
///
/// # Errors
/// [`FillError`]: a database that is not marked as a demo or is not empty; what the database refuses.
pub async fn fill(owner: &mut PgConnection, size: Size, now: &str) -> Result<(), FillError> {
    let kind: Option<String> = sqlx::query_scalar("select kind from company").fetch_optional(&mut *owner).await?;
    if kind.as_deref() != Some("demo") {
        return Err(FillError::NotADemo);
    }
    let full: bool = sqlx::query_scalar("select exists (select from client)").fetch_one(&mut *owner).await?;
    if full {
        return Err(FillError::NotEmpty);
    }
    let mut transaction = owner.begin().await?;
    run(
        &mut transaction,
        "set local work_mem = '256MB'; set local maintenance_work_mem = '512MB'; set local lock_timeout = '5s'",
    )
    .await?;
    // Row by row they would take an hour; made at the end they take minutes and are packed.
    let later = take_away(&mut transaction).await?;
    for statement in script(size, now).split(";;") {
        run(&mut transaction, statement).await?;
    }
    for statement in later {
        run(&mut transaction, &statement).await?;
    }
    // What the triggers would have kept row by row.
    run(&mut transaction, "select count(*) from repair_ad_figures()").await?;
    transaction.commit().await?;
    // Index-only scans ask which pages are visible to all.
    run(owner, "vacuum analyze").await?;
    Ok(())
}

/// Takes triggers, foreign keys and indexes of the growing tables away; the statements that bring them back.
async fn take_away(owner: &mut PgConnection) -> Result<Vec<String>, FillError> {
    let mut later = Vec::new();
    let constraints = sqlx::query(
        "select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint
          where contype = 'f' and conrelid::regclass::text = any($1) order by 1, 2",
    )
    .bind(GROWING.map(str::to_owned).to_vec())
    .fetch_all(&mut *owner)
    .await?;
    let indexes = sqlx::query(
        "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
          where i.indrelid::regclass::text = any($1)
            and not exists (select from pg_constraint c where c.conindid = i.indexrelid) order by 1",
    )
    .bind(GROWING.map(str::to_owned).to_vec())
    .fetch_all(&mut *owner)
    .await?;
    for table in GROWING {
        run(owner, &format!("alter table {table} disable trigger user")).await?;
    }
    for row in indexes {
        let (name, definition): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        run(owner, &format!("drop index {name}")).await?;
        later.push(definition);
    }
    for row in constraints {
        let (table, name, definition): (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        run(owner, &format!("alter table {table} drop constraint {name}")).await?;
        later.push(format!("alter table {table} add constraint {name} {definition}"));
    }
    later.extend(GROWING.map(|table| format!("alter table {table} enable trigger user")));
    Ok(later)
}

/// The statements with their numbers, moments and names.
fn script(size: Size, now: &str) -> String {
    let array = |names: &[&str]| format!("array['{}']", names.join("', '"));
    let now = format!("timestamptz '{}'", now.replace('\'', ""));
    include_str!("fill.sql")
        .lines()
        .filter(|line| !line.starts_with("--"))
        .collect::<Vec<_>>()
        .join("\n")
        .replace(":now", &now)
        .replace(":start", &format!("({now} - interval '5 years')"))
        .replace(":clients", &size.clients().to_string())
        .replace(":surnames", &array(&SURNAMES))
        .replace(":beginnings", &array(&BEGINNINGS))
        .replace(":middles", &array(&MIDDLES))
        .replace(":ends", &array(&ENDS))
        .replace(":women", &array(&WOMEN))
        .replace(":men", &array(&MEN))
        .replace(":fathers", &array(&FATHERS))
}

async fn run(connection: &mut PgConnection, statements: &str) -> Result<(), FillError> {
    // The text is this program's own, and nothing in it comes from outside but a moment without quotes.
    sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(connection).await?;
    Ok(())
}
