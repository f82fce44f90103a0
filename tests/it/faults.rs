//! Fault-injection test: users work while every dependency of the program fails, then each of their actions is verified.
//!
//! A short run belongs to every test run; `script/test --faults` is the long one and writes its table into
//! `docs/reliability.md`.

#![allow(clippy::print_stderr, reason = "the seed and the tables of a run are for the developer")]

mod chaos;
mod checker;
mod environment;
mod feed;
mod host;
mod injection;
mod ledger;
mod plan;
mod report;
mod seeds;
mod talk;

use environment::FaultEnvironment;
use plan::Plan;
use report::Report;

#[tokio::test(flavor = "multi_thread")]
async fn r1_r2_r4_r6_r8_r9_r10_r11_r12_r13_nothing_is_lost_and_nothing_doubled_in_a_short_run() {
    let report = run(Plan::short()).await;
    report.assert_flawless();
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_r6_r16_r17_r18_r19_r20_what_fails_around_the_program_loses_and_doubles_nothing_in_a_short_run() {
    let report = run(Plan::short_around()).await;
    report.assert_flawless();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "script/test --faults: a third of an hour, and it writes docs/reliability.md"]
async fn the_long_run() {
    let report = run(Plan::long()).await;
    report.write();
    report.assert_flawless();
}

/// One run: load, faults, recovery, verification.
async fn run(plan: Plan) -> Report {
    eprintln!("fault injection: CRM_FAULT_SEED={}", plan.seed);
    let mut environment = FaultEnvironment::set(&plan).await;
    let load = talk::start(&environment, &plan);
    let faults = chaos::run(&mut environment, &plan).await;
    environment.heal().await;
    let load = load.finish().await;
    environment.calm().await;
    let found = checker::check(&mut environment, &faults).await;
    Report { plan, faults, load, found, log: environment.log.clone() }
}
