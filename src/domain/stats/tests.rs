#![allow(clippy::unwrap_used, reason = "tests")]

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::*;

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

/// The counts of the worked example's ads, with the revenue of a model.
fn example(revenue: [i64; 3]) -> Vec<AdFigures> {
    let counts = [(3, 3, 1, 1, 50_000), (4, 2, 2, 2, 20_000), (1, 1, 1, 1, 0)];
    let of = |((touches, new_leads, conversions, contracts, budget), revenue): (_, i64)| AdFigures {
        touches,
        leads: touches,
        new_leads,
        conversions,
        contracts,
        revenue: revenue.into(),
        budget: Decimal::from(budget),
    };
    counts.into_iter().zip(revenue).map(of).collect()
}

/// The measures as a screen shows them, a dash for none.
fn shown(figures: &AdFigures) -> String {
    let or_dash = |value: Option<Decimal>| value.map_or("—".to_owned(), |value| value.to_string());
    let AdFigures { touches, leads, conversions, contracts, revenue, .. } = figures;
    let (rate, roi) = (figures.rate().map(percent), figures.roi().map(percent));
    let [ratio, profit, cpl, cac] =
        [figures.ratio(), figures.profit(), figures.cpl(), figures.cac()].map(|value| value.map(rounded2));
    let measures = [rate, Some(rounded2(*revenue)), ratio, profit, roi, cpl, cac].map(or_dash).join(" ");
    format!("{touches} {leads} {conversions} {contracts} | {measures}")
}

#[test]
fn s9_s14_the_worked_example_comes_out() {
    let ads = example([60_000, 70_000, 15_000]);
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
fn s5_the_measures_of_the_worked_example_under_every_model() {
    for (revenue, expected) in [
        ([60_000, 70_000, 15_000], ["60000 1.20 20.00", "70000 3.50 250.00", "15000 — —"]),
        ([130_000, 0, 15_000], ["130000 2.60 160.00", "0 0.00 -100.00", "15000 — —"]),
        ([95_000, 35_000, 15_000], ["95000 1.90 90.00", "35000 1.75 75.00", "15000 — —"]),
    ] {
        let ads = example(revenue);
        let lines: Vec<_> = ads
            .iter()
            .map(|ad| {
                let or_dash = |value: Option<Decimal>| value.map_or("—".to_owned(), |value| value.to_string());
                let (ratio, roi) = (or_dash(ad.ratio().map(rounded2)), or_dash(ad.roi().map(percent)));
                format!("{} {ratio} {roi}", ad.revenue)
            })
            .collect();
        assert_eq!(lines, expected);
        assert_eq!(company(&ads, Distinct::default()).revenue, decimal("145000"));
    }
}

#[test]
fn s1_an_ad_without_touches() {
    let idle = AdFigures { budget: decimal("1000"), ..AdFigures::default() };
    assert_eq!(shown(&idle), "0 0 0 0 | — 0.00 0.00 -1000.00 -100.00 — —");
}

#[test]
fn p7_budget_zero_has_no_ratio_and_no_roi() {
    let free = AdFigures { leads: 1, revenue: decimal("5"), ..AdFigures::default() };
    assert_eq!((free.ratio(), free.roi(), free.profit()), (None, None, Some(decimal("5"))));
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
