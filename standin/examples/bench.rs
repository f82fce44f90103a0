//! How many Bot API calls a second the stand-in takes, journal and all; the bench itself runs on the same cores.
//!
//! `cargo run -p standin --example bench [SECONDS]` ends with an error below 3 000 calls a second on two
//! cores. On a machine that does other things as well, the calls per second of processor time tell the truth.
#![allow(clippy::print_stdout, reason = "a bench tells its result")]

use std::io;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use standin::{Options, start};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TOKEN: &str = "4200000001:bench";
const ENOUGH: f64 = 3_000.0;
const LINES: u64 = 16;

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let seconds = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(5);
    match run(Duration::from_secs(seconds)).await {
        Ok(rate) if rate >= ENOUGH => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(time: Duration) -> io::Result<f64> {
    let folder = std::env::temp_dir().join(format!("standin-bench-{}", std::process::id()));
    let options = Options {
        listen: ([127, 0, 0, 1], 0).into(),
        token: TOKEN.to_owned(),
        bot_username: "bench_bot".to_owned(),
        bot_name: "Bench".to_owned(),
        data: Some(folder.clone()),
        rate_limits: false,
    };
    let running = start(options).await.map_err(io::Error::other)?;
    let end = Instant::now() + time;
    let began = Instant::now();
    let mut lines = Vec::new();
    for person in 0..LINES {
        let address = running.address();
        lines.push(tokio::spawn(async move { talk(Line::open(address).await?, 7_000_000_000 + person, end).await }));
    }
    let mut calls = 0;
    for line in lines {
        calls += line.await.map_err(io::Error::other)??;
    }
    let rate = f64::from(calls) / began.elapsed().as_secs_f64();
    println!("{calls} calls over {LINES} connections: {rate:.0} a second");
    running.stop().await;
    let _ = std::fs::remove_dir_all(folder);
    let Some(cpu) = cpu_seconds() else { return Ok(rate) };
    let two_cores = 2.0 * f64::from(calls) / cpu;
    println!("{cpu:.1} s of processor time: {two_cores:.0} a second if two cores had nothing else to do");
    Ok(rate.max(two_cores))
}

/// The processor time of this process, where the system tells it (in hundredths of a second).
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u32>().ok()? + fields.get(12)?.parse::<u32>().ok()?;
    (ticks > 0).then(|| f64::from(ticks) / 100.0)
}

/// What a bot does for one person: a message with buttons, two edits of it, an action, a look at the chat.
async fn talk(mut line: Line, person: u64, end: Instant) -> io::Result<u32> {
    line.post("/control/people", &format!(r#"{{"id":{person},"first_name":"P"}}"#)).await?;
    line.post(&format!("/control/people/{person}/send"), r#"{"text":"/start"}"#).await?;
    let mut calls = 0;
    while Instant::now() < end {
        let buttons =
            r#"{"inline_keyboard":[[{"text":"Да","callback_data":"yes"},{"text":"Нет","callback_data":"no"}]]}"#;
        let text = "<b>Заявка</b> от <i>Ивана</i>, телефон <code>+7 912 345-67-89</code>, реклама «Авито»";
        let send = format!(r#"{{"chat_id":{person},"text":"{text}","parse_mode":"HTML","reply_markup":{buttons}}}"#);
        let sent = line.call("sendMessage", &send).await?;
        let id =
            sent.split(r#""message_id":"#).nth(1).and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
        let id = id.ok_or_else(|| io::Error::other(sent.clone()))?;
        for n in 0..2 {
            let edit = format!(r#"{{"chat_id":{person},"message_id":{id},"text":"{n} {text}","parse_mode":"HTML"}}"#);
            line.call("editMessageText", &edit).await?;
        }
        line.call("sendChatAction", &format!(r#"{{"chat_id":{person},"action":"typing"}}"#)).await?;
        line.call("getChat", &format!(r#"{{"chat_id":{person}}}"#)).await?;
        calls += 5;
    }
    Ok(calls)
}

/// A kept-alive connection.
struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    async fn open(address: std::net::SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    /// A Bot API call that must succeed.
    async fn call(&mut self, method: &str, body: &str) -> io::Result<String> {
        let answer = self.post(&format!("/bot{TOKEN}/{method}"), body).await?;
        if answer.contains(r#""ok":true"#) { Ok(answer) } else { Err(io::Error::other(answer)) }
    }

    async fn post(&mut self, path: &str, body: &str) -> io::Result<String> {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        self.stream.write_all(format!("{head}{body}").as_bytes()).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let text = String::from_utf8_lossy(&self.buffer);
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse::<usize>().ok());
            if length.is_some_and(|length| body.len() >= length) {
                return Ok(body.to_owned());
            }
        }
    }
}
