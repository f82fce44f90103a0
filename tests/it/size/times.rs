//! Times of the screens' reads, as the table of docs/performance.md.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::Utc;
use crmbot::crm::{Actor, Crm};
use crmbot::db::lease;

use super::screens::{LOOKS, PERIODS, SEARCHES, show};
use crate::support::app::TestApp;

/// Calls of one screen, and how often the whole is repeated; the best counts.
const CALLS: usize = 1_000;
const ROUNDS: usize = 3;

/// A screen's times: median, 95 of 100, longest.
pub type Line = (&'static str, [Duration; 3]);

/// The times of every screen on connections that explain nothing.
pub async fn measure(app: &TestApp) -> Vec<Line> {
    // Beside the turn's own, which explain everything they do.
    let pool = app.db.unexplained().await;
    let mut connection = lease::detached(&pool).await.unwrap();
    let who = app.stranger("timer", "ru");
    crate::support::staff::hire(app.sql(), app.now(), who.id, ("timer", "ru"), true, &[]).await;
    let actor = Actor::read(&mut connection, who.visitor(), &app.company).await.unwrap();
    let mut lines = Vec::new();
    for (name, look) in LOOKS.iter().chain(PERIODS).chain(SEARCHES) {
        let mut best: Option<[Duration; 3]> = None;
        for _ in 0..ROUNDS {
            let mut taken = Vec::with_capacity(CALLS);
            for _ in 0..CALLS {
                // Rolled back: a search by digits writes that it was one, once a day.
                let mut transaction = sqlx::Connection::begin(&mut connection).await.unwrap();
                let mut crm = Crm::new(&mut transaction, actor.clone(), app.now(), &app.company);
                let began = Instant::now();
                show(*look, &mut crm).await;
                taken.push(began.elapsed());
                drop(crm);
                transaction.rollback().await.unwrap();
                // What takes long is known after fewer calls.
                if taken.iter().sum::<Duration>() > Duration::from_secs(4) && taken.len() >= 20 {
                    break;
                }
            }
            taken.sort_unstable();
            let at = |share: usize| taken[(taken.len() * share / 100).min(taken.len() - 1)];
            let now = [at(50), at(95), at(100)];
            best = Some(best.map_or(now, |best| if now[0] < best[0] { now } else { best }));
        }
        lines.push((*name, best.unwrap()));
    }
    lines
}

/// Writes the table between its marks.
pub fn report(tables: &[Vec<Line>]) {
    let [small, large] = tables else { panic!("two sizes are compared") };
    let mut table = String::new();
    let cores = std::thread::available_parallelism().unwrap();
    writeln!(table, "Measured on {}, {cores} cores; milliseconds.\n", Utc::now().date_naive()).unwrap();
    writeln!(table, "| read | 10 000: p50 | p95 | 1 000 000: p50 | p95 | max | growth |").unwrap();
    writeln!(table, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |").unwrap();
    for ((name, few), (_, many)) in small.iter().zip(large) {
        let [a, b] = [few[0], few[1]].map(|time| time.as_secs_f64() * 1e3);
        let [c, d, e] = many.map(|time| time.as_secs_f64() * 1e3);
        writeln!(table, "| {name} | {a:.2} | {b:.2} | {c:.2} | {d:.2} | {e:.2} | {:.1}× |", c / a).unwrap();
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/performance.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (begin, end) = ("<!-- script/size writes from here -->", "<!-- to here -->");
    let (before, rest) = text.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    std::fs::write(&file, format!("{before}{begin}\n{table}{end}{after}")).unwrap();
}
