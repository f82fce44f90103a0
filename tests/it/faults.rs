//! The fault programme: people work, everything around the program fails, and afterwards every single thing they did is
//! looked for. A short run belongs to every test run; `script/test --faults` is the long one and writes its table into
//! `docs/reliability.md`.

#![allow(clippy::print_stderr, reason = "the seed and the tables of a run are for whoever looks at it")]

mod chaos;
mod checker;
mod feed;
mod host;
mod ledger;
mod plan;
mod report;
mod scene;
mod seeds;
mod talk;

use plan::Plan;
use report::Report;
use scene::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn r1_r2_r4_r6_r8_r9_r10_r11_r12_r13_nothing_is_lost_and_nothing_doubled_in_a_short_storm() {
    let report = storm(Plan::short()).await;
    report.assert_flawless();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "script/test --faults: a quarter of an hour, and it writes docs/reliability.md"]
async fn the_long_storm() {
    let report = storm(Plan::long()).await;
    report.write();
    report.assert_flawless();
}

/// One run: load, faults, calm, accounts.
async fn storm(plan: Plan) -> Report {
    eprintln!("fault programme: CRM_FAULT_SEED={}", plan.seed);
    let mut scene = Scene::set(&plan).await;
    let load = talk::start(&scene, &plan);
    let faults = chaos::run(&mut scene, &plan).await;
    scene.heal().await;
    let load = load.finish().await;
    scene.calm().await;
    let found = checker::check(&mut scene, &faults).await;
    Report { plan, faults, load, found, log: scene.log.clone() }
}
