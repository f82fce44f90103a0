//! A TCP proxy in front of Postgres or Telegram that loses answers and goes silent on command.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

use super::wire::{Reader, Sent, Trace};

/// How long the server's side of a half-open connection stays when its client is gone: the server learns of nothing.
const GHOST: Duration = Duration::from_secs(8);

/// The proxy; it ends with this value.
pub struct Proxy {
    address: SocketAddr,
    orders: Arc<Orders>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Clone)]
enum Upstream {
    Socket(PathBuf),
    Address(String),
}

struct Orders {
    upstream: Mutex<Upstream>,
    /// So many coming COMMITs are carried out without their answer.
    unanswered: AtomicU32,
    /// So many coming COMMITs never arrive.
    swallowed: AtomicU32,
    cut: AtomicU32,
    silent: watch::Sender<bool>,
    connections: AtomicU64,
    trace: Trace,
}

impl Proxy {
    /// In front of the Postgres whose socket lies in `folder`.
    pub async fn start(folder: &std::path::Path) -> Self {
        Self::to(Upstream::Socket(folder.join(".s.PGSQL.5432"))).await
    }

    /// In front of a server at `address`.
    pub async fn to_address(address: &str) -> Self {
        Self::to(Upstream::Address(address.to_owned())).await
    }

    async fn to(upstream: Upstream) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let orders = Arc::new(Orders {
            upstream: Mutex::new(upstream),
            unanswered: AtomicU32::new(0),
            swallowed: AtomicU32::new(0),
            cut: AtomicU32::new(0),
            silent: watch::Sender::new(false),
            connections: AtomicU64::new(0),
            trace: Trace::default(),
        });
        let own = orders.clone();
        let task = tokio::spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else { return };
                tokio::spawn(own.clone().carry(client));
            }
        });
        Self { address, orders, task }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Leads new connections to the Postgres whose socket lies in `folder`; the old ones stay as they are.
    pub fn lead_to(&self, folder: &std::path::Path) {
        *self.orders.upstream.lock().unwrap() = Upstream::Socket(folder.join(".s.PGSQL.5432"));
    }

    /// Cuts the connections of the next COMMITs: after the server has carried them out, or before they reach it.
    pub fn cut_commits(&self, count: u32, carried_out: bool) {
        let order = if carried_out { &self.orders.unanswered } else { &self.orders.swallowed };
        order.fetch_add(count, Ordering::Relaxed);
    }

    /// What the clients of this Postgres have sent since the last look.
    pub fn sent(&self) -> Vec<Sent> {
        self.orders.trace.take()
    }

    /// How many connections were cut at a COMMIT so far.
    pub fn cut(&self) -> u32 {
        self.orders.cut.load(Ordering::Relaxed)
    }

    pub fn heal(&self) {
        self.orders.unanswered.store(0, Ordering::Relaxed);
        self.orders.swallowed.store(0, Ordering::Relaxed);
        self.silence(false);
    }

    /// Goes silent: every connection of this time takes what it is given and never answers, not even later.
    pub fn silence(&self, silent: bool) {
        self.orders.silent.send_replace(silent);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Orders {
    async fn carry(self: Arc<Self>, mut client: TcpStream) {
        let mut silent = self.silent.subscribe();
        if *silent.borrow_and_update() {
            return swallow(&mut client).await;
        }
        let upstream = self.upstream.lock().unwrap().clone();
        match &upstream {
            Upstream::Socket(socket) => {
                if let Ok(server) = UnixStream::connect(socket).await {
                    self.relay(client, server, silent).await;
                }
            }
            Upstream::Address(address) => {
                if let Ok(server) = TcpStream::connect(address).await {
                    self.relay(client, server, silent).await;
                }
            }
        }
    }

    async fn relay(
        &self,
        mut client: TcpStream,
        mut server: impl AsyncRead + AsyncWrite + Unpin,
        mut silent: watch::Receiver<bool>,
    ) {
        let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        let mut reader = matches!(*self.upstream.lock().unwrap(), Upstream::Socket(_))
            .then(|| Reader::new(self.connections.fetch_add(1, Ordering::Relaxed)));
        loop {
            tokio::select! {
                read = client.read(&mut asked) => match read {
                    Ok(length @ 1..) => {
                        let said = &asked[..length];
                        let commits = reader.as_mut().is_some_and(|reader| reader.read(said, &self.trace));
                        if commits && take(&self.swallowed) {
                            self.cut.fetch_add(1, Ordering::Relaxed);
                            return;
                        }
                        if server.write_all(said).await.is_err() {
                            return;
                        }
                        if commits && take(&self.unanswered) {
                            let _ = server.read(&mut answered).await;
                            self.cut.fetch_add(1, Ordering::Relaxed);
                            return;
                        }
                    }
                    _ => return,
                },
                read = server.read(&mut answered) => match read {
                    Ok(length @ 1..) if client.write_all(&answered[..length]).await.is_ok() => {}
                    _ => return,
                },
                _ = silent.changed() => if *silent.borrow_and_update() {
                    swallow(&mut client).await;
                    return tokio::time::sleep(GHOST).await;
                },
            }
        }
    }
}

/// Takes everything and answers nothing, until the client gives up.
async fn swallow(client: &mut TcpStream) {
    let mut nothing = vec![0; 64 * 1024];
    while matches!(client.read(&mut nothing).await, Ok(1..)) {}
}

/// Uses an order up, if there is one.
fn take(orders: &AtomicU32) -> bool {
    orders.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}
