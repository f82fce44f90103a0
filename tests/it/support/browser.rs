//! Headless Chromium over the W3C protocol: the ten calls that these tests need.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::server::{PATIENCE, free_port};

/// A browser with one page.
pub struct Browser {
    http: reqwest::Client,
    session: String,
    driver: Child,
    profile: PathBuf,
}

impl Browser {
    /// Starts Chromium; the page is `width` by `height`, a narrow one is a phone's.
    pub async fn start(width: u32, height: u32, dark: bool) -> Self {
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver; script/test installs it");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let profile = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("chromium-{port}"));
        let mut browser = Self { http, session: format!("http://127.0.0.1:{port}/session"), driver, profile };
        let session = browser.open().await;
        browser.session = format!("{}/{session}", browser.session);
        let phone = width < 600;
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": if phone { 2 } else { 1 }, "mobile": phone });
        browser.devtools("Emulation.setDeviceMetricsOverride", screen).await;
        let scheme =
            json!({ "features": [{ "name": "prefers-color-scheme", "value": if dark { "dark" } else { "light" } }] });
        browser.devtools("Emulation.setEmulatedMedia", scheme).await;
        browser
    }

    async fn open(&self) -> String {
        let mut arguments: Vec<String> = [
            "--headless",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        .map(str::to_owned)
        .into();
        arguments.push(format!("--user-data-dir={}", self.profile.display()));
        // Chromium's sandbox refuses to run as root.
        if rustix::process::getuid().is_root() {
            arguments.push("--no-sandbox".to_owned());
        }
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let began = Instant::now();
        loop {
            let asked = self.http.post(&self.session).json(&wanted).send().await;
            if let Ok(answer) = asked {
                let body: Value = answer.json().await.unwrap();
                return body["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned();
            }
            assert!(began.elapsed() < Duration::from_secs(30), "chromedriver does not answer");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn delivery(&self, path: &str, body: Value) -> Value {
        let answer = self.http.post(format!("{}{path}", self.session)).json(&body).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        assert!(body["value"]["error"].is_null(), "{path}: {}", body["value"]);
        body["value"].clone()
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        self.delivery("/goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await;
    }

    /// Opens a page of the stand-in and waits until it is there.
    pub async fn go(&self, url: &str) {
        self.delivery("/url", json!({ "url": url })).await;
        self.until("return document.documentElement.dataset.ready === 'true'").await;
    }

    /// Runs a script; its result.
    pub async fn script(&self, script: &str) -> Value {
        self.delivery("/execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Waits until a script returns something true.
    pub async fn until(&self, script: &str) {
        let began = Instant::now();
        loop {
            let value = self.script(script).await;
            if !(value.is_null() || value == json!(false)) {
                return;
            }
            if began.elapsed() > PATIENCE {
                let page = self.script("return document.body.innerText").await;
                panic!("not yet: {script}\n{}", page.as_str().unwrap_or_default());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the last message of a chat holds the words.
    pub async fn sees(&self, person: i64, words: &str) {
        let pane = pane(person);
        self.until(&format!(
            "const all = document.querySelectorAll('{pane} [data-message-id][data-from=bot]'); \
             return all.length && all[all.length - 1].innerText.includes({});",
            json!(words)
        ))
        .await;
    }

    async fn element(&self, selector: &str) -> String {
        let began = Instant::now();
        loop {
            let body = json!({ "using": "css selector", "value": selector });
            let answer = self.http.post(format!("{}/element", self.session)).json(&body).send().await.unwrap();
            let found: Value = answer.json().await.unwrap();
            let element =
                found["value"].as_object().and_then(|value| value.values().next()?.as_str().map(str::to_owned));
            if let Some(element) = element.filter(|_| found["value"]["error"].is_null()) {
                return element;
            }
            assert!(began.elapsed() < PATIENCE, "there is no {selector}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Clicks what a selector finds.
    pub async fn click(&self, selector: &str) {
        let element = self.element(selector).await;
        self.delivery(&format!("/element/{element}/click"), json!({})).await;
    }

    /// Types into the chat of a person and sends it.
    pub async fn types(&self, person: i64, text: &str) {
        let element = self.element(&format!("{} [data-testid=input]", pane(person))).await;
        self.delivery(&format!("/element/{element}/value"), json!({ "text": format!("{text}\u{e007}") })).await;
    }

    /// Clicks the newest inline button of a chat whose label holds the words.
    pub async fn taps(&self, person: i64, label: &str) {
        let buttons = format!("{} [data-testid=inline-button]", pane(person));
        let find = format!(
            "const all = [...document.querySelectorAll('{buttons}')].filter(b => b.innerText.includes({})); \
             const last = all[all.length - 1]; if (!last) return false; last.click(); return true;",
            json!(label)
        );
        self.until(&find).await;
    }

    /// Puts a file into the chat of a person and sends it.
    pub async fn attaches(&self, person: i64, file: &Path) {
        self.click(&format!("{} [data-testid=attach]", pane(person))).await;
        self.click("[data-testid=attach-file]").await;
        let input = self.element("[data-testid=file-input]").await;
        self.delivery(&format!("/element/{input}/value"), json!({ "text": file.display().to_string() })).await;
        self.click("[data-testid=send-files]").await;
    }

    /// Keeps a picture of the page below the target folder, to be looked at.
    pub async fn picture(&self, name: &str) {
        // Fonts and the last transition.
        tokio::time::sleep(Duration::from_millis(400)).await;
        let answer = self.http.get(format!("{}/screenshot", self.session)).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), base64(body["value"].as_str().unwrap())).unwrap();
    }

    /// What the page's console has complained about.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.delivery("/se/log", json!({ "type": "browser" })).await;
        let entries = log.as_array().cloned().unwrap_or_default();
        entries.iter().filter_map(|entry| entry["message"].as_str().map(str::to_owned)).collect()
    }
}

impl Browser {
    /// Ends the session, which makes the driver wait for the end of its Chromium. Without async: it is called from `drop`.
    fn end_session(&self) -> std::io::Result<()> {
        let Some((place, path)) = self.session.strip_prefix("http://").and_then(|rest| rest.split_once('/')) else {
            return Ok(());
        };
        let mut driver = TcpStream::connect(place)?;
        driver.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(driver, "DELETE /{path} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n")?;
        driver.read(&mut [0; 64]).map(drop)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A driver that is killed leaves its Chromium behind; one whose session has ended has none.
        let _ = self.end_session();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// The open chat of a person.
fn pane(person: i64) -> String {
    format!("[data-testid=pane][data-person=\"{person}\"]")
}

/// Reads base64, which is all that WebDriver's pictures need of it.
fn base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::with_capacity(text.len() * 3 / 4), 0_u32, 0);
    for letter in text.bytes().filter_map(|byte| LETTERS.iter().position(|&known| known == byte)) {
        bits = (bits << 6) | u32::try_from(letter).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    bytes
}
