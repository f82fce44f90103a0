//! Rules that hold by constraint, each found by its name.

use super::fixture::{Shop, new_client, run};
use crate::support::db::TestDb;

const SERVICE: &str = "insert into service (title, price, created_at, created_by) values";
const AD: &str = "insert into ad (title, service_id, channel, budget, code, created_at, created_by) values";

#[tokio::test]
async fn p2_titles_and_prices_of_services() {
    let shop = Shop::new().await;
    shop.run(&format!("{SERVICE} ('Free', 0, now(), 0)")).await.unwrap();
    for (values, constraint) in [
        ("('Minus', -1, now(), 0)", "service_price_not_negative"),
        ("('', 1, now(), 0)", "service_title_length"),
        ("(' SEO ', 1, now(), 0)", "service_title_length"),
        ("(repeat('ы', 51), 1, now(), 0)", "service_title_length"),
        ("('seo', 1, now(), 0)", "service_title_live_unique"),
    ] {
        assert_eq!(shop.run(&format!("{SERVICE} {values}")).await.unwrap_err(), constraint, "{values}");
    }
    shop.run(&format!("{SERVICE} ('Ёлка', 1, now(), 0)")).await.unwrap();
    let twin = shop.run(&format!("{SERVICE} ('ЁЛКА', 1, now(), 0)")).await;
    assert_eq!(twin.unwrap_err(), "service_title_live_unique");
    shop.run("update service set archived_at = now() where title = 'SEO'").await.unwrap();
    shop.run(&format!("{SERVICE} ('seo', 1, now(), 0)")).await.unwrap();
}

#[tokio::test]
async fn ads_and_the_built_in_one() {
    let shop = Shop::new().await;
    for (values, constraint) in [
        ("('X', null, 'YANDEX', 1, 'x', now(), 0)", "ad_service_required"),
        ("('X', 1, 'FLYERS', 1, 'x', now(), 0)", "ad_channel_known"),
        ("('X', 1, 'YANDEX', -1, 'x', now(), 0)", "ad_budget_not_negative"),
        ("('X', 99, 'YANDEX', 1, 'x', now(), 0)", "ad_service_fkey"),
        ("('X', 1, 'YANDEX', 1, 'a', now(), 0)", "ad_code_unique"),
    ] {
        assert_eq!(shop.run(&format!("{AD} {values}")).await.unwrap_err(), constraint, "{values}");
    }
    for change in ["budget = 1", "archived_at = now()"] {
        let done = shop.run(&format!("update ad set {change} where built_in")).await;
        assert_eq!(done.unwrap_err(), "ad_built_in_stays", "{change}");
    }
    assert_eq!(
        run(shop.db.owner(), "update ad set built_in = true, budget = 0 where code = 'a'").await.unwrap_err(),
        "ad_built_in_one"
    );
}

#[tokio::test]
async fn phones_names_and_addresses_of_clients() {
    let shop = Shop::new().await;
    let insert = "insert into client (phone, phone_raw, created_at, created_by) values";
    let twin = shop.run(&format!("{insert} ('+79991234567', '8 999', now(), 0)")).await;
    assert_eq!(twin.unwrap_err(), "client_phone_unique");
    for phone in ["+066", "+22", "89991234567", "телефон", "+7 999 123"] {
        let done = shop.run(&format!("{insert} ('{phone}', '{phone}', now(), 0)")).await;
        assert_eq!(done.unwrap_err(), "client_phone_form", "{phone}");
    }
    for (change, constraint) in [
        ("last_name = repeat('ы', 51)", "client_last_name_length"),
        ("first_name = repeat('ы', 41)", "client_first_name_length"),
        ("middle_name = '  '", "client_middle_name_length"),
        ("email = 'ivan@'", "client_email_form"),
        ("lost_at = now()", "client_lost_with_reason"),
        ("lost_at = now(), lost_reason = ' '", "client_lost_with_reason"),
        ("responsible_id = 0", "client_taken_whole"),
        ("merged_into = id", "client_not_merged_into_itself"),
        ("open_touch_id = 99", "client_open_touch_fkey"),
    ] {
        assert_eq!(shop.run(&format!("update client set {change}")).await.unwrap_err(), constraint, "{change}");
    }
    new_client(&shop.db, "+375291234567").await;
    shop.run("update client set email = 'family@example.com', last_name = '<b>&\"', first_name = '🙂'").await.unwrap();
}

#[tokio::test]
async fn names_are_searched_without_case_and_yo() {
    let shop = Shop::new().await;
    shop.run("update client set last_name = 'Семёнов', first_name = 'Пётр'").await.unwrap();
    let near: bool =
        sqlx::query_scalar("select search_name like '%семенов%' and search_name % 'сименов петр' from client")
            .fetch_one(shop.pool())
            .await
            .unwrap();
    assert!(near);
}

#[tokio::test]
async fn h5_the_same_ad_twice_on_a_day_is_one_touch() {
    let shop = Shop::new().await;
    let first = shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
    assert_eq!(shop.touch(shop.client, shop.ad, "01-10").await.unwrap_err(), "touch_ad_day_unique");
    shop.touch(shop.client, shop.other_ad, "01-10").await.unwrap();
    shop.touch(shop.client, shop.ad, "06-10").await.unwrap();

    let void = format!("update touch set voided_at = now(), void_reason = null where id = {first}");
    assert_eq!(shop.run(&void).await.unwrap_err(), "touch_void_with_reason");
    shop.run(&void.replace("null", "'mistake'")).await.unwrap();
    shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
}

#[tokio::test]
async fn k3_touches_and_terms_of_contracts() {
    let shop = Shop::new().await;
    let touch = shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
    let stranger = new_client(&shop.db, "+79990000001").await;
    let foreign = shop.contract_of(stranger, touch, "1", "01-15", "04-15").await;
    assert_eq!(foreign.unwrap_err(), "contract_touch_of_client", "K3");
    assert_eq!(shop.contract(touch, "04-15", "04-14").await.unwrap_err(), "contract_ends_after_start");
    for amount in ["0", "-1"] {
        let done = shop.contract_of(shop.client, touch, amount, "01-15", "04-15").await;
        assert_eq!(done.unwrap_err(), "contract_amount_positive", "{amount}");
    }
    shop.contract(touch, "04-15", "04-15").await.unwrap();
    shop.contract_of(shop.client, touch, "1500000", "01-15", "04-15").await.unwrap();
    for (change, constraint) in [
        ("terminated_on = '2026-02-01'", "contract_terminated_with_reason"),
        ("voided_at = now()", "contract_void_with_reason"),
        ("confirmed_by = null", "contract_confirmed_whole"),
        ("service_id = 99", "contract_service_fkey"),
        ("title = ' '", "contract_title_length"),
    ] {
        let done = run(shop.db.owner(), &format!("update contract set {change}")).await;
        assert_eq!(done.unwrap_err(), constraint, "{change}");
    }
}

#[tokio::test]
async fn a_contract_follows_its_touch_to_another_client() {
    let shop = Shop::new().await;
    let younger = new_client(&shop.db, "+79990000001").await;
    let touch = shop.touch(younger, shop.ad, "01-10").await.unwrap();
    let contract = shop.contract_of(younger, touch, "60000", "01-15", "04-15").await.unwrap();
    shop.run(&format!("update touch set client_id = {} where id = {touch}", shop.client)).await.unwrap();
    let owner: i64 = sqlx::query_scalar("select client_id from contract where id = $1")
        .bind(contract)
        .fetch_one(shop.pool())
        .await
        .unwrap();
    assert_eq!(owner, shop.client);
}

#[tokio::test]
async fn k14_a_document_waits_is_stored_whole_or_is_refused() {
    let db = TestDb::new().await;
    let waiting =
        "insert into document (file_name, telegram_file_id, created_at, created_by) values ('a.pdf', 'F', now(), 0)";
    run(db.pool(), waiting).await.unwrap();
    let no_source = waiting.replace("'F'", "null");
    assert_eq!(run(db.pool(), &no_source).await.unwrap_err(), "document_has_source");
    let store = |bytes: &str| {
        format!(
            "update document set bytes = {bytes}, size = octet_length({bytes}), mime = 'application/pdf',
                 sha256 = sha256({bytes}), stored_at = now()"
        )
    };
    let huge = store("convert_to(repeat('x', 20971521), 'UTF8')");
    assert_eq!(run(db.owner(), &huge).await.unwrap_err(), "document_size_limit");
    assert_eq!(run(db.owner(), "update document set bytes = '%PDF'").await.unwrap_err(), "document_stored_whole");
    run(db.owner(), &store("convert_to(repeat('x', 20971520), 'UTF8')")).await.unwrap();
    assert_eq!(
        run(db.owner(), "update document set refusal = 'kind'").await.unwrap_err(),
        "document_stored_or_refused"
    );
}

#[tokio::test]
async fn g3_one_telegram_account_one_user() {
    let db = TestDb::new().await;
    let user = "insert into staff_user (username, full_name, created_at, created_by) values";
    run(db.pool(), &format!("{user} ('operator', 'Оля', now(), 0), ('manager', 'Макс', now(), 0)")).await.unwrap();
    let link = |telegram: i64, user: i64| {
        format!(
            "insert into telegram_link (telegram_id, chat_id, user_id, linked_at) values ({telegram}, {telegram}, {user}, now())"
        )
    };
    run(db.owner(), &link(7, 1)).await.unwrap();
    assert_eq!(run(db.owner(), &link(7, 2)).await.unwrap_err(), "link_telegram_active_unique");
    assert_eq!(run(db.owner(), &link(8, 1)).await.unwrap_err(), "link_user_active_unique");
    run(db.owner(), "update telegram_link set unlinked_at = now()").await.unwrap();
    run(db.owner(), &link(8, 1)).await.unwrap();
    for (values, constraint) in [
        ("('operator', 'X', now(), 0)", "staff_user_username_unique"),
        ("('Operator', 'X', now(), 0)", "staff_user_username_form"),
        ("('a b', 'X', now(), 0)", "staff_user_username_form"),
        ("('#mine', 'X', now(), 0)", "staff_user_username_form"),
        ("('x', ' ', now(), 0)", "staff_user_full_name_length"),
    ] {
        assert_eq!(run(db.pool(), &format!("{user} {values}")).await.unwrap_err(), constraint, "{values}");
    }
}

#[tokio::test]
async fn one_open_follow_up_one_notice_one_undo() {
    let shop = Shop::new().await;
    let follow =
        "insert into follow_up (client_id, owner_id, due_at, created_at, created_by) values (1, 0, now(), now(), 0)";
    shop.run(follow).await.unwrap();
    assert_eq!(shop.run(follow).await.unwrap_err(), "follow_up_one_open");
    shop.run("update follow_up set done_at = now()").await.unwrap();
    shop.run(follow).await.unwrap();

    let notice = "insert into notice_sent (kind, subject_id, period, sent_at) values ('ends', 1, '2026-04-15', now())";
    shop.run(notice).await.unwrap();
    assert_eq!(shop.run(notice).await.unwrap_err(), "notice_sent_once");
    shop.run(&notice.replace("04-15", "05-15")).await.unwrap();

    shop.run("insert into audit_event (at, actor_id, action) values (now(), 0, 'lead')").await.unwrap();
    let undo = "insert into audit_event (at, actor_id, action, undoes) values (now(), 0, 'undo', 1)";
    shop.run(undo).await.unwrap();
    assert_eq!(shop.run(undo).await.unwrap_err(), "audit_event_undone_once");

    let note = "insert into note (client_id, author_id, text, at) values (1, 0, ' ', now())";
    assert_eq!(shop.run(note).await.unwrap_err(), "note_not_empty");
}
