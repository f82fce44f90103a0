//! Starting and stopping.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::files::Files;
use crate::journal::{self, OpenError};
use crate::server::{self, Line, Wires};
use crate::state::{Shared, Token};
use crate::webhook;
use crate::world::{Bot, World};

/// How a stand-in is started.
pub struct Options {
    /// A loopback address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The bot's token, `123456:letters`; its number is the bot's id.
    pub token: String,
    /// The bot's username, without `@`.
    pub bot_username: String,
    /// The bot's name as people see it.
    pub bot_name: String,
    /// The folder in which everything survives a restart; none = in memory only.
    pub data: Option<PathBuf>,
    /// Refuse bursts as Telegram does: about one message a second in a chat, thirty a second in all.
    pub rate_limits: bool,
}

/// Why it cannot start.
#[derive(Debug)]
pub enum StartError {
    /// The address can be reached from other machines.
    NotLoopback(SocketAddr),
    /// The token is not of the form `123456:letters`.
    BadToken,
    /// Another program listens there.
    PortInUse(SocketAddr),
    /// Another stand-in works in this data folder.
    DataInUse(PathBuf),
    /// The journal in this folder is broken at this line.
    DataDamaged(PathBuf, usize),
    /// The address or the folder cannot be used.
    Io(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(address) => {
                write!(f, "{address} can be reached from other machines; use a loopback address such as 127.0.0.1:8090")
            }
            Self::BadToken => write!(f, "the token is not of the form 123456:letters"),
            Self::PortInUse(address) => write!(f, "another program listens on {address}"),
            Self::DataInUse(path) => write!(f, "another stand-in works in {}", path.display()),
            Self::DataDamaged(path, line) => write!(f, "the journal in {} is broken at line {line}", path.display()),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A stand-in at work. Dropping it does not stop it; [`Running::stop`] does.
pub struct Running {
    shared: Shared,
    server: JoinHandle<io::Result<()>>,
    webhook: JoinHandle<()>,
}

/// Starts a stand-in on the current tokio runtime.
pub async fn start(options: Options) -> Result<Running, StartError> {
    if !options.listen.ip().is_loopback() {
        return Err(StartError::NotLoopback(options.listen));
    }
    let (token, id) = Token::parse(&options.token).ok_or(StartError::BadToken)?;
    let listener = TcpListener::bind(options.listen).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => StartError::PortInUse(options.listen),
        _ => StartError::Io(error),
    })?;
    let address = listener.local_addr()?;
    let bot = Bot { id, username: options.bot_username, name: options.bot_name };
    let mut world = World::new(bot);
    if let Some(folder) = &options.data {
        restore(&mut world, folder)?;
    }
    world.settings.rate_limits = options.rate_limits;
    let files = Files::open(options.data.as_deref())?;
    let shared = Shared::new(world, files, token, address);
    let routes = server::router(shared.clone()).into_make_service_with_connect_info::<Line>();
    let stopping = shared.clone();
    let served = axum::serve(Wires(listener), routes).with_graceful_shutdown(async move { stopping.stopped().await });
    let server = tokio::spawn(async move { served.await });
    let webhook = tokio::spawn(webhook::run(shared.clone()));
    Ok(Running { shared, server, webhook })
}

/// Reads the journal and begins a compact one.
fn restore(world: &mut World, folder: &std::path::Path) -> Result<(), StartError> {
    let told = |error| match error {
        OpenError::InUse => StartError::DataInUse(folder.to_owned()),
        OpenError::Damaged { line } => StartError::DataDamaged(folder.to_owned(), line),
        OpenError::Io(error) => StartError::Io(error),
    };
    let (lock, records) = journal::read(folder).map_err(told)?;
    for record in records {
        world.apply(record);
    }
    world.keep_in(lock.compact(world.snapshot().into_iter())?);
    Ok(())
}

impl Running {
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// The web chat's address.
    pub fn page_url(&self) -> String {
        format!("http://{}/", self.shared.address)
    }

    /// What a bot uses in place of `https://api.telegram.org`.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// Ends it: waiting calls are answered, then connections are closed. Takes at most about a second.
    pub async fn stop(self) {
        self.shared.stopping.send_replace(true);
        self.webhook.abort();
        let abort = self.server.abort_handle();
        if tokio::time::timeout(Duration::from_secs(1), self.server).await.is_err() {
            abort.abort();
        }
    }
}
