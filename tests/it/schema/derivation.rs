//! `client_derivation` says what the domain's rules say.

use chrono::{Days, NaiveDate};
use crmbot::domain::{ContractDates, ContractStatus};

use super::fixture::{Shop, new_client, run};

/// The state of the shop's client on a day of 2026, read as the program reads it.
async fn state(shop: &Shop, day: &str) -> &'static str {
    let (last_live_day, open_touch): (Option<NaiveDate>, Option<i64>) =
        sqlx::query_as("select last_live_day, open_touch_id from client_derivation where client_id = $1")
            .bind(shop.client)
            .fetch_one(shop.pool())
            .await
            .unwrap();
    let day: NaiveDate = format!("2026-{day}").parse().unwrap();
    match (last_live_day, open_touch) {
        (Some(last), _) if last >= day => "ACTIVE",
        (_, Some(_)) => "POTENTIAL",
        _ => "INACTIVE",
    }
}

async fn open_touch(shop: &Shop) -> Option<i64> {
    sqlx::query_scalar("select open_touch_id from client_derivation where client_id = $1")
        .bind(shop.client)
        .fetch_one(shop.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn x1_x2_from_lead_to_customer_to_inactive() {
    let shop = Shop::new().await;
    assert_eq!(state(&shop, "01-10").await, "INACTIVE");
    let touch = shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
    assert_eq!(state(&shop, "01-10").await, "POTENTIAL");
    shop.contract(touch, "01-15", "04-15").await.unwrap();
    assert_eq!(state(&shop, "01-15").await, "ACTIVE");
    assert_eq!(state(&shop, "04-15").await, "ACTIVE", "X1: the last day counts");
    assert_eq!(state(&shop, "04-16").await, "INACTIVE", "X2");
}

#[tokio::test]
async fn x3_x5_several_contracts() {
    let shop = Shop::new().await;
    let touch = shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
    shop.contract(touch, "01-15", "04-15").await.unwrap();
    shop.contract(touch, "01-16", "04-15").await.unwrap();
    assert_eq!(state(&shop, "04-16").await, "INACTIVE", "X4");
    shop.contract(touch, "01-17", "06-01").await.unwrap();
    assert_eq!(state(&shop, "04-16").await, "ACTIVE", "X3");
    shop.contract(touch, "09-01", "09-30").await.unwrap();
    assert_eq!(state(&shop, "07-01").await, "ACTIVE", "X5: a scheduled one is live");
}

#[tokio::test]
async fn x6_an_unanswered_touch_counts_when_it_came_after_the_entry() {
    let shop = Shop::new().await;
    let older = shop.touch(shop.client, shop.other_ad, "01-05").await.unwrap();
    let touch = shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
    shop.contract(touch, "01-15", "04-15").await.unwrap();
    assert_eq!(state(&shop, "04-16").await, "INACTIVE", "the older one does not count");
    let during = shop.touch(shop.client, shop.other_ad, "03-01").await.unwrap();
    assert_eq!(state(&shop, "03-01").await, "ACTIVE", "H3");
    assert_eq!(state(&shop, "04-16").await, "POTENTIAL");
    assert_eq!(open_touch(&shop).await, Some(during));
    assert_ne!(during, older);
}

#[tokio::test]
async fn the_latest_touch_is_the_open_one() {
    let shop = Shop::new().await;
    shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
    let last = shop.touch(shop.client, shop.other_ad, "02-10").await.unwrap();
    assert_eq!(open_touch(&shop).await, Some(last));
    shop.run(&format!("update touch set voided_at = now(), void_reason = 'wrong' where id = {last}")).await.unwrap();
    assert_ne!(open_touch(&shop).await, Some(last), "H9");
    assert_eq!(state(&shop, "02-10").await, "POTENTIAL");
}

#[tokio::test]
async fn voiding_the_only_scheduled_contract_reopens_its_touch() {
    let shop = Shop::new().await;
    let touch = shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
    shop.contract(touch, "05-01", "06-01").await.unwrap();
    assert_eq!(state(&shop, "01-15").await, "ACTIVE", "K6");
    shop.run("update contract set voided_at = now(), void_reason = 'mistake'").await.unwrap();
    assert_eq!(state(&shop, "01-15").await, "POTENTIAL");
    assert_eq!(open_touch(&shop).await, Some(touch));
}

#[tokio::test]
async fn ends_that_move() {
    let shop = Shop::new().await;
    let touch = shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
    shop.contract(touch, "01-15", "02-15").await.unwrap();
    assert_eq!(state(&shop, "03-01").await, "INACTIVE", "K9: entered after its end");
    shop.run("update contract set ends_on = '2026-09-01'").await.unwrap();
    assert_eq!(state(&shop, "03-01").await, "ACTIVE", "X10");
    shop.run("update contract set terminated_on = '2026-03-05', termination_reason = 'moved'").await.unwrap();
    assert_eq!(state(&shop, "03-05").await, "ACTIVE", "X11: until the day's end");
    assert_eq!(state(&shop, "03-06").await, "INACTIVE", "X11");
}

#[tokio::test]
async fn lost_and_back() {
    let shop = Shop::new().await;
    shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
    shop.run("update client set lost_at = '2026-01-20', lost_reason = 'expensive'").await.unwrap();
    assert_eq!(state(&shop, "01-20").await, "INACTIVE");
    let back = shop.touch(shop.client, shop.other_ad, "02-10").await.unwrap();
    assert_eq!(open_touch(&shop).await, Some(back), "H11: the mark stays, the new touch is open");
    shop.run(&format!("update touch set voided_at = now(), void_reason = 'wrong' where id = {back}")).await.unwrap();
    shop.run("update client set lost_at = null, lost_reason = null").await.unwrap();
    assert_eq!(state(&shop, "02-11").await, "POTENTIAL", "X14");
}

#[tokio::test]
async fn a_contract_counts_only_once_confirmed() {
    let shop = Shop::new().await;
    let touch = shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
    shop.contract(touch, "01-15", "04-15").await.unwrap();
    run(shop.db.owner(), "update contract set confirmed_by = null, confirmed_at = null").await.unwrap();
    assert_eq!(state(&shop, "01-15").await, "POTENTIAL");
    assert_eq!(open_touch(&shop).await, Some(touch));
}

/// SQL decides about the client, Rust about the single contract: they must not differ on any day.
#[tokio::test]
async fn x3_x5_a_client_is_active_exactly_on_the_days_on_which_a_contract_is_live() {
    let day = |offset| NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(offset);
    let span = |starts, ends, terminated: Option<u64>, voided| ContractDates {
        starts_on: day(starts),
        ends_on: day(ends),
        terminated_on: terminated.map(day),
        voided,
    };
    for contracts in [
        vec![span(10, 20, None, false)],
        vec![span(10, 20, Some(15), false)],
        vec![span(10, 20, Some(10), false)],
        vec![span(10, 20, None, true)],
        vec![span(5, 10, None, false), span(5, 20, Some(12), false)],
        vec![span(5, 10, None, false), span(15, 20, None, false)],
        vec![span(5, 20, Some(7), false), span(6, 9, None, false), span(0, 30, None, true)],
    ] {
        let shop = Shop::new().await;
        let touch = shop.touch(shop.client, shop.ad, "01-01").await.unwrap();
        for dates in &contracts {
            let text = |day: NaiveDate| day.format("%m-%d").to_string();
            let id = shop.contract(touch, &text(dates.starts_on), &text(dates.ends_on)).await.unwrap();
            let terminated =
                dates.terminated_on.map_or("null".to_owned(), |day| format!("'{day}', termination_reason = 'x'"));
            let voided = if dates.voided { "now(), void_reason = 'x'" } else { "null" };
            shop.run(&format!(
                "update contract set terminated_on = {terminated}, voided_at = {voided} where id = {id}"
            ))
            .await
            .unwrap();
        }
        for on in (0..40).map(day) {
            let live = contracts.iter().any(|dates| ContractStatus::on(on, dates).is_live());
            let active = state(&shop, &on.format("%m-%d").to_string()).await == "ACTIVE";
            assert_eq!(active, live, "{contracts:?} on {on}");
        }
    }
}

#[tokio::test]
async fn kept_columns_are_refreshed_by_one_statement() {
    let shop = Shop::new().await;
    let other = new_client(&shop.db, "+79990000001").await;
    let touch = shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
    shop.touch(other, shop.ad, "01-10").await.unwrap();
    shop.contract(touch, "01-15", "04-15").await.unwrap();
    let refresh = "update client c set last_live_day = d.last_live_day, open_touch_id = d.open_touch_id
        from client_derivation d where d.client_id = c.id
        and (c.last_live_day, c.open_touch_id) is distinct from (d.last_live_day, d.open_touch_id)";
    assert_eq!(shop.run(refresh).await, Ok(2));
    assert_eq!(shop.run(refresh).await, Ok(0));
}
