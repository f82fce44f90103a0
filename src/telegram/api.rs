//! Client of the Bot API. It is our own, because long polling and 429 need other timeouts than a stock one has.

use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use ring::hkdf::{HKDF_SHA256, Salt};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide::payloads::GetMe;
use teloxide::requests::Payload;

use super::acceptance::Acceptance;
use super::descriptions;
use super::failures::Failures;
use crate::crm::BotName;
use crate::domain::document::MAX_BYTES;
use crate::error::SystemError;
use crate::turn::{Cipher, TelegramRoute, Way};

/// How long a call may take; long polling adds its own.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How long the question may take whether Telegram answers again.
const PROBE_WITHIN: Duration = Duration::from_secs(4);

/// The bot's token: a secret without Debug or Display (G9).
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Reads a token of the form `123456:letters`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.trim().split_once(':')?;
        let plausible = id.parse::<i64>().is_ok_and(|id| id > 0)
            && !secret.is_empty()
            && secret.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        plausible.then(|| Self(text.trim().to_owned()))
    }

    /// The bot's id: it stands before the colon.
    #[must_use]
    pub fn bot_id(&self) -> i64 {
        self.0.split_once(':').and_then(|(id, _)| id.parse().ok()).unwrap_or_default()
    }

    /// A key that only the holder of the token can make, another one for each purpose.
    #[must_use]
    pub fn key_for(&self, purpose: &[u8]) -> Option<[u8; 32]> {
        let mut key = [0; 32];
        let derived = Salt::new(HKDF_SHA256, &[]).extract(self.0.as_bytes());
        derived.expand(&[purpose], HKDF_SHA256).and_then(|out| out.fill(&mut key)).ok()?;
        Some(key)
    }
}

/// Where the Bot API is.
pub struct ApiSettings {
    pub token: Token,
    /// Such as `https://api.telegram.org`.
    pub url: String,
    /// http, https or socks5.
    pub proxy: Option<String>,
}

/// A client of the Bot API.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    token: Token,
    url: String,
    failures: Failures,
    route: TelegramRoute,
    acceptance: Acceptance,
}

/// Why a call was not answered with a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// Too many: not before this pause (429).
    Wait(Duration),
    /// Telegram was not asked: the database comes first, and does not answer.
    Database,
    /// The network, a time-out or a 5xx: it may or may not have been done.
    InDoubt(String),
    /// The user has blocked the bot or is gone: 403, and the descriptions of a 400 that say the same.
    Unreachable,
    /// The token is not known (401, 404).
    WrongToken,
    /// Another poller or a webhook (409).
    Conflict,
    /// Refused for good, with Telegram's words without what they quote of the message (G9).
    Refused(String),
}

impl CallError {
    /// The kind of error in one word.
    fn kind(&self) -> &'static str {
        match self {
            Self::Wait(_) => "wait",
            Self::Database => "database",
            Self::InDoubt(_) => "unsure",
            Self::Unreachable => "unreachable",
            Self::WrongToken => "token",
            Self::Conflict => "conflict",
            Self::Refused(_) => "refused",
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wait(pause) => write!(formatter, "asked to wait {} s", pause.as_secs()),
            Self::Database => formatter.write_str("the database does not answer"),
            Self::InDoubt(what) => write!(formatter, "no answer: {what}"),
            Self::Unreachable => formatter.write_str("the chat cannot be reached"),
            Self::WrongToken => formatter.write_str("the token is not accepted"),
            Self::Conflict => formatter.write_str("another process polls, or a webhook is set"),
            Self::Refused(why) => write!(formatter, "refused: {why}"),
        }
    }
}

impl std::error::Error for CallError {}

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    result: Option<Value>,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

impl Api {
    /// A client with one pool of connections.
    ///
    /// # Errors
    /// When the proxy's address cannot be read.
    pub fn new(settings: ApiSettings) -> Result<Self, String> {
        let mut http = reqwest::Client::builder().connect_timeout(Duration::from_secs(10)).tcp_nodelay(true);
        // The Bot API redirects nowhere; another place would be sent the token's path and the messages.
        http = http.redirect(reqwest::redirect::Policy::none());
        http = match settings.proxy {
            Some(proxy) => http.proxy(reqwest::Proxy::all(proxy).map_err(|_| "not a proxy address".to_owned())?),
            None => http.no_proxy(),
        };
        let http = http.build().map_err(|error| error.without_url().to_string())?;
        Ok(Self {
            http,
            token: settings.token,
            url: settings.url.trim_end_matches('/').to_owned(),
            failures: Failures::default(),
            route: TelegramRoute::default(),
            acceptance: Acceptance::default(),
        })
    }

    /// Calls the method of a typed payload.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call<P: Payload + Serialize>(&self, payload: &P) -> Result<Value, CallError> {
        self.call_within(payload, TIMEOUT).await
    }

    /// The same with a limit of its own.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call_within<P: Payload + Serialize>(
        &self,
        payload: &P,
        timeout: Duration,
    ) -> Result<Value, CallError> {
        let body = serde_json::to_value(payload).map_err(|_| CallError::Refused("not JSON".to_owned()))?;
        self.request(P::NAME, |request| request.json(&body), timeout).await
    }

    /// Calls a method with a body of its own making.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn request(
        &self,
        method: &str,
        with: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
        timeout: Duration,
    ) -> Result<Value, CallError> {
        let way = if method == "getUpdates" { Way::Polls } else { Way::Other };
        // A longer call is an upload: its silence says nothing of the route.
        if timeout <= TIMEOUT {
            self.route.asked(way, Instant::now());
        }
        let mut answer = self.ask(method, with, timeout).await;
        match &answer {
            Ok(_) => self.acceptance.accepted(),
            Err(CallError::WrongToken) if self.acceptance.refused(Instant::now()) => {
                answer = Err(CallError::InDoubt("the token is refused for a while".to_owned()));
            }
            Err(_) => {}
        }
        match &answer {
            Err(CallError::InDoubt(_)) => self.route.asked(way, Instant::now()),
            _ => self.route.answered(way),
        }
        if let Err(error) = &answer {
            self.failures.count(uncapitalised(method), error.kind());
        }
        answer
    }

    /// The route to Telegram as the calls find it; clones share it.
    #[must_use]
    pub fn route(&self) -> &TelegramRoute {
        &self.route
    }

    /// Whether the token was ever accepted by a call of this process.
    #[must_use]
    pub fn was_accepted(&self) -> bool {
        self.acceptance.was_accepted()
    }

    /// Asks a deaf process's route whether Telegram answers again.
    pub async fn probe(&self) {
        if self.route.is_deaf(Instant::now()) {
            drop(self.call_within(&GetMe::new(), PROBE_WITHIN).await);
        }
    }

    /// The cipher for what the database must not be able to read; its key comes from the token.
    ///
    /// # Errors
    /// See [`Cipher::from_secret`].
    pub fn cipher(&self) -> Result<Cipher, SystemError> {
        Cipher::from_secret(&self.token.0)
    }

    /// The calls that have failed so far; clones share them.
    #[must_use]
    pub fn failures(&self) -> &Failures {
        &self.failures
    }

    async fn ask(
        &self,
        method: &str,
        with: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
        timeout: Duration,
    ) -> Result<Value, CallError> {
        let request = self.http.post(self.address(method)).timeout(timeout);
        let in_doubt = |error: reqwest::Error| CallError::InDoubt(reason(&error.without_url()));
        let response = with(request).send().await.map_err(in_doubt)?;
        if let Some(date) = response.headers().get(reqwest::header::DATE).and_then(|date| date.to_str().ok())
            && let Ok(theirs) = DateTime::parse_from_rfc2822(date)
        {
            self.route.clock_was(theirs.to_utc(), Utc::now());
        }
        let status = response.status();
        let bytes = response.bytes().await.map_err(in_doubt)?;
        let answer: Answer = serde_json::from_slice(&bytes)
            .map_err(|_| CallError::InDoubt(format!("status {} without a readable body", status.as_u16())))?;
        match answer {
            Answer { ok: true, result, .. } => Ok(result.unwrap_or(Value::Null)),
            Answer { error_code, description, parameters, .. } => Err(Self::refusal(
                error_code.unwrap_or(status.as_u16()),
                description.unwrap_or_default(),
                parameters.and_then(|parameters| parameters.retry_after),
            )),
        }
    }

    fn refusal(code: u16, description: String, retry_after: Option<u64>) -> CallError {
        match code {
            429 => CallError::Wait(Duration::from_secs(retry_after.unwrap_or(1))),
            401 => CallError::WrongToken,
            404 if description == "Not Found" => CallError::WrongToken,
            403 => CallError::Unreachable,
            409 => CallError::Conflict,
            500..=599 => CallError::InDoubt(format!("status {code}")),
            _ if descriptions::is_unreachable(&description) => CallError::Unreachable,
            _ => CallError::Refused(descriptions::unquoted(&description)),
        }
    }

    /// The bot's id and user name.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn get_me(&self) -> Result<BotName, CallError> {
        let me = self.call(&GetMe::new()).await?;
        let username = me.get("username").and_then(Value::as_str);
        let id = me.get("id").and_then(Value::as_i64);
        match (id, username) {
            (Some(id), Some(username)) => Ok(BotName { id, username: username.to_owned() }),
            _ => Err(CallError::InDoubt("getMe gave no name".to_owned())),
        }
    }

    /// The bytes of a file by the path that `getFile` gave.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn download(&self, path: &str, timeout: Duration) -> Result<Bytes, CallError> {
        let address = format!("{}/file/bot{}/{path}", self.url, self.token.0);
        let in_doubt = |error: reqwest::Error| CallError::InDoubt(reason(&error.without_url()));
        let mut response = self.http.get(address).timeout(timeout).send().await.map_err(in_doubt)?;
        match response.status().as_u16() {
            200 => {}
            500..=599 => return Err(CallError::InDoubt("the file server is down".to_owned())),
            _ => return Err(CallError::Refused("no such file".to_owned())),
        }
        // R14: in one piece from the start, and no more of it than a document may have.
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        let mut bytes = Vec::with_capacity(announced.min(MAX_BYTES));
        while let Some(piece) = response.chunk().await.map_err(in_doubt)? {
            if bytes.len() + piece.len() > MAX_BYTES {
                return Err(CallError::Refused("the file is too large".to_owned()));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes.into())
    }

    fn address(&self, method: &str) -> String {
        format!("{}/bot{}/{}", self.url, self.token.0, uncapitalised(method))
    }
}

/// Payloads are named as types are, the Bot API's methods as functions are.
fn uncapitalised(method: &str) -> String {
    let mut letters = method.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// What went wrong on the way, without the address: it holds the token.
fn reason(error: &reqwest::Error) -> String {
    let kind = match () {
        () if error.is_timeout() => "timed out",
        () if error.is_connect() => "no connection",
        () => "the connection broke",
    };
    kind.to_owned()
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_token_has_a_number_and_a_secret() {
        assert_eq!(Token::parse(" 123:abc_-D ").map(|token| token.bot_id()), Some(123));
        for wrong in ["", "abc", "12:", ":x", "0:x", "12:a b", "12:a/b"] {
            assert!(Token::parse(wrong).is_none(), "{wrong}");
        }
    }
}
