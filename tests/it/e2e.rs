//! End-to-end tests: the built program over HTTP, with kills, faults of Telegram and wrong starts.

mod about;
mod backups;
mod balancer;
mod clocks;
mod closing;
mod commands;
mod crowded;
mod data;
mod deaf;
mod demo;
mod failover;
mod faults;
mod health;
mod kills;
mod late;
mod load;
mod newer;
mod outages;
mod parked;
mod person;
mod replicas;
mod restores;
mod secrets;
mod sending;
mod starts;
mod webhooks;
