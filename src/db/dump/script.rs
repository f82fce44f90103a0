//! Reading a backup, and the restore stream: pg_restore's script, run in one transaction.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

use super::before::Before;
use super::{DumpError, failed};
use crate::db::DbError;
use crate::db::database_kind::DatabaseKind;
use crate::db::tools::Tools;

/// Empties the schema for a restore, in the same transaction: everything besides extensions is dropped. All names are
/// read first: one drop takes others with it, and what is gone has no name any more.
const CLEAR: &str = "do $$ declare thing text; begin
    foreach thing in array array(
        select format('drop %s if exists %s cascade', case relkind when 'v' then 'view' else 'table' end, oid::regclass)
          from pg_class c
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')
           and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
        union all
        select format('drop function if exists %s cascade', oid::regprocedure) from pg_proc p
         where pronamespace = 'public'::regnamespace
           and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
        union all
        select format('drop type if exists %s cascade', t.oid::regtype) from pg_type t join pg_class c on c.oid = t.typrelid
         where typnamespace = 'public'::regnamespace and c.relkind = 'c'
           and not exists (select from pg_depend d where d.objid = t.oid and d.deptype = 'e'))
    loop execute thing; end loop;
end $$;\n";

/// The last line of a complete script.
const END: &[u8] = b"-- PostgreSQL database dump complete";

/// What newer versions of pg_restore tell psql, in pairs around the script: not to run any other command of a client.
const CLIENT_COMMANDS: [&[u8]; 2] = [b"\\restrict ", b"\\unrestrict "];

/// Rows go to the server in pieces of so many bytes.
const CHUNK: usize = 256 * 1024;

/// How many ids may have been given after the backup, when the database that gave them is not there to be asked.
const UNKNOWN_IDS: i64 = 10_000;

/// What a backup says of itself.
pub(super) struct Backup {
    pub kind: Option<DatabaseKind>,
    pub schema: i64,
}

/// Reads two small tables out of a backup.
pub(super) fn describe(tools: &Tools, file: &Path) -> Result<Backup, DumpError> {
    fs::metadata(file).map_err(|error| failed(file, error))?;
    let mut command = tools.command("pg_restore");
    command.args(["--data-only", "--table=company", "--table=_sqlx_migrations", "--file=-"]).arg(file);
    let output = command.stdin(Stdio::null()).output().map_err(|error| failed(file, error))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let schema = column(&text, "_sqlx_migrations", "version").filter_map(|version| version.parse().ok()).max();
    let kind = column(&text, "company", "kind").find_map(DatabaseKind::from_name);
    match schema {
        Some(schema) if output.status.success() => Ok(Backup { kind, schema }),
        _ => Err(DumpError::Foreign(file.to_owned())),
    }
}

/// The values of one column in a script's `COPY public.table (columns) FROM stdin;` … `\.`.
fn column<'a>(script: &'a str, table: &str, name: &str) -> impl Iterator<Item = &'a str> {
    let head = format!("COPY public.{table} (");
    let mut lines = script.lines();
    let columns = lines.find_map(|line| line.strip_prefix(head.as_str())).unwrap_or_default();
    let position = columns.trim_end_matches(") FROM stdin;").split(", ").position(|column| column == name);
    lines.take_while(|line| *line != "\\.").filter_map(move |line| line.split('\t').nth(position?))
}

/// Runs the script that pg_restore writes, after emptying the schema, in one transaction: it commits once pg_restore
/// has succeeded and its script was complete. If anything ends before that, this program included, the database is
/// unchanged.
pub(super) async fn restore_stream(
    mut script: Command,
    connection: &mut PgConnection,
    file: &Path,
    replaces: bool,
) -> Result<(), DumpError> {
    script.args(["--no-owner", "--exit-on-error", "--file=-"]).arg(file);
    script.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let failed = |error| failed(file, error);
    let mut script = tokio::process::Command::from(script).kill_on_drop(true).spawn().map_err(failed)?;
    let (Some(lines), Some(mut words)) = (script.stdout.take(), script.stderr.take()) else {
        return Err(failed(io::ErrorKind::BrokenPipe.into()));
    };
    let said = tokio::spawn(async move {
        let mut said = Vec::new();
        let _ = words.read_to_end(&mut said).await;
        said
    });
    let before = Before::read(connection).await?;
    run(connection, "begin").await?;
    run(connection, CLEAR).await?;
    let whole = feed(connection, BufReader::new(lines)).await?;
    let status = script.wait().await.map_err(failed)?;
    let said = said.await.unwrap_or_default();
    if !status.success() {
        return Err(DumpError::Failed { tool: "pg_restore", said: first_error(&said) });
    }
    if !whole {
        return Err(DumpError::Failed { tool: "pg_restore", said: "its script breaks off".to_owned() });
    }
    before.outdate(connection, if replaces { 0 } else { UNKNOWN_IDS }).await?;
    Ok(run(connection, "commit").await?)
}

/// Runs a script of pg_restore's: SQL for the server, and rows for its COPY statements. Other than psql it knows no commands
/// of a client, so that a backup of unknown origin runs nothing on this host. Tells whether the script was whole.
async fn feed(connection: &mut PgConnection, mut lines: impl AsyncBufRead + Unpin) -> Result<bool, DumpError> {
    let broken = |error| DumpError::Failed { tool: "pg_restore", said: io::Error::to_string(&error) };
    let (mut sql, mut line, mut whole) = (Vec::new(), Vec::new(), false);
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line).await.map_err(broken)? == 0 {
            run_bytes(connection, &sql).await?;
            return Ok(whole);
        }
        whole |= line.starts_with(END);
        if line.starts_with(b"COPY ") && line.ends_with(b" FROM stdin;\n") {
            run_bytes(connection, &sql).await?;
            sql.clear();
            let statement = text(&line)?.trim_end().trim_end_matches(';').to_owned();
            if !copy(connection, &statement, &mut lines).await? {
                return Ok(false);
            }
        } else if !CLIENT_COMMANDS.iter().any(|command| line.starts_with(command)) {
            sql.extend_from_slice(&line);
        }
    }
}

/// Copies rows up to the line that ends them; false when the script ends before.
async fn copy(
    connection: &mut PgConnection,
    statement: &str,
    lines: &mut (impl AsyncBufRead + Unpin),
) -> Result<bool, DumpError> {
    let broken = |error| DumpError::Failed { tool: "pg_restore", said: io::Error::to_string(&error) };
    let mut into = connection.copy_in_raw(statement).await.map_err(DbError::from)?;
    let mut rows = Vec::new();
    loop {
        let begun = rows.len();
        let read = lines.read_until(b'\n', &mut rows).await.map_err(broken)?;
        let row = rows.get(begun..).unwrap_or_default();
        if read == 0 || row == b"\\.\n" {
            rows.truncate(begun);
            break match read {
                0 => into.abort("the script breaks off").await.map(|()| false),
                _ => {
                    into.send(&rows[..]).await.map_err(DbError::from)?;
                    into.finish().await.map(|_| true)
                }
            };
        }
        if rows.len() >= CHUNK {
            into.send(&rows[..]).await.map_err(DbError::from)?;
            rows.clear();
        }
    }
    .map_err(|error| DbError::from(error).into())
}

async fn run_bytes(connection: &mut PgConnection, sql: &[u8]) -> Result<(), DumpError> {
    Ok(run(connection, text(sql)?).await?)
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), DbError> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

fn text(bytes: &[u8]) -> Result<&str, DumpError> {
    let foreign = |_| DumpError::Failed { tool: "pg_restore", said: "its script is not UTF-8".to_owned() };
    std::str::from_utf8(bytes).map_err(foreign)
}

/// Waits for a tool; its last words when it has failed.
pub(super) fn ended(tool: &'static str, mut child: Child) -> Result<(), DumpError> {
    let mut said = Vec::new();
    if let Some(mut words) = child.stderr.take() {
        let _ = words.read_to_end(&mut said);
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(()),
        _ => Err(DumpError::Failed { tool, said: first_error(&said) }),
    }
}

/// The first line of an error, without the lines that quote rows (G9).
fn first_error(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let telling = |line: &&str| line.contains("error") || line.contains("ERROR") || line.contains("FATAL");
    text.lines().find(telling).or_else(|| text.lines().next()).unwrap_or("no reason given").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_columns_values_are_read_from_a_script() {
        let script = "COPY public.other (kind) FROM stdin;\nx\n\\.\n\
                      COPY public.company (id, kind, bot_id) FROM stdin;\n1\tdemo\t\\N\n\\.\nrest\n";
        assert_eq!(column(script, "company", "kind").collect::<Vec<_>>(), ["demo"]);
        assert_eq!(column(script, "company", "name").count(), 0);
        assert_eq!(column(script, "nothing", "kind").count(), 0);
    }

    #[test]
    fn g9_an_error_is_told_without_the_rows_it_quotes() {
        let said = b"psql:<stdin>:9: ERROR:  duplicate key\nDETAIL:  Key (phone)=(+7921) exists\nCONTEXT:  COPY client";
        assert_eq!(first_error(said), "psql:<stdin>:9: ERROR:  duplicate key");
    }
}
