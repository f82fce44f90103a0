//! What stands in a backup, and how it gets into a database: PostgreSQL's tools, one pipe, one transaction.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{DumpError, failed};
use crate::db::birth::Kind;
use crate::db::tools::Tools;

/// Clears the way for a restored database, in the transaction that restores it: what the schema holds besides
/// extensions.
/// All names are read first: one drop takes others with it, and what is gone has no name any more.
const CLEAR: &str = "do $$ declare thing text; begin
    foreach thing in array array(
        select format('drop %s if exists %s cascade', case relkind when 'v' then 'view' else 'table' end, oid::regclass)
          from pg_class c
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')
           and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
        union all
        select format('drop function if exists %s cascade', oid::regprocedure) from pg_proc p
         where pronamespace = 'public'::regnamespace
           and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e'))
    loop execute thing; end loop;
end $$;\n";

/// What a backup says of itself.
pub(super) struct Backup {
    pub kind: Option<Kind>,
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
    let kind = column(&text, "company", "kind").find_map(Kind::from_name);
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

/// Has psql run what pg_restore writes, after clearing the way, in one transaction.
pub(super) fn pour(mut script: Command, mut psql: Command, file: &Path) -> Result<(), DumpError> {
    script.args(["--no-owner", "--exit-on-error", "--file=-"]).arg(file);
    script.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    psql.args(["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-"]);
    psql.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let failed = |error| failed(file, error);
    let mut reader = script.spawn().map_err(failed)?;
    let mut writer = psql.spawn().map_err(failed)?;
    let poured = (|| {
        let (Some(mut from), Some(mut to)) = (reader.stdout.take(), writer.stdin.take()) else { return Ok(()) };
        to.write_all(b"set client_min_messages = warning;\n")?;
        to.write_all(CLEAR.as_bytes())?;
        io::copy(&mut from, &mut to)?;
        // A script that breaks off must not be committed.
        if !reader.wait()?.success() {
            to.write_all(b"\nselect 1 / 0;\n")?;
        }
        Ok::<_, io::Error>(())
    })();
    let (wrote, read) = (ended("psql", writer), ended("pg_restore", reader));
    match poured {
        Ok(()) => read.and(wrote),
        // psql has hung up, and pg_restore with it.
        Err(error) => wrote.and(Err(failed(error))),
    }
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
