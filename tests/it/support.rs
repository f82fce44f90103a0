//! Test support: a database per test, a test application, test users, the built program, the browser.

pub mod app;
pub mod browser;
pub mod chat;
pub mod db;
pub mod delivery;
pub mod fixtures;
pub mod gauge;
pub mod invites;
pub mod nginx;
pub mod pair;
pub mod pooler;
pub mod proxy;
pub mod recount;
pub mod server;
pub mod skew;
pub mod staff;
pub mod trace;
pub mod trade;
pub mod wire;
