//! Statistics (S1–S14) through real rows, with the worked example of the rules.

use std::collections::BTreeMap;

use crmbot::crm::{AdStats, Crm, Refusal, SplitRefusal, Stats, ads, contracts, stats};
use crmbot::domain::stats::{Model, percent, rounded2};
use crmbot::domain::{Group, Period, Reason};

use crate::support::app::{TestApp, TestUser};
use crate::support::trade::{ad_draft, contract_draft, day};

/// The worked example: six clients, three ads, five contracts, one of them void.
struct Example<'a> {
    app: &'a TestApp,
    maria: TestUser<'a>,
    service: i64,
    ads: [i64; 3],
    clients: BTreeMap<i64, i64>,
    contracts: Vec<i64>,
}

impl<'a> Example<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let maria = app.staff("maria", &[Group::Marketers]).await;
        let oleg = app.staff("oleg", &[Group::Operators]).await;
        let max = app.staff("max", &[Group::Managers]).await;
        let service = app.sells(maria, "SEO", "60 000").await;
        let ads = [
            app.advertises(maria, "Яндекс", service, "50 000").await,
            app.advertises(maria, "ВК", service, "20 000").await,
            app.advertises(maria, "Рекомендация", service, "0").await,
        ];
        let mut clients = BTreeMap::new();
        let mut contracts = Vec::new();
        // Touches and contracts in the order of their days: client, ad, or client, amount, last day.
        for (at, who, what) in [
            ("01-10", 1, Ok(0)),
            ("01-15", 1, Err(("60 000", "2026-04-15"))),
            ("01-20", 2, Ok(0)),
            ("02-01", 2, Ok(1)),
            ("02-03", 2, Err(("30 000", "2026-12-31"))),
            ("02-10", 3, Ok(0)),
            ("03-01", 5, Ok(2)),
            ("03-02", 5, Err(("15 000", "2026-12-31"))),
            ("06-01", 1, Ok(1)),
            ("06-05", 1, Err(("40 000", "2026-12-31"))),
            ("06-10", 4, Ok(1)),
            ("06-12", 6, Ok(1)),
            ("06-13", 6, Err(("25 000", "2026-12-31"))),
        ] {
            app.at(&format!("2026-{at} 12:00"));
            match what {
                Ok(ad) => {
                    let phone = format!("891234567{who:02}");
                    clients.insert(who, app.meets(oleg, &phone, &format!("Client {who}"), ads[ad]).await);
                }
                Err((amount, to)) => {
                    let touch = app.touch_of(max, clients[&who]).await;
                    let draft = contract_draft(clients[&who], touch, service, amount, &format!("2026-{at}"), to);
                    contracts.push(app.signs(max, &draft).await.unwrap());
                }
            }
        }
        let (void, why) = (contracts[4], Reason::parse("entered by mistake").unwrap());
        app.act(max, async |crm| contracts::void(crm, void, 1, &why).await.unwrap()).await;
        Self { app, maria, service, ads, clients, contracts }
    }

    async fn stats(&self, period: Period, model: Model) -> Stats {
        self.app.act(self.maria, async |crm| stats::by_ad(crm, period, model).await.unwrap()).await
    }

    fn row<'s>(&self, stats: &'s Stats, ad: usize) -> &'s AdStats {
        stats.ads.iter().find(|row| row.ad == self.ads[ad]).unwrap()
    }
}

fn shown(figures: &crmbot::domain::stats::AdFigures) -> String {
    let dash =
        |value: Option<_>| value.map_or("—".to_owned(), |value: rust_decimal::Decimal| value.normalize().to_string());
    let (rate, roi) = (figures.rate().map(percent), figures.roi().map(percent));
    let measures =
        [rate, Some(figures.revenue), figures.ratio().map(rounded2), figures.profit(), roi].map(dash).join(" ");
    let costs = [figures.cpl().map(rounded2), figures.cac().map(rounded2)].map(dash).join(" ");
    format!(
        "{} {} {} {} | {measures} | {costs}",
        figures.touches, figures.leads, figures.conversions, figures.contracts
    )
}

#[tokio::test]
async fn s9_s14_the_worked_example_comes_out_of_real_rows() {
    let app = TestApp::new().await;
    let example = Example::new(&app).await;
    let stats = example.stats(Period::AllTime, Model::Direct).await;
    for (ad, line) in [
        "3 3 1 1 | 33.33 60000 1.2 10000 20 | 16666.67 50000",
        "4 4 2 2 | 50 70000 3.5 50000 250 | 5000 10000",
        "1 1 1 1 | 100 15000 — 15000 — | 0 0",
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(shown(&example.row(&stats, ad).figures), line);
    }
    assert!(shown(&stats.company).starts_with("8 6 3 4 | 50 145000 2.07 75000 107.14 |"), "{}", shown(&stats.company));
    let order: Vec<&str> = stats.ads.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(order, ["ВК", "Яндекс", "Без рекламы / No ad", "Рекомендация"]);
}

#[tokio::test]
async fn s5_revenue_is_the_same_under_every_model() {
    let app = TestApp::new().await;
    let example = Example::new(&app).await;
    for (model, revenue) in [
        (Model::Direct, [60_000, 70_000, 15_000]),
        (Model::Last, [60_000, 70_000, 15_000]),
        (Model::First, [130_000, 0, 15_000]),
        (Model::Linear, [95_000, 35_000, 15_000]),
    ] {
        let stats = example.stats(Period::AllTime, model).await;
        let found: Vec<_> = (0..3).map(|ad| example.row(&stats, ad).figures.revenue).collect();
        assert_eq!(found, revenue.map(rust_decimal::Decimal::from), "{model:?}");
        assert_eq!(stats.company.revenue, 145_000.into(), "{model:?}");
        let new: Vec<_> = (0..3).map(|ad| example.row(&stats, ad).figures.new_leads).collect();
        assert_eq!(new, [3, 2, 1]);
    }
}

#[tokio::test]
async fn s10_june_counts_local_days_and_its_own_cohort() {
    let app = TestApp::new().await;
    let example = Example::new(&app).await;
    let june = Period::between(day("2026-06-01"), day("2026-06-30"));
    let stats = example.stats(june, Model::Direct).await;
    let b = &example.row(&stats, 1).figures;
    assert_eq!((b.leads, b.contracts, b.revenue, b.conversions), (3, 1, 40_000.into(), 1));
    // A contract signed in February on a touch of February is of no cohort of June.
    assert_eq!((stats.company.leads, stats.company.conversions), (3, 1));
    let february = example.stats(Period::between(day("2026-02-01"), day("2026-02-01")), Model::Direct).await;
    let b = &example.row(&february, 1).figures;
    assert_eq!((b.leads, b.conversions, b.contracts), (1, 1, 0), "signed two days later, converted all the same");
    let screen = example.maria.types("/stats 01.06 30.06").await;
    screen
        .shows("ВК")
        .shows("40\u{a0}000")
        .shows("Отношение, ROI и стоимость показаны только за всё время")
        .hides("ROI 2")
        .hides("Яндекс");
}

#[tokio::test]
async fn s1_s6_s7_s8_s13_what_changes_figures_and_what_does_not() {
    let app = TestApp::new().await;
    let example = Example::new(&app).await;
    let idle = example.app.advertises(example.maria, "Idle", example.service, "1 000").await;
    let before = example.stats(Period::AllTime, Model::Direct).await;
    let row = before.ads.iter().find(|row| row.ad == idle).unwrap();
    // S1: no touches, and a cost
    assert_eq!(shown(&row.figures), "0 0 0 0 | — 0 0 -1000 -100 | — —");
    app.at("2027-06-30 12:00");
    let later = example.stats(Period::AllTime, Model::Direct).await;
    // S6: a year later everything has expired and nothing has changed
    assert_eq!(shown(&later.company), shown(&before.company));
    sqlx::query("update touch set voided_at = $1, void_reason = 'x' where ad_id = $2 and client_id = $3")
        .bind(app.now())
        .bind(example.ads[0])
        .bind(example.clients[&3])
        .execute(app.sql())
        .await
        .unwrap();
    let stats = example.stats(Period::AllTime, Model::Direct).await;
    // S8: a void touch makes no lead
    assert_eq!(example.row(&stats, 0).figures.leads, 2);
    let root = app.staff("root", &[Group::Admins]).await;
    let (contract, why) = (example.contracts[0], Reason::parse("x").unwrap());
    app.act(root, async |crm| contracts::void(crm, contract, 1, &why).await.unwrap()).await;
    let stats = example.stats(Period::AllTime, Model::Direct).await;
    let a = &example.row(&stats, 0).figures;
    // S7, S13: the voided contract has left every figure at once
    assert_eq!((a.contracts, a.conversions, a.revenue), (0, 0, 0.into()));
    assert_eq!(stats.company.revenue, 85_000.into());
}

#[tokio::test]
async fn s2_s3_s4_more_contracts_and_more_ads_of_one_service() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    let seo = app.sells(maria, "SEO", "1").await;
    let (a, b) = (app.advertises(maria, "A", seo, "10").await, app.advertises(maria, "B", seo, "10").await);
    let client = app.meets(oleg, "89123456701", "Ivan", a).await;
    let touch = app.touch_of(max, client).await;
    for _ in 0..3 {
        app.signs(max, &contract_draft(client, touch, seo, "100", "2026-03-12", "2026-04-12")).await.unwrap();
    }
    let stats = app.act(maria, async |crm| stats::by_ad(crm, Period::AllTime, Model::Direct).await.unwrap()).await;
    let figures = |ad| stats.ads.iter().find(|row| row.ad == ad).unwrap().figures;
    assert_eq!((figures(a).conversions, figures(a).contracts, figures(a).revenue), (1, 3, 300.into()));
    assert_eq!((figures(b).contracts, figures(b).revenue), (0, 0.into()));
    assert_eq!(figures(a).rate(), Some(1.into()));
}

#[tokio::test]
async fn p7_p9_a_free_ad_shows_dashes_and_a_finished_one_is_marked() {
    let app = TestApp::new().await;
    let example = Example::new(&app).await;
    let a = example.ads[0];
    app.act(example.maria, async |crm| ads::finish(crm, a).await.unwrap()).await;
    let screen = example.maria.types("/stats").await;
    screen.shows("🏁 Яндекс (завершена)").shows("отношение 1,20").shows("ROI 20,00 %").shows("отношение —");
    screen.shows("Лиды 6 (новых 6) · конверсии 3 · 50,00 % · договоры 4");
    screen.taps("поровну").await.shows("95\u{a0}000").taps("этот месяц").await.shows("1 июн. 2026 — 30 июн. 2026");
}

#[tokio::test]
async fn operators_see_no_money_but_the_ratio() {
    let app = TestApp::new().await;
    let example = Example::new(&app).await;
    let nina = app.staff("nina", &[Group::Operators]).await;
    let screen = nina.types("/stats").await.shows("Отношение 3,50").shows("Лиды 4");
    for money in ["₽", "ыручка", "юджет", "ROI", "CPL", "000"] {
        screen.hides(money);
    }
    screen.taps("этот месяц").await.hides("Отношение 3").hides("₽");
    for name in ["Client", "7 912"] {
        example.maria.types("/stats").await.hides(name);
    }
    let stranger = app.stranger("x", "ru");
    let asked = async |crm: &mut Crm<'_>| {
        stats::by_ad(crm, Period::AllTime, Model::Direct).await.split_refusal().unwrap().err()
    };
    assert_eq!(app.act(stranger, asked).await, Some(Refusal::Denied));
}

#[tokio::test]
async fn p13_k10_a_later_touch_and_another_service_move_no_revenue() {
    let app = TestApp::new().await;
    let example = Example::new(&app).await;
    let smm = app.sells(example.maria, "SMM", "1").await;
    let (a, draft) = (example.ads[0], ad_draft("Яндекс", smm, "50 000"));
    app.act(example.maria, async |crm| ads::edit(crm, a, 1, &draft).await.unwrap()).await;
    let oleg = app.staff("nina", &[Group::Operators]).await;
    app.at("2026-07-01 12:00");
    app.meets(oleg, "89123456705", "Client 5", a).await;
    let stats = example.stats(Period::AllTime, Model::Direct).await;
    assert_eq!(example.row(&stats, 0).figures.revenue, 60_000.into());
    assert_eq!(example.row(&stats, 2).figures.revenue, 15_000.into());
}
