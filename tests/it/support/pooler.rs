//! A pooler of transactions before the tests' Postgres: each transaction gets the server connection that was freed last.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// What a client that asks for encryption sends instead of its first message.
const SSL_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();

/// A connection to the server, and what it said when it was opened.
struct Backend {
    stream: UnixStream,
    greeting: Vec<u8>,
}

#[derive(Clone)]
struct Pool {
    socket: PathBuf,
    idle: Arc<Mutex<Vec<Backend>>>,
}

/// Starts one; it ends with the test's runtime.
pub async fn start(socket_folder: &Path) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let pool = Pool { socket: socket_folder.join(".s.PGSQL.5432"), idle: Arc::default() };
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let pool = pool.clone();
            tokio::spawn(async move {
                let _gone = pool.serve(client).await;
            });
        }
    });
    address
}

impl Pool {
    async fn serve(&self, mut client: TcpStream) -> std::io::Result<()> {
        let mut hello = first_message(&mut client).await?;
        if hello[4..8] == SSL_REQUEST {
            client.write_all(b"N").await?;
            hello = first_message(&mut client).await?;
        }
        let backend = self.take(&hello).await?;
        client.write_all(&backend.greeting).await?;
        self.give(backend);
        loop {
            let mut backend: Option<Backend> = None;
            loop {
                let mut request = Vec::new();
                loop {
                    let (kind, bytes) = message(&mut client).await?;
                    request.extend(bytes);
                    if b"QSX".contains(&kind) {
                        break;
                    }
                }
                let mut held = match backend.take() {
                    Some(held) => held,
                    None => self.take(&hello).await?,
                };
                held.stream.write_all(&request).await?;
                let answer = until_ready(&mut held.stream).await?;
                client.write_all(&answer).await?;
                if answer.last() == Some(&b'I') {
                    self.give(held);
                    break;
                }
                backend = Some(held);
            }
        }
    }

    async fn take(&self, hello: &[u8]) -> std::io::Result<Backend> {
        if let Some(idle) = self.idle.lock().unwrap().pop() {
            return Ok(idle);
        }
        let mut stream = UnixStream::connect(&self.socket).await?;
        stream.write_all(hello).await?;
        let greeting = until_ready(&mut stream).await?;
        Ok(Backend { stream, greeting })
    }

    fn give(&self, backend: Backend) {
        self.idle.lock().unwrap().push(backend);
    }
}

/// A message without a kind, as only the first one is.
async fn first_message(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let length = stream.read_u32().await?;
    let mut bytes = length.to_be_bytes().to_vec();
    bytes.resize(length.try_into().unwrap(), 0);
    stream.read_exact(&mut bytes[4..]).await?;
    Ok(bytes)
}

async fn message(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> std::io::Result<(u8, Vec<u8>)> {
    let kind = stream.read_u8().await?;
    let length = stream.read_u32().await?;
    let mut bytes = vec![kind];
    bytes.extend(length.to_be_bytes());
    bytes.resize(1 + usize::try_from(length).unwrap(), 0);
    stream.read_exact(&mut bytes[5..]).await?;
    Ok((kind, bytes))
}

/// The server's messages up to the one that says it is ready, whose last byte tells whether a transaction is open.
async fn until_ready(stream: &mut UnixStream) -> std::io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    loop {
        let (kind, bytes) = message(stream).await?;
        answer.extend(bytes);
        if kind == b'Z' {
            return Ok(answer);
        }
    }
}
