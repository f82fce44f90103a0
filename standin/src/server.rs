//! The listening socket, the routes, and the wire that a fault can cut.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::response::{IntoResponse, Response};
use axum::serve::{IncomingStream, Listener};
use axum::{Router, routing};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::api::error::ApiError;
use crate::state::Shared;
use crate::{api, control, guard, web};

pub(crate) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/", routing::get(web::page))
        .nest("/control", control::router())
        .fallback(other)
        .layer(axum::middleware::from_fn(guard::guard))
        .layer(DefaultBodyLimit::max(api::params::LARGEST_BODY))
        .with_state(shared)
}

/// Paths that are no fixed text: the API, its files, and the page's parts.
async fn other(State(shared): State<Shared>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response {
    // Some clients escape the token's colon or a file's slash, others double the first slash.
    let path = format!("/{}", unescaped(request.uri().path()).trim_start_matches('/'));
    if let Some((token, method)) = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')) {
        let method = method.trim_end_matches('/');
        return api::call(shared, line, token, method, request).await;
    }
    if let Some((token, file)) = path.strip_prefix("/file/bot").and_then(|rest| rest.split_once('/')) {
        return api::download(&shared, token, file);
    }
    web::asset(&path).unwrap_or_else(|| ApiError::new(404, "Not Found").into_response())
}

/// A path without its percent signs.
fn unescaped(path: &str) -> String {
    let mut bytes = path.bytes();
    let mut out = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digit = |b: Option<u8>| char::from(b?).to_digit(16).and_then(|d| u8::try_from(d).ok());
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                bytes = ahead;
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A handle on the connection of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Arc<AtomicBool>);

impl Line {
    /// From now on nothing is written; the peer sees a reset.
    pub fn reset(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A listener whose connections can be reset.
pub(crate) struct Wires(pub TcpListener);

impl Listener for Wires {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok((stream, peer)) => {
                    // Small answers must not wait for each other.
                    let _ = stream.set_nodelay(true);
                    return (Wire { stream, line: Line::default() }, peer);
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Wires>> for Line {
    fn connect_info(stream: IncomingStream<'_, Wires>) -> Self {
        stream.io().line.clone()
    }
}

/// A connection that fails as soon as it is told to.
pub(crate) struct Wire {
    stream: TcpStream,
    line: Line,
}

impl Wire {
    fn cut(&self) -> Option<io::Error> {
        self.line.0.load(Ordering::Acquire).then(|| {
            // Closing with nothing to linger for sends a reset instead of an orderly end.
            let _ = self.stream.set_zero_linger();
            io::Error::from(io::ErrorKind::ConnectionReset)
        })
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.cut() {
            Some(error) => Poll::Ready(Err(error)),
            None => Pin::new(&mut self.stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.cut() {
            Some(error) => Poll::Ready(Err(error)),
            None => Pin::new(&mut self.stream).poll_shutdown(cx),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.cut() {
            Some(error) => Poll::Ready(Err(error)),
            None => Pin::new(&mut self.stream).poll_write_vectored(cx, bufs),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
