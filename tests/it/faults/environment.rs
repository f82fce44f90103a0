//! Environment of a run: a Postgres with fsync on, a proxy before it, Telegram's stand-in, the users.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use chrono::Utc;
use pg_private::{Cluster, DATABASE};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use super::chaos::dumps::RESTORED;
use super::feed::Feed;
use super::host::{Host, Start};
use super::injection;
use super::ledger::Ledger;
use super::plan::Plan;
use crate::support::proxy::Proxy;
use crate::support::server::{PATIENCE, TestServer};
use crate::support::staff;

/// What the simulated users share with the fault injection.
#[derive(Clone)]
pub struct Shared {
    pub http: reqwest::Client,
    pub api: String,
    pub feed: Feed,
    pub ledger: Arc<Ledger>,
    pub tokens: Arc<AtomicU64>,
}

/// A Postgres that was told to end.
pub struct Ended {
    pid: Pid,
    at: Instant,
}

pub struct FaultEnvironment {
    pub shared: Shared,
    pub server: TestServer,
    /// The way to Postgres.
    pub proxy: Proxy,
    /// The ways to Telegram: each process has one to itself.
    pub routes: [Proxy; 2],
    pub pool: PgPool,
    pub hosts: Vec<Host>,
    /// The users who work.
    pub people: Vec<i64>,
    /// The user who is notified of touches of their clients.
    pub watcher: i64,
    /// The user who sends what makes the handler panic.
    pub villain: i64,
    /// The user whose chat an older process serves.
    pub veteran: i64,
    /// Processes that have ended by themselves after they were at work.
    pub given_up: Vec<String>,
    pub log: PathBuf,
    folder: PathBuf,
    cluster: Option<Cluster>,
}

impl FaultEnvironment {
    /// Everything is up, every user has their menu.
    pub async fn set(plan: &Plan) -> Self {
        let mut server = TestServer::set().await;
        let folder = Path::new("/tmp").join(format!("crm-faults-{}-{}", std::process::id(), plan.name));
        let cluster = Cluster::start_or_join(&folder, None).await.unwrap();
        let options = cluster.owner_url();
        let proxy = Proxy::start(options.get_socket().unwrap()).await;
        let login = options.get_username().to_owned();
        server.configure("DATABASE_URL", format!("postgres://{login}@{}/{DATABASE}", proxy.address()));
        server.configure("DATABASE_OWNER_URL", "");
        let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("faults-{}-{}.log", plan.name, plan.seed));
        let _ = std::fs::remove_file(&log);
        let api = server.telegram.api_url();
        let feed = Feed::listen(server.http.clone(), api.clone());
        let (ledger, tokens) = (Arc::default(), Arc::new(AtomicU64::new(1)));
        let shared = Shared { http: server.http.clone(), api, feed, ledger, tokens };
        // What tells the truth about the run writes and reads while the company's database takes no writes.
        let options = options.options([("default_transaction_read_only", "off")]);
        let pool = PgPoolOptions::new().max_connections(3).connect_lazy_with(options);
        let telegram = server.telegram.api_url();
        let telegram = telegram.strip_prefix("http://").unwrap();
        let routes = [Proxy::to_address(telegram).await, Proxy::to_address(telegram).await];
        let mut environment = Self {
            shared,
            server,
            proxy,
            routes,
            pool,
            hosts: Vec::new(),
            people: Vec::new(),
            watcher: 0,
            villain: 0,
            veteran: 0,
            given_up: Vec::new(),
            log,
            folder,
            cluster: Some(cluster),
        };
        environment.start_host(PATIENCE).await;
        environment.hire(plan).await;
        environment
    }

    async fn hire(&mut self, plan: &Plan) {
        let clients = plan.clients;
        for number in 0..plan.people {
            let person = self.employ(&format!("worker{number}"), true).await;
            self.people.push(person);
        }
        self.villain = self.employ("villain", true).await;
        self.watcher = self.employ("watcher", false).await;
        self.veteran = self.employ("veteran", false).await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
            "with service as (insert into service (title, price, created_at, created_by)
                              values ('SEO', 1000, now(), 0) returning id)
             insert into ad (title, service_id, channel, budget, code, created_at, created_by)
             select title, id, 'AVITO', 5000, 'ad' || number, now(), 0
               from service, unnest('{{Авито,Прежняя}}'::text[]) with ordinality as ads (title, number);
             insert into client (phone, phone_raw, last_name, responsible_id, taken_at, created_at, created_by)
             select '+7913' || lpad(n::text, 7, '0'), 'known',
                    initcap(translate(lpad(n::text, 7, '0'), '0123456789', 'абвгдежзик')),
                    (select id from staff_user where username = 'watcher'), now(), now() - interval '2 days', 0
               from generate_series(1, {clients}) n;
             insert into client (phone, phone_raw, created_at, created_by)
             values ('+79140000000', 'poison', '294000-01-01', 0);
             insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
             select c.id, ad.id, c.created_at, current_date - 2, c.created_at, 0
               from client c, ad where ad.title = 'Прежняя' and c.phone_raw = 'known';
             update client set open_touch_id = touch.id from touch where touch.client_id = client.id;
             analyze"
        )))
        .execute(&self.pool)
        .await
        .unwrap();
        injection::prepare(&self.pool).await;
        self.make_a_second_database().await;
        let others = [self.villain, self.watcher, self.veteran];
        let all: Vec<i64> = self.people.iter().copied().chain(others).collect();
        for person in all {
            self.shared.types(person, "/menu").await;
            let menu = self.shared.feed.wait(person, 0, PATIENCE, |shown| shown.text.contains("что делаем")).await;
            assert!(menu.is_some(), "no menu for {person}");
        }
    }

    /// Where backups are restored into, beside the database that is at work.
    async fn make_a_second_database(&self) {
        let owner = self.direct("postgres");
        let owner = owner.get_username();
        let mut server = self.direct("postgres").username("crmbot").connect().await.unwrap();
        let made = format!("create database {RESTORED} owner {owner}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(made)).execute(&mut server).await.unwrap();
    }

    /// A superuser without notices, or a user who gets only the notices that cannot be muted.
    async fn employ(&self, name: &str, superuser: bool) -> i64 {
        let id = self.server.person(name, "ru").await;
        staff::hire(&self.pool, Utc::now(), id, (name, "ru"), superuser, &[]).await;
        if superuser {
            sqlx::query("update staff_user set muted_notices = '{leads,people,clients}' where username = $1")
                .bind(name)
                .execute(&self.pool)
                .await
                .unwrap();
        }
        id
    }

    /// Starts one more process and waits until all are ready.
    pub async fn start_host(&mut self, patience: Duration) {
        let host = self.launch(0);
        self.hosts.push(host);
        self.ready(patience).await;
    }

    /// Starts a process whose clock is so many seconds off, on a route to Telegram that no other one has.
    pub fn launch(&self, skew: i64) -> Host {
        let free = |route: &usize| self.hosts.iter().all(|host| host.route != *route);
        let route = (0..self.routes.len()).find(free).unwrap_or_default();
        self.launch_on(route, skew)
    }

    fn launch_on(&self, route: usize, skew: i64) -> Host {
        Host::start(&self.server, &self.log, Start { route: (route, self.routes[route].address()), skew })
    }

    /// Waits until every process is ready; one that has given up at its start is started again, as a service manager would.
    pub async fn ready(&mut self, patience: Duration) -> bool {
        let began = Instant::now();
        loop {
            let mut ready = true;
            for number in 0..self.hosts.len() {
                if let Some((status, was_ready)) = self.hosts[number].has_ended() {
                    if was_ready {
                        self.given_up.push(format!("a process that was at work has ended by itself: {status}"));
                    }
                    self.hosts[number] = self.launch_on(self.hosts[number].route, 0);
                }
                ready &= self.hosts[number].is_ready(&self.shared.http).await;
            }
            if ready || began.elapsed() > patience {
                return ready;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn postmaster(&self) -> Option<Pid> {
        let file = self.cluster.as_ref().unwrap().folder().join("data/postmaster.pid");
        Pid::from_raw(std::fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok()?)
    }

    /// Ends the postmaster as `pg_ctl stop -m immediate` does; its keeper starts it again.
    pub fn end_postgres(&self) -> Ended {
        let pid = self.postmaster().unwrap();
        kill_process(pid, Signal::QUIT).unwrap();
        Ended { pid, at: Instant::now() }
    }

    /// Waits until Postgres accepts connections again; how long it did not, and when that was over.
    pub async fn recovery(&self, Ended { pid, at }: Ended) -> (Duration, Instant) {
        let options = self.cluster.as_ref().unwrap().owner_url();
        while options.connect().await.is_err() || self.postmaster().is_none_or(|now| now == pid) {
            assert!(at.elapsed() < PATIENCE, "Postgres does not come back");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        (at.elapsed(), Instant::now())
    }

    pub async fn heal(&mut self) {
        self.proxy.heal();
        self.routes.iter().for_each(Proxy::heal);
        self.sql(injection::OFF).await;
        assert!(self.ready(PATIENCE).await, "the program does not get ready again");
    }

    /// What is under way comes to rest.
    pub async fn calm(&mut self) {
        let began = Instant::now();
        // What only a newer version can read stays, as R20 says.
        let rest = "select count(*) = 0 from outbox where due_at is null and not payload ? 'Hologram'";
        while !sqlx::query_scalar::<_, bool>(rest).fetch_one(&self.pool).await.unwrap_or(false) {
            if began.elapsed() > PATIENCE * 2 {
                panic!("messages do not leave the outbox: {}", self.left_over().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // The server ends transactions of connections without a client after this time.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

impl FaultEnvironment {
    /// The first messages of the outbox and the processes, to help find a cause.
    async fn left_over(&self) -> String {
        let left = "select concat_ws(' ', count(*) over () || ' in all:', o.id, o.chat_id, o.bulk, o.created_at, o.claimed_by,
                           process_is_alive(o.claimed_by), (select string_agg(key, ',') from jsonb_object_keys(o.payload) key))
                      from outbox o where o.due_at is null and not o.payload ? 'Hologram' order by o.id limit 12";
        let processes = "select concat_ws(' ', 'process', id, beat_at, deaf, process_is_alive(id)) from process";
        let mut lines: Vec<String> = sqlx::query_scalar(left).fetch_all(&self.pool).await.unwrap_or_default();
        lines.extend(sqlx::query_scalar(processes).fetch_all(&self.pool).await.unwrap_or_default());
        lines.join("\n")
    }

    /// Does something in the company's database, as its owner, however often Postgres ends meanwhile.
    pub async fn sql(&self, commands: &'static str) {
        let began = Instant::now();
        while let Err(error) = sqlx::raw_sql(commands).execute(&self.pool).await {
            assert!(began.elapsed() < PATIENCE, "{commands}: {error}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How to connect as the owner to a database of the run's Postgres, without the proxy.
    pub fn direct(&self, database: &str) -> PgConnectOptions {
        let options = self.cluster.as_ref().unwrap().owner_url().database(database);
        options.options([("default_transaction_read_only", "off")])
    }

    /// What a program gets as `DATABASE_URL` for another database of the run's Postgres, by way of the proxy.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{}@{}/{database}", self.direct(database).get_username(), self.proxy.address())
    }
}

impl Drop for FaultEnvironment {
    fn drop(&mut self) {
        self.hosts.clear();
        if let Some(cluster) = self.cluster.take() {
            drop(cluster);
            let file = self.folder.join("data/postmaster.pid");
            let began = Instant::now();
            while file.exists() && began.elapsed() < Duration::from_secs(10) {
                std::thread::sleep(Duration::from_millis(20));
            }
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

impl Shared {
    /// Asks the stand-in's control interface.
    pub async fn control(&self, path: &str, body: serde_json::Value) -> serde_json::Value {
        let url = format!("{}/control/{path}", self.api);
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        let status = answer.status();
        let body = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {body}");
        body
    }

    pub async fn types(&self, person: i64, text: &str) -> i64 {
        self.sends(person, json!({ "text": text })).await
    }

    /// Sends any message of a user; the update's id.
    pub async fn sends(&self, person: i64, message: serde_json::Value) -> i64 {
        let sent = self.control(&format!("people/{person}/send"), message).await;
        let update = sent["update_id"].as_i64().unwrap();
        self.ledger.open().updates.push((person, update));
        update
    }

    /// A user taps.
    pub async fn presses(&self, person: i64, message: i64, data: &str) -> Tap {
        let body = json!({ "message_id": message, "data": data });
        let pressed = self.control(&format!("people/{person}/press"), body).await;
        let callback = pressed["callback_id"].as_str().unwrap().to_owned();
        let update = pressed["update_id"].as_i64().unwrap();
        let mut ledger = self.ledger.open();
        ledger.updates.push((person, update));
        ledger.taps.push((person, callback.clone()));
        Tap { callback, update }
    }
}

/// A tap of a user: the id under which it is answered, and that of its update.
pub struct Tap {
    pub callback: String,
    pub update: i64,
}
