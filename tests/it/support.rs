//! Test support: a database per test, a test application, test users, the built program, the browser.

pub mod browser;
pub mod chat;
pub mod db;
pub mod gauge;
pub mod invites;
pub mod nginx;
pub mod office;
pub mod post;
pub mod proxy;
pub mod staff;
pub mod stage;
pub mod trace;
pub mod trade;
pub mod world;
