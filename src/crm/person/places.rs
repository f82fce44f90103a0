//! Where a person stands in texts that are not filed under their name, column by column.
//!
//! The columns are read from the catalogue, so that none is forgotten.

use serde_json::{Value, json};

use super::Subject;
use crate::crm::Crm;
use crate::error::SystemError;

/// Columns that hold the names of other people: a namesake's is theirs.
const NAMES_OF_OTHERS: [(&str, &str); 8] = [
    ("client", "last_name"),
    ("client", "first_name"),
    ("client", "middle_name"),
    ("client", "search_name"),
    ("client_word", "word"),
    ("name_word", "word"),
    ("staff_user", "full_name"),
    ("staff_user", "username"),
];

/// A column that may hold a text.
pub(super) struct Column {
    table: String,
    name: String,
    /// The name of its type.
    kind: String,
    /// Which rows are the person's own, as a condition; `$3` are their rows in `client`, `$4` their events.
    own: &'static str,
}

/// Which rows of a column are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    All,
    /// Those that are not filed under the person.
    OfOthers,
}

/// A stored value, and the place of its row.
struct Candidate {
    row: String,
    text: String,
}

impl Column {
    fn place(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }

    /// As a text.
    fn text(&self) -> String {
        match self.kind.as_str() {
            "text[]" => format!("array_to_string(\"{}\", E'\\n')", self.name),
            _ => format!("\"{}\"::text", self.name),
        }
    }

    fn of_names(&self) -> bool {
        NAMES_OF_OTHERS.contains(&(self.table.as_str(), self.name.as_str()))
    }
}

/// One value that quotes the person.
#[derive(serde::Serialize)]
pub struct Mention {
    /// Table and column.
    #[serde(rename = "where")]
    pub place: String,
    /// What quotes them: a text, or a whole conversation.
    #[serde(rename = "what")]
    pub value: Value,
}

/// The columns of all tables that may hold a text, and those that hold bytes.
async fn columns(crm: &mut Crm<'_>) -> Result<Vec<Column>, SystemError> {
    let columns: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select c.relname::text, a.attname::text, a.atttypid::regtype::text,
                exists (select from pg_attribute own where own.attrelid = c.oid and own.attname = 'client_id')
           from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            and a.atttypid in ('text'::regtype, 'varchar'::regtype, 'text[]'::regtype, 'jsonb'::regtype, 'bytea'::regtype)
          order by 1, a.attnum",
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let column = |(table, name, kind, of_client): (String, String, String, bool)| {
        let own = match table.as_str() {
            "client" => "id = any($3)",
            "audit_event" => "id = any($4)",
            "document" => "id in (select document_id from document_use where client_id = any($3))",
            _ if of_client => "client_id = any($3)",
            _ => "false",
        };
        Column { table, name, kind, own }
    };
    Ok(columns.into_iter().map(column).collect())
}

/// The values of a column in which a phone, an address or a surname may stand: Postgres leaves out what cannot hold one.
/// To be changed they are locked.
async fn candidates(
    crm: &mut Crm<'_>,
    person: &Subject,
    column: &Column,
    rows: Rows,
    lock: &str,
) -> Result<Vec<Candidate>, SystemError> {
    let (table, text) = (&column.table, column.text());
    let own = if rows == Rows::OfOthers { column.own } else { "false" };
    let question = format!(
        "select ctid::text, {text} from \"{table}\"
          where (exists (select from unnest($1::text[]) trace
                          where strpos(regexp_replace({text}, '[^0-9]', '', 'g'), trace) > 0)
                 or exists (select from unnest($2::text[]) trace
                             where strpos(lower(translate({text}, U&'\\0401\\0451', U&'\\0415\\0435')), trace) > 0)
                 or {text} like '%\"stack\":%' and {text} ~ '\"(client|known)\": *[{{0-9]')
            and not ({own}) and cardinality($3::bigint[]) + cardinality($4::bigint[]) >= 0 {lock}"
    );
    let values: Vec<(String, String)> = sqlx::query_as(sqlx::AssertSqlSafe(question))
        .bind(person.traces.digits())
        .bind(person.traces.hints())
        .bind(&person.clients)
        .bind(&person.events)
        .fetch_all(&mut *crm.connection)
        .await?;
    Ok(values.into_iter().map(|(row, text)| Candidate { row, text }).collect())
}

/// How many rows of a column of bytes hold a phone or an address as plain text.
async fn rows_of_bytes(crm: &mut Crm<'_>, person: &Subject, column: &Column) -> Result<i64, SystemError> {
    let (table, name) = (&column.table, &column.name);
    let question = format!(
        "select count(*) from \"{table}\"
          where exists (select from unnest($1::text[]) trace
                         where position(convert_to(trace, 'UTF8') in \"{name}\") > 0)"
    );
    let wanted = [person.traces.endings(), person.traces.emails()].concat();
    let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(question)).bind(wanted).fetch_one(&mut *crm.connection).await?;
    Ok(rows)
}

/// What of a stored value quotes the person: the conversations of a dialogue that are about them, or the texts.
fn quotes(person: &Subject, column: &Column, value: &str) -> Vec<Value> {
    let traces = &person.traces;
    let of_names = column.of_names();
    let quoted = |text: &str| traces.quoted_in(text) || !of_names && traces.named_in(text);
    if column.kind != "jsonb" {
        return if quoted(value) { vec![json!(value)] } else { Vec::new() };
    }
    let Ok(value) = serde_json::from_str::<Value>(value) else { return Vec::new() };
    if let Some(stack) = value.get("stack").and_then(Value::as_array) {
        // A draft of a newer release is kept beside what was begun since (R20).
        let set_aside = value.pointer("/set_aside/stack").and_then(Value::as_array);
        let frames = stack.iter().chain(set_aside.into_iter().flatten());
        let mut about: Vec<Value> = frames.filter(|frame| traces.stand_in(frame)).cloned().collect();
        let done = value.pointer("/done/words").filter(|words| traces.stand_in(words));
        about.extend(done.cloned());
        return about;
    }
    let mut texts = Vec::new();
    leaves(&value, &mut |leaf| {
        if traces.quoted_in_record(leaf) {
            texts.push(leaf.clone());
        }
    });
    // What is not a leaf by itself: the name of another record is not looked into.
    if traces.quoted_in_record(&value) { texts } else { Vec::new() }
}

fn leaves(value: &Value, each: &mut impl FnMut(&Value)) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| leaves(value, each)),
        Value::Object(fields) => fields.values().for_each(|value| leaves(value, each)),
        leaf => each(leaf),
    }
}

/// What quotes the person outside their own records.
pub async fn mentions(crm: &mut Crm<'_>, person: &Subject) -> Result<Vec<Mention>, SystemError> {
    let mut found = Vec::new();
    for column in columns(crm).await?.iter().filter(|column| column.kind != "bytea") {
        for candidate in candidates(crm, person, column, Rows::OfOthers, "").await? {
            let values = quotes(person, column, &candidate.text);
            found.extend(values.into_iter().map(|value| Mention { place: column.place(), value }));
        }
    }
    Ok(found)
}

/// Where the person still stands, in their own records too: columns, and in how many rows.
pub async fn places_of(crm: &mut Crm<'_>, person: &Subject) -> Result<Vec<(String, i64)>, SystemError> {
    let mut places = Vec::new();
    for column in columns(crm).await? {
        let rows = match column.kind.as_str() {
            "bytea" => rows_of_bytes(crm, person, &column).await?,
            _ => {
                let values = candidates(crm, person, &column, Rows::All, "").await?;
                let rows = values.iter().filter(|value| !quotes(person, &column, &value.text).is_empty()).count();
                i64::try_from(rows).unwrap_or(i64::MAX)
            }
        };
        if rows > 0 {
            places.push((column.place(), rows));
        }
    }
    Ok(places)
}

/// Replaces the person's phones and addresses in texts about other records.
pub(super) async fn hide(crm: &mut Crm<'_>, person: &Subject, texts: &[(&str, &str)]) -> Result<(), SystemError> {
    for column in columns(crm).await? {
        if !texts.contains(&(column.table.as_str(), column.name.as_str())) {
            continue;
        }
        let (table, name) = (&column.table, &column.name);
        for Candidate { row, text } in candidates(crm, person, &column, Rows::OfOthers, "for update").await? {
            let hidden = match serde_json::from_str::<Value>(&text) {
                Ok(value) if column.kind == "jsonb" => {
                    person.traces.hidden_in_value(&value).map(|value| value.to_string())
                }
                _ => person.traces.hidden_in(&text),
            };
            let Some(hidden) = hidden else { continue };
            let change = format!("update \"{table}\" set \"{name}\" = $1::{} where ctid = $2::tid", column.kind);
            sqlx::query(sqlx::AssertSqlSafe(change)).bind(hidden).bind(row).execute(&mut *crm.connection).await?;
        }
    }
    Ok(())
}

/// Ids of files that wait for a contract and have the person in their names.
pub async fn waiting_files(crm: &mut Crm<'_>, person: &Subject) -> Result<Vec<i64>, SystemError> {
    let files = sqlx::query!(
        "select id, file_name from document
          where not exists (select from document_use where document_id = document.id)"
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let traces = &person.traces;
    let theirs = files.into_iter().filter(|file| traces.quoted_in(&file.file_name) || traces.named_in(&file.file_name));
    Ok(theirs.map(|file| file.id).collect())
}

/// Ids of the files in conversations that are about the person: `"document": [7, "scan.pdf"]`.
#[must_use]
pub fn files_of(mentions: &[Mention]) -> Vec<i64> {
    let mut files = Vec::new();
    for mention in mentions {
        collect_files(&mention.value, &mut files);
    }
    files
}

fn collect_files(value: &Value, files: &mut Vec<i64>) {
    match value {
        Value::Object(fields) => {
            files.extend(fields.get("document").and_then(|file| file.get(0)).and_then(Value::as_i64));
            fields.values().for_each(|value| collect_files(value, files));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_files(value, files)),
        _ => {}
    }
}
