//! What a lead costs, counted: round trips and write transactions at Postgres, calls at Telegram.
//!
//! Counts are the same on every machine; `docs/performance.md` has the times.

use crmbot::domain::Group;

use crate::support::proxy::Proxy;
use crate::support::server::TestServer;
use crate::support::wire::{self, Sent};

/// A program whose statements and calls are counted.
struct Counted {
    server: TestServer,
    proxy: Proxy,
    calls: u64,
}

/// What some updates have cost.
struct Cost {
    sent: Vec<Sent>,
    round_trips: usize,
    transactions: usize,
    calls: Vec<String>,
}

impl Counted {
    async fn start() -> Self {
        let mut server = TestServer::set().await;
        let proxy = Proxy::start(server.db.socket_folder()).await;
        server.configure("DATABASE_URL", server.db.url_through(proxy.address()));
        server.start().await;
        Self { server, proxy, calls: 0 }
    }

    /// What was done since the last look, once everything is sent and kept.
    async fn cost(&mut self) -> Cost {
        self.server.until("select count(*) = 0 from outbox").await;
        // Answers to taps go beside the outbox, and the old screen's buttons after it.
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        let sent = wire::without_background(self.proxy.sent());
        let journal = self.server.control(&format!("calls?after={}", self.calls), None).await;
        let journal = journal["calls"].as_array().cloned().unwrap_or_default();
        self.calls = journal.last().and_then(|call| call["seq"].as_u64()).unwrap_or(self.calls);
        let methods = journal.iter().filter_map(|call| call["method"].as_str());
        let calls = methods.filter(|method| !method.starts_with("get")).map(str::to_owned).collect();
        Cost {
            round_trips: sent.iter().filter(|sent| sent.waits).count(),
            transactions: wire::writing_transactions(&sent),
            calls,
            sent,
        }
    }
}

impl Cost {
    /// For a failed assertion.
    fn picture(&self) -> String {
        let statement = |sent: &Sent| {
            let words: Vec<&str> = sent.statement.split_whitespace().collect();
            let words = words.join(" ").chars().take(150).collect::<String>();
            if words.is_empty() { "(ping)".to_owned() } else { words }
        };
        let lines: Vec<String> = self.sent.iter().map(statement).collect();
        format!(
            "{} round trips, {} write transactions, {} calls {:?}\n  {}",
            self.round_trips,
            self.transactions,
            self.calls.len(),
            self.calls,
            lines.join("\n  ")
        )
    }
}

/// One way to enter a lead.
struct Way {
    /// What the user sends or taps, and words of the screen that it leads to.
    steps: &'static [(&'static str, &'static str)],
    round_trips: usize,
    transactions: usize,
    calls: usize,
}

const WIZARD: Way = Way {
    steps: &[
        ("/start", "что делаем"),
        ("/lead", "1 из 3"),
        ("PHONE", "2 из 3"),
        ("Иван Петров", "3 из 3"),
        ("[Сайт]", "Реклама: Сайт"),
        ("[Сохранить]", "Лид сохранён"),
    ],
    round_trips: 36,
    transactions: 13,
    calls: 12,
};

const QUICK: Way = Way {
    steps: &[
        ("/start", "что делаем"),
        ("Иван Петров PHONE", "ткуда о нас узнали"),
        ("[Сайт]", "Реклама: Сайт"),
        ("[Сохранить]", "Лид сохранён"),
    ],
    round_trips: 34,
    transactions: 9,
    calls: 8,
};

impl Way {
    /// Goes one step; `number` makes a phone of its own.
    async fn goes(&self, step: usize, server: &TestServer, person: i64, number: u32) {
        let (text, words) = self.steps[step];
        if text.starts_with('[') {
            let callback = server.taps(person, text.trim_matches(['[', ']'])).await;
            server.answer(&callback).await;
        } else {
            let phone = format!("8 912 345-{:02}-{:02}", number / 100, number % 100);
            server.types(person, &text.replace("PHONE", &phone)).await;
        }
        server.sees(person, words).await;
    }
}

/// Enters a lead, step by step, and holds what it costs against the budget.
async fn a_lead(way: &Way, counted: &mut Counted, person: i64, numbers: std::ops::Range<u32>) {
    // Statements are prepared and screens are there.
    for number in numbers.clone().skip(1) {
        for step in 0..way.steps.len() {
            way.goes(step, &counted.server, person, number).await;
        }
    }
    counted.cost().await;
    let (mut round_trips, mut transactions, mut calls, mut pictures) = (0, 0, 0, String::new());
    for (step, (name, _)) in way.steps.iter().enumerate() {
        way.goes(step, &counted.server, person, numbers.start).await;
        let cost = counted.cost().await;
        pictures += &format!("{name}: {}\n", cost.picture());
        round_trips += cost.round_trips;
        transactions += cost.transactions;
        calls += cost.calls.len();
    }
    assert!(
        round_trips <= way.round_trips && transactions <= way.transactions && calls <= way.calls,
        "{round_trips} round trips, {transactions} write transactions, {calls} calls\n{pictures}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_keeps_its_budget_of_round_trips_transactions_and_calls() {
    let mut counted = Counted::start().await;
    counted.server.ad("Сайт", "SITE").await;
    let oleg = counted.server.staff("oleg", "ru", Group::Operators).await;
    a_lead(&WIZARD, &mut counted, oleg, 0..8).await;
    a_lead(&QUICK, &mut counted, oleg, 100..104).await;
}
