//! The built program over HTTP: what holds when it is killed, when Telegram fails, when it is started wrongly.

mod about;
mod backups;
mod balancer;
mod closing;
mod commands;
mod data;
mod deaf;
mod demo;
mod faults;
mod health;
mod kills;
mod late;
mod load;
mod outages;
mod parked;
mod person;
mod replicas;
mod restores;
mod secrets;
mod sending;
mod starts;
mod webhooks;
