//! Connections of the HTTP server: bounded in number, and in the time that a request's head may take.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::sleep;

/// After a failure to accept, such as too many open files.
const PAUSE: Duration = Duration::from_millis(50);

/// How many connections there are at once, and how patient the server is with them.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// So many are served as usual: more than there are updates that may wait (R14), fewer than files of a usual limit.
    usual: usize,
    /// So many more are served when those are taken, each for one request: a probe is answered even then.
    more: usize,
    /// How long the head of a request may take, the wait for a next request included.
    head: Duration,
    /// The same for those that come when the usual ones are taken.
    head_of_more: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let (head, head_of_more) = (Duration::from_secs(10), Duration::from_millis(250));
        Self { usual: 640, more: 64, head, head_of_more }
    }
}

/// Serves until `ends`, then lets the requests that have begun end.
pub(super) async fn serve(listener: TcpListener, routes: Router, limits: Limits, ends: impl Future<Output = ()>) {
    let (usual, more) = (Arc::new(Semaphore::new(limits.usual)), Arc::new(Semaphore::new(limits.more)));
    let open = GracefulShutdown::new();
    tokio::pin!(ends);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut ends => break,
        };
        let Ok((stream, _)) = accepted else {
            sleep(PAUSE).await;
            continue;
        };
        let (place, head, again) = match usual.clone().try_acquire_owned() {
            Ok(place) => (place, limits.head, true),
            Err(_) => match more.clone().acquire_owned().await {
                Ok(place) => (place, limits.head_of_more, false),
                Err(_) => break,
            },
        };
        let mut server = http1::Builder::new();
        server.timer(TokioTimer::new()).header_read_timeout(head).keep_alive(again);
        let connection = server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes.clone()));
        let connection = open.watch(connection);
        tokio::spawn(async move {
            // A peer that breaks off is its own business.
            let _gone = connection.await;
            drop(place);
        });
    }
    drop(listener);
    open.shutdown().await;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Instant;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;
    use tokio::time::timeout;

    use super::*;

    const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

    #[tokio::test]
    async fn idle_connections_end_and_never_keep_a_probe_waiting() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (end, ends) = oneshot::channel::<()>();
        let (head, head_of_more) = (Duration::from_secs(2), Duration::from_millis(100));
        let limits = Limits { usual: 4, more: 2, head, head_of_more };
        let routes = Router::new().route("/healthz", get(|| async { "alive" }));
        let served = tokio::spawn(serve(listener, routes, limits, async { drop(ends.await) }));
        let began = Instant::now();
        let mut idle = Vec::new();
        for number in 0..10 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            if number % 2 == 0 {
                stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ").await.unwrap();
            }
            idle.push(stream);
        }
        let mut probe = TcpStream::connect(address).await.unwrap();
        probe.write_all(REQUEST).await.unwrap();
        let mut answer = Vec::new();
        timeout(Duration::from_secs(1), probe.read_to_end(&mut answer)).await.unwrap().unwrap();
        assert!(String::from_utf8_lossy(&answer).ends_with("alive"), "{}", String::from_utf8_lossy(&answer));
        for mut stream in idle {
            let mut rest = Vec::new();
            let _reset = timeout(Duration::from_secs(4), stream.read_to_end(&mut rest)).await.unwrap();
        }
        assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
        drop(end);
        timeout(Duration::from_secs(1), served).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_connection_beyond_the_usual_ones_ends_with_its_answer_and_a_usual_one_goes_on() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (end, ends) = oneshot::channel::<()>();
        let head = Duration::from_secs(30);
        let limits = Limits { usual: 1, more: 1, head, head_of_more: head };
        let routes = Router::new().route("/healthz", get(|| async { "alive" }));
        let served = tokio::spawn(serve(listener, routes, limits, async { drop(ends.await) }));
        let mut usual = TcpStream::connect(address).await.unwrap();
        for _ in 0..2 {
            usual.write_all(REQUEST).await.unwrap();
            let mut answer = [0; 512];
            let read = timeout(Duration::from_secs(5), usual.read(&mut answer)).await.unwrap().unwrap();
            assert!(String::from_utf8_lossy(&answer[..read]).ends_with("alive"));
        }
        // The usual one is open all the time: the next ones come beyond it, each in the place that the one before has left.
        for _ in 0..2 {
            let mut beyond = TcpStream::connect(address).await.unwrap();
            beyond.write_all(REQUEST).await.unwrap();
            let mut answer = Vec::new();
            timeout(Duration::from_secs(5), beyond.read_to_end(&mut answer)).await.unwrap().unwrap();
            let answer = String::from_utf8_lossy(&answer).to_lowercase();
            assert!(answer.ends_with("alive") && answer.contains("connection: close"), "{answer}");
        }
        drop(usual);
        drop(end);
        timeout(Duration::from_secs(5), served).await.unwrap().unwrap();
    }
}
