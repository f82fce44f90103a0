//! Files of many users at once: bounded memory, and what it comes back to.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crmbot::domain::Group;
use futures::{StreamExt as _, stream};
use serde_json::json;

use super::{count, full, until};
use crate::support::server::TestServer;

/// So many users send a file at the same moment.
const FILES: i64 = 8;

/// A PDF of this size that no compression makes smaller.
fn pdf(size: usize, seed: u64) -> Vec<u8> {
    let (start, end) = (b"%PDF-1.7\n".as_slice(), b"\n%%EOF\n".as_slice());
    let mut state = seed | 1;
    let filler = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    let filler = filler.flatten().take(size - start.len() - end.len());
    [start, &filler.collect::<Vec<_>>(), end].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn r14_files_of_many_users_at_once_are_kept_within_bounded_memory() {
    let (size, bound, rest) = if full() { (20_000_000, 250, 60) } else { (1_500_000, 150, 1) };
    let server = TestServer::open().await;
    server.ad("Авито", "AVITO").await;
    let mut cards = Vec::new();
    for number in 0..FILES {
        let person = server.staff(&format!("oleg{number}"), "ru", Group::Operators).await;
        server.types(person, &format!("8 912 345-67-8{number} Иван с авито")).await;
        server.taps(person, "Сохранить").await;
        cards.push((person, server.button(person, "Показать телефон").await.0));
    }
    server.until("select count(*) = 0 from outbox").await;
    let (_, before) = server.memory();
    let began = Instant::now();
    stream::iter(cards)
        .for_each_concurrent(None, |(person, card)| {
            let (server, base64) = (&server, STANDARD.encode(pdf(size, person.unsigned_abs())));
            async move {
                let file = json!({ "file_name": "scan.pdf", "base64": base64 });
                let sent = json!({ "document": file, "caption": "договор", "reply_to": card });
                server.control(&format!("people/{person}/send"), Some(sent)).await;
            }
        })
        .await;
    until(&server, "select count(*) from document", FILES).await;
    server.until("select count(*) = 0 from file_job").await;
    server.until("select count(*) = 0 from outbox").await;
    let took = began.elapsed();
    let (peak, after) = server.memory();
    tokio::time::sleep(Duration::from_secs(rest)).await;
    let (_, later) = server.memory();
    println!(
        "{FILES} files of {size} bytes at once: {took:.1?}; memory before {before} MiB, at most {peak}, after {after}, \
         a minute later {later}"
    );
    assert!(peak <= bound, "{peak} MiB at most, {before} before");
    assert!(later <= before + 60, "{later} MiB a minute later, {before} before");
    assert_eq!(count(&server, "select count(*) from parked_update").await, 0);
}
