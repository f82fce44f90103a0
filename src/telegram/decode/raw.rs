//! From the JSON of an update to teloxide's type, past what teloxide or Postgres cannot take.

use serde_json::Value;
use teloxide::types::Update;

/// Reads an update; none when it is not understood.
///
/// From text, not from the value: teloxide borrows the keys while it reads, which only text allows.
pub(super) fn read(raw: &Value) -> Option<Update> {
    serde_json::from_str(&readable(raw)).ok()
}

/// The update as text, put right where it has to be.
fn readable(raw: &Value) -> String {
    let text = raw.to_string();
    // Somebody may also have typed these letters: which it is, only the values tell.
    if !["\\u0000", "\"duration\"", "\"external_reply\""].iter().any(|letters| text.contains(letters)) {
        return text;
    }
    let mut clean = raw.clone();
    mend(&mut clean);
    clean.to_string()
}

fn mend(value: &mut Value) {
    match value {
        // The one character that Postgres cannot keep.
        Value::String(text) => text.retain(|sign| sign != '\0'),
        Value::Array(items) => items.iter_mut().for_each(mend),
        Value::Object(fields) => {
            // Telegram may leave the media type of sound and video out; teloxide takes such a message for an empty one.
            if fields.contains_key("file_id") && fields.contains_key("duration") {
                fields.entry("mime_type").or_insert_with(|| Value::from("application/octet-stream"));
            }
            // Nothing is read of a message quoted from another chat, and teloxide knows no such texts.
            fields.remove("external_reply");
            fields.values_mut().for_each(mend);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
