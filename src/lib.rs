//! A CRM for a small company that lives in a Telegram chat. `ARCHITECTURE.md` shows the layers.

pub mod cli;
pub mod config;
pub mod crm;
pub mod db;
#[cfg(feature = "demo")]
pub mod demo;
pub mod domain;
pub mod error;
pub mod failure;
pub mod flows;
pub mod jobs;
pub mod telegram;
pub mod text;
pub mod turn;
