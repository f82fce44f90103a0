//! What the tests stand on: a database per test, and an office in which people talk to the real turn.

pub mod browser;
pub mod chat;
pub mod db;
pub mod gauge;
pub mod invites;
pub mod nginx;
pub mod office;
pub mod post;
pub mod proxy;
pub mod stage;
pub mod trace;
pub mod trade;
pub mod world;
