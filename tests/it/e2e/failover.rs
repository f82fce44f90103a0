//! Failover between two real servers: a standby is promoted and takes the primary's address.

use std::time::{Duration, Instant};

use chrono::Utc;
use crmbot::db::{Target, pool};

use crate::support::pair::Pair;
use crate::support::proxy::Proxy;
use crate::support::server::{PATIENCE, TestServer};
use crate::support::staff;

// Over five seconds: two servers are made and started.
#[tokio::test(flavor = "multi_thread")]
async fn r13_the_bot_follows_its_address_to_a_promoted_standby_while_old_connections_live() {
    let mut server = TestServer::set().await;
    let pair = Pair::start(server.db.socket_folder()).await;
    let proxy = Proxy::start(&pair.socket("primary")).await;
    for (variable, login) in [("DATABASE_URL", "crm_worker"), ("DATABASE_OWNER_URL", "crm_owner")] {
        server.configure(variable, format!("postgres://{login}@{}/crm", proxy.address()));
    }
    server.start().await;
    let anna = server.person("anna", "ru").await;
    staff::hire(&pair.owner("primary"), Utc::now(), anna, ("anna", "ru"), true, &[]).await;
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    pair.add_standby();

    let standby = Target::parse("DATABASE_URL", &pair.url("standby", "crm_worker")).unwrap();
    let refused = pool::connect(&standby, &pool::Settings::default()).await.err().expect("a standby was taken");
    // R13: a server that replays another one's log is refused, although it answers.
    assert!(refused.to_string().contains("this server is a standby"), "{refused}");

    // The primary takes no writes any more, and keeps its connections.
    pair.on("primary", "alter system set default_transaction_read_only = on").await;
    pair.on("primary", "select pg_reload_conf()").await;
    server.types(anna, "/me").await;
    let count = "select count(*)::text from pg_stat_activity where application_name = 'crmbot'";
    assert_ne!(pair.ask("primary", count).await, "0", "old connections live");
    pair.promote().await;
    let promoted = Instant::now();
    proxy.lead_to(&pair.socket("standby"));
    server.sees(anna, "Логин: anna").await;
    // R13: within five seconds of the promotion, although no old connection was broken.
    assert!(promoted.elapsed() < Duration::from_secs(5), "{:?}", promoted.elapsed());
    while pair.ask("primary", count).await != "0" {
        assert!(promoted.elapsed() < PATIENCE, "connections to the old primary stay");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    assert_eq!(pair.ask("standby", "select pg_is_in_recovery()::text").await, "false");
    let marks: i64 =
        sqlx::query_scalar("select count(*) from seen_update").fetch_one(&pair.owner("standby")).await.unwrap();
    assert_eq!(marks, 3, "each update took effect once");
}
