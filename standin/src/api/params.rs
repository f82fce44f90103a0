//! A call's fields, however they came: in the address, as a form, as JSON or as a multipart body.

use axum::body::to_bytes;
use axum::extract::{Form, FromRequest, Multipart, Query, Request};
use axum::http::{Method, header};
use serde_json::{Map, Value, json};

use super::error::{ApiError, bad};

/// The largest body that is read: Telegram's 50 MB for uploads and room for the rest.
pub(crate) const LARGEST_BODY: usize = 60 << 20;

#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub field: String,
    pub name: String,
    pub mime: String,
    pub bytes: Vec<u8>,
}

/// The fields; like the real server everything is text, JSON values included.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params {
    fields: Vec<(String, String)>,
    pub files: Vec<Upload>,
}

impl Params {
    /// Fields made by hand.
    pub fn of(fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Self { fields, files: Vec::new() }
    }

    /// The fields of a JSON object; what is no text stays JSON.
    pub fn of_json(fields: Map<String, Value>) -> Self {
        let text = |value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Self { fields: fields.into_iter().map(|(name, value)| (name, text(value))).collect(), files: Vec::new() }
    }

    /// Reads a request of any of the accepted kinds.
    pub async fn read(request: Request) -> Result<Self, ApiError> {
        let mut params = Self::default();
        if let Ok(Query(fields)) = Query::<Vec<(String, String)>>::try_from_uri(request.uri()) {
            params.fields = fields;
        }
        if request.method() == Method::GET {
            return Ok(params);
        }
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "multipart/form-data" => params.read_multipart(request).await?,
            "application/json" => {
                let body = body(request).await?;
                if !body.is_empty() {
                    params.read_json(&body)?;
                }
            }
            "application/x-www-form-urlencoded" => {
                let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
                let Form(fields) = form.map_err(|_| bad("Failed to parse the form in the request body"))?;
                params.fields.extend(fields);
            }
            _ => {}
        }
        Ok(params)
    }

    async fn read_multipart(&mut self, request: Request) -> Result<(), ApiError> {
        let broken = |_| bad("Failed to parse multipart/form-data body");
        let mut parts =
            Multipart::from_request(request, &()).await.map_err(|_| bad("Failed to parse multipart/form-data body"))?;
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let field = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(name) => {
                    let mime = part.content_type().unwrap_or_default().to_owned();
                    let bytes = part.bytes().await.map_err(|_| ApiError::new(413, "Request Entity Too Large"))?;
                    self.files.push(Upload { field, name, mime, bytes: bytes.to_vec() });
                }
                None => self.fields.push((field, part.text().await.map_err(broken)?)),
            }
        }
        Ok(())
    }

    fn read_json(&mut self, body: &[u8]) -> Result<(), ApiError> {
        let fields = match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => return Err(bad("JSON object expected")),
            Err(error) => return Err(bad(format!("can't parse parameter value: {error}"))),
        };
        self.fields.extend(Self::of_json(fields).fields);
        Ok(())
    }

    /// A field's text; empty when it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    /// Is the field there at all?
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(n, _)| n == name)
    }

    /// A field that must not be empty.
    pub fn required(&self, name: &str) -> Result<&str, ApiError> {
        match self.text(name) {
            "" => Err(bad(format!("Parameter \"{name}\" is required"))),
            text => Ok(text),
        }
    }

    /// Yes or no, as the real server understands it.
    pub fn flag(&self, name: &str) -> bool {
        let text = self.text(name);
        text == "1" || text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("yes")
    }

    /// A whole number: as many digits as there are, else 0; kept within bounds.
    pub fn int(&self, name: &str, default: i64, least: i64, most: i64) -> i64 {
        let text = self.text(name);
        (if text.is_empty() { default } else { leading_int(text) }).clamp(least, most)
    }

    /// A message's id; 0 when there is none.
    pub fn message_id(&self, name: &str) -> i64 {
        self.int(name, 0, i64::MIN, i64::MAX).max(0)
    }

    /// A user's id, which must be a positive number.
    pub fn user_id(&self, name: &str) -> Result<i64, ApiError> {
        match self.int(name, 0, i64::MIN, i64::MAX) {
            id if id > 0 => Ok(id),
            _ => Err(bad(format!("invalid {name} specified"))),
        }
    }

    /// A field that holds JSON; nothing when it is missing or empty.
    pub fn json(&self, name: &str, what: &str) -> Result<Option<Value>, ApiError> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        serde_json::from_str(text).map(Some).map_err(|_| bad(format!("Can't parse {what} JSON object")))
    }

    /// The uploaded file of a field: in a part of that name, or of the name after `attach://`.
    pub fn upload(&self, field: &str) -> Option<&Upload> {
        let name = self.text(field).strip_prefix("attach://").unwrap_or(field);
        self.files.iter().find(|f| f.field == name)
    }

    /// The call for the log: JSON where it is JSON, file names instead of bytes, no secrets.
    pub fn log(&self) -> Value {
        let mut out = Map::new();
        for (name, value) in &self.fields {
            let value = match name.as_str() {
                "secret_token" | "certificate" => json!("(hidden)"),
                "text" | "caption" => json!(value),
                name if name.ends_with("query_id") => json!(value),
                _ => serde_json::from_str(value).unwrap_or_else(|_| json!(value)),
            };
            out.insert(name.clone(), value);
        }
        for file in &self.files {
            out.insert(file.field.clone(), json!({"file_name": file.name, "file_size": file.bytes.len()}));
        }
        Value::Object(out)
    }
}

async fn body(request: Request) -> Result<axum::body::Bytes, ApiError> {
    to_bytes(request.into_body(), LARGEST_BODY).await.map_err(|_| ApiError::new(413, "Request Entity Too Large"))
}

/// The number at the start of a text: an optional minus and digits, 0 without any.
pub(crate) fn leading_int(text: &str) -> i64 {
    let text = text.trim_start();
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse::<i64>().map_or(0, |n| sign * n)
}
