//! A gauge of requests between the program and Telegram: how many are under way at once, a slow way for some, and a
//! closed one for all.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;

/// The header of the webhook's secret.
const SECRET: &str = "x-telegram-bot-api-secret-token";

/// The gauge; it ends with this value.
pub struct Gauge {
    pub url: String,
    watched: Arc<Watched>,
    task: tokio::task::JoinHandle<()>,
}

struct Watched {
    behind: String,
    http: reqwest::Client,
    under_way: AtomicUsize,
    most: AtomicUsize,
    slow: Mutex<(String, Duration)>,
    slowed: AtomicUsize,
    closed: AtomicBool,
    turned_away: AtomicUsize,
}

impl Gauge {
    /// In front of the Bot API, or of the program's webhook, at `behind`.
    pub async fn start(behind: String) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let watched = Arc::new(Watched {
            behind,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            under_way: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            slow: Mutex::default(),
            slowed: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
            turned_away: AtomicUsize::new(0),
        });
        let routes = Router::new().fallback(pass).with_state(watched.clone());
        let task = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, watched, task }
    }

    /// From now on messages that hold `words` take so long.
    pub fn slow(&self, words: &str, by: Duration) {
        *self.watched.slow.lock().unwrap() = (words.to_owned(), by);
    }

    /// From now on nothing passes, or everything does again.
    pub fn close(&self, closed: bool) {
        self.watched.closed.store(closed, Ordering::SeqCst);
    }

    /// How many were turned away because it was closed.
    pub fn turned_away(&self) -> usize {
        self.watched.turned_away.load(Ordering::SeqCst)
    }

    /// How many of those it was slow for have come.
    pub fn slowed(&self) -> usize {
        self.watched.slowed.load(Ordering::SeqCst)
    }

    /// The most requests that were under way at once, long polls left out.
    pub fn most(&self) -> usize {
        self.watched.most.load(Ordering::SeqCst)
    }
}

impl Drop for Gauge {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(State(watched): State<Arc<Watched>>, request: Request) -> Response {
    if watched.closed.load(Ordering::SeqCst) {
        watched.turned_away.fetch_add(1, Ordering::SeqCst);
        return Response::builder().status(502).body(Body::empty()).unwrap();
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let counted = !parts.uri.path().ends_with("getUpdates");
    if counted {
        let now = watched.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        watched.most.fetch_max(now, Ordering::SeqCst);
    }
    let (words, by) = watched.slow.lock().unwrap().clone();
    if !words.is_empty() && String::from_utf8_lossy(&body).contains(&words) {
        watched.slowed.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(by).await;
    }
    let mut passed = watched.http.request(parts.method, format!("{}{}", watched.behind, parts.uri)).body(body);
    for name in [CONTENT_TYPE.as_str(), SECRET] {
        if let Some(value) = parts.headers.get(name) {
            passed = passed.header(name, value);
        }
    }
    let answer = passed.send().await;
    if counted {
        watched.under_way.fetch_sub(1, Ordering::SeqCst);
    }
    let answer = answer.unwrap();
    let status = answer.status();
    Response::builder().status(status).body(Body::from(answer.bytes().await.unwrap())).unwrap()
}
