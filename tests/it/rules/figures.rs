//! Kept figures of ads (S5, S9, S10, S13, X16): against a plain recount, under concurrent writes, and with older programs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration as Wait;

use chrono::{Days, Duration};
use crmbot::crm::{
    Actor, ContractEdit, Crm, Error, LeadDraft, Refusal, SplitRefusal, clients, contracts, stats, touches, undo,
};
use crmbot::domain::stats::{AdFigures, Model};
use crmbot::domain::{
    Currency, Group, Period, PersonName, Phone, PhoneRegion, PositiveMoney, Preset, Reason, Remark, Title,
};
use rust_decimal::Decimal;
use sqlx::postgres::PgPoolOptions;
use tokio::sync::Barrier;

use super::merges::until_waiting;
use crate::support::app::{TestApp, TestUser};
use crate::support::recount::{MODELS, Recount};
use crate::support::trade::contract_draft;

/// Statements of the program before, one JSON text a line.
const BEFORE: &str = include_str!("../../corpus/statements.jsonl");

fn lead(number: u64, ad: i64) -> LeadDraft {
    let phone = format!("+7900{number:07}");
    LeadDraft {
        phone: Phone::parse(&phone, PhoneRegion::RU).unwrap(),
        phone_raw: phone,
        name: PersonName::default(),
        email: None,
        ad,
        notes: Vec::new(),
    }
}

fn why() -> Reason {
    Reason::parse("проверка").unwrap()
}

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn of(&mut self, ids: &[i64]) -> Option<i64> {
        if ids.is_empty() { None } else { Some(ids[self.below(ids.len())]) }
    }
}

/// Holds everything that the product says of the figures against the plain recount.
async fn agree(app: &TestApp, who: TestUser<'_>, after: &str) {
    let plain = Recount::read(app.sql()).await;
    let today = app.now().date_naive();
    let ago = |days| today - Days::new(days);
    let mut periods: Vec<Period> = Preset::ALL.iter().map(|&preset| Period::of(preset, today)).collect();
    periods.extend([(0, 0), (40, 3), (100, 35), (9, 9)].map(|(from, to)| Period::between(ago(from), ago(to))));
    let asked: Vec<_> = periods.into_iter().flat_map(|period| Model::ALL.map(|model| (period, model))).collect();
    let kept = app.act(who, async |crm| {
        let mut kept = Vec::new();
        for (period, model) in &asked {
            kept.push(stats::by_ad(crm, *period, *model).await.unwrap());
        }
        kept
    });
    for (&(period, model), kept) in asked.iter().zip(kept.await) {
        let name = format!("{model:?}").to_lowercase();
        let of_ads = kept.ads.iter().map(|ad| (ad.ad, AdFigures { budget: Decimal::ZERO, ..ad.figures }));
        let of_ads = of_ads.filter(|(_, ad)| *ad != AdFigures::default());
        let of_ads: BTreeMap<_, _> = of_ads.collect();
        assert_eq!(of_ads, plain.by_ad(period, &name), "{period:?}, {name}, after {after}");
        assert_eq!((kept.company.leads, kept.company.conversions), plain.company(period), "{period:?} after {after}");
    }
    for model in MODELS {
        let kept: Vec<(i64, i64)> = sqlx::query_as(
            "select ad_id, sum((to_jsonb(figure) ->> $1)::bigint)::bigint
               from (select ad_id, direct, first, last, linear, positional, decay from ad_figure where span = 'all'
                     union all select ad_id, direct, first, last, linear, positional, decay from ad_figure_delta) figure
              group by 1",
        )
        .bind(model)
        .fetch_all(app.sql())
        .await
        .unwrap();
        let kept = kept.into_iter().filter(|(_, kopecks)| *kopecks != 0).collect::<BTreeMap<_, _>>();
        let plain = plain.by_ad(Period::AllTime, model).into_iter();
        let kopecks = |revenue: Decimal| i64::try_from((revenue * Decimal::ONE_HUNDRED).trunc()).unwrap();
        let plain: BTreeMap<_, _> = plain
            .map(|(ad, ad_figures)| (ad, kopecks(ad_figures.revenue)))
            .filter(|(_, kopecks)| *kopecks != 0)
            .collect();
        assert_eq!(kept, plain, "{model} after {after}");
    }
    assert_eq!(app.count("select count(*) from ad_figure_drift()").await, 0, "after {after}");
}

async fn ids(app: &TestApp, sql: &'static str) -> Vec<i64> {
    sqlx::query_scalar(sql).fetch_all(app.sql()).await.unwrap()
}

/// One of the operations that figures depend on; whether it was done and not refused.
async fn step(app: &TestApp, root: TestUser<'_>, dice: &mut Dice, kind: &str, service: i64) -> bool {
    let ads = ids(app, "select id from ad where not built_in order by id").await;
    let clients = ids(app, "select id from client order by id").await;
    let contracts = ids(app, "select id from contract order by id").await;
    let (ad, client) = (dice.of(&ads).unwrap(), dice.of(&clients).unwrap_or(1));
    let contract = dice.of(&contracts).unwrap_or(1);
    let today = app.now().date_naive();
    let signed = today - Days::new(u64::try_from(dice.below(30)).unwrap());
    let amount = format!("{}.{:02}", 1 + dice.below(100_000), dice.below(100));
    let version: i32 = sqlx::query_scalar("select coalesce(max(version), 1) from contract where id = $1")
        .bind(contract)
        .fetch_one(app.sql())
        .await
        .unwrap();
    let number = u64::try_from(dice.below(7)).unwrap();
    let pick = dice.below(1_000);
    let done: Result<(), Error> = app
        .act(root, async |crm| {
            match kind {
                "lead" => drop(clients::register(crm, &lead(number, ad)).await?),
                "touch" => drop(touches::register(crm, client, ad).await?),
                "sign" => {
                    let usable = contracts::touches(crm, client).await?;
                    let Some(touch) = usable.get(pick % usable.len().max(1)) else { return Err(Refusal::Gone.into()) };
                    let (from, to) = (signed.to_string(), (today + Days::new(90)).to_string());
                    contracts::create(crm, &contract_draft(client, touch.id, service, &amount, &from, &to)).await?;
                }
                "void contract" => contracts::void(crm, contract, version, &why()).await?,
                "bring back" => contracts::bring_back(crm, contract, version).await?,
                "edit" => {
                    let edit = ContractEdit {
                        title: Title::parse("SEO").unwrap(),
                        service,
                        amount: PositiveMoney::parse(&amount, Currency::RUB).unwrap(),
                        signed_on: signed,
                        starts_on: signed,
                        ends_on: today + Days::new(90),
                        note: Remark::parse("").unwrap(),
                        document: None,
                    };
                    contracts::edit(crm, contract, version, &edit, Some(&why())).await?;
                }
                "relink" => {
                    let of = contracts::card(crm, contract).await?.client.id;
                    let usable = contracts::touches(crm, of).await?;
                    let Some(touch) = usable.get(pick % usable.len().max(1)) else { return Err(Refusal::Gone.into()) };
                    contracts::relink(crm, contract, version, touch.id, &why()).await?;
                }
                "void touch" | "correct touch" => {
                    let touch = touches::correctable(crm, client).await?;
                    let Some(touch) = touch.get(pick % touch.len().max(1)) else { return Err(Refusal::Gone.into()) };
                    match kind {
                        "void touch" => drop(touches::void(crm, touch.id, &why()).await?),
                        _ => drop(touches::correct(crm, touch.id, ad, &why()).await?),
                    }
                }
                "merge" => {
                    let other = clients[pick % clients.len()];
                    clients::merge(crm, client, other, &why()).await?;
                }
                _ => {
                    let since = crm.now - Duration::minutes(10);
                    let events: Vec<i64> = sqlx::query_scalar(
                        "select id from audit_event where at > $1 and entity in ('client', 'touch', 'contract') order by id desc limit 6",
                    )
                    .bind(since)
                    .fetch_all(crm.connection())
                    .await
                    .unwrap();
                    let Some(event) = events.get(pick % events.len().max(1)) else { return Err(Refusal::Gone.into()) };
                    undo::undo(crm, *event).await?;
                }
            }
            Ok(())
        })
        .await;
    done.split_refusal().unwrap().is_ok()
}

const KINDS: [&str; 13] = [
    "lead",
    "touch",
    "sign",
    "void contract",
    "bring back",
    "edit",
    "relink",
    "void touch",
    "correct touch",
    "merge",
    "undo",
    "undo",
    "undo",
];

/// Revenue per ad and in all, the company's clients once, periods and their cohorts.
#[tokio::test]
async fn s5_s9_s10_s13_kept_figures_are_those_of_a_recount_after_every_operation() {
    let mut done: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in [0x5eed_0001, 0x5eed_0002] {
        let app = TestApp::new().await;
        let maria = app.staff("maria", &[Group::Marketers]).await;
        let root = app.superuser("root").await;
        let service = app.sells(maria, "SEO", "1").await;
        for title in ["A", "B", "C"] {
            app.advertises(maria, title, service, "0").await;
        }
        let mut dice = Dice(seed);
        for turn in 0..75 {
            // The clock stays within ten minutes of half of the writes, so that they can be undone.
            match dice.below(6) {
                0 => app.passes(Duration::days(i64::try_from(dice.below(20)).unwrap())),
                1 => app.passes(Duration::hours(9)),
                _ => app.passes(Duration::seconds(30)),
            }
            let kind = if turn < 12 { KINDS[turn % 3] } else { KINDS[dice.below(KINDS.len())] };
            if step(&app, root, &mut dice, kind, service).await {
                *done.entry(kind).or_default() += 1;
                agree(&app, root, &format!("{turn}. {kind}")).await;
            }
            if dice.below(4) == 0 {
                let mut connection = app.db.pool().acquire().await.unwrap();
                while stats::fold(&mut connection).await.unwrap() {}
                drop(connection);
                agree(&app, root, &format!("{turn}. folding")).await;
            }
        }
    }
    let missing: Vec<_> = KINDS.iter().filter(|kind| !done.contains_key(**kind)).collect();
    assert!(missing.is_empty(), "never done: {missing:?} of {done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s13_leads_of_one_ad_at_once_wait_for_nothing_and_are_all_counted() {
    const LEADS: u64 = 50;
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let pool = PgPoolOptions::new().max_connections(60).connect(&app.db.url()).await.unwrap();
    let all_written = Arc::new(Barrier::new(usize::try_from(LEADS).unwrap() + 1));
    let (app, all) = (&app, &all_written);
    let save = async |number: u64| {
        let mut transaction = pool.begin().await.unwrap();
        sqlx::raw_sql("set local role crmbot_app; set local lock_timeout = 3000")
            .execute(&mut *transaction)
            .await
            .unwrap();
        let actor = Actor::read(&mut transaction, oleg.visitor(), &app.company).await.unwrap();
        let mut crm = Crm::new(&mut transaction, actor, app.now(), &app.company);
        clients::register(&mut crm, &lead(number, ad)).await.unwrap();
        drop(crm);
        // Nobody commits before everybody has written: a lead that waited for another's lock would never come here.
        all.wait().await;
        transaction.commit().await.unwrap();
    };
    let folds = async {
        let mut connection = app.db.pool().acquire().await.unwrap();
        stats::fold(&mut connection).await.unwrap();
        all.wait().await;
        for _ in 0..20 {
            stats::fold(&mut connection).await.unwrap();
        }
    };
    let saved = futures::future::join(futures::future::join_all((0..LEADS).map(save)), folds);
    tokio::time::timeout(Wait::from_secs(60), saved).await.unwrap();
    let figures = app.figures_of(oleg, ad, Period::AllTime).await;
    // S13: each of them is counted as soon as it is committed
    assert_eq!((figures.touches, figures.leads, figures.new_leads), (50, 50, 50));
}

#[tokio::test(flavor = "multi_thread")]
async fn s13_of_two_writers_of_one_client_the_later_counts_what_the_earlier_wrote() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let service = app.a_service("SEO").await;
    let root = app.superuser("root").await;
    app.act(root, async |crm| clients::register(crm, &lead(1, ad)).await.unwrap()).await;
    let mut first = app.db.pool().begin().await.unwrap();
    let earlier = "insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
                   values (1, 1, '2026-01-01', '2026-01-01', now(), 0)";
    sqlx::query(earlier).execute(&mut *first).await.unwrap();
    // Plain statements, which lock no client beforehand as use cases do.
    let later = sqlx::query(
        "insert into contract (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on, confirmed_by,
                               confirmed_at, created_at, created_by)
         values (1, 1, 'SEO', $1, 100.01, '2026-03-12', '2026-03-12', '2026-03-12', 0, now(), now(), 0)",
    );
    let signs = later.bind(service).execute(app.db.pool());
    let commits = async {
        until_waiting(&app).await;
        first.commit().await.unwrap();
    };
    let (signed, ()) = tokio::join!(signs, commits);
    signed.unwrap();
    // The contract's revenue is shared with the touch that came meanwhile.
    agree(&app, root, "two writers").await;
}

#[tokio::test]
async fn s5_s13_a_touch_after_a_contract_shares_in_it_on_the_day_of_signing_alone() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    app.an_ad("Сайт", "SITE").await;
    let service = app.a_service("SEO").await;
    let root = app.superuser("root").await;
    app.act(root, async |crm| clients::register(crm, &lead(1, ad)).await.unwrap()).await;
    sqlx::query(
        "insert into contract (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on, confirmed_by,
                               confirmed_at, created_at, created_by)
         values (1, 1, 'SEO', $1, 100.01, '2026-03-12', '2026-03-12', '2026-03-12', 0, now(), now(), 0)",
    )
    .bind(service)
    .execute(app.db.pool())
    .await
    .unwrap();
    // The client's latest touch each time: of another ad, of the first ad again, and behind one that is void.
    for (ad, day) in [("Сайт", "2026-03-12"), ("Авито", "2026-03-14"), ("Сайт", "2026-03-15")] {
        sqlx::query(
            "insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
             select 1, id, $2::date + interval '20 hours', $2::date, now(), 0 from ad where title = $1",
        )
        .bind(ad)
        .bind(day.parse::<chrono::NaiveDate>().unwrap())
        .execute(app.db.pool())
        .await
        .unwrap();
        agree(&app, root, day).await;
        let void = "update touch set voided_at = now(), void_reason = 'x' where local_day = '2026-03-14'";
        sqlx::query(void).execute(app.db.pool()).await.unwrap();
        agree(&app, root, "a void touch").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s13_a_reader_sees_each_change_once_while_others_are_folded() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    for number in 0..40 {
        app.act(oleg, async |crm| clients::register(crm, &lead(number, ad)).await.unwrap()).await;
    }
    let folding = async {
        while app.count("select count(*) from ad_figure_delta").await > 0 {
            sqlx::query("select fold_ad_figures(1)").execute(app.sql()).await.unwrap();
        }
    };
    let reading = async {
        for _ in 0..60 {
            // S13: neither less nor twice
            assert_eq!(app.figures_of(oleg, ad, Period::AllTime).await.leads, 40);
        }
    };
    tokio::join!(folding, reading);
}

/// Each trigger takes the other table's older rows as they are: a statement that changed both would be counted wrong.
#[test]
fn no_statement_writes_both_touches_and_contracts() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/.sqlx");
    let today = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let all: Vec<String> = today.chain(BEFORE.lines().map(str::to_owned)).collect();
    let writes = |statement: &str, table: &str| {
        ["update", "insert into", "delete from"].iter().any(|verb| statement.contains(&format!("{verb} {table} ")))
    };
    assert!(all.iter().filter(|statement| writes(statement, "touch")).count() > 5);
    let both: Vec<_> = all.iter().filter(|one| writes(one, "touch") && writes(one, "contract")).collect();
    assert!(both.is_empty(), "{both:?}");
}

#[tokio::test]
async fn s13_touches_and_contracts_that_one_statement_inserts_are_counted_once() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let service = app.a_service("SEO").await;
    let root = app.superuser("root").await;
    app.act(root, async |crm| clients::register(crm, &lead(1, ad)).await.unwrap()).await;
    sqlx::query(
        "with touched as (
             insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
             select 1, $1, now(), current_date - n, now(), 0 from generate_series(400, 403) n returning id
         )
         insert into contract (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on, confirmed_by,
                               confirmed_at, created_at, created_by)
         select 1, id, 'SEO', $2, 100.01, current_date, current_date, current_date, 0, now(), now(), 0
           from touched cross join generate_series(1, 2)",
    )
    .bind(ad)
    .bind(service)
    .execute(app.sql())
    .await
    .unwrap();
    agree(&app, root, "one statement").await;
    assert_eq!(app.figures_of(root, ad, Period::AllTime).await.contracts, 8);
}

/// Does something with a statement of the program before.
async fn runs(beginning: &str, bind: impl AsyncFnOnce(String)) {
    let mut statements = BEFORE.lines().skip(1).map(|line| serde_json::from_str::<String>(line).unwrap());
    bind(statements.find(|statement| statement.starts_with(beginning)).unwrap()).await;
}

#[tokio::test]
async fn s13_the_program_before_keeps_the_figures_too() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    let root = app.superuser("root").await;
    let service = app.sells(maria, "SEO", "1").await;
    let ads = [app.advertises(maria, "A", service, "0").await, app.advertises(maria, "B", service, "0").await];
    let pair = [
        app.act(root, async |crm| clients::register(crm, &lead(1, ads[0])).await.unwrap().client).await,
        app.act(root, async |crm| clients::register(crm, &lead(2, ads[0])).await.unwrap().client).await,
    ];
    let sql = app.db.pool();
    let today = app.now().date_naive();
    runs("insert into touch (client_id, ad_id, happened_at, local_day, created_at", async |insert| {
        // Twice: the second is the same touch, and nothing is counted for it.
        for _ in 0..2 {
            for client in pair {
                let row = sqlx::query(sqlx::AssertSqlSafe(insert.clone())).bind(client).bind(ads[1]).bind(app.now());
                row.bind(today).bind(0_i64).execute(sql).await.unwrap();
            }
        }
    })
    .await;
    agree(&app, root, "touches").await;
    runs("insert into contract (", async |insert| {
        for client in pair {
            let touch: i64 = sqlx::query_scalar("select max(id) from touch where client_id = $1")
                .bind(client)
                .fetch_one(sql)
                .await
                .unwrap();
            let row =
                sqlx::query(sqlx::AssertSqlSafe(insert.clone())).bind(client).bind(touch).bind("SEO").bind(service);
            let row = row.bind(Decimal::new(10_001, 2)).bind(today).bind(today).bind(today).bind(None::<i64>);
            row.bind(0_i64).bind(app.now()).execute(sql).await.unwrap();
        }
    })
    .await;
    agree(&app, root, "contracts").await;
    runs("update contract set voided_at = $2", async |void| {
        sqlx::query(sqlx::AssertSqlSafe(void)).bind(1_i64).bind(app.now()).bind("x").execute(sql).await.unwrap();
    })
    .await;
    agree(&app, root, "a void contract").await;
    // All touches of a client at once; their contracts follow by the foreign key, in the same statement.
    sqlx::raw_sql("update touch set voided_at = now(), void_reason = 'x' where id in (2, 3)")
        .execute(sql)
        .await
        .unwrap();
    runs("update touch set client_id = $1 where client_id = $2", async |moves| {
        sqlx::query(sqlx::AssertSqlSafe(moves)).bind(pair[0]).bind(pair[1]).execute(sql).await.unwrap();
    })
    .await;
    agree(&app, root, "a merge").await;
    let figures = app.figures_of(root, ads[1], Period::AllTime).await;
    // S13: what counts is there: one contract, of the second client, now the first's
    assert_eq!((figures.contracts, figures.leads, figures.conversions), (1, 1, 1));
}
