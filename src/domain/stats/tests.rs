#![allow(clippy::unwrap_used, reason = "tests")]

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, NaiveTime};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::domain::Money;

const A: i64 = 1;
const B: i64 = 2;
const C: i64 = 3;

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn touch(id: i64, client_id: i64, ad_id: i64, on: NaiveDate) -> Touch {
    Touch { id, client_id, ad_id, happened_at: on.and_time(NaiveTime::MIN).and_utc(), local_day: on }
}

fn sale(touch: Touch, kopecks: i64, signed_on: NaiveDate) -> Sale {
    Sale { touch, amount: Money::new(Decimal::new(kopecks, 2)).unwrap(), signed_on }
}

/// The touches of the worked example, in order.
fn touches() -> Vec<Touch> {
    [
        (1, A, "2026-01-10"),
        (1, B, "2026-06-01"),
        (2, A, "2026-01-20"),
        (2, B, "2026-02-01"),
        (3, A, "2026-02-10"),
        (4, B, "2026-06-10"),
        (5, C, "2026-03-01"),
        (6, B, "2026-06-12"),
    ]
    .into_iter()
    .zip(1..)
    .map(|((client_id, ad_id, on), id)| touch(id, client_id, ad_id, day(on)))
    .collect()
}

/// The contracts of the worked example that count: the fifth is void and stays out of every figure (S7).
fn sales() -> Vec<Sale> {
    let touches = touches();
    [(0, 60_000, "2026-01-15"), (1, 40_000, "2026-06-05"), (3, 30_000, "2026-02-03"), (6, 15_000, "2026-03-02")]
        .into_iter()
        .map(|(index, roubles, signed)| sale(touches[index], roubles * 100, day(signed)))
        .collect()
}

/// What the database counts, counted plainly.
fn figures(ad_id: i64, touches: &[Touch], sales: &[Sale], revenue: &BTreeMap<i64, Decimal>) -> AdFigures {
    let of_ad: Vec<_> = touches.iter().filter(|touch| touch.ad_id == ad_id).collect();
    let sold: Vec<_> = sales.iter().filter(|sale| sale.touch.ad_id == ad_id).collect();
    let is_first = |touch: &&&Touch| {
        touches
            .iter()
            .filter(|other| other.client_id == touch.client_id)
            .all(|other| other.happened_at >= touch.happened_at)
    };
    let count = |clients: BTreeSet<i64>| i64::try_from(clients.len()).unwrap();
    AdFigures {
        touches: i64::try_from(of_ad.len()).unwrap(),
        leads: count(of_ad.iter().map(|touch| touch.client_id).collect()),
        new_leads: count(of_ad.iter().filter(is_first).map(|touch| touch.client_id).collect()),
        conversions: count(sold.iter().map(|sale| sale.touch.client_id).collect()),
        contracts: i64::try_from(sold.len()).unwrap(),
        revenue: revenue.get(&ad_id).copied().unwrap_or_default(),
        budget: Decimal::from(match ad_id {
            A => 50_000,
            B => 20_000,
            _ => 0,
        }),
    }
}

fn example(model: Model) -> Vec<AdFigures> {
    let (touches, sales) = (touches(), sales());
    let revenue = attribute(model, &sales, &touches);
    [A, B, C].into_iter().map(|ad| figures(ad, &touches, &sales, &revenue)).collect()
}

/// The measures as a screen shows them, a dash for none.
fn shown(figures: &AdFigures) -> String {
    let or_dash = |value: Option<Decimal>| value.map_or("—".to_owned(), |value| value.to_string());
    let AdFigures { touches, leads, conversions, contracts, revenue, .. } = figures;
    let (rate, roi) = (figures.rate().map(percent), figures.roi().map(percent));
    let [ratio, profit, cpl, cac] =
        [figures.ratio(), figures.profit(), figures.cpl(), figures.cac()].map(|value| value.map(rounded2));
    let measures = [rate, Some(*revenue), ratio, profit, roi, cpl, cac].map(or_dash).join(" ");
    format!("{touches} {leads} {conversions} {contracts} | {measures}")
}

#[test]
fn s9_s14_the_worked_example_comes_out() {
    let ads = example(Model::Direct);
    for (figures, line) in ads.iter().zip([
        "3 3 1 1 | 33.33 60000.00 1.20 10000.00 20.00 16666.67 50000.00",
        "4 4 2 2 | 50.00 70000.00 3.50 50000.00 250.00 5000.00 10000.00",
        "1 1 1 1 | 100.00 15000.00 — 15000.00 — 0.00 0.00",
    ]) {
        assert_eq!(shown(figures), line);
    }
    let row = company(&ads, Distinct { leads: 6, conversions: 3 });
    assert!(shown(&row).starts_with("8 6 3 4 | 50.00 145000.00 2.07 75000.00 107.14 "), "{}", shown(&row));
    assert_eq!(row.new_leads, 6);
}

#[test]
fn s5_the_worked_example_under_every_model() {
    for (model, expected) in [
        (Model::Direct, ["60000 1.20 20.00 3", "70000 3.50 250.00 2", "15000 — — 1"]),
        (Model::Last, ["60000 1.20 20.00 3", "70000 3.50 250.00 2", "15000 — — 1"]),
        (Model::First, ["130000 2.60 160.00 3", "0 0.00 -100.00 2", "15000 — — 1"]),
        (Model::Linear, ["95000 1.90 90.00 3", "35000 1.75 75.00 2", "15000 — — 1"]),
    ] {
        let ads = example(model);
        let lines: Vec<_> = ads
            .iter()
            .map(|ad| {
                let or_dash = |value: Option<Decimal>| value.map_or("—".to_owned(), |value| value.to_string());
                let (ratio, roi) = (or_dash(ad.ratio().map(rounded2)), or_dash(ad.roi().map(percent)));
                format!("{} {ratio} {roi} {}", ad.revenue.normalize(), ad.new_leads)
            })
            .collect();
        assert_eq!(lines, expected, "{model:?}");
        assert_eq!(company(&ads, Distinct::default()).revenue, decimal("145000"), "{model:?}");
    }
}

#[test]
fn june_of_the_worked_example() {
    let june = |on: NaiveDate| day("2026-06-01") <= on && on <= day("2026-06-30");
    let touches: Vec<_> = touches().into_iter().filter(|touch| june(touch.local_day)).collect();
    let sales: Vec<_> = sales().into_iter().filter(|sale| june(sale.signed_on)).collect();
    let b = figures(B, &touches, &sales, &attribute(Model::Direct, &sales, &touches));
    assert_eq!((b.leads, b.contracts, b.revenue), (3, 1, decimal("40000")));
}

#[test]
fn s1_an_ad_without_touches() {
    let idle = AdFigures { budget: decimal("1000"), ..AdFigures::default() };
    assert_eq!(shown(&idle), "0 0 0 0 | — 0 0.00 -1000.00 -100.00 — —");
}

#[test]
fn p7_budget_zero_has_no_ratio_and_no_roi() {
    let free = AdFigures { leads: 1, revenue: decimal("5"), ..AdFigures::default() };
    assert_eq!((free.ratio(), free.roi(), free.profit()), (None, None, Some(decimal("5"))));
}

#[test]
fn s2_three_contracts_of_one_client_are_one_conversion() {
    let only = touch(1, 1, A, day("2026-01-10"));
    let sales = [sale(only, 100, day("2026-01-10")); 3];
    let ad = figures(A, &[only], &sales, &attribute(Model::Direct, &sales, &[only]));
    assert_eq!((ad.conversions, ad.contracts, ad.rate()), (1, 3, Some(Decimal::ONE)));
}

#[test]
fn s3_s4_revenue_goes_to_the_ad_of_the_touch_and_equal_amounts_both_count() {
    let (one, two) = (touch(1, 1, A, day("2026-01-10")), touch(2, 2, B, day("2026-01-10")));
    let sales = [sale(one, 100, day("2026-01-10")), sale(one, 100, day("2026-01-10"))];
    let revenue = attribute(Model::Direct, &sales, &[one, two]);
    assert_eq!(revenue, BTreeMap::from([(A, decimal("2"))]));
}

#[test]
fn s5_the_contracts_own_touch_takes_part_even_when_it_came_after_the_signing() {
    let (early, own) = (touch(1, 1, A, day("2026-01-10")), touch(2, 1, B, day("2026-03-01")));
    let sales = [sale(own, 101, day("2026-02-01"))];
    for (model, a, b) in [(Model::First, "1.01", "0"), (Model::Last, "0", "1.01"), (Model::Linear, "0.50", "0.51")] {
        let revenue = attribute(model, &sales, &[early, own]);
        let of = |ad| revenue.get(&ad).copied().unwrap_or_default();
        assert_eq!((of(A), of(B)), (decimal(a), decimal(b)), "{model:?}");
    }
}

#[test]
fn s5_left_over_kopecks_go_to_the_latest_touches() {
    let day = |offset| day("2026-01-01") + Days::new(offset);
    let touches = [touch(1, 1, A, day(0)), touch(2, 1, B, day(1)), touch(3, 1, C, day(2))];
    let revenue = attribute(Model::Linear, &[sale(touches[0], 10_001, day(2))], &touches);
    assert_eq!(revenue, BTreeMap::from([(A, decimal("33.33")), (B, decimal("33.34")), (C, decimal("33.34"))]));
}

#[test]
fn s14_rounding_is_half_up_away_from_zero_and_only_at_display() {
    for (exact, shown) in
        [("0.005", "0.01"), ("-0.005", "-0.01"), ("1.2", "1.20"), ("2.0649999", "2.06"), ("0", "0.00")]
    {
        assert_eq!(rounded2(decimal(exact)).to_string(), shown);
    }
    let third = AdFigures { leads: 3, conversions: 1, ..AdFigures::default() };
    assert!(third.rate().unwrap() > decimal("0.33333333333333333333"));
}

#[test]
fn the_best_ratio_first_a_dash_last_ties_by_title() {
    let ad = |revenue: i64, budget: i64| AdFigures {
        revenue: revenue.into(),
        budget: budget.into(),
        ..AdFigures::default()
    };
    let mut ads =
        [(ad(5, 0), "a"), (ad(2, 1), "Ель"), (ad(4, 2), "ёж"), (ad(0, 9), "b"), (ad(9, 1), "z"), (ad(1, 0), "B")];
    ads.sort_by(|(one, title), (other, other_title)| by_ratio((one, title), (other, other_title)));
    assert_eq!(ads.map(|(_, title)| title), ["z", "ёж", "Ель", "b", "a", "B"]);
    assert_eq!(by_ratio((&ad(1, 1), "x"), (&ad(2, 2), "x")), Ordering::Equal);
}

proptest! {
    #[test]
    fn s5_no_kopeck_is_lost_under_any_model(
        came in prop::collection::vec((0i64..4, 1i64..5, 0u64..30), 1..12),
        sold in prop::collection::vec((any::<prop::sample::Index>(), 1i64..10_000_000_000, 0u64..40), 0..12),
    ) {
        let on = |offset| day("2026-01-01") + Days::new(offset);
        let touches: Vec<_> = came.into_iter().zip(1..)
            .map(|((client, ad, offset), id)| touch(id, client, ad, on(offset))).collect();
        let sales: Vec<_> = sold.into_iter()
            .map(|(index, kopecks, offset)| sale(*index.get(&touches), kopecks, on(offset))).collect();
        let total: Decimal = sales.iter().map(|sale| sale.amount.decimal()).sum();
        for model in Model::ALL {
            let revenue = attribute(model, &sales, &touches);
            prop_assert_eq!(revenue.values().sum::<Decimal>(), total, "{:?}", model);
        }
        let direct = attribute(Model::Direct, &sales, &touches);
        for ad in 1..5 {
            let figures = figures(ad, &touches, &sales, &direct);
            // S2: the rate never exceeds 100 %
            prop_assert!(figures.rate().is_none_or(|rate| rate <= Decimal::ONE));
        }
    }
}
